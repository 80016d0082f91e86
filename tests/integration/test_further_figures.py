"""The further figures of the map, the declaration of a selected service: closed first, then as computed."""

import html

import pytest
from streamlit.testing.v1 import AppTest

import dashboard.app
from dashboard import text
from dashboard.address.question import Choice, settings
from geodata.method.analysis import analyse
from geodata.studies import second_opinion as second_opinions
from geodata.studies.declaration import declared_and_modelled
from geodata.studies.equity import equity

AREA = "frydlantsko-beskydy"


@pytest.fixture
def open_page(dataset_path, monkeypatch):
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))

    def open_(language, *, is_open=False, **parameters):
        app = AppTest.from_file(dashboard.app.__file__, default_timeout=60)
        for name, value in {"lang": language, **parameters}.items():
            app.query_params[name] = value
        if is_open:
            app.session_state[f"dosah-map-further-{language}-"] = True
        app.run()
        assert not app.exception
        assert not app.error
        return html.unescape("\n".join(element.proto.body for element in app.get("html")))

    yield open_
    text.use("cs")


def test_nothing_is_computed_before_it_is_opened(open_page, monkeypatch):
    def refuse(_analysis):
        raise AssertionError("computed for a closed part")

    monkeypatch.setattr(second_opinions, "second_opinion", refuse)
    # A typed norm: nobody has asked this question before, so no answer is kept.
    assert "dosah-further-figures" not in open_page("en", norm="typed", norm_per_1000="7.77")


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_opened_it_says_what_the_engine_says(open_page, published, language):
    shown = open_page(language, is_open=True, area=AREA, service="residential_seniors")
    part = shown[shown.index("dosah-further-figures") :]
    analysis = analyse(published, "residential_seniors", "CZ", AREA, settings(Choice()))
    membership = published["area_membership"]
    members = membership.loc[membership["area_id"] == AREA, "municipality_code"].tolist()
    opinions = second_opinions.second_opinion(analysis).set_index("municipality_code").loc[members]
    differing = opinions.loc[opinions["methods_agree"].eq(other=False).fillna(value=False), "name"]
    assert len(differing) > 0
    for name in differing:
        assert f">{name}</th>" in part
    measured = equity(analysis, members)
    text.use(language)
    assert f"{text.number(measured.persons_below_norm)} ({text.percent(measured.share_below_norm)})" in part
    assert text.number(measured.gini, 2) in part
    assert part.count("<h2>") == 3


def test_two_questions_beside_each_other_have_a_part_each(dataset_path, monkeypatch):
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    app = AppTest.from_file(dashboard.app.__file__, default_timeout=60)
    for name, value in {"lang": "en", "area": AREA, "service": "home_care", "beside": "day_care"}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    labels = [part.label for part in app.get("expander") if part.label.startswith("Further figures")]
    assert [label.split(" – ")[1] for label in labels] == ["Help and care at home", "Day care"]
    text.use("cs")


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_a_selected_service_is_told_with_what_it_declares(open_page, published, language):
    service = "cz-rpss-3149"
    shown = open_page(language, area=AREA, service="home_care", selected=service)
    table = published["served_area"]
    declares = table.loc[table["service_id"] == service, "municipality_code"]
    analysis = analyse(published, "home_care", "CZ", AREA, settings(Choice()))
    counts = declared_and_modelled(analysis, service, declares)["agreement"].value_counts()
    text.use(language)
    for agreement in ("declared_only", "modelled_only"):
        assert counts[agreement] > 0
    begins = {
        "cs": ("{} uvedených obcí je po silnici dále než", "{} obcí do 20\N{NO-BREAK SPACE}km není uvedeno"),
        "pl": ("{} podanych gmin leży dalej niż", "{} gmin w odległości do 20\N{NO-BREAK SPACE}km"),
        "en": (
            "{} declared municipalities are farther than",
            "{} municipalities within 20\N{NO-BREAK SPACE}km",
        ),
    }[language]
    far, near = (
        line.format(counts[code])
        for line, code in zip(begins, ("declared_only", "modelled_only"), strict=True)
    )
    assert far in shown
    assert near in shown
