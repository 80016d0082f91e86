"""
The vocabulary: code lists, groups of services and published norms, read from `geodata/codelists`.

Every code has a label and a description in Czech, Polish and English: nothing falls back silently to another language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from geodata.errors import InputFileError, UnknownCodeError

LANGUAGES = ("cs", "pl", "en")

CODELISTS = (
    "countries",
    "sexes",
    "membership_certainties",
    "service_types",
    "service_statuses",
    "evidences",
    "served_area_states",
    "target_groups",
    "forms",
    "capacity_units",
    "capacity_kinds",
    "capacity_bases",
    "basis_reasons",
    "location_qualities",
    "rejection_reasons",
    "link_rules",
    "gap_classes",
    "decays",
    "funding_sources",
    "funding_kinds",
    "correction_states",
    "disclosures",
    "finding_states",
    "finding_speakers",
)


@dataclass(frozen=True)
class Code:
    """One code; `label` and `description` by language, everything else the list says in `attributes`."""

    code: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AgeWeight:
    """Weight of the ages from `age_from` to `age_to` (both included; None = open) in a target population."""

    age_from: int
    age_to: int | None
    weight: float


@dataclass(frozen=True)
class GroupScope:
    """
    What a group counts in one country: kinds of services, one form, one unit; never added across.

    `is_register_complete` says that the loaded register holds every registration of these kinds that is open to the
    group's target population. Where it is False, "no service known" is not "no service".
    """

    service_type_codes: tuple[str, ...]
    form: str
    unit: str
    is_register_complete: bool


@dataclass(frozen=True)
class ServiceGroup:
    """Kinds of services that answer one need together: the unit in which coverage is computed and shown."""

    group_id: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    target_population: tuple[AgeWeight, ...]
    population_reason: Mapping[str, str]
    scopes: Mapping[str, GroupScope]

    def is_register_complete_in(self, country: str) -> bool:
        """Tell whether the loaded register is complete for this group in `country`."""
        scope = self.scopes.get(country)
        return scope is not None and scope.is_register_complete

    @property
    def is_register_complete(self) -> bool:
        """Whether the loaded register is complete for this group in every country it exists in."""
        return all(scope.is_register_complete for scope in self.scopes.values())


@dataclass(frozen=True)
class PublishedNorm:
    """
    A published yardstick: `capacity_number` per `denominator_persons` of the ages from `age_from` to `age_to`.

    It may be compared with one group in the named countries only; `value_per_1000` is the same figure per 1,000.
    """

    norm_id: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    group_id: str
    countries: tuple[str, ...]
    capacity_number: float
    denominator_persons: int
    age_from: int
    age_to: int | None
    year: int | None
    citation: str

    @property
    def value_per_1000(self) -> float:
        """Capacity per 1,000 persons of the norm's own denominator."""
        return self.capacity_number * 1000 / self.denominator_persons

    @property
    def age_weights(self) -> tuple[AgeWeight, ...]:
        """The denominator as a target population."""
        return (AgeWeight(self.age_from, self.age_to, 1.0),)


def _read(name: str) -> Mapping[str, Any]:
    text = resources.files("geodata.codelists").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    # The C reader of the same safe rules, where PyYAML was built with it: ten times as fast.
    content = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    if not isinstance(content, dict):
        raise InputFileError(
            f"{name}.yaml", ["it is not a mapping"], "See the other files of geodata/codelists."
        )
    return content


def _frozen(value: Any) -> Any:
    """Make what YAML gives unchangeable and plain: dates become text, lists tuples."""
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(part) for key, part in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def text_problems(entry: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield what is wrong with the label and description of the entry called `name`."""
    for part in ("label", "description"):
        texts = entry.get(part)
        if not isinstance(texts, dict):
            yield f"{name} has no {part}"
            continue
        for language in LANGUAGES:
            text = texts.get(language)
            if not isinstance(text, str) or not text.strip():
                yield f"{name} has no {part} in {language}"
        unknown = sorted(set(texts) - set(LANGUAGES))
        if unknown:
            yield f"{name} has a {part} in an unknown language: {', '.join(map(str, unknown))}"


def _checked(file: str, entries: Any, key: str) -> list[Mapping[str, Any]]:
    """Return the entries of a list after checking keys and texts; every problem is told at once."""
    problems: list[str] = []
    seen: set[str] = set()
    kept: list[Mapping[str, Any]] = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        name = entry.get(key) if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name:
            problems.append(f"entry {number} has no {key} as text (quote it in YAML)")
            continue
        if name in seen:
            problems.append(f"{key} {name} stands there twice")
        seen.add(name)
        problems.extend(text_problems(entry, name))
        kept.append(entry)
    if not kept and not problems:
        problems.append("there are no entries")
    if problems:
        raise InputFileError(file, problems, "Mend the file in geodata/codelists.")
    return kept


@cache
def codelist(name: str) -> Mapping[str, Code]:
    """
    Return a code list, in its own order.

    Parameters
    ----------
    name
        One of `CODELISTS`.

    Raises
    ------
    UnknownCodeError
        If there is no such list.
    InputFileError
        If the list is broken: a code twice, a text missing in a language.
    """
    if name not in CODELISTS:
        raise UnknownCodeError(f"There is no code list '{name}'. Lists: {', '.join(CODELISTS)}.")
    codes: dict[str, Code] = {}
    for entry in _checked(f"{name}.yaml", _read(name).get("codes"), "code"):
        attributes = {
            key: value for key, value in entry.items() if key not in {"code", "label", "description"}
        }
        codes[entry["code"]] = Code(
            entry["code"], _frozen(entry["label"]), _frozen(entry["description"]), _frozen(attributes)
        )
    return MappingProxyType(codes)


def label(list_name: str, code: str, language: str) -> str:
    """Return the label of `code` in `language`; an unknown code or language is an error, never a fallback."""
    codes = codelist(list_name)
    if code not in codes:
        raise UnknownCodeError(f"The code list '{list_name}' has no code '{code}'.")
    if language not in LANGUAGES:
        raise UnknownCodeError(f"There are no labels in '{language}': choose one of {', '.join(LANGUAGES)}.")
    return codes[code].label[language]


def _scope(country: str, entry: Mapping[str, Any], *, for_seniors: bool) -> GroupScope:
    kinds = codelist("service_types")
    codes = tuple(entry["service_type_codes"])
    known = [kinds[code] for code in codes if code in kinds]
    problems = [f"unknown kind of service {code}" for code in codes if code not in kinds]
    problems += [
        f"{kind.code} is of another country than {country}"
        for kind in known
        if kind.attributes.get("country") != country
    ]
    for part, list_name in (("form", "forms"), ("unit", "capacity_units")):
        if entry[part] not in codelist(list_name):
            problems.append(f"unknown {part} {entry[part]}")
    if problems:
        raise InputFileError("service_groups.yaml", problems, "Mend the file in geodata/codelists.")
    complete = for_seniors and all(kind.attributes.get("register_part") == "seniors" for kind in known)
    return GroupScope(codes, entry["form"], entry["unit"], complete)


def scope_in(group: ServiceGroup, country: str, facts: Mapping[str, str]) -> GroupScope:
    """
    Return what a group counts in a country, with what a dataset says of its register.

    Parameters
    ----------
    facts
        `Dataset.facts`: where "register_scope_cz" (by country) is "all", the whole national register was read, every kind and target
        group of it, not the embedded part that is open to seniors.

    Raises
    ------
    KeyError
        If the group does not exist in the country.
    """
    scope = group.scopes[country]
    if facts.get(f"register_scope_{country.lower()}") == "all":
        return replace(scope, is_register_complete=True)
    return scope


@cache
def service_groups() -> Mapping[str, ServiceGroup]:
    """Return the groups of services, in the order of the file; the first is what a newcomer sees first."""
    groups: dict[str, ServiceGroup] = {}
    for entry in _checked("service_groups.yaml", _read("service_groups").get("groups"), "group_id"):
        population = tuple(
            AgeWeight(int(part["age_from"]), part.get("age_to"), float(part.get("weight", 1)))
            for part in entry["target_population"]
        )
        groups[entry["group_id"]] = ServiceGroup(
            group_id=entry["group_id"],
            label=_frozen(entry["label"]),
            description=_frozen(entry["description"]),
            target_population=population,
            population_reason=_frozen(entry["population_reason"]),
            scopes=MappingProxyType(
                {
                    country: _scope(country, part, for_seniors=bool(entry.get("for_seniors", False)))
                    for country, part in entry["scopes"].items()
                }
            ),
        )
    return MappingProxyType(groups)


@cache
def groups_of(country: str) -> Mapping[str, ServiceGroup]:
    """
    Return the groups of services that exist in a country, in the order of the file.

    Examples
    --------
    >>> "home_care" in groups_of("CZ")
    True
    >>> len(groups_of("SK"))
    0
    """
    return MappingProxyType(
        {group_id: group for group_id, group in service_groups().items() if country in group.scopes}
    )


@cache
def norms() -> Mapping[str, PublishedNorm]:
    """Return the published norms, each with its year, denominator and citation."""
    found: dict[str, PublishedNorm] = {}
    for entry in _checked("norms.yaml", _read("norms").get("norms"), "norm_id"):
        if entry["group_id"] not in service_groups():
            raise UnknownCodeError(
                f"The norm '{entry['norm_id']}' names an unknown group '{entry['group_id']}'."
            )
        found[entry["norm_id"]] = PublishedNorm(
            norm_id=entry["norm_id"],
            label=_frozen(entry["label"]),
            description=_frozen(entry["description"]),
            group_id=entry["group_id"],
            countries=tuple(entry["countries"]),
            capacity_number=float(entry["capacity_number"]),
            denominator_persons=int(entry["denominator_persons"]),
            age_from=int(entry["age_from"]),
            age_to=entry.get("age_to"),
            year=entry.get("year"),
            citation=entry["citation"],
        )
    return MappingProxyType(found)


@cache
def page_types() -> Mapping[tuple[str, str], str]:
    """Return the kind of service for (country, kind as a public page names it)."""
    return MappingProxyType(
        {
            (country, name): code
            for country, names in _read("page_types")["names"].items()
            for name, code in names.items()
        }
    )


@cache
def page_type_exceptions() -> Mapping[str, str]:
    """Return the kind of service of single rows of public_page.csv whose kind says too little by itself."""
    return MappingProxyType({row: part["code"] for row, part in _read("page_types")["rows"].items()})


@cache
def _target_group_rules() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (code.code, tuple(stem.casefold() for stem in code.attributes.get("stems", ())))
        for code in codelist("target_groups").values()
    )


def infer_target_groups(text: str | None) -> tuple[str, ...]:
    """
    Read target groups from a text by the word stems of the code list.

    Parameters
    ----------
    text
        Target groups as a page names them, Czech or Polish; parts divided by ";" or ",".

    Returns
    -------
    codes
        In the order of the list, each once; empty where nothing is recognised. A reading by rule, not a statement
        of the source: mark it `is_inferred`.
    """
    if not isinstance(text, str):
        return ()
    # A stem counts only where a word begins: "pas " must not be found in "kompas". "|" marks where a part ends.
    signs = ("|" if sign in ";,|()" else sign if sign.isalnum() else " " for sign in text.casefold())
    words = " ".join("".join(signs).replace("|", " | ").split())
    padded = f" | {words} | "
    return tuple(code for code, stems in _target_group_rules() if any(f" {stem}" in padded for stem in stems))
