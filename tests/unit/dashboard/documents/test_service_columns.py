"""A new column of a service is one line: every door that lists services shows it."""

import io

import docx
import pytest
from pptx import Presentation
from python_calamine import CalamineWorkbook

from dashboard import text
from dashboard.catalogue import card, rows
from dashboard.catalogue.address import Favourites
from dashboard.documents import exchange
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.slides_area import services_of
from dashboard.documents.office import report, slides, tables_xlsx
from dashboard.documents.pack import tables
from dashboard.documents.pack.deck import Deck
from dashboard.documents.pictures import file
from dashboard.phrases import service_columns
from dashboard.phrases.service_columns import COLUMNS, FIRST, ServiceColumn
from geodata.stories import Step, Story, View
from tests.unit.dashboard.documents.test_slides_agree import POINT

NEW = "Sign of the office"


@pytest.fixture
def facts(published, monkeypatch):
    """An area with a doubtful capacity, and a column more at every door."""
    new = ServiceColumn("sign", dict.fromkeys(FIRST, NEW), lambda service: f"§{service.service_id}")
    monkeypatch.setattr(service_columns, "COLUMNS", (*COLUMNS, new))
    monkeypatch.setattr(file, "set_picture", lambda *_args: POINT)
    return AreaFacts(published, "podbrdsko")


def test_a_new_column_stands_in_workbook_and_csv(facts):
    book = CalamineWorkbook.from_object(io.BytesIO(tables_xlsx.build(facts, "en")))
    told = [
        row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() if NEW in row
    ]
    assert len(told) == 2
    head, *services = book.get_sheet_by_name("Services").to_python()
    at, identifier = head.index(NEW), head.index("identifier")
    assert [row[at] for row in services[:3]] == [f"§{row[identifier]}" for row in services[:3]]
    with text.speaking("en"):
        assert NEW in exchange.services_csv(facts).decode("utf-8-sig").splitlines()[0]


def test_a_new_column_stands_in_the_chapter(facts):
    document = docx.Document(io.BytesIO(report.build(facts, "en")))
    shown = [table for table in document.tables if NEW in [cell.text for cell in table.rows[0].cells]]
    assert len(shown) == 1
    assert all("§" in "".join(cell.text for cell in row.cells) for row in shown[0].rows[1:])


def test_a_new_column_stands_in_the_pack_and_in_layers(facts):
    service = facts.area_services[0]
    with text.speaking("en"):
        made = tables.services_table(facts, [(service, None)], "x")
        points = exchange.service_points(facts)
    assert NEW in made
    assert f"§{service.service_id}" in made
    assert all(row[NEW] == f"§{row['service_id']}" for row in points)


def test_a_new_column_stands_in_the_export_of_the_catalogue(facts):
    service = facts.area_services[0]
    with text.speaking("en"):
        at = card.sheet_headings().index(NEW)
        assert card.sheet_row(service, {}, {}, {})[at] == f"§{service.service_id}"


def test_a_new_column_stands_in_the_list_of_the_catalogue_and_on_its_paper(facts):
    service = facts.area_services[0]
    with text.speaking("en"):
        on_screen = rows.table([service], {}, None, {}, Favourites(()), caption="x")
        on_paper = rows.paper([service], {}, None, "x", "")
    for shown in (on_screen, on_paper):
        assert shown.count(NEW) >= 1
        assert f"§{service.service_id}" in shown


def test_a_new_column_stands_on_the_slides_of_pack_and_pptx(facts):
    view = View("services", groups=("home_care",))
    step = Step(view=view, sentence={"en": "T"}, notes={"en": ""})
    story = Story(story_id="x", area_id=facts.area_id, title={"en": "T"}, steps=(step,))
    first = next(iter(services_of(facts, "home_care"))).service_id
    page = Presentation(io.BytesIO(slides.build(facts, story, "en"))).slides[0]
    cells = [cell.text for shape in page.shapes if shape.has_table for cell in shape.table.iter_cells()]
    with text.speaking("en"):
        made = Deck(facts, story).slide(1, step)
    assert NEW in cells
    assert f"§{first}" in cells
    assert f"§{first}" in made


def test_doors_name_only_columns_that_they_have():
    for door, first in FIRST.items():
        there = {column.name for column in COLUMNS if door in column.headings}
        assert set(first) <= there
        assert not first or there == set(first)
