"""Outlines of Polish gminy from the WFS of the State Register of Borders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyproj import Transformer

from etl.sources import pl_gugik_prg
from etl.sources.formats.contract import load_origin
from geodata.errors import InputFileError

ORIGIN = load_origin("pl_gugik_prg")
Write = Callable[..., Path]
URN = "urn:ogc:def:crs:EPSG::2180"
JASTRZEBIE = (49.95, 18.60)
NORTH, EAST = 231_000, 471_000


def ring(first: float, second: float, size: float = 4000) -> str:
    corners = [(0, 0), (size, 0), (size, size), (0, size), (0, 0)]
    return " ".join(f"{first + one} {second + two}" for one, two in corners)


def member(code: str, points: str, name: str = "Jastrzębie-Zdrój", srs: str = URN) -> str:
    return (
        f"<wfs:member><ms:A03_Granice_gmin><gml:boundedBy><gml:Envelope srsName='{srs}'/></gml:boundedBy>"
        "<ms:msGeometry>"
        f"<gml:Polygon srsName='{srs}'><gml:exterior><gml:LinearRing><gml:posList>{points}</gml:posList>"
        "</gml:LinearRing></gml:exterior>"
        f"</gml:Polygon></ms:msGeometry><ms:JPT_KOD_JE>{code}</ms:JPT_KOD_JE>"
        f"<ms:JPT_NAZWA_>{name}</ms:JPT_NAZWA_>"
        "</ms:A03_Granice_gmin></wfs:member>"
    )


def collection(*members: str, returned: int | str | None = None, further: str = "") -> str:
    count = len(members) if returned is None else returned
    return (
        '<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" '
        'xmlns:ms="http://mapserver.gis.umn.edu/mapserver" '
        f'xmlns:gml="http://www.opengis.net/gml/3.2" numberMatched="unknown" numberReturned="{count}" '
        f"{further}>{''.join(members)}"
        "</wfs:FeatureCollection>"
    )


def read(write_text: Write, *members: str, **more: object) -> object:
    return pl_gugik_prg.read(write_text(collection(*members, **more), "a.xml"), ORIGIN)


@pytest.mark.parametrize("written", ["2467011", "246701_1"])
def test_trap_teryt_is_also_written_with_an_underscore(written: str, write_text: Write) -> None:
    got = pl_gugik_prg.read(write_text(collection(member(written, ring(NORTH, EAST))), "a.xml"), ORIGIN)
    row = got.tables["municipality"].iloc[0]
    assert (row["municipality_code"], row["district_code"], row["region_code"]) == ("2467011", "2467", "24")
    assert row["name"] == "Jastrzębie-Zdrój"
    assert (row["latitude"], row["longitude"]) == pytest.approx(JASTRZEBIE, abs=0.05)


def test_a_code_keeps_its_leading_zero(write_text: Write) -> None:
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:2180", always_xy=True)
    east, north = to_grid.transform(16.2, 51.05)
    got = pl_gugik_prg.read(write_text(collection(member("0205011", ring(north, east))), "a.xml"), ORIGIN)
    assert got.tables["municipality"]["municipality_code"].tolist() == ["0205011"]


@pytest.mark.parametrize(
    ("points", "srs"),
    [
        (ring(NORTH, EAST), URN),
        (ring(NORTH, EAST), "http://www.opengis.net/def/crs/EPSG/0/2180"),
        (ring(EAST, NORTH), "EPSG:2180"),
    ],
)
def test_trap_axis_order_of_epsg_2180(points: str, srs: str, write_text: Write) -> None:
    got = pl_gugik_prg.read(write_text(collection(member("2467011", points, srs=srs)), "a.xml"), ORIGIN)
    row = got.tables["municipality"].iloc[0]
    assert (row["latitude"], row["longitude"]) == pytest.approx(JASTRZEBIE, abs=0.05)
    assert got.notes == ()


def test_axes_the_wrong_way_round_are_seen_by_the_voivodeship(write_text: Write) -> None:
    """Swapped, Silesia would lie in Poland all the same: near Zielona Góra."""
    got = pl_gugik_prg.read(write_text(collection(member("2467011", ring(EAST, NORTH))), "a.xml"), ORIGIN)
    row = got.tables["municipality"].iloc[0]
    assert (row["latitude"], row["longitude"]) == pytest.approx(JASTRZEBIE, abs=0.05)
    assert "order" in got.notes[0]


def test_a_gmina_outside_its_voivodeship_is_rejected(write_text: Write) -> None:
    members = (member("2467011", ring(NORTH, EAST)), member("3064011", ring(NORTH, EAST)))
    got = pl_gugik_prg.read(write_text(collection(*members), "a.xml"), ORIGIN)
    assert got.rejected[["record_id", "reason"]].to_numpy().tolist() == [["3064011", "invalid_coordinates"]]
    with pytest.raises(InputFileError, match="whichever axis"):
        pl_gugik_prg.read(write_text(collection(member("3064011", ring(NORTH, EAST))), "a.xml"), ORIGIN)


def test_an_answer_that_is_not_whole_is_refused(write_text: Write) -> None:
    with pytest.raises(InputFileError, match="1 gminy but says 2"):
        pl_gugik_prg.read(
            write_text(collection(member("2467011", ring(NORTH, EAST)), returned=2), "a.xml"), ORIGIN
        )


def test_another_reference_system_is_refused(write_text: Write) -> None:
    with pytest.raises(InputFileError, match="EPSG::4258"):
        pl_gugik_prg.read(
            write_text(
                collection(member("2467011", ring(18, 49), srs="urn:ogc:def:crs:EPSG::4258")), "a.xml"
            ),
            ORIGIN,
        )


def test_trap_the_number_of_gminy_is_unknown_but_next_tells(write_text: Write) -> None:
    more = write_text(
        collection(member("2467011", ring(NORTH, EAST)), further='next="https://example.org/elsewhere"'),
        "a.xml",
    )
    following = pl_gugik_prg.next_page(ORIGIN, more, 200)
    assert following is not None
    assert "STARTINDEX=201" in following.url
    assert "mapy.geoportal.gov.pl" in following.url
    assert pl_gugik_prg.next_page(ORIGIN, write_text(collection(returned=0), "b.xml"), 201) is None


def test_units_that_are_no_gmina_are_rejected(write_text: Write) -> None:
    members = [
        member(code, ring(NORTH, EAST)) for code in ("2467011", "2467", "2467014", "9967011", "2467011")
    ]
    got = pl_gugik_prg.read(write_text(collection(*members), "a.xml"), ORIGIN)
    assert got.rejected["reason"].tolist() == ["unknown_municipality"] * 3 + ["duplicate_row"]


def test_addresses_ask_for_single_gminy() -> None:
    call = pl_gugik_prg.addresses(ORIGIN, codes=["246701_1"])[0]
    assert "2467011" in call.url
    assert "<" not in call.url
    with pytest.raises(InputFileError):
        pl_gugik_prg.addresses(ORIGIN, codes=["Jastrzębie"])
