"""
The template of an office, made ready for a chapter: opened whatever its kind, with pages,
styles and numbering that the chapter needs.

A style is looked up by its kind and by what Word calls it inside the file, then by its name in the languages
that programs save, then by its place in the outline. What is missing is made, so that the table of contents
and the navigation of Word work.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any, Final

from dashboard.documents.office import template_file
from dashboard.text import _
from geodata.errors import InputFileError

TYPES: Final = ("docx", "dotx", "docm", "dotm")
"""Suffixes of what can be opened."""

_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHER_MAIN: Final = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.wordprocessingml\.template"
    rb"|ms-word\.(?:document|template)\.macroEnabled(?:Template)?)\.main\+xml"
)
_CONTENT_TYPES: Final = "[Content_Types].xml"
_DOCUMENT: Final = "word/document.xml"
# Macros and what belongs to them: a chapter has none, and Word refuses a .docx with them.
_MACROS: Final = ("/vbaProject", "/wordVbaData", "/keyMapCustomizations", "/attachedToolbars")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED_PARTS: Final = ("EncryptedPackage", "EncryptionInfo")

# Names of built-in styles by program and language, folded;
# the first is what Word itself writes into the file.
_HEADING: Final = (
    "heading",
    "nadpis",
    "nagłówek",
    "überschrift",
    "titre",
    "titolo",
    "título",
    "kop",
    "rubrik",
    "címsor",
    "заголовок",
)
NAMES: Final = {
    **{f"Heading {level}": tuple(f"{name} {level}" for name in _HEADING) for level in (1, 2, 3)},
    "Caption": ("caption", "titulek", "popisek", "legenda", "podpis", "beschriftung", "légende", "popis"),
    "List Bullet": ("list bullet", "seznam s odrážkami", "lista punktowana", "aufzählungszeichen",
                    "zoznam s odrážkami"),
    "Table Grid": ("table grid", "mřížka tabulky", "tabela - siatka", "tabela – siatka", "tabellenraster",
                   "mriežka tabuľky"),
}  # fmt: skip
_SIZES: Final = {1: 18, 2: 14, 3: 12}
_BULLETS: Final = """<w:abstractNum {ns} w:abstractNumId="{number}">
<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">
<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>
<w:pPr><w:ind w:left="360" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>"""


@dataclass(frozen=True)
class Template:
    """A document of the office's own: its name as the reader knows it, and what is in it."""

    name: str
    content: bytes


# -- opening -------------------------------------------------------------------------------------------------


def opened(template: Template | None) -> Any:
    """
    Open a template, or a plain document where there is none.

    Documents, templates and their kinds with macros are taken; macros are left out.

    Raises
    ------
    InputFileError
        If it is something else, locked or broken, or unpacks to far more than a document holds;
        in the language that is spoken.
    """
    import docx

    if template is None:
        return docx.Document()
    problem = _no_archive(template.content) or template_file.problem_of(template.content)
    cause: Exception | None = None
    if problem is None:
        try:
            with zipfile.ZipFile(io.BytesIO(template.content)) as archive:
                problem = _no_document(archive)
                if problem is None:
                    document = ready(docx.Document(io.BytesIO(_as_document(template.content, archive))))
                    _look_at_parts(document)
                    # What cannot be written again as it came is told now and not after the work.
                    document.save(io.BytesIO())
                    return document
        except Exception as error:  # noqa: BLE001  # python-docx raises many kinds for what is broken
            problem, cause = _("it is broken"), error
    raise InputFileError(template.name, [problem], _next_step(problem)) from cause


def _look_at_parts(document: Any) -> None:
    """
    Raise where a part that a chapter is written into is none of its kind:
    the table of contents of the archive may say anything.

    python-docx makes a part by that table, and finds out only when it is asked for what such a part has.
    """
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.part import XmlPart
    from docx.oxml.ns import qn

    roots = {
        RELATIONSHIP_TYPE.STYLES: qn("w:styles"),
        RELATIONSHIP_TYPE.NUMBERING: qn("w:numbering"),
        RELATIONSHIP_TYPE.SETTINGS: qn("w:settings"),
    }
    for link in document.part.rels.values():
        if link.reltype not in roots:
            continue
        part = None if link.is_external else link.target_part
        if not isinstance(part, XmlPart) or part.element.tag != roots[link.reltype]:
            raise TypeError(link.reltype)
    properties = document.core_properties
    properties.title, properties.language = properties.title, properties.language


def _next_step(problem: str) -> str:
    if problem == _locked():
        return _("Take the password off in Word (File, Info, Protect Document) and save it again.")
    return _("Open it in Word or LibreOffice and save it as a Word document (.docx).")


def _locked() -> str:
    return _("it is locked by a password")


def _no_archive(content: bytes) -> str | None:
    """Say what a file is instead of an archive."""
    if content.lstrip()[:5] == b"{\\rtf":
        return _("it is RTF, whatever its name says")
    if content.startswith(_OLE):
        if any(name.encode("utf-16-le") in content for name in _PACKED_PARTS):
            return _locked()
        return _("it is a document of Word 97 to 2003 (.doc)")
    return None if zipfile.is_zipfile(io.BytesIO(content)) else _("it is no Word document")


def _no_document(archive: zipfile.ZipFile) -> str | None:
    """Say why an archive is no document that can be taken."""
    entries = archive.infolist()
    if any(entry.flag_bits & 0x1 for entry in entries):
        return _locked()
    names = {entry.filename for entry in entries}
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        return _("it is an OpenDocument text (.odt)")
    if _CONTENT_TYPES not in names or not any(name.casefold() == _DOCUMENT for name in names):
        return _("it is no Word document")
    with archive.open("_rels/.rels") as links:
        if b"purl.oclc.org/ooxml" in links.read(20_000):
            return _("it is saved as Strict Open XML")
    return None


def _as_document(content: bytes, archive: zipfile.ZipFile) -> bytes:
    """Return a template or a document with macros as a plain document; a plain one stays as it is."""
    types = archive.read(_CONTENT_TYPES)
    if not _OTHER_MAIN.search(types):
        return content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in archive.infolist():
            part = (
                _OTHER_MAIN.sub(_MAIN.encode(), types)
                if entry.filename == _CONTENT_TYPES
                else archive.read(entry)
            )
            made.writestr(entry.filename, part)
    return buffer.getvalue()


# -- pages ---------------------------------------------------------------------------------------------------


def ready(document: Any) -> Any:
    """
    Give a document what a chapter needs of pages: a section with a size,
    one column, no macros, no lock.
    """
    from docx.enum.section import WD_SECTION
    from docx.oxml.ns import qn
    from docx.shared import Cm

    body = document.element.body
    if body.sectPr is None or not document.sections:
        body.get_or_add_sectPr()
    columns = document.sections[-1]._sectPr.find(qn("w:cols"))  # noqa: SLF001  # python-docx knows no columns
    if columns is not None and columns.get(qn("w:num"), "1") not in ("0", "1"):
        fresh = document.add_section(WD_SECTION.CONTINUOUS)
        for one in fresh._sectPr.findall(qn("w:cols")):  # noqa: SLF001  # the same
            one.attrib.clear()
            for part in list(one):
                one.remove(part)
    page = document.sections[-1]
    if not page.page_width or not page.page_height:
        page.page_width, page.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        if getattr(page, side) is None:
            setattr(page, side, Cm(2))
    links = document.part.rels
    for key in [key for key, link in links.items() if link.reltype.endswith(_MACROS)]:
        del links[key]
    settings = document.settings.element
    for lock in settings.findall(qn("w:documentProtection")):
        settings.remove(lock)
    return document


def room_cm(document: Any) -> tuple[float, float]:
    """Return width and height of what a page of the last section takes, in centimetres."""
    from docx.shared import Cm

    page = document.sections[-1]
    # A negative margin lets the text run into the header.
    width = page.page_width - page.left_margin - page.right_margin - (page.gutter or 0)
    height = page.page_height - abs(page.top_margin) - abs(page.bottom_margin)
    return max(width / Cm(1), 4.0), max(height / Cm(1), 4.0)


# -- styles --------------------------------------------------------------------------------------------------


class Styles:
    """
    Styles of a document, found by kind and built-in name, or made.

    Parameters
    ----------
    document
        Of python-docx; styles that are missing are added to it when they are asked for.
    """

    def __init__(self, document: Any) -> None:
        self._document = document
        self._found: dict[str, Any] = {}

    def named(self, name: str) -> Any:
        """Return a style of `NAMES`; only a table style may be None, because tables draw their own lines."""
        if name not in self._found:
            self._found[name] = self._look_up(name) or self._made(name)
        return self._found[name]

    def body(self) -> Any:
        """Return the style of plain paragraphs, whatever it is called; None where there is none."""
        from docx.enum.style import WD_STYLE_TYPE

        return self._document.styles.default(WD_STYLE_TYPE.PARAGRAPH)

    def _of_kind(self, name: str) -> list[Any]:
        from docx.enum.style import WD_STYLE_TYPE

        kind = WD_STYLE_TYPE.TABLE if name == "Table Grid" else WD_STYLE_TYPE.PARAGRAPH
        return [style for style in self._document.styles if style.type == kind]

    def _look_up(self, name: str) -> Any:
        styles = self._of_kind(name)
        names = NAMES[name]
        for wanted in names:
            for style in styles:
                if (style.name or "").casefold() == wanted:
                    return style
        # Word builds the identifier from the name in the language
        # of its first user, without signs of its own.
        keys = {re.sub(r"[^a-z0-9]", "", wanted) for wanted in names}
        by_key = (style for style in styles if (style.style_id or "").casefold() in keys)
        found = next(by_key, None)
        if found is None and name.startswith("Heading"):
            level = str(int(name[-1]) - 1)
            found = next((style for style in styles if _outline_level(style) == level), None)
        return found

    def _made(self, name: str) -> Any:
        if name == "Table Grid":
            return None
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt

        taken = {(style.name or "").casefold() for style in self._document.styles}
        ids = {(style.style_id or "").casefold() for style in self._document.styles}
        is_free = name.casefold() not in taken and name.replace(" ", "").casefold() not in ids
        # A style of another kind has the name: ours stands beside it.
        style = self._document.styles.add_style(
            name if is_free else f"Dosah {name}", WD_STYLE_TYPE.PARAGRAPH, builtin=is_free
        )
        style.base_style, style.next_paragraph_style = self.body(), self.body()
        style.hidden, style.quick_style = False, True
        spacing = style.paragraph_format
        if name.startswith("Heading"):
            level = int(name[-1])
            style.font.bold, style.font.size = True, Pt(_SIZES[level])
            spacing.space_before, spacing.space_after, spacing.keep_with_next = (
                Pt(18 if level < 3 else 14),
                Pt(4),
                True,
            )
            _set_outline_level(style, level)
        elif name == "Caption":
            style.font.bold, style.font.size = True, Pt(9.5)
            spacing.space_before, spacing.space_after = Pt(8), Pt(3)
        else:
            _number(style, _bullets(self._document))
        return style


def _outline_level(style: Any) -> str | None:
    from docx.oxml.ns import qn

    properties = style.element.pPr
    found = None if properties is None else properties.find(qn("w:outlineLvl"))
    return None if found is None else str(found.get(qn("w:val")))


def _set_outline_level(style: Any, level: int) -> None:
    """Say which level of the outline a style is: navigation and table of contents go by it."""
    properties = style.element.get_or_add_pPr()
    mark = _element("outlineLvl", level - 1)
    properties.append(mark)


def _element(name: str, value: object) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    made.set(qn("w:val"), str(value))
    return made


def _number(style: Any, number: int) -> None:
    from docx.oxml import OxmlElement

    numbering = OxmlElement("w:numPr")
    numbering.append(_element("numId", number))
    properties = style.element.get_or_add_pPr()
    properties.insert(0, numbering)


def _bullets(document: Any) -> int:
    """Add a list with bullets to a document and return its number."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.parts.numbering import NumberingPart

    part = document.part
    if not any(link.reltype == RELATIONSHIP_TYPE.NUMBERING for link in part.rels.values()):
        empty = parse_xml(f"<w:numbering {nsdecls('w')}/>")
        fresh = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, empty, part.package)
        part.relate_to(fresh, RELATIONSHIP_TYPE.NUMBERING)
    numbering = part.numbering_part.element
    number = 1 + max(_values(numbering, "w:abstractNum", "w:abstractNumId"), default=0)
    drawn = parse_xml(_BULLETS.format(ns=nsdecls("w"), number=number))
    # The schema wants all drawings before all numbers.
    first = numbering.find(qn("w:num"))
    numbering.append(drawn) if first is None else first.addprevious(drawn)
    made = OxmlElement("w:num")
    key = 1 + max(_values(numbering, "w:num", "w:numId"), default=0)
    made.set(qn("w:numId"), str(key))
    made.append(_element("abstractNumId", number))
    last = numbering.findall(qn("w:num"))
    numbering.append(made) if not last else last[-1].addnext(made)
    return key


def _values(element: Any, name: str, attribute: str) -> list[int]:
    from docx.oxml.ns import qn

    return [int(one.get(qn(attribute), "0")) for one in element.findall(qn(name))]
