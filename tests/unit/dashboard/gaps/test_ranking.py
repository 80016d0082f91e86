import math
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from dashboard import text
from dashboard.gaps import ranking
from dashboard.theme import GAP_CLASSES

LABELS = {name: name.replace("_", " ") for name in GAP_CLASSES}


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def rows(*changes):
    base = {
        "rank": 1,
        "municipality_code": "598143",
        "name": "Ostravice",
        "gap_class": "below",
        "missing_places": 4.2,
        "demand_places": 10.6,
        "coverage_ratio": 0.604,
        "is_lower_bound": False,
        "is_near_edge": False,
        "services_in_reach": 2,
        "services_in_reach_protected": 0,
        "nearest_service_m": 4230.0,
    }
    made = pd.DataFrame([{**base, **change} for change in changes])
    # What is missing is in reach, but full.
    served = made["demand_places"] - made["missing_places"]
    return made.assign(served_places=served, waiting_places=made["missing_places"], out_of_reach_places=0.0)


class Cells(HTMLParser):
    """Text of every cell of the body, and the addresses of its links."""

    def __init__(self):
        super().__init__()
        self.rows, self.links, self.tags, self._in_body = [], [], set(), False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self._in_body |= tag == "tbody"
        if tag == "tr" and self._in_body:
            self.rows.append([])
        if tag in ("td", "th") and self._in_body:
            self.rows[-1].append("")
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        if self._in_body and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def parsed(table, parameters=None):
    cells = Cells()
    cells.feed(ranking.table(table, LABELS, "caption", parameters or {}))
    return cells


def test_a_row_says_in_words_and_figures_what_the_map_shows():
    assert parsed(rows({})).rows == [["Ostravicebelow", "4.2 of 10.6", "60%", "4.2\u00a0km"]]


def test_a_lower_bound_is_at_least_covered_and_at_most_missing():
    table = rows({"is_lower_bound": True}, {"is_lower_bound": False})
    first, second = parsed(table).rows
    assert first[:3] == ["Ostravicebelow", "≤\u00a04.2 of 10.6", "≥\u00a060%"]
    assert second[:3] == ["Ostravicebelow", "4.2 of 10.6", "60%"]


def test_a_mark_that_every_row_carries_is_not_repeated_in_each():
    assert [row[0] for row in parsed(rows({"is_near_edge": True}, {"is_near_edge": True})).rows] == [
        "Ostravicebelow"
    ] * 2


def test_a_mark_that_only_some_rows_carry_is_told_in_them():
    first, second = parsed(rows({"is_near_edge": True}, {"is_near_edge": False})).rows
    assert first[0] == "Ostravicebelow (near the edge)"
    assert second[0] == "Ostravicebelow"


def test_nothing_missing_is_not_at_most_nothing():
    assert parsed(rows({"is_lower_bound": True, "missing_places": 0.0})).rows[0][1] == "0 of 11"


def test_unknown_stays_unknown():
    nan = float("nan")
    table = rows(
        {
            "gap_class": "unknown",
            "missing_places": nan,
            "demand_places": nan,
            "coverage_ratio": nan,
            "nearest_service_m": nan,
        }
    )
    assert parsed(table).rows[0] == ["Ostraviceunknown", "unknown", "unknown", "none known"]


def test_a_need_whose_supply_is_unknown_does_not_read_as_uncovered():
    table = rows(
        {
            "gap_class": "unknown",
            "is_lower_bound": True,
            "coverage_ratio": math.nan,
            "missing_places": math.nan,
        }
    )
    assert parsed(table).rows[0][1:3] == ["unknown", "unknown"]


def test_a_service_on_the_spot_is_not_zero_metres_away():
    assert parsed(rows({"nearest_service_m": 0.0})).rows[0][3] == "in the municipality"


def test_a_further_column_has_its_heading_and_unknown_where_it_says_nothing():
    table = ranking.table(rows({}, {"municipality_code": "1"}), LABELS, "c", {}, ("Gap <in>", {"1": "2 & 3"}))
    cells = Cells()
    cells.feed(table)
    assert [row[-1] for row in cells.rows] == ["unknown", "2 & 3"]
    assert "Gap &lt;in&gt;" in table


def test_the_link_names_the_code_and_keeps_the_language():
    assert parsed(rows({}), {"lang": "pl"}).links == ["village?municipality=598143&lang=pl"]


def test_a_name_is_text_and_never_markup():
    cells = parsed(rows({"name": "<img src=x onerror=alert(1)>", "municipality_code": '"><script>'}))
    assert cells.rows[0][0].startswith("<img src=x onerror=alert(1)>")
    assert not cells.tags & {"img", "script"}


@pytest.mark.parametrize("gap_class", list(GAP_CLASSES))
def test_a_swatch_has_the_colour_of_the_map_and_no_words(gap_class):
    html = ranking.swatch(gap_class)
    assert f"background-color:{GAP_CLASSES[gap_class].fill}" in html
    assert ("repeating-linear-gradient" in html) == GAP_CLASSES[gap_class].is_hatched
    assert re.sub(r"<[^>]+>", "", html) == ""
    assert 'aria-hidden="true"' in html


def test_only_classes_that_could_be_better_are_dotted():
    dotted = {name for name in GAP_CLASSES if "radial-gradient" in ranking.swatch(name, is_lower_bound=True)}
    assert dotted == {"below", "far_below", "none_within_reach"}


def test_a_protected_address_within_reach_is_not_none_known():
    hidden = {
        "services_in_reach": 1,
        "services_in_reach_protected": 1,
        "coverage_ratio": 3.7,
        "missing_places": 0.0,
    }
    for nearest_m in (math.nan, 42_000.0):
        table = rows({**hidden, "gap_class": "at_or_above", "nearest_service_m": nearest_m})
        assert parsed(table).rows[0][3] == "in the district, the address is protected"
    # Beside one whose place is known, that one is the nearest that can be told.
    beside = rows({"services_in_reach": 2, "services_in_reach_protected": 1})
    assert parsed(beside).rows[0][3] == "4.2\u00a0km"


def test_missing_and_need_are_rounded_alike():
    table = rows(
        {"demand_places": 12.3, "missing_places": 11.6}, {"demand_places": 0.0369, "missing_places": 0.0369}
    )
    first, second = (row[1] for row in parsed(table).rows)
    assert first == "11 of 12"  # 0.7 is served, which reads as 1
    assert second == "0.04 of 0.04"
