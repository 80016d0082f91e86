"""
The map of gaps as a page, without a browser: choice, address, sentences.
What is drawn is tested in tests/browser.
"""

import time

import pytest

from dashboard.address import question
from dashboard.map import message
from geodata.method.analysis import Settings, analyse
from geodata.method.summary import summarise
from geodata.vocabulary import codes
from tests.integration.reader import control, html_of

AREAS = ["frydlantsko-beskydy", "jablunkovsko", "podbrdsko", "jastrzebie-zdroj", "mikolow"]


@pytest.fixture
def run(open_page):
    """Run the page with the parameters of an address."""

    def run_(**parameters):
        test = open_page(**parameters)
        assert not test.exception
        return test

    return run_


def members(published, area):
    table = published["area_membership"]
    return table.loc[table["area_id"] == area, "municipality_code"].tolist()


def test_a_newcomer_sees_residential_care_of_seniors_in_the_first_area(run):
    test = run()
    assert control(test, "area").value == "frydlantsko-beskydy"
    assert control(test, "service").value == "residential_seniors"
    assert test.title[0].value.startswith(codes.service_groups()["residential_seniors"].label["cs"])


def test_the_map_that_is_sent_first_is_the_one_the_controls_ask_for(run):
    test = run(lang="en")
    steps = [
        ("service", "home_care"),
        ("norm", "typed"),
        ("decay", "gaussian"),
        ("area", "podbrdsko"),
        ("service", "day_care"),
        ("norm", "loaded"),
        ("beside", "home_care"),
        ("beside", ""),
        ("area", "mikolow"),
    ]
    for name, code in steps:
        control(test, name).set_value(code).run()
        assert not test.exception
        # A map that did not fit the controls would have been sent again.
        assert "dosah-map-again" not in test.session_state
        area, service = control(test, "area").value, control(test, "service").value
        kept = test.session_state["dosah-map-choice"]
        assert (kept.area, kept.service) == (area, service)
    test.toggle[0].set_value(True).run()
    assert "dosah-map-again" not in test.session_state
    assert test.session_state["dosah-map-choice"].count_doubtful
    slider = test.select_slider[0]
    slider.set_value(5.0).run()
    assert "dosah-map-again" not in test.session_state
    assert test.session_state["dosah-map-choice"].limit_km == 5.0


def test_every_area_is_shown_in_every_language_with_a_row_for_each_member(run, published):
    test = run()
    for area in AREAS:
        control(test, "area").set_value(area).run()
        for language in ("cs", "pl", "en"):
            next(group for group in test.get("button_group") if group.key == "dosah-language").set_value(
                language
            ).run()
            assert not test.exception
            assert not test.error
            body = html_of(test)
            for code in members(published, area):
                assert body.count(f'<tr data-dosah-code="{code}">') == 1


def test_every_service_of_both_countries_is_shown(run):
    for area, country in (("podbrdsko", "CZ"), ("mikolow", "PL")):
        test = run(area=area)
        for service, group in codes.service_groups().items():
            if country in group.scopes:
                control(test, "service").set_value(service).run()
                assert not test.exception
                assert not test.error
                assert test.session_state["dosah-map-choice"].service == service


def test_the_headline_is_the_engine_s_figure(run, published):
    test = run(area="frydlantsko-beskydy", service="home_care", lang="en")
    own = analyse(published, "home_care", "CZ", "frydlantsko-beskydy", Settings())
    totals = summarise(own, members(published, "frydlantsko-beskydy"))
    short = sum(totals.class_counts.get(name, 0) for name in ("below", "far_below", "none_within_reach"))
    where = "In all 13 municipalities" if short == 13 else f"In {short} of 13 municipalities"
    assert f"{where} less is within reach" in html_of(test)
    assert f"{totals.missing_places:.1f} places are missing" in html_of(test)


def test_an_address_is_restored_whole_and_in_another_language(run):
    asked = {
        "area": "podbrdsko",
        "service": "home_care",
        "norm": "typed",
        "norm_per_1000": "12.5",
        "limit": "10",
        "decay": "gaussian",
        "doubtful": "1",
        "order": "coverage_ratio",
        "show": "out_of_reach",
        "selected": "cz-rpss-3149",
        "beside": "day_care",
        "base": "osm",
    }
    for language in ("en", "pl"):
        test = run(**asked, lang=language)
        kept = test.session_state["dosah-map-choice"]
        assert question.write(kept) == asked


def test_an_address_that_no_longer_fits_says_so_and_shows_the_usual_view(run):
    test = run(area="atlantis", service="home_care", lang="en")
    assert "area=atlantis" in test.info[0].value.replace("\\", "")
    assert control(test, "area").value == "frydlantsko-beskydy"
    assert control(test, "service").value == "home_care"


def test_an_address_cannot_bring_markup(run):
    test = run(area="<script>alert(1)</script>", lang="en")
    assert "<script>" not in test.info[0].value.replace("\\<", "")
    assert "<script>" not in html_of(test)


def test_a_choice_is_written_into_the_address_as_codes(run):
    test = run(lang="pl")
    control(test, "service").set_value("day_care").run()
    assert test.query_params["service"] in ("day_care", ["day_care"])
    assert test.query_params["lang"] in ("pl", ["pl"])


def test_a_limit_set_for_one_form_is_not_carried_to_another(run):
    test = run(service="residential_seniors", limit="10")
    assert test.session_state["dosah-map-choice"].limit_km == 10
    control(test, "service").set_value("home_care").run()
    assert test.session_state["dosah-map-choice"].limit_km is None


def test_a_service_that_the_other_country_has_not_gives_way(run):
    test = run(service="emergency_alarm")
    control(test, "area").set_value("mikolow").run()
    assert not test.error
    kept = test.session_state["dosah-map-choice"]
    assert "PL" in codes.service_groups()[kept.service].scopes


def test_switching_the_language_keeps_the_choice(run):
    test = run(area="podbrdsko", service="home_care", norm="area", lang="cs")
    before = test.session_state["dosah-map-choice"]
    switch = next(group for group in test.get("button_group") if group.key == "dosah-language")
    switch.set_value("pl").run()
    assert test.session_state["dosah-map-choice"] == before
    assert test.title[0].value.startswith(codes.service_groups()["home_care"].label["pl"])


def test_a_missing_dataset_is_said_in_words(run, tmp_path):
    test = run(lang="en", dataset=tmp_path / "none.gpkg")
    assert "dosah build" in test.warning[0].value


def test_no_protected_site_reaches_the_browser(run, published):
    """Neither coordinates nor names of a protected site are in what any map is told."""
    sites = published["site"]
    secret = sites.loc[sites["is_protected"].astype(bool)]
    assert len(secret)
    assert secret["latitude"].isna().all()
    for service, group in codes.service_groups().items():
        if "CZ" not in group.scopes:
            continue
        analysis = analyse(published, service, "CZ", "podbrdsko", Settings())
        drawn = message.site_points(analysis.supply, sites, str, lambda _row: "")
        shown = {point["service"] for point in drawn}
        open_sites = set(sites.loc[~sites["is_protected"].astype(bool), "service_id"])
        assert shown <= open_sites


def test_a_second_click_quicker_than_the_address_bar_loses_neither(run, monkeypatch):
    test = run(area="podbrdsko", service="home_care")
    old = {"area": "podbrdsko", "service": "home_care"}
    control(test, "service").set_value("day_care").run()

    def answer_with(parameters):
        test.query_params.clear()
        for name, value in parameters.items():
            test.query_params[name] = value
        test.run()
        return test.session_state["dosah-map-choice"].service

    assert answer_with(old) == "day_care"  # the browser lags: the choice stands
    moment = time.monotonic() + 5
    monkeypatch.setattr("dashboard.address.kept.time.monotonic", lambda: moment)
    assert answer_with(old) == "home_care"  # long after: the button "back"


# -- one service, two maps -----------------------------------------------------------------------------------


def listed(test):
    return next(box for box in test.selectbox if str(box.key).startswith("dosah-control-selected-"))


def selected_of(test):
    return test.session_state["dosah-map-choice"].selected


def test_a_service_is_selected_from_the_list_said_in_a_panel_and_let_go_again(run):
    test = run(service="home_care", lang="en")
    assert 'class="dosah-selected"' not in html_of(test)
    listed(test).set_value("cz-rpss-3149").run()
    assert not test.exception
    assert test.query_params["selected"] in ("cz-rpss-3149", ["cz-rpss-3149"])
    assert "the provider names the municipalities" in html_of(test)
    assert "card=cz-rpss-3149" in html_of(test)
    test.button(key="dosah-map-let-go").click().run()
    assert not test.exception
    assert "selected" not in test.query_params
    assert listed(test).value is None
    assert 'class="dosah-selected"' not in html_of(test)


def test_a_selected_service_of_the_address_survives_the_language_and_leaves_with_its_group(run):
    test = run(service="home_care", selected="cz-rpss-3149", lang="cs")
    switch = next(group for group in test.get("button_group") if group.key == "dosah-language")
    switch.set_value("pl").run()
    assert selected_of(test) == "cz-rpss-3149"
    assert 'class="dosah-selected"' in html_of(test)
    control(test, "service").set_value("day_care").run()
    assert not test.info
    assert selected_of(test) == ""


def test_a_service_that_does_not_fit_the_question_is_said_kindly(run):
    for unknown in ("cz-rpss-0", "<img src=x onerror=alert(1)>"):
        test = run(service="home_care", selected=unknown, lang="en")
        assert "selected=" in test.info[0].value
        assert "<img" not in test.info[0].value.replace("\\<", "")
        assert selected_of(test) == ""
    other = run(service="day_care", selected="cz-rpss-3149", lang="en")
    assert "selected=cz" in other.info[0].value.replace("\\", "")


def test_a_protected_service_is_told_by_its_district_only(run, published):
    sites = published["site"]
    secret = sites.loc[sites["is_protected"].astype(bool) & sites["service_id"].str.startswith("page-P020")]
    assert len(secret)
    test = run(service="housing_crisis", selected="page-P020", lang="en")
    body = html_of(test)
    assert "The address is protected. It is counted for its whole district" in body


def test_two_groups_stand_beside_each_other_with_one_table(run, published):
    test = run(service="day_care", beside="home_care", lang="en")
    assert "Day care and Help and care at home" in test.title[0].value
    body = html_of(test)
    assert body.count('scope="colgroup"') == 2
    for code in members(published, "frydlantsko-beskydy"):
        assert body.count(f'<tr data-dosah-code="{code}">') == 1
    control(test, "beside").set_value("").run()
    assert not test.exception
    assert not test.info
    assert "beside" not in test.query_params
    assert 'scope="colgroup"' not in html_of(test)


@pytest.mark.parametrize("beside", ["limit.7.5", "norm.loaded", "norm.area"])
def test_the_same_service_is_compared_by_another_limit_or_norm(run, beside):
    test = run(service="residential_seniors", beside=beside, lang="en")
    assert not test.info
    assert html_of(test).count('scope="colgroup"') == 2
    assert test.query_params["beside"] in (beside, [beside])


def test_what_cannot_stand_beside_is_said_kindly_and_leaves_quietly_with_its_question(run):
    test = run(area="mikolow", service="day_care", beside="emergency_alarm", lang="en")
    assert "beside=emergency" in test.info[0].value.replace("\\", "")
    test = run(service="day_care", beside="home_care", lang="en")
    control(test, "service").set_value("home_care").run()
    assert not test.info
    assert test.session_state["dosah-map-choice"].beside == ""


def test_every_measure_stands_in_the_table_too(run):
    headings = {
        "services": "Services within reach",
        "confidence": "How sure it is",
        "out_of_reach": "Out of reach",
    }
    for measure, heading in headings.items():
        assert f'<th scope="col">{heading}</th>' in html_of(run(service="day_care", show=measure, lang="en"))


def test_a_way_past_the_map_leads_to_the_table(run):
    body = html_of(run(lang="pl"))
    assert 'href="#dosah-table"' in body
    assert body.count('id="dosah-table"') == 1


def test_wrong_base_maps_of_an_administrator_cost_nothing_but_the_base_maps(run, monkeypatch, tmp_path):
    path = tmp_path / "base.yaml"
    path.write_text("base_maps: 1", encoding="utf-8")
    monkeypatch.setenv("DOSAH_BASE_MAPS", str(path))
    test = run(lang="en", base="osm")
    assert not test.error
    assert "base=osm" in test.info[0].value
    assert 'class="dosah-ranking"' in html_of(test)
