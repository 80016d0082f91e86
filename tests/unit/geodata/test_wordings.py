"""Problems of whole files are said in three languages, by one mechanism."""

import string

import pytest

from geodata import wordings
from geodata.errors import InputFileError
from geodata.wordings import FileProblem, WordedFileError

LANGUAGES = {"cs", "pl", "en"}
ROOMS = ("files", "travel")


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_every_kind_has_its_sentence_and_its_next_step_in_three_languages(room):
    known = wordings.texts(room)
    used = set()
    for kind, entry in known["problems"].items():
        assert set(entry) == LANGUAGES | {"next"}, kind
        assert len({frozenset(fields(entry[language])) for language in LANGUAGES}) == 1, kind
        assert not any(entry[language].endswith(".") for language in LANGUAGES), kind
        assert len({entry[language] for language in LANGUAGES}) == 3, kind
        used.add(entry["next"])
    assert used <= set(known["next_steps"])
    for name, entry in known["next_steps"].items():
        assert set(entry) == LANGUAGES, name
        assert all(text.endswith(".") for text in entry.values()), name


def test_an_error_says_all_its_problems_and_each_next_step_once():
    error = WordedFileError(
        "t.csv",
        [FileProblem("missing_column", {"column": "site_id"}), FileProblem("one_cost")],
        room="travel",
    )
    assert isinstance(error, InputFileError)
    assert error.problems == (
        "the column site_id is missing",
        "exactly one of the columns cost_m and cost_min is needed",
    )
    assert str(error).count("One row per pair") == 1
    czech = error.in_language("cs")
    assert str(czech).startswith("t.csv: chybí sloupec site_id; je potřeba právě jeden ze sloupců")
    assert str(czech.in_language("en")) == str(error)


def test_what_a_stranger_wrote_is_shown_shortened_and_never_taken_for_a_template():
    error = WordedFileError("t.csv", FileProblem("no_table", {"names": "{0.__class__}" + "a" * 1_000}))
    assert "{0.__class__}" in str(error)
    assert len(str(error)) < 700
