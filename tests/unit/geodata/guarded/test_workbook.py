"""
Workbooks of strangers:
how far their cells lie is known before memory is asked for, however they are spelt.
"""

import datetime as dt
import io
import json
import os
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.guarded import child, workbook_child
from geodata.guarded.file_kind import file_kind
from geodata.guarded.sheet_part import Refused, ScanLimits, position_of
from geodata.guarded.sheet_scan import scan
from geodata.guarded.workbook import (
    CHILD,
    ErrorValue,
    Moment,
    Percent,
    Unstored,
    WorkbookLimits,
    read_workbook,
    text_rows,
)
from geodata.wordings import WordedFileError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
POSIX_ONLY = pytest.mark.skipif(
    os.name != "posix", reason="the system knows no limits of memory for a process"
)


def packed(parts, compression=zipfile.ZIP_DEFLATED):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()


def workbook(sheet, *, part="worksheets/sheet1.xml", strings=None, more=None, calc="", state=""):
    """Return the bytes of a workbook with one sheet, whose XML is given."""
    body = sheet if isinstance(sheet, bytes) else sheet.encode()
    folder = "xl/"
    links = f'<Relationship Id="r1" Type="{RELATED}/worksheet" Target="{part}"/>'
    if strings is not None:
        links += f'<Relationship Id="r2" Type="{RELATED}/sharedStrings" Target="sharedStrings.xml"/>'
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": (
            f'<Relationships xmlns="{package}">'
            f'<Relationship Id="a" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}">'
            f'<sheets><sheet name="S" sheetId="1"{state} r:id="r1"/></sheets>{calc}</workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
        folder + part: body,
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = strings
    return packed(parts | (more or {}))


def sheet(rows, before="", after=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    )


FAR = "<row{r}>{cells}</row>"
ONE = "<c><v>1</v></c>"
WIDE = ONE * 200
PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
    '<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
)
FAR_SHEETS = {
    "a reference": sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "no reference of cells": sheet(f'<row r="1048576">{WIDE}</row>'),
    "no reference of rows": sheet(f"<row>{ONE}</row>" * 20_000 + f"<row>{WIDE}</row>"),
    "lower case": sheet('<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>'),
    "single quotes and spaces": sheet("<row  r = '1048576' ><c  r = 'XFD1048576' ><v>1</v></c></row>"),
    "other attributes first": sheet(
        '<row spans="1:1" r="1048576"><c s="1" t="n" r="XFD1048576"><v>1</v></c></row>'
    ),
    "digits as entities": sheet('<row r="&#49;048576"><c r="&#88;FD1048576"><v>1</v></c></row>'),
    "comments inside": sheet(f'<row r="1048576"><!-- <row r="1"> -->{WIDE}<!-- </row> --></row>'),
    "characters in a section": sheet(f'<row r="1048576">{"<c><v><![CDATA[1]]></v></c>" * 200}</row>'),
    "inline text": sheet('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>'),
    "a prefix": PREFIXED,
    "strict namespace": sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>').replace(
        MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    "a far column after which cells are counted": sheet(
        f'<row r="1"><c r="XFC1"><v>1</v></c>{ONE}</row>' + f"<row>{ONE}</row>" * 100
    ),
    "dollar signs": sheet('<row r="1048576"><c r="$XFD$1048576"><v>1</v></c></row>'),
    "a small dimension": sheet(
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', '<dimension ref="A1:B2"/>'
    ),
    "UTF-16": sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    .replace("UTF-8", "UTF-16")
    .encode("utf-16"),
    "UTF-16 without a mark": sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    .replace("UTF-8", "UTF-16")
    .encode("utf-16-le"),
    "a mark and blank lines": b"\xef\xbb\xbf" + sheet(f'<row r="1048576">{WIDE}</row>')[38:].encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FAR_SHEETS))
@pytest.mark.parametrize("part", ["worksheets/sheet1.xml", "strange/name.dat"])
def test_cells_that_lie_far_apart_are_refused_before_the_reader_sees_them(name, part):
    content = workbook(FAR_SHEETS[name], part=part)
    assert len(content) < 60_000
    with zipfile.ZipFile(io.BytesIO(content)) as archive, pytest.raises(Refused) as refused:
        scan(archive, len(content), ScanLimits())
    assert refused.value.kind in ("too_wide", "damaged")  # a reference of entities is read by nobody
    if name not in ("digits as entities", "dollar signs"):
        assert refused.value.kind == "too_wide"


def test_a_far_cell_is_one_sentence_with_its_place():
    content = workbook(FAR_SHEETS["no reference of cells"])
    with pytest.raises(WordedFileError) as error:
        read_workbook("t.xlsx", content)
    assert (error.value.kind, dict(error.value.told[0].values)) == (
        "too_wide",
        {"row": 1_048_576, "column": 1},
    )
    assert "až v řádku 1048576" in str(error.value.in_language("cs"))


@POSIX_ONLY
def test_where_cells_are_not_looked_through_the_child_is_the_lock():
    content = workbook(FAR_SHEETS["no reference of cells"].replace(WIDE, ONE + WIDE))
    with pytest.raises(WordedFileError) as error:
        read_workbook("t.xlsx", content, facts=False, limits=WorkbookLimits(memory_bytes=600_000_000))
    assert error.value.kind in ("too_much", "too_wide")


@POSIX_ONLY
def test_an_abort_of_the_reader_is_a_refusal():
    """550 GB asked for by a library that aborts the process: only the child ends."""
    content = workbook(sheet(f'<row r="1">{ONE}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    wish = json.dumps({"cells": 10**13, "bytes": 10**9, "facts": True, "first_only": False})
    assert child.run(CHILD, [wish], given=content).end == "too_much"


def named_sheets(count):
    """Return the part of a workbook in which many sheets stand for one part."""
    names = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="r1"/>' for number in range(count))
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets>{names}</sheets></workbook>'


@pytest.mark.parametrize("facts", [True, False])
def test_a_sheet_too_many_is_refused_and_one_less_is_read(facts):
    def read(count):
        content = workbook(sheet(f"<row>{ONE}</row>"), more={"xl/workbook.xml": named_sheets(count)})
        return workbook_child.read(content, ScanLimits(sheets=4), facts=facts, first_only=False)["sheets"]

    assert [entry["name"] for entry in read(4)] == ["S0", "S1", "S2", "S3"]
    with pytest.raises(Refused) as refused:
        read(5)
    assert (refused.value.kind, refused.value.values) == ("too_many_sheets", {"most": 4})


def strings(count, text=""):
    return f'<sst xmlns="{MAIN}">' + f"<si><t>{text}</t></si>" * count + "</sst>"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (workbook(sheet(""), strings=strings(3_000_000)), "too_much"),
        (workbook(sheet(""), strings=strings(1_000_001, "a" * 4), more={"noise": os.urandom(200_000)}),
         "too_many_cells"),
        (workbook(sheet(""), strings=strings(1, "a" * 60_000_000)), "too_much"),
        (workbook(sheet(""), strings=strings(1, "a" * 2_000_000)), "too_much"),
        (workbook(sheet(f"<row><c t='e'><v>{'x' * 2_000_000}</v></c></row>")), "too_much"),
        (workbook(sheet(f"<row x='{'a' * 9_000_000}'/>")), "too_much"),
        (workbook(sheet(f"<!--{'a' * 9_000_000}-->")), "too_much"),
        (workbook(sheet("").replace("<worksheet", '<!DOCTYPE a [<!ENTITY x "lol">]><worksheet')), "damaged"),
        (workbook(sheet("<row><c r='A1'><v>1</v></row>")), "damaged"),
        (workbook(sheet("<row r='-5'/>")), "damaged"),
        (workbook(sheet("<row r='99999999999999999999'/>")), "damaged"),
        (workbook(sheet("<row><c r='A99999999999'><v>1</v></c></row>")), "damaged"),
        (workbook(sheet(""), more={f"m{number}": b"" for number in range(2_001)}), "too_much"),
        (workbook(sheet(ONE), more={"xl/workbook.xml": named_sheets(501)}), "too_many_sheets"),
        (workbook(sheet(ONE), more={"xl/workbook.xml": named_sheets(20_000)}), "too_many_sheets"),
        (workbook(sheet(""))[:-60], "damaged"),
        (b"PK\x03\x04", "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_workbook_that_holds_too_much_or_is_broken_is_refused_by_kind(content, kind):
    assert len(content) < 1_000_000
    with pytest.raises(Refused) as refused:
        workbook_child.read(content, ScanLimits(), facts=True, first_only=False)
    assert refused.value.kind == kind


def test_members_that_claim_less_than_they_hold_are_counted_while_they_are_unpacked():
    content = bytearray(workbook(sheet(""), more={"zzz.xml": b"<a>" + b" " * 30_000_000 + b"</a>"}))
    at = content.rindex(b"zzz.xml") - 46
    content[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    with pytest.raises(Refused) as refused:
        workbook_child.read(bytes(content), ScanLimits(), facts=True, first_only=False)
    assert refused.value.kind in ("damaged", "too_much")


def facts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = scan(archive, len(content), ScanLimits())
    return book.sheets[book.part_of_sheet["S"]], book


def test_cells_are_counted_as_the_reader_counts():
    rows = (
        "<row><c><v>1</v></c><c/><c t='e'><v>#N/A</v></c></row>"
        "<row r='5'><c r='c5'><v>2</v></c><c t='e'><v>#REF!</v></c><c r='B5' t='e'><v>#NUM!</v></c>"
        "<c t='e'><v>#NULL!</v></c></row>"
        "<row><c t='e'><v>#NAME?</v></c></row>"
    )
    facts, _ = facts_of(workbook(sheet(rows)))
    assert facts.errors == {
        (0, 2): "#N/A",
        (4, 3): "#REF!",
        (4, 1): "#NUM!",
        (4, 2): "#NULL!",
        (5, 0): "#NAME?",
    }
    assert (facts.rows, facts.columns) == (6, 4)
    read = read_workbook("t.xlsx", workbook(sheet(rows))).sheets[0].rows
    assert [cell for row in read for cell in row if isinstance(cell, ErrorValue)] == [
        ErrorValue(text) for text in ("#N/A", "#NUM!", "#NULL!", "#REF!", "#NAME?")
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 12)), max_size=12))
def test_whatever_the_spelling_places_agree_with_those_of_the_reader(wishes):
    """
    Cells hold their own number; those that the scan takes for errors must be blank
    to the reader at the same place.
    """
    rows, number = "", 0
    for gap, has_reference, column in wishes:
        number += 1 + gap
        letter = "abcdefghijklm"[column]
        at = f" r='{letter if gap % 2 else letter.upper()}{number}'" if has_reference else ""
        rows += f"<row r='{number}'><c{at} t='e'><v>#N/A</v></c><c><v>7</v></c></row>"
    content = workbook(sheet(rows))
    facts, _ = facts_of(content)
    import python_calamine

    held = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    grid = held.to_python(skip_empty_area=False)
    assert len(facts.errors) == len(wishes)
    for row, column in facts.errors:
        assert grid[row][column] == ""
        assert grid[row][column + 1] == 7
    if wishes:
        assert held.end == (facts.rows - 1, facts.columns - 1)


def test_what_the_reader_does_not_tell():
    rows = (
        "<row r='1'><c r='A1'><f>1+1</f></c><c r='B1'><f>1+1</f><v></v></c>"
        "<c r='C1' t='str'><f>x</f><v></v></c>"
        "<c r='D1'><f>1+1</f><v>2</v></c><c r='E1' t='e'><f>1/0</f><v>#DIV/0!</v></c></row>"
        "<row r='2' hidden='1'><c r='A2'><v>0.5</v></c></row>"
    )
    after = (
        "<autoFilter ref='A1:B2'><filterColumn colId='0'/></autoFilter>"
        "<mergeCells><mergeCell ref='A3:B4'/><mergeCell ref='A9'/></mergeCells>"
    )
    content = workbook(
        sheet(rows, '<cols><col min="2" max="3" hidden="1"/></cols>', after),
        calc='<calcPr fullCalcOnLoad="1"/>',
    )
    facts, found = facts_of(content)
    assert facts.unstored == {(0, 0), (0, 1)}
    assert facts.formulas == {(0, 0), (0, 1), (0, 2), (0, 3)}
    assert facts.errors == {(0, 4): "#DIV/0!"}
    assert (facts.hidden_rows, facts.hidden_columns, facts.is_filtered) == ({1}, [(1, 2)], True)
    assert facts.merged == [(2, 0, 3, 1)]
    assert found.computes_on_load
    book = read_workbook("t.xlsx", content)
    assert book.computes_on_load
    assert book.sheets[0].rows[0] == (Unstored(), Unstored(), None, 2.0, ErrorValue("#DIV/0!"))


def test_days_times_and_per_cent_keep_what_they_are(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("S")
        page.write_datetime(0, 0, dt.date(2026, 4, 3), book.add_format({"num_format": "d/m"}))
        page.write_datetime(
            0,
            1,
            dt.datetime.fromisoformat("2026-04-03T08:30"),
            book.add_format({"num_format": "d.m.yy h:mm"}),
        )
        page.write_number(0, 2, 0.5, book.add_format({"num_format": "hh:mm"}))
        page.write_number(0, 3, 0.12, book.add_format({"num_format": 9}))
        page.write_number(0, 4, 0.125, book.add_format({"num_format": "0.0 %"}))
        page.write_boolean(0, 5, True)
        page.write_number(0, 6, 598143)
    found = read_workbook("t.xlsx", path.read_bytes())
    assert found.sheets[0].rows[0] == (
        dt.date(2026, 4, 3),
        Moment("2026-04-03 08:30:00", dt.date(2026, 4, 3)),
        Moment("12:00:00"),
        Percent(0.12),
        Percent(0.125),
        True,
        598143.0,
    )
    assert text_rows(found.sheets[0])[0][-4:] == ["12 %", "12.5 %", "true", "598143"]


@pytest.mark.parametrize("reference", ['"1:3"', '""', '"A1:"', None])
def test_a_dimension_that_means_nothing_harms_nobody(reference):
    before = "<dimension/>" if reference is None else f"<dimension ref={reference}></dimension>"
    content = workbook(sheet("<row r='1'><c r='A1'><v>5</v></c></row>", before))
    assert read_workbook("t.xlsx", content).sheets[0].rows == ((5.0,),)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_read(encoding):
    text = sheet("<row r='1'><c r='A1' t='inlineStr'><is><t>Příbram</t></is></c></row>")
    content = workbook(text.replace("UTF-8", "UTF-16").encode(encoding))
    assert read_workbook("t.xlsx", content).sheets[0].rows == (("Příbram",),)


def test_hidden_sheets_are_named_and_not_read():
    content = workbook(sheet("<row r='1'><c r='A1'><v>5</v></c></row>"), state=' state="hidden"')
    found = read_workbook("t.xlsx", content).sheets[0]
    assert (found.name, found.is_hidden, found.is_empty, found.rows) == ("S", True, False, ())
    assert read_workbook("t.xlsx", content, facts=False, first_only=True).sheets[0].rows == ((5.0,),)


def ods(mimetype="application/vnd.oasis.opendocument.spreadsheet"):
    return packed({"mimetype": mimetype, "content.xml": "<a/>"}, zipfile.ZIP_STORED)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
KINDS = {
    "xlsx": workbook(sheet("")),
    "is_ods": ods(),
    "is_xlsb": packed({"[Content_Types].xml": "<a/>", "xl/workbook.bin": b"x"}),
    "is_numbers": packed({"Index/Document.iwa": b"x", "Data/a.jpg": b"x"}),
    "is_document": packed({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}),
    "is_archive": packed({"table.csv": b"a;b"}),
    "locked": OLE + "EncryptedPackage".encode("utf-16-le"),
    "xls": OLE + "Workbook".encode("utf-16-le"),
    "is_html": b"\xef\xbb\xbf\r\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>",
    "is_xml_sheet": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    ),
    "is_other": b"\x89PNG\r\n\x1a\n",
    "text": "Obec;Rok\r\n".encode("cp1250"),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_a_file_is_its_content_says(kind):
    assert file_kind(KINDS[kind]) == kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (ods("application/vnd.oasis.opendocument.text"), "is_document"),
        (OLE + "WordDocument".encode("utf-16-le"), "is_document"),
        (b"%PDF-1.7", "is_document"),
        (b"<!DOCTYPE html><html>", "is_html"),
        ("\ufeff<table><tr>".encode("utf-16"), "is_html"),
        ("Obec;Rok\r\n".encode("utf-16"), "text"),
        ("Obec;Rok\r\n".encode("utf-16-le"), "text"),
        (b"Obec;Rok\r\n\x00\x00\x00", "is_other"),
        (b"7z\xbc\xaf\x27\x1c", "is_archive"),
    ],
)
def test_more_of_what_files_are(content, kind):
    assert file_kind(content) == kind


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("xlsx", "xls", "text")])
def test_a_file_of_another_kind_is_refused_with_its_own_advice(kind):
    with pytest.raises(WordedFileError) as error:
        read_workbook("t.xlsx", KINDS[kind])
    assert error.value.kind == kind


@pytest.mark.parametrize(
    ("reference", "at"), [("A1", (0, 0)), ("b7", (6, 1)), ("$XFD$1048576", (1_048_575, 16_383))]
)
def test_references(reference, at):
    assert position_of(reference) == at


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 1500))
def test_a_spoilt_workbook_is_read_or_refused_by_kind(noise, at):
    content = workbook(sheet("<row r='1'><c r='A1'><v>5</v></c></row>"))
    spoilt = content[:at] + noise + content[at + len(noise) :]
    kinds = set()
    try:
        workbook_child.read(spoilt, ScanLimits(), facts=True, first_only=False)
    except Refused as refused:
        kinds.add(refused.kind)
    assert kinds <= {"damaged", "too_much", "locked", "too_wide", "too_many_cells"}
