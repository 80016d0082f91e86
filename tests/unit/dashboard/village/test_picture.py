"""The small picture of a village: who is on it, where the lines go, what it must not tell."""

import re

import pandas as pd
import pytest

from dashboard.village import picture
from dashboard.village.services import Call, Serving
from geodata.reading import services


def square(west, south, side=0.02):
    return [
        [
            [west, south],
            [west + side, south],
            [west + side, south + side],
            [west, south + side],
            [west, south],
        ]
    ]


@pytest.fixture
def shapes():
    rings = {"a": square(18.30, 49.50), "b": square(18.32, 49.50), "far": square(14.0, 50.0), "odd": []}
    points = {code: (ring[0][0][1] + 0.01, ring[0][0][0] + 0.01) for code, ring in rings.items() if ring}
    return picture.RingShapes(rings, {code: f"Obec <{code}>" for code in rings}, points)


@pytest.fixture(scope="module")
def entries(small_world):
    return services.services(small_world)


def call(entry, way, metres=4000.0):
    return Call("558 441 611", Serving(entry, way, metres, ("home_care",)), ("home_care",))


def test_numbers_follow_the_list_and_only_promises_are_dashed(shapes, entries):
    places = {
        "s-home": [((49.531, 18.391), False)],
        "s-home-b": [((49.505, 18.305), False)],
        "s-pl": [((50.171, 18.901), False)],
    }
    calls = [
        call(entries["s-home"], "declared"),
        call(entries["s-home-b"], "here", None),
        call(entries["s-pl"], "beyond"),
    ]
    svg = picture.picture(shapes, "a", ["a", "b"], calls=calls, others=[], places=places)
    assert re.findall(r">([\d,+]+)</text>", svg) == ["1", "2"]
    assert svg.count("stroke-dasharray") == 1
    assert "Obec &lt;a&gt;" in svg
    assert "<a>" not in svg
    # Beyond reach is told in the list; on the picture it would make everything else small.
    assert "far" not in re.findall(r'data-code="(\w+)"', svg)


def test_a_municipality_without_an_outline_has_no_picture(shapes):
    assert picture.picture(shapes, "odd", [], calls=[], others=[], places={}) == ""
    assert picture.picture(shapes, "nobody", [], calls=[], others=[], places={}) == ""


def test_a_small_village_is_shown_with_its_surroundings():
    west, south, east, north = picture.widened((18.300, 49.500, 18.301, 49.501))
    assert (north - south) * 111_320 == pytest.approx(picture.NARROWEST_M)
    assert west < 18.25
    assert east > 18.35
    large = (18.0, 49.0, 19.0, 50.0)
    assert picture.widened(large) == large


def test_a_protected_site_has_no_place(small_world):
    sites = small_world["site"].copy()
    # Even if a dataset should hold its place by mistake.
    sites.loc[sites["service_id"] == "s-secret", ["latitude", "longitude"]] = [49.5, 18.3]
    found = picture.site_places(sites, ["s-secret", "s-home", "s-beds-unknown", "s-hostile"])
    assert found == {
        "s-home": [((49.531, 18.391), False)],
        "s-beds-unknown": [((49.530, 18.390), True)],
    }


def test_of_several_sites_the_nearest_is_drawn():
    sites = [((49.60, 18.30), False), ((49.51, 18.31), True)]
    assert picture.nearest_site(sites, (49.50, 18.30)) == sites[1]


def test_the_window_is_the_same_as_from_shapely(shapes):
    from shapely.geometry import Polygon

    from dashboard.drawing.outlines import Shapes, frame_of

    other = Shapes(
        {code: Polygon(ring[0]) for code, ring in shapes.rings.items() if ring}, shapes.names, shapes.points
    )
    assert shapes.bounds(["a", "b"]) == other.bounds(["a", "b"])
    frame = frame_of(shapes.bounds(["a", "b"]))
    assert shapes.inside(frame) == other.inside(frame)
    assert pd.Series(shapes.paths(frame)).index.tolist() == ["a", "b"]
