"""The village page on the published dataset: villages alike, the calculation behind every group, the address to share."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import text, village
from geodata.analysis import analyse
from geodata.peers import age_structure, peers_of

CODE = "598143"


@pytest.fixture
def open_village(dataset_path, monkeypatch):
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))

    def open_(code=CODE, language="cs", **opened):
        app = AppTest.from_file("../../dashboard/app.py", default_timeout=60)
        app.run()
        app.switch_page("app_pages/village.py")
        app.query_params.clear()
        app.query_params["municipality"] = code
        app.query_params["lang"] = language
        for key, value in opened.items():
            app.session_state[key] = value
        return app.run()

    yield open_
    text.use("cs")


def bodies(app):
    return [element.proto.body for element in app.get("html")]


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_the_calculation_is_made_when_it_is_opened(open_village, published, language):
    closed = open_village(language=language)
    assert not closed.exception
    assert not any('class="dosah-calculation"' in body for body in bodies(closed))
    key = f"dosah-calculation-home_care-{CODE}-{language}"
    app = open_village(language=language, **{key: True})
    assert not app.exception
    (made,) = [body for body in bodies(app) if 'class="dosah-calculation"' in body]
    coverage = analyse(published, "home_care", "CZ").coverage.set_index("municipality_code").loc[CODE]
    from dashboard.calculation import figure

    text.use(language)
    assert figure(coverage["coverage_ratio"]) in made
    assert figure(coverage["demand_places"]) in made


def test_villages_alike_are_named_with_a_link_each(open_village, published):
    places = published["municipality"]
    codes = places.loc[places["country"] == "CZ", "municipality_code"].tolist()
    peers = peers_of(age_structure(published["population"], codes), CODE)
    assert len(peers) == 8
    (named,) = [body for body in bodies(open_village()) if "Obce podobné" in body]
    assert re.findall(r"municipality=(\w+)", named) == peers


def test_where_the_people_are_not_known_no_village_is_alike(open_village):
    app = open_village("2469011", "pl")
    assert not app.exception
    said = "\n".join(bodies(app))
    assert "Gminy podobne" not in said
    assert "mediana podobnych gmin" not in said


def test_every_calculation_of_the_area_can_be_made(published):
    """Nothing of any group breaks the way back; a protected address never shows a distance."""
    from dashboard import calculation, catalogue

    text.use("cs")
    entries = {entry.service_id: entry for entry in catalogue.entries(published)}
    membership = published["area_membership"]
    places = published["municipality"].set_index("municipality_code")["country"]
    for area_id in membership["area_id"].drop_duplicates():
        code = membership.loc[membership["area_id"] == area_id, "municipality_code"].iloc[0]
        for group_id in village.groups_of_country(places[code]):
            analysis = analyse(published, group_id, places[code])
            made = calculation.calculation(analysis, code, published, entries)
            assert "nan" not in re.sub(r"<[^>]*>", " ", made).split()
            for row in re.findall(r"<tr>.*?</tr>", made):
                assert "adresa je chráněná" not in row or not re.search(r"\d\N{NO-BREAK SPACE}k?m\b", row)


def test_the_map_leads_the_figures_of_one_municipality_back_under_its_own_settings(
    dataset_path, published, monkeypatch
):
    from dashboard.calculation import figure
    from geodata.analysis import Settings

    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    app = AppTest.from_file("../../dashboard/app.py", default_timeout=60)
    app.query_params["area"] = "frydlantsko-beskydy"
    app.query_params["service"] = "home_care"
    app.query_params["limit"] = "9"
    app.run()
    assert not any('class="dosah-calculation"' in body for body in bodies(app))
    box = next(one for one in app.selectbox if one.label == "Krok za krokem pro jednu obec")
    box.set_value(CODE).run()
    assert not app.exception
    (made,) = [body for body in bodies(app) if 'class="dosah-calculation"' in body]
    settings = Settings(limit_m=9000)
    coverage = analyse(published, "home_care", "CZ", "frydlantsko-beskydy", settings).coverage
    ratio = coverage.set_index("municipality_code").loc[CODE, "coverage_ratio"]
    other = analyse(published, "home_care", "CZ").coverage.set_index("municipality_code").loc[CODE]
    text.use("cs")
    assert figure(ratio) != figure(other["coverage_ratio"])
    assert figure(ratio) in made
