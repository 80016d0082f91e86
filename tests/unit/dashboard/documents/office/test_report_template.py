"""
Templates of offices: opened whatever their kind, their styles found by kind and name,
what is missing made, the rest refused in words.
"""

import io
import zipfile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from dashboard import text
from dashboard.documents.office import template_file
from dashboard.documents.office.report_template import NAMES, Styles, Template, opened, room_cm
from geodata.errors import InputFileError

CLOSED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_parts(content, **changes):
    """Change parts of a file: {name with __ for /: function of bytes}; a new part is made from b""."""
    buffer = io.BytesIO()
    wanted = {name.replace("__", "/"): change for name, change in changes.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(buffer, "w") as made:
        for name in archive.namelist():
            made.writestr(name, wanted.pop(name, lambda part: part)(archive.read(name)))
        for name, change in wanted.items():
            made.writestr(name, change(b""))
    return buffer.getvalue()


def renamed(document, **names):
    """Give styles other names, as a program of another language writes them."""
    for style in document.styles:
        new = names.get(style.style_id)
        if new:
            style.element.find(qn("w:name")).set(qn("w:val"), new)
    return document


def bare():
    """A document whose only styles are the defaults, without a section."""
    document = docx.Document()
    styles = document.styles.element
    for style in list(styles.findall(qn("w:style"))):
        if style.get(qn("w:default")) != "1":
            styles.remove(style)
    body = document.element.body
    body.remove(body.sectPr)
    return document


def outline(style):
    found = style.element.pPr.find(qn("w:outlineLvl"))
    return None if found is None else int(found.get(qn("w:val")))


def made(document):
    return opened(Template("ours.docx", saved(document)))


@pytest.mark.parametrize("word", ["Nadpis", "Nagłówek", "Überschrift", "heading", "HEADING"])
def test_headings_are_found_in_the_language_of_the_program_that_wrote_them(word):
    names = {f"Heading{level}": f"{word} {level}" for level in (1, 2, 3)}
    styles = Styles(made(renamed(docx.Document(), **names)))
    ids = [styles.named(f"Heading {level}").style_id for level in (1, 2, 3)]
    assert ids == [f"Heading{level}" for level in (1, 2, 3)]


def test_a_style_is_found_by_its_identifier_and_by_its_place_in_the_outline():
    document = renamed(docx.Document(), Heading1="Kapitola úřadu")
    assert Styles(made(document)).named("Heading 1").name == "Kapitola úřadu"
    plain = bare()
    own = plain.styles.add_style("Oddíl", WD_STYLE_TYPE.PARAGRAPH)
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "1")
    own.element.get_or_add_pPr().append(level)
    styles = Styles(made(plain))
    assert styles.named("Heading 2").name == "Oddíl"
    assert styles.named("Heading 1").name == "Heading 1"


def test_missing_styles_are_made_with_a_place_in_the_outline():
    document = made(bare())
    styles = Styles(document)
    for level in (1, 2, 3):
        style = styles.named(f"Heading {level}")
        assert (style.name, style.type, outline(style)) == (
            f"Heading {level}",
            WD_STYLE_TYPE.PARAGRAPH,
            level - 1,
        )
        assert style.element.get(qn("w:customStyle")) is None
    for sentence in ("one", "two"):
        document.add_paragraph(sentence, style=styles.named("List Bullet"))
    assert styles.named("Caption").type == WD_STYLE_TYPE.PARAGRAPH
    again = docx.Document(io.BytesIO(saved(document)))
    number = again.styles["List Bullet"].element.pPr.find(f"{qn('w:numPr')}/{qn('w:numId')}").get(qn("w:val"))
    numbers = again.part.numbering_part.element.findall(qn("w:num"))
    assert [one.get(qn("w:numId")) for one in numbers].count(number) == 1


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"Table Grid"}))
@pytest.mark.parametrize("kind", [WD_STYLE_TYPE.CHARACTER, WD_STYLE_TYPE.TABLE])
def test_a_style_of_another_kind_under_the_name_is_left_alone(name, kind):
    document = bare()
    document.styles.add_style(name, kind, builtin=True)
    document = made(document)
    style = Styles(document).named(name)
    assert style.type == WD_STYLE_TYPE.PARAGRAPH
    document.add_paragraph("said", style=style)
    assert document.styles[name].type == kind
    docx.Document(io.BytesIO(saved(document)))


def test_a_document_without_a_section_or_a_size_gets_a_page():
    document = made(bare())
    assert (round(document.sections[-1].page_width / Cm(1)), len(document.sections)) == (21, 1)
    unsized = docx.Document()
    for part in list(unsized.element.body.sectPr):
        unsized.element.body.sectPr.remove(part)
    width, height = room_cm(made(unsized))
    assert (round(width), round(height)) == (17, 26)


def test_a_wide_page_is_kept_and_columns_end_before_the_chapter():
    document = docx.Document()
    page = document.sections[-1]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    document.add_table(1, 1)
    assert round(made(document).sections[-1].page_width / Cm(1), 1) == 29.7
    page._sectPr.find(qn("w:cols")).set(qn("w:num"), "2")  # python-docx knows no columns
    sections = made(document).sections
    assert len(sections) == 2
    assert sections[-1]._sectPr.find(qn("w:cols")).get(qn("w:num")) is None  # the same


TYPES = {
    "dotx": b"openxmlformats-officedocument.wordprocessingml.template",
    "docm": b"ms-word.document.macroEnabled",
    "dotm": b"ms-word.template.macroEnabledTemplate",
}


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_templates_and_files_with_macros_become_plain_documents(kind):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Úřad"
    document.add_paragraph("Stojí vpředu")
    relation = (
        b'<Relationship Id="rIdM" '
        b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        b'Target="vbaProject.bin"/>'
    )
    content = with_parts(
        saved(document),
        **{
            "[Content_Types].xml": lambda part: part.replace(
                b"openxmlformats-officedocument.wordprocessingml.document", TYPES[kind]
            ).replace(
                b"</Types>",
                b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
            ),
            "word__vbaProject.bin": lambda _part: b"macro",
            "word___rels__document.xml.rels": lambda part: part.replace(
                b"</Relationships>", relation + b"</Relationships>"
            ),
        },
    )  # fmt: skip
    taken = saved(opened(Template(f"ours.{kind}", content)))
    with zipfile.ZipFile(io.BytesIO(taken)) as archive:
        assert not any("vba" in name for name in archive.namelist())
        assert b"wordprocessingml.document.main+xml" in archive.read("[Content_Types].xml")
    again = docx.Document(io.BytesIO(taken))
    assert again.sections[0].header.paragraphs[0].text == "Úřad"
    assert again.paragraphs[0].text == "Stojí vpředu"


def test_a_lock_against_editing_is_not_carried_over():
    document = docx.Document()
    lock = OxmlElement("w:documentProtection")
    lock.set(qn("w:enforcement"), "1")
    document.settings.element.append(lock)
    assert made(document).settings.element.find(qn("w:documentProtection")) is None


def zipped(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


REFUSED = {
    "RTF": b"{\\rtf1 ahoj}",
    "2003": CLOSED + bytes(500),
    "password": CLOSED + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
    "no Word document": b"%PDF-1.7",
    "OpenDocument": zipped(mimetype="application/vnd.oasis.opendocument.text", content__xml="<a/>"),
    "Strict": with_parts(
        saved(docx.Document()),
        _rels__rels=lambda _part: b"",
        **{
            "_rels/.rels": lambda part: part.replace(
                b"schemas.openxmlformats.org/officeDocument/2006", b"purl.oclc.org/ooxml/officeDocument"
            )
        },
    ),
    "broken": with_parts(
        saved(docx.Document()),
        word__document__xml=lambda part: part,
        **{"word/document.xml": lambda part: part[:300]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
@pytest.mark.parametrize("word", sorted(REFUSED))
def test_what_is_no_template_is_refused_in_the_language_of_the_reader(word, language):
    text.use(language)
    with pytest.raises(InputFileError) as caught:
        opened(Template("ours.docx", REFUSED[word]))
    told = str(caught.value)
    if language == "en":
        assert word in told
    assert {"cs": "dokument", "pl": "Proszę", "en": "save"}[language] in told
    text.use("cs")


def test_cut_files_are_refused_and_never_raise_anything_else():
    content = saved(docx.Document())
    for length in range(0, len(content), max(len(content) // 60, 1)):
        with pytest.raises(InputFileError):
            opened(Template("ours.docx", content[:length]))


CONTENTS, PROPERTIES = "[Content_Types].xml", "docProps/core.xml"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (CONTENTS, b"wordprocessingml.styles+xml", b"wordprocessingml.other+xml"),
        (CONTENTS, b"wordprocessingml.numbering+xml", b"wordprocessingml.other+xml"),
        (CONTENTS, b"wordprocessingml.settings+xml", b"wordprocessingml.other+xml"),
        (CONTENTS, b"package.core-properties+xml", b"package.other-properties+xml"),
        (PROPERTIES, b"coreProperties", b"otherProperties"),
        ("word/styles.xml", b"w:styles", b"w:style"),
        ("word/numbering.xml", b"w:numbering", b"w:other"),
        ("word/settings.xml", b"w:settings", b"w:other"),
    ],
)
def test_a_part_that_is_not_what_the_archive_says_is_told_before_anything_is_written(part, old, new):
    content = with_parts(saved(docx.Document()), **{part: lambda had: had.replace(old, new)})
    assert content != with_parts(saved(docx.Document()))
    text.use("en")
    with pytest.raises(InputFileError, match="it is broken"):
        opened(Template("ours.docx", content))
    text.use("cs")


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(template_file, "MOST_UNPACKED", 1000)
    text.use("en")
    with pytest.raises(InputFileError, match="unpacks to more"):
        opened(Template("ours.docx", saved(docx.Document())))
    text.use("cs")
