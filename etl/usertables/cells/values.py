"""
Read one cell of a table that somebody filled in, or say what is wrong with it.

A cell that can be read in two ways is not guessed: "1.234" may be a thousand or one and a bit.
Blank, and the words for "unknown", are None: unknown is never zero.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from etl.usertables.cells import written_days
from etl.usertables.cells.grid import Cell, as_text
from etl.usertables.cells.likeness import nearest
from etl.usertables.cells.schema import Column, known_labels, message_texts, unknown_words
from geodata.guarded.workbook import ErrorValue, Moment, Percent, Unstored
from geodata.vocabulary import identifiers
from geodata.vocabulary.codes import LANGUAGES
from geodata.vocabulary.identifiers import fold

MOST_CHARACTERS = 2_000
MOST_LISTED = 12  # a list that can be read in a sentence
FIRST_YEAR, LAST_YEAR = 1950, 2100
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+([.,]\d+)?", re.ASCII)
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.,]\d{3})+", re.ASCII)
BOTH_SIGNS = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+)", re.ASCII)
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?", re.ASCII)
LOCAL_DAY = re.compile(r"(\d{1,2})(\.\s?|/|-)(\d{1,2})(?:\.\s?|/|-)(\d{4})\.?", re.ASCII)
BRACKETED = re.compile(r"^(?P<label>.*?)\s*\[(?P<code>[^\]]+)\]$")
# UTF-8 read as Windows-1250 or 1252: "Ă­" or "Ã­" for "í". The second sign is what those pages have from 0x80
# to 0xBF.
_SECOND = {sign for page in ("cp1250", "cp1252") for sign in bytes(range(0x80, 0xC0)).decode(page, "ignore")}
MOJIBAKE = re.compile(f"[ÃÄÅĂĹ][{re.escape(''.join(sorted(_SECOND)))}\u00ad]|\ufffd")
# What spreadsheet programs show in place of a value, in Czech, Polish and English: "#DIV/0!", "#ODKAZ!",
# "#N/D!", "Err:502", "####".
FORMULA_ERROR = re.compile(
    r"#[A-ZÁÄČĎÉĚÍĹĽŁŃÓÔÖŔŘŚŠŤÚŮÜÝŹŻŽ_]+(?:/[0A-Z])?[!?]|#GETTING_DATA|(?:Err|Chyba|Błąd):\d{3}"
    # "Not available", which has no mark of its own at the end: en, pl, de, sk, cs, nl, da, hu.
    r"|#(?:N/[ADB]|NV|ND|NEDOSTUPNÝ|NENÍ_K_DISPOZICI|I/T|HIÁNYZIK)"
)
TOO_NARROW = re.compile(r"#{2,}")
SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?E\+\d{1,3}", re.ASCII | re.IGNORECASE)
WORDED_DAY = re.compile(r"(\d{1,2})\.?\s*([^\W\d_]+)\.?,?\s+(\d{4})(?:\s*(?:r\.|roku))?", re.IGNORECASE)
WORDED_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2}),?\s+(\d{4})", re.IGNORECASE)
PER_CENT = re.compile(r"[+-]?[\d ]+(?:[.,]\d+)?\s*%", re.ASCII)
MOST_KEPT_DIGITS = 1e15
"""From sixteen digits on Excel puts zeros in place of the last ones."""
TRUTH = {
    True: {"cs": "PRAVDA", "pl": "PRAWDA", "en": "TRUE"},
    False: {"cs": "NEPRAVDA", "pl": "FAŁSZ", "en": "FALSE"},
}
OR = {"cs": "nebo", "pl": "lub", "en": "or"}


class CellError(ValueError):
    """One cell that cannot be read; `kind` is a key of messages.yaml."""

    def __init__(
        self,
        kind: str,
        value: str = "",
        *,
        hint: str = "",
        hints: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
        suggestions: tuple[str, ...] = (),
        suggestions_in: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(kind, value)
        self.kind, self.value, self.hint, self.suggestions = kind, value, hint, suggestions
        self.hints, self.suggestions_in = dict(hints or {}), dict(suggestions_in or {})
        self.values = dict(values or {})


def is_unknown(cell: Cell) -> bool:
    """Tell whether a cell is blank or says that the value is not known."""
    return cell is None or (isinstance(cell, str) and cell.casefold() in unknown_words())


def is_formula_error(cell: Cell) -> bool:
    """Tell whether a text is what a spreadsheet shows where a formula failed."""
    return isinstance(cell, str) and FORMULA_ERROR.fullmatch(cell) is not None


def is_too_narrow(cell: Cell) -> bool:
    """
    Tell whether a text is what a spreadsheet shows, and saves as CSV, where a value does not fit
    into its column.
    """
    return isinstance(cell, str) and TOO_NARROW.fullmatch(cell) is not None


def is_shown_error(cell: Cell) -> bool:
    """Tell whether a text is what a spreadsheet shows in place of a value."""
    return is_formula_error(cell) or is_too_narrow(cell)


def check_computed(cell: Cell) -> None:
    """
    Refuse what stands where a value should have been computed, whatever the column.

    Raises
    ------
    CellError
        If the cell holds an error value, the signs of a column too narrow, or a formula
        without a stored value.
    """
    if isinstance(cell, ErrorValue) or is_formula_error(cell):
        raise CellError("formula_error", as_text(cell))
    if is_too_narrow(cell):
        raise CellError("too_narrow", as_text(cell))
    if isinstance(cell, Unstored):
        raise CellError("formula_unstored")


def check_written(cell: Cell) -> None:
    """
    Refuse what a spreadsheet made of a text that somebody wrote: a day of "3/4", a time, a truth value,
    a number without its last digits.

    Raises
    ------
    CellError
        Saying what became of it, and what may have been written.
    """
    check_computed(cell)
    if isinstance(cell, bool):
        raise CellError("truth_in_text", as_text(cell), values=TRUTH[cell])
    if isinstance(cell, Moment):
        raise CellError("time_in_text", as_text(cell))
    if isinstance(cell, dt.date):
        raise _day_in_text(cell)
    if isinstance(cell, Percent):
        raise CellError("per_cent", as_text(cell))
    if isinstance(cell, float) and abs(cell) >= MOST_KEPT_DIGITS:
        raise CellError("digits_lost", f"{cell:.0f}" if abs(cell) < 1e300 else as_text(cell))
    if isinstance(cell, str) and SCIENTIFIC.fullmatch(cell):
        raise CellError("scientific", cell)


def check_no_day(cell: Cell, *, is_key: bool) -> None:
    """
    Refuse a text that is wholly a day as spreadsheets show one: a CSV file keeps "03.duben"
    where somebody wrote "3/4".

    Parameters
    ----------
    is_key
        Identifiers may look like short days and years of two digits ("3.4", "01.02.03", "V.26", "3/4/2026");
        streets never do.

    Raises
    ------
    CellError
        Saying what may have been written. "28. října 12", "17. listopadu" and "1 Maja" are streets, no days.
    """
    text = cell if isinstance(cell, str) else ""
    if (day := written_days.full_day(text)) is not None:
        raise _day_in_text(day)
    if written_days.is_worded(text) or (not is_key and written_days.is_short(text)):
        raise CellError("day_spelt", text)


def _day_in_text(day: dt.date) -> CellError:
    written = [f"{day.day}/{day.month}"] + [f"{day.month}/{day.year}"] * (day.day == 1)
    return _made_a_day("day_in_text", day, written)


def _made_a_day(kind: str, day: dt.date, written: list[str]) -> CellError:
    """
    Return the problem with what may have been written: "3/4" became the third of April,
    "5/1987" the first of May.
    """
    shown = {
        "cs": f"{day.day}. {day.month}. {day.year}",
        "pl": f"{day.day}.{day.month:02}.{day.year}",
        "en": day.isoformat(),
    }
    quoted = {"cs": "„{}“", "pl": "„{}”", "en": "“{}”"}
    hints = {
        language: f" {OR[language]} ".join(quoted[language].format(text) for text in written)
        for language in LANGUAGES
    }
    return CellError(kind, day.isoformat(), values=shown, hints=hints)


def read_text(cell: Cell, most: int = MOST_CHARACTERS) -> str:
    """Return text; numbers as their writer sees them."""
    check_written(cell)
    text = as_text(cell)
    if len(text) > most:
        raise CellError("too_long", text, hint=str(most))
    if MOJIBAKE.search(text):
        raise CellError("broken_text", text)
    return text


def read_number(cell: Cell) -> float:
    """Return a number; spaces may divide thousands, comma or point the decimals."""
    if isinstance(cell, float):
        return cell
    if isinstance(cell, dt.date):
        raise _made_a_day("day_in_number", cell, [f"{cell.day}.{cell.month}", f"{cell.day}/{cell.month}"])
    if isinstance(cell, str) and PER_CENT.fullmatch(cell):
        raise CellError("per_cent", cell)
    text = read_text(cell)
    if AMBIGUOUS.fullmatch(text):
        raise CellError("ambiguous_number", text)
    if BOTH_SIGNS.fullmatch(text):
        decimal = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :]
    elif NUMBER.fullmatch(text) or GROUPED.fullmatch(text):
        text = text.replace(" ", "").replace(",", ".")
    else:
        raise CellError("not_a_number", text)
    return float(text)


def read_bounded(cell: Cell, minimum: float, maximum: float | None, *, whole: bool) -> float:
    """Return a number within bounds, both included."""
    number = read_number(cell)
    text = as_text(cell)
    if number < 0 <= minimum:
        raise CellError("negative", text)
    if whole and number % 1:
        raise CellError("not_whole", text)
    if number < minimum or (maximum is not None and number > maximum) or number > 1e15:
        if maximum is None and number < minimum:
            raise CellError("too_small", text, hint=f"{minimum:g}")
        raise CellError("out_of_range", text, hint=f"{minimum:g}–{1e15 if maximum is None else maximum:.16g}")
    return number


def read_date(cell: Cell) -> str:
    """Return a day as ISO text."""
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, Moment) and cell.day is not None:
        return cell.day.isoformat()
    text = read_text(cell)
    iso, local = ISO_DAY.fullmatch(text), LOCAL_DAY.fullmatch(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif local:
        first, sign, second, last = local.groups()
        day, month, year = int(first), int(second), int(last)
        # With dots the day comes first in both countries; with slashes nobody can tell 3/4 from 4/3.
        if not sign.startswith(".") and day <= 12 and day != month:
            raise CellError("ambiguous_date", text)
    else:
        year, month, day = _worded_day(text)
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        raise CellError("not_a_date", text) from None


def _worded_day(text: str) -> tuple[int, int, int]:
    """
    Return year, month and day of "12. září 2026", "12 września 2026", "12 September 2026", "September 12,
    2026".
    """
    worded, first = WORDED_DAY.fullmatch(text), WORDED_MONTH_FIRST.fullmatch(text)
    if worded:
        day, name, year = worded.groups()
    elif first:
        name, day, year = first.groups()
    else:
        raise CellError("not_a_date", text)
    month = written_days.months("format", "stand-alone").get(fold(name))
    if month is None:
        raise CellError("not_a_date", text)
    return int(year), month, int(day)


def read_code(cell: Cell, column: Column) -> str:
    """Return a code: written as code, as its label in any language, or as "label [code]"."""
    text = read_text(cell)
    labels = known_labels(column.name)
    bracketed = BRACKETED.match(text)
    if bracketed:
        code = _by_code(bracketed["code"], labels)
        stated_label = fold(bracketed["label"])
        if code is None:
            raise _unknown_code(text, column)
        if stated_label and stated_label not in labels[code]:
            hints = {language: column.labels(language)[code] for language in LANGUAGES}
            raise CellError("code_mismatch", text, hints=hints)
        return code
    code = _by_code(text, labels)
    if code is not None:
        return code
    found = [code for code, known in labels.items() if fold(text) in known]
    if len(found) == 1:
        return found[0]
    if found:
        raise CellError("ambiguous_code", text, hint=", ".join(f"{text} [{code}]" for code in found))
    raise _unknown_code(text, column)


def read_key(cell: Cell) -> str:
    """Return an identifier as text."""
    return read_text(cell, 100)


def read_ico(cell: Cell) -> str:
    """Return an IČO whose check digit fits."""
    text = read_text(cell)
    ico = identifiers.clean_ico(re.sub(r"[.,]0+$", "", text))  # a column of numbers, saved as CSV
    if ico is None or not identifiers.is_valid_ico(ico):
        raise CellError("wrong_ico", text)
    return ico


def read_web(cell: Cell) -> str:
    """Return a web address with its scheme."""
    return _cleaned("wrong_web", cell, identifiers.clean_web(read_text(cell)))


def read_email(cell: Cell) -> str:
    """Return an e-mail address."""
    return _cleaned("wrong_email", cell, identifiers.clean_email(read_text(cell)))


def read_phone(cell: Cell) -> str:
    """Return phone numbers as written, if there are digits enough for one."""
    text = read_text(cell)
    is_computed = isinstance(cell, float) and (
        cell < 0 or not cell.is_integer()
    )  # "+420-558" became a difference
    has_digits = len(re.sub(r"\D", "", text)) >= 3
    return _cleaned("wrong_phone", cell, text if has_digits and not is_computed else None)


def read_postal_code(cell: Cell) -> str:
    """Return the five digits of a postal code; a country gives them their form later."""
    return _cleaned("wrong_postal_code", cell, identifiers.clean_postal_code(read_text(cell), "CZ"))


def _cleaned(kind: str, cell: Cell, value: str | None) -> str:
    if value is None:
        raise CellError(kind, as_text(cell))
    return value


def _by_code(text: str, labels: Mapping[str, frozenset[str]]) -> str | None:
    if text in labels:
        return text
    lower = [code for code in labels if code.casefold() == text.casefold()]
    return lower[0] if len(lower) == 1 else None


def _unknown_code(text: str, column: Column) -> CellError:
    """Return the problem with what the writer may have meant: found in any language, said in the reader's."""
    label = BRACKETED.match(text)
    code_of = _told(column)
    near = nearest(label["label"] if label else text, {known: known for known in code_of}, likeness=70)
    codes = list(dict.fromkeys(code_of[known] for known in near))
    said = {
        language: tuple(f"{column.labels(language)[code]} [{code}]" for code in codes)
        for language in LANGUAGES
    }
    hints = {}
    if not codes and len(column.labels("en")) <= MOST_LISTED:
        listed = message_texts()["list_holds"]
        hints = {
            language: listed[language].format(names=", ".join(column.labels(language).values()))
            for language in LANGUAGES
        }
    return CellError("unknown_code", text, hints=hints, suggestions=said["en"], suggestions_in=said)


def _told(column: Column) -> dict[str, str]:
    return {label: code for language in LANGUAGES for code, label in column.labels(language).items()}
