"""
What a page of services says of the whole: how many services and pages there are,
and whether others come before or after it.

No standard says how; each program has its own words (HSDS 3, Open Referral UK, Spring, HAL, JSON:API,
OData, Hydra, Django REST, Laravel). They are compared without capitals, underscores and prefixes,
beside the services and in the objects that programs put around such facts. A number may be written as text.
What is not understood says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

TOTAL: Final = (
    "totalitems", "totalelements", "totalcount", "totalresults", "totalrecords", "totalservices",
    "recordstotal", "totalhits", "numfound", "total", "count",
)  # fmt: skip
"""Names of the number of services on all pages, the clearest first: `count` is that of one page for some."""
PAGES: Final = ("totalpages", "pagestotal", "pagecount", "numpages", "lastpage", "pages", "last")
NUMBER: Final = ("pagenumber", "currentpage", "pageno", "pageindex", "number", "page", "current")
_ENVELOPES: Final = (
    "meta", "metadata", "pagination", "paging", "paginator", "pager", "page", "pageinfo", "pageable",
    "links", "view", "cursor", "cursors", "info", "response", "header", "total", "count",
)  # fmt: skip
_NEXT: Final = (
    "next", "nextpage", "nextpageurl", "nexturl", "nextlink", "nexthref", "nexturi", "nextpagelink",
    "nextpagetoken", "nexttoken", "nextcursor", "nextoffset", "continuationtoken",
)  # fmt: skip
_MORE: Final = (
    "hasnext", "hasnextpage", "hasmore", "hasmorepages", "hasmoreresults", "more", "moreresults",
    "truncated", "istruncated",
)  # fmt: skip
_LAST: Final = ("last", "lastpage", "islast", "islastpage")
_FIRST: Final = ("first", "firstpage", "isfirst", "isfirstpage")
_BEFORE: Final = ("hasprevious", "haspreviouspage", "hasprev", "hasprevpage")
_TARGETS: Final = ("href", "url", "uri")
_NUMBER_WRITTEN: Final = re.compile(r"[0-9]{1,12}(?:\.0+)?")
_PREFIX: Final = re.compile(r"^@?[A-Za-z]+[.:]")
_DEEPEST: Final = 3


def facts_of(about: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """
    Return the objects that tell of a page, the outermost first, their names compared as said above.

    Parameters
    ----------
    about
        The object around a list of services.
    """
    return list(_facts(about, 1))


def number_of(facts: Sequence[Mapping[str, Any]], names: Sequence[str]) -> int | None:
    """
    Return the number under the first of several names that has one;
    the clearer name counts before the outer place.
    """
    numbers = (_number(part.get(name)) for name in names for part in facts)
    return next((number for number in numbers if number is not None), None)


def leads_on(facts: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a page says that another follows."""
    return (
        any(_is_target(one.get(name)) for one in facts for name in _NEXT)
        or any(_is_next_of_list(one.get("links")) or _is_next_of_list(one.get("link")) for one in facts)
        or True in _truths(facts, _MORE)
        or False in _truths(facts, _LAST)
    )


def follows_another(facts: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a page says that another comes before it."""
    return False in _truths(facts, _FIRST) or True in _truths(facts, _BEFORE)


def _facts(about: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    facts = {_folded(name): value for name, value in about.items()}
    yield facts
    if depth < _DEEPEST:
        for name in _ENVELOPES:
            if isinstance(facts.get(name), Mapping):
                yield from _facts(facts[name], depth + 1)


def _folded(name: object) -> str:
    return re.sub(r"[^a-z]", "", _PREFIX.sub("", str(name)).casefold())


def _number(value: Any) -> int | None:
    """
    Return a whole number that is not negative: an int, 23.0, "23",
    or what an object gives as its `value`.
    """
    if isinstance(value, Mapping):
        value = value.get("value")
    if isinstance(value, str):
        return int(value.strip().partition(".")[0]) if _NUMBER_WRITTEN.fullmatch(value.strip()) else None
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    return value if type(value) is int and value >= 0 else None


def _truths(facts: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[bool]:
    words = {"true": True, "false": False}
    values = [one.get(name) for one in facts for name in names]
    truths = [words.get(value.strip().casefold()) if isinstance(value, str) else value for value in values]
    return [value for value in truths if isinstance(value, bool)]


def _is_target(value: Any) -> bool:
    """
    Tell whether something leads to another page: an address, a mark,
    an object with an address, a page's number.
    """
    if isinstance(value, Mapping):
        return any(_is_target(value.get(name)) for name in _TARGETS)
    if isinstance(value, str):
        return value.strip().casefold() not in ("", "null", "none", "false")
    return value is True or (type(value) is int and value > 0)


def _is_next_of_list(links: Any) -> bool:
    """Tell whether a list of links has one with the relation `next`."""
    for link in links if isinstance(links, list) else []:
        if not isinstance(link, Mapping):
            continue
        relation = link.get("rel", link.get("relation"))
        relations = relation if isinstance(relation, list) else [relation]
        if any(str(one).strip().casefold() == "next" for one in relations) and _is_target(link):
            return True
    return False
