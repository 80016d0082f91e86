"""Every sentence of the dashboard has its Czech and Polish words."""

import shutil

import pytest
from babel.messages import Catalog

from dashboard.translations import messages


@pytest.fixture(scope="module")
def template():
    return messages.extract()


@pytest.mark.parametrize("language", list(messages.HEADERS))
def test_every_sentence_is_translated_and_no_word_is_stale(template, language):
    assert list(messages.problems(language, messages.read(language), template)) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", list(messages.HEADERS))
def test_the_files_are_as_the_tool_writes_them(language, tmp_path):
    source = messages._FOLDER / f"{language}.po"
    shutil.copy(source, tmp_path)
    messages.update(language, tmp_path)
    assert (tmp_path / source.name).read_text("utf-8") == source.read_text("utf-8")


def test_the_tool_finds_each_kind_of_fault():
    code = Catalog(locale="cs")
    for message in ("fine {x}", "missing", "empty", "lost {x}", "added"):
        code.add(message)
    code.add(("{n} place in {x}", "{n} places in {x}"))
    words = Catalog(locale="cs")
    words.add("fine {x}", "dobře {x}")
    words.add("empty", "")
    words.add("lost {x}", "ztraceno")
    words.add("added", "přidáno {y}")
    words.add("stale", "staré")
    words.add(("{n} place in {x}", "{n} places in {x}"), ("jedno v {x}", "{n} v {x}", "{n} v {x}"))
    found = "\n".join(messages.problems("cs", words, code))
    for part in (
        "not in the file: 'missing'",
        "not translated: 'empty'",
        "placeholders differ (x): 'lost {x}'",
        "placeholders differ (y): 'added'",
        "stale, the code no longer says it: 'stale'",
        "3 plural forms instead of 4",
    ):
        assert part in found
    assert "fine" not in found


def test_messages_are_found_in_code(tmp_path):
    (tmp_path / "page.py").write_text(
        "x = text._('One')\ny = ngettext('{n} a', '{n} b', 2)\nz = pgettext('c', 'Word')\nm = mark('Two')\n",
        "utf-8",
    )
    found = {
        (m.context, m.id if isinstance(m.id, str) else tuple(m.id))
        for m in messages.extract(tmp_path)
        if m.id
    }
    assert found == {(None, "One"), (None, ("{n} a", "{n} b")), ("c", "Word"), (None, "Two")}
