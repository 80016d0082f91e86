"""Sentences in three languages: each is whole in each, and an error says all of itself."""

import copy
import pickle
import string

import pytest

from geodata.errors import InputFileError
from geodata.said import LANGUAGES, say, sentences, together


def braces(text):
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("name", sorted(sentences()))
def test_a_sentence_says_the_same_in_every_language(name):
    texts = sentences()[name]
    assert sorted(texts) == sorted(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert len({frozenset(braces(text)) for text in texts.values()}) == 1
    # A sentence that stands alone ends; one of a list is ended by the list.
    assert len({text.rstrip().endswith((".", "!", "?")) for text in texts.values()}) == 1


def test_what_fills_a_sentence_is_said_in_its_language_and_never_parsed():
    line = say("place.line", file="{x} {0}.csv", line=3)
    sentence = say("place.at", place=line, problem=say("value.missing"))
    assert sentence == "{x} {0}.csv, line 3: it is missing"
    assert sentence.in_language("cs") == "{x} {0}.csv, řádek 3: chybí"
    assert sentence.in_language("pl") == "{x} {0}.csv, wiersz 3: brakuje wartości"
    for copied in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):  # noqa: S301  # our own
        assert copied.in_language("cs") == sentence.in_language("cs")
    assert (
        together([sentence, sentence]).in_language("cs")
        == f"{sentence.in_language('cs')}, {sentence.in_language('cs')}"
    )


def test_an_error_says_all_of_itself_in_a_language():
    error = InputFileError("a.json", [say("hsds.empty"), "as it was"], say("hsds.next"))
    assert str(error.in_language("cs")) == (
        "a.json: není v něm žádná služba; as it was. Co program čte, popisuje docs/EXCHANGE.md."
    )
    assert str(error.in_language("en")) == str(error)
