"""
Build the published dataset from the snapshot: read → clean → link → locate → check → publish.

Everything is a function of the input files: the same files give the same dataset, byte for byte.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from etl.cleaning.link import check_reviewed
from etl.cleaning.locate import LoadedMunicipality, loaded_municipalities
from etl.cleaning.protect import check_protected, redact
from etl.cleaning.records import Records
from etl.cleaning.served import gazetteer
from etl.country.part import loaded_areas
from etl.publish import tabulate
from etl.publish.changes import Changes, compare, tombstones
from etl.publish.guard import MOST_LOST_SHARE, check_losses, check_norms, exclusive
from etl.publish.history import capacity_history
from etl.publish.inputs import Inputs, data_date_of, read_sources, read_whole_country
from etl.publish.remembered import BuildCall, absolute, remember
from etl.publish.report import OTHER_GROUPS, BuildReport, say
from etl.publish.staging import settle_held
from etl.register.check import check_accounting, check_tables
from etl.register.embedded import load_register
from etl.register.pages import PageResult, load_pages, registrations_of
from etl.snapshot import municipality as snapshot_municipality
from etl.snapshot import outline as snapshot_outline
from etl.snapshot import public_page, register
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.load import default_folder, read_inputs
from geodata.areas import AreaFile, load_areas
from geodata.dataset.dataset import Dataset, read_dataset
from geodata.dataset.publish import write_dataset
from geodata.errors import DatasetError, DatasetMissingError
from geodata.vocabulary.codes import codelist, infer_target_groups

TITLE = "Dosah: sociální služby a jejich dosah"
STEPS = ("read", "clean and link", "assemble", "own tables", "check", "publish")


@dataclass(frozen=True)
class Own:
    """
    What an office adds to the sources, and how careful it wants the build to be.

    Parameters
    ----------
    tables
        Filled-in tables, or folders of them; None = the folder `tables` beside the dataset,
        where there is one.
    areas
        YAML files of planning areas.
    most_lost_share
        A build that loses more of anything than this stops.
    accept_change
        A person has looked at the loss and lets it through.
    language
        Language in which problems of tables are told.
    """

    tables: Sequence[Path] | None = None
    areas: Sequence[Path] = ()
    most_lost_share: float = MOST_LOST_SHARE
    accept_change: bool = False
    language: str = "en"


def build(
    output: Path,
    replaced: Mapping[str, Path] | None = None,
    *,
    data_date: str | None = None,
    own: Own | None = None,
    country: str | None = None,
    notes: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> BuildReport:
    """
    Build and publish the dataset; one build at a time.

    Parameters
    ----------
    output
        The GeoPackage to write; it is replaced only by a dataset that passed every check.
    replaced
        Files in place of embedded ones, by name of the source.
    data_date
        Day the register speaks of (ISO 8601); None = that of the embedded one.
    own
        Tables and areas of the office, and the limit of losses.
    country
        Take this whole country from the official sources named in `replaced`;
        None = the embedded snapshot alone.
    notes
        Sentences for the report: what was found out while the files were obtained.
    progress
        Called with the name of each step (`STEPS`) as it begins.

    Returns
    -------
    report
        What was read, loaded, merged, rejected, and what changed since the last dataset.

    Raises
    ------
    DosahError
        Whatever keeps the dataset from being published; the last good one stays.
    """
    with exclusive(output):
        settle_held(output)
        return build_held(
            output,
            replaced or {},
            data_date=data_date,
            own=own or Own(),
            country=country,
            notes=notes,
            progress=progress,
        )


def build_held(
    output: Path,
    replaced: Mapping[str, Path],
    *,
    data_date: str | None,
    own: Own,
    country: str | None,
    notes: Sequence[str] = (),
    repeats: BuildCall | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> BuildReport:
    """
    As `build`, for who holds the lock already (`etl.publish.guard.exclusive`).

    Parameters
    ----------
    repeats
        The remembered build that this one repeats with one table more or less: it is what stays remembered.
    """
    call = repeats or _call(replaced, own, country, data_date)

    def announce(content_hash: str) -> None:
        remember(output, replace(call, content_hash=content_hash))

    with without_garbage_collection():
        done = _build(output, replaced, data_date, own, country=country, progress=progress, announce=announce)
    return replace(done, notes=(*notes, *done.notes))


def _call(sources: Mapping[str, Path], own: Own, country: str | None, data_date: str | None) -> BuildCall:
    return BuildCall(
        content_hash="",
        country=country,
        sources={name: absolute(path) for name, path in sources.items()},
        data_date=data_date,
        tables=None if own.tables is None else tuple(map(absolute, own.tables)),
        areas=tuple(map(absolute, own.areas)),
        most_lost_share=own.most_lost_share,
    )


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """
    Leave the search for reference cycles off for a while.

    A build of a country makes millions of small objects and no cycles worth mentioning;
    searching them again and again takes a tenth of its time. Peak memory was the same (620 MiB).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _build(
    output: Path,
    replaced: Mapping[str, Path],
    data_date: str | None,
    own: Own,
    *,
    country: str | None,
    progress: Callable[[str], None],
    announce: Callable[[str], None],
) -> BuildReport:
    seconds: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        progress(name)
        started = time.perf_counter()
        yield
        seconds[name] = time.perf_counter() - started

    day = data_date_of(data_date)
    with step("read"):
        if country is None:
            inputs = read_sources(replaced)
        else:
            inputs, found = read_whole_country(country, replaced, data_date)
            day = found or day
        areas, missing = load_areas(), list[str]()
        if inputs.country is not None:
            areas, missing = loaded_areas(areas, inputs.tables[snapshot_municipality.ORIGIN_ID])
        index = NamedMunicipalities(inputs.tables[snapshot_municipality.ORIGIN_ID])
        paths = _paths_of_tables(own, output)
        user = read_inputs(paths, index, area_paths=own.areas, areas=area_names(areas), language=own.language)
        last, warning = _last(output, own.language)
    areas = user.with_areas(areas)
    with step("clean and link"):
        places = loaded_municipalities(inputs.tables[snapshot_municipality.ORIGIN_ID])
        records, notes = _registered(inputs, day, places)
        notes = [*(inputs.country.notes if inputs.country else ()), *missing, *notes]
        registrations = registrations_of(records)
        pages = _with_pages(inputs, records, places, areas)
        stale = check_reviewed(_kinds_of_pages(inputs), registrations, is_strict=country is None)
        user.add_to_records(records, index, places)
    with step("assemble"):
        contents, outlines = tabulate.assemble(inputs, areas, records, {"data_date": day, "title": TITLE})
    with step("own tables"):
        # The register's totals are checked before an office corrects them.
        if inputs.country is not None and inputs.country.official.has_register:
            inputs.country.check(contents)
        else:
            check_tables(contents, inputs.tables[register.ORIGIN_ID])
        user.keep_secrets(contents, records)
        contents = user.add_to_contents(contents, places)
        contents, hidden = redact(records.secrets, contents)
        notes += hidden
    with step("check"):
        contents["tombstone"] = tombstones(last.tables if last else None, contents)
        contents["capacity_history"] = capacity_history(last.tables if last else None, contents)
        check_accounting(contents)
        check_protected(records.secrets, contents)
        losses = check_losses(
            last.tables if last else None,
            contents,
            most_lost_share=own.most_lost_share,
            accept=own.accept_change,
        )
        jumps = check_norms(last.tables if last else None, contents, accept=own.accept_change)
        changes: Changes | None = compare(last.tables, contents) if last else None
    with step("publish"):
        fingerprint = write_dataset(contents, outlines, output, announce)
    return BuildReport(
        path=output.name,
        content_hash=fingerprint,
        data_date=day,
        tables=contents,
        unconfirmed=_unconfirmed(contents),
        near=_near(pages),
        described=tuple({"page_row": row, "text": text} for row, text in pages.described),
        stale_decisions=tuple(stale),
        seconds=seconds,
        changes=changes,
        losses=tuple(map(str, (*losses, *jumps))),
        notes=(*notes, *warning, *user.notes(own.language)),
        alike=tuple(pair for added in user.added.values() for pair in added.alike),
    )


def _paths_of_tables(own: Own, output: Path) -> Sequence[Path]:
    """
    Return the files and folders of own tables:
    one that was named must be there, the usual folder may be absent.
    """
    if own.tables is not None:
        return own.tables
    folder = default_folder(output)
    return [folder] if folder.is_dir() else []


def _registered(inputs: Inputs, day: str, places: dict[str, LoadedMunicipality]) -> tuple[Records, list[str]]:
    """Return the records of the register, official or embedded, and what is to be noted of it."""
    records = Records()
    if inputs.country is not None and inputs.country.official.has_register:
        outline = inputs.tables[snapshot_outline.ORIGIN_ID]
        return records, inputs.country.load_register(records, day, places, outline)
    load_register(inputs.tables[register.ORIGIN_ID], records, day, places, inputs.address_points)
    return records, []


def _with_pages(
    inputs: Inputs, records: Records, places: Mapping[str, LoadedMunicipality], areas: Mapping[str, AreaFile]
) -> PageResult:
    """Add what public pages tell to the records of the register."""
    members = {area_id: area.municipality_codes for area_id, area in areas.items()}
    names = gazetteer(inputs.tables[snapshot_municipality.ORIGIN_ID], members)
    return load_pages(inputs.tables[public_page.ORIGIN_ID], records, places, names)


def _kinds_of_pages(inputs: Inputs) -> dict[str, str]:
    page = inputs.tables[public_page.ORIGIN_ID]
    return dict(zip(page["page_row"], page["service_type_code"], strict=True))


def area_names(areas: Mapping[str, AreaFile]) -> dict[str, tuple[str, ...]]:
    """Return every name of each planning area, in whichever language, by area_id."""
    return {area_id: (area.name, *area.names.values()) for area_id, area in areas.items()}


def _last(output: Path, language: str) -> tuple[Dataset | None, tuple[str, ...]]:
    """
    Return the last good dataset, None where there is none to compare with,
    and what to tell a person of it.
    """
    try:
        return read_dataset(output), ()
    except DatasetMissingError:
        return None, ()
    except DatasetError as error:
        return None, (say("not_compared", language, error=error),)


def _near(pages: PageResult) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"page_row": row, "registrations": list(link.near)}
        for row, link in pages.links.items()
        if link.near and link.registration_id is None
    )


def _unconfirmed(contents: Mapping[str, pd.DataFrame]) -> tuple[dict[str, Any], ...]:
    """
    Return page services of a kind the register covers,
    in a district it covers, that it does not confirm.
    """
    facts = dict(zip(contents["dataset"]["name"], contents["dataset"]["value"], strict=True))
    is_whole = facts.get("register_scope_cz") == "all"
    service, site = contents["service"], contents["site"]
    registered = set(service.loc[service["registration_id"].notna(), "service_id"])
    districts = set(site.loc[site["service_id"].isin(registered), "district_code"].dropna())
    district_of_service = (
        site.dropna(subset="district_code")
        .drop_duplicates("service_id")
        .set_index("service_id")["district_code"]
    )
    kinds = codelist("service_types")
    found: list[dict[str, Any]] = []
    for row in service[service["evidence"] == "page"].to_dict("records"):
        kind = kinds[row["service_type_code"]].attributes
        covered = kind.get("register_part") == "seniors" or (is_whole and bool(kind.get("open_data_code")))
        if covered and district_of_service.get(row["service_id"]) in districts:
            found.append(
                {
                    "service_id": row["service_id"],
                    "service_type_code": row["service_type_code"],
                    "name": row["name"],
                    "status": row["status"],
                    "is_for_seniors": "yes" if is_whole else _for_seniors(row["target_groups_text"]),
                }
            )
    return tuple(found)


def _for_seniors(text: object) -> str:
    """
    Say whether a page's target groups name seniors: the register's part that is loaded holds only such
    services.
    """
    if not isinstance(text, str):
        return "unknown"
    groups: Sequence[str] = infer_target_groups(text)
    return "yes" if {"seniors", "dementia"} & set(groups) else OTHER_GROUPS
