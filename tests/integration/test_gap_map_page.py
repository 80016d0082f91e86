"""The map of gaps as a page, without a browser: choice, address, sentences. What is drawn is tested in tests/browser."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard.app
from dashboard import choice, paint
from geodata import codes
from geodata.analysis import Settings, analyse, summarise

APP = Path(dashboard.app.__file__)
AREAS = ["frydlantsko-beskydy", "jablunkovsko", "podbrdsko", "jastrzebie-zdroj", "mikolow"]


@pytest.fixture
def run(dataset_path, monkeypatch):
    """Run the page with the parameters of an address."""
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))

    def run_(**parameters):
        test = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in parameters.items():
            test.query_params[name] = value
        test.run()
        assert not test.exception
        return test

    return run_


def control(test, name):
    return next(box for box in test.selectbox if str(box.key).startswith(f"dosah-control-{name}-"))


def html_of(test):
    return "\n".join(element.proto.body for element in test.get("html"))


def members(published, area):
    table = published["area_membership"]
    return table.loc[table["area_id"] == area, "municipality_code"].tolist()


def test_a_newcomer_sees_residential_care_of_seniors_in_the_first_area(run):
    test = run()
    assert control(test, "area").value == "frydlantsko-beskydy"
    assert control(test, "service").value == "residential_seniors"
    assert test.title[0].value.startswith(codes.service_groups()["residential_seniors"].label["cs"])


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
    assert f"In {short} of 13 municipalities less is within reach" in html_of(test)
    assert f"{totals.missing_places:.1f} places are missing" in html_of(test)


def test_an_address_is_restored_whole_and_in_another_language(run):
    asked = {
        "area": "podbrdsko",
        "service": "home_care",
        "norm": "typed",
        "per1000": "12.5",
        "limit": "10",
        "decay": "gaussian",
        "doubtful": "1",
        "order": "coverage_ratio",
    }
    for language in ("en", "pl"):
        test = run(**asked, lang=language)
        kept = test.session_state["dosah-map-choice"]
        assert choice.write(kept) == asked


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


def test_a_missing_dataset_is_said_in_words(run, monkeypatch, tmp_path):
    monkeypatch.setenv("DOSAH_DATASET", str(tmp_path / "none.gpkg"))
    test = AppTest.from_file(str(APP), default_timeout=60)
    test.query_params["lang"] = "en"
    test.run()
    assert not test.exception
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
        drawn = paint.site_points(analysis.supply, sites, str, lambda _row: "", str)
        told = {line[0] for point in drawn for line in point["lines"]}
        open_sites = set(sites.loc[~sites["is_protected"].astype(bool), "service_id"])
        assert told <= open_sites


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
    monkeypatch.setattr("dashboard.controls.time.monotonic", lambda: moment)
    assert answer_with(old) == "home_care"  # long after: the button "back"
