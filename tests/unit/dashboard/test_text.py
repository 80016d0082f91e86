"""Words, numbers and order of words in three languages."""

import datetime as dt
import math
import re
import threading
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import sorting, text
from dashboard.phrases import amounts
from geodata.figures import PART_NOISE

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def czech():
    text.use("cs")
    yield
    text.use("cs")


@pytest.fixture
def words(monkeypatch):
    """A catalogue of one sentence, so that the rules are tested apart from the real words."""
    from babel.messages import Catalog

    forms = {
        "cs": ("{n} místo", "{n} místa", "{n} místa", "{n} míst"),
        "pl": ("{n} miejsce", "{n} miejsca", "{n} miejsc", "{n} miejsca"),
    }

    def catalog(language):
        if language == "en":
            return None
        made = Catalog(locale=language)
        made.add(("{n} place", "{n} places"), forms[language])
        made.add("Hello {name}", {"cs": "Dobrý den, {name}", "pl": "Dzień dobry, {name}"}[language])
        made.add("half done", "")
        made.add("guessed", "uhodnuto", flags=("fuzzy",))
        made.add("May", "smí", context="permission")
        return made

    monkeypatch.setattr(text, "catalog", catalog)
    text._translated.cache_clear()
    yield
    text._translated.cache_clear()


@pytest.mark.parametrize(
    ("language", "number", "sentence"),
    [
        ("cs", 0, "0 míst"),
        ("cs", 1, "1 místo"),
        ("cs", 2, "2 místa"),
        ("cs", 4, "4 místa"),
        ("cs", 5, "5 míst"),
        ("cs", 22, "22 míst"),
        ("cs", 2.5, "2,5 místa"),
        ("cs", 0.3, "0,3 místa"),
        ("cs", 2.04, "2 místa"),
        ("cs", 0.96, "1 místo"),
        ("cs", 1234, f"1{NBSP}234 míst"),
        ("pl", 1, "1 miejsce"),
        ("pl", 2, "2 miejsca"),
        ("pl", 5, "5 miejsc"),
        ("pl", 12, "12 miejsc"),
        ("pl", 21, "21 miejsc"),
        ("pl", 22, "22 miejsca"),
        ("pl", 112, "112 miejsc"),
        ("pl", 2.5, "2,5 miejsca"),
        ("en", 1, "1 place"),
        ("en", 0, "0 places"),
        ("en", 0.5, "0.5 places"),
        ("en", 1.01, "1 place"),
    ],
)
def test_a_count_takes_the_plural_form_of_the_number_as_shown(words, language, number, sentence):
    text.use(language)
    assert text.ngettext("{n} place", "{n} places", number, digits=1) == sentence


def test_a_count_without_decimals_is_rounded_before_its_form_is_chosen(words):
    assert text.ngettext("{n} place", "{n} places", 1.4) == "1 místo"
    assert text.ngettext("{n} place", "{n} places", 1.5) == "2 místa"


def test_values_are_put_in_and_never_parsed(words):
    assert text._("Hello {name}", name="{n} {0} <b>") == "Dobrý den, {n} {0} <b>"


def test_what_is_untranslated_or_guessed_stays_english(words):
    assert text._("half done") == "half done"
    assert text._("guessed") == "guessed"
    assert text._("never heard of") == "never heard of"


def test_a_word_may_read_differently_in_another_context(words):
    assert text.pgettext("permission", "May") == "smí"
    assert text._("May") == "May"


def test_an_unknown_language_becomes_czech():
    assert text.use("de") == "cs"
    assert text.use(None) == "cs"
    assert text.use("pl") == text.current() == "pl"


def test_another_thread_does_not_change_my_language():
    text.use("pl")
    thread = threading.Thread(target=lambda: text.use("en"))
    thread.start()
    thread.join()
    assert text.current() == "pl"


@pytest.mark.parametrize("missing", [None, math.nan, pd.NA, pd.NaT])
def test_unknown_is_a_word_never_a_zero(missing):
    for language, word in (("cs", "neznámo"), ("pl", "nieznane"), ("en", "unknown")):
        text.use(language)
        assert text.number(missing) == word
        assert text.percent(missing) == word
        assert text.distance(missing) == word
        assert text.date(missing) == word
        assert text.per_thousand(missing) == word
        assert text.plain(missing) == word


def test_numbers_by_locale():
    assert text.number(1234567.25, 1) == f"1{NBSP}234{NBSP}567,3"
    assert text.number(2.0, 1) == "2"
    assert text.number(0.5) == "1"
    assert text.number(-0.2) == "-0,2"
    assert text.percent(0.615, 1) == f"61,5{NBSP}%"
    assert text.percent(1) == f"100{NBSP}%"
    assert text.per_thousand(77.84) == f"77,8 na 1{NBSP}000"
    text.use("en")
    assert text.number(1234567.25, 1) == "1,234,567.3"
    assert text.percent(0.615) == "62%"


def test_dates_by_locale():
    assert text.date("2026-09-04") == f"4.{NBSP}září{NBSP}2026"
    assert text.date(dt.date(2026, 9, 4), "medium") == f"4.{NBSP}9.{NBSP}2026"
    assert text.date("2021") == "2021"
    text.use("pl")
    assert text.date("2026-09-04") == f"4{NBSP}września{NBSP}2026"
    assert text.date("2026-09-04", "medium") == "04.09.2026"
    text.use("en")
    assert text.date("2026-09-04") == f"4{NBSP}September{NBSP}2026"


@pytest.mark.parametrize(
    ("metres", "shown"),
    [
        (0, "0 m"),
        (4, "< 10 m"),
        (637, "640 m"),
        (994, "990 m"),
        (996, "1 km"),
        (4240, "4,2 km"),
        (27400, "27 km"),
    ],
)
def test_distances(metres, shown):
    assert text.distance(metres) == shown.replace(" ", NBSP)


def test_czech_order():
    words = [
        "Žár",
        "Chodov",
        "Čeladná",
        "Cvikov",
        "Hukvaldy",
        "Ivanovice",
        "Český Těšín",
        "Zubří",
        "Řeka",
        "Rychvald",
    ]
    assert sorted(words, key=sorting.sort_key) == [
        "Cvikov", "Čeladná", "Český Těšín", "Hukvaldy", "Chodov", "Ivanovice", "Rychvald", "Řeka",
        "Zubří", "Žár",
    ]  # fmt: skip


def test_polish_order():
    text.use("pl")
    words = [
        "Żory",
        "Źródło",
        "Zabrze",
        "Łaziska",
        "Lubin",
        "Lędziny",
        "Mikołów",
        "Ćmielów",
        "Cieszyn",
        "Świerklany",
    ]
    assert sorted(words, key=sorting.sort_key) == [
        "Cieszyn", "Ćmielów", "Lędziny", "Lubin", "Łaziska", "Mikołów", "Świerklany", "Zabrze",
        "Źródło", "Żory",
    ]  # fmt: skip


def test_names_without_accents_stand_beside_and_what_is_missing_last():
    assert sorted(["Ústí", "Usti", None, "Ustinov"], key=sorting.sort_key) == [
        "Usti",
        "Ústí",
        "Ustinov",
        None,
    ]


@given(st.lists(st.text(max_size=8), max_size=6).flatmap(lambda w: st.tuples(st.just(w), st.permutations(w))))
def test_order_does_not_depend_on_the_order_of_input(words):
    given_order, another_order = words
    assert sorted(given_order, key=sorting.sort_key) == sorted(another_order, key=sorting.sort_key)


def test_fold():
    assert sorting.fold("Jastrzębie-Zdrój Łódź ČELADNÁ") == "jastrzebie-zdroj lodz celadna"


def test_a_list_of_words():
    assert text.listing(["a", "b", "c"]) == f"a, b a{NBSP}c"
    assert text.listing([]) == ""


@given(st.text(max_size=40))
def test_markdown_from_data_is_escaped(value):
    """Every sign that Markdown could read is behind a backslash; without them the text is the same."""
    escaped = text.plain(value)
    bare = escaped
    for sign in "`*_[]()<>$!&|~":
        bare = bare.replace(f"\\{sign}", "")
        assert sign not in bare or "\\\\" in escaped
    import re

    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(value.split())


def test_forms_are_those_of_the_counted_sentence():
    for language, tags in (("cs", {"one", "few", "many", "other"}), ("en", {"one", "other"})):
        text.use(language)
        forms = text.forms("{n} bed", "{n} beds")
        assert set(forms) == tags
        for number in (1, 2, 5, 22, 1.5):
            assert text.counted(forms, number, 1) == text.ngettext("{n} bed", "{n} beds", number, 1)


def test_a_sentence_without_translation_counts_in_english():
    text.use("pl")
    forms = text.forms("{n} unheard-of thing", "{n} unheard-of things")
    assert text.counted(forms, 1) == "1 unheard-of thing"
    assert text.counted(forms, 5) == "5 unheard-of things"


@given(
    st.floats(1e-8, 1e5), st.integers(0, 2), st.sampled_from(list(text.LANGUAGES)), st.sampled_from([1, -1])
)
def test_no_door_writes_zero_for_what_is_there(value, digits, language, sign):
    text.use(language)
    for said in (
        text.number(sign * value, digits),
        text.fixed(sign * value, digits),
        text.percent(sign * value),
    ):
        assert re.search(r"[1-9]", said), said
    if value >= PART_NOISE:
        for said in (
            amounts.places(value),
            amounts.amount(value, "luzka"),
            amounts.at_most(value, is_bound=True),
        ):
            assert re.search(r"[1-9]", said), said
            assert not re.search(r"[≥≤].*<|at most less", said)


@given(
    st.lists(st.one_of(st.just(0.0), st.floats(2e-6, 1.0), st.floats(1.0, 400.0)), min_size=3, max_size=3),
    st.booleans(),
    st.sampled_from(list(text.LANGUAGES)),
)
def test_a_need_and_its_parts_add_up_as_they_are_written(parts, is_bound, language):
    text.use(language)

    def read(said):
        plain = re.sub(r"[≥≤\s]", "", said)
        plain = plain.replace(",", "" if language == "en" else ".")
        return Decimal(0) if plain.startswith("<") else Decimal(plain)

    shown = amounts.parts(amounts.RowParts(sum(parts), *parts, is_lower_bound=is_bound))
    # "At least" a trace is told as the number it is: there it is less than a step off.
    if is_bound and parts[0] > 0 and read(shown.served) > 0 and parts[0] < 0.005:
        return
    assert read(shown.served) + read(shown.waiting) + read(shown.out_of_reach) == read(shown.demand)
    assert read(shown.waiting) + read(shown.out_of_reach) == read(shown.missing)
    assert "<" not in shown.demand
    for said in (shown.served, shown.waiting, shown.missing):
        assert not re.search(r"[≥≤].*<", said)


@pytest.mark.parametrize(
    ("n", "total", "said"),
    [
        (1, 11, "V 1 z 11"),
        (2, 13, "Ve 2 ze 13"),
        (5, 12, "V 5 ze 12"),
        (7, 7, "V 7 ze 7"),
        (12, 16, "Ve 12 ze 16"),
        (15, 38, "V 15 ze 38"),
        (21, 50, "Ve 21 z 50"),
        (100, 165, "Ve 100 ze 165"),
        (1000, 2000, "V 1 000 ze 2 000"),
    ],
)
def test_a_czech_preposition_fits_the_number_behind_it(n, total, said):
    """In figures as it is read aloud: ve dvanácti, ze třinácti, v pěti."""
    values = {"n": text.number(n), "total": text.number(total)}
    assert text._filled("V {n} z {total}", values).replace(NBSP, " ") == said
    text.use("pl")
    assert text._filled("V {n} z {total}", values).startswith(f"V {values['n']} z ")
