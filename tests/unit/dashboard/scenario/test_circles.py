"""
What a reader does to a scenario on the map: edits from the browser, circles to the browser,
words that do not claim too much.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import text
from dashboard.scenario import circles as scenario_map
from dashboard.scenario import effects, words
from dashboard.scenario import result as scenario_view
from dashboard.scenario import steps as scenario
from dashboard.scenario.edit import Edit, edited, joined, read_edits
from dashboard.scenario.steps import Scenario, Step
from geodata.method.analysis import analyse
from geodata.studies.scenario import compare
from geodata.vocabulary.codes import service_groups

HOME = "home_care"
AREA = "frydlantsko-beskydy"
MEMBERS = ("100001", "100002", "100003")
ADD = Step("add", "", "100001", 12.0)
CLOSE = Step("close", "s-home")

# -- edits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            {"n": 5, "of": 0, "kind": "add", "municipality_code": "100001", "capacity": 12, "serves": True},
            Edit(5, "step", Step("add", "", "100001", 12.0, AREA)),
        ),
        (
            {"n": 5, "of": 0, "kind": "add", "municipality_code": "100001", "capacity": 12, "serves": False},
            Edit(5, "step", ADD),
        ),
        (
            {"n": 5.0, "of": 1, "kind": "resize", "target": "s", "capacity": 3.5},
            Edit(5, "step", Step("resize", "s", capacity=3.5)),
        ),
        (
            {"n": 5, "of": 1, "kind": "move", "target": "s-1", "municipality_code": "7"},
            Edit(5, "step", Step("move", "s-1", "7")),
        ),
        ({"n": 5, "of": 1, "kind": "close", "target": "s"}, Edit(5, "step", Step("close", "s"))),
        (
            {"n": 5, "of": 1, "kind": "close_site", "target": "s-1"},
            Edit(5, "step", Step("close_site", "s-1")),
        ),
        ({"n": 5, "of": 2, "kind": "undo", "position": 1}, Edit(5, "undo", None, 1, 2)),
        (
            {"n": 5, "of": 2, "kind": "revise", "position": 1, "capacity": 9},
            Edit(5, "revise", Step("add", "", "", 9.0), 1, 2),
        ),
    ],
)
def test_an_edit_is_read_once(entry, expected):
    assert read_edits([entry], 4, AREA) == (expected,)
    assert read_edits([entry], 5, AREA) == ()


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        "close",
        [],
        {},
        {"n": 5},
        {"n": True, "kind": "close", "target": "s"},
        {"n": "5", "kind": "close", "target": "s"},
        {"n": 5.5, "kind": "close", "target": "s"},
        {"n": float("inf"), "kind": "close", "target": "s"},
        {"n": 5, "kind": ["close"], "target": "s"},
        {"n": 5, "kind": "explode", "target": "s"},
        {"n": 5, "kind": "close"},
        {"n": 5, "kind": "close", "target": {"x": 1}},
        {"n": 5, "kind": "close", "target": "s" * 201},
        {"n": 5, "kind": "add", "municipality_code": "1", "capacity": -3},
        {"n": 5, "kind": "add", "municipality_code": "1", "capacity": "x"},
        {"n": 5, "kind": "undo"},
        {"n": 5, "kind": "undo", "position": 0},
        {"n": 5, "of": 1, "kind": "revise", "position": 0},
    ],
)
def test_what_is_no_edit_is_left_out(entry):
    assert read_edits([entry], 0, AREA) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["n", "of", "kind", "target", "position", "capacity"]), inner, max_size=5
        )
    ),
)


@settings(deadline=None)
@given(JSON)
def test_whatever_a_browser_sends_is_read_without_a_fault(raw):
    found = read_edits(raw, 0, "")
    edited(Scenario((ADD, CLOSE)), found)


def test_a_second_capacity_or_place_of_a_service_takes_the_place_of_the_first():
    steps = joined((), Step("resize", "s", capacity=3.0), CLOSE, Step("move", "s-1", "1"))
    assert joined(steps, Step("resize", "s", capacity=5.0), Step("move", "s-1", "2")) == (
        Step("resize", "s", capacity=5.0),
        CLOSE,
        Step("move", "s-1", "2"),
    )
    assert joined((ADD,), ADD) == (ADD, ADD)
    assert len(joined((), *[ADD] * 99)) == scenario.MAX_STEPS


def test_a_new_service_is_changed_in_its_own_step_and_keeps_whom_it_serves():
    begin = Scenario((Step("add", "", "100001", 12.0, AREA), CLOSE))
    moved = Edit(1, "revise", Step("add", "", "100002", None), 0, 2)
    resized = Edit(2, "revise", Step("add", "", "", 7.0), 0, 2)
    assert edited(begin, [moved, resized]).steps == (Step("add", "", "100002", 7.0, AREA), CLOSE)
    assert edited(begin, [Edit(3, "revise", Step("add", "", "1", None), 1, 2)]) == begin


def test_a_position_of_another_list_means_nothing():
    begin = Scenario((ADD, CLOSE))
    assert edited(begin, [Edit(1, "undo", None, 0, 2)]).steps == (CLOSE,)
    # The second click was made while the reader still saw two changes.
    assert edited(begin, [Edit(1, "undo", None, 1, 2), Edit(2, "undo", None, 1, 2)]).steps == (ADD,)
    assert edited(begin, [Edit(1, "undo", None, 2, 2)]) == begin


# -- circles -------------------------------------------------------------------------------------------------


@pytest.fixture
def made(small_world, monkeypatch, in_language):
    """Return a function that makes view, result, names and circles of steps in the small world."""
    in_language("en")
    monkeypatch.setattr("dashboard.answers.dataset.dataset", lambda: small_world)

    def made_(steps=(), group=HOME, shown="scenario"):
        from dashboard.address.question import Choice

        today = analyse(small_world, group, "CZ", AREA)
        known = scenario.known_of(small_world, today)
        scope = service_groups()[group].scopes["CZ"]
        view = scenario_view.View(
            choice=Choice(area=AREA, service=group),
            country="CZ",
            area_name="MAS",
            members=MEMBERS,
            offered=frozenset(known.municipalities),
            today=today,
            known=known,
            capacities=scenario_view.capacities_of(today),
        )
        kept, changes, then = scenario.fitting(steps, small_world, known, scope, "CZ")
        found = compare(small_world, group, "CZ", MEMBERS, changes, area_id=AREA)
        result = scenario_view.Result(kept, then, found)
        names = {code: f"Service {code}" for code in known.services}
        now = Scenario(kept)
        return view, now, result, scenario_map.circles(view, now, result, shown, names)

    return made_


def entries_of(circles):
    return {entry["target"]: entry for circle in circles for entry in circle["entries"]}


def test_every_service_with_a_place_is_a_circle_that_can_be_changed(made, small_world):
    view, *_rest, circles = made()
    located = small_world["site"].dropna(subset=["latitude"])
    expected = set(view.known.services) & set(located["service_id"])
    assert set(entries_of(circles)) == expected
    assert all(entry["state"] == "today" and entry["steps"] == [] for entry in entries_of(circles).values())


def test_changes_are_seen_on_their_circles_and_can_be_taken_back_there(made):
    steps = (ADD, Step("resize", "s-home-b", capacity=20.0), CLOSE)
    *_rest, circles = made(steps)
    entries = entries_of(circles)
    new = entries["new-1"]
    assert (new["state"], new["position"], new["site"]) == ("new", 0, None)
    assert [number for number, _words in new["steps"]] == [0]
    assert entries["s-home-b"]["capacity"] == 20.0
    assert [number for number, _words in entries["s-home-b"]["steps"]] == [1]
    assert entries["s-home"]["state"] == "closed"
    assert [number for number, _words in entries["s-home"]["steps"]] == [2]
    assert all(circle["is_near"] for circle in circles if any(entry["steps"] for entry in circle["entries"]))


def test_the_map_of_today_knows_nothing_of_the_scenario(made):
    *_rest, circles = made((ADD, CLOSE), shown="today")
    assert {entry["state"] for entry in entries_of(circles).values()} == {"today"}
    assert all(entry["steps"] == [] for entry in entries_of(circles).values())


def test_a_protected_address_is_no_circle(made):
    view, *_rest, circles = made(group="housing_crisis")
    assert "s-secret" in view.known.services
    assert "s-secret" not in entries_of(circles)
    *_rest, circles = made((Step("close", "s-secret"),), group="housing_crisis")
    assert "s-secret" not in entries_of(circles)


def test_an_unknown_capacity_is_none_and_not_zero(made):
    view, *_rest, circles = made()
    unknown = set(entries_of(circles)) - set(view.capacities)
    assert unknown, "the small world has a doubtful service"
    assert all(entries_of(circles)[code]["capacity"] is None for code in unknown)


# -- words that do not claim too much ------------------------------------------------------------------------


def test_a_doubtful_capacity_makes_the_sentence_at_least_and_at_most(made):
    view, now, result, _circles = made((Step("add", "", "100003", 1.0),))
    before, after = result.comparison.summary_before, result.comparison.summary_after
    assert before.is_lower_bound
    assert after.is_lower_bound
    first, *rest = words.headline(result.comparison, "MAS", now.steps, view.known.municipalities)
    assert first.count("at least") == 2
    assert "at most" in " ".join(rest)
    table = effects.totals_table(result.comparison)
    assert "≥" in table
    assert "≤" in table


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("resize", "The present capacity of"), ("close", "The capacity of"), ("move", "The capacity of")],
)
def test_a_change_of_a_service_without_a_known_capacity_is_doubted(made, kind, expected):
    view, *_rest = made()
    target = next(code for code in view.known.services if code not in view.capacities)
    if kind == "move":
        target = view.known.services[target][0]
    step = Step(kind, target, "100001" if kind == "move" else "", 9.0 if kind == "resize" else None)
    names = {code: code for code in view.known.services}
    (said,) = words.doubts([step], view.known, view.capacities, names)
    assert said.startswith(expected)
    if kind == "resize":
        # What the scenario itself has set is known from then on.
        later = Step("close", target)
        assert len(words.doubts([step, later], view.known, view.capacities, names)) == 1
    known = next(iter(view.capacities))
    assert words.doubts([Step("close", known), ADD], view.known, view.capacities, names) == []


def test_where_no_need_is_known_nothing_reads_as_zero(made, small_world):
    from dataclasses import replace

    _view, _now, result, _circles = made((ADD,))
    figures = ("demand_places", "served_places", "waiting_places", "out_of_reach_places", "missing_places")
    unknown = dict.fromkeys((*figures, "untold_places", "served_share"))
    comparison = replace(
        result.comparison,
        summary_before=replace(
            result.comparison.summary_before, municipalities=3, municipalities_unknown=3, **unknown
        ),
    )
    nobody = replace(comparison.summary_before, municipalities_told=0)
    comparison = replace(comparison, summary_before=nobody, summary_after=nobody)
    (told,) = words.headline(comparison, "MAS", [ADD], {})
    assert "cannot be said" in told
    rows = effects.totals_table(comparison).split("<tr>")[2:]
    assert len(rows) == 7
    assert all(f"<td>{text.unknown()}</td>" in row for row in rows)


def test_every_method_of_siting_says_how_it_was_found(in_language):
    from geodata.studies import siting

    for language in text.LANGUAGES:
        in_language(language)
        said = {words.suggestion_method(method) for method in siting.METHODS}
        assert len(said) == len(siting.METHODS)
    assert set(words.goals(has_classical=True)) | {siting.SITE_BY_SITE} == set(siting.METHODS)
    assert set(words.goals(has_classical=False)) == {siting.LEAST_MISSING, siting.SPREAD_PLACES}
