"""What stands on every page holds words of ours only, and they cannot leave their place."""

from html.parser import HTMLParser

import pytest

from dashboard.frame import spoken, style, uploads

HOSTILE = "</style><script>\\\"&'"


def test_a_word_in_a_style_cannot_end_it():
    assert style.quoted(HOSTILE) == '"/style>script>&\'"'


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_styles_are_whole_elements_in_every_language(in_language, language):
    in_language(language)
    for made in (style.style(), style.words(), spoken.style(), uploads.style()):
        assert type(made) is str
        assert (made.count("<style>"), made.count("</style>")) == (1, 1)
        assert made.count("{") == made.count("}")


def test_a_name_for_assistive_technology_stays_in_its_attribute(monkeypatch):
    sent = []
    monkeypatch.setattr(spoken.st, "html", sent.append)
    spoken.name_part("button", HOSTILE)
    read = HTMLParser()
    tags = []
    read.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))
    read.feed(str(sent[0]))
    ((tag, attributes),) = tags
    assert tag == "span"
    assert "<script>" in attributes["data-dosah-places"]
