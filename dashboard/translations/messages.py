"""
Collect the messages of the dashboard's code and compare them with the words in the .po files.

`python -m dashboard.translations` brings the .po files up to date: new messages are added without words,
messages that the code no longer says are dropped, nothing is guessed (no fuzzy matching). The files hold no
dates and no line numbers, so that a change of words is all that a difference shows.
"""

from __future__ import annotations

import io
import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from geodata.dataset import fields
from geodata.vocabulary import provenance

# One more plural form than integers need: that of fractions, in the order of CLDR (dashboard.text reads it).
HEADERS = {
    "cs": ("Czech", 4, "(n==1 ? 0 : n>=2 && n<=4 ? 1 : n%1!=0 ? 2 : 3)"),
    "pl": (
        "Polish",
        4,
        "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : n%1!=0 ? 3 : 2)",
    ),
}
_KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2), "forms": (1, 2), "pgettext": ((1, "c"), 2)}
_FOLDER = Path(__file__).parent
_CODE = _FOLDER.parent


def extract(folder: Path = _CODE) -> Catalog:
    """Return every message of the Python files below `folder`, with the files that say it."""
    template = Catalog(fuzzy=False)
    found = extract_from_dir(
        str(folder),
        method_map=[("**.py", "python")],
        keywords=_KEYWORDS,
        comment_tags=("For translators:",),
        strip_comment_tags=True,
    )
    for name, _line, message, comments, context in found:
        template.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    if folder == _CODE:
        for description in _dictionary():
            template.add(description, None, [("geodata/dataset/fields.py", 0)], context="dictionary")
        for words in _origins():
            template.add(words, None, [("geodata/data/origins.yaml", 0)], context="origin")
    return template


def _dictionary() -> Iterator[str]:
    """Yield the descriptions of the data dictionary, which a page shows with the context "dictionary"."""
    for table in fields.TABLES:
        yield table.description
        yield from (field.description for field in table.fields)


def _origins() -> Iterator[str]:
    """Yield publishers and licences of the snapshot's files that are words, not names alone."""
    for origin in provenance.origins().values():
        parts = [part[name] for part in origin.by_country.values() for name in ("publisher", "licence")]
        yield from (
            words
            for words in (origin.publisher, origin.licence, *parts)
            if any(w.islower() for w in words.split())
        )


def read(language: str, folder: Path = _FOLDER) -> Catalog:
    """Read the words of a language; an empty catalogue where there is no file yet."""
    path = folder / f"{language}.po"
    if not path.exists():
        return read_po(io.BytesIO(_header(language).encode()), locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def update(language: str, folder: Path = _FOLDER, code: Path = _CODE) -> Catalog:
    """Bring the .po file of a language up to date with the code and return it."""
    words = read(language, folder)
    words.update(extract(code), no_fuzzy_matching=True)
    words.obsolete.clear()
    write(words, language, folder)
    return words


def write(words: Catalog, language: str, folder: Path = _FOLDER) -> None:
    """Write a .po file that is the same for the same words."""
    for message in words:
        message.locations = sorted({(name, 0) for name, _line in message.locations})
    body = io.BytesIO()
    write_po(
        body, words, width=110, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True
    )
    text = _header(language) + "\n" + body.getvalue().decode().strip() + "\n"
    (folder / f"{language}.po").write_text(text, encoding="utf-8", newline="\n")


def problems(language: str, words: Catalog, template: Catalog) -> Iterator[str]:
    """
    Yield what is wrong with the words of a language.

    They are missing, stale, or at odds with the message's placeholders.

    A plural form may leave out `{n}` where words say the number; every other placeholder must stay,
    and none may be added.
    """
    plural_forms = HEADERS[language][1]
    said = {(message.context, _singular(message)) for message in template if message.id}
    for message in words:
        if message.id and (message.context, _singular(message)) not in said:
            yield f"{language}: stale, the code no longer says it: {_singular(message)!r}"
    for message in template:
        if not message.id:
            continue
        name = _singular(message)
        own = words.get(name, message.context)
        if own is None:
            yield f"{language}: not in the file: {name!r}"
            continue
        forms = own.string if isinstance(own.string, tuple | list) else (own.string,)
        if own.fuzzy or not all(forms):
            yield f"{language}: not translated: {name!r}"
            continue
        if message.pluralizable and len(forms) != plural_forms:
            yield f"{language}: {len(forms)} plural forms instead of {plural_forms}: {name!r}"
        yield from (
            f"{language}: {problem}: {name!r}" for problem in _braces(message, [str(f) for f in forms])
        )


def _braces(message: Message, forms: list[str]) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    wanted = set().union(*(placeholders(str(part)) for part in ids))
    for form in forms:
        lost = wanted - placeholders(form) - ({"n"} if message.pluralizable else set())
        added = placeholders(form) - wanted
        if lost or added:
            yield f"placeholders differ ({', '.join(sorted(lost | added))})"


def placeholders(sentence: str) -> set[str]:
    """Return the names in braces."""
    return {
        name for _text, name, _format, _conversion in string.Formatter().parse(sentence) if name is not None
    }


def _singular(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _header(language: str) -> str:
    name, forms, rule = HEADERS[language]
    lines = (
        (
            f"# {name} words of Dosah. "
            "`python -m dashboard.translations` brings this file up to date with the code."
        ),
        'msgid ""',
        'msgstr ""',
        '"Project-Id-Version: dosah\\n"',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: nplurals={forms}; plural={rule};\\n"',
    )
    return "\n".join(lines) + "\n"
