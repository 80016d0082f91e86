"""
Every view comes back from its address: in another language, and after a new build.
An address that no longer fits says so.

A new page is one row of VIEWS, and one of MISFITS where its address names something that may go away.
"""

import re
from dataclasses import replace

import pytest

from dashboard import text
from dashboard.address.names import RENAMED
from dashboard.story.edit import to_link
from geodata.dataset.dataset import read_dataset
from geodata.dataset.publish import write_dataset
from geodata.stories import story_for
from tests.integration.reader import asked

OWN_STORY = to_link(replace(story_for("podbrdsko"), story_id="own", steps=story_for("podbrdsko").steps[:2]))
MAP = {"area": "podbrdsko", "service": "home_care"}
# Page, and an address that differs from the first view in as many ways as there are.
VIEWS = {
    "map": (
        "gap_map",
        {
            **MAP,
            "norm": "typed",
            "norm_per_1000": "12.5",
            "limit": "15",
            "decay": "gaussian",
            "doubtful": "1",
            "order": "coverage_ratio",
            "show": "missing",
        },
    ),
    "map of a town": ("gap_map", {"area": "mikolow", "service": "day_care"}),
    "two maps": (
        "gap_map",
        {**MAP, "beside": "day_care", "selected": "cz-rpss-1312", "show": "out_of_reach"},
    ),
    "two limits on a base map": ("gap_map", {**MAP, "beside": "limit.10", "base": "osm"}),
    "home": ("home", {"query": "charita"}),
    "village": ("village", {"municipality": "598542"}),
    "catalogue": ("catalogue", {"query": "domov", "district": "CZ0802", "form": "pob"}),
    "card": ("catalogue", {"card": "cz-rpss-1016"}),
    "scenario": (
        "scenario",
        {
            **MAP,
            "limit": "15",
            "changes": "a.529681.12.podbrdsko~r.9.cz-rpss-1312",
            "scenario_norm": "typed",
            "scenario_norm_per_1000": "14",
            "picture": "today",
        },
    ),
    "catalogue on the map": (
        "catalogue",
        {"view": "map", "area": "frydlantsko-beskydy", "favourites": "cz-rpss-1132"},
    ),
    "provider": ("catalogue", {"provider": "cz-ico-65468562"}),
    "present": ("present", {"area": "podbrdsko", "story": "podbrdsko", "step": "3"}),
    "own story": ("present", {"area": "podbrdsko", "story": "own", "own_story": OWN_STORY}),
    "documents": (
        "documents",
        {"area": "podbrdsko", "municipality": "529681", "map": "day_care", "show": "missing"},
    ),
    "own tables": ("own_tables", {"kind": "findings"}),
    "data": ("data_method", {"section": "sources"}),
    "needs": ("needs", {"area": "podbrdsko", "municipality": "529681", "section": "planning"}),
}
# A view that says what the old name of a parameter said.
OLD_NAMES = {
    "per1000": "map",
    "do": "scenario",
    "norm2": "scenario",
    "per1000b": "scenario",
    "q": "catalogue",
    "fav": "catalogue on the map",
    "mine": "own story",
    "place": "needs",
}
UNKNOWN = "no-such-thing"
HOSTILE = "<script>alert(1)</script>"
# Page, and an address that names what is not there.
MISFITS = {
    "area": ("gap_map", {"area": UNKNOWN, "service": "day_care"}),
    "service": ("gap_map", {"area": "podbrdsko", "service": HOSTILE}),
    "norm without its number": ("gap_map", {**MAP, "norm": "typed"}),
    "limit that is no number": ("gap_map", {**MAP, "limit": "far"}),
    "selected service": ("gap_map", {**MAP, "selected": UNKNOWN}),
    "second map": ("gap_map", {**MAP, "beside": HOSTILE}),
    "base map": ("gap_map", {**MAP, "base": UNKNOWN}),
    "village": ("village", {"municipality": UNKNOWN}),
    "card": ("catalogue", {"card": HOSTILE}),
    "scenario of another area": ("scenario", {"area": UNKNOWN, "service": "day_care"}),
    "step of a service that is gone": ("scenario", {**MAP, "changes": f"c.{UNKNOWN}~a.529681.12"}),
    "step that is none": ("scenario", {**MAP, "changes": f"{HOSTILE}~a.529681.12"}),
    "needs of another area": ("needs", {"area": UNKNOWN}),
    "provider": ("catalogue", {"provider": UNKNOWN}),
    "story": ("present", {"area": "podbrdsko", "story": HOSTILE}),
    "story of another area": ("present", {"area": UNKNOWN}),
    "documents of a village of another area": ("documents", {"area": "podbrdsko", "municipality": "598542"}),
    "subject of a document": ("documents", {"area": "podbrdsko", "map": UNKNOWN}),
    "kind of an own table": ("own_tables", {"kind": UNKNOWN}),
    "section of the data": ("data_method", {"section": HOSTILE}),
    "filter of the catalogue": ("catalogue", {"kind": UNKNOWN}),
    "needs of a municipality of another area": ("needs", {"area": "podbrdsko", "municipality": "598542"}),
    "norm of a scenario": ("scenario", {**MAP, "scenario_norm": UNKNOWN}),
    "picture of a scenario": ("scenario", {**MAP, "picture": HOSTILE}),
}


@pytest.fixture(scope="module")
def newer_path(dataset_path, tmp_path_factory):
    """The same data after a new build: another version, because one phone number changed."""
    published = read_dataset(dataset_path)
    contents = {name: table.copy() for name, table in published.tables.items()}
    contents["service"].loc[contents["service"].index[-1], "phone"] = "+420 123 456 789"
    path = tmp_path_factory.mktemp("newer") / "dosah.gpkg"
    write_dataset(contents, published.outlines(), path)
    assert read_dataset(path).version != published.version
    return path


@pytest.fixture
def open_view(open_page):
    """Return a function that opens a page by its address and looks that nothing failed."""

    def open_(page, parameters, language="cs", **options):
        app = open_page(f"app_pages/{page}.py", **parameters, lang=language, **options)
        assert not app.exception
        assert [error.value for error in app.error] == []
        return app

    return open_


def page_of(app):
    """Return all that the page shows but its styles and the version of its data."""
    shown = [
        re.sub(r"<style>.*?</style>", "", element.proto.body, flags=re.DOTALL) for element in app.get("html")
    ]
    for kind in ("title", "header", "subheader", "markdown", "info", "warning"):
        shown += [f"{kind}: {element.value}" for element in app.get(kind)]
    for kind in ("selectbox", "multiselect", "text_input", "number_input", "select_slider", "toggle"):
        shown += [f"{element.label}: {element.value}" for element in app.get(kind)]
    return [re.sub(r"\b[0-9a-f]{16}\b", "VERSION", part) for part in shown]


def shape_of(app):
    """
    Return what does not depend on the language: how many rows, links and controls there are,
    and which codes they name.
    """
    html = "".join(page_of(app))
    codes = sorted(re.findall(r"data-dosah-code=\"(\w+)\"", html))
    return len(re.findall("<tr", html)), codes, len(app.button), len(app.selectbox)


def says_kindly(app):
    """Tell whether a sentence of the page says that something is not there."""
    return bool(app.info or app.warning)


@pytest.mark.parametrize("name", list(VIEWS))
def test_a_view_comes_back_in_another_language(open_view, name):
    page, parameters = VIEWS[name]
    first = open_view(page, parameters)
    assert asked(first) == parameters
    for language in ("pl", "en"):
        other = open_view(page, asked(first), language)
        assert asked(other) == parameters
        assert shape_of(other) == shape_of(first)
        assert page_of(other) != page_of(first)


@pytest.mark.parametrize("name", list(VIEWS))
def test_a_view_comes_back_after_a_new_build(open_view, newer_path, name):
    page, parameters = VIEWS[name]
    before = open_view(page, parameters)
    after = open_view(page, asked(before), dataset=newer_path)
    assert asked(after) == parameters
    assert page_of(after) == page_of(before)


@pytest.mark.parametrize("old", list(RENAMED))
def test_an_old_name_of_a_parameter_leads_to_the_same_page(open_view, old):
    page, parameters = VIEWS[OLD_NAMES[old]]
    before = {old if name == RENAMED[old] else name: value for name, value in parameters.items()}
    assert before != parameters
    asked_before, asked_today = open_view(page, before), open_view(page, parameters)
    assert asked(asked_before) == asked(asked_today) == parameters
    assert page_of(asked_before) == page_of(asked_today)
    misled = open_view(page, {**parameters, old: UNKNOWN})
    assert page_of(misled) == page_of(asked_today)


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("name", list(MISFITS))
def test_an_address_that_no_longer_fits_says_so_kindly(open_view, name, language):
    page, parameters = MISFITS[name]
    app = open_view(page, parameters, language)
    assert app.title
    assert says_kindly(app)
    # Markdown shows what stands behind a backslash as it is.
    assert not any(re.search(r"(?<!\\)<script>alert", shown) for shown in page_of(app))


def test_what_still_fits_of_an_address_is_kept(open_view):
    app = open_view("scenario", MISFITS["step of a service that is gone"][1])
    assert asked(app)["changes"] == "a.529681.12"
    app = open_view("gap_map", {**MAP, "decay": UNKNOWN, "limit": "15"})
    assert asked(app) == {**MAP, "limit": "15"}


@pytest.mark.parametrize("page", sorted({page for page, _parameters in VIEWS.values()}))
def test_a_page_takes_no_more_from_an_address_than_anybody_writes(open_view, page):
    """Half a megabyte of address, repeated in the links of a page, would hold the server for everybody."""
    names = (
        "query",
        "kind",
        "favourites",
        "area",
        "municipality",
        "changes",
        "story",
        "steps",
        "selected",
        "page",
    )
    plain = sum(map(len, page_of(open_view(page, {}, "pl"))))
    app = open_view(page, dict.fromkeys(names, "a," * 12_000), "pl")
    assert any("Adres był dłuższy" in warning.value for warning in app.warning)
    assert asked(app).keys() & set(names) == asked(open_view(page, {}, "pl")).keys() & set(names)
    assert sum(map(len, page_of(app))) < plain + 2_000
