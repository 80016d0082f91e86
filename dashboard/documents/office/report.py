"""
The analysis chapter of a plan as DOCX: people, services, capacity against need, gaps, certainty, sources.

An office's own template is filled in place of the plain one: its styles are used (`report_template` finds
or makes them), and what already stands in it stays in front.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from dashboard import text
from dashboard.documents.facts import topics, words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.facts.topics import Topic
from dashboard.documents.office import report_table
from dashboard.documents.office.report_template import Styles, Template, opened, room_cm
from dashboard.documents.pictures import file
from dashboard.phrases import totals as phrases_totals
from dashboard.phrases.labels import group_label
from dashboard.text import _
from geodata.text_signs import writable

__all__ = ("Chapter", "Template", "build")

ACCENT: Final = "1F5F7A"
LANGUAGE_TAGS: Final = {"cs": "cs-CZ", "pl": "pl-PL", "en": "en-GB"}
PICTURE_PPI: Final = 220
PICTURE_CM: Final = 16
MOST_GROUPS: Final = 8
PICTURE_OF_PAGE: Final = 0.75


class Chapter:
    """A document being written; it counts its tables and figures."""

    def __init__(self, template: Template | None, title: str) -> None:
        self.document: Any = opened(template)
        self._counts: dict[str, int] = {}
        self.styles = Styles(self.document)
        if template is None:
            self._lay_out()
        self.language = text.current()
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = (
            writable(title),
            "Dosah",
            LANGUAGE_TAGS[self.language],
        )
        self._speak()

    def _lay_out(self) -> None:
        """Set what a template of an office would: A4, margins, a plain typeface."""
        from docx.shared import Cm, Pt, RGBColor

        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(11)
        normal.paragraph_format.space_after = Pt(6)
        for level, size, above in ((1, 20, 0), (2, 15, 18), (3, 12, 14)):
            style = self.document.styles[f"Heading {level}"]
            style.font.name, style.font.size, style.font.color.rgb = (
                "Calibri",
                Pt(size),
                RGBColor.from_string(ACCENT),
            )
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(above), Pt(4)
            self._plain_face(style)
        caption = self.document.styles["Caption"]
        caption.font.size, caption.font.color.rgb = Pt(9.5), RGBColor.from_string(ACCENT)
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)

    @staticmethod
    def _plain_face(style: Any) -> None:
        """Let a heading take the named face: the theme's own would win over it."""
        from docx.oxml.ns import qn

        faces = style.element.get_or_add_rPr().find(qn("w:rFonts"))
        for name in list(faces.keys()):
            if name.endswith("Theme"):
                del faces.attrib[name]

    def _speak(self) -> None:
        """Tell Word the language, so that it hyphenates and checks spelling in it."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        body = self.styles.body()
        if body is None:
            return
        run = body.element.get_or_add_rPr()
        for old in run.findall(qn("w:lang")):
            run.remove(old)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), LANGUAGE_TAGS[self.language])
        run.append(language)

    def heading(self, title: str, level: int, *, opens_page: bool = False) -> None:
        """Write a heading; one that opens a page leaves no heading behind without its picture."""
        made = self.document.add_paragraph(writable(title), style=self.styles.named(f"Heading {level}"))
        made.paragraph_format.page_break_before = opens_page or None

    def paragraphs(
        self, said: Sequence[str], style: str | None = None, *, keeps_with_next: bool = False
    ) -> None:
        """Write sentences, each as a paragraph; those that lead to a picture stay on its page."""
        for sentence in said:
            looks = self.styles.named(style) if style else None
            made = self.document.add_paragraph(writable(sentence), style=looks)
            made.paragraph_format.keep_with_next = keeps_with_next or None

    def caption(self, kind: str, words_of_it: str, *, leads: bool = True) -> None:
        """
        Write a numbered caption; the number is a field, so that Word counts it and can list all of them.

        That of a table leads to it and stays on its page; that of a picture follows it.
        """
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        paragraph = self.document.add_paragraph(style=self.styles.named("Caption"))
        paragraph.paragraph_format.keep_with_next = leads
        paragraph.add_run(f"{writable(kind)} ")
        self._counts[kind] = self._counts.get(kind, 0) + 1
        for mark, content in (("begin", None), (None, f" SEQ {kind} \\* ARABIC "), ("separate", None)):
            run = paragraph.add_run()
            if mark:
                element = OxmlElement("w:fldChar")
                element.set(qn("w:fldCharType"), mark)
            else:
                element = OxmlElement("w:instrText")
                element.set(qn("xml:space"), "preserve")
                element.text = content
            run._r.append(element)  # noqa: SLF001  # python-docx has no fields of its own
        paragraph.add_run(str(self._counts[kind]))
        end = OxmlElement("w:fldChar")
        end.set(qn("w:fldCharType"), "end")
        paragraph.add_run()._r.append(end)  # noqa: SLF001  # the same
        paragraph.add_run(writable(f". {words_of_it}"))

    def table(self, topic: Topic, columns: Sequence[int], facts: AreaFacts, sources: Sequence[str]) -> None:
        """Write some columns of a topic as a table with caption, notes and sources."""
        from docx.shared import Pt

        self.caption(_("Table"), topic.caption)
        made = self.document.add_table(rows=1, cols=len(columns))
        grid = self.styles.named("Table Grid")
        if grid is not None:
            made.style = grid
        whole, _height = room_cm(self.document)
        report_table.fill(made, topic, columns, whole)
        for number, line in enumerate(
            [" ".join(map(_ended, topic.notes)), words.source_line(facts, sources)]
        ):
            if not line:
                continue
            paragraph = self.document.add_paragraph()
            paragraph.paragraph_format.space_before = Pt(0 if number else 3)
            paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(writable(line))
            run.italic, run.font.size = True, Pt(8)

    def map(self, facts: AreaFacts, group_id: str) -> None:
        """Insert the map of a group with a caption and a text for those who cannot see it."""
        from docx.shared import Cm

        data = file.gap_data(facts, facts.analyses[group_id], size=file.IN_TEXT)
        drawn = file.set_picture(data, "png", PICTURE_PPI)
        inline = self.document.add_picture(io.BytesIO(drawn), width=Cm(PICTURE_CM))
        # On a small or wide page the picture leaves room for its caption and the sentence before it.
        width, height = room_cm(self.document)
        share = min(1, width * Cm(1) / inline.width, PICTURE_OF_PAGE * height * Cm(1) / inline.height)
        inline.width, inline.height = round(inline.width * share), round(inline.height * share)
        inline._inline.docPr.set("descr", data["alt"])  # noqa: SLF001  # python-docx has no alternative text
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self.caption(_("Figure"), f"{data['title']}: {facts.name}", leads=False)

    def saved(self) -> bytes:
        """Return the file."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "”", "“")) else f"{sentence}."


def build(facts: AreaFacts, language: str, template: Template | None = None) -> bytes:
    """
    Write the analysis chapter of an area.

    Parameters
    ----------
    facts
        Facts of the area.
    language
        "cs", "pl" or "en".
    template
        A document of the office's own: .docx, .dotx or with macros.

    Raises
    ------
    InputFileError
        If the template is none of these, locked or broken.
    """
    with text.speaking(language):
        return _build(facts, template)


def _build(facts: AreaFacts, template: Template | None) -> bytes:
    title = _("Social services in {area}: analysis", area=facts.name)
    chapter = Chapter(template, title)
    chapter.heading(title, 1)
    chapter.paragraphs(
        [_("Data as of {day}", day=text.date(facts.data_date)) + ". " + words.incomplete_note()]
    )
    chapter.heading(_("People"), 2)
    chapter.paragraphs([words.population_sentence(facts.area_population)])
    people = topics.population(facts)
    chapter.table(people, [0, 2, 3, 4, 5, 6], facts, people.sources)
    chapter.heading(_("Services by kind and target group"), 2)
    kinds = topics.kinds(facts)
    chapter.table(kinds, range(len(kinds.headings)), facts, kinds.sources)
    chapter.heading(_("Capacity against need"), 2)
    totals = topics.totals(facts)
    if totals.rows:
        chapter.paragraphs(
            [
                _(
                    "Need is what the norm asks for the people who live here; its norms are named with each "
                    "figure."
                )
            ]
        )
        chapter.table(totals, [0, 1, 4, 5, 6, 7, 8, 9, 10], facts, totals.sources)
    else:
        chapter.paragraphs([_("No group has a norm and a known need here.")])
    chapter.heading(_("Gaps by municipality"), 2, opens_page=True)
    for group_id in topics.groups_with_norm(facts)[:MOST_GROUPS]:
        topic = topics.gap(facts, group_id)
        chapter.heading(group_label(group_id), 3)
        headline = " ".join(phrases_totals.headline(facts.total(group_id), facts.name))
        chapter.paragraphs([headline], keeps_with_next=True)
        chapter.map(facts, group_id)
        chapter.table(topic, [0, 2, 4, 5, 9, 10, 11], facts, topic.sources)
    chapter.heading(_("How sure we are"), 2)
    rows = [row for group_id in topics.groups_with_norm(facts) for row in topics.group_rows(facts, group_id)]
    chapter.paragraphs(words.certainty_sentences(facts, rows), "List Bullet")
    doubtful = topics.doubtful(facts)
    if doubtful.rows:
        # Without the identifier, which stands first.
        chapter.table(doubtful, range(1, len(doubtful.headings)), facts, doubtful.sources)
    chapter.heading(_("Sources"), 2)
    chapter.paragraphs(words.origin_lines(facts), "List Bullet")
    chapter.paragraphs([words.state_sentence(facts)])
    return chapter.saved()
