"""
The way back of a figure: a reader with a pocket calculator comes from the shown inputs to the shown results.
"""

import html as escapes
import math
import re
from html.parser import HTMLParser

import pytest

from dashboard.gaps import calculation, calculation_sites
from geodata.method.analysis import Settings, analyse
from geodata.reading import services

HERE = "100001"


class Tables(HTMLParser):
    """Every table as rows of cells; the lines of a cell are kept apart."""

    def __init__(self, code):
        super().__init__()
        self.tables, self.captions = [], []
        self.inside = None
        self.feed(code)

    def handle_starttag(self, tag, _attrs):
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self.inside = "cell"
        if tag == "caption":
            self.captions.append("")
            self.inside = "caption"
        if tag in ("br", "small") and self.inside == "cell":
            self.tables[-1][-1][-1] += "\n"

    def handle_endtag(self, tag):
        if tag in ("th", "td", "caption"):
            self.inside = None

    def handle_data(self, data):
        if self.inside == "cell":
            self.tables[-1][-1][-1] += data
        elif self.inside == "caption":
            self.captions[-1] += data


def compute(written):
    """Do what is written, left to right as it stands on a calculator with × and ÷ before −."""
    plain = written.replace(",", "").removeprefix("= ")
    first, *rest = plain.split(" − ")

    def product(part):
        numbers = [float(number) for number in re.split(r" [×÷] ", part)]
        result = numbers[0]
        for sign, number in zip(re.findall(r" ([×÷]) ", part), numbers[1:], strict=True):
            result = result * number if sign == "×" else result / number
        return result

    return product(first) - sum(product(part) for part in rest)


def number_in(cell):
    return float(re.search(r"[\d,]*\.?\d+", cell)[0].replace(",", ""))


@pytest.fixture
def shown(small_world, in_language):
    """The tables of a group in English, where a full stop divides decimals."""
    in_language("en")
    entries = services.services(small_world)

    def show(group_id, code=HERE, **settings):
        analysis = analyse(small_world, group_id, "CZ", settings=Settings(**settings))
        return analysis, calculation.calculation(analysis, code, small_world, entries)

    return show


@pytest.mark.parametrize(
    "settings", [{}, {"decay": "gaussian"}, {"norm": "typed", "typed_norm_per_1000": 37.123456}]
)
def test_a_pocket_calculator_comes_to_the_same(shown, settings):
    analysis, code = shown("home_care", **settings)
    steps, sites = Tables(code).tables
    row = analysis.coverage.set_index("municipality_code").loc[HERE]
    # Every calculation that is written gives the figure beside it.
    written = [(one[1], one[2]) for one in steps[1:] if one[1]]
    assert len(written) >= 3
    for formula, result in written:
        assert compute(formula) == pytest.approx(number_in(result), rel=5e-4, abs=1e-9)
    # The parts of the sites add up to the coverage, which is the engine's.
    parts = [one[4].split("\n") for one in sites[1:-1] if "=" in one[4]]
    assert len(parts) == 2
    for result, formula in parts:
        assert compute(formula) == pytest.approx(number_in(result), rel=5e-4)
    total = number_in(sites[-1][4])
    assert sum(number_in(part[0]) for part in parts) == pytest.approx(total, rel=5e-4)
    assert total == pytest.approx(row["coverage_ratio"], rel=1e-4)
    # From the very first line to the last without looking at the engine.
    need, coverage = number_in(steps[3][2]), number_in(steps[4][2])
    assert number_in(steps[5][2]) == pytest.approx(need * min(1, coverage), rel=5e-4)
    assert number_in(steps[6][2]) == pytest.approx(row["missing_places"], rel=1e-3, abs=1e-9)


def test_every_figure_names_its_source_and_day(shown):
    _analysis, code = shown("home_care")
    steps, sites = Tables(code).tables
    assert "Registr, 4/9/2026" in steps[1][3]  # the norm
    assert "Registr, 31/12/2020" in steps[2][3]  # the people: the day of their rows, not of the file
    assert all(row[3] for row in steps[1:-1])
    assert all("source A" in row[0] for row in sites[1:-1])
    assert "A – Registr, 4/9/2026" in code


def test_what_does_not_count_says_why_and_adds_nothing(shown):
    _analysis, code = shown("home_care")
    doubtful = next(row for row in Tables(code).tables[1] if "Velká pečovatelská" in row[0])
    assert doubtful[2] == "doubtful number (710 clients)"
    assert doubtful[4] == "does not count"
    assert "at least" in code


def test_a_protected_service_is_told_by_its_kind_without_a_distance(shown):
    _analysis, code = shown("housing_crisis")
    row = Tables(code).tables[1][1]
    assert "the address is protected" in row[0]
    assert row[1] == "in the district\nweight 1"
    assert "card=" not in code
    assert not re.search(r"\d (m|km)\b", row[1])


def test_without_people_nothing_is_invented(shown):
    _analysis, code = shown("home_care", "100004")
    tables = Tables(code).tables
    steps = tables[0]
    assert steps[2][2] == "unknown"
    assert "not loaded" in steps[2][3]
    assert len(steps) == 3  # no need, no coverage, no missing places


@pytest.mark.parametrize("group_id", ["home_care", "residential_seniors", "counselling", "crisis_help"])
def test_names_from_data_stay_text(shown, group_id):
    _analysis, code = shown(group_id)
    assert "<script" not in code
    assert "<td" in code
    assert escapes.unescape(code)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (1000, "1,000"),
        (447526, "447,526"),
        (94.87940365, "94.879"),
        (0.000123456, "0.00012346"),
        (12345.678, "12,346"),
        (None, "unknown"),
        (math.nan, "unknown"),
    ],
)
def test_figures_have_five_digits(value, written, in_language):
    in_language("en")
    assert calculation_sites.figure(value) == written


def test_services_for_others_are_named_beside_the_calculation(small_world):
    service = small_world["service"].copy()
    one = service["service_id"] == "s-home"
    service.loc[one, "age_to"] = 35
    world = type(small_world)(small_world.path, {**small_world.tables, "service": service}, "others")
    before, after = (analyse(part, "home_care", "CZ", None, Settings()) for part in (small_world, world))
    assert calculation._for_others_sentence(before, small_world) is None
    name = service.loc[one, "name"].iloc[0]
    said = calculation._for_others_sentence(after, world)
    assert said is not None
    assert name in said
    assert "s-home" not in set(after.pairs["service_id"])
