"""Stories: the project's own in three languages, those of others in one, and every mistake told at once."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputFileError, UnknownCodeError
from geodata.method.settings import Settings
from geodata.stories import (
    GAP_MEASURES,
    LARGEST_BYTES,
    LONGEST,
    MEASURES,
    MOST_STEPS,
    PICTURES,
    VIEW_KINDS,
    Step,
    Story,
    StoryError,
    View,
    clean,
    parse_story,
    said,
    stories,
    story_for,
    write_story,
)
from geodata.stories.problems import MESSAGES
from geodata.vocabulary.codes import service_groups

GROUPS = list(service_groups())


def story_of(*steps, **more):
    lines = "\n".join(f"  - {step}" for step in steps)
    extra = "\n".join(f"{key}: {value}" for key, value in more.items())
    return f"story_id: mine\narea_id: podbrdsko\ntitle: {{cs: a}}\n{extra}\nsteps:\n{lines}\n"


def problems_of(text):
    with pytest.raises(StoryError) as caught:
        parse_story(text, "mine.yaml")
    return caught.value.found


# -- the project's own ---------------------------------------------------------------------------------------


def test_every_area_has_a_story_from_people_to_what_would_help():
    assert {story.area_id for story in stories().values()} == {
        "frydlantsko-beskydy", "jablunkovsko", "podbrdsko", "jastrzebie-zdroj", "mikolow",
    }  # fmt: skip
    for story in stories().values():
        kinds = [step.view.kind for step in story.steps]
        parts = [
            ("title",),
            ("population", "ages"),
            ("services",),
            ("gap", "village"),
            ("certainty",),
            ("help",),
        ]
        first = [min(kinds.index(kind) for kind in part if kind in kinds) for part in parts]
        assert first == sorted(first)
        for step in story.steps:
            assert set(step.sentence) == set(step.notes) == {"cs", "pl", "en"}


def test_a_story_says_no_figures_that_the_data_should_say():
    for story in stories().values():
        for step in story.steps:
            for sentence in step.sentence.values():
                assert not re.search(r"\d[\d\s]*[.,]\d|\d\s?%", sentence)


def test_a_story_of_another_area_is_not_told():
    with pytest.raises(UnknownCodeError):
        story_for("mikolow", "podbrdsko")
    with pytest.raises(UnknownCodeError):
        story_for("mikolow", "nowhere")


# -- somebody's own ------------------------------------------------------------------------------------------


def test_a_story_of_ones_own_uses_shared_steps_and_says_some_in_its_own_words():
    story = parse_story(
        story_of(
            '{use: home, view: {limit_km: 5, count_doubtful: true}, sentence: {cs: "x", pl: "y", en: "z"}}'
        ),
        "mine.yaml",
    )
    step = story.steps[0]
    assert (step.view.group, step.view.settings.limit_m, step.view.settings.count_doubtful) == (
        "home_care", 5000, True,
    )  # fmt: skip
    assert step.sentence["pl"] == "y"
    assert step.notes["cs"]


def test_a_shared_step_with_a_view_of_another_kind_takes_nothing_over_from_its_own():
    story = parse_story(story_of("{use: home, view: {kind: help}}"), "mine.yaml")
    assert story.steps[0].view == View("help")


def test_one_language_is_enough_and_a_plain_text_is_in_the_language_of_the_story():
    story = parse_story(
        story_of('{view: {kind: title}, sentence: "Proč?", notes: " a \\n b "}', language="cs"), "x"
    )
    step = story.steps[0]
    assert dict(step.sentence) == {"cs": "Proč?"}
    assert dict(step.notes) == {"cs": "a b"}
    assert said(step.sentence, "pl") == ("Proč?", "cs")
    assert said(step.sentence, "cs") == ("Proč?", "cs")
    assert said({}, "pl") == ("", "pl")


def test_notes_may_be_missing_but_a_sentence_may_not():
    assert parse_story(story_of("{view: {kind: title}, sentence: {en: a}}"), "x").steps[0].notes == {}
    (problem,) = problems_of(story_of("{view: {kind: title}}"))
    assert (problem.code, problem.step) == ("no_sentence", 1)
    (problem,) = problems_of(story_of("{view: {kind: title}, sentence: plain}"))
    assert problem.code == "no_sentence"


# -- every mistake at once -----------------------------------------------------------------------------------

BROKEN = """
story_id: mine
colour: red
1: 2
title: {xx: a}
steps:
  - use: nothing
  - use: [a]
  - 7
  - view: {kind: gap, group: no_such, limit_km: far, norm: [1], decay: {a: b}, count_doubtful: maybe}
    sentence: {cs: a}
  - view: {kind: population, measure: share_99, zoom: 3}
    sentence: {cs: a, pl: 7}
  - view: {kind: services, groups: 3}
    sentence: {cs: a}
  - view: {kind: compare, groups: [home_care]}
    sentence: {cs: a}
  - view: {kind: village}
    sentence: {cs: a}
  - view: {kind: village, municipality: "<script>"}
    sentence: {cs: a}
  - view: {kind: scenario, group: home_care, scenario_norm: typed}
    sentence: {cs: a}
  - view: {kind: scenario, group: home_care}
    sentence: {cs: a}
  - view: {kind: gap}
    sentence: {cs: a}
  - view: {kind: dance}
    sentence: {cs: a}
  - view: {kind: gap, group: home_care, norm: typed, measure: colour}
    sentence: {cs: a}
    music: loud
"""


def test_every_problem_of_a_story_is_told_at_once():
    found = problems_of(BROKEN)
    problems = {(problem.step, problem.code) for problem in found}
    assert problems >= {
        (None, "unknown_key"), (None, "missing"), (None, "no_title"),
        (1, "unknown_step"), (2, "unknown_step"), (3, "step_not_mapping"),
        (4, "unknown_group"), (4, "bad_value"), (5, "bad_measure"), (5, "unknown_view_key"),
        (5, "no_text_in"), (6, "bad_value"), (7, "needs_two_groups"), (8, "needs_municipality"),
        (9, "bad_value"), (10, "needs_typed_norm"), (11, "needs_changes"), (12, "needs_group"),
        (13, "unknown_kind"), (14, "needs_typed_norm"), (14, "bad_measure"), (14, "unknown_key"),
    }  # fmt: skip
    assert {problem.part for problem in found if problem.step == 4} >= {
        "no_such", "limit_km: far", "norm: list", "count_doubtful: maybe", "decay: dict",
    }  # fmt: skip
    message = str(StoryError("mine.yaml", found))
    for part in (
        "mine.yaml",
        "colour",
        "area_id",
        "'nothing'",
        "no_such",
        "zoom",
        "step 3: it is no mapping",
    ):
        assert part in message


def test_every_code_of_a_problem_has_a_sentence():
    found = {problem.code for problem in problems_of(BROKEN)}
    assert found < set(MESSAGES)


def test_too_much_is_refused():
    step = "{view: {kind: title}, sentence: {cs: a}}"
    assert len(parse_story(story_of(*[step] * MOST_STEPS), "x").steps) == MOST_STEPS
    assert problems_of(story_of(*[step] * (MOST_STEPS + 1)))[0].code == "too_many_steps"
    long = "x" * (LONGEST["sentence"] + 1)
    assert problems_of(story_of(f"{{view: {{kind: title}}, sentence: {{cs: {long}}}}}"))[0].code == "too_long"
    (problem,) = problems_of("a" * (LARGEST_BYTES + 1))
    assert (problem.code, problem.refusal.kind) == ("refused", "too_large")


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "- 1",
        "",
        "steps: 3",
        "a: " + "9" * 5000,
        "[" * 3000,
        "? [a, b]\n: c",
        "a: !!python/object/apply:os.system ['true']",
        "x: &x [1]\nsteps: &s\n - *s",
    ],
)
def test_what_is_no_story_is_refused_with_the_name_of_its_file(text):
    with pytest.raises(InputFileError, match=r"mine\.yaml"):
        parse_story(text, "mine.yaml")


def test_lists_that_grow_without_end_cost_nothing():
    names = "abcdefgh"
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in itertools.pairwise(names)]
    problems = problems_of(
        "\n".join([*lines, "story_id: *h", "title: {cs: *h}", "steps: [{view: *h, sentence: *h, notes: *h}]"])
    )
    assert [problem.refusal.kind for problem in problems] == ["alias"]
    assert all(len(problem.part) < 100 for problem in problems)


# -- written and read ----------------------------------------------------------------------------------------

texts = st.text(min_size=1, max_size=60).map(clean).filter(bool)
by_language = st.dictionaries(st.sampled_from(["cs", "pl", "en"]), texts, min_size=1)
settings_of_view = st.builds(
    Settings,
    norm=st.sampled_from(["default", "national", "area"]),
    limit_m=st.none() | st.integers(1, 200).map(lambda km: km * 1000.0),
    decay=st.sampled_from(["binary", "gaussian"]),
    count_doubtful=st.booleans(),
)
group = st.sampled_from(GROUPS)
code = st.sampled_from(["598143", "0611011", "PL-1"])
views = st.one_of(
    st.sampled_from([View("title"), View("certainty"), View("help"), View("ages")]),
    st.builds(View, st.just("population"), measure=st.sampled_from(MEASURES)),
    st.builds(View, st.just("services"), groups=st.lists(group, min_size=1, max_size=4).map(tuple)),
    st.builds(View, st.just("help"), groups=st.lists(group, max_size=4).map(tuple)),
    st.builds(View, st.just("gap"), group=group, measure=st.none() | st.sampled_from(GAP_MEASURES),
              settings=settings_of_view),
    st.builds(View, st.just("village"), municipality=code, group=st.none() | group),
    st.builds(View, st.just("ages"), municipality=code),
    st.builds(
        View,
        st.just("scenario"),
        group=group,
        changes=st.just("a.598143.12~c.cz-rpss-77"),
        scenario_norm=st.sampled_from(["", "national"]),
        picture=st.none() | st.sampled_from(PICTURES),
        settings=settings_of_view,
    ),
    st.builds(View, st.just("compare"), groups=st.tuples(group, group), settings=settings_of_view),
    st.builds(View, st.just("compare"), groups=st.tuples(group), beside_norm=st.just("area")),
    st.builds(View, st.just("compare"), groups=st.tuples(group), beside_limit_m=st.just(15_000.0)),
)  # fmt: skip
steps = st.builds(Step, views, by_language, st.one_of(st.just({}), by_language))
whole = st.builds(Story, st.just("mine"), st.just("podbrdsko"), by_language,
                  st.lists(steps, min_size=1, max_size=6).map(tuple))  # fmt: skip


@given(whole)
def test_what_is_written_is_read_back_as_the_same_story(story):
    assert parse_story(write_story(story), "x") == story


def test_the_stories_of_the_project_are_read_back_too():
    for story in stories().values():
        again = parse_story(write_story(story), "x")
        assert again.steps == story.steps
    assert {kind for story in stories().values() for kind in [one.view.kind for one in story.steps]} <= set(
        VIEW_KINDS
    )


def test_every_kind_of_view_key_and_shared_step_stands_in_the_documentation():
    import yaml

    from geodata.stories import views as written

    root = Path(__file__).resolve().parents[4]
    page = (root / "docs" / "DOCUMENTS.md").read_text(encoding="utf-8")
    page = page[page.index("## Stories") :]
    words = [*VIEW_KINDS, *{key for keys in written._KEYS.values() for key in keys}]
    assert [word for word in words if f"`{word}" not in page] == []
    assert [one for one in (*MEASURES, *GAP_MEASURES, *PICTURES) if one not in page] == []
    shared = yaml.safe_load((root / "geodata" / "stories" / "_steps.yaml").read_text(encoding="utf-8"))
    listed = re.search(r"Shared steps: ([\w, ]+)\.", page)[1].split(", ")
    assert sorted(listed) == sorted(shared)


def test_a_code_in_figures_may_stand_without_quotes():
    story = parse_story(story_of("{view: {kind: village, municipality: 598143}, sentence: {cs: a}}"), "x")
    assert story.steps[0].view.municipality == "598143"
