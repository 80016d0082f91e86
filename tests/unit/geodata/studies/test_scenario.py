import pandas as pd
import pytest

from geodata.errors import ParameterError, UnknownCodeError
from geodata.method.analysis import Settings, analyse
from geodata.studies.changes import AddService, CloseService, CloseSite, MoveSite, ResizeService
from geodata.studies.scenario import apply_changes, compare
from geodata.vocabulary.codes import AgeWeight, GroupScope, ServiceGroup

SCOPE = GroupScope(("cz-40", "cz-39"), "ter", "klient", is_register_complete=True)
GROUP = ServiceGroup("home", {}, {}, (AgeWeight(65, None, 1.0),), {}, {"CZ": SCOPE})
SETTINGS = Settings(norm="typed", typed_norm_per_1000=100, limit_m=6_000, detour_factor=1.0)
CODES = ["a", "b", "c"]


@pytest.fixture
def today(make_dataset):
    """Three villages in a row, 5.56 km apart, 100 seniors each; a service of 8 with two sites in a and b."""
    return make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": 49.0 + 0.05 * i, "longitude": 18.0}
            for i, code in enumerate(CODES)
        ]
        + [{"municipality_code": "p", "latitude": 49.0, "longitude": 18.0, "country": "PL"}],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": 100} for code in CODES
        ],
        service=[{"service_id": "s"}],
        capacity=[{"service_id": "s", "capacity_number": 8}],
        site=[
            {
                "service_id": "s",
                "site_id": "s-1",
                "latitude": 49.0,
                "longitude": 18.0,
                "municipality_code": "a",
            },
            {
                "service_id": "s",
                "site_id": "s-2",
                "latitude": 49.05,
                "longitude": 18.0,
                "municipality_code": "b",
            },
        ],
    )


def ratios(dataset):
    return analyse(dataset, GROUP, "CZ", settings=SETTINGS).coverage["coverage_ratio"].tolist()


def changed(today, *changes):
    return apply_changes(today, changes, SCOPE, "CZ")


def test_today(today):
    # s-1 (4) is shared by a and b, s-2 (4) by all three; each village needs 10.
    assert ratios(today) == pytest.approx([4 / 20 + 4 / 30, 4 / 20 + 4 / 30, 4 / 30])


def test_adding_closing_moving_and_resizing(today):
    new = AddService("new", 10, municipality_code="c")
    assert ratios(changed(today, new)) == pytest.approx([1 / 3, 1 / 3 + 10 / 20, 4 / 30 + 10 / 20])
    assert ratios(changed(today, CloseService("s"))) == pytest.approx([0, 0, 0])
    assert ratios(changed(today, CloseSite("s-2"))) == pytest.approx([8 / 20, 8 / 20, 0])
    assert ratios(changed(today, MoveSite("s-2", municipality_code="a"))) == pytest.approx(
        [8 / 20, 8 / 20, 0]
    )
    assert ratios(changed(today, MoveSite("s-1", latitude=49.05, longitude=18.0))) == pytest.approx(
        [8 / 30] * 3
    )
    assert ratios(changed(today, ResizeService("s", 16))) == pytest.approx([2 / 3, 2 / 3, 8 / 30])


def test_a_new_service_may_declare_whom_it_serves(today):
    new = AddService("new", 10, municipality_code="a", served=("c",))
    assert ratios(changed(today, new)) == pytest.approx([1 / 3, 1 / 3, 4 / 30 + 1])


def test_later_changes_see_the_earlier_ones_and_can_take_them_back(today):
    there_and_back = changed(today, AddService("new", 5, municipality_code="c"), CloseService("new"))
    assert ratios(there_and_back) == pytest.approx(ratios(today))
    assert ratios(changed(today)) == pytest.approx(ratios(today))
    assert changed(today).version == today.version
    assert there_and_back.version != today.version


def test_a_scenario_leaves_today_alone(today):
    before = {name: frame.copy() for name, frame in today.tables.items()}
    changed(
        today,
        AddService("new", 5, latitude=49.0, longitude=18.0, served=("a",)),
        ResizeService("s", 3),
        MoveSite("s-1", municipality_code="c"),
        CloseSite("s-2"),
        CloseService("s"),
    )
    for name, frame in today.tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_comparing_today_with_a_scenario(today):
    comparison = compare(
        today, GROUP, "CZ", CODES, [AddService("new", 10, municipality_code="c")], settings=SETTINGS
    )
    rows = comparison.differences.set_index("municipality_code")
    assert rows["is_changed"].tolist() == [False, True, True]
    assert rows.loc["c", ["coverage_ratio_before", "coverage_ratio_after"]].tolist() == pytest.approx(
        [4 / 30, 4 / 30 + 1 / 2]
    )
    assert rows.loc["c", ["gap_class_before", "gap_class_after"]].tolist() == ["far_below", "below"]
    assert rows.loc["c", ["services_in_reach_before", "services_in_reach_after"]].tolist() == [1, 2]
    assert comparison.summary_after.served_places - comparison.summary_before.served_places == pytest.approx(
        10
    )


def test_a_new_service_does_not_raise_the_bar_it_is_measured_by(today):
    loaded = Settings(norm="loaded", limit_m=6_000, detour_factor=1.0)
    comparison = compare(
        today, GROUP, "CZ", CODES, [AddService("new", 10, municipality_code="c")], settings=loaded
    )
    assert comparison.after.norm == comparison.before.norm
    other = compare(
        today,
        GROUP,
        "CZ",
        CODES,
        [AddService("new", 10, municipality_code="c")],
        settings=loaded,
        scenario_settings=SETTINGS,
    )
    assert other.after.norm.norm_id == "typed"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "error", "name"),
    [
        (AddService("s", 1, municipality_code="a"), ParameterError, "service_id"),
        (AddService("new", -1, municipality_code="a"), ParameterError, "capacity_number"),
        (AddService("new", 1), ParameterError, "municipality_code"),
        (AddService("new", 1, latitude=49.0), ParameterError, "municipality_code"),
        (AddService("new", 1, latitude=490.0, longitude=18.0), ParameterError, "latitude"),
        (AddService("new", 1, municipality_code="zzz"), UnknownCodeError, "zzz"),
        (AddService("new", 1, municipality_code="p"), ParameterError, "PL"),
        (AddService("new", 1, municipality_code="a", served=("zzz",)), UnknownCodeError, "zzz"),
        (CloseService("zzz"), UnknownCodeError, "zzz"),
        (CloseSite("zzz"), UnknownCodeError, "zzz"),
        (MoveSite("zzz", municipality_code="a"), UnknownCodeError, "zzz"),
        (MoveSite("s-1"), ParameterError, "municipality_code"),
        (ResizeService("zzz", 1), UnknownCodeError, "zzz"),
        (ResizeService("s", float("nan")), ParameterError, "capacity_number"),
    ],
)
def test_a_change_that_cannot_be_is_refused(today, change, error, name):
    with pytest.raises(error, match=name):
        changed(today, change)


def test_the_only_site_of_a_service_cannot_close_without_it(today):
    with pytest.raises(ParameterError, match="only site"):
        changed(today, CloseSite("s-1"), CloseSite("s-2"))


def test_what_a_scenario_adds_is_never_its_own_yardstick(today, make_dataset):
    loaded = Settings(norm="loaded", limit_m=6_000, detour_factor=1.0)
    new = AddService("new", 40, municipality_code="c")
    # Asked by another norm than today: the mean is the one of today's services, 8 places for 300 people.
    comparison = compare(today, GROUP, "CZ", CODES, [new], settings=SETTINGS, scenario_settings=loaded)
    assert comparison.after.norm.value_per_1000 == pytest.approx(8 / 300 * 1000)
    # Where nothing is known today there is no mean, and a new service does not make one.
    nothing = make_dataset(
        municipality=[
            {"municipality_code": code, "latitude": 49.0 + 0.05 * i, "longitude": 18.0}
            for i, code in enumerate(CODES)
        ],
        population=[
            {"municipality_code": code, "age_from": 65, "age_to": None, "persons": 100} for code in CODES
        ],
    )
    comparison = compare(nothing, GROUP, "CZ", CODES, [new], settings=loaded)
    assert not comparison.before.norm.is_available
    assert not comparison.after.norm.is_available
    assert set(comparison.after.coverage["gap_class"]) == {"unknown"}
    assert comparison.summary_after.served_share is None
