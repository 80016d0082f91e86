"""Pure parts of the documents: age bands, maps as pictures, inlining, cells."""

import ast
import io
import json
import math
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.documents import exchange
from dashboard.documents.pack import make
from dashboard.documents.pictures import maps
from dashboard.documents.work import workbook
from dashboard.documents.work.workbook import Sheet
from dashboard.drawing import outlines
from dashboard.drawing.outlines import Look, Mark, Shapes, draw, frame_of, nice_length
from dashboard.map.inlined import inline_script
from dashboard.theme import GAP_CLASSES
from geodata.hsds import tabular
from geodata.reading.people import persons_from, population_of

NASTY = [
    "=1+1",
    "+SUM(A1)",
    "-2+3",
    "@cmd",
    "\tx",
    '=HYPERLINK("http://a")',
    "</script><b>",
    "ěščřž żółć",
    "a\x00b\x0b",
]


def bands(*rows):
    return pd.DataFrame(
        [
            {"age_from": a, "age_to": b, "persons": n, "reference_date": "2020-12-31", "origin_id": "x"}
            for a, b, n in rows
        ]
    ).astype({"age_to": "Int64"})


# -- words ---------------------------------------------------------------------------------------------------


def test_no_message_hides_in_an_f_string_where_it_is_never_found_for_translation():
    folder = Path(exchange.__file__).parent
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in folder.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in {"_", "ngettext", "pgettext", "mark"}
    ]
    assert hidden == []


# -- people --------------------------------------------------------------------------------------------------


def test_persons_of_an_age_and_older_are_summed():
    frame = bands((0, 64, 100), (65, 79, 30), (80, 84, 6), (85, None, 4))
    assert [persons_from(frame, age) for age in (0, 65, 80, 85)] == [140, 40, 10, 4]


@pytest.mark.parametrize("rows", [[(0, 74, 90), (75, None, 10)], [(0, 79, 90), (80, None, 10)]])
def test_a_band_that_reaches_across_the_age_makes_the_number_unknown(rows):
    assert persons_from(bands(*rows), 78) is None


def test_an_open_band_says_nothing_of_an_age_inside_it():
    people = population_of(bands((0, 64, 80), (65, 74, 15), (75, None, 9)))
    assert (people.total, people.from_65, people.from_80) == (104, 24, None)


# -- maps ----------------------------------------------------------------------------------------------------


@given(st.floats(1, 1e6))
def test_a_scale_is_one_two_or_five_and_fits(longest):
    length = nice_length(longest)
    first = length / 10 ** math.floor(math.log10(length))
    assert round(first, 9) in (1, 2, 5)
    assert length <= longest < length * 2.5 + 1


@given(st.floats(12, 23), st.floats(48, 55), st.floats(0.01, 0.6), st.floats(0.01, 0.4))
def test_a_frame_shows_its_bounds_in_true_proportion(west, south, width, height):
    frame = frame_of((west, south, west + width, south + height), ratio=1.35)
    corners = [frame.point(x, y) for x in (west, west + width) for y in (south, south + height)]
    assert all(-0.5 <= x <= frame.width + 0.5 and -0.5 <= y <= frame.height + 0.5 for x, y in corners)
    # A kilometre to the east and one to the north, by the sphere,
    # are as long on the map within half a per cent.
    latitude, longitude = south + height / 2, west + width / 2
    metres_per_degree = math.radians(1) * 6_371_008.8
    east = 1000 / (metres_per_degree * math.cos(math.radians(latitude)))
    north = 1000 / metres_per_degree
    x0, y0 = frame.point(longitude, latitude)
    x1, _ = frame.point(longitude + east, latitude)
    _, y1 = frame.point(longitude, latitude + north)
    assert x1 - x0 == pytest.approx(1000 * frame.units_per_m, rel=0.005)
    assert y0 - y1 == pytest.approx(1000 * frame.units_per_m, rel=0.005)


@pytest.fixture
def two_squares():
    from shapely.geometry import box

    shapes = {"1": box(18.0, 49.0, 18.1, 49.1), "2": box(18.1, 49.0, 18.2, 49.1)}
    points = {"1": (49.05, 18.05), "2": (49.05, 18.15)}
    return Shapes(shapes, {"1": "Žďár & spol.", "2": "<Łódź>"}, points)


def test_a_drawn_map_is_well_formed_and_keeps_its_letters(two_squares):
    from defusedxml.ElementTree import fromstring

    frame = frame_of(two_squares.bounds(["1", "2"]))
    drawn = draw(
        two_squares,
        frame,
        lambda code: Look("far_below" if code == "1" else "unknown", is_member=True, title="a < b & c"),
        names=["1", "2"],
        marks=[Mark(49.05, 18.05, text="1", is_approximate=True)],
        title="<Mapa>",
    )
    root = fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    words = {element.text for element in root.iter(f"{space}text")}
    assert {"Žďár & spol.", "<Łódź>", "1"} <= words
    fills = {
        path.get("data-code"): path.get("fill") for path in root.iter(f"{space}path") if path.get("data-code")
    }
    assert fills == {"1": GAP_CLASSES["far_below"].fill, "2": "url(#fill-unknown)"}
    patterns = {element.get("id") for element in root.iter(f"{space}pattern")}
    assert "fill-unknown" in patterns


def test_unknown_and_at_least_are_no_colours_of_the_scale():
    plain = {outlines.fill_of(Look(name)) for name in GAP_CLASSES}
    dotted = {
        outlines.fill_of(Look(name, is_lower_bound=True))
        for name, style in GAP_CLASSES.items()
        if style.is_dotted
    }
    assert len(dotted) == sum(style.is_dotted for style in GAP_CLASSES.values()) > 0
    assert outlines.fill_of(Look("at_or_above", is_lower_bound=True)) == GAP_CLASSES["at_or_above"].fill
    assert len(plain) == len({style.fill for style in GAP_CLASSES.values()}) + 1
    assert not plain & dotted
    assert outlines.population_fill(None, [0.1]).startswith("url(")


@given(st.lists(st.floats(0.01, 0.6), max_size=40), st.sampled_from(["quantile", "natural"]))
def test_limits_of_shares_part_the_values(values, classes):
    limits = maps.step_limits(values, classes)
    assert limits == sorted(set(limits))
    assert len(limits) <= 3
    assert (
        all(any(value >= limit for value in values) and min(values) < limit for limit in limits) or not limits
    )


def test_steps_are_quarters_or_follow_the_gaps_between_the_shares():
    shares = [0.10, 0.101, 0.102, 0.103, 0.104, 0.15, 0.20, 0.25]
    assert maps.step_limits(shares) == [0.102, 0.104, 0.2]
    assert maps.step_limits(shares, "natural") == [0.15, 0.2, 0.25]
    assert maps.step_limits(shares[:3], "natural") == []


# -- inlining ------------------------------------------------------------------------------------------------


@given(
    st.recursive(
        st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    )
)
def test_json_in_a_page_reads_back_and_ends_no_script(value):
    written = make.script_json(value)
    assert "<" not in written
    assert "\u2028" not in written
    assert json.loads(written) == value


def test_a_script_is_inlined_without_closing_tags_or_addresses_of_source_maps():
    code = 'a = "</script>"; b = "</SCRIPT >"; c = "<!--";\n//# sourceMappingURL=leaflet.js.map'
    inlined = inline_script(code)
    assert not re.search(r"</script|<!--|sourceMappingURL", inlined, re.IGNORECASE)


def test_pictures_of_a_style_become_data_addresses():
    styled = make.inline_style(
        "a{background:url(images/layers.png)} b{fill:url(#x)} c{background:url('data:,')}"
    )
    assert re.findall(r"url\(([^)]{0,16})", styled) == ["data:image/png;b", "#x", "'data:,'"]


# -- cells ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["+420 558 441 611", "-12.5", "35", "Žďár", "2026-09-04"])
def test_phones_and_figures_stay_as_machines_read_them(value):
    assert tabular.csv_cell(value) == value


@given(st.text())
def test_no_cell_for_machines_starts_a_formula(value):
    cell = tabular.csv_cell(value)
    assert cell in (value, f"'{value}")
    if cell[:1] in ("=", "@", "\t", "\r", "\n"):
        assert not re.search(r"[^\s]", cell), cell
    if cell[:1] in ("+", "-"):
        assert not re.search(r"[^-+\d\s().,/]", cell)


@given(st.lists(st.text(min_size=0, max_size=50), min_size=1, max_size=6))
def test_names_of_sheets_are_what_excel_accepts(titles):
    names = []
    for title in titles:
        names.append(workbook.sheet_name(title, names))
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 1 <= len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_no_text_of_a_workbook_becomes_a_formula_link_or_number():
    from python_calamine import CalamineWorkbook

    sheet = Sheet("T", ["a", "b"], [[value, 1.5] for value in [*NASTY, "007"]], notes=["=2+2"])
    made = workbook.build("=title", "cs", [sheet])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        xml = "".join(
            archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name
        )
        assert "hyperlinks" not in "".join(archive.namelist())
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    rows = CalamineWorkbook.from_object(io.BytesIO(made)).get_sheet_by_name("T").to_python()
    assert [row[0] for row in rows[1 : len(NASTY) + 2]] == [*NASTY[:-1], "ab", "007"]
    assert [row[1] for row in rows[1 : len(NASTY) + 2]] == [1.5] * (len(NASTY) + 1)


def test_equal_tables_are_equal_files():
    sheets = [Sheet("T", ["a"], [["x"], [None]])]
    assert workbook.build("t", "cs", sheets) == workbook.build("t", "cs", sheets)


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_a_sign_that_no_document_can_hold_is_left_out(sign, tmp_path):
    from docx import Document

    from dashboard.documents.office.report import Chapter

    chapter = Chapter(None, f"A{sign}B")
    chapter.heading(f"C{sign}D", 1)
    chapter.paragraphs([f"E{sign}F"])
    chapter.caption("Table", f"G{sign}H")
    chapter.document.save(tmp_path / "a.docx")
    found = Document(str(tmp_path / "a.docx"))
    assert found.core_properties.title == "AB"
    assert [paragraph.text for paragraph in found.paragraphs] == ["CD", "EF", "Table 1. GH"]
