"""A scenario survives an address, a file and a table; what does not fit is left out and told."""

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.scenario import effects, state
from dashboard.scenario import steps as scenario
from dashboard.scenario import table as scenario_table
from dashboard.scenario import words as scenario_words
from dashboard.scenario.steps import Scenario, Step
from geodata.errors import InputFileError
from geodata.method.analysis import analyse
from geodata.studies.scenario import compare
from geodata.vocabulary.codes import service_groups

MEMBERS = ("100001", "100002", "100003")
HOME = "home_care"

# An identifier holds no control sign: files with one are refused.
IDS = st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
CODES = IDS.map(lambda text: text.replace(".", "")).filter(bool)
CAPACITIES = st.floats(0.5, 9999).map(lambda value: round(value, 2))
AREAS = st.sampled_from(["", "frydlantsko-beskydy"])
STEPS = st.one_of(
    st.builds(lambda code, number, area: Step("add", "", code, number, area), CODES, CAPACITIES, AREAS),
    st.builds(lambda target, number: Step("resize", target, capacity=number), IDS, CAPACITIES),
    st.builds(lambda target, code: Step("move", target, code), IDS, CODES),
    st.builds(lambda target: Step("close", target), IDS),
    st.builds(lambda target: Step("close_site", target), IDS),
)  # fmt: skip


@pytest.fixture(scope="module")
def today(small_world):
    return analyse(small_world, HOME, "CZ", "frydlantsko-beskydy")


@pytest.fixture(scope="module")
def known(small_world, today):
    return scenario.known_of(small_world, today)


@pytest.fixture(scope="module")
def scope():
    return service_groups()[HOME].scopes["CZ"]


@pytest.fixture(scope="module")
def compared(small_world, known, scope):
    def compared_(*steps):
        _kept, changes, _then = scenario.fitting(steps, small_world, known, scope, "CZ")
        return compare(small_world, HOME, "CZ", MEMBERS, changes, area_id="frydlantsko-beskydy")

    return compared_


# -- the address and the file --------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(STEPS, max_size=6))
def test_a_link_gives_back_the_steps(steps):
    reading = scenario.read_link(scenario.write_link(steps))
    assert reading.steps == tuple(steps)
    assert reading.refused == 0


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_address_is_read_without_a_fault(raw):
    reading = scenario.read_link(raw)
    assert len(reading.steps) + reading.refused == len([part for part in raw.split("~") if part])


@pytest.mark.parametrize(
    "raw",
    [
        "a", "a.598542", "a.598542.", "a.598542.nan", "a.598542.0", "a.598542.-4", "a.598542.1e9",
        "r.12", "r..x", "m.1", "c", "z.1", "a..12",
    ],
)  # fmt: skip
def test_a_step_that_says_too_little_or_nonsense_is_refused(raw):
    assert scenario.read_link(raw) == scenario.Reading((), 1)


def test_a_link_is_short_and_plain():
    steps = [
        Step("add", "", "598542", 12.0),
        Step("add", "", "598143", 2.5, "podbrdsko"),
        Step("close", "cz-rpss-7"),
    ]
    assert scenario.write_link(steps) == "a.598542.12~a.598143.2,5.podbrdsko~c.cz-rpss-7"


def test_more_steps_than_a_link_holds_are_counted():
    reading = scenario.read_link("~".join(["c.x"] * (scenario.MAX_STEPS + 3)))
    assert (len(reading.steps), reading.refused) == (scenario.MAX_STEPS, 3)


@settings(deadline=None)
@given(st.lists(STEPS, max_size=5), st.sampled_from(["", "national", "typed"]))
def test_a_file_gives_back_the_scenario(steps, norm):
    typed = 12.5 if norm == "typed" else None
    kept = Scenario(tuple(steps), norm, typed)
    read, question, refused = scenario.read_file(scenario.write_file(kept, {"area": "x"}, "2026-09-04"))
    assert (read, question, refused) == (kept, {"area": "x"}, 0)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe",
        b'{"dosah_scenario": 2, "steps": []}', b'{"dosah_scenario": 1, "steps": {}}',
        b"[" * 100_000, b'{"dosah_scenario": 1, "steps": []}' + b" " * scenario.LARGEST_FILE,
    ],
)  # fmt: skip
def test_a_file_that_is_no_scenario_is_refused(raw):
    with pytest.raises(InputFileError):
        scenario.read_file(raw)


def test_steps_of_a_file_that_are_nonsense_are_counted():
    entries = [
        {"kind": "close", "target": "s"},
        {"kind": "explode"},
        7,
        {"kind": "close", "target": ["s"]},
        {"kind": "add", "municipality_code": "1", "capacity": True},
    ]
    raw = json.dumps(
        {"dosah_scenario": 1, "steps": entries, "question": {"area": 5, "service": "x"}}
    ).encode()
    read, question, refused = scenario.read_file(raw)
    assert read.steps == (Step("close", "s"),)
    assert question == {"service": "x"}
    assert refused == 4


@pytest.mark.parametrize(
    ("norm", "typed", "expected"),
    [
        ("typed", "4.5", ("typed", 4.5)),
        ("typed", "0", ("", None)),
        ("typed", "", ("", None)),
        ("national", "3", ("national", None)),
    ],
)
def test_a_norm_of_an_address_needs_its_number(norm, typed, expected):
    start = state.read({"scenario_norm": norm, "scenario_norm_per_1000": typed, "picture": "<b>"})
    assert (start.scenario.norm, start.scenario.typed_norm) == expected
    assert start.shown == "scenario"
    lost = {name for name, _value in start.misread}
    assert lost == {"picture"} | (
        {"scenario_norm_per_1000"} if norm == "typed" and not expected[0] else set()
    )
    again = state.read(state.write(start.scenario, start.shown))
    assert (again.scenario, again.shown, again.misread) == (start.scenario, start.shown, ())


# -- what fits -----------------------------------------------------------------------------------------------


def test_steps_that_name_what_is_not_there_are_left_out(small_world, known, scope):
    good = Step("resize", "s-home", capacity=20.0)
    steps = [
        Step("close", "s-beds"),  # of another group
        Step("move", "s-home-s1", "2408021"),  # in another country
        Step("add", "", "999999", 4.0),
        Step("add", "", "100001", 4.0, "nowhere"),
        good,
        Step("close_site", "s-home-s1"),  # its only site
        Step("close", "s-home-b"),
        Step("resize", "s-home-b", capacity=4.0),  # closed before
    ]
    kept, changes, _then = scenario.fitting(steps, small_world, known, scope, "CZ")
    assert kept == (good, Step("close", "s-home-b"))
    assert len(changes) == 2


def test_a_protected_site_can_be_closed_but_never_put_on_a_map(small_world):
    group = service_groups()["housing_crisis"]
    known = scenario.known_of(small_world, analyse(small_world, "housing_crisis", "CZ"))
    assert "s-secret-s1" in known.fixed_sites
    steps = [Step("move", "s-secret-s1", "100001"), Step("close", "s-secret")]
    kept, _changes, _then = scenario.fitting(steps, small_world, known, group.scopes["CZ"], "CZ")
    assert kept == (Step("close", "s-secret"),)


def test_a_service_for_the_whole_area_reaches_every_member(compared):
    before = compared()
    after = compared(Step("add", "", "100001", 500.0, "frydlantsko-beskydy"))
    rows = after.differences.set_index("municipality_code")
    assert (rows.loc[list(MEMBERS), "missing_places_after"] < 1e-9).all()
    assert before.summary_after.missing_places > 0.05
    assert not rows.loc["100004", "is_changed"]


# -- words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["cs zvýší", "pl wzrośnie", "en raise"])
def test_the_sentence_tells_the_share_before_and_after(compared, known, in_language, word):
    language, verb = word.split()
    step = Step("add", "", "100003", 3.0, "frydlantsko-beskydy")
    found = compared(step)
    in_language(language)
    first, *_rest = scenario_words.headline(found, "MAS", [step], known.municipalities)
    served = [
        100 * part.served_places / part.demand_places for part in (found.summary_before, found.summary_after)
    ]
    assert verb in first
    assert "Malá Lhotka" in first
    for share in served:
        assert f"{share:.0f}" in first


def test_closing_says_that_it_falls_and_nothing_says_that_it_stays(compared, known, in_language):
    in_language("en")
    step = Step("close", "s-home")
    worse = scenario_words.headline(compared(step), "MAS", [step], known.municipalities)
    assert "falls from" in worse[0]
    same = scenario_words.headline(compared(), "MAS", [], known.municipalities)
    assert "stays at" in same[0]
    assert len(same) == 1


def test_every_member_has_a_row_and_changes_come_first(compared, in_language):
    in_language("en")
    found = compared(Step("close", "s-home"))
    rows = effects.ordered(found, MEMBERS)
    assert sorted(rows["municipality_code"]) == sorted(MEMBERS)
    change = (rows["missing_places_after"] - rows["missing_places_before"]).abs().tolist()
    assert change == sorted(change, reverse=True)
    labels = {name: name for name in set(rows["gap_class_before"]) | set(rows["gap_class_after"])}
    table = effects.differences_table(rows, labels, "c", {"lang": "en"})
    assert table.count("<tr>") == len(MEMBERS) + 1
    assert "≤" in table  # the doubtful service is in reach: what is missing is a bound


def test_names_from_data_cannot_become_html(compared):
    found = compared(Step("close", "s-home"))
    rows = effects.ordered(found, MEMBERS).assign(name="<script>x</script>")
    labels = dict.fromkeys(set(rows["gap_class_before"]) | set(rows["gap_class_after"]), "<b>")
    table = effects.differences_table(rows, labels, "<i>", {})
    assert not any(tag in table for tag in ("<script", "<b>", "<i>"))


@pytest.mark.parametrize("kind", scenario.KINDS)
@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_every_step_has_a_sentence(in_language, kind, language):
    in_language(language)
    step = Step(kind, "" if kind == "add" else "x", "1" if kind in ("add", "move") else "", 5.0)
    sentence = scenario_words.step_sentence(step, {"x": "Domov"}, {"1": "Bílá"}, "luzka")
    assert ("Domov" in sentence) == (kind != "add")
    assert ("Bílá" in sentence) == (kind in ("add", "move"))


# -- the table -----------------------------------------------------------------------------------------------


def words_of(known):
    targets = {code: f"Služba {code}" for code in known.services}
    return scenario_table.Words(scenario_table.unique(targets), scenario_table.unique(known.municipalities))


def test_a_table_gives_back_its_steps(known):
    steps = (
        Step("add", "", "100002", 12.0, "frydlantsko-beskydy"),
        Step("resize", "s-home", capacity=3.5),
        Step("close", "s-home-b"),
    )
    words = words_of(known)
    read, problems = scenario_table.steps_of(scenario_table.rows_of(steps, words), words, known, steps)
    assert read == steps
    assert problems == []


def test_rows_that_say_too_little_are_told_by_number(known, in_language):
    in_language("en")
    words = words_of(known)
    labels = scenario_words.kind_labels()
    rows = pd.DataFrame(
        [
            {"kind": None, "target": None, "municipality": None, "capacity": None},
            {"kind": labels["add"], "target": None, "municipality": None, "capacity": 4},
            {"kind": labels["add"], "target": None, "municipality": "Ostravice", "capacity": None},
            {"kind": labels["close"], "target": "no such", "municipality": None, "capacity": None},
            {"kind": None, "target": None, "municipality": "Ostravice", "capacity": 1},
            {"kind": labels["close"], "target": "Služba s-home", "municipality": None, "capacity": None},
        ]
    )
    read, problems = scenario_table.steps_of(rows, words, known, ())
    assert read == (Step("close", "s-home"),)
    assert [problem.split(":")[0] for problem in problems] == ["Row 2", "Row 3", "Row 4", "Row 5"]


def test_words_of_two_codes_are_told_apart():
    assert scenario_table.unique({"1": "Lhotka", "2": "Lhotka", "3": "Bílá"}) == {
        "1": "Lhotka [1]",
        "2": "Lhotka [2]",
        "3": "Bílá",
    }
