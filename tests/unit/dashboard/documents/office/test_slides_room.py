"""What a slide of PPTX has no room for is counted on it: services, kinds of help, changes of a scenario."""

import io
import re

import pytest
from pptx import Presentation

from dashboard import text
from dashboard.documents.facts import slides_views as slides_of_facts
from dashboard.documents.facts import story as villages
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.slide import Slide, SlideTable
from dashboard.documents.office import slides, slides_area, slides_maps
from geodata.dataset.dataset import Dataset
from geodata.stories import Step, Story, View

KINDS = ("home_care", "residential_seniors", "day_care", "respite_residential")


def shown(facts, *views):
    steps = tuple(Step(view=view, sentence={"en": "T"}, notes={"en": ""}) for view in views)
    story = Story(story_id="x", area_id=facts.area_id, title={"en": "T"}, steps=steps)
    return list(Presentation(io.BytesIO(slides.build(facts, story, "en"))).slides)


def cells(page):
    tables = [shape.table for shape in page.shapes if shape.has_table]
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows][1:]


def words(page):
    return "\n".join(shape.text_frame.text for shape in page.shapes if shape.has_text_frame)


@pytest.fixture
def everywhere(published):
    """An area of every Czech municipality: more services than a slide has lines."""
    rows = published["municipality"]
    czech = rows.loc[rows["country"] == "CZ", "municipality_code"]
    members = (
        published["area_membership"]
        .iloc[[0] * len(czech)]
        .assign(area_id="frydlantsko-beskydy", municipality_code=czech.to_numpy())
    )
    tables = {**published.tables, "area_membership": members.reset_index(drop=True)}
    return AreaFacts(Dataset(published.path, tables, "everywhere"), "frydlantsko-beskydy")


@pytest.mark.parametrize("groups", [KINDS, None])
def test_the_services_of_every_kind_are_counted_to_the_last(everywhere, groups):
    groups = groups or tuple(everywhere.groups)[:8]
    (page, *_) = shown(everywhere, View("services", groups=groups))
    kinds = {}
    for kind, service, where, _capacity in cells(page):
        if kind:
            name = kind
            kinds[name] = 0
        if where:
            kinds[name] += 1
        elif more := re.fullmatch(r"and (\d+) more services?", service):
            kinds[name] += int(more[1])
        elif not service:
            # Only how many there are.
            kinds[name] = int(re.search(r": (\d+) services?$", name)[1])
    assert len(kinds) == len(groups)
    told = {name: int(count[1]) for name in kinds if (count := re.search(r": (\d+) services?$", name))}
    assert {name: kinds[name] for name in told} == told
    assert max(told.values()) > 20


def test_a_kind_that_has_no_line_is_counted():
    table = SlideTable("Kind", ("service", "where", "capacity"), (), count="", rest="No service.")
    assert slides_area.service_rows(table, 0) == [["Kind", "No service.", "", ""]]


def test_doubtful_services_are_counted_to_the_last(everywhere):
    (page, *_) = shown(everywhere, View("certainty"))
    rows = [row for row in cells(page) if len(row) == 3 and row[0] != "service"]
    more = re.search(r"and (\d+) more services?", words(page))
    doubtful = [
        service
        for service in everywhere.area_services
        if any(part.basis == "doubtful" for part in service.capacities)
    ]
    assert len(rows) + int(more[1]) == len(doubtful)


@pytest.mark.parametrize("count", [0, 1, 3, 30])
def test_changes_that_do_not_fit_below_the_map_are_counted(count):
    points = tuple(f"{number}. New service in Lhota: 12 clients" for number in range(1, count + 1))
    with text.speaking("en"):
        said = slides_maps.changes_that_fit(Slide("scenario", points=points, notes=("A note.",)))
    listed = [line for line in said if line in points]
    more = [int(found[1]) for line in said if (found := re.fullmatch(r"and (\d+) more changes?", line))]
    assert len(listed) + sum(more) == count
    assert said[-1] == "A note."
    assert len(said) <= 8


def test_two_services_of_one_name_are_told_apart(published):
    facts = AreaFacts(published, "jastrzebie-zdroj")
    (page, *_) = shown(facts, View("services", groups=("home_care",)))
    rows = [tuple(row[1:]) for row in cells(page) if row[2]]
    assert len(rows) > 2
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(("area", "has_signs"), [("jastrzebie-zdroj", False), ("podbrdsko", True)])
def test_signs_are_explained_where_one_stands(published, area, has_signs):
    (page, *_) = shown(AreaFacts(published, area), View("help"))
    assert any("≤" in cell or "≥" in cell for row in cells(page) for cell in row) == has_signs
    assert ("a capacity within reach is unknown or doubtful" in words(page)) == has_signs


def test_a_village_that_needs_next_to_nothing_is_not_said_to_be_unknown(published):
    """Where every kind is needed by hardly anybody all can be said: it is no village of unknown people."""
    facts = AreaFacts(published, "podbrdsko")
    slight = [
        code
        for code in facts.members
        for shown_rows, slight_rows in [villages.village_rows(facts, code, ("home_care",))]
        if slight_rows and not shown_rows
    ]
    assert slight
    view = View("village", municipality=slight[0], groups=("home_care",))
    with text.speaking("en"):
        slide = slides_of_facts.village(facts, view)
    assert not any("cannot be said" in sentence for sentence in slide.said)
    assert any("less than one place is needed" in note for note in slide.notes)
