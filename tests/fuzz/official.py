"""Readers of official sources: what publishers know, fetched or given as files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from etl.fetch.guard import GuardError, check_content
from etl.files import xmlsafe, zipfiles
from etl.sources import (
    cz_csu_hierarchy,
    cz_csu_population,
    cz_cuzk_address_points,
    cz_cuzk_boundaries,
    cz_mpsv_rpss,
    eu_gisco_lau,
    osm_social_facilities,
    pl_gugik_prg,
    pl_gus_bdl,
    pl_mrips_rjps,
    vector_file,
)
from etl.sources.formats import column_mapping
from etl.sources.formats.contract import SourceTables, load_origin
from tests.fuzz.target import Target, encoded, packed

SQUARE = {"type": "Polygon", "coordinates": [[[18.0, 49.0], [18.1, 49.0], [18.1, 49.1], [18.0, 49.0]]]}


def register_sample() -> bytes:
    facility = {
        "nazev": "Domov",
        "adresa": {
            "cisloDomovni": 1,
            "kodAdresnihoMista": 11867906,
            "psc": "35201",
            "obec": {"id": "Obec/554499"},
            "castObce": {"id": "CastObce/4"},
            "ulice": {"nazev": "Ulice"},
        },
        "utajenaAdresa": False,
        "poskytujeOd": "2007-01-01",
        "poskytujeDo": None,
    }
    record = {
        "portalId": 1,
        "identifikator": "5142853",
        "datumPoskytovaniOd": "2007-01-01",
        "datumPoskytovaniDo": "2020-12-31",
        "druhSocialniSluzby": {"id": "DruhSocialniSluzby/13"},
        "formy": [
            {
                "forma": {"id": "FormaSocialniSluzby/pob"},
                "kapacity": [{"pocet": 32, "popis": "x", "typ": {"id": "TypKapacitySocialniSluzby/luzka"}}],
            }
        ],
        "ciloveSkupiny": [{"cilovaSkupina": {"id": "CilovaSkupinaOsoby/24"}}],
        "vekoveSkupiny": [{"vekovaSkupina": {"id": "VekovaSkupinaOsoby/1"}}],
        "zarizeni": [facility, facility, {**facility, "utajenaAdresa": True}],
        "poskytovatel": {"ico": "00847267", "nazev": "Organizace", "weby": [{"web": "www.example.org"}]},
        "telefony": [{"telefon": "354525345"}],
    }
    return encoded(
        {
            "polozky": [
                record,
                {**record, "portalId": 2, "druhSocialniSluzby": {"id": "DruhSocialniSluzby/20"}},
            ]
        }
    )


def workbook_sample() -> bytes:
    import io

    import xlsxwriter

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet("data")
        groups = [f"{low}-{low + 4}" for low in range(0, 85, 5)]
        sheet.write_row(0, 0, ["POH", "ZUJ", "Obec", "Okres", "Kraj", "Celkem", "85+", "X", *groups, "85+"])
        sheet.write_row(1, 0, ["celkem", "599999", "Trojanovice", "a", "b", 18, 1, "", *[1] * 18])
    return sink.getvalue()


def vector_samples() -> tuple[tuple[bytes, str], ...]:
    import geopandas
    from shapely.geometry import shape

    made = [
        (
            encoded(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {"type": "Feature", "properties": {"kod": "599999", "nazev": "X"}, "geometry": SQUARE}
                    ],
                }
            ),
            "a.geojson",
        )
    ]
    topology = {
        "type": "Topology",
        "arcs": [SQUARE["coordinates"][0]],
        "objects": {
            "ob": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0]], "properties": {"kod": 599999, "nazev": "X"}}
                ],
            }
        },
    }
    made.append((encoded(topology), "a.json"))
    fields = (
        '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="kod">599999</SimpleData><SimpleData '
        'name="nazev">X</SimpleData></SchemaData></ExtendedData>'
    )
    kml = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Schema id="s" name="s"><SimpleField '
        'name="kod" type="string"/>'
        f'<SimpleField name="nazev" type="string"/></Schema><Placemark><name>X</name>{fields}<LineString>'
        f"<coordinates>18,49 18.1,49 18.1,49.1"
        "</coordinates></LineString></Placemark></Document></kml>"
    )
    made.append((kml.encode(), "a.kml"))
    with tempfile.TemporaryDirectory() as folder:
        frame = geopandas.GeoDataFrame(
            {"kod": ["599999"], "nazev": ["X"]}, geometry=[shape(SQUARE)], crs="EPSG:4326"
        )
        for name in ("a.gpkg", "a.fgb", "a.shp", "a.gml"):
            path = Path(folder) / name
            frame.to_file(path, engine="pyogrio")
            if name != "a.shp":
                made.append((path.read_bytes(), name))
        for layer in ("a", "b"):
            frame.to_file(Path(folder) / "refused.gpkg", layer=layer, engine="pyogrio")
        made.append(((Path(folder) / "refused.gpkg").read_bytes(), "refused.gpkg"))
        parts = {
            f"a{end}": (Path(folder) / f"a{end}").read_bytes() for end in (".shp", ".shx", ".dbf", ".prj")
        }
        made.append((packed(**parts), "a.zip"))
    return tuple(made)


EXCEPTION = (
    b'<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception '
    b'exceptionCode="x">'
    b"<ows:ExceptionText>too much</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)


def unzip(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        zipfiles.extract(path, Path(folder))


def guard(path: Path) -> None:
    for kind in ("json", "zip", "xml", "csv", "html", "any"):
        try:
            check_content(path, kind)  # type: ignore[arg-type]  # a plain loop over the known kinds
        except GuardError:
            continue


def bdl(path: Path) -> SourceTables:
    pl_gus_bdl.next_page(load_origin("pl_gus_bdl"), path, 0, year=2023)
    return pl_gus_bdl.read(path, load_origin("pl_gus_bdl"), year=2023)


def paged(path: Path) -> SourceTables:
    if path.suffix == ".json":
        cz_cuzk_boundaries.next_page(load_origin("cz_cuzk_boundaries"), path, 0)
    return cz_cuzk_boundaries.read(path, load_origin("cz_cuzk_boundaries"))


def address_points(path: Path) -> SourceTables:
    cz_cuzk_address_points.read(path, load_origin("cz_cuzk_address_points"), wanted={"1"})
    return cz_cuzk_address_points.read(path, load_origin("cz_cuzk_address_points"))


def wfs(path: Path) -> SourceTables:
    pl_gugik_prg.next_page(load_origin("pl_gugik_prg"), path, 0)
    return pl_gugik_prg.read(path, load_origin("pl_gugik_prg"))


def targets() -> list[Target]:
    gml = 'xmlns:gml="http://www.opengis.net/gml/3.2"'
    ring = "231000 471000 235000 471000 235000 475000 231000 471000"
    prg = (
        f'<?xml version="1.0"?><w:FeatureCollection xmlns:w="w" xmlns:ms="m" {gml} numberReturned="1">'
        f"<w:member><ms:A03_Granice_gmin><ms:msGeometry>"
        f'<gml:Polygon srsName="urn:ogc:def:crs:EPSG::2180"><gml:exterior><gml:LinearRing>'
        f"<gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior>"
        "</gml:Polygon></ms:msGeometry><ms:JPT_KOD_JE>2467011</ms:JPT_KOD_JE></ms:A03_Granice_gmin>"
        "</w:member></w:FeatureCollection>"
    ).encode()
    ring = "-481000 -1135000 -479000 -1135000 -479000 -1133000 -481000 -1135000"
    exchange = (
        f'<vf:VymennyFormat xmlns:vf="v" {gml} xmlns:o="o"><vf:Obec><o:Kod>599999</o:Kod>'
        f"<o:Nazev>X</o:Nazev><o:OriginalniHranice><gml:Polygon>"
        f"<gml:exterior><gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior>"
        f"</gml:Polygon></o:OriginalniHranice></vf:Obec></vf:VymennyFormat>"
    ).encode()
    page = encoded(
        {
            "features": [{"properties": {"kod": 599999, "nazev": "X"}, "geometry": SQUARE}],
            "exceededTransferLimit": True,
        }
    )
    points = (
        "Kód ADM;Kód obce;Název obce;Název části obce;Název ulice;Typ SO;Číslo domovní;Číslo orientační;"
        "Znak čísla orientačního;PSČ;Souřadnice Y;Souřadnice X\n"
        "1;599999;X;X;Příčná;č.p.;2;;;74401;479862.17;1133960.17\n"
    ).encode("cp1250")
    arc = encoded(
        {"features": [{"attributes": {"kod": 1, "adresa": "a"}, "geometry": {"x": 18.1, "y": 49.5}}]}
    )
    census = b"hodnota,uzemi_cis,uzemi_kod,vek_txt,pohlavi_txt\n20,43,599999,0 - 4 roky,\n5,43,599999,,\n"
    datastat = (
        "Ukazatel,Uz45B.Polozka,CasRB.Polozka,VekSkupZakl.Polozka,Hodnota\r\n"
        '"Počet obyvatel k 31. 12. (koncový stav)","598143","2024","VEK014","7"\n'
    )
    wide = (
        "KOD_OBEC,NAZ_OBEC,NAZ_POU,KOD_ORP,NAZ_ORP,KOD_LAU1,NAZ_LAU1,KOD_CZNUTS3,NAZ_CZNUTS3\n"
        "598143,F,F,8107,F,CZ0802,F,CZ080,M\n"
    )
    relation = "kodcis1,chodnota1,text1,kodcis2,chodnota2,text2\n43,598143,F,65,8107,F\n"
    bank = encoded(
        {
            "variableId": 72305,
            "totalRecords": 1,
            "results": [{"id": "042414467011", "name": "X", "values": [{"year": "2023", "val": 5}]}],
        }
    )
    units = encoded([{"id": 7, "x": 19.1, "y": 50.6}])
    lau = encoded(
        {
            "features": [
                {
                    "properties": {
                        "GISCO_ID": "CZ_554782",
                        "CNTR_CODE": "CZ",
                        "LAU_ID": "554782",
                        "POP_2024": 5,
                        "AREA_KM2": 1.5,
                    },
                    "geometry": SQUARE,
                }
            ]
        }
    )
    osm = encoded(
        {
            "elements": [
                {
                    "type": "node",
                    "id": 1,
                    "lat": 49.5,
                    "lon": 18.3,
                    "tags": {
                        "amenity": "social_facility",
                        "capacity": "4",
                        "phone": "+420 558 000 000",
                        "website": "a.example",
                    },
                }
            ]
        }
    )
    mapping = column_mapping.ColumnMapping(
        code="kod", name="nazev", country="CZ", crs="EPSG:4326", code_pattern=r"^\d{6}$"
    )
    archive = packed(**{"CSV/a.csv": points, "b.txt": b"x" * 500})

    return [
        Target(
            "cz_mpsv_rpss",
            lambda path: cz_mpsv_rpss.read(path, load_origin("cz_mpsv_rpss")),
            ((register_sample(), "rpss.json"),),
        ),
        Target(
            "cz_csu_population",
            lambda path: cz_csu_population.read(path, load_origin("cz_csu_population")),
            ((workbook_sample(), "2020.xlsx"), (census, "census.csv"), (datastat.encode(), "datastat.csv")),
        ),
        Target(
            "cz_csu_hierarchy",
            lambda path: cz_csu_hierarchy.read(path, load_origin("cz_csu_hierarchy")),
            ((wide.encode(), "a.csv"), (relation.encode(), "b.csv")),
        ),
        Target(
            "cz_cuzk_boundaries",
            paged,
            ((exchange, "a.xml"), (packed(**{"a.xml": exchange}), "a.xml.zip"), (page, "a.json")),
        ),
        Target(
            "cz_cuzk_address_points", address_points, ((points, "a.csv"), (archive, "a.zip"), (arc, "a.json"))
        ),
        Target("pl_gugik_prg", wfs, ((prg, "a.xml"), (EXCEPTION, "refused.xml"))),
        Target("pl_gus_bdl", bdl, ((bank, "a.json"),)),
        Target(
            "pl_mrips_rjps",
            lambda path: pl_mrips_rjps.read(path, load_origin("pl_mrips_rjps")),
            ((units, "a.json"), (b"id,x,y,categories,teryt,nazwa\n1,19,50,a,2404042,X\n", "a.csv")),
        ),
        Target(
            "pl_mrips_rjps_card",
            lambda path: pl_mrips_rjps.read_card(path, load_origin("pl_mrips_rjps")),
            ((b"<html>ustawMetaDataDlaJednostki('a','{\"nazwa\": \"DPS\"}')</html>", "a.html"),),
        ),
        Target(
            "eu_gisco_lau",
            lambda path: eu_gisco_lau.read(path, load_origin("eu_gisco_lau")),
            ((lau, "a.geojson"),),
        ),
        Target(
            "osm_social_facilities",
            lambda path: osm_social_facilities.read(path, load_origin("osm_social_facilities")),
            ((osm, "a.json"),),
        ),
        Target(
            "vector_file",
            lambda path: vector_file.read(path, load_origin("vector_file"), mapping=mapping),
            vector_samples(),
        ),
        Target("zipfiles", unzip, ((archive, "a.zip"),)),
        Target("xmlsafe", xmlsafe.check_xml, ((exchange, "a.xml"),)),
        Target("fetch_guard", guard, ((archive, "a"), (prg, "b"), (bank, "c"))),
    ]


def check(result: object) -> None:
    """What must hold of any answer."""
    if not isinstance(result, SourceTables):
        return
    assert result.rows_loaded >= 0
    assert result.rejected["row_number"].is_unique
    for name, table in result.tables.items():
        if "geometry" in table:
            assert all(
                shape.is_valid and shape.geom_type == "MultiPolygon" and not shape.is_empty
                for shape in table["geometry"]
            ), name
        for column in table.columns[table.dtypes == "str"]:
            # What cannot be written as UTF-8 would stop the build at the very end.
            texts = table[column].dropna()
            assert all(text.encode() and text.isprintable() for text in texts), (name, column)
        if "persons" in table:
            assert (table["persons"].dropna() >= 0).all(), name
        if "capacity_number" in table:
            numbers = table["capacity_number"].dropna()
            assert (numbers >= 0).all(), name
            assert np.isfinite(numbers).all(), name
        if "is_protected" in table:
            hidden = table[table["is_protected"]]
            assert (
                hidden[["name", "municipality_code", "street_address", "postal_code", "address_point_code"]]
                .isna()
                .all(axis=None)
            ), name
