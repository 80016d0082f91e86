"""Outlines from RÚIAN in three layouts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import box

from etl.sources import cz_cuzk_boundaries
from etl.sources.formats.contract import load_origin
from geodata.errors import InputFileError

ORIGIN = load_origin("cz_cuzk_boundaries")
Write = Callable[..., Path]
RING = "-481000 -1135000 -479000 -1135000 -479000 -1133000 -481000 -1133000 -481000 -1135000"
INSIDE = (49.5379, 18.1913)


def border(kind: str, ring: str = RING, inner: str = "gml:LinearRing") -> str:
    tag = inner.partition(" ")[0]
    return (
        f'<obi:{kind}><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::5514"><gml:surfaceMember><gml:Polygon>'
        "<gml:exterior>"
        f"<{inner}><gml:posList>{ring}</gml:posList></{tag}></gml:exterior></gml:Polygon></gml:surfaceMember>"
        f"</gml:MultiSurface></obi:{kind}>"
    )


def exchange(*borders: str, code: str = "599999", name: str = "Trojanovice") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><vf:VymennyFormat '
        'xmlns:vf="urn:cz:isvs:ruian:schemas:VymennyFormatTypy:v1" '
        'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:obi="urn:cz:isvs:ruian:schemas:ObecIntTypy:v1" '
        'xmlns:coi="urn:cz:isvs:ruian:schemas:CastObceIntTypy:v1"><vf:Data><vf:Obce><vf:Obec gml:id="OB.1">'
        f"<obi:Kod>{code}</obi:Kod><obi:Nazev>{name}</obi:Nazev><obi:Geometrie><obi:DefinicniBod><gml:Point>"
        "<gml:pos>-480000 -1134000</gml:pos>"
        f"</gml:Point></obi:DefinicniBod>{''.join(borders)}</obi:Geometrie></vf:Obec></vf:Obce>"
        f"<vf:CastiObci><vf:CastObce><coi:Obec><obi:Kod>{code}</obi:Kod></coi:Obec></vf:CastObce>"
        "</vf:CastiObci></vf:Data></vf:VymennyFormat>"
    )


@pytest.mark.parametrize("is_zipped", [True, False])
def test_the_exchange_format(is_zipped: bool, write_text: Write, zipped: Callable[..., Path]) -> None:
    path = write_text(exchange(border("OriginalniHranice")), "20261031_OB_599999_UKSH.xml")
    got = cz_cuzk_boundaries.read(zipped("a.xml.zip", path) if is_zipped else path, ORIGIN)
    row = got.tables["municipality"].iloc[0]
    assert (row["municipality_code"], row["name"], got.rows_read) == ("599999", "Trojanovice", 1)
    assert (row["latitude"], row["longitude"]) == pytest.approx(INSIDE, abs=2e-3)


def test_several_exchange_files_in_one_archive(write_text: Write, zipped: Callable[..., Path]) -> None:
    one = write_text(exchange(border("OriginalniHranice")), "a.xml")
    two = write_text(exchange(border("OriginalniHranice"), code="598011", name="Čeladná"), "b.xml")
    got = cz_cuzk_boundaries.read(zipped("both.zip", one, two), ORIGIN)
    assert got.tables["municipality"]["municipality_code"].tolist() == ["599999", "598011"]
    assert got.rows_read == 2


def test_a_curved_border_gives_way_to_the_generalised_one(write_text: Write) -> None:
    text = exchange(border("OriginalniHranice", inner="gml:ArcString"), border("GeneralizovaneHranice3"))
    row = cz_cuzk_boundaries.read(write_text(text, "a.xml"), ORIGIN).tables["municipality"].iloc[0]
    assert row["outline_state"].endswith("GeneralizovaneHranice3")


@pytest.mark.parametrize(
    "ring", ["1 2 3", "a b c d e f g h", "0 0 1 1 2 2 0 0", RING.replace("-", ""), "nan nan 1 1 2 0 nan nan"]
)
def test_a_border_that_is_none_is_refused(ring: str, write_text: Write) -> None:
    with pytest.raises(InputFileError):
        cz_cuzk_boundaries.read(write_text(exchange(border("OriginalniHranice", ring)), "a.xml"), ORIGIN)


def test_trap_the_shape_file_is_in_cp1250_and_s_jtsk(tmp_path: Path, zipped: Callable[..., Path]) -> None:
    table = geopandas.GeoDataFrame(
        {"KOD": ["599999"], "NAZEV": ["Příbor Žďár"]},
        geometry=[box(-481000, -1135000, -479000, -1133000)],
        crs="EPSG:5514",
    )
    for layer in ("OBCE_P", "ORP_P"):
        table.to_file(tmp_path / f"{layer}.shp", engine="pyogrio", encoding="cp1250")
    files = [path for path in tmp_path.iterdir() if path.suffix in (".shp", ".shx", ".dbf", ".prj")]
    got = cz_cuzk_boundaries.read(zipped("1.zip", *files), ORIGIN)
    row = got.tables["municipality"].iloc[0]
    assert (len(got.tables["municipality"]), row["name"]) == (1, "Příbor Žďár")
    assert (row["latitude"], row["longitude"]) == pytest.approx(INSIDE, abs=2e-3)


def test_an_archive_without_the_layer_is_refused(zipped: Callable[..., Path], write_text: Write) -> None:
    with pytest.raises(InputFileError, match="OBCE_P"):
        cz_cuzk_boundaries.read(zipped("1.zip", write_text("x", "readme.txt")), ORIGIN)


def feature(code: object, west: float = 18.0) -> dict[str, object]:
    ring = [[west, 49.0], [west + 0.1, 49.0], [west + 0.1, 49.1], [west, 49.0]]
    return {
        "type": "Feature",
        "properties": {"kod": code, "nazev": "X"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_a_page_of_the_map_service(write_json: Write) -> None:
    page = {
        "features": [
            feature(599999),
            feature(599999),
            feature("x"),
            feature(598011, 2.0),
            feature(598143) | {"geometry": None},
        ]
    }
    got = cz_cuzk_boundaries.read(write_json(page), ORIGIN)
    assert got.tables["municipality"]["municipality_code"].tolist() == ["599999"]
    assert got.rejected["reason"].tolist() == [
        "duplicate_row",
        "unknown_municipality",
        "invalid_shape",
        "invalid_shape",
    ]


@pytest.mark.parametrize(
    "flag", [{"exceededTransferLimit": True}, {"properties": {"exceededTransferLimit": True}}]
)
def test_trap_a_page_that_is_not_the_last(flag: dict[str, object], write_json: Write) -> None:
    path = write_json({"features": [feature(599999), feature(598011)], **flag})
    following = cz_cuzk_boundaries.next_page(ORIGIN, path, 500)
    assert following is not None
    assert "resultOffset=502" in following.url
    assert cz_cuzk_boundaries.next_page(ORIGIN, write_json({"features": []}), 502) is None


def test_exchange_files_are_of_the_last_day_of_a_month() -> None:
    call = cz_cuzk_boundaries.addresses(ORIGIN, municipality_codes=["599999"], day=dt.date(2026, 3, 15))[0]
    assert call.url.endswith("/20260228_OB_599999_UKSH.xml.zip")
    assert cz_cuzk_boundaries.last_month_end(dt.date(2026, 1, 1)) == dt.date(2025, 12, 31)
    assert cz_cuzk_boundaries.addresses(ORIGIN)[0].url.endswith("/1.zip")
