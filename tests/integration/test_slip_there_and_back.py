"""
A correction slip on its way: written by `dosah slip`, filled in by an office, checked, built in, seen,
and kept by the next build.

The file is filled as a spreadsheet program does it: cells of the sheet are added,
everything else of the file stays.
"""

import io
import json
import re
import zipfile
from html import escape

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from dashboard import text
from dashboard.catalogue import card
from dashboard.documents import commands
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.sheet import page
from etl.cli import app
from geodata.dataset.dataset import read_dataset
from geodata.reading import services as reading_services

AREA, VILLAGE = "frydlantsko-beskydy", "598143"
SHEETS = {"cs": "Opravy", "pl": "Poprawki", "en": "Corrections"}
COLUMNS = "ABCDEFGHIJ"


@pytest.fixture
def run(dataset_path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    if not any(command.name == "slip" for command in app.registered_commands):
        commands.register(app)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def filled(content, rows):
    """Fill the sheet of corrections: (row from 2 on) → its cells."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                made = "".join(
                    f'<row r="{number}">'
                    + "".join(
                        f'<c r="{COLUMNS[at]}{number}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'
                        for at, cell in enumerate(cells)
                        if cell is not None
                    )
                    + "</row>"
                    for number, cells in enumerate(rows, start=2)
                )
                part = part.replace(b"</sheetData>", f"{made}</sheetData>".encode())
            new.writestr(name, part)
    return buffer.getvalue()


def choices(content):
    """Return what the lists of a slip offer: services, facts, forms, units."""
    rows = CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(3).to_python()[1:]
    return [[row[column] for row in rows if row[column]] for column in range(4)]


def option(options, code):
    return next(choice for choice in options if choice.endswith(f"[{code}]"))


@pytest.fixture
def slip(run, tmp_path):
    assert run("slip", "--area", AREA, "--village", VILLAGE, "--language", "cs").exit_code == 0
    return (tmp_path / f"{VILLAGE}-cs-corrections.xlsx").read_bytes()


def test_a_right_slip_changes_the_dataset_is_seen_and_survives_the_next_build(
    run, slip, tmp_path, dataset_path
):
    services, facts, forms, units = choices(slip)
    before = read_dataset(dataset_path)
    capacity = before["capacity"]
    service_id = next(
        one for one in services if ((capacity["service_id"] == one) & (capacity["form"] == "pob")).any()
    )
    old = capacity.loc[(capacity["service_id"] == service_id) & (capacity["form"] == "pob")].iloc[0]
    rows = [
        [
            service_id,
            option(facts, "capacity.capacity_number"),
            option(forms, "pob"),
            option(units, old["unit"]),
            f"{old['capacity_number']:g}",
            "41",
            "5. 10. 2026",
            "Městský úřad Frýdlant",
            "spočítáno na místě",
            None,
        ],
        [
            service_id,
            option(facts, "service.phone"),
            None,
            None,
            None,
            "+420 558 604 111",
            "2026-10-05",
            "Městský úřad Frýdlant",
            "nové číslo",
            "sdělení úřadu",
        ],
    ]
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "slip.xlsx").write_bytes(filled(slip, rows))
    assert run("table", "tables/slip.xlsx").exit_code == 0
    assert (
        run("build", "--output", "d.gpkg", "--table", tmp_path).exit_code == 0
    )  # no tables beside: only what is named
    built = run("build", "--output", "d.gpkg", "--changes", "changes.txt", "--language", "cs")
    assert built.exit_code == 0, built.output
    changes = (tmp_path / "changes.txt").read_text(encoding="utf-8")
    assert f"{old['capacity_number']:g}" in changes
    assert "41" in changes
    for _again in range(2):
        dataset = read_dataset(tmp_path / "d.gpkg")
        now = (
            dataset["capacity"]
            .set_index(["service_id", "form", "unit"])
            .loc[(service_id, "pob", old["unit"])]
        )
        assert now["capacity_number"] == 41.0
        service = dataset["service"].set_index("service_id").loc[service_id]
        assert service["phone"] == "+420 558 604 111"
        corrections = dataset["correction"]
        assert set(corrections["state"]) == {"applied"}
        assert set(corrections["correction_date"]) == {"2026-10-05"}
        assert set(corrections["office"]) == {"Městský úřad Frýdlant"}
        assert run("build", "--output", "d.gpkg").exit_code == 0
    entry = next(
        one for one in list(reading_services.services(dataset).values()) if one.service_id == service_id
    )
    text.use("cs")
    shown = card.sources(entry, {})[-1]
    assert shown[0] == "Opravil úřad"
    before = text.number(old["capacity_number"])
    words = str(shown[1]).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{before} → 41; Městský úřad Frýdlant, 5. října 2026: spočítáno na místě" in words
    facts_now = AreaFacts(dataset, AREA)
    with text.speaking("cs"):
        data = json.dumps(page.sheet_data(facts_now, VILLAGE, services=40), ensure_ascii=False)
    assert "opraveno 5.\N{NO-BREAK SPACE}října\N{NO-BREAK SPACE}2026, Městský úřad Frýdlant" in data


def test_a_slip_with_mistakes_comes_back_with_messages_at_its_cells(run, slip, tmp_path):
    services, facts, forms, units = choices(slip)
    right = [
        services[0],
        option(facts, "service.phone"),
        None,
        None,
        None,
        "+420 558 604 111",
        "2026-10-05",
        "Úřad",
        "ověřeno",
        None,
    ]

    def wrong(column, value):
        return [value if at == COLUMNS.index(column) else cell for at, cell in enumerate(right)]

    rows = [
        right,
        wrong("G", "3/4/2026"),
        wrong("B", "barva"),
        wrong("F", None),
        wrong("H", None),
        wrong("G", "2999-01-01"),
        [
            services[0],
            option(facts, "capacity.capacity_number"),
            forms[0],
            units[0],
            None,
            "mnoho",
            "2026-10-05",
            "Úřad",
            "x",
            None,
        ],
    ]
    (tmp_path / "wrong.xlsx").write_bytes(filled(slip, rows))
    checked = run("table", "wrong.xlsx", "--language", "cs", "--annotate", "marked.xlsx")
    assert checked.exit_code == 1
    cells = set(re.findall(r"list Opravy, buňka ([A-J]\d+)", checked.output))
    assert cells == {"G3", "B4", "F5", "H6", "G7", "F8"}
    assert (tmp_path / "marked.xlsx").exists()
    build = run("build", "--output", "d.gpkg", "--table", "wrong.xlsx")
    assert build.exit_code == 1
    assert "G3" in build.output
    assert not (tmp_path / "d.gpkg").exists()


@pytest.mark.parametrize("language", ["pl", "en"])
def test_a_slip_of_another_language_is_taken_as_well(run, tmp_path, language):
    assert run("slip", "--area", AREA, "--village", VILLAGE, "--language", language).exit_code == 0
    made = (tmp_path / f"{VILLAGE}-{language}-corrections.xlsx").read_bytes()
    assert CalamineWorkbook.from_object(io.BytesIO(made)).sheet_names[1] == SHEETS[language]
    services, facts, *_ = choices(made)
    row = [
        services[0],
        option(facts, "service.email"),
        None,
        None,
        None,
        "obec@frydlant.example",
        "2026-10-05",
        "Office",
        "x",
        None,
    ]
    (tmp_path / "filled.xlsx").write_bytes(filled(made, [row]))
    assert run("build", "--output", "d.gpkg", "--table", "filled.xlsx").exit_code == 0
    service = read_dataset(tmp_path / "d.gpkg")["service"].set_index("service_id")
    assert service.loc[services[0], "email"] == "obec@frydlant.example"


def test_no_slip_tells_where_a_protected_service_is_or_who_corrected_it(published):
    hidden = set(published["site"].loc[published["site"]["is_protected"], "service_id"])
    facts = AreaFacts(published, AREA)
    assert all(not facts.services[service_id].corrections for service_id in hidden)
