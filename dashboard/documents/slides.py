"""A story as PPTX: native charts and tables that can be edited, maps as pictures, notes for the speaker."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dashboard import text
from dashboard.documents import pack_parts, picture, story_facts, topics, words
from dashboard.documents.facts import AreaFacts
from dashboard.documents.pack_pictures import share_of
from dashboard.documents.report import LANGUAGE_TAGS, shown
from dashboard.text import _
from dashboard.theme import GAP_CLASSES
from dashboard.words import group_label, label
from geodata.stories import Step, Story, said

WIDTH_IN: Final = 13.333
HEIGHT_IN: Final = 7.5
INK: Final = "1B2429"
ACCENT: Final = "1F5F7A"
# Rows of two lines each, as LibreOffice sets them: more would reach the line below the table.
MOST_ROWS: Final = 7
PICTURE_PPI: Final = 200


def _rgb(hexadecimal: str) -> Any:
    """Return a colour as python-pptx takes it."""
    from pptx.dml import color

    colours: Any = color.RGBColor
    return colours.from_string(hexadecimal)


def _name_every(axis: Any) -> None:
    """Write the name of every category: a village left out would look as if it were not there."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    # The schema wants it between the label offset and the end of the axis.
    axis._element.append(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>'))  # noqa: SLF001  # python-pptx has no name for it
    skip = axis._element[-1]  # noqa: SLF001  # the same
    for later in axis._element.findall("{*}noMultiLvlLbl"):  # noqa: SLF001  # the same
        later.addprevious(skip)


class Show:
    """A presentation being written."""

    def __init__(self, facts: AreaFacts, title: str) -> None:
        from pptx import Presentation
        from pptx.util import Inches

        self.facts = facts
        self.file: Any = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDTH_IN), Inches(HEIGHT_IN)
        properties = self.file.core_properties
        properties.title, properties.author = title, "Dosah"
        properties.language = LANGUAGE_TAGS[text.current()]

    def slide(self, title: str, notes: str = "") -> Any:
        """Add a slide with its title."""
        from pptx.util import Inches, Pt

        made = self.file.slides.add_slide(self.file.slide_layouts[5])
        shape = made.shapes.title
        shape.left, shape.top, shape.width, shape.height = (
            Inches(0.5),
            Inches(0.3),
            Inches(WIDTH_IN - 1),
            Inches(0.95),
        )
        shape.text_frame.text = title
        shape.text_frame.word_wrap = True
        paragraph = shape.text_frame.paragraphs[0]
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = (
            Pt(32),
            True,
            _rgb(ACCENT),
        )
        paragraph.alignment = 1
        if notes:
            made.notes_slide.notes_text_frame.text = notes
        return made

    def words(
        self, slide: Any, said: Sequence[str], box: tuple[float, float, float, float], size: float = 20
    ) -> None:
        """Write sentences into a box (left, top, width, height in inches)."""
        from pptx.util import Inches, Pt

        frame = slide.shapes.add_textbox(*(Inches(side) for side in box)).text_frame
        frame.word_wrap = True
        for number, sentence in enumerate(said):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.text = sentence
            paragraph.font.size, paragraph.font.color.rgb = Pt(size), _rgb(INK)
            paragraph.space_after = Pt(size / 2.5)

    def table(
        self,
        slide: Any,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        box: tuple[float, float, float, float],
        size: float = 14,
    ) -> None:
        """Add a native table; the first column is as wide as two others."""
        from pptx.util import Inches, Pt

        shape = slide.shapes.add_table(len(rows) + 1, len(headings), *(Inches(side) for side in box))
        unit = Inches(box[2] / (len(headings) + 1))
        for column in range(len(headings)):
            shape.table.columns[column].width = unit * (2 if column == 0 else 1)
        for row_number, values in enumerate([headings, *rows]):
            for column, value in enumerate(values):
                cell = shape.table.cell(row_number, column)
                cell.text = value
                cell.margin_top = cell.margin_bottom = Inches(0.03)
                for paragraph in cell.text_frame.paragraphs:
                    paragraph.font.size, paragraph.font.bold = Pt(size), row_number == 0 or column == 0

    def picture(self, slide: Any, drawn: bytes, alt: str, box: tuple[float, float, float]) -> None:
        """Add a picture (left, top, width in inches) with its text."""
        from pptx.util import Inches

        shape = slide.shapes.add_picture(io.BytesIO(drawn), *(Inches(side) for side in box))
        shape._element.nvPicPr.cNvPr.set("descr", alt)  # noqa: SLF001  # python-pptx has no alternative text

    def chart(
        self,
        slide: Any,
        kind: str,
        categories: Sequence[str],
        series: Sequence[tuple[str, Sequence[float | None], str]],
        *,
        box: tuple[float, float, float, float],
        number_format: str,
    ) -> None:
        """Add a native chart; `series` are name, values, colour."""
        from pptx.chart import data as chart_data
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
        from pptx.util import Inches, Pt

        data: Any = vars(chart_data)["CategoryChartData"](number_format=number_format)
        data.categories = list(categories)
        for name, values, _colour in series:
            data.add_series(name, list(values))
        types = {
            "bar": XL_CHART_TYPE.BAR_CLUSTERED,
            "people": XL_CHART_TYPE.BAR_CLUSTERED,
            "share": XL_CHART_TYPE.BAR_STACKED_100,
        }
        chart = slide.shapes.add_chart(types[kind], *(Inches(side) for side in box), data).chart
        chart.has_legend = len(series) > 1
        chart.has_title = False
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
            chart.legend.font.size = Pt(14)
        # The first category stands on top, as in the table beside it.
        chart.category_axis.reverse_order = True
        chart.category_axis.tick_labels.font.size = Pt(12 if len(categories) <= 16 else 8)
        chart.value_axis.tick_labels.font.size = Pt(12)
        if kind == "bar":
            chart.value_axis.tick_labels.number_format = "0%"
            chart.value_axis.tick_labels.number_format_is_linked = False
        _name_every(chart.category_axis)
        chart.value_axis.has_major_gridlines = False
        for part, (_name, _values, colour) in zip(chart.plots[0].series, series, strict=True):
            part.format.fill.solid()
            part.format.fill.fore_color.rgb = _rgb(colour)
        chart.plots[0].gap_width = 45

    def saved(self) -> bytes:
        """Return the file."""
        buffer = io.BytesIO()
        self.file.save(buffer)
        return buffer.getvalue()


def marked(texts: Mapping[str, str]) -> str:
    """Return a text in the language that is spoken, else in the one it was written in, and say so."""
    found, spoken = said(texts, text.current())
    return found if spoken == text.current() or not found else f"{found} [{text.LANGUAGES[spoken]}]"


def build(facts: AreaFacts, story: Story, language: str) -> bytes:
    """
    Write a story as a presentation.

    Parameters
    ----------
    facts
        Facts of the area.
    story
        A story of this area.
    language
        "cs", "pl" or "en".
    """
    from dashboard.documents import slides_views

    with words.speaking(language):
        show = Show(facts, marked(story.title))
        makers: dict[str, Callable[[Show, Step, str, str], None]] = {
            "title": _title,
            "population": _population,
            "services": _services,
            "gap": _gap,
            "certainty": _certainty,
            "help": _help,
            "village": slides_views.village,
            "scenario": slides_views.scenario,
            "compare": slides_views.compare,
            "ages": slides_views.ages,
        }
        for step in story.steps:
            makers[step.view.kind](show, step, marked(step.sentence), marked(step.notes))
        slide = show.slide(_("Sources"))
        show.words(
            slide,
            [*words.origin_lines(facts), _("Data as of {day}", day=text.date(facts.data_date))],
            (0.5, 1.4, 12.3, 5.5),
            13,
        )
        return show.saved()


def _title(show: Show, _step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    said = [
        facts.name,
        words.population_sentence(facts.area_population),
        _("Data as of {day}", day=text.date(facts.data_date)),
    ]
    show.words(slide, said, (0.5, 2.2, 12.3, 3), 26)


def _population(show: Show, step: Step, title: str, notes: str) -> None:
    facts = show.facts
    measure = step.view.measure or "share_65"
    slide = show.slide(title, notes)
    ordered = sorted(facts.members, key=lambda code: -(share_of(facts, code, measure) or 0.0))
    name = (
        _("Share of people aged 65 and over")
        if measure == "share_65"
        else _("Share of people aged 80 and over")
    )
    show.words(slide, [name, words.population_sentence(facts.area_population)], (0.5, 1.3, 4.4, 5.5), 18)
    # A chart leaves an unknown share empty: it is no bar of length zero.
    shares = [share_of(facts, code, measure) for code in ordered]
    names = [str(facts.places[code]["name"]) for code in ordered]
    show.chart(slide, "bar", names, [(name, shares, ACCENT)], box=(5, 1.25, 8, 6), number_format="0.0%")


def _services(show: Show, step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    rows = []
    for group_id in step.view.groups:
        if group_id not in facts.groups:
            continue
        kinds = set(facts.groups[group_id].scopes[facts.country].service_type_codes)
        for service in facts.area_services:
            if service.service_type_code in kinds:
                kind = label("service_types", service.service_type_code)
                rows.append(
                    [
                        service.provider or service.name,
                        kind,
                        words.place_text(service, facts),
                        words.capacity_text(service),
                    ]
                )
    more = len(rows) - MOST_ROWS
    headings = [_("provider"), _("kind"), _("where"), _("capacity")]
    show.table(slide, headings, rows[:MOST_ROWS], (0.5, 1.4, 12.3, 0.5))
    if more > 0:
        said = text.ngettext(
            "{n} more service is in the workbook.", "{n} more services are in the workbook.", more
        )
        show.words(slide, [said], (0.5, 6.7, 12.3, 0.5), 14)


def _gap(show: Show, step: Step, title: str, notes: str) -> None:
    facts, view = show.facts, step.view
    group_id = view.group or ""
    slide = show.slide(title, notes)
    if group_id not in facts.groups:
        show.words(
            slide, [_("This kind of service does not exist in this country.")], (0.5, 1.5, 12.3, 1), 24
        )
        return
    analysis = story_facts.analysis_of(facts, group_id, view.settings)
    look = story_facts.look_of(facts, analysis, view)
    data = picture.gap_data(facts, analysis, look.measure)
    show.picture(slide, picture.set_picture(data, "png", PICTURE_PPI), data["alt"], (0.4, 1.3, 9.3))
    told = [*pack_parts.look_sentences(facts, analysis, look), *pack_parts.settings_notes(view)]
    show.words(slide, told, (9.9, 1.4, 3.1, 5.5), 18)


def _certainty(show: Show, _step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    found = story_facts.certainty_of(facts)
    headings = [_("services in the area or for it"), _("with a known capacity"), _("with a doubtful capacity: not counted"), _("with an unknown capacity")]  # fmt: skip
    counts = [text.number(n) for n in (found.services, found.known, found.doubtful, found.unknown)]
    show.table(slide, headings, [counts], (0.5, 1.4, 12.3, 0.6), 18)
    rows = [row for group_id in topics.groups_with_norm(facts) for row in topics.group_rows(facts, group_id)]
    show.words(slide, words.certainty_sentences(facts, rows), (0.5, 2.9, 12.3, 4.2), 18)


def _help(show: Show, step: Step, title: str, notes: str) -> None:
    facts = show.facts
    slide = show.slide(title, notes)
    found = story_facts.area_totals(facts, step.view.groups)
    shown_groups = [group_id for group_id, _total in found.told][:MOST_ROWS]
    if not shown_groups:
        show.words(slide, [_("No group has a norm and a known need here.")], (0.5, 1.5, 12.3, 1))
        return
    totals = [facts.total(group_id) for group_id in shown_groups]
    names = [group_label(group_id) for group_id in shown_groups]
    colours = [
        GAP_CLASSES[name].fill.lstrip("#").upper() for name in ("at_or_above", "below", "none_within_reach")
    ]
    series = [
        (_("served"), [total.served_places for total in totals], colours[0]),
        (_("waiting"), [total.waiting_places for total in totals], colours[1]),
        (_("out of reach"), [total.out_of_reach_places for total in totals], colours[2]),
    ]
    show.chart(slide, "share", names, series, box=(0.4, 1.3, 6.4, 5.9), number_format="0.0")
    rows = [
        [
            name,
            shown(total.demand_places),
            _bounded(total.served_places, "≥", total.is_lower_bound),
            _bounded(total.missing_places, "≤", total.is_lower_bound),
        ]
        for name, total in zip(names, totals, strict=True)
    ]
    show.table(
        slide, [_("kind of help"), _("need"), _("served"), _("missing")], rows, (7.0, 1.4, 5.9, 0.5), 13
    )


def _bounded(value: float, sign: str, is_lower_bound: bool) -> str:
    return f"{sign} {shown(value)}" if is_lower_bound and value else shown(value)
