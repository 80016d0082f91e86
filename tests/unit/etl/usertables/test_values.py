"""One cell of a table that somebody filled in."""

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.usertables.cells import values
from etl.usertables.cells.grid import plain_text
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.schema import layout
from etl.usertables.cells.values import CellError
from geodata.guarded.workbook import Percent

MUNICIPALITIES = [
    # code, name, district code, district name, ORP, country
    ("598143", "Frýdlant nad Ostravicí", "CZ0802", "Frýdek-Místek", "Frýdlant nad Ostravicí", "CZ"),
    ("598011", "Baška", "CZ0802", "Frýdek-Místek", "Frýdek-Místek", "CZ"),
    ("598399", "Lhotka", "CZ0802", "Frýdek-Místek", "Frýdlant nad Ostravicí", "CZ"),
    ("531367", "Lhotka", "CZ020B", "Příbram", "Příbram", "CZ"),
    ("500001", "Lhota", "CZ020B", "Příbram", "Příbram", "CZ"),
    ("500002", "Lhota", "CZ020B", "Příbram", "Dobříš", "CZ"),
    ("0201011", "Bolesławiec", "0201", "powiat bolesławiecki", None, "PL"),
    ("2408021", "Mikołów", "2408", "powiat mikołowski", None, "PL"),
]
COLUMNS = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]


@pytest.fixture(scope="module")
def places():
    return NamedMunicipalities(pd.DataFrame(MUNICIPALITIES, columns=COLUMNS))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("5,5", 5.5),
        ("5.5", 5.5),
        ("1\u00a0234,5", 1234.5),
        ("1 234", 1234),
        ("12\u202f345\u202f678", 12345678),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("0,125", 0.125),
        ("-3", -3),
        (7.25, 7.25),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert values.read_number(plain_text(text) if isinstance(text, str) else text) == number


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.234", "ambiguous_number"),
        ("1,234", "ambiguous_number"),
        ("12,345,678", "ambiguous_number"),
        ("asi 5", "not_a_number"),
        ("5 lůžek", "not_a_number"),
        ("-", "not_a_number"),
        ("1 23", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("1e5", "not_a_number"),
        ("٣", "not_a_number"),
        ("1,5E+05", "scientific"),
        ("12 %", "per_cent"),
        (Percent(0.12), "per_cent"),
        (True, "truth_in_text"),
        (dt.date(2026, 1, 5), "day_in_number"),
    ],
)
def test_what_is_no_number_is_not_guessed(text, kind):
    with pytest.raises(CellError) as error:
        values.read_number(text)
    assert error.value.kind == kind


@given(st.floats(-1e12, 1e12).map(lambda number: round(number, 2)), st.booleans(), st.booleans())
def test_a_written_number_is_read_back_or_refused_never_another(number, comma, spaces):
    text = f"{number:,.2f}" if spaces else f"{number:.2f}"
    text = text.replace(",", " ").replace(".", "," if comma else ".")
    assert math.isclose(values.read_number(text), number, abs_tol=0.001)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-10-31", "2026-10-31"),
        ("31. 10. 2026", "2026-10-31"),
        ("31.10.2026", "2026-10-31"),
        ("1.2.2026", "2026-02-01"),
        ("31/10/2026", "2026-10-31"),
        ("5/5/2026", "2026-05-05"),
        ("2026-10-31 00:00:00", "2026-10-31"),
        (dt.date(2026, 10, 31), "2026-10-31"),
    ],
)
def test_days(cell, day):
    assert values.read_date(cell) == day


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("3/4/2026", "ambiguous_date"),
        ("31. 2. 2026", "not_a_date"),
        ("říjen 2026", "not_a_date"),
        ("31. 10. 26", "not_a_date"),
        (46326.0, "not_a_date"),  # a day that Excel shows as its number
    ],
)
def test_days_that_cannot_be_told(cell, kind):
    with pytest.raises(CellError) as error:
        values.read_date(cell)
    assert error.value.kind == kind


@pytest.mark.parametrize("text", ["pob", "POB", "pobytová", "Pobytova", "pobytová [pob]", "[pob]"])
def test_a_code_is_recovered_from_whatever_stands_in_the_list(text):
    assert values.read_code(text, layout("services").column("form")) == "pob"


def test_a_misspelt_code_gets_suggestions_and_a_wrong_bracket_is_noticed():
    form = layout("services").column("form")
    with pytest.raises(CellError) as error:
        values.read_code("pobitová", form)
    assert error.value.kind == "unknown_code"
    assert error.value.suggestions_in["cs"][0] == "pobytová [pob]"
    assert error.value.suggestions_in["pl"][0].endswith("[pob]")
    with pytest.raises(CellError) as error:
        values.read_code("ambulantní [pob]", form)
    assert error.value.kind == "code_mismatch"


def test_every_choice_of_every_list_reads_back_in_every_language():
    for kind in ("services", "corrections", "needs", "network", "funding", "areas"):
        for column in layout(kind).columns:
            for language in ("cs", "pl", "en"):
                for code, label in column.labels(language).items():
                    assert values.read_code(f"{label} [{code}]", column) == code
                    assert values.read_code(code, column) == code


@pytest.mark.parametrize(
    ("cell", "ico"), [("00534242", "00534242"), (534242.0, "00534242"), ("005 34 242", "00534242")]
)
def test_an_organisation_number_gets_its_zeros_back(cell, ico):
    assert values.read_ico(cell) == ico


def test_an_organisation_number_with_a_typing_error_is_refused():
    with pytest.raises(CellError):
        values.read_ico("00534243")


@pytest.mark.parametrize(
    "text",
    ["Fr\ufffddlant"]
    + [
        word.encode().decode(page, "ignore")
        for word in ("Služby pro seniory v Říčanech", "Mikołów, usługi", "Příbram")
        for page in ("cp1250", "cp1252")
    ],
)
def test_damaged_text_is_noticed(text):
    with pytest.raises(CellError) as error:
        values.read_text(text)
    assert error.value.kind == "broken_text"


@pytest.mark.parametrize(
    "text", ["Domov U Lípy č. p. 5 – žluťoučký kůň", "Dom Pomocy Społecznej „Złota Jesień”", "Čtyřlístek"]
)
def test_sound_text_is_left_alone(text):
    assert values.read_text(text) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("598143", "598143"),
        ("Frýdlant nad Ostravicí [598143]", "598143"),
        ("598143 – Frýdlant nad Ostravicí", "598143"),
        ("město Frýdlant nad Ostravicí (598143)", "598143"),
        ("201011", "0201011"),  # a spreadsheet dropped the leading zero
        ("2408021", "2408021"),
    ],
)
def test_a_code_tells_the_municipality(places, text, code):
    assert places.municipality(text) == code


def test_a_name_alone_never_tells_the_municipality(places):
    with pytest.raises(CellError) as error:
        places.municipality("Baška")
    assert error.value.kind == "municipality_needs_code"
    assert error.value.suggestions == ("Baška [598011] (Frýdek-Místek)",)


def test_a_name_tells_it_within_its_district(places):
    within = set(places.members(districts=[places.district("okres Frýdek-Místek")]))
    assert places.municipality("lhotka", within) == "598399"
    assert places.municipality("obec  LHOTKA", within) == "598399"


def test_a_name_that_stands_twice_in_the_district_is_not_guessed(places):
    with pytest.raises(CellError) as error:
        places.municipality("Lhota", set(places.members(districts=["CZ020B"])))
    assert error.value.kind == "municipality_ambiguous"
    assert "500001" in error.value.hint
    assert "500002" in error.value.hint


def test_a_misspelt_name_gets_suggestions(places):
    with pytest.raises(CellError) as error:
        places.municipality("Frýdlant n/O", set(places.members(districts=["CZ0802"])))
    assert error.value.suggestions[0].startswith("Frýdlant nad Ostravicí [598143]")
    with pytest.raises(CellError) as error:
        places.district("Frydek Mistec")
    assert error.value.suggestions == ("Frýdek-Místek [CZ0802]",)


@pytest.mark.parametrize(
    ("text", "kind"), [("Baška [598143]", "code_mismatch"), ("999999", "unknown_municipality")]
)
def test_a_code_that_contradicts_is_noticed(places, text, kind):
    with pytest.raises(CellError) as error:
        places.municipality(text)
    assert error.value.kind == kind


def test_a_code_outside_the_stated_district_is_noticed(places):
    with pytest.raises(CellError) as error:
        places.municipality("531367", set(places.members(districts=["CZ0802"])))
    assert error.value.kind == "district_mismatch"


def test_too_little_is_said_without_a_range_that_has_no_end():
    with pytest.raises(CellError) as caught:
        values.read_bounded("0", 1, None, whole=True)
    assert (caught.value.kind, caught.value.hint) == ("too_small", "1")
    with pytest.raises(CellError) as caught:
        values.read_bounded("2000000000000000", 0, None, whole=True)
    assert (caught.value.kind, caught.value.hint) == ("out_of_range", "0–1000000000000000")
