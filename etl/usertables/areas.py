"""
Planning areas of an office's own: one YAML, members by code, or all municipalities of an ORP,
district or powiat.

The file is the one of geodata/areas with one more key, `all_of`. Codes and names are checked against
the loaded municipalities, and what is misspelt gets suggestions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from etl.usertables.cells.likeness import nearest
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.values import CellError
from etl.usertables.read import UserTable
from geodata.areas import LIMITS, NEXT_STEP, AreaFile, area_from
from geodata.errors import InputFileError
from geodata.guarded import yaml_text
from geodata.guarded.refusals import read_bounded
from geodata.said import LANGUAGES, Said, by_language, near_hint, say
from geodata.vocabulary.identifiers import fold

ALL_OF = ("orp", "district", "powiat")


def read_area(path: Path, places: NamedMunicipalities) -> AreaFile:
    """
    Read an area.

    Parameters
    ----------
    path
        YAML: area_id, country, name, kind, membership, and `municipalities` (a list of codes)
        or `all_of` with `orp`, `district` or `powiat` (a name, a code, or a list of them), or both.
    places
        The loaded municipalities.

    Raises
    ------
    InputFileError
        With all problems: unknown keys, members that are not loaded, misspelt names with suggestions.
    """
    content = read_bounded(path, LIMITS.bytes, "Check its path.")
    entry = yaml_text.parse(content, path.name, LIMITS, next_step=NEXT_STEP)
    if not isinstance(entry, dict):
        return area_from(entry, path.name)
    problems: list[str] = []
    members = _stated(entry.pop("municipalities", None), places, problems)
    members += _all_of(entry.pop("all_of", None), places, problems)
    members = list(dict.fromkeys(members))
    countries = sorted({places.by_code[code].country for code in members})
    if len(countries) > 1:
        problems.append(say("area.countries", names=", ".join(countries)))
    elif countries:
        entry.setdefault("country", countries[0])
        if entry["country"] != countries[0]:
            problems.append(say("area.other_country", stated=entry["country"], found=countries[0]))
    if problems:
        raise InputFileError(path.name, problems, NEXT_STEP)
    if not members:
        raise InputFileError(
            path.name,
            [say("area.no_members")],
            say("area.next_members"),
        )
    # The rest is checked by the same rules as the project's own areas.
    return area_from({**entry, "municipalities": members}, path.name)


def areas_of_table(table: UserTable, places: NamedMunicipalities) -> list[AreaFile]:
    """Return the areas of a filled-in table `areas`, one for each name, in the order of the table."""
    areas = []
    for name in dict.fromkeys(row["area_name"] for row in table.rows):
        rows = [row for row in table.rows if row["area_name"] == name]
        entry = {
            "area_id": _area_id(name),
            "country": places.by_code[rows[0]["municipality"]].country,
            "name": name,
            "kind": rows[0]["area_kind"],
            "membership": {
                "certainty": rows[0]["membership_certainty"],
                "basis": rows[0]["membership_basis"],
            },
            "municipalities": [row["municipality"] for row in rows],
            "facts": {"sources": list(dict.fromkeys(row["source"] for row in rows))},
        }
        areas.append(area_from(entry, table.file))
    return areas


def with_own_areas(areas: Mapping[str, AreaFile], own: Sequence[AreaFile]) -> dict[str, AreaFile]:
    """
    Add areas of an office to the project's own ones.

    Raises
    ------
    InputFileError
        If two areas of the office have one id. An area with the id of one of the project's replaces it.
    """
    seen: set[str] = set()
    for area in own:
        if area.area_id in seen:
            raise InputFileError(
                f"{area.area_id}", ["two areas have this area_id"], "Give each area an area_id of its own."
            )
        seen.add(area.area_id)
    return {**areas, **{area.area_id: area for area in own}}


def _area_id(name: str) -> str:
    """Return an id for an area of a table; a name without a single letter of ours gets a digest."""
    word = re.sub(r"[^a-z0-9-]+", "", slug(name))[:80].strip("-")
    return word or f"area-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def slug(name: str) -> str:
    """Return a short name for addresses: "MAS Naše údolí" → "mas-nase-udoli"."""
    return fold(name).replace(" ", "-")


def _stated(members: Any, places: NamedMunicipalities, problems: list[str]) -> list[str]:
    if members is None:
        return []
    if not isinstance(members, list):
        problems.append(say("area.no_list"))
        return []
    found = []
    for number, member in enumerate(members, start=1):
        if not isinstance(member, (str, int)) or isinstance(member, bool):
            problems.append(say("area.no_code", number=number))
            continue
        try:
            code = places.municipality(_plain(str(member)))
        except CellError as error:
            problems.append(say("area.member", number=number, problem=_sentence(error)))
            continue
        if code in found:
            problems.append(say("area.twice", member=member))
        found.append(code)
    return found


def _plain(member: str) -> str:
    return " ".join(member.split())


def _sentence(error: CellError) -> Said:
    from etl.usertables.cells.problems import Problem

    problem = Problem(
        error.kind, value=error.value, hint=error.hint, hints=error.hints, suggestions=error.suggestions
    )
    return by_language({language: problem.message(language).rstrip(".?") for language in LANGUAGES})


def _all_of(units: Any, places: NamedMunicipalities, problems: list[str]) -> list[str]:
    if units is None:
        return []
    if not isinstance(units, dict):
        problems.append(say("area.all_of", names=", ".join(ALL_OF)))
        return []
    found: list[str] = []
    for key, stated in units.items():
        if key not in ALL_OF:
            problems.append(
                say("yaml.key_unknown", key=f"all_of.{key}", hint=say("hint.known", names=", ".join(ALL_OF)))
            )
            continue
        for name in _names(stated):
            found += _orp(name, places, problems) if key == "orp" else _district(name, places, problems)
    return found


def _names(stated: Any) -> Iterable[str]:
    return [_plain(str(part)) for part in (stated if isinstance(stated, list) else [stated])]


def _orp(name: str, places: NamedMunicipalities, problems: list[str]) -> list[str]:
    known = places.orp_names()
    wanted = fold(re.sub(r"^(SO\s+)?ORP\s+", "", name, flags=re.IGNORECASE))
    if wanted in known:
        return places.members(orps=[wanted])
    near = nearest(name, {label: label for label in known.values()})
    problems.append(say("area.no_orp", name=name, hint=near_hint(near)))
    return []


def _district(name: str, places: NamedMunicipalities, problems: list[str]) -> list[str]:
    try:
        return places.members(districts=[places.district(name)])
    except CellError as error:
        problems.append(_sentence(error))
        return []
