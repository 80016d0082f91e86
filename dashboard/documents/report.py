"""
The analysis chapter of a plan as DOCX: people, services, capacity against need, gaps, certainty, sources.

An office's own template is filled in place of the plain one: its styles are used where they have the usual names
(Heading 1, Heading 2, Caption, List Bullet, Table Grid), and what already stands in it stays in front.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from dashboard import gap_words, text
from dashboard.documents import picture, topics, words
from dashboard.documents.facts import AreaFacts
from dashboard.documents.topics import Topic
from dashboard.sheets import Value
from dashboard.text import _
from dashboard.words import group_label
from geodata.errors import InputFileError

LANGUAGE_TAGS: Final = {"cs": "cs-CZ", "pl": "pl-PL", "en": "en-GB"}
PICTURE_PPI: Final = 150
MOST_GROUPS: Final = 8
MOST_LETTERS: Final = 40
# Letters of the tables (9 points) in the widest font that stands in for a missing one.
LETTER_CM: Final = 0.175
BOLD_LETTER_CM: Final = 0.215
PADDING_CM: Final = 0.45


def shown(value: Value) -> str:
    """Write a value as a reader takes it: numbers rounded in the reader's language, unknown as a word."""
    if value is None or text.is_missing(value):
        return text.unknown()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return words.plain_amount(float(value))
    return str(value)


def column_widths(rows: Sequence[Sequence[str]], headings: Sequence[str], whole: float) -> list[float]:
    """
    Share a width among columns by what stands in them.

    A column holds the longest word of its bold heading; long texts get no more than a few times that.
    """
    least, wanted = [], []
    for column, heading in enumerate(headings):
        cells = [row[column] for row in rows]
        words_of_column = [word for cell in cells for word in cell.split()]
        bold = BOLD_LETTER_CM * max(len(word) for word in heading.split())
        plain = LETTER_CM * max(map(len, words_of_column), default=0)
        least.append(max(bold, plain) + PADDING_CM)
        wanted.append(
            max(LETTER_CM * min(max(map(len, cells), default=0), MOST_LETTERS) + PADDING_CM - least[-1], 0.0)
        )
    room = whole - sum(least)
    if room <= 0:
        return [whole * part / sum(least) for part in least]
    if not sum(wanted):
        return [part + room / len(least) for part in least]
    return [part + room * more / sum(wanted) for part, more in zip(least, wanted, strict=True)]


class Chapter:
    """A document being written; it counts its tables and figures."""

    def __init__(self, template: Path | None, title: str) -> None:
        import docx

        try:
            self.document: Any = docx.Document(None if template is None else str(template))
        except Exception as error:  # python-docx raises many kinds for what is no DOCX
            name = template.name if template else "DOCX"
            raise InputFileError(name, ["it is no DOCX"], "Save the template from Word as .docx.") from error
        if template is None:
            self._lay_out()
        self.language = text.current()
        properties = self.document.core_properties
        properties.title, properties.author, properties.language = (
            title,
            "Dosah",
            LANGUAGE_TAGS[self.language],
        )
        self._speak()

    def _lay_out(self) -> None:
        """Set what a template of an office would: A4, margins, a plain typeface."""
        from docx.shared import Cm, Pt

        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
        normal = self.document.styles["Normal"].font
        normal.name, normal.size = "Calibri", Pt(11)

    def _speak(self) -> None:
        """Tell Word the language, so that it hyphenates and checks spelling in it."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        run = self.document.styles["Normal"].element.get_or_add_rPr()
        for old in run.findall(qn("w:lang")):
            run.remove(old)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), LANGUAGE_TAGS[self.language])
        run.append(language)

    def _style(self, name: str) -> str | None:
        return name if name in [style.name for style in self.document.styles] else None

    def heading(self, title: str, level: int) -> None:
        """Write a heading."""
        self.document.add_paragraph(title, style=self._style(f"Heading {level}"))

    def paragraphs(self, said: Sequence[str], style: str | None = None) -> None:
        """Write sentences, each as a paragraph."""
        for sentence in said:
            self.document.add_paragraph(sentence, style=self._style(style) if style else None)

    def caption(self, kind: str, words_of_it: str) -> None:
        """Write a numbered caption; the number is a field, so that Word counts it and can list all of them."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        paragraph = self.document.add_paragraph(style=self._style("Caption"))
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(f"{kind} ")
        self._counts = getattr(self, "_counts", {})
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
        paragraph.add_run(f". {words_of_it}")

    def table(self, topic: Topic, columns: Sequence[int], facts: AreaFacts, sources: Sequence[str]) -> None:
        """Write some columns of a topic as a table with caption, notes and sources."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt

        self.caption(_("Table"), topic.caption)
        made = self.document.add_table(rows=1, cols=len(columns))
        if self._style("Table Grid"):
            made.style = "Table Grid"
        for cell, column in zip(made.rows[0].cells, columns, strict=True):
            cell.text = topic.headings[column]
            for run in cell.paragraphs[0].runs:
                run.bold = True
        repeated = OxmlElement("w:tblHeader")
        repeated.set(qn("w:val"), "true")
        made.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001  # python-docx cannot repeat a heading itself
        for values in topic.rows:
            cells = made.add_row().cells
            for cell, column in zip(cells, columns, strict=True):
                value = values[column]
                cell.text = shown(value)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    cell.paragraphs[0].alignment = 2
        made.autofit = False
        page = self.document.sections[-1]
        whole = (page.page_width - page.left_margin - page.right_margin) / Cm(1)
        cells_as_shown = [[shown(row[column]) for column in columns] for row in topic.rows]
        widths = column_widths(cells_as_shown, [topic.headings[column] for column in columns], whole)
        # Word reads the width of the cells, LibreOffice that of the columns.
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Cm(width)
        for row in made.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.space_after = Pt(0)
                    for run in paragraph.runs:
                        run.font.size = Pt(9)
        lines = [
            *topic.notes,
            *(_("Source: {source}", source=line) for line in words.origin_lines(facts, sources)),
        ]
        for line in lines:
            paragraph = self.document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(line)
            run.italic, run.font.size = True, Pt(8.5)

    def map(self, facts: AreaFacts, group_id: str) -> None:
        """Insert the map of a group with a caption and a text for those who cannot see it."""
        from docx.shared import Cm

        data = picture.gap_data(facts, facts.analyses[group_id])
        drawn = picture.set_picture(data, "png", PICTURE_PPI)
        inline = self.document.add_picture(io.BytesIO(drawn), width=Cm(16))
        inline._inline.docPr.set("descr", data["alt"])  # noqa: SLF001  # python-docx has no alternative text
        self.caption(_("Figure"), f"{data['title']}: {facts.name}")

    def saved(self) -> bytes:
        """Return the file."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()


def build(facts: AreaFacts, language: str, template: Path | None = None) -> bytes:
    """
    Write the analysis chapter of an area.

    Parameters
    ----------
    facts
        Facts of the area.
    language
        "cs", "pl" or "en".
    template
        A DOCX of the office's own.

    Raises
    ------
    InputFileError
        If the template is no DOCX.
    """
    with words.speaking(language):
        return _build(facts, template)


def _build(facts: AreaFacts, template: Path | None) -> bytes:
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
                    "Need is what the norm asks for the people who live here; its norms are named with each figure."
                )
            ]
        )
        chapter.table(totals, [0, 1, 4, 5, 6, 7, 8, 9], facts, totals.sources)
    else:
        chapter.paragraphs([_("No group has a norm and a known need here.")])
    chapter.heading(_("Gaps by municipality"), 2)
    for group_id in topics.groups_with_norm(facts)[:MOST_GROUPS]:
        topic = topics.gap(facts, group_id)
        chapter.heading(group_label(group_id), 3)
        chapter.paragraphs(gap_words.headline(facts.total(group_id), facts.name))
        chapter.map(facts, group_id)
        chapter.table(topic, [0, 2, 4, 5, 9, 10, 11], facts, topic.sources)
    chapter.heading(_("How sure we are"), 2)
    rows = [row for group_id in topics.groups_with_norm(facts) for row in topics.group_rows(facts, group_id)]
    chapter.paragraphs(words.certainty_sentences(facts, rows), "List Bullet")
    doubtful = topics.doubtful(facts)
    if doubtful.rows:
        chapter.table(doubtful, [1, 2, 3, 4, 5, 6], facts, doubtful.sources)
    chapter.heading(_("Sources"), 2)
    chapter.paragraphs(words.origin_lines(facts), "List Bullet")
    chapter.paragraphs(
        [
            _(
                "Dataset version {version}, data as of {day}.",
                version=facts.dataset.version,
                day=text.date(facts.data_date),
            )
        ]
    )
    return chapter.saved()
