"""
Planning areas: which municipalities plan together, and what is known of their planning.

One YAML per area in this folder; an office adds its own the same way.
Membership is by code: there are six Lhotkas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from geodata.errors import InputFileError
from geodata.guarded import yaml_text
from geodata.guarded.yaml_text import YamlLimits
from geodata.said import say
from geodata.vocabulary.codes import LANGUAGES, codelist

KEYS = frozenset(
    {"area_id", "country", "name", "names", "kind", "kind_label", "membership", "municipalities", "facts"}
)
REQUIRED_KEYS = ("area_id", "country", "name", "kind", "membership", "municipalities")
MEMBERSHIP_KEYS = frozenset({"certainty", "basis", "basis_label"})

NEXT_STEP = say("area.next")
# The largest of an office, a whole region by code, has some 700 members and 20 kB.
LIMITS = YamlLimits(bytes=400_000, nodes=20_000)
LONGEST_NAME = 200
# It goes into addresses and names of files.
AREA_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,78}[A-Za-z0-9])?")

# RÚIAN/ČSÚ codes have six digits, TERYT of a gmina seven.
CODE_DIGITS = {"CZ": 6, "PL": 7}


@dataclass(frozen=True)
class AreaFile:
    """
    A planning area.

    `name` and `kind` are texts for the table `area`; `names`, `kind_label` and `basis_label` say the same
    by language. `membership_certainty` is a code of `membership_certainties`;
    where it is "inferred", `membership_basis` says why. `facts` holds projects, planning process, partners,
    localities and published totals, as the area's own pages say.
    """

    area_id: str
    country: str
    name: str
    names: Mapping[str, str]
    kind: str
    kind_label: Mapping[str, str]
    membership_certainty: str
    membership_basis: str | None
    basis_label: Mapping[str, str]
    municipality_codes: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def facts_as_json(self) -> str | None:
        """
        Write the facts as JSON text, the same for the same facts; None where there are none.

        Names and other texts by language go along under "texts",
        so that a reader of the dataset needs no other file.
        """
        texts = {
            name: dict(part)
            for name, part in (
                ("names", self.names),
                ("kind_label", self.kind_label),
                ("basis_label", self.basis_label),
            )
            if part
        }
        content = dict(self.facts) | ({"texts": texts} if texts else {})
        return json.dumps(content, ensure_ascii=False, sort_keys=True) if content else None


def _language_problems(entry: Mapping[str, Any], name: str) -> Iterable[str]:
    texts = entry.get(name)
    if texts is None:
        return
    if not isinstance(texts, dict):
        yield say("area.no_languages", name=name)
        return
    for language in LANGUAGES:
        if not isinstance(texts.get(language), str) or not texts[language].strip():
            yield say("area.no_language", name=name, language=language)
    for language in sorted(set(map(str, texts)) - set(LANGUAGES)):
        yield say("area.odd_language", name=name, language=language)


def _member_problems(country: object, members: object) -> Iterable[str]:
    if not isinstance(members, list) or not members:
        yield say("area.no_list")
        return
    digits = CODE_DIGITS.get(str(country))
    seen: set[str] = set()
    for member in map(_code, members):
        if member is None:
            yield say("area.plain_code")
            continue
        if digits is not None and not (member.isascii() and member.isdigit() and len(member) == digits):
            yield say("area.digits", member=member, digits=digits)
        if member in seen:
            yield say("area.twice", member=member)
        seen.add(member)


def _code(member: object) -> str | None:
    """
    Return a code as it was written:
    our YAML keeps figures with a leading zero as text, so no quotes are needed.
    """
    return str(member) if isinstance(member, (str, int)) and not isinstance(member, bool) else None


def _json_problem(value: object, name: str) -> Iterable[str]:
    """Yield what keeps a fact from being written as JSON: a date without quotes, a key that is no text."""
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                yield say("area.odd_key", name=name, key=key)
            yield from _json_problem(part, f"{name}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from _json_problem(part, name)
    elif not isinstance(value, (str, int, float, bool, type(None))):
        yield say("area.odd_fact", name=name, value=value)


def _key_problems(entry: Mapping[str, Any]) -> Iterable[str]:
    for key in REQUIRED_KEYS:
        if entry.get(key) in (None, ""):
            yield say("yaml.key_missing", key=key)
    for key in sorted(set(map(str, entry)) - KEYS):
        yield say("yaml.key_unknown", key=key, hint=say("hint.known", names=", ".join(sorted(KEYS))))


def _name_problems(entry: Mapping[str, Any]) -> Iterable[str]:
    for key in ("area_id", "name", "kind"):
        if key in entry and not isinstance(entry[key], str):
            yield say("yaml.no_text", key=key)
        elif len(entry.get(key) or "") > LONGEST_NAME:
            yield say("area.long", key=key, most=LONGEST_NAME)
    area_id = entry.get("area_id")
    if isinstance(area_id, str) and area_id and not AREA_ID.fullmatch(area_id):
        yield say("area.area_id", value=area_id[:40])
    if entry.get("country") is not None and str(entry["country"]) not in codelist("countries"):
        yield say("area.country", value=entry["country"], names=", ".join(codelist("countries")))
    for key in ("names", "kind_label"):
        yield from _language_problems(entry, key)


def _membership_problems(membership: object) -> Iterable[str]:
    if membership is None:
        return
    if not isinstance(membership, dict):
        yield say("area.no_membership")
        return
    known = codelist("membership_certainties")
    if str(membership.get("certainty")) not in known:
        yield say("area.certainty", names=", ".join(known))
    if membership.get("certainty") == "inferred" and not membership.get("basis"):
        yield say("area.no_basis")
    for key in sorted(set(map(str, membership)) - MEMBERSHIP_KEYS):
        yield say("yaml.key_unknown", key=f"membership.{key}", hint="")
    yield from _language_problems(membership, "basis_label")


def _problems(entry: Mapping[str, Any]) -> Iterable[str]:
    yield from _key_problems(entry)
    yield from _name_problems(entry)
    yield from _membership_problems(entry.get("membership"))
    if "municipalities" in entry:
        yield from _member_problems(entry.get("country"), entry["municipalities"])
    facts = entry.get("facts")
    if facts is not None and not isinstance(facts, dict):
        yield say("yaml.no_mapping", key="facts")
    else:
        yield from _json_problem(facts, "facts")


def parse_area(text: str | bytes, file: str) -> AreaFile:
    """
    Read one area.

    Parameters
    ----------
    text
        The YAML.
    file
        Name of the file as the reader knows it, for the message.

    Raises
    ------
    InputFileError
        With every problem at once: unknown keys, a member twice, a code that is not text, a missing basis.
    """
    return area_from(yaml_text.parse(text, file, LIMITS, next_step=NEXT_STEP), file)


def area_from(entry: Any, file: str) -> AreaFile:
    """
    Read one area from what its YAML holds.

    Raises
    ------
    InputFileError
        As `parse_area`.
    """
    if not isinstance(entry, dict):
        raise InputFileError(file, [say("area.none")], NEXT_STEP)
    problems = list(_problems(entry))
    if problems:
        raise InputFileError(file, problems, NEXT_STEP)
    membership = entry["membership"]
    return AreaFile(
        area_id=entry["area_id"],
        country=entry["country"],
        name=entry["name"],
        names=MappingProxyType(entry.get("names") or {}),
        kind=entry["kind"],
        kind_label=MappingProxyType(entry.get("kind_label") or {}),
        membership_certainty=membership["certainty"],
        membership_basis=membership.get("basis"),
        basis_label=MappingProxyType(membership.get("basis_label") or {}),
        municipality_codes=tuple(map(str, entry["municipalities"])),
        facts=MappingProxyType(entry.get("facts") or {}),
    )


@cache
def load_areas() -> Mapping[str, AreaFile]:
    """
    Return the areas of this folder by their id, sorted by country and id.

    Raises
    ------
    InputFileError
        If a file is broken, or its name is not its area's id.
    """
    areas: list[AreaFile] = []
    for file in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        area = parse_area(file.read_text(encoding="utf-8"), file.name)
        if file.name != f"{area.area_id}.yaml":
            raise InputFileError(
                file.name, [f"its area_id is {area.area_id}"], f"Name the file {area.area_id}.yaml."
            )
        areas.append(area)
    return MappingProxyType(
        {area.area_id: area for area in sorted(areas, key=lambda part: (part.country, part.area_id))}
    )
