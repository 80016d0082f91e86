"""
Cells of sheets: no text is a formula, phones and numbers stay as they are,
every text comes back as it was.
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.sheet_cells import marked, unmarked

SIGNS = "=+-@\t\r\n＝＋－＠' \u00a0"
PLAIN = ["", "Domov", "558 441 611", "+420 558 441 611", "+420 558 441 611, +420 777 123 456", "-2", "+2",
         "-1,5", "-1.5", "a=b", "1-2"]  # fmt: skip
FORMULAS = [
    "=1", "=cmd|' /C calc'!A0", "+1-2", "+1+cmd|'x'!A0", "-2+3", "-A1", "+SUM(A1)", "@A1", "\t=1", "\r=1",
    "\n=1", "＝1", " =1", "\u00a0=1", "+420 558 441 611+1", "+420 558 441 611=A1", "-", "- nic", "+420/2",
    "+(1)", "-1-1", "+420 558,A1",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_what_no_spreadsheet_runs_stays_as_it_is(text):
    assert marked(text) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_could_run_is_marked(text):
    assert marked(text) == f"'{text}"


@given(st.text() | st.text(alphabet=SIGNS + "1A,.()", max_size=8))
def test_every_text_comes_back_and_none_begins_as_a_formula(text):
    assert unmarked(marked(text)) == text
    written = marked(text)
    # A reading of its own: with such a sign first, only figures divided by spaces or commas may follow.
    if written.strip(" \u00a0")[:1] in "=+-@\t\r\n＝＋－＠" and written.strip(" \u00a0"):
        assert re.fullmatch(r"[+-]\d[\d ,.+]*", written.strip(" \u00a0"))
        assert not re.search(r"\d\+", written)


@pytest.mark.parametrize("text", ["'t Hofje", "'Domov'"])
def test_an_apostrophe_of_others_stays(text):
    assert unmarked(text) == text
