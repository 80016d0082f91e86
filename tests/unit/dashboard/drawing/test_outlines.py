"""Maps as SVG: names of people's places are words in them, whatever they hold."""

from defusedxml.ElementTree import fromstring
from shapely.geometry import box

from dashboard.drawing import outlines, thumbnails
from dashboard.theme import GAP_CLASSES

HOSTILE = "<script>&\"'"
SVG = "{http://www.w3.org/2000/svg}"


def test_names_titles_and_codes_stay_words():
    shapes = outlines.Shapes(
        {HOSTILE: box(18.0, 49.0, 18.2, 49.2)}, {HOSTILE: HOSTILE}, {HOSTILE: (49.1, 18.1)}
    )
    drawn = outlines.draw(
        shapes,
        outlines.frame_of(shapes.bounds([HOSTILE])),
        lambda _code: outlines.Look("unknown", title=HOSTILE),
        names=[HOSTILE],
        marks=[outlines.Mark(49.05, 18.05, HOSTILE)],
        title=HOSTILE,
    )
    tree = fromstring(drawn)
    texts = [node.text for node in tree.iter() if node.tag in (f"{SVG}text", f"{SVG}title")]
    # The map's title, that of the outline, the name with its halo, the mark; and the scale.
    assert texts.count(HOSTILE) == 5
    assert len(texts) == 6
    (outline,) = [node for node in tree.iter(f"{SVG}path") if "data-code" in node.attrib]
    assert outline.get("data-code") == HOSTILE


def test_a_picture_of_a_class_stands_alone():
    for name in GAP_CLASSES:
        tree = fromstring(outlines.swatch(name, dots=True))
        (fill,) = [node.get("fill") for node in tree.findall(f"{SVG}rect")]
        known = {f"url(#{node.get('id')})" for node in tree.iter(f"{SVG}pattern")}
        assert fill in known or fill.startswith("#")


def test_a_thumbnail_draws_members_over_their_neighbours():
    square = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    beside = [(x + 1, y) for x, y in square]
    tree = fromstring(thumbnails.thumbnail({"in": [square], "out": [beside]}, ["in"]))
    assert [node.get("fill") for node in tree.findall(f"{SVG}path")][-1] == thumbnails.MEMBER_FILL
