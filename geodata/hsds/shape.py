"""
The shapes in which services of HSDS come, brought into one: a page (`contents`), several pages,
a list, a single service.

A part is never taken for the whole: pages say how many services and pages there are,
and what is missing is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from geodata.errors import InputFileError
from geodata.hsds import paging
from geodata.hsds.thing import PLACE, Thing
from geodata.said import Said, as_it_is, say

NEXT_STEP: Final = say("hsds.next")
PAGES_NEXT_STEP: Final = say("hsds.next_pages")
NOTES: Final = "\0notes"
"""Key of a document under which sentences stand that a person should see; no document can hold it."""

DEEPEST: Final = 12
"""Lists and objects in one another among which capacities are looked for; the standard has eight."""
LISTS: Final = ("contents", "content", "services", "items", "results", "data")
"""Where pages keep their services: HSDS 3, Open Referral UK 1, and what others call it."""

# What a service has and an organisation, a place or an error message has not all of.
_OF_A_SERVICE: Final = ("status", "organization", "organization_id", "service_at_locations", "capacities")


@dataclass(frozen=True)
class Page:
    """
    One page of services as it was read.

    Attributes
    ----------
    services
        As they stand.
    position
        What comes before `[3]` in the position of a service.
    about
        The object around them.
    """

    services: Sequence[Any]
    position: str
    about: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _facts(self) -> list[Mapping[str, Any]]:
        return paging.facts_of(self.about)

    @property
    def total(self) -> int | None:
        """How many services there are on all pages, if the page says so."""
        return paging.number_of(self._facts, paging.TOTAL)

    @property
    def pages(self) -> int | None:
        """How many pages there are, if the page says so."""
        return paging.number_of(self._facts, paging.PAGES)

    @property
    def number(self) -> int | None:
        """Number of this page, if it says so."""
        return paging.number_of(self._facts, paging.NUMBER)

    @property
    def leads_on(self) -> bool:
        """Tell whether the page says that another follows."""
        return paging.leads_on(self._facts)

    @property
    def follows_another(self) -> bool:
        """Tell whether the page says that another comes before it."""
        return paging.follows_another(self._facts)


def is_service(thing: Any) -> bool:
    """Tell whether an object looks like a service of HSDS."""
    return (
        isinstance(thing, Mapping)
        and {"id", "name"} <= thing.keys()
        and any(name in thing for name in _OF_A_SERVICE)
    )


def pages_of(document: Any, file: str, prefix: str = "") -> list[Page]:
    """
    Find the services of a parsed document.

    Parameters
    ----------
    document
        Parsed JSON; of several values in one file, a list of them.
    file
        Its name as the reader knows it.
    prefix
        What comes before the place of a service, for instance "page2.json: ".

    Raises
    ------
    InputFileError
        If there are none in any shape that is known.
    """
    if isinstance(document, Mapping):
        if document.get("type") == "FeatureCollection":
            raise InputFileError(file, [say("hsds.map")], NEXT_STEP)
        for name in LISTS:
            if isinstance(document.get(name), list):
                return [Page(document[name], f"{prefix}{name}", document)]
        if is_service(document):
            return [Page([document], f"{prefix}contents")]
    if isinstance(document, list) and document:
        if all(_is_page(part) for part in document):
            return [
                page
                for number, part in enumerate(document)
                for page in pages_of(part, file, f"{prefix}[{number}].")
            ]
        # What is no service among services is told with its place when they are read.
        if any(is_service(part) for part in document):
            return [Page(document, f"{prefix}contents")]
    if document == []:
        return [Page([], f"{prefix}contents")]
    raise InputFileError(file, [say("hsds.no_services")], NEXT_STEP)


def _is_page(part: Any) -> bool:
    return isinstance(part, Mapping) and any(isinstance(part.get(name), list) for name in LISTS[:2])


def lacks(pages: Sequence[Page]) -> Said | None:
    """Say what of a whole is missing; None where nothing is known to be."""
    have = _number_of_services(pages)
    totals = [page.total for page in pages if page.total is not None]
    counts = [page.pages for page in pages if page.pages is not None]
    if totals:
        if have >= max(totals):
            return None
        if len(pages) == 1 and counts and counts[0] > 1:
            number = pages[0].number
            # Some count from 0.
            which = say("hsds.unknown_number") if number is None else max(number, 1)
            return say("hsds.page_of", page=which, pages=counts[0], have=have, all=totals[0])
        return say("hsds.part_of", have=have, all=max(totals))
    if counts and max(counts) > len(pages):
        seen = {page.number for page in pages}
        begin = 0 if 0 in seen else 1
        missing = [str(number) for number in range(begin, max(counts) + begin) if number not in seen]
        return say("hsds.pages_missing", pages=", ".join(missing[:10]))
    if all(page.leads_on for page in pages):
        return say("hsds.not_last") if pages else None
    return say("hsds.not_first") if _has_no_end(pages) else None


def doubts(pages: Sequence[Page]) -> Said | None:
    """
    Say where pages that hold as many services as they promise also say that others follow:
    `count` may be that of one page.
    """
    counts = [page.pages for page in pages if page.pages is not None]
    if not any(page.total is not None for page in pages):
        return None
    if _has_no_end(pages) or (counts and max(counts) > len(pages)):
        return say("hsds.perhaps_part", have=_number_of_services(pages))
    return None


def _has_no_end(pages: Sequence[Page]) -> bool:
    """Tell whether no page can be the last or none the first."""
    return bool(pages) and (
        all(page.leads_on for page in pages) or all(page.follows_another for page in pages)
    )


def _number_of_services(pages: Sequence[Page]) -> int:
    """Count services; a page that was put in twice counts once."""
    different: list[Page] = []
    for page in pages:
        if not any(page.services == other.services for other in different):
            different.append(page)
    return sum(len(page.services) for page in different)


def as_document(pages: Sequence[Page], file: str, notes: Iterable[Said] = ()) -> dict[str, Any]:
    """
    Bring pages into one: what `geodata.hsds.read` and `geodata.hsds.foreign` take.

    Services that stand there twice and say the same are taken once.

    Returns
    -------
    document
        `contents`, our own key `dosah` if there is one, and `NOTES`.

    Raises
    ------
    InputFileError
        If the pages are known to be a part, or hold no service.
    """
    missing = lacks(pages)
    if missing is not None:
        raise InputFileError(file, [missing], PAGES_NEXT_STEP)
    contents: list[Any] = []
    repeated: list[str] = []
    seen: set[tuple[str, str]] = set()
    for page in pages:
        for number, service in enumerate(page.services):
            position = f"{page.position}[{number}]"
            key = _key(service)
            if key is not None and key in seen:
                repeated.append(position)
                continue
            if key is not None:
                seen.add(key)
            # Positions are those of the document as it was given.
            is_plain = page.position == "contents" and not repeated and len(pages) == 1
            if not is_plain and isinstance(service, Mapping):
                known = service.get(PLACE)
                service = {**service, PLACE: known if isinstance(known, Said) else as_it_is(position)}  # noqa: PLW2901  # the same, with its place
            contents.append(service)
    if not contents:
        raise InputFileError(file, [say("hsds.empty")], NEXT_STEP)
    every_note = list(notes)
    doubt = doubts(pages)
    if doubt is not None:
        every_note.append(doubt)
    if repeated:
        every_note.append(say("hsds.same_twice", number=len(repeated), place=repeated[0]))
    about = next(
        (page.about["dosah"] for page in pages if isinstance(page.about.get("dosah"), Mapping)), None
    )
    return {"contents": contents, NOTES: every_note, **({} if about is None else {"dosah": about})}


def _key(service: Any) -> tuple[str, str] | None:
    """Return identifier and content of a service; None where it has no identifier."""
    if not isinstance(service, Mapping) or not isinstance(service.get("id"), str | int):
        return None
    content = {name: value for name, value in service.items() if name != PLACE}
    try:
        return str(service["id"]), json.dumps(content, sort_keys=True, default=str)
    except (ValueError, RecursionError, TypeError):
        return None


def notes_of(document: Mapping[str, Any]) -> list[Said]:
    """Return what a person should see of a document that `as_document` made."""
    notes = document.get(NOTES)
    return [note for note in notes if isinstance(note, Said)] if isinstance(notes, list) else []


def capacities_elsewhere(service: Thing) -> int:
    """
    Count capacities inside a service that do not stand in its own list,
    for instance with a place or a schedule.
    """

    def count(value: Any, name: str, depth: int) -> int:
        if depth > DEEPEST:
            return 0
        if isinstance(value, list):
            if name in ("capacities", "service_capacities", "capacity"):
                return sum(isinstance(part, Mapping) for part in value)
            return sum(count(part, name, depth + 1) for part in value)
        if isinstance(value, Mapping):
            return sum(count(part, str(key), depth + 1) for key, part in value.items())
        return 0

    inside = {name: value for name, value in service.content.items() if name != "capacities"}
    return count(inside, "", 0)
