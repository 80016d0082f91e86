"""
Texts that mean harm, from the dataset through the pages and sheets: nothing of them becomes a tag,
a link or a formula.
"""

import csv
import functools
import html.parser
import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboard import text
from dashboard.catalogue import card
from dashboard.documents import exchange
from dashboard.documents.facts.area import AreaFacts
from dashboard.tables import sheets
from etl.cli import app
from geodata.dataset.dataset import read_dataset
from geodata.hsds import tabular, write
from geodata.reading import services

FOLDER = Path(__file__).resolve().parents[2] / "dashboard" / "app_pages"
PAGES = [
    f"app_pages/{file.name}" for file in sorted(FOLDER.glob("*.py")) if "__main__" in file.read_text("utf-8")
]
OWN_SCRIPTS = re.compile(r'<script type="module" src="app/static/dosah-(?:page|village)\.js"></script>')
ALLOWED_TAGS = {
    "a", "abbr", "article", "b", "br", "button", "caption", "circle", "code", "dd", "defs", "details",
    "dialog", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "g", "h2", "h3", "h4", "h1", "hr",
    "i", "img", "li", "line", "ol", "p", "path", "pattern", "pre", "rect", "section", "small", "span",
    "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "text", "tfoot", "th", "thead",
    "title", "time", "tr", "ul", "col", "colgroup", "header", "desc", "polygon", "polyline",
}  # fmt: skip
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


class Tags(html.parser.HTMLParser):
    """What a piece of HTML holds that could act."""

    def __init__(self, code):
        super().__init__()
        self.faults = []
        self.feed(code)

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED_TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("srcdoc", "autofocus", "formaction"):
                self.faults.append(f"{tag} {name}")
            if name in ("href", "src", "xlink:href"):
                given = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
                if not re.match(r"https?://|tel:\+|mailto:|\./\?|[a-z]*\?|#|data:image/", given) or (
                    name == "src" and "://" in given
                ):
                    self.faults.append(f"{tag} {name} {value}")


@pytest.fixture
def open_page(open_page, hostile_path):
    return functools.partial(open_page, dataset=hostile_path)


def faults(app):
    problems = [*app.exception, *app.error]
    for element in app.get("html"):
        problems += Tags(OWN_SCRIPTS.sub("", element.proto.body)).faults
    for kind in ("title", "header", "subheader", "markdown", "caption", "info", "warning", "success"):
        for element in app.get(kind):
            # In Streamlit's Markdown an escaped bracket makes no link and no picture.
            problems += re.findall(
                r"(?<!\\)\]\(\s*(?:javascript|https://evil)[^)]*", element.value, re.IGNORECASE
            )
            if kind == "markdown" and element.proto.allow_html:
                problems += Tags(element.value).faults
    return problems


@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_a_text_of_the_dataset_act(open_page, page):
    assert faults(open_page(page, section="all")) == []


def test_no_card_and_no_village_lets_one_act(open_page, hostile_path):
    dataset = read_dataset(hostile_path)
    for service_id in dataset["service"]["service_id"].iloc[[0, 7, 19]]:
        assert faults(open_page("app_pages/catalogue.py", card=service_id)) == []
        assert faults(open_page("app_pages/catalogue.py", view="mine", favourites=service_id)) == []
    for provider_id in dataset["service"]["provider_id"].dropna().iloc[[0, 30]]:
        assert faults(open_page("app_pages/catalogue.py", provider=provider_id)) == []
    assert faults(open_page("app_pages/catalogue.py", view="map")) == []
    for code in dataset["area_membership"]["municipality_code"].iloc[[1, 20]]:
        assert faults(open_page("app_pages/village.py", municipality=code)) == []


NAMES = (
    "lang",
    "area",
    "service",
    "norm",
    "limit",
    "decay",
    "show",
    "municipality",
    "card",
    "q",
    "page",
    "kind",
    "do",
    "place",
    "fav",
    "view",
    "provider",
)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_its_address_act(open_page, page, hostile_texts):
    for position in (0, 2, 12, 26, 39):
        given = {
            name: hostile_texts[(position + step) % len(hostile_texts)] for step, name in enumerate(NAMES)
        }
        assert faults(open_page(page, **given)) == []


@pytest.fixture(scope="module")
def sheet(hostile_path):
    text.use("cs")
    dataset = read_dataset(hostile_path)
    return card.sheet_headings(), [
        card.sheet_row(entry, {}, {}, {}) for entry in list(services.services(dataset).values())
    ]


def test_no_cell_of_a_csv_is_a_formula(sheet, hostile_texts):
    rows = [*sheet[1], *([hostile] * len(sheet[0]) for hostile in hostile_texts)]
    read = list(
        csv.reader(
            io.StringIO(sheets.csv_bytes(sheet[0], rows).decode("utf-8-sig"), newline=""), delimiter=";"
        )
    )
    assert len(read) == len(rows) + 1
    assert {len(row) for row in read} == {len(sheet[0])}
    assert [cell for row in read for cell in row if cell.startswith(tuple(FORMULA_STARTS))] == []


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(sheet, hostile_texts):
    notes = [(hostile, hostile) for hostile in hostile_texts]
    rows = [*sheet[1], *([hostile] * len(sheet[0]) for hostile in hostile_texts)]
    with zipfile.ZipFile(io.BytesIO(sheets.xlsx_bytes("=1+1 [x]", sheet[0], rows, notes, "</x>"))) as book:
        parts = {
            name: book.read(name).decode("utf-8")
            for name in book.namelist()
            if name.endswith((".xml", ".rels"))
        }
    worksheets = "".join(body for name, body in parts.items() if name.startswith("xl/worksheets/sheet"))
    assert worksheets.count("<row ") == len(rows) + 1 + len(notes)
    assert "<f>" not in worksheets
    assert "<hyperlink" not in worksheets
    assert not any('TargetMode="External"' in body for body in parts.values())


def test_no_cell_for_machines_is_a_formula(hostile_texts):
    made = [tabular.csv_cell(cell) for cell in hostile_texts]
    # A phone number keeps its plus: nothing but figures can follow it.
    risky = [cell for cell in made if cell.startswith(tuple(FORMULA_STARTS))]
    assert [cell for cell in risky if not re.fullmatch(r"\+[\d ]+", cell)] == []


@pytest.mark.parametrize("form", ["json", "zip"])
def test_hostile_texts_travel_by_hsds_as_texts_and_come_back_as_they_were(hostile_path, tmp_path, form):
    dataset = read_dataset(hostile_path)
    facts = AreaFacts(dataset, "podbrdsko")
    file = tmp_path / f"own.{form}"
    file.write_bytes((exchange.hsds_json if form == "json" else exchange.hsds_zip)(facts, "cs"))

    def run(*words):
        return CliRunner().invoke(app, ["import", "hsds", str(file), "--dataset", str(hostile_path), *words])

    taken = run("--output", str(tmp_path / "back.gpkg"))
    assert taken.exit_code == 0, taken.output
    back = read_dataset(tmp_path / "back.gpkg")
    # What this dataset tells of protected places is not told on.
    hidden = set(dataset["site"].loc[dataset["site"]["is_protected"], "service_id"])
    for name in write.TABLES:
        texts = [
            table if name == "provider" else table[~table["service_id"].isin(hidden)]
            for table in (back[name], dataset[name])
        ]
        pd.testing.assert_frame_equal(*texts)
    made = run("--output", str(tmp_path / "back.xlsx"))
    assert made.exit_code == 0, made.output
    with zipfile.ZipFile(tmp_path / "back.xlsx") as archive:
        returned = {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }
    assert "<f>" not in "".join(body for name, body in returned.items() if "worksheets/sheet" in name)
    assert not any('TargetMode="External"' in body for body in returned.values())
