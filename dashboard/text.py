"""
Words, numbers, dates and order of words in the reader's language.

Messages are English sentences in the code and stand translated in `dashboard/translations/*.po`,
which Babel reads once per process. The language belongs to a reader: in a Streamlit run it is kept
in the reader's session (a fragment runs again in another thread, where a context variable would be lost),
elsewhere in a context variable.

Functions cached by Streamlit must take the language as an argument if they speak.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent, get_currency_symbol

from geodata.figures import NOISE
from geodata.figures import decimals as decimals_of
from geodata.figures import rounded as _rounded
from geodata.reading.values import is_missing

if TYPE_CHECKING:
    from babel.messages import Catalog

LANGUAGES: Final[Mapping[str, str]] = {"cs": "Čeština", "pl": "Polski", "en": "English"}
"""Code and own name of every language of the dashboard, the first is the default."""

DEFAULT_LANGUAGE: Final = "cs"
# British English: day before month, as both countries of the data write it.
_LOCALES: Final = {"cs": Locale("cs"), "pl": Locale("pl"), "en": Locale("en", "GB")}
# Order of plural forms in the .po files: CLDR's, with the form of fractions ("2,5
# místa") beside that of five.
_PLURAL_TAGS: Final = {
    "cs": ("one", "few", "many", "other"),
    "pl": ("one", "few", "many", "other"),
    "en": ("one", "other"),
}
_SESSION_KEY: Final = "_dosah_language"
_language: ContextVar[str] = ContextVar("dosah_language", default=DEFAULT_LANGUAGE)


# -- the reader's language -----------------------------------------------------------------------------------


def _session() -> Any | None:
    """Return the session of the running page; None outside of Streamlit (tests, tools)."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    import streamlit

    return streamlit.session_state


def use(language: str | None) -> str:
    """
    Speak `language` from now on in this session; an unknown one becomes the default.

    Returns
    -------
    language
        The language that is spoken now.
    """
    chosen = language if language is not None and language in LANGUAGES else DEFAULT_LANGUAGE
    session = _session()
    if session is None:
        _language.set(chosen)
    else:
        session[_SESSION_KEY] = chosen
        setattr(threading.current_thread(), _SESSION_KEY, chosen)
    return chosen


def current() -> str:
    """Return the code of the language spoken in this session: "cs", "pl" or "en"."""
    # Asked thousands of times in a run. A thread of Streamlit's runs one session,
    # and each full run begins with `use`.
    thread = threading.current_thread()
    known: str | None = getattr(thread, _SESSION_KEY, None)
    if known is not None:
        return known
    session = _session()
    if session is None:
        return _language.get()
    found = str(session.get(_SESSION_KEY, DEFAULT_LANGUAGE))
    setattr(thread, _SESSION_KEY, found)
    return found


# -- messages ------------------------------------------------------------------------------------------------


@functools.cache
def catalog(language: str) -> Catalog | None:
    """Read the messages of a language; None for English, which the code itself speaks."""
    from babel.messages.pofile import read_po

    if language == "en":
        return None
    path = resources.files("dashboard.translations").joinpath(f"{language}.po")
    with path.open("rb") as file:
        return read_po(file, locale=language)


@functools.cache
def _translated(language: str, msgid: str, context: str | None = None) -> tuple[str, ...]:
    """Return the forms of a message in a language; empty where it is not translated."""
    messages = catalog(language)
    message = messages.get(msgid, context) if messages is not None else None
    if message is None or message.fuzzy:
        return ()
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    forms = tuple(str(form or "") for form in strings)
    return forms if all(forms) else ()


def _(msgid: str, **values: object) -> str:
    """Translate a sentence; `{name}` in it is filled by `values`, which are never translated nor parsed."""
    forms = _translated(current(), msgid)
    sentence = forms[0] if forms else msgid
    return _filled(sentence, values) if values else sentence


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    """Fill a sentence; in Czech a preposition before a number takes the vowel that the number asks for."""
    if current() == "cs":
        sentence = _PREPOSITION.sub(
            lambda found: (
                f"{found[1]}{_vowel(found[1], str(values.get(found[3], '')))}{found[2]}{{{found[3]}}}"
            ),
            sentence,
        )
    return sentence.format(**values)


_PREPOSITION: Final = re.compile(r"(?<!\w)([VvZzSsKk])([ \N{NO-BREAK SPACE}])\{(\w+)\}")


def _vowel(preposition: str, shown: str) -> str:
    """
    Return "e" where a Czech preposition takes it before a number in figures: "ve 12", "ze 7", "v 5".

    It stands before a number whose first word begins with two consonants or with the letter
    of the preposition: ve dvou, ve třech, ve čtyřech, ve dvanácti, ve sto; ze sedmi, ze šesti.
    """
    whole = re.match(r"[\d\s]+", shown)
    if whole is None:
        return ""
    digits = re.sub(r"\s", "", whole[0]).lstrip("0")
    groups = (len(digits) - 1) // 3
    # The word that is said first: that of the highest three digits;
    # of a thousand itself nothing stands before "tisíc".
    head = digits[: len(digits) - 3 * groups]
    if not head or (head == "1" and groups):
        return ""
    if len(head) == 3:
        first = "sto" if head[0] == "1" else head[0]
    elif len(head) == 2:
        first = head if head[0] == "1" else head[0]
    else:
        first = head
    clusters = {"2", "3", "4", "12", "13", "14", "sto"}
    # 20, 30 and 40 begin as 2, 3 and 4 do; 60, 70, 16, 17 as 6 and 7.
    hissing = {"6", "7", "16", "17"} if preposition in "ZzSs" else set()
    return "e" if first in clusters | hissing else ""


def mark(msgid: str) -> str:
    """Return the sentence as it stands: marks one that is kept in a table and translated later with `_`."""
    return msgid


def pgettext(context: str, msgid: str, **values: object) -> str:
    """Translate a word that reads differently in another context."""
    forms = _translated(current(), msgid, context)
    sentence = forms[0] if forms else msgid
    return _filled(sentence, values) if values else sentence


def ngettext(
    one: str, many: str, n: float, digits: int = 0, *, bound: Callable[[str], str] = str, **values: object
) -> str:
    """
    Translate a sentence that counts, with the plural form of the number as it is shown.

    Parameters
    ----------
    one, many
        The English sentence for one and for more; `{n}` stands for the number.
    n
        The number; rounded to `digits` decimals before the form is chosen,
        so that the words fit what is read.
    digits
        Decimals at most.
    bound
        What is said about the number, as "at least" before it (`dashboard.phrases.bounds`).
    values
        What else stands in braces.
    """
    return counted(forms(one, many), n, digits, bound=bound, **values)


def forms(one: str, many: str) -> dict[str, str]:
    """
    Translate a sentence that counts without counting yet: one form for each plural tag
    of CLDR, as browsers know them.
    """
    language = current()
    said = _translated(language, one)
    tags = _PLURAL_TAGS[language]
    if len(said) == len(tags):
        return dict(zip(tags, said, strict=True))
    return {tag: one if tag == "one" else many for tag in tags}


def counted(
    said: Mapping[str, str], n: float, digits: int = 0, *, bound: Callable[[str], str] = str, **values: object
) -> str:
    """
    Say one of the `forms` with a number, rounded to `digits` decimals at most.

    An amount that `digits` decimals would hide is told as less than the smallest they
    show: "less than 0.1 place".
    """
    shown, read = number(n, digits), _rounded(n, digits)
    if read == 0 and abs(n) >= NOISE:
        read = Decimal(1).scaleb(-digits)
        shown = _("less than {number}", number=_number(current(), float(read), digits))
    tag = _LOCALES[current()].plural_form(_plain_decimal(read))
    sentence = _filled(said[tag], {"n": bound(shown), **values})
    # A word may have come to the beginning of a sentence.
    begins = said[tag].startswith("{n}") and said[tag].endswith(".")
    return sentence[:1].upper() + sentence[1:] if begins else sentence


def unknown() -> str:
    """Return the word for what is not known."""
    return _("unknown")


# -- numbers, dates, distances -------------------------------------------------------------------------------


def _plain_decimal(value: Decimal) -> Decimal:
    """Drop zeros after the decimal point: 2.0 is read as 2 and takes its plural form."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def _locale() -> Locale:
    return _LOCALES[current()]


def number(value: float | None, digits: int = 0) -> str:
    """
    Write a number with at most `digits` decimals; the word for unknown where it is missing.

    What is not zero never reads as zero: it takes three digits that count (`geodata.figures.decimals`).
    """
    if value is None or is_missing(value):
        return unknown()
    return _number(current(), float(value), digits)


@functools.lru_cache(maxsize=20_000)
def _number(language: str, value: float, digits: int) -> str:
    digits = decimals_of(value, digits)
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(_rounded(value, digits), format=pattern, locale=_LOCALES[language]))


def fixed(value: float, digits: int) -> str:
    """Write a number with exactly `digits` decimals, as in columns; more where it would read as zero."""
    if decimals_of(value, digits) != digits:
        return number(value, digits)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(_rounded(value, digits), format=pattern, locale=_locale()))


def percent(ratio: float | None, digits: int = 0) -> str:
    """Write a ratio (1 = 100 %) as per cent; what is not zero never reads as zero."""
    if ratio is None or is_missing(ratio):
        return unknown()
    digits = decimals_of(float(ratio) * 100, digits)
    shown = _rounded(float(ratio) * 100, digits)
    # Patterns of CLDR: a space before the sign in Czech and Polish, none in English.
    decimals = "." + "#" * digits if digits else ""
    gap = "" if current() == "en" else "\N{NO-BREAK SPACE}"
    return str(format_percent(shown / 100, format=f"#,##0{decimals}{gap}%", locale=_locale()))


def money(value: float | None, currency: str) -> str:
    """Write a sum with the sign of its currency (ISO 4217), a small one with two decimals at most."""
    if value is None or is_missing(value):
        return unknown()
    symbol = get_currency_symbol(currency, locale=_locale())
    return f"{number(value, 0 if abs(value) >= 1000 else 2)}\N{NO-BREAK SPACE}{symbol}"


def significant(value: float) -> int:
    """Return the decimals for three digits that count at most; small figures get theirs from `number`."""
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def per_thousand(value: float | None) -> str:
    """Write capacity per 1,000 people, with three digits that count at most."""
    if value is None or is_missing(value):
        return unknown()
    digits = significant(value)
    return _("{number} per {thousand}", number=number(value, digits), thousand=number(1000))


def date(iso: str | dt.date | None, style: str = "long") -> str:
    """
    Write a day of an ISO 8601 text in words ("4. září 2026"); `style` "medium" writes it in figures.

    A text that is no day (a bare year) is returned as it stands.
    """
    if iso is None or is_missing(iso):
        return unknown()
    if isinstance(iso, str):
        try:
            day = dt.date.fromisoformat(iso[:10])
        except ValueError:
            return iso
    else:
        day = iso
    patterns = {"cs": "d. M. y", "pl": "dd.MM.y", "en": "d/M/y"}
    return str(
        format_date(day, format=patterns[current()] if style == "medium" else "long", locale=_locale())
    ).replace(" ", "\N{NO-BREAK SPACE}")


def distance(metres: float | None) -> str:
    """Write a distance given in metres: 640 m, 4.2 km, 27 km."""
    if metres is None or is_missing(metres):
        return unknown()
    gap = "\N{NO-BREAK SPACE}"
    if 0 < metres < 5:
        return f"<{gap}{number(10)}{gap}m"
    if metres < 995:
        return f"{number(round(float(metres) / 10) * 10)}{gap}m"
    kilometres = float(metres) / 1000
    return f"{number(kilometres, 1 if kilometres < 9.95 else 0)}{gap}km"


def listing(parts: Iterable[str]) -> str:
    """Join words as the language does: "a, b a c"."""
    from babel.lists import format_list

    words = list(parts)
    return str(format_list(words, locale=_locale())) if words else ""


# -- order of words ------------------------------------------------------------------------------------------


# -- data on a page ------------------------------------------------------------------------------------------


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside the block and the reader's own one after it."""
    before = current()
    use(language)
    try:
        yield
    finally:
        use(before)


_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])")


def plain(value: object) -> str:
    """Escape a text that comes from data, so that Streamlit's Markdown shows it as it stands."""
    if is_missing(value):
        return unknown()
    return _MARKDOWN.sub(r"\\\1", " ".join(str(value).split()))
