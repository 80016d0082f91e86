from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import question
from dashboard.address.question import Choice, Vocabulary

KNOWN = Vocabulary(
    areas=["podbrdsko", "frydlantsko-beskydy"],
    services=["residential_seniors", "home_care"],
    norms=["default", "national", "typed", "oecd"],
    decays=["binary", "gaussian"],
    selectable=["cz-rpss-1"],
    bases=["osm"],
)


def test_an_empty_address_is_the_first_view():
    reading = question.read({}, KNOWN)
    assert reading.choice == Choice(area="frydlantsko-beskydy", service="residential_seniors")
    assert reading.refused == {}


def test_without_the_first_area_the_first_of_the_dataset_is_shown():
    known = replace(KNOWN, areas=["podbrdsko"])
    assert question.read({}, known).choice.area == "podbrdsko"


choices = st.builds(
    Choice,
    area=st.sampled_from(KNOWN.areas),
    service=st.sampled_from(KNOWN.services),
    norm=st.sampled_from(["default", "national", "oecd"]),
    limit_km=st.none() | st.floats(*question.LIMIT_KM).map(lambda km: round(km, 3)),
    decay=st.sampled_from(KNOWN.decays),
    count_doubtful=st.booleans(),
    order=st.sampled_from(question.RANKINGS),
    measure=st.sampled_from(question.MEASURES),
    selected=st.sampled_from(["", "cz-rpss-1"]),
    beside=st.sampled_from(["", "home_care", "norm.oecd", "limit.7.5"]),
    base=st.sampled_from(["", "osm"]),
)


@given(choices)
def test_an_address_brings_back_what_was_written(chosen):
    assert question.read(question.write(chosen), KNOWN) == question.Reading(chosen, {})


@given(st.floats(*question.NORM_PER_1000).map(lambda norm: float(f"{norm:.6g}")))
def test_a_typed_norm_comes_back(norm):
    chosen = Choice(service="home_care", norm="typed", typed_norm=norm)
    assert question.read(question.write(chosen), KNOWN).choice == chosen


def test_only_what_differs_from_the_default_is_written():
    assert question.write(Choice(service="home_care")) == {
        "area": "frydlantsko-beskydy",
        "service": "home_care",
    }


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("area", "atlantis"),
        ("service", "<script>"),
        ("norm", "x"),
        ("limit", "-5"),
        ("limit", "nan"),
        ("limit", "1e9"),
        ("limit", "far"),
        ("decay", "linear"),
        ("doubtful", "yes"),
        ("order", "name"),
        ("selected", "cz-rpss-2"),
        ("selected", "<b>"),
        ("beside", "atlantis"),
        ("beside", "norm.x"),
        ("beside", "norm.typed"),
        ("beside", "limit.-1"),
        ("beside", "limit.nan"),
        ("base", "https://example.org/{z}/{x}/{y}"),
    ],
)
def test_what_nobody_knows_is_refused_by_name_and_the_rest_is_kept(parameter, value):
    reading = question.read({"area": "podbrdsko", "service": "home_care", parameter: value}, KNOWN)
    assert reading.refused == {parameter: value}
    expected = {"area": "podbrdsko", "service": "home_care"}
    expected.pop(parameter, None)
    default = question.default_choice(KNOWN)
    assert reading.choice == replace(default, **expected)


def test_a_typed_norm_without_a_number_is_refused():
    reading = question.read({"norm": "typed"}, KNOWN)
    assert reading.refused == {"norm": "typed"}
    assert reading.choice.norm == "default"


@given(st.dictionaries(st.sampled_from(list(question.PARAMETERS.values())), st.text(max_size=20)))
def test_no_address_breaks_the_reading(parameters):
    reading = question.read(parameters, KNOWN)
    assert reading.choice.area in KNOWN.areas
    assert set(reading.refused) <= set(parameters)


def test_settings_are_what_was_chosen():
    settings = question.settings(
        Choice(norm="typed", typed_norm=40.0, limit_km=12.5, decay="gaussian", count_doubtful=True)
    )
    assert (settings.norm, settings.typed_norm_per_1000, settings.limit_m) == ("typed", 40.0, 12_500)
    assert (settings.decay, settings.count_doubtful) == ("gaussian", True)


def test_a_number_typed_before_another_norm_was_chosen_does_not_count():
    assert question.settings(Choice(norm="national", typed_norm=40.0)).typed_norm_per_1000 is None
