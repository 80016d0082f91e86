"""The pack and PPTX tell the same of every view of a story: titles, sentences, rows, notes."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pptx import Presentation

from dashboard import text
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.office import slides
from dashboard.documents.pack.deck import Deck
from dashboard.documents.pictures import file
from geodata import stories
from geodata.stories import VIEW_KINDS, Story, View

OWN = Path(__file__).resolve().parents[3] / "data" / "own-story.yaml"
# A PNG of one point: what a map shows is tested where maps are.
POINT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0dc5dbb10000000049454e44ae426082"
)
BLOCKS = {"p", "li", "td", "th", "h1", "h2", "h3", "caption", "figcaption", "strong", "span", "small", "data"}
# Drawn, said to a screen reader only, or printed where the screen has a live map:
# these have no letters on a slide of PPTX.
SKIPPED = {"legend", "print-table", "only-heard", "map-slot"}
# Words that only one of the two needs: the pack heads lists whose columns name themselves
# in a table, and the other way round.
OF_THE_PACK = {"The highest shares", "Notes for the speaker", "how it is met"}
OF_PPTX = {"kind of help", "service", "where", "capacity"}


class Blocks(HTMLParser):
    """The texts of the elements of a slide; those of an element hold those of the ones inside it too."""

    def __init__(self):
        super().__init__()
        self.blocks, self.bars, self.widths, self.open = [], [], [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        names = set((attributes.get("class") or "").split())
        if "bar-of-need" in names:
            self.bars.append(attributes["aria-label"])
            self.widths.append([])
        if tag != "br":
            self.open.append((tag, bool(names & SKIPPED) or tag == "svg", []))

    def handle_startendtag(self, tag, attrs):
        # A part of a drawing, perhaps of a bar.
        if tag == "rect" and self.open and self.open[-1][0] == "svg" and self.widths:
            self.widths[-1].append(float(dict(attrs)["width"]))

    def handle_endtag(self, tag):
        while self.open:
            name, _is_skipped, parts = self.open.pop()
            said = plain("".join(parts))
            if name in BLOCKS and said and parts:
                self.blocks.append(said)
            if name == tag:
                break

    def handle_data(self, data):
        if not any(is_skipped for _tag, is_skipped, _parts in self.open):
            for _tag, _is_skipped, parts in self.open:
                parts.append(data)


def plain(words):
    return " ".join(words.split())


def in_pack(made):
    parser = Blocks()
    parser.feed(made)
    return parser


def paragraphs(page):
    """The texts of a slide of PPTX: boxes, tables, and notes."""
    said = [page.notes_slide.notes_text_frame.text] if page.has_notes_slide else []
    for shape in page.shapes:
        if shape.has_text_frame:
            said += [paragraph.text for paragraph in shape.text_frame.paragraphs]
        if shape.has_table:
            said += [cell.text for row in shape.table.rows for cell in row.cells]
    return [plain(words) for words in said if words.strip()]


def charted(page):
    """The bars of a chart of shares as they are read: a list of the pack says the highest of them."""
    charts = [shape.chart for shape in page.shapes if shape.has_chart]
    return [
        plain(f"{name}: {text.percent(value, 1)}")
        for chart in charts
        for name, value in zip(chart.plots[0].categories, chart.plots[0].series[0].values, strict=True)
        if value is not None
    ]


def met(page):
    """How needs are met by a chart, as the bars of the pack say it: the shares of each category."""
    plot = next(shape.chart.plots[0] for shape in page.shapes if shape.has_chart)
    places = list(zip(*(series.values for series in plot.series), strict=True))
    return [[value / sum(filter(None, row)) for value in row if value is not None] for row in places]


def letters(words):
    return re.sub(r"[\s.:,·\[\]()]+", " ", words).strip()


def is_told(words, texts):
    """Tell whether a text stands among others, or is put together of them and of nothing else."""
    asked, there = letters(words), [letters(one) for one in texts]
    if asked in " | ".join(there):
        return True
    for one in sorted(filter(None, there), key=len, reverse=True):
        asked = asked.replace(one, "")
    return not letters(asked)


@pytest.fixture
def every_view(published, monkeypatch):
    """Facts of every area, with its story and every kind of view that it lacks."""
    monkeypatch.setattr(file, "set_picture", lambda *_args: POINT)
    own = stories.parse_story(OWN.read_text(encoding="utf-8"), OWN.name)
    made = []
    for area_id, country in zip(published["area"]["area_id"], published["area"]["country"], strict=True):
        story = stories.story_for(area_id)
        steps = [*story.steps]
        if area_id == own.area_id:
            steps += own.steps
        kinds = {step.view.kind for step in steps}
        code = next(iter(AreaFacts(published, area_id).members))
        groups = ("home_care", "residential_seniors")
        for kind in set(VIEW_KINDS) - kinds:
            view = View(kind, group=groups[0], groups=groups, municipality=code, changes=f"a.{code}.12")
            steps.append(stories.Step(view, {"cs": f"{kind} {country}?"}, {"cs": "Poznámka."}))
        made.append(
            (AreaFacts(published, area_id), Story(story.story_id, area_id, story.title, tuple(steps)))
        )
    return made


@pytest.mark.parametrize("language", ["cs", "en"])
def test_the_pack_and_pptx_tell_the_same_of_every_view(every_view, language):
    seen = set()
    for facts, story in every_view:
        show = Presentation(io.BytesIO(slides.build(facts, story, language)))
        with text.speaking(language):
            foot = plain(text._("{area} · data as of {day}", area=facts.name, day=text.date(facts.data_date)))
            of_pack, of_pptx = ({plain(text._(word)) for word in words} for words in (OF_THE_PACK, OF_PPTX))
            deck = Deck(facts, story)
            for number, step in enumerate(story.steps, start=1):
                page = show.slides[number - 1]
                pack = in_pack(deck.slide(number, step))
                told = paragraphs(page)
                about = (facts.area_id, number, step.view.kind)
                of_bars = charted(page) if step.view.kind == "population" else []
                of_here, of_there = [*pack.blocks, *pack.bars, foot, *of_pptx], [*told, *of_bars, *of_pack]
                assert [one for one in told if not is_told(one, of_here)] == [], about
                assert [one for one in pack.blocks if not is_told(one, of_there)] == [], about
                seen.add(step.view.kind)
                if step.view.kind == "help" and len(pack.bars) > 1:
                    drawn = [[width / 100 for width in bar] for bar in pack.widths]
                    assert [pytest.approx(row, abs=1e-4) for row in met(page)] == drawn, about
    assert seen == set(VIEW_KINDS)


def test_a_sentence_that_is_only_in_one_of_them_is_seen():
    pack = in_pack(
        '<section><h2>Kdo?</h2><ul class="legend"><li><svg><rect width="1"/></svg>x</li></ul><p>Jedna '
        "věta.</p>"
    )
    assert pack.blocks == ["Kdo?", "Jedna věta."]
    assert is_told("Kdo? Jedna věta", pack.blocks)
    assert not is_told("Jedna věta. Druhá.", pack.blocks)
