"""
Tell which rows of public pages describe a service that the register has already.

The register leads. In this order: a person's decision (`links.yaml`), the number of the registration, same
provider (by IČO or name), kind and municipality, same provider and kind where the page names no municipality.
Another kind is another service; another form (a centre, a service at home) is another service;
two candidates are none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from etl.files.losses import by_size
from geodata.errors import InputFileError
from geodata.vocabulary.identifiers import fold_provider, provider_key

LIKE = 88.0
"""
Likeness (0 to 100, token sort ratio of folded names) from which two names are one provider. On the 220 pages
of the snapshot every pair that a rule joins reaches 100, and no other pair of the same kind and town 75:
the bound leaves room for a typing error. Pairs between `NEAR` and this are not joined but told in the report.
"""

NEAR = 75.0
REGISTRATION_ID = re.compile(r"MPSV service id (\d+)")
LINKS_FILE = "links.yaml"


@dataclass(frozen=True)
class Registration:
    """What of a registration is compared; a register may tell it without its provider."""

    registration_id: str
    service_type_code: str
    provider_name: str | None
    ico: str | None
    municipality_codes: frozenset[str]
    forms: frozenset[str]


@dataclass(frozen=True)
class PageService:
    """What of a row of a page is compared."""

    page_row: str
    row_number: int
    service_type_code: str
    provider_name: str | None
    ico: str | None
    municipality_code: str | None
    forms: frozenset[str]
    note: str | None


@dataclass(frozen=True)
class Link:
    """A decision: the registration and the rule, or neither; `near` lists registrations that looked alike."""

    registration_id: str | None
    rule: str | None = None
    score: float | None = None
    detail: str | None = None
    leave_out: tuple[str, ...] = ()
    near: tuple[str, ...] = field(default_factory=tuple)


@cache
def reviewed_links() -> Mapping[str, Mapping[str, Any]]:
    """Return the decisions of a person by page_row."""
    text = files("etl.cleaning").joinpath(LINKS_FILE).read_text(encoding="utf-8")
    return MappingProxyType(yaml.safe_load(text)["links"])


def likeness(page: PageService, registration: Registration) -> float:
    """
    Return how alike two providers are, 0 to 100: 100 for the same IČO or the same words,
    0 for two different IČO.
    """
    from rapidfuzz import fuzz

    if page.ico and registration.ico:
        return 100.0 if page.ico == registration.ico else 0.0
    if not page.provider_name or not registration.provider_name:
        return 0.0
    key = provider_key(page.provider_name)
    if key is not None and key == provider_key(registration.provider_name):
        return 100.0
    names = fold_provider(page.provider_name), fold_provider(registration.provider_name)
    return float(round(fuzz.token_sort_ratio(*names), 1))


def decide(
    page: PageService, registrations: Sequence[Registration], reviewed: Mapping[str, Mapping[str, Any]]
) -> Link:
    """
    Decide one row of a page.

    Parameters
    ----------
    page
        The row.
    registrations
        All registrations of the same country.
    reviewed
        Decisions of a person, by page_row.

    Returns
    -------
    link
        The decision; it does not depend on the order of `registrations`.
    """
    by_id = {registration.registration_id: registration for registration in registrations}
    decision = reviewed.get(page.page_row)
    if decision is not None:
        chosen = decision["registration"]
        if chosen == "none":
            return Link(None, detail=decision["reason"])
        # A registration that is of another kind by now is another service: the rules decide.
        if chosen in by_id and by_id[chosen].service_type_code == page.service_type_code:
            score = likeness(page, by_id[chosen])
            leave_out = tuple(decision.get("leave_out", ()))
            return Link(chosen, "reviewed", score, decision["reason"], leave_out)
    same_kind = [part for part in registrations if part.service_type_code == page.service_type_code]
    stated = REGISTRATION_ID.search(page.note or "")
    if stated and any(part.registration_id == stated.group(1) for part in same_kind):
        score = likeness(page, by_id[stated.group(1)])
        return Link(
            stated.group(1), "exact_registration_id", score, f"the page states the number {stated.group(1)}"
        )
    alike = [part for part in same_kind if not page.forms or not part.forms or page.forms & part.forms]
    rule = "same_provider_kind"
    if page.municipality_code:
        alike = [part for part in alike if page.municipality_code in part.municipality_codes]
        rule = "same_provider_kind_place"
    scores = {part.registration_id: likeness(page, part) for part in alike}
    sure = sorted((number for number, score in scores.items() if score >= LIKE), key=by_size)
    near = tuple(sorted((number for number, score in scores.items() if NEAR <= score < LIKE), key=by_size))
    if len(sure) == 1:
        chosen = sure[0]
        compared = f"“{page.provider_name}” – “{by_id[chosen].provider_name}”"
        return Link(chosen, rule, scores[chosen], compared)
    return Link(None, near=tuple(sure) + near)


def link_pages(pages: Sequence[PageService], registrations: Sequence[Registration]) -> dict[str, Link]:
    """
    Decide all rows of the pages.

    Returns
    -------
    links
        By page_row, for every row.
    """
    reviewed = reviewed_links()
    return {page.page_row: decide(page, registrations, reviewed) for page in pages}


def check_reviewed(
    kinds_of_pages: Mapping[str, str], registrations: Sequence[Registration], *, is_strict: bool = True
) -> list[str]:
    """
    Return decisions that no longer fit the data; a person has to look again.

    Parameters
    ----------
    kinds_of_pages
        Kind of service by page_row.
    registrations
        All registrations.
    is_strict
        False where today's register was read, not the one that the decisions were made by:
        then a registration of another kind is told, and the decision does not count.

    Raises
    ------
    InputFileError
        If a decision joins two kinds of service and `is_strict`.
    """
    kinds = {part.registration_id: part.service_type_code for part in registrations}
    found = []
    for page_row, decision in reviewed_links().items():
        number = decision["registration"]
        if page_row not in kinds_of_pages or number == "none":
            continue
        if number not in kinds:
            found.append(f"{page_row}: registration {number} is not in the register any more")
        elif kinds[number] != kinds_of_pages[page_row] and not is_strict:
            found.append(f"{page_row}: registration {number} is of another kind than the page by now")
        elif kinds[number] != kinds_of_pages[page_row]:
            raise InputFileError(
                LINKS_FILE,
                [f"{page_row}: registration {number} is of another kind than the page"],
                "Another kind is another service: correct the decision.",
            )
    return found
