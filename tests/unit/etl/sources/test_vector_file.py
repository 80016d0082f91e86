"""Outlines from any vector file."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from etl.sources import vector_file
from etl.sources.formats.column_mapping import ColumnMapping
from etl.sources.formats.contract import SourceTables, concatenate, load_origin
from etl.sources.formats.shapes import as_multipolygon
from geodata.errors import InputFileError, ParameterError

ORIGIN = load_origin("vector_file")
RAW = "DOSAH_RAW" in os.environ
Write = Callable[..., Path]
CZECH = ColumnMapping(
    code="kod", name="nazev", country="CZ", default_crs="EPSG:4326", code_pattern=r"^\d{6}$"
)
SQUARE = box(18.0, 49.0, 18.1, 49.1)


def frame(*rows: tuple[Any, str, Any], crs: str | None = "EPSG:4326") -> geopandas.GeoDataFrame:
    codes, names, shapes = zip(*rows, strict=True)
    return geopandas.GeoDataFrame({"kod": codes, "nazev": names}, geometry=list(shapes), crs=crs)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".shp", ".gml"])
def test_every_format_gives_the_same(suffix: str, tmp_path: Path, zipped: Callable[..., Path]) -> None:
    path = tmp_path / f"obce{suffix}"
    frame(("599999", "Trojanovice", SQUARE), ("598011", "Čeladná", box(18.1, 49.0, 18.2, 49.1))).to_file(
        path, engine="pyogrio"
    )
    if suffix == ".shp":
        path = zipped(
            "obce.zip", *(tmp_path / f"obce{end}" for end in (".shp", ".shx", ".dbf", ".prj", ".cpg"))
        )
    got = vector_file.read(path, ORIGIN, mapping=CZECH)
    # FlatGeobuf sorts its features by place.
    table = got.tables["municipality"].sort_values("municipality_code", ascending=False, ignore_index=True)
    assert table[["municipality_code", "name", "country"]].to_numpy().tolist() == [
        ["599999", "Trojanovice", "CZ"],
        ["598011", "Čeladná", "CZ"],
    ]
    assert (got.rows_read, got.rows_loaded) == (2, 2)
    assert table["geometry"].iloc[0].equals(SQUARE)


def test_reading_gml_leaves_nothing_beside_it(tmp_path: Path) -> None:
    frame(("599999", "Trojanovice", SQUARE)).to_file(tmp_path / "obce.gml", engine="pyogrio")
    before = sorted(path.name for path in tmp_path.iterdir())
    vector_file.read(tmp_path / "obce.gml", ORIGIN, mapping=CZECH)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_topojson_never_says_its_reference_system(tmp_path: Path) -> None:
    topology = {
        "type": "Topology",
        "arcs": [[[18.0, 49.0], [18.1, 49.0], [18.1, 49.1], [18.0, 49.1], [18.0, 49.0]]],
        "objects": {
            "ob": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0]], "properties": {"kod": 599999, "nazev": "Trojanovice"}}
                ],
            }
        },
    }
    path = tmp_path / "obce.json"
    path.write_text(json.dumps(topology), encoding="utf-8")
    table = vector_file.read(path, ORIGIN, mapping=CZECH).tables["municipality"]
    assert table["municipality_code"].tolist() == ["599999"]
    without = ColumnMapping(code="kod", country="CZ")
    with pytest.raises(InputFileError, match="crs"):
        vector_file.read(path, ORIGIN, mapping=without)


def test_s_jtsk_is_transformed_by_the_czech_operation(tmp_path: Path) -> None:
    square = box(-480000, -1134000, -479900, -1133900)
    frame(("599999", "Trojanovice", square), crs="EPSG:5514").to_file(tmp_path / "a.gpkg")
    shape = (
        vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=CZECH)
        .tables["municipality"]["geometry"]
        .iloc[0]
    )
    assert shape.bounds[:2] == pytest.approx((18.19148, 49.53780), abs=2e-3)


def kml(*placemarks: str) -> str:
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>'
        f"<name>gminy</name>{''.join(placemarks)}</Folder></Document></kml>"
    )


def line(code: str, points: str) -> str:
    return (
        f"<Placemark><name>{code}</name><LineString><coordinates>{points}</coordinates></LineString>"
        "</Placemark>"
    )


GMINY = vector_file.preset(ORIGIN, "pl_gminy_kml")


def test_trap_kml_outlines_are_open_lines(write_text: Write) -> None:
    text = kml(
        line("0222033", "16.4,51.3 16.5,51.3 16.5,51.4 16.4,51.4"),
        line("2467011", "18.5,49.9 18.6,49.9 18.6,50.0 18.5,49.9"),
    )
    got = vector_file.read(
        write_text(text, "gminy.kml"), ORIGIN, mapping=GMINY, names={"2467011": "Jastrzębie-Zdrój"}
    )
    table = got.tables["municipality"]
    assert table["municipality_code"].tolist() == ["0222033", "2467011"]
    assert table["name"].fillna("").tolist() == ["", "Jastrzębie-Zdrój"]
    assert table["geometry"].iloc[0].equals(box(16.4, 51.3, 16.5, 51.4))
    assert all(shape.is_valid and shape.geom_type == "MultiPolygon" for shape in table["geometry"])


def test_a_line_of_two_points_is_no_outline(write_text: Write) -> None:
    text = kml(line("2467011", "18.5,49.9 18.6,49.9 18.6,50.0"), line("2467022", "18.5,49.9 18.6,49.9"))
    got = vector_file.read(write_text(text, "gminy.kml"), ORIGIN, mapping=GMINY)
    assert got.rejected[["record_id", "reason"]].to_numpy().tolist() == [["2467022", "invalid_shape"]]


def test_kml_with_entities_never_reaches_gdal(write_text: Write) -> None:
    text = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + kml(line("2467011", "&x;"))
    with pytest.raises(InputFileError, match="document type"):
        vector_file.read(write_text(text, "gminy.kml"), ORIGIN, mapping=GMINY)


def test_parts_of_a_municipality_become_one_shape(tmp_path: Path) -> None:
    parts = {"554782": {"name": "Praha", "codes": ["500054", "500089"]}}
    mapping = ColumnMapping(code="kod", name="nazev", country="CZ", crs="EPSG:4326", parts=parts)
    rows = (
        ("500054", "Praha 1", SQUARE),
        ("500089", "Praha 2", box(18.1, 49.0, 18.2, 49.1)),
        ("599999", "T", box(17, 49, 17.1, 49.1)),
    )
    frame(*rows).to_file(tmp_path / "a.gpkg")
    got = vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=mapping)
    assert got.tables["municipality"]["name"].tolist() == ["Praha", "T"]
    assert got.tables["municipality"]["geometry"].iloc[0].equals(box(18.0, 49.0, 18.2, 49.1))
    assert (got.rows_read, got.rows_loaded, len(got.merged)) == (3, 2, 1)


def test_a_code_with_two_names_is_not_melted_together(tmp_path: Path) -> None:
    frame(("599999", "Trojanovice", SQUARE), ("599999", "Lhotka", box(18.5, 49, 18.6, 49.1))).to_file(
        tmp_path / "a.gpkg"
    )
    got = vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=CZECH)
    assert got.rejected["reason"].tolist() == ["duplicate_row"]
    assert got.tables["municipality"]["geometry"].iloc[0].equals(SQUARE)


def test_every_feature_is_accounted_for(tmp_path: Path) -> None:
    bow_tie = Polygon([(18, 49), (18.1, 49.1), (18.1, 49), (18, 49.1)])
    rows = (
        ("599999", "bez plochy", Point(18, 49)),
        ("59", "krátký kód", SQUARE),
        (None, "bez kódu", SQUARE),
        ("598011", "zkřížená", bow_tie),
    )
    frame(*rows).to_file(tmp_path / "a.gpkg", engine="pyogrio")
    got = vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=CZECH)
    assert got.rejected["reason"].tolist() == [
        "invalid_shape",
        "unknown_municipality",
        "unknown_municipality",
    ]
    assert got.tables["municipality"]["geometry"].iloc[0].area == pytest.approx(0.005)


# Where things are, and how the coordinates of a file can be wrong.
TOWNS = {
    "CZ": {"598143": (49.593, 18.36), "554821": (49.835, 18.293), "582786": (49.195, 16.607)},
    "PL": {"2467011": (49.955, 18.614), "2404122": (50.746, 19.267), "0201011": (51.264, 15.566)},
}
WRONG = [
    # country, what the coordinates are, swapped, what the file says they are, likely cause
    ("CZ", "EPSG:4326", True, "EPSG:4326", "the axes of the file are swapped"),
    ("CZ", "EPSG:5514", False, "EPSG:4326", r"S-JTSK \(EPSG:5514\)"),
    ("CZ", "EPSG:5514", True, "EPSG:5514", "the axes of the file are swapped"),
    ("CZ", "EPSG:5513", False, "EPSG:5514", "positive S-JTSK"),
    ("CZ", "EPSG:32633", False, "EPSG:32634", "UTM, zone 33"),
    ("PL", "EPSG:2180", True, "EPSG:2180", "the axes of the file are swapped"),
    ("PL", "EPSG:4326", True, "EPSG:4326", "the axes of the file are swapped"),
    ("PL", "EPSG:2180", False, "EPSG:3857", r"PL-1992 \(EPSG:2180\)"),
    ("PL", "EPSG:2177", False, "EPSG:2180", r"PL-2000 \(EPSG:2177\)"),
]


def outlines_of(country: str, crs: str, is_swapped: bool, said: str | None) -> geopandas.GeoDataFrame:
    towns = TOWNS[country]
    shapes = geopandas.GeoSeries(
        [box(e - 0.02, n - 0.02, e + 0.02, n + 0.02) for n, e in towns.values()], crs=4326
    ).to_crs(crs)
    if is_swapped:
        shapes = geopandas.GeoSeries(shapely.transform(shapes.to_numpy(), lambda points: points[:, ::-1]))
    return geopandas.GeoDataFrame({"kod": list(towns)}, geometry=list(shapes), crs=said)


@pytest.mark.parametrize(("country", "crs", "is_swapped", "said", "cause"), WRONG)
def test_outlines_that_lie_elsewhere_are_refused_with_the_likely_cause(  # noqa: PLR0917 - a row of the table above
    country: str, crs: str, is_swapped: bool, said: str, cause: str, tmp_path: Path
) -> None:
    outlines_of(country, crs, is_swapped, said).to_file(tmp_path / "a.gpkg")
    mapping = ColumnMapping(code="kod", country=country)
    with pytest.raises(InputFileError, match=cause) as caught:
        vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=mapping, points=TOWNS[country])
    # What it advises works.
    told = str(caught.value)
    advised = re.search(r"`crs: ([^`]+)`", told)
    mended = ColumnMapping(
        code="kod",
        country=country,
        crs=advised[1] if advised else None,
        swap_axes="`swap_axes: true`" in told,
    )
    got = vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=mended, points=TOWNS[country])
    for code, latitude, longitude in got.tables["municipality"][
        ["municipality_code", "latitude", "longitude"]
    ].itertuples(index=False):
        assert (latitude, longitude) == pytest.approx(TOWNS[country][code], abs=0.01)


@pytest.mark.parametrize("country", ["CZ", "PL"])
def test_one_outline_elsewhere_is_enough(country: str, tmp_path: Path) -> None:
    table = outlines_of(country, "EPSG:4326", False, "EPSG:4326")
    table.loc[0, "geometry"] = box(2, 48, 3, 49)
    table.to_file(tmp_path / "a.gpkg")
    with pytest.raises(
        InputFileError, match=r"1 of 3 outlines lie outside the country \(first: \d+ at 48.50 N 2.50 E\)"
    ):
        vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=ColumnMapping(code="kod", country=country))


def test_a_code_of_another_voivodeship_and_a_known_point_are_told(tmp_path: Path) -> None:
    table = outlines_of("PL", "EPSG:4326", False, "EPSG:4326")
    table["kod"] = ["2467011", "3201011", "0201011"]
    table.to_file(tmp_path / "a.gpkg")
    mapping = ColumnMapping(code="kod", country="PL")
    with pytest.raises(
        InputFileError, match="1 of 3 outlines lie outside the voivodeship that their code begins with"
    ):
        vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=mapping)
    outlines_of("CZ", "EPSG:4326", False, "EPSG:4326").to_file(tmp_path / "b.gpkg")
    moved = {**TOWNS["CZ"], "598143": TOWNS["CZ"]["582786"]}
    with pytest.raises(
        InputFileError, match="1 of 3 outlines lie far from where the municipality of their code is known"
    ):
        vector_file.read(
            tmp_path / "b.gpkg", ORIGIN, mapping=ColumnMapping(code="kod", country="CZ"), points=moved
        )


def test_right_outlines_are_read_as_before(tmp_path: Path) -> None:
    for country, crs in (("CZ", "EPSG:5514"), ("CZ", "EPSG:4326"), ("PL", "EPSG:2180")):
        outlines_of(country, crs, False, crs).to_file(tmp_path / "a.gpkg")
        got = vector_file.read(
            tmp_path / "a.gpkg",
            ORIGIN,
            mapping=ColumnMapping(code="kod", country=country),
            points=TOWNS[country],
        )
        assert (got.rows_loaded, len(got.rejected)) == (3, 0)


def test_a_file_without_a_reference_system_is_told_the_likely_one(tmp_path: Path) -> None:
    outlines_of("CZ", "EPSG:5514", False, "EPSG:5514").to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(
        InputFileError,
        match=r"is unknown; probably the coordinates are S-JTSK \(EPSG:5514\).*`crs: EPSG:5514`",
    ):
        vector_file.read(tmp_path / "a.shp", ORIGIN, mapping=ColumnMapping(code="kod", country="CZ"))


def test_a_code_in_a_column_of_numbers_gets_its_zero_back(tmp_path: Path) -> None:
    frame((222033, "Jawor", box(16.4, 51.3, 16.5, 51.4))).rename(columns={"kod": "Name"}).to_file(
        tmp_path / "a.gpkg"
    )
    assert vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=GMINY).tables["municipality"][
        "municipality_code"
    ].tolist() == ["0222033"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.geojson", b"", "empty"),
        ("a.geojson", b"<html>", "not JSON"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "vector file"),
        ("a.geojson", b'{"a": 1}', "vector file"),
        ("a.gpkg", b"no database", "GeoPackage"),
        ("a.shp", b"x" * 200, "shape file"),
        ("a.fgb", b"x" * 200, "FlatGeobuf"),
        ("a.vrt", b"<OGRVRTDataSource/>", "not read"),
        ("a.xml", b"<OGRVRTDataSource/>", "OGRVRTDataSource"),
        ("a.zip", b"PK\x03\x04", "zip"),
        ("a.kml", b"<kml><Document>", "cut off"),
    ],
)
def test_what_gdal_should_not_open_is_refused(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputFileError, match=reason):
        vector_file.read(tmp_path / name, ORIGIN, mapping=CZECH)


def test_a_missing_column_is_said_with_those_that_are_there(tmp_path: Path) -> None:
    frame(("599999", "Trojanovice", SQUARE)).to_file(tmp_path / "a.gpkg")
    with pytest.raises(InputFileError, match="found: kod, nazev"):
        vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=ColumnMapping(code="KOD_OBEC", country="CZ"))


def with_styles(path: Path) -> None:
    """Add the table in which QGIS keeps saved styles."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, f_table_name TEXT, styleQML TEXT)")
        file.execute("INSERT INTO layer_styles VALUES (1, 'obce', '<qgis/>')")
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', "
            "'attributes', 'layer_styles')"
        )
        file.commit()


def test_several_layers_must_be_told_apart(tmp_path: Path) -> None:
    for layer in ("obce", "okresy"):
        frame(("599999", layer, SQUARE)).to_file(tmp_path / "a.gpkg", layer=layer)
    with_styles(tmp_path / "a.gpkg")
    with pytest.raises(
        InputFileError,
        match=r"2 layers \(obce, okresy\), 2 of them with the column 'kod'.*`layer: NAME` into a\.gpkg\.yaml",
    ):
        vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=CZECH)
    named = ColumnMapping(code="kod", name="nazev", country="CZ", layer="okresy")
    assert vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=named).tables["municipality"][
        "name"
    ].tolist() == ["okresy"]


@pytest.mark.parametrize(
    ("layer", "reason"), [("kraje", "is not in it"), ("layer_styles", "is a table without shapes")]
)
def test_a_layer_that_cannot_be_meant_is_told_with_the_others(
    layer: str, reason: str, tmp_path: Path
) -> None:
    frame(("599999", "x", SQUARE)).to_file(tmp_path / "a.gpkg", layer="obce")
    with_styles(tmp_path / "a.gpkg")
    named = ColumnMapping(code="kod", country="CZ", layer=layer)
    with pytest.raises(InputFileError, match=rf"'{layer}' {reason} \(layers: obce\)"):
        vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=named)


def test_styles_of_qgis_and_layers_without_the_code_do_not_stand_in_the_way(tmp_path: Path) -> None:
    frame(("599999", "Trojanovice", SQUARE)).to_file(tmp_path / "a.gpkg", layer="obce")
    with_styles(tmp_path / "a.gpkg")
    frame(("x", "silnice", SQUARE)).rename(columns={"kod": "cislo"}).to_file(
        tmp_path / "a.gpkg", layer="a_silnice"
    )
    got = vector_file.read(tmp_path / "a.gpkg", ORIGIN, mapping=CZECH)
    assert got.tables["municipality"]["name"].tolist() == ["Trojanovice"]


def test_several_folders_of_a_kml_are_told_with_their_names(write_text: Write) -> None:
    one = line("2467011", "18.5,49.9 18.6,49.9 18.6,50.0 18.5,49.9")
    text = kml(one).replace("</Document>", f"<Folder><name>powiaty</name>{one}</Folder></Document>")
    path = write_text(text, "gminy.kml")
    with pytest.raises(InputFileError, match=r"2 layers \(gminy, powiaty\).*gminy\.kml\.yaml"):
        vector_file.read(path, ORIGIN, mapping=GMINY)
    named = dataclasses.replace(GMINY, layer="gminy")
    assert vector_file.read(path, ORIGIN, mapping=named).rows_loaded == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "parts: {'0201013': {name: B, codes: [0201011]}}",
            r'parts: 66057 is no code; write codes in quotes, "0201011"',
        ),
        ("parts: {0201013: {name: B, codes: ['0201011']}}", "parts: 66059 is no code"),
        ("parts: {'0201013': {name: B, codes: [2.4e+6]}}", "parts: 2400000.0 is no code"),
        ("parts: {'0201013': {name: B, codes: [true]}}", "parts: True is no code"),
        ("parts: {'0201013': {codes: 1}}", "parts, 0201013: it needs a name and a list of codes"),
        ("parts: [1]", "parts is no table"),
        ("code_pattern: '['", "code_pattern is no regular expression"),
        ("swap_axes: ano", "swap_axes is neither true nor false"),
        ("code_digits: '7'", "code_digits is no small whole number"),
        ("layer: [a]", "layer is no text"),
    ],
)
def test_codes_that_yaml_took_for_numbers_are_told(text: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason):
        ColumnMapping.from_mapping(yaml.safe_load(f"code: kod\ncountry: PL\n{text}\n"), "my.yaml")


def test_numbers_that_say_the_same_as_text_are_text() -> None:
    content = yaml.safe_load(
        "code: 1\ncountry: CZ\ncrs: 5514\nparts: {554782: {name: Praha, codes: [500054]}}\n"
    )
    mapping = ColumnMapping.from_mapping(content, "my.yaml")
    assert (mapping.code, mapping.crs) == ("1", "EPSG:5514")


def test_a_mapping_from_yaml_says_all_that_is_wrong() -> None:
    with pytest.raises(ParameterError, match=r"unknown: colour; missing: country"):
        ColumnMapping.from_mapping({"code": "a", "colour": "red"}, "my.yaml")
    with pytest.raises(ParameterError, match="country 'DE' is unknown"):
        ColumnMapping.from_mapping({"code": "a", "country": "DE"}, "my.yaml")
    with pytest.raises(ParameterError, match="country '\\[1\\]' is unknown"):
        ColumnMapping.from_mapping({"code": "a", "country": [1]}, "my.yaml")


coordinates = st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=2, max_size=12)


@settings(deadline=None)
@given(coordinates)
def test_any_line_becomes_a_valid_area_or_nothing(points: list[tuple[float, float]]) -> None:
    shape = as_multipolygon(LineString(points))
    if shape is not None:
        assert shape.is_valid
        assert shape.area > 0
        assert shape.within(shapely.convex_hull(LineString(points)).buffer(1e-6))


def test_an_area_of_lines_and_points_is_nothing() -> None:
    with np.errstate(invalid="ignore"):
        broken = LineString([(np.nan, 0), (1, 1), (2, 0)])
    for shape in (None, Point(1, 1), Polygon(), LineString([(0, 0), (1, 1), (0, 0)]), broken):
        assert as_multipolygon(shape) is None


def raw(name: str, preset: str) -> SourceTables:
    return vector_file.read(
        Path(os.environ["DOSAH_RAW"]) / name, ORIGIN, mapping=vector_file.preset(ORIGIN, preset)
    )


@pytest.mark.raw
@pytest.mark.skipif(not RAW, reason="DOSAH_RAW names no folder of large real inputs")
def test_all_6279_features_of_the_topojson_are_6258_municipalities() -> None:
    got = raw("cz_obce_topojson.json", "cz_obce_topojson")
    assert (got.rows_read, got.rows_loaded, len(got.merged), len(got.rejected)) == (6279, 6258, 21, 0)
    assert all(shape.is_valid for shape in got.tables["municipality"]["geometry"])
    # 78,871 km² in degrees squared at 50° north; generalised borders still tile the country.
    assert sum(shape.area for shape in got.tables["municipality"]["geometry"]) == pytest.approx(
        9.84, abs=0.02
    )


@pytest.mark.raw
@pytest.mark.skipif(not RAW, reason="DOSAH_RAW names no folder of large real inputs")
def test_all_2478_gminy_of_the_kml_are_valid_polygons() -> None:
    got = concatenate([raw(f"gminy_PL_S{number}.kml", "pl_gminy_kml") for number in (1, 2)])
    table = got.tables["municipality"]
    assert (got.rows_read, len(table), len(got.merged), len(got.rejected)) == (2478, 2478, 0, 0)
    assert table["municipality_code"].is_unique
    assert all(shape.is_valid and shape.geom_type == "MultiPolygon" for shape in table["geometry"])
