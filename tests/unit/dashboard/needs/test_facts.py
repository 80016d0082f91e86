"""Ages, the area's own facts, indicators, and what people say beside what is computed."""

import json
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.needs import facts as needs_facts
from dashboard.needs import findings as needs_findings
from dashboard.needs import findings_file
from dashboard.needs.findings import Finding
from dashboard.needs.findings_file import Vocabulary
from dashboard.people import ages, pyramid
from dashboard.tables import sheets
from geodata.dataset.dataset import Dataset
from geodata.errors import InputFileError
from geodata.method.analysis import analyse
from geodata.method.gaps import GAP_CLASSES

MEMBERS = ["100001", "100002", "100003"]

# -- ages ----------------------------------------------------------------------------------------------------


def rows(*parts):
    columns = ("municipality_code", "sex", "age_from", "age_to", "persons")
    return pd.DataFrame([dict(zip(columns, part, strict=True)) for part in parts])


def test_ages_of_several_municipalities_add_up(small_world):
    people = ages.people_of(small_world, [*MEMBERS, "100004"])
    table = small_world["population"].to_dict("records")
    own = [row for row in table if row["municipality_code"] in MEMBERS and row["sex"] == "total"]
    assert people.total == sum(row["persons"] for row in own)
    assert people.between(65, None) == sum(row["persons"] for row in own if row["age_from"] >= 65)
    assert people.between(15, 64) == sum(row["persons"] for row in own if 15 <= row["age_from"] < 65)
    assert people.unknown == 1
    assert not people.has_sexes


def test_bands_that_differ_are_joined_never_split():
    bands = ages.bands_of(
        rows(
            ("a", "total", 0, 74, 10),
            ("a", "total", 75, None, 4),
            ("b", "total", 0, 74, 5),
            ("b", "total", 75, 79, 2),
            ("b", "total", 80, None, 1),
        ),
        "municipality_code",
    )
    assert [(band.age_from, band.age_to, band.total) for band in bands] == [(0, 74, 15), (75, None, 7)]
    people = ages.People(bands, 0, ())
    assert people.between(80, None) is None
    assert people.between(75, None) == 7


def test_men_of_some_municipalities_only_are_no_sum_of_men():
    both = rows(
        ("a", "total", 0, None, 9),
        ("a", "male", 0, None, 4),
        ("a", "female", 0, None, 5),
        ("b", "total", 0, None, 7),
    )
    (band,) = ages.bands_of(both, "municipality_code")
    assert (band.total, band.men, band.women) == (16, None, None)
    (own,) = ages.bands_of(both.iloc[:3], "municipality_code")
    assert (own.total, own.men, own.women) == (9, 4, 5)


def people_with(counts, *, sexes=True):
    starts = list(range(0, 5 * len(counts), 5))
    bands = tuple(
        ages.Band(
            first,
            first + 4 if first != starts[-1] else None,
            men + women,
            men if sexes else None,
            women if sexes else None,
        )
        for first, (men, women) in zip(starts, counts, strict=True)
    )
    return ages.People(bands, 0, ("2020-12-31",))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=18), st.booleans()
)
def test_the_pyramid_is_svg_whose_bars_are_as_long_as_shares(counts, sexes):
    people = people_with(counts, sexes=sexes)
    svg = pyramid.pyramid(people, people)
    if people.total == 0:
        assert svg == ""
        return
    bars = [float(bar.get("width")) for bar in ET.fromstring(svg)[1:] if bar.tag.endswith("rect")]  # noqa: S314  # our own
    sides = (
        [[men for men, _women in counts], [women for _men, women in counts]]
        if sexes
        else [[sum(pair) for pair in counts]]
    )
    numbers = [count for side in sides for count in reversed(side)]
    assert len(bars) == len(numbers)
    scale = max(bars) / max(numbers)
    assert bars == pytest.approx([count * scale for count in numbers], abs=0.11)


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_the_country_is_drawn_only_where_ages_are_divided_alike(in_language, language):
    in_language(language)
    people, other = people_with([(5, 6)] * 4), people_with([(5, 6)] * 3)
    assert "stroke-dasharray" in pyramid.pyramid(people, people)
    assert "stroke-dasharray" not in pyramid.pyramid(people, other)
    assert "stroke-dasharray" not in pyramid.pyramid(people, None)
    assert pyramid.pyramid(ages.People((), 3, ())) == ""


# -- facts ---------------------------------------------------------------------------------------------------


def world_with(world, **tables):
    return Dataset(world.path, {**world.tables, **tables}, "changed")


def with_facts(world, content):
    return world_with(world, area=world["area"].assign(facts_json=content))


FACTS = {
    "planning_process": {
        "started": "2023-04",
        "duration_years": 2,
        "founding_meeting": "2023-10-13",
        "focus_groups": {
            "total": 12,
            "participants": 102,
            "women": 66,
            "men": 36,
            "other_groups": ["service providers"],
        },
    },
    "projects": [
        {
            "name": "<b>P</b>",
            "budget_czk": 9000000,
            "from": "2023-01-01",
            "to": "2025-12-31",
            "target_persons_at_least": 96,
        }
    ],
    "texts": {"kind_label": {"cs": "MAS", "pl": "LGD", "en": "LAG"}},
}


IN_LANGUAGES = {
    "cs": ("12 fokusních skupin, 102 účastníků. Ženy: 66, muži: 36.", "MAS", "poskytovatelé služeb"),
    "pl": (
        "12 grup fokusowych, 102 uczestników. Kobiety: 66, mężczyźni: 36.",
        "LGD",
        "podmioty prowadzące usługi",
    ),
    "en": ("12 focus groups with 102 participants. Women: 66, men: 36.", "LAG", "service providers"),
}


@pytest.mark.parametrize("language", list(IN_LANGUAGES))
def test_focus_groups_are_told_in_the_reader_s_language(small_world, in_language, language):
    in_language(language)
    words, kind, group = IN_LANGUAGES[language]
    facts = needs_facts.facts_of(with_facts(small_world, json.dumps(FACTS)), "frydlantsko-beskydy")
    assert needs_facts.focus_group_sentence(facts) == words
    shown = [value for _name, value in needs_facts.process_facts(facts)]
    assert {kind, group} <= set(shown)
    ((name, project),) = needs_facts.projects(facts)
    assert name == "<b>P</b>"
    values = " ".join(str(value) for _word, value in project).replace("\N{NO-BREAK SPACE}", " ")
    assert "9" in values
    assert "96" in values


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "{",
        "[]",
        "7",
        '{"planning_process": 5, "projects": {"a": 1}}',
        '{"projects": [7, {"budget_czk": "x"}]}',
    ],
)
def test_facts_that_are_broken_say_nothing(small_world, content):
    facts = needs_facts.facts_of(with_facts(small_world, content), "frydlantsko-beskydy")
    assert needs_facts.process_facts(facts) == []
    assert [pairs for _name, pairs in needs_facts.projects(facts)] in ([], [[]])


# -- indicators ----------------------------------------------------------------------------------------------


def test_hidden_numbers_are_written_as_bounds_and_their_total_too(small_world, in_language):
    in_language("en")
    common = {
        "indicator": "allowance",
        "target_group_code": "seniors",
        "year": 2025,
        "unit": "persons",
        "suppress_below": 5,
        "source_text": "<i>office</i>",
    }
    need = pd.DataFrame(
        [
            {**common, "municipality_code": "100001", "value": 41.0, "disclosure": "shown"},
            {**common, "municipality_code": "100002", "value": None, "disclosure": "below"},
            {**common, "municipality_code": "100003", "value": None, "disclosure": "at_least"},
            {**common, "municipality_code": "2408021", "value": 99.0, "disclosure": "shown"},
        ]
    )  # fmt: skip
    total = {
        **dict.fromkeys(small_world["need_total"].columns),
        **common,
        "area_id": "frydlantsko-beskydy",
        "value": None,
    }
    names = {"100001": "Čeladná", "100002": "Ostravice", "100003": "Malá Lhotka"}
    world = world_with(small_world, need=need, need_total=pd.DataFrame([total]))
    (table,) = needs_facts.indicator_tables(world, "frydlantsko-beskydy", names)
    for shown in (">41<", "&lt; 5", "≥ 5", "must stay hidden", "&lt;i&gt;office"):
        assert shown in table
    assert "99" not in table
    assert needs_facts.indicator_tables(small_world, "frydlantsko-beskydy", names) == []


# -- findings ------------------------------------------------------------------------------------------------

ENOUGH = {"at_or_above", "no_need"}
SHORT = {"below", "far_below", "none_within_reach"}


def expected(felt, gap_class):
    """The rule again, as a table."""
    if gap_class in ENOUGH:
        return {"short": "only_felt", "enough": "agrees", None: "agrees"}[felt]
    if gap_class in SHORT:
        return {"short": "agrees", "enough": "only_computed", None: "only_computed"}[felt]
    return "unclear"


@pytest.mark.parametrize("gap_class", GAP_CLASSES)
@pytest.mark.parametrize("felt", ["short", "enough", None])
def test_a_finding_beside_each_class(felt, gap_class):
    assert needs_findings.result_of(felt, gap_class) == expected(felt, gap_class)


CODES = st.sampled_from(["", "1", "2"])
GROUPS = st.sampled_from(["home_care", "day_care"])


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Finding,
            CODES,
            GROUPS,
            st.sampled_from(["short", "enough"]),
            st.sampled_from(["", "citizens", "mayors"]),
        ),
        max_size=8,
    ),
    st.dictionaries(st.tuples(CODES, GROUPS), st.sampled_from(sorted(GAP_CLASSES))),
    st.sets(CODES),
)
def test_every_finding_is_in_the_comparison_once_and_no_computed_gap_is_lost(findings, classes, asked):
    found = needs_findings.compare(findings, classes, asked)
    keys = [(row.municipality, row.service) for row in found]
    assert len(keys) == len(set(keys))
    assert {(one.municipality, one.service) for one in findings} <= set(keys)
    for key, gap_class in classes.items():
        if key[0] in asked and gap_class in SHORT:
            assert key in keys
    for row in found:
        own = [
            one.felt for one in findings if (one.municipality, one.service) == (row.municipality, row.service)
        ]
        felt = None if not own else "short" if "short" in own else "enough"
        assert row.is_disputed == (len(set(own)) == 2)
        assert set(row.said_by) == {
            one.said_by
            for one in findings
            if (one.municipality, one.service) == (row.municipality, row.service)
            and one.felt == row.felt
            and one.said_by
        }
        assert (row.felt, row.result) == (
            felt,
            expected(felt, classes.get((row.municipality, row.service), "unknown")),
        )
    order = [needs_findings.RESULTS.index(row.result) for row in found]
    assert order == sorted(order)


def test_computed_classes_cover_every_member_and_the_whole_area(small_world):
    found = needs_findings.classes_of(analyse(small_world, "home_care", "CZ"), MEMBERS)
    assert set(found) == {(code, "home_care") for code in [*MEMBERS, ""]}


@pytest.mark.parametrize(
    ("share", "expected_class"),
    [
        (None, "unknown"),
        (1.0, "at_or_above"),
        (0.5, "below"),
        (0.49, "far_below"),
        (0.0, "none_within_reach"),
    ],
)
def test_the_class_of_an_area(share, expected_class):
    assert needs_findings.class_of_area(share, 0.5) == expected_class


KNOWN = Vocabulary(
    {
        "home_care": ("Pomoc a péče doma", "Pomoc i opieka w domu", "Help and care at home"),
        "day_care": ("Denní péče",),
    },
    {"100001": "Čeladná", "1": "Lhotka", "2": "Lhotka"},
)


@pytest.mark.slow
@pytest.mark.parametrize("saved_in", ["cs", "pl", "en"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_saved_table_comes_back_in_another_language(in_language, saved_in, kind):
    findings = [
        Finding("100001", "home_care", "short", "občané", "=1+1"),
        Finding("", "day_care", "enough", "", "poznámka\nna dva řádky"),
    ]
    in_language(saved_in)
    labels = {code: words[0] for code, words in KNOWN.services.items()}
    cells = findings_file.cells_of(findings, labels, KNOWN.municipalities)
    headings = findings_file.headings()
    raw = (
        sheets.xlsx_bytes("Zjištění", headings, cells)
        if kind == "xlsx"
        else sheets.csv_bytes(headings, cells)
    )
    in_language("en" if saved_in == "cs" else "cs")
    loaded = findings_file.rows_from_file(f"x.{kind}", raw)
    read, problems = findings_file.findings_of(loaded.rows, KNOWN, loaded.places)
    assert (loaded.problems, loaded.notes) == ([], [])
    assert problems == []
    assert [(one.municipality, one.service, one.felt, one.said_by) for one in read] == [
        (one.municipality, one.service, one.felt, one.said_by) for one in findings
    ]


def test_rows_that_cannot_be_read_are_told_by_number(in_language):
    in_language("en")
    table = [
        {"municipality": "", "service": "", "felt": ""},
        {"municipality": "Čeladna", "service": "denni pece", "felt": "SHORT"},
        {"municipality": "Praha", "service": "Denní péče", "felt": "it is enough"},
        {"municipality": "Lhotka", "service": "Denní péče", "felt": "it is enough"},
        {"municipality": "", "service": "taxi", "felt": "it is enough"},
        {"municipality": "", "service": "Denní péče", "felt": "maybe"},
        {"municipality": float("nan"), "service": "day_care", "felt": "enough"},
    ]
    read, problems = findings_file.findings_of(table, KNOWN)
    assert [(one.municipality, one.felt) for one in read] == [("100001", "short"), ("", "enough")]
    assert [problem.split(":")[0] for problem in problems] == ["Row 3", "Row 4", "Row 5", "Row 6"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"a;b\n1;2",
        b"service;felt\nx;y",
        b"PK\x03\x04 no workbook",
        b"\x00\x01\x02",
        b"service;felt\n" * 200_000,
    ],
)
def test_a_file_that_is_no_table_of_findings_is_refused(raw):
    with pytest.raises(InputFileError):
        findings_file.rows_from_file("x", raw)


@pytest.mark.slow
def test_windows_encoding_and_commas_are_read(in_language):
    in_language("cs")
    raw = "OBEC,Služba,Lidé říkají,Telefon\nLhotka,Denní péče,je jí málo,1\n".encode("cp1250")
    (row,) = findings_file.rows_from_file("x.csv", raw).rows
    assert row == {"municipality": "Lhotka", "service": "Denní péče", "felt": "je jí málo"}
