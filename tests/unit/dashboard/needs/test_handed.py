"""What readers hand over: bombs end in the child, and the reader gets a word of it."""

import io
import json
import struct
import zipfile

import pytest
import xlsxwriter

from dashboard.documents.office import chapter_child, report, template_file
from dashboard.needs import findings_file, handed
from geodata.errors import InputFileError
from geodata.guarded.child import ChildLimits, Ended


def workbook(write):
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["municipality", "service", "felt"])
        sheet.write_row(1, 0, ["Lhotka", "day_care", "short"])
        write(sheet)
    return sink.getvalue()


def parts(content, **changed):
    """Return an archive with some of its parts replaced or added."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist() + [name for name in changed if name not in old.namelist()]
        for name in names:
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return sink.getvalue()


@pytest.mark.slow
def test_rows_come_back_as_texts():
    told = handed.table_rows(workbook(lambda sheet: sheet.write_row(2, 0, [598143, 2.5, "x"])), "en")
    (sheet,) = told.sheets
    assert sheet.rows == [
        ["municipality", "service", "felt"],
        ["Lhotka", "day_care", "short"],
        ["598143", "2.5", "x"],
    ]
    assert (sheet.numbers, sheet.left, sheet.problems) == ([1, 2, 3], 0, [])
    (sheet,) = handed.table_rows("\nobec;služba\n\nLhotka;péče\n".encode("cp1250"), "en").sheets
    assert (sheet.rows, sheet.numbers) == ([["obec", "služba"], ["Lhotka", "péče"]], [2, 4])


@pytest.mark.slow
@pytest.mark.parametrize(
    "write",
    [
        lambda sheet: sheet.write(1_048_575, 16_383, "x"),
        lambda sheet: sheet.write_row(500_000, 200, ["x"]),
    ],
    ids=["last cell", "far rectangle"],
)
def test_cells_far_apart_are_no_table(write):
    with pytest.raises(handed.NoTableError):
        handed.table_rows(workbook(write), "en")


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


@pytest.mark.slow
@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576">' + "<c><v>1</v></c>" * 16_000 + "</row>",
        '<row r="1"><c r="a1"><v>1</v></c></row><row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    ],
    ids=["no reference", "small letters"],
)
def test_a_child_that_dies_of_a_workbook_takes_nobody_with_it(rows):
    raw = parts(workbook(lambda _: None), **{"xl/worksheets/sheet1.xml": SHEET.format(rows)})
    with pytest.raises((handed.NoTableError, handed.TooCostlyError)):
        handed.table_rows(raw, "en")
    with pytest.raises((InputFileError, handed.TooCostlyError)):
        findings_file.rows_from_file("x.xlsx", raw)


@pytest.mark.parametrize(
    ("ended", "error"),
    [
        (Ended("too_long", b"", -9), handed.TooCostlyError),
        (Ended("too_much", b"", -6), handed.TooCostlyError),
        (Ended("failed", b"", 1), handed.NoTableError),
        (Ended("failed", b'{"ok": false, "kind": "damaged"}', 1), handed.NoTableError),
    ],
)
def test_every_end_of_a_child_has_its_error_and_frees_its_place(monkeypatch, ended, error):
    monkeypatch.setattr(handed.child, "run", lambda *_a, **_k: ended)
    for _ in range(4):
        with pytest.raises(error):
            handed.table_rows(b"a;b", "en")


def test_when_all_places_are_taken_a_reader_is_told(monkeypatch):
    monkeypatch.setattr(handed, "_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(handed.child, "run", lambda *_a, **_k: pytest.fail("one more was begun"))
    with handed._AT_ONCE, handed._AT_ONCE, pytest.raises(handed.BusyReadingError):
        handed.table_rows(b"a;b", "en")


# -- templates -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain():
    import docx

    sink = io.BytesIO()
    docx.Document().save(sink)
    return sink.getvalue()


def stretched(plain, megabytes, piece=b"<w:p/>"):
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        document = archive.read("word/document.xml")
    many = piece * int(megabytes * 1e6 / len(piece))
    return parts(plain, **{"word/document.xml": document.replace(b"<w:sectPr", many + b"<w:sectPr")})


def liar(content, claimed):
    """Return an archive whose directory says that its parts are small."""
    made = bytearray(content)
    place = made.find(b"PK\x01\x02")
    while place >= 0:
        made[place + 24 : place + 28] = struct.pack("<I", claimed)
        place = made.find(b"PK\x01\x02", place + 4)
    return bytes(made)


def test_a_template_of_an_office_is_let_in(plain):
    assert template_file.problem_of(plain) is None
    picture = bytes(range(256)) * 4_000
    assert template_file.problem_of(parts(plain, **{"word/media/a.png": picture})) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda plain: stretched(plain, 25),
        lambda plain: stretched(plain, 6),
        lambda plain: stretched(plain, 4),
        lambda plain: liar(stretched(plain, 25), 1_000),
        lambda plain: parts(
            plain, **{f"word/header{n}.xml": b"<a>" + b"ab cd" * 800_000 + b"</a>" for n in range(4)}
        ),
        lambda plain: parts(plain, **{"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        lambda plain: parts(plain, **{f"x{n}": b"" for n in range(2_001)}),
        lambda plain: plain[:-30],
        lambda _: b"PK\x03\x04",
        lambda _: b"no",
        lambda _: b"",
    ],
    ids=[
        "25 MB",
        "6 MB",
        "4 MB of nothing",
        "liar",
        "many long parts",
        "entity",
        "many parts",
        "cut",
        "half",
        "text",
        "empty",
    ],
)
def test_what_is_more_than_a_template_is_refused_before_it_is_a_tree(plain, make):
    template = report.Template("úřad.docx", make(plain))
    assert template_file.problem_of(template.content)
    with pytest.raises(InputFileError, match=r"úřad\.docx"):
        report.opened(template)


def test_the_chapter_with_a_template_is_made_in_a_child(monkeypatch, published):
    from dashboard.documents import offer
    from dashboard.documents.facts.area import AreaFacts

    seen = []
    monkeypatch.setattr(
        chapter_child.child, "run", lambda *a, **k: seen.append((a, k)) or Ended("done", b"DOCX", 0)
    )
    monkeypatch.setattr(report, "build", lambda *_: pytest.fail("it was made in the server"))
    wish = offer.Wish("report", "podbrdsko", "cs", template=report.Template("a.docx", b"content"))
    made = offer.KINDS["report"].make(AreaFacts(published, "podbrdsko"), wish, lambda *_: None)
    assert made == b"DOCX"
    ((module, words), options) = seen[0]
    assert module == "dashboard.documents.office.chapter_child"
    assert words[1:] == [published.version, "podbrdsko", "cs"]
    assert options["given"] == b"content"


@pytest.mark.parametrize(
    ("ended", "error"),
    [
        (Ended("too_long", b"", -9), InputFileError),
        (Ended("too_much", b"", -9), InputFileError),
        (
            Ended(
                "failed", json.dumps({"kind": "template", "problems": ["x"], "next_step": "y"}).encode(), 1
            ),
            InputFileError,
        ),
        (
            Ended("failed", json.dumps({"kind": "replaced", "problems": ["x"]}).encode(), 1),
            chapter_child.DataReplacedError,
        ),
        (
            Ended("failed", json.dumps({"kind": "other", "problems": ["x"]}).encode(), 1),
            chapter_child.DosahError,
        ),
        (Ended("failed", b"Traceback", 1), chapter_child.DosahError),
    ],
)
def test_every_end_of_the_chapter_s_child_has_its_error(monkeypatch, tmp_path, ended, error):
    monkeypatch.setattr(chapter_child.child, "run", lambda *_a, **_k: ended)
    with pytest.raises(error):
        chapter_child.make(tmp_path / "a.gpkg", "v", "podbrdsko", "cs", report.Template("a.docx", b""))


@pytest.mark.slow
def test_the_child_itself_refuses_a_template_and_a_replaced_dataset(plain, dataset_path):
    words = [str(dataset_path), "another version", "podbrdsko", "cs"]
    limits = ChildLimits(memory_bytes=3 << 30, seconds=100)
    no = chapter_child.child.run(
        "dashboard.documents.office.chapter_child", words, given=b"no", limits=limits
    )
    assert json.loads(no.written)["kind"] == "template"
    replaced = chapter_child.child.run(
        "dashboard.documents.office.chapter_child", words, given=plain, limits=limits
    )
    assert json.loads(replaced.written)["kind"] == "replaced"
