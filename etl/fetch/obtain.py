"""
Obtain the official files of a country: fetch them into the cache, or take them from there.

A source that does not answer does not stop the others; what an earlier run fetched whole is used instead
and its age is told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from etl.fetch.fetcher import Fetcher
from etl.sources import (
    cz_csu_hierarchy,
    cz_csu_population,
    cz_cuzk_address_points,
    cz_cuzk_boundaries,
    cz_mpsv_rpss,
    pl_gugik_prg,
    pl_gus_bdl,
    pl_mrips_rjps,
)
from etl.sources.formats.contract import Download, load_origin
from etl.sources.formats.paging import fetch_pages
from geodata import durable
from geodata.errors import DosahError, ParameterError

FETCHED = {
    "CZ": (
        "cz_csu_hierarchy",
        "cz_csu_population",
        "cz_mpsv_rpss",
        "cz_cuzk_boundaries",
        "cz_cuzk_address_points",
    ),
    "PL": ("pl_gugik_prg", "pl_gus_bdl", "pl_mrips_rjps"),
}
GUS_LAG_YEARS = 2
"""Ages by gmina of a year appear in the middle of the following one: two years back are surely there."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Obtained:
    """
    Files by origin_id, and sentences about sources that did not answer.

    `missing` are sources of which there is no file at all.
    """

    files: Mapping[str, tuple[Path, ...]]
    problems: tuple[str, ...] = ()
    missing: tuple[str, ...] = field(default=())


def sources_to_fetch(country: str, only: Collection[str] = ()) -> tuple[str, ...]:
    """
    Return the sources of a country that can be fetched, those named in `only` if any are.

    Raises
    ------
    ParameterError
        If the country or a source is unknown.
    """
    if country not in FETCHED:
        raise ParameterError(
            f"There are no official sources for the country “{country}”. Known are {', '.join(FETCHED)}."
        )
    unknown = [name for name in only if name not in FETCHED[country]]
    if unknown:
        raise ParameterError(
            f"{unknown[0]} is not fetched for {country}. Known are {', '.join(FETCHED[country])}."
        )
    return tuple(name for name in FETCHED[country] if not only or name in only)


def obtain(
    country: str,
    fetcher: Fetcher,
    *,
    only: Collection[str] = (),
    today: dt.date | None = None,
    say: Say = lambda _: None,
) -> Obtained:
    """
    Fetch the sources of a country, or find them in the cache where the fetcher is offline.

    Parameters
    ----------
    fetcher
        Polite and resuming; with `offline` nothing is asked of any server.
    only
        These sources, not all.
    today
        Day that decides which month's or year's file is asked for.
    say
        Told each source as it begins and what came of it.

    Returns
    -------
    obtained
        What is there after all. A source that failed keeps its earlier files, with a sentence in `problems`.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    index = _index_path(fetcher.cache_directory, country)
    known = _read_index(index)
    found: dict[str, tuple[Path, ...]] = {}
    problems: list[str] = []
    missing: list[str] = []
    for origin_id in sources_to_fetch(country, only):
        earlier = _earlier(known, origin_id, fetcher.cache_directory)
        if fetcher.offline:
            if earlier:
                found[origin_id] = earlier
            else:
                missing.append(origin_id)
            continue
        say(f"{origin_id} …")
        try:
            found[origin_id] = _fetch(origin_id, fetcher, day)
        except DosahError as error:
            if earlier:
                found[origin_id] = earlier
                age = known[origin_id]["fetched_on"]
                problems.append(f"{origin_id} could not be fetched; the files of {age} are used. {error}")
            else:
                missing.append(origin_id)
                problems.append(f"{origin_id} could not be fetched and there is no earlier copy. {error}")
            say(problems[-1])
            continue
        known[origin_id] = {
            "fetched_on": day.isoformat(),
            "files": [path.relative_to(fetcher.cache_directory).as_posix() for path in found[origin_id]],
        }
        _write_index(index, known)
        say(f"{origin_id}: {len(found[origin_id])} files, {sum(map(_size, found[origin_id])) / 1e6:.1f} MB")
    return Obtained(found, tuple(problems), tuple(missing))


def _size(path: Path) -> int:
    return path.stat().st_size


def _fetch(origin_id: str, fetcher: Fetcher, day: dt.date) -> tuple[Path, ...]:
    origin = load_origin(origin_id)

    def get(download: Download) -> Path:
        return fetcher.fetch(download).path

    if origin_id == "pl_gugik_prg":
        offset = 0

        def after(path: Path, _: int) -> Download | None:
            nonlocal offset
            following = pl_gugik_prg.next_page(origin, path, offset)
            # A page may be shorter than asked for: the next one begins where this one ended,
            # and is called so.
            offset = int(following.file_name[6:11]) if following is not None else offset
            return following

        return tuple(fetch_pages(get, pl_gugik_prg.page_address(origin), after))
    if origin_id == "pl_gus_bdl":
        year = day.year - GUS_LAG_YEARS
        pages: list[Path] = []
        for first in pl_gus_bdl.addresses(origin, year=year):
            pages += fetch_pages(
                get, first, lambda path, page: pl_gus_bdl.next_page(origin, path, page, year=year)
            )
        return tuple(pages)
    downloads = {
        "cz_csu_hierarchy": lambda: cz_csu_hierarchy.addresses(origin)[:1],
        "cz_csu_population": lambda: cz_csu_population.census_addresses(origin),
        "cz_mpsv_rpss": lambda: cz_mpsv_rpss.addresses(origin),
        "cz_cuzk_boundaries": lambda: cz_cuzk_boundaries.addresses(origin),
        "cz_cuzk_address_points": lambda: cz_cuzk_address_points.addresses(origin, day=day),
        "pl_mrips_rjps": lambda: pl_mrips_rjps.addresses(origin),
    }[origin_id]()
    return tuple(get(download) for download in downloads)


def _index_path(cache: Path, country: str) -> Path:
    return cache / f"{country}.json"


def _read_index(path: Path) -> dict[str, dict[str, object]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = content.items() if isinstance(content, dict) else ()
    return {
        name: entry
        for name, entry in entries
        if isinstance(entry, dict) and {"fetched_on", "files"} <= set(entry)
    }


def _write_index(path: Path, known: Mapping[str, Mapping[str, object]]) -> None:
    durable.write_whole(path, json.dumps(known, indent=1, sort_keys=True) + "\n")


def _earlier(known: Mapping[str, Mapping[str, object]], origin_id: str, cache: Path) -> tuple[Path, ...]:
    """Return what an earlier run fetched, if all of it is still there and lies in the cache."""
    names = known.get(origin_id, {}).get("files", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return ()
    paths = tuple(cache / name for name in names)
    inside = all(path.resolve().is_relative_to(cache.resolve()) for path in paths)
    return paths if inside and all(path.is_file() for path in paths) else ()
