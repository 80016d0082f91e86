"""
A gmina whose kind changed, and ages that no outline belongs to.

Joined or listed, never the end of a build.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.publish.build import build
from etl.sources.formats.teryt import changed_kinds, is_one_name, same_six
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.values import CellError
from geodata.dataset.dataset import Dataset, read_dataset

DAY = "2026-09-04"
# Code in the outlines → name there, middle.
OUTLINES = {
    "2467011": ("Jastrzębie-Zdrój", 18.60, 49.95),
    "2404122": ("Olsztyn", 19.27, 50.75),
    "2404042": ("Kamienica Polska", 19.14, 50.67),
    "2408021": (None, 18.86, 50.19),
}
# Code in the ages → name there. One is of another kind, one of another name, one has no outline at all.
AGES = {
    "2467011": "Jastrzębie-Zdrój",
    "2404123": "Olsztyn (3)",
    "2404043": "Zupełnie Inna",
    "2417033": "Gmina bez obrysu",
}
PERSONS = {"72305": 5000, "72239": 400, "72240": 800, "76024": 90, "76025": 60}


def write_files(folder: Path) -> dict[str, Path]:
    features = [
        {
            "type": "Feature",
            "properties": {"JPT_KOD_JE": code, "JPT_NAZWA_": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[e, n], [e + 0.02, n], [e + 0.02, n + 0.02], [e, n + 0.02], [e, n]]],
            },
        }
        for code, (name, e, n) in OUTLINES.items()
    ]
    outlines = folder / "gminy.geojson"
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    mapping = "country: PL\ncode: JPT_KOD_JE\nname: JPT_NAZWA_\ncode_pattern: '^\\d{6}[123]$'\n"
    (folder / "gminy.geojson.yaml").write_text(mapping, encoding="utf-8")
    pages = []
    for variable, count in PERSONS.items():
        units = [
            # Unit of the bank: level, region, voivodeship, subregion, powiat, gmina and kind; digits 3-4 and
            # 8-12 are the code.
            {"id": f"04{code[:2]}141{code[2:]}", "name": name,
             "values": [{"year": "2023", "val": count, "attrId": 1}]}
            for code, name in AGES.items()
        ]  # fmt: skip
        page = folder / f"bdl-{variable}-2023.json"
        page.write_text(
            json.dumps({"totalRecords": 4, "variableId": int(variable), "results": units}), encoding="utf-8"
        )
        pages.append(str(page))
    return {"vector_file": outlines, "pl_gus_bdl": Path(",".join(pages))}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Any]:
    folder = tmp_path_factory.mktemp("polish")
    report = build(folder / "pl.gpkg", write_files(folder), country="PL", data_date=DAY)
    return read_dataset(folder / "pl.gpkg"), report


def test_ages_without_an_outline_are_rejected_row_by_row_and_listed(made: tuple[Dataset, Any]) -> None:
    dataset, report = made
    account = dataset["accounting"].set_index("origin_id").loc["pl_gus_bdl"]
    rows = len(PERSONS) * len(AGES)
    assert (account["rows_read"], account["rows_loaded"], account["rows_rejected"]) == (
        rows,
        rows - 2 * len(PERSONS),
        2 * len(PERSONS),
    )
    rejected = dataset["rejected"][dataset["rejected"]["origin_id"] == "pl_gus_bdl"]
    assert rejected["record_id"].value_counts().to_dict() == {
        "2404043": len(PERSONS),
        "2417033": len(PERSONS),
    }
    assert sorted(rejected["row_number"]) == sorted(set(rejected["row_number"])), "each row of the files once"
    assert any("no outlines know them: 2 (2404043, 2417033)" in note for note in report.notes)


def test_a_gmina_whose_kind_changed_is_recognised_said_and_joined(made: tuple[Dataset, Any]) -> None:
    dataset, report = made
    population = dataset["population"]
    persons = population[population["municipality_code"] == "2404122"]["persons"].sum()
    assert (
        persons
        == population[population["municipality_code"] == "2467011"]["persons"].sum()
        == PERSONS["72305"]
    )
    assert any("gmina 2404123 is taken for 2404122 of the outlines" in note for note in report.notes)
    assert any("2404043 was not joined to 2404042: their names differ" in note for note in report.notes)
    assert "2404042" not in set(population["municipality_code"]), "unknown, not zero and not another's"


@pytest.mark.parametrize(
    ("held", "outlines", "other", "reason"),
    [
        ({"2404123": "Olsztyn (3)"}, {"2404122": "Olsztyn"}, {"2404123": "2404122"}, None),
        ({"2404122": None}, {"2404123": "Olsztyn"}, {"2404122": "2404123"}, None),
        ({"0201011": "m. Bolesławiec"}, {"0201013": "Bolesławiec"}, {"0201011": "0201013"}, None),
        # Something speaks against it.
        ({"2404123": "Olsztyn"}, {"2404122": "Mstów"}, {}, "their names differ"),
        (
            {"2404123": "Olsztyn", "2404122": "Olsztyn"},
            {"2404122": "Olsztyn"},
            {},
            "the file holds that code too",
        ),
        ({"2404123": "A", "2404121": "A"}, {"2404122": "A"}, {}, "several codes share"),
        ({"2404123": "A"}, {"2404122": "A", "2404121": "A"}, {}, "several codes share"),
        # Parts of a gmina and other gminy are no changed kind.
        ({"2404124": "Olsztyn"}, {"2404122": "Olsztyn"}, {}, None),
        ({"2404133": "Olsztyn"}, {"2404122": "Olsztyn"}, {}, None),
    ],
)
def test_a_changed_last_digit(
    held: dict[str, str | None], outlines: dict[str, str | None], other: dict[str, str], reason: str | None
) -> None:
    changed, against = changed_kinds(held, outlines)
    assert changed == other
    assert reason is None or all(reason in reasons for _code, reasons in against.values())
    assert bool(against) == (reason is not None)


def test_names_of_one_gmina() -> None:
    assert is_one_name("Olsztyn (3)", "Olsztyn")
    assert is_one_name(None, "Olsztyn")
    assert not is_one_name("Olsztyn", "Olsztynek")


MUNICIPALITY = pd.DataFrame(
    {
        "municipality_code": ["2404122", "0201011"],
        "name": ["Olsztyn", "Bolesławiec"],
        "district_code": ["2404", "0201"],
        "district_name": ["powiat częstochowski", "powiat bolesławiecki"],
        "orp_name": [None, None],
        "country": ["PL", "PL"],
    }
)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2404123", "2404122"),
        ("240412", "2404122"),
        ("2404124", "2404122"),
        ("2404 12 3", "2404122"),
        ("240412_3", "2404122"),
        ("Olsztyn [2404123]", "2404122"),
        ("201013", "0201011"),
    ],
)
def test_a_cell_with_the_other_code_gets_the_gmina_suggested(cell: str, meant: str) -> None:
    with pytest.raises(CellError) as caught:
        NamedMunicipalities(MUNICIPALITY).municipality(cell)
    assert [f"[{meant}]" in suggestion for suggestion in caught.value.suggestions] == [True]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("2404122", "2404122"), ("2404 12 2", "2404122"), ("240412_2", "2404122"), ("201011", "0201011")],
)
def test_ways_to_write_a_code(cell: str, code: str) -> None:
    assert NamedMunicipalities(MUNICIPALITY).municipality(cell) == code


def test_no_other_code_is_suggested() -> None:
    assert same_six("2404133", ["2404122"]) == []
    assert same_six("Olsztyn", ["2404122"]) == []
    assert same_six("598143", ["598144", "2404122"]) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Did you mean: Olsztyn [2404122]"), ("cs", "Olsztyn [2404122]"), ("pl", "Olsztyn [2404122]")],
)
def test_the_command_suggests_it_in_the_language_asked_for(
    language: str, sentence: str, made: tuple[Dataset, Any], tmp_path: Path
) -> None:
    table = tmp_path / "uslugi.csv"
    lines = "service_name;provider_name;service_type;municipality;source\nDPS;Gmina;pl-DPS;2404123;strona\n"
    table.write_text(lines, encoding="utf-8")
    got = CliRunner().invoke(
        app, ["table", "--dataset", str(made[0].path), "--language", language, str(table)]
    )
    assert got.exit_code == 1
    assert sentence in " ".join(got.output.split())
