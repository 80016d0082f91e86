"""What every connector promises, and every origin says."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pandas as pd
import pytest

from etl.fetch.guard import check_scheme
from etl.sources.formats.contract import (
    AccountingError,
    Download,
    Origin,
    OriginError,
    SourceTables,
    concatenate,
    load_origin,
    origin_from_mapping,
    source_tables,
)
from etl.sources.formats.paging import fetch_pages
from geodata.errors import InputFileError
from geodata.vocabulary.codes import codelist

CONNECTORS = (
    "cz_mpsv_rpss",
    "cz_cuzk_boundaries",
    "cz_cuzk_address_points",
    "cz_csu_population",
    "cz_csu_hierarchy",
    "pl_gugik_prg",
    "pl_gus_bdl",
    "pl_mrips_rjps",
    "eu_gisco_lau",
    "osm_social_facilities",
    "vector_file",
)
GOOD = {
    "name": "a",
    "title": {"cs": "A", "pl": "A", "en": "A"},
    "publisher": "P",
    "licence": "L",
    "citation": "C",
    "urls": {"x": "https://example.org/{code}"},
    "state": "seen",
}


@pytest.mark.parametrize("name", CONNECTORS)
def test_every_connector_has_a_module_and_an_origin(name: str) -> None:
    module = importlib.import_module(f"etl.sources.{name}")
    assert callable(module.read)
    assert callable(module.addresses)
    origin = load_origin(name)
    for url in origin.urls.values():
        check_scheme(url.replace("{", "").replace("}", ""))
    assert all(origin.title[language] for language in ("cs", "pl", "en"))


def test_an_origin_says_all_that_is_wrong() -> None:
    with pytest.raises(OriginError, match="lacks licence, urls; has unknown parts colour"):
        origin_from_mapping(
            "a", {key: value for key, value in GOOD.items() if key not in ("licence", "urls")} | {"colour": 1}
        )
    for wrong in ({"name": "b"}, {"state": "sure"}, {"title": {"cs": "A", "en": "A"}}):
        with pytest.raises(OriginError):
            origin_from_mapping("a", GOOD | wrong)
    with pytest.raises(OriginError, match="no origin called"):
        load_origin("xx_unknown")


def test_an_address_needs_all_its_values() -> None:
    origin = origin_from_mapping("a", GOOD)
    assert origin.address("x", code=5) == "https://example.org/5"
    with pytest.raises(OriginError, match="no value"):
        origin.address("x")
    with pytest.raises(OriginError, match="no address"):
        origin.address("y")


def part(origin: Origin, rows: int, rejected: tuple[int, ...] = ()) -> SourceTables:
    return source_tables(
        origin,
        {"t": pd.DataFrame({"a": range(rows - len(rejected))})},
        rows_read=rows,
        rows_loaded=rows - len(rejected),
        rejected=[(number, None, "invalid_number", "x") for number in rejected],
    )


def test_accounting_must_close() -> None:
    origin = origin_from_mapping("a", GOOD)
    with pytest.raises(AccountingError, match="3 rows were read"):
        source_tables(origin, {}, rows_read=3, rows_loaded=2)


def test_joined_pages_go_on_counting() -> None:
    origin = origin_from_mapping("a", GOOD)
    joined = concatenate([part(origin, 3, (2,)), part(origin, 2), part(origin, 4, (1, 4))])
    assert (joined.rows_read, joined.rows_loaded) == (9, 6)
    assert joined.rejected["row_number"].tolist() == [2, 6, 9]
    assert len(joined.tables["t"]) == 6


def test_pages_that_never_end_are_refused() -> None:
    first = Download("a", "https://example.org/1", "1", "json")
    with pytest.raises(InputFileError, match="do not end"):
        fetch_pages(lambda _: Path("x"), first, lambda _path, _number: first)


def test_every_reason_of_a_rejection_is_in_the_code_list() -> None:
    used = set()
    for name in (*CONNECTORS, "formats.rpss_site", "formats.rpss_reading"):
        source = inspect.getsource(importlib.import_module(f"etl.sources.{name}"))
        used |= set(
            re.findall(r'"(unknown_\w+|missing_\w+|invalid_\w+|duplicate_row|not_a_service)"', source)
        )
    assert used >= {
        "unknown_municipality",
        "unknown_kind",
        "invalid_number",
        "invalid_shape",
        "missing_code",
        "duplicate_row",
    }
    assert used <= set(codelist("rejection_reasons"))
