"""
The reader's own story: edited as a value, told in words, carried in an address;
mistakes in the reader's language.
"""

import base64
import json
import zlib
from dataclasses import replace

import pytest

from dashboard import text
from dashboard.address import question as choices
from dashboard.address.question import Choice
from dashboard.scenario.steps import Scenario
from dashboard.scenario.steps import Step as Change
from dashboard.story import button, edit, words
from geodata.method.settings import Settings
from geodata.stories import GAP_MEASURES, LONGEST, MOST_STEPS, Problem, StoryError, View, stories
from geodata.stories.problems import MESSAGES

GAP = View("gap", group="home_care")
AGES = View("ages")


@pytest.fixture
def story():
    made = edit.empty("podbrdsko", {"cs": "Moje"})
    for view, sentence in ((GAP, "první"), (AGES, "druhá"), (View("help"), "třetí")):
        made = edit.added(made, view, {"cs": sentence, "pl": f"{sentence} pl"})
    return made


def sentences(story):
    return [step.sentence.get("cs") for step in story.steps]


# -- edited --------------------------------------------------------------------------------------------------


def test_steps_are_moved_and_removed_and_the_ends_hold(story):
    assert sentences(edit.moved(story, 0, 1)) == ["druhá", "první", "třetí"]
    assert sentences(edit.moved(story, 2, -1)) == ["první", "třetí", "druhá"]
    assert edit.moved(story, 0, -1) == edit.moved(story, 2, 1) == edit.moved(story, 9, -1) == story
    assert sentences(edit.removed(story, 1)) == ["první", "třetí"]


def test_a_sentence_that_was_changed_is_told_in_its_language_only(story):
    changed = edit.reworded(story, 0, "sentence", "  Jinak \x00 ", "cs")
    assert changed.steps[0].sentence == {"cs": "Jinak"}
    assert changed.steps[1:] == story.steps[1:]
    assert edit.reworded(story, 0, "sentence", "  ", "cs") == story
    noted = edit.reworded(story, 0, "notes", "Pozor", "pl")
    assert noted.steps[0].notes == {"pl": "Pozor"}
    assert edit.reworded(noted, 0, "notes", "", "pl").steps[0].notes == {}
    assert len(edit.reworded(story, 0, "notes", "x" * 9999, "cs").steps[0].notes["cs"]) == LONGEST["notes"]
    assert edit.titled(story, "Nový", "cs").title == {"cs": "Nový"}
    assert edit.titled(story, " ", "cs") == story


def test_a_full_story_takes_no_more(story):
    for _ in range(MOST_STEPS + 2):
        story = edit.added(story, AGES, {"cs": "x" * 500})
    assert len(story.steps) == MOST_STEPS
    assert len(story.steps[-1].sentence["cs"]) == LONGEST["sentence"]


# -- in an address -------------------------------------------------------------------------------------------


def test_a_short_story_goes_through_an_address(story):
    word = edit.to_link(story)
    assert 0 < len(word) <= edit.LONGEST_LINK
    assert word.replace("-", "").replace("_", "").isalnum()
    assert edit.from_link(word) == story


def test_a_long_story_does_not():
    long = stories()["podbrdsko"]
    assert edit.to_link(replace(long, steps=long.steps * 4)) == ""


def packed(content):
    return base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


@pytest.mark.parametrize(
    "word",
    [
        "",
        "!",
        "abc",
        "eNo",
        packed(b"[" * 50_000),
        packed(b"null"),
        packed(b"\xff\xfe"),
        packed(b'"' + b"a" * 50_000_000 + b'"'),
        packed(json.dumps({"story_id": "x", "area_id": "y", "title": {"cs": 1}, "steps": []}).encode()),
    ],
    ids=["empty", "no base64", "no zlib", "cut", "deep", "null", "no text", "bomb", "no story"],
)
def test_an_address_that_holds_no_story_is_refused(word):
    with pytest.raises(StoryError):
        edit.from_link(word)


# -- in words ------------------------------------------------------------------------------------------------

VIEWS = [
    View("title"), View("population", measure="share_65"), View("population", measure="share_80"),
    View("services", groups=("home_care", "day_care")),
    *[View("gap", group="home_care", measure=one) for one in GAP_MEASURES],
    GAP, View("certainty"), View("help"), View("village", municipality="598143"),
    View("scenario", group="day_care", changes="a.598143.3"),
    View("compare", groups=("home_care", "day_care")), AGES,
    View("ages", municipality="598143"),
]  # fmt: skip


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_every_view_is_named_and_begins_with_a_sentence(language):
    text.use(language)
    names = {"598143": "Frýdlant nad Ostravicí"}
    told = [words.view_words(view, names, "MAS X") for view in VIEWS]
    first = [words.first_sentence(view, names, "MAS X") for view in VIEWS]
    assert all(told)
    # A view of coverage is the map of gaps without a measure.
    assert len(set(told)) == len(VIEWS) - 1
    assert all(sentence.endswith("?") and len(sentence) <= LONGEST["sentence"] for sentence in first)
    text.use("cs")


def test_the_map_shows_no_measure_that_a_story_could_not():
    assert set(choices.MEASURES) <= set(GAP_MEASURES) == set(words.measure_names())


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_every_problem_is_told_in_the_readers_language(language):
    text.use(language)
    told = {code: words.problem_sentence(Problem(code, "ČÁST", 2, "notes")) for code in MESSAGES}
    assert all(told.values())
    if language != "en":
        english = {code: str(Problem(code, "ČÁST", 2, "notes")) for code in MESSAGES}
        assert not [code for code in MESSAGES if told[code] == english[code]]
    many = words.problem_sentences([Problem("no_steps")] * (words.MOST_TOLD + 3))
    assert len(many) == words.MOST_TOLD + 1
    assert "3" in many[-1]
    text.use("cs")


# -- what the pages add --------------------------------------------------------------------------------------


def test_the_map_of_gaps_is_added_as_it_is():
    choice = Choice(
        area="podbrdsko", service="day_care", norm="typed", typed_norm=3.0, limit_km=12.0, decay="gaussian"
    )
    expected = Settings(norm="typed", typed_norm_per_1000=3.0, limit_m=12_000.0, decay="gaussian")
    assert button.gap_view(choice) == View("gap", group="day_care", settings=expected)
    other = button.gap_view(replace(choice, measure="robustness"))
    assert (other.measure, other.settings) == ("robustness", expected)


def test_a_scenario_is_added_with_its_changes_and_an_empty_one_as_the_map():
    choice = Choice(area="podbrdsko", service="day_care")
    now = Scenario((Change("add", "", "540013", 12.0),), "typed", 4.0)
    view = button.scenario_view(choice, now, "both")
    assert (view.kind, view.group, view.changes, view.picture) == (
        "scenario",
        "day_care",
        "a.540013.12",
        "both",
    )
    assert (view.scenario_norm, view.scenario_norm_per_1000) == ("typed", 4.0)
    assert button.scenario_view(choice, Scenario(), "scenario") == View("gap", group="day_care")


class Beside:
    """The choice of a map with a second one beside it."""

    area, service, measure, norm, typed_norm, limit_km, decay, count_doubtful = (
        "podbrdsko", "day_care", "coverage", "default", None, None, "binary", False,
    )  # fmt: skip

    def __init__(self, beside):
        self.beside = beside


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ("home_care", View("compare", groups=("day_care", "home_care"))),
        ("norm.area", View("compare", groups=("day_care",), beside_norm="area")),
        ("limit.25", View("compare", groups=("day_care",), beside_limit_m=25_000.0)),
        ("", View("gap", group="day_care")),
    ],
)
def test_two_maps_are_added_as_a_comparison(beside, expected):
    assert button.gap_view(Beside(beside)) == expected
