"""
A whole country from official files, small enough to count by hand: eight municipalities,
a register with every trap, ages of another year.

The oracles are plain Python on the files that the test itself writes.
"""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
import xlsxwriter
from typer.testing import CliRunner

from etl.cli import app
from etl.country.official import sources_of_country, split_paths
from etl.publish.build import Own, build
from etl.publish.own import publish, withdraw
from geodata.dataset.dataset import Dataset, read_dataset
from geodata.errors import InputFileError, ParameterError
from geodata.method.analysis import Settings, analyse

DAY = "2026-09-04"
BANDS = [*(f"{low}-{low + 4}" for low in range(0, 85, 5)), "85+"]
# Code, name, ORP, district, place in a grid of squares (column, row).
PLACES = {
    "598143": ("Frýdlant nad Ostravicí", "8107", "CZ0802", (0, 0)),
    "598011": ("Čeladná", "8107", "CZ0802", (1, 0)),
    "598089": ("Bruzovice", "8106", "CZ0802", (2, 0)),
    "598003": ("Frýdek-Místek", "8106", "CZ0802", (3, 0)),
    "554821": ("Ostrava", "8119", "CZ0806", (0, 1)),
    "599999": ("Trojanovice", "8106", "CZ0804", (1, 1)),
}
NAMES = {"CZ0802": "Frýdek-Místek", "CZ0806": "Ostrava-město", "CZ0804": "Nový Jičín"}
NO_OUTLINE, NO_AGES, NEW = "598089", "599999", "500999"
SQUARE = 0.05


def square(column: int, row: int) -> dict[str, Any]:
    west, south = 18.2 + column * SQUARE, 49.5 + row * SQUARE
    ring = [
        [west, south],
        [west + SQUARE, south],
        [west + SQUARE, south + SQUARE],
        [west, south + SQUARE],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def middle(code: str) -> tuple[float, float]:
    column, row = PLACES[code][3]
    return 49.5 + (row + 0.5) * SQUARE, 18.2 + (column + 0.5) * SQUARE


def facility(name: str, code: str, **more: Any) -> dict[str, Any]:
    address = {
        "cisloDomovni": 1,
        "kodAdresnihoMista": more.pop("point", None),
        "psc": "73911",
        "obec": {"id": f"Obec/{code}"},
        "ulice": {"nazev": more.pop("street", "Hlavní")},
    }
    return {"nazev": name, "adresa": address, "utajenaAdresa": False, "poskytujeOd": "2010-01-01", **more}


def registration(  # noqa: PLR0917 - a row of the table below
    number: int, kind: int, form: str, unit: str, size: Any, facilities: Any, **more: Any
) -> dict[str, Any]:
    capacity = [{"pocet": size, "popis": None, "typ": {"id": f"TypKapacitySocialniSluzby/{unit}"}}]
    return {
        "portalId": number,
        "datumPoskytovaniOd": "2010-01-01",
        "druhSocialniSluzby": {"id": f"DruhSocialniSluzby/{kind}"},
        "formy": [{"forma": {"id": f"FormaSocialniSluzby/{form}"}, "kapacity": capacity}],
        "ciloveSkupiny": [{"cilovaSkupina": {"id": "CilovaSkupinaOsoby/24"}}],
        "zarizeni": facilities,
        "poskytovatel": {"ico": f"{number:08d}", "nazev": f"Organizace {number}, z. s."},
        **more,
    }


SECRET = "Skrytá ulice"  # noqa: S105 - an address, not a password
REGISTER = [
    # Two sites, one listed twice; home care; the capacity belongs to the registration once.
    registration(
        1,
        4,
        "ter",
        "klient",
        40,
        [
            facility("Pečovatelská služba", "598143", point=111),
            facility("Pečovatelská služba", "598143", point=111),
            facility("Pobočka", "598011"),
            facility("Zavřená pobočka", "598011", street="Stará", poskytujeDo="2024-06-30"),
            facility("Nová pobočka", "598011", street="Nová", poskytujeOd="2030-01-01"),
        ],
    ),
    registration(2, 13, "pob", "luzka", 100, [facility("Domov", "598003", point=222)]),
    # A registration that has ended, with a facility that the file leaves open.
    registration(
        3, 13, "pob", "luzka", 50, [facility("Bývalý domov", "598003")], datumPoskytovaniDo="2020-12-31"
    ),
    registration(4, 4, "ter", "klient", 5, [facility("Budoucí", "598143")], datumPoskytovaniOd="2030-01-01"),
    # A shelter with a secret address.
    registration(
        5, 20, "pob", "luzka", 12, [facility("Útulek u lesa", "554821", street=SECRET, utajenaAdresa=True)]
    ),
    registration(6, 4, "ter", "klient", 60, None),
    # In force, but its only facility has ended: the registration leads.
    registration(7, 4, "ter", "klient", 20, [facility("Sporná", "598089", poskytujeDo="2024-01-01")]),
    registration(
        8, 99, "amb", "klient", 1, [facility("Cizí druh", "598143"), facility("Cizí druh 2", "598143")]
    ),
    registration(9, 4, "ter", "klient", 9000, [facility("Roční číslo", "598003", street="Velká")]),
]


def write_ages(path: Path, codes: dict[str, int]) -> Path:
    """Write an age workbook: in every band as many persons as said, half of them men."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["POH", "ZUJ", "Obec", "Celkem", *BANDS])
    row = 1
    for code, each in codes.items():
        for sex, count in (("", 2 * each), ("muži", each), ("ženy", each)):
            sheet.write_row(row, 0, [sex, code, "x", count * len(BANDS), *([count] * len(BANDS))])
            row += 1
    book.close()
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    return write_files(tmp_path)


def write_files(tmp_path: Path) -> dict[str, Path]:
    """
    Official files of a small country: one municipality without an outline, one without ages,
    one that the hierarchy lacks.
    """
    heading = "KOD_OBEC,NAZ_OBEC,NAZ_POU,KOD_ORP,NAZ_ORP,KOD_LAU1,NAZ_LAU1,KOD_CZNUTS3,NAZ_CZNUTS3"
    lines = [
        f"{code},{name},{name},{orp},ORP {orp},{district},{NAMES[district]},CZ080,Moravskoslezský kraj"
        for code, (name, orp, district, _) in PLACES.items()
    ]
    hierarchy = tmp_path / "hierarchy.csv"
    hierarchy.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    features = [
        {
            "type": "Feature",
            "properties": {"kod": code, "ob": municipality[0]},
            "geometry": square(*municipality[3]),
        }
        for code, municipality in PLACES.items()
        if code != NO_OUTLINE
    ]
    features.append(
        {"type": "Feature", "properties": {"kod": NEW, "ob": "Nová Ves"}, "geometry": square(4, 0)}
    )
    outlines = tmp_path / "outlines.geojson"
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    small = write_ages(tmp_path / "2020_small.xlsx", {"598011": 10, "598089": 4, "501234": 7})
    large = write_ages(tmp_path / "2020_large.xlsx", {"598143": 50, "598003": 200, "554821": 900, NEW: 3})
    register = tmp_path / "rpss.json"
    register.write_text(json.dumps({"polozky": REGISTER}, ensure_ascii=False), encoding="utf-8")
    return {
        "cz_csu_hierarchy": hierarchy,
        "vector_file": outlines,
        "cz_csu_population": Path(f"{small},{large}"),
        "cz_mpsv_rpss": register,
    }


def make(files: dict[str, Path], output: Path, **more: Any) -> tuple[Dataset, Any]:
    report = build(output, files, country="CZ", data_date=DAY, **more)
    return read_dataset(output), report


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Any]:
    folder = tmp_path_factory.mktemp("country")
    return make(write_files(folder), folder / "out" / "cz.gpkg")


def accounts(dataset: Dataset) -> dict[str, tuple[int, int, int, int]]:
    return {row[0]: tuple(row[1:]) for row in dataset["accounting"].itertuples(index=False)}


def test_every_row_of_every_file_is_accounted_for(made):
    dataset, _ = made
    counts = accounts(dataset)
    facilities = sum(len(record["zarizeni"] or [None]) for record in REGISTER)
    # Loaded: all but one listed twice, two not in force beside an open one, two of an unknown kind.
    assert counts["cz_mpsv_rpss"] == (facilities, facilities - 5, 1, 4)
    assert counts["cz_csu_hierarchy"] == (6, 6, 0, 0)
    assert counts["vector_file"] == (6, 6, 0, 0)
    # Seven municipalities by three sexes; one code is nowhere else known.
    assert counts["cz_csu_population"] == (21, 18, 0, 3)
    assert "snapshot_register" not in counts, "the embedded register must not be mixed with today's"
    for origin, (read, loaded, merged, rejected) in counts.items():
        assert read == loaded + merged + rejected, origin
    rejected = dataset["rejected"]
    assert sorted(rejected.loc[rejected["origin_id"] == "cz_mpsv_rpss", "reason"]) == [
        "ended",
        "not_started",
        "unknown_kind",
        "unknown_kind",
    ]


def test_differing_sets_of_codes_are_told_and_nobody_is_dropped(made):
    dataset, report = made
    municipality = dataset["municipality"].set_index("municipality_code")
    czech = municipality[municipality["country"] == "CZ"]
    assert set(czech.index) == {*PLACES, NEW}
    assert NO_OUTLINE not in set(dataset.outlines()["municipality_code"])
    assert "obrys chybí" in czech.loc[NO_OUTLINE, "outline_state"]
    # The middle of the two other municipalities of the district.
    others = [middle(code) for code in ("598143", "598011", "598003")]
    wanted = sum(row[0] for row in others) / 3
    assert czech.loc[NO_OUTLINE, "latitude"] == pytest.approx(wanted, abs=1e-6)
    population = dataset["population"]
    assert NO_AGES not in set(population["municipality_code"])
    assert pd.isna(czech.loc[NO_AGES, "edge_distance_m"])
    assert czech.loc[NEW, "district_code"] == "CZ0802", "nearest is Frýdek-Místek"
    notes = " ".join(report.notes)
    for what in (NO_OUTLINE, NO_AGES, NEW, "501234"):
        assert what in notes, what


def test_ages_are_those_of_the_files_and_the_nation_stays_whole(made):
    dataset, report = made
    population = dataset["population"]
    czech = population[population["origin_id"] == "cz_csu_population"]
    persons = czech[czech["sex"] == "total"].groupby("municipality_code")["persons"].sum().to_dict()
    assert persons == {
        "598011": 360,
        "598089": 144,
        "598143": 1800,
        "598003": 7200,
        "554821": 32400,
        NEW: 108,
    }
    # One municipality has no ages: a sum of the others would be no nation, so the embedded figure stays.
    national = dataset["national_population"]
    assert set(national["origin_id"]) == {"snapshot_national_population"}
    assert int(national.loc[national["sex"] == "total", "persons"].sum()) == 10_701_777
    assert any("national population" in note for note in report.notes)


def test_the_nation_is_summed_where_every_municipality_has_ages(files, tmp_path):
    more = write_ages(tmp_path / "2020_more.xlsx", {NO_AGES: 2})
    files["cz_csu_population"] = Path(f"{files['cz_csu_population']},{more}")
    dataset, _ = make(files, tmp_path / "whole.gpkg")
    national = dataset["national_population"]
    assert set(national["origin_id"]) == {"cz_csu_population"}
    total = national.loc[national["sex"] == "total", "persons"].sum()
    assert total == 2 * 18 * (10 + 4 + 50 + 200 + 900 + 3 + 2)
    assert "snapshot_national_population" not in accounts(dataset)


def test_capacity_is_counted_once_and_the_benchmark_is_the_registers_own(made):
    dataset, _ = made
    capacity, service = dataset["capacity"], dataset["service"]
    own = capacity[capacity["service_id"].str.startswith("cz-rpss-")]
    sizes = {row.service_id: row.capacity_number for row in own.itertuples()}
    assert sizes == {
        f"cz-rpss-{n}": size
        for n, size in ((1, 40), (2, 100), (3, 50), (4, 5), (5, 12), (6, 60), (7, 20), (9, 9000))
    }
    status = service.set_index("service_id")["status"]
    assert status["cz-rpss-3"] == "ended"
    assert status["cz-rpss-4"] == "planned"
    benchmark = dataset["benchmark"].set_index(["service_type_code", "form", "unit"])
    home = benchmark.loc[("cz-40", "ter", "klient")]
    # In force: 40, 60, 20 and a number of another magnitude; the median of four is 50.
    assert (home["registrations"], home["capacity_number"], home["median"]) == (4, 9120, 50)
    assert (home["registrations_within_bound"], home["capacity_within_bound_number"]) == (3, 120)
    # Of the first registration two facilities are in force; one has ended, one begins later,
    # one is listed twice.
    assert home["capacity_per_site_number"] == 40 * 2 + 60 + 20 + 9000
    assert home[["capacity_per_year_number", "registrations_per_year"]].tolist() == [0, 0]
    assert set(dataset["benchmark"]["origin_id"]) == {"cz_mpsv_rpss"}
    assert set(dataset["benchmark"]["reference_date"]) == {DAY}
    doubtful = own.set_index("service_id")["basis"]
    assert doubtful["cz-rpss-9"] == "doubtful"
    assert doubtful["cz-rpss-1"] == "at_one_time"


def test_facilities_not_in_force_take_no_share_but_the_registration_leads(made):
    dataset, report = made
    site = dataset["site"]
    of = {key: sorted(part["name"].fillna("?")) for key, part in site.groupby("service_id")}
    assert of["cz-rpss-1"] == ["Pečovatelská služba", "Pobočka"]
    assert of["cz-rpss-3"] == ["Bývalý domov"], "the sites of an ended registration stay with it"
    assert of["cz-rpss-7"] == ["Sporná"]
    assert of["cz-rpss-6"] == ["?"], "a registration without a facility keeps a place, an unknown one"
    quality = site.set_index("site_id")["location_quality"]
    assert quality["cz-rpss-6-s1"] == "unknown"
    # A secret address is a place, one listed twice is one place, and a registration without any has one.
    sites = dataset["service"].set_index("service_id")["sites_total"]
    assert {n: sites[f"cz-rpss-{n}"] for n in (1, 2, 5, 6, 7)} == {1: 2, 2: 1, 5: 1, 6: 1, 7: 1}
    assert sites[[name for name in sites.index if not name.startswith("cz-rpss-")]].isna().all()
    assert any("1 registrations in force have no facility in force" in note for note in report.notes)


def test_a_secret_address_is_nowhere_finer_than_its_district(made):
    dataset, _ = made
    site = dataset["site"].set_index("site_id").loc["cz-rpss-5-s1"]
    assert site["is_protected"]
    assert site["district_code"] == "CZ0806"
    for column in ("municipality_code", "street_address", "name", "latitude", "longitude", "postal_code"):
        assert pd.isna(site[column]), column
    content = dataset.path.read_bytes()
    for secret in (SECRET, "Útulek u lesa"):
        assert secret.encode() not in content, secret


def test_a_page_does_not_tell_where_a_secret_address_is(files, tmp_path):
    # Page P014 is joined to registration 118 by a person's decision;
    # here that registration's address is secret.
    secret = registration(
        118, 13, "pob", "luzka", 20, [facility("Domov", "554821", street=SECRET, utajenaAdresa=True)]
    )
    content = json.dumps({"polozky": [*REGISTER, secret]}, ensure_ascii=False)
    files["cz_mpsv_rpss"].write_text(content, encoding="utf-8")
    dataset, _ = make(files, tmp_path / "cz.gpkg")
    linked = dataset["linked"].set_index("record_id").loc["P014"]
    assert linked["service_id"] == "cz-rpss-118"
    assert pd.isna(linked["detail"])
    service = dataset["service"].set_index("service_id").loc["cz-rpss-118"]
    for column in ("note", "source_url", "served_area_text"):
        assert pd.isna(service[column]), column
    assert "Jablunkov" not in service["name"]


def test_address_points_locate_and_far_ones_are_not_believed(files, tmp_path):
    near, far = middle("598143"), (50.08, 14.42)
    points = {
        "spatialReference": {"wkid": 4326},
        "features": [
            {"attributes": {"kod": 111, "adresa": "x"}, "geometry": {"x": near[1], "y": near[0]}},
            {"attributes": {"kod": 222, "adresa": "x"}, "geometry": {"x": far[1], "y": far[0]}},
            {"attributes": {"kod": 333, "adresa": "not asked for"}, "geometry": {"x": 18.2, "y": 49.6}},
        ],
    }
    files["cz_cuzk_address_points"] = tmp_path / "points.json"
    files["cz_cuzk_address_points"].write_text(json.dumps(points), encoding="utf-8")
    dataset, report = make(files, tmp_path / "cz.gpkg")
    site = dataset["site"].set_index("site_id")
    assert site.loc["cz-rpss-1-s1", "location_quality"] == "address_point"
    assert site.loc["cz-rpss-1-s1", "latitude"] == pytest.approx(near[0])
    assert site.loc["cz-rpss-2-s1", "location_quality"] == "municipality", "Prague is not Frýdek-Místek"
    assert accounts(dataset)["cz_cuzk_address_points"] == (2, 2, 0, 0)
    assert any("222" in note and "outside the municipality" in note for note in report.notes)


def test_the_register_is_complete_for_every_group(made):
    dataset, _ = made
    assert dataset.facts["register_scope_cz"] == "all"
    for group in ("home_care", "residential_seniors", "social_rehabilitation"):
        assert analyse(dataset, group, "CZ").is_register_complete, group
    assert not analyse(dataset, "home_care", "PL").is_register_complete


def test_served_waiting_and_out_of_reach_add_up_to_demand(made):
    dataset, _ = made
    coverage = analyse(dataset, "home_care", "CZ", settings=Settings()).coverage
    assert len(coverage) == len(PLACES) + 1
    parts = coverage[["served_places", "waiting_places", "out_of_reach_places"]].sum(axis=1, min_count=3)
    known = coverage["demand_places"].notna()
    assert (parts[known] - coverage.loc[known, "demand_places"]).abs().max() < 1e-9
    assert coverage.set_index("municipality_code").loc[NO_AGES, "demand_places"] != 0, "unknown is not zero"
    assert pd.isna(coverage.set_index("municipality_code").loc[NO_AGES, "demand_places"])


def test_ages_of_the_census_are_accounted_for_by_age_group(files, tmp_path):
    lines = ["hodnota,uzemi_cis,uzemi_kod,vek_txt,pohlavi_txt", "999,100,3018,0-4,"]
    for code, each in (("598143", 50), ("598011", 10), ("501234", 7)):
        for sex, count in (("", 2 * each), ("muž", each), ("žena", each)):
            lines += [f"{count},43,{code},{band},{sex}" for band in BANDS]
    census = tmp_path / "census.csv"
    census.write_text("\n".join(lines) + "\n", encoding="utf-8")
    files["cz_csu_population"] = census
    dataset, _ = make(files, tmp_path / "cz.gpkg")
    rows = 3 * len(BANDS)
    assert accounts(dataset)["cz_csu_population"] == (3 * rows, 2 * rows, 0, rows)
    population = dataset["population"]
    czech = population[(population["origin_id"] == "cz_csu_population") & (population["sex"] == "total")]
    assert czech.groupby("municipality_code")["persons"].sum().to_dict() == {"598143": 1800, "598011": 360}
    assert set(czech["reference_date"]) == {"2021-03-26"}


def test_outlines_without_a_register_keep_the_embedded_one(files, tmp_path):
    del files["cz_mpsv_rpss"]
    dataset, _ = make(files, tmp_path / "cz.gpkg")
    assert accounts(dataset)["snapshot_register"] == (242, 207, 35, 0)
    assert "register_scope_cz" not in dataset.facts
    assert not analyse(dataset, "social_rehabilitation", "CZ").is_register_complete
    assert set(dataset["benchmark"]["origin_id"]) == {"snapshot_national_capacity"}


def test_codes_of_target_groups_become_groups_and_the_unnamed_stay_codes(files, tmp_path):
    register = [dict(record) for record in REGISTER]
    register[1]["ciloveSkupiny"] = [{"cilovaSkupina": {"id": f"CilovaSkupinaOsoby/{n}"}} for n in (7, 77)]
    files["cz_mpsv_rpss"].write_text(json.dumps({"polozky": register}, ensure_ascii=False), encoding="utf-8")
    lists = tmp_path / "lists"
    lists.mkdir()
    names = {"polozky": [{"id": "CilovaSkupinaOsoby/7", "nazev": {"cs": "osoby bez přístřeší"}}]}
    (lists / "target_groups.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
    files["cz_mpsv_rpss"] = Path(f"{files['cz_mpsv_rpss']},{lists}")
    dataset, report = make(files, tmp_path / "cz.gpkg")
    group = dataset["service_target_group"]
    groups = {
        (row.service_id, row.target_group_code): row.is_inferred
        for row in group.itertuples()
        if row.service_id in ("cz-rpss-1", "cz-rpss-2")
    }
    assert groups == {("cz-rpss-1", "seniors"): False, ("cz-rpss-2", "homeless"): True}
    assert any("1 codes of target groups have no name (77)" in note for note in report.notes)


def test_the_same_files_give_the_same_dataset(files, tmp_path):
    first, _ = make(files, tmp_path / "a.gpkg")
    second, _ = make(files, tmp_path / "b.gpkg")
    assert first.path.read_bytes() == second.path.read_bytes()


def test_an_own_area_of_five_codes(files, tmp_path):
    area = tmp_path / "moje.yaml"
    codes = ["598143", "598011", "598089", "598003", NEW]
    area.write_text(
        "area_id: moje-uzemi\nname: Moje území\nkind: město\nmembership: {certainty: confirmed}\n"
        'municipalities: ["' + '", "'.join(codes) + '"]\n',
        encoding="utf-8",
    )
    dataset, _ = make(files, tmp_path / "cz.gpkg", own=Own(areas=[area]))
    membership = dataset["area_membership"]
    assert sorted(membership.loc[membership["area_id"] == "moje-uzemi", "municipality_code"]) == sorted(codes)
    assert analyse(dataset, "home_care", "CZ", "moje-uzemi").coverage["served_places"].sum() > 0


def test_a_table_is_published_into_a_country_built_as_it_was(files, tmp_path, monkeypatch):
    area, table, output = tmp_path / "moje.yaml", tmp_path / "klub.csv", tmp_path / "out" / "cz.gpkg"
    area.write_text(
        "area_id: moje\nname: Moje\nkind: město\nmembership: {certainty: confirmed}\n"
        'municipalities: ["598143", "598011"]\n',
        encoding="utf-8",
    )
    table.write_text(
        "service_name;provider_name;service_type;municipality;source\n"
        "Klub;Obec;follow-on-seniors-club;598011;sdělení\n",
        encoding="utf-8",
    )
    before, _ = make(files, output, own=Own(areas=[area]))
    monkeypatch.chdir(tmp_path.parent)  # whoever publishes works in another folder
    name, report = publish(output, table)
    after = read_dataset(output)
    assert report.changes is not None
    assert [change.kind for change in report.changes.changes] == ["service_added"]
    assert after.facts["sources_cz"] == before.facts["sources_cz"]
    assert "moje" in set(after["area"]["area_id"])
    withdraw(output, name)
    gone = set(read_dataset(output)["tombstone"]["name"]) - set(before["tombstone"]["name"])
    assert (gone, len(read_dataset(output)["service"])) == ({"Klub"}, len(before["service"]))


def test_a_source_of_the_other_country_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="pl_gus_bdl is no source of CZ"):
        sources_of_country("CZ", {"pl_gus_bdl": tmp_path})
    with pytest.raises(ParameterError, match="no official sources for the country “SK”"):
        sources_of_country("SK", {})
    with pytest.raises(ParameterError, match="Give the outlines once"):
        sources_of_country("CZ", {"vector_file": tmp_path, "cz_cuzk_boundaries": tmp_path})


def test_a_missing_part_names_the_next_command(files, tmp_path):
    del files["vector_file"], files["cz_csu_hierarchy"]
    with pytest.raises(ParameterError, match=r"outlines .*cz_csu_hierarchy.*dosah fetch --country CZ"):
        make(files, tmp_path / "cz.gpkg")
    assert not (tmp_path / "cz.gpkg").exists()


def test_one_file_given_twice_counts_nobody_twice(files, tmp_path):
    files["cz_csu_population"] = Path(f"{files['cz_csu_population']},{tmp_path / '2020_small.xlsx'}")
    with pytest.raises(InputFileError, match="3 municipalities stand in two of the given files"):
        make(files, tmp_path / "cz.gpkg")


def test_paths_with_a_comma_of_their_own(tmp_path):
    odd = tmp_path / "a,b.json"
    odd.write_text("{}", encoding="utf-8")
    assert split_paths(odd) == (odd,)
    assert split_paths(Path("a,b")) == (Path("a"), Path("b"))


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>gminy</name>{marks}</Folder></Document></kml>
"""


def test_polish_gminy_of_a_kml_with_open_rings_and_unknown_ages(tmp_path):
    def mark(code: str, west: float) -> str:
        ring = f"{west},50.0 {west + 0.1},50.0 {west + 0.1},50.1 {west},50.1"
        return (
            f"<Placemark><name>{code}</name><LineString><coordinates>{ring}</coordinates></LineString>"
            f"</Placemark>"
        )

    first, second = tmp_path / "a.kml", tmp_path / "b.kml"
    # Mikołów is known from the snapshot with its ages, the other one is not.
    first.write_text(KML.format(marks=mark("2408021", 18.8)), encoding="utf-8")
    second.write_text(KML.format(marks=mark("0222033", 17.0)), encoding="utf-8")
    output = tmp_path / "pl.gpkg"
    report = build(output, {"vector_file": Path(f"{first},{second}")}, country="PL", data_date=DAY)
    dataset = read_dataset(output)
    municipality = dataset["municipality"].set_index("municipality_code")
    polish = municipality[municipality["country"] == "PL"]
    assert dict(polish["name"]) == {"2408021": "Mikołów", "0222033": "gmina 0222033"}
    assert polish.loc["0222033", "region_name"] == "dolnośląskie"
    shapes = dataset.outlines().set_index("municipality_code")["geometry"]
    assert shapely.is_valid(shapes["0222033"])
    assert shapes["0222033"].area == pytest.approx(0.01)
    population = dataset["population"]
    assert set(population["municipality_code"]) & set(polish.index) == {"2408021"}
    assert accounts(dataset)["vector_file"] == (2, 2, 0, 0)
    assert any("have no ages" in note for note in report.notes)
    assert (municipality["country"] == "CZ").sum() == 375, "the embedded part of the neighbour stays"


# --- dosah fetch --------------------------------------------------------------------------------------------


class Server(http.server.ThreadingHTTPServer):
    """Answers with the files it holds by path; what it does not hold is 404."""

    daemon_threads = True

    def __init__(self) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.server.asked.append(self.path)
                body, kind = self.server.pages.get(self.path, (b"gone", "text/plain"))
                self.send_response(200 if self.path in self.server.pages else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, tuple[bytes, str]] = {}
        self.asked: list[str] = []


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join(5)


@pytest.fixture
def official(server: Server, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Server:
    """
    Let the addresses of the origin YAMLs point to the local server,
    which gives the register and the hierarchy only.
    """
    import dataclasses

    from etl.fetch import obtain
    from etl.sources.formats.contract import load_origin as real

    root = f"http://127.0.0.1:{server.server_address[1]}"

    def local(origin_id: str) -> Any:
        origin = real(origin_id)
        return dataclasses.replace(origin, urls={name: f"{root}/{origin_id}/{name}" for name in origin.urls})

    monkeypatch.setattr(obtain, "load_origin", local)
    # Between two calls to one host the fetcher waits; this host is ours.
    monkeypatch.setattr("etl.fetch.fetcher.Fetcher._be_polite", lambda *_: None)
    server.pages["/cz_mpsv_rpss/register"] = (files["cz_mpsv_rpss"].read_bytes(), "application/json")
    names = json.dumps({"polozky": [{"id": "CilovaSkupinaOsoby/24", "nazev": {"cs": "senioři"}}]}).encode()
    for name in (
        "kinds",
        "target_groups",
        "forms",
        "units",
        "age_groups",
        "regions",
        "districts",
        "municipalities",
        "parts",
    ):
        server.pages[f"/cz_mpsv_rpss/{name}"] = (names, "application/json")
    relation = ['"KODCIS1","CHODNOTA1","TEXT1","KODCIS2","CHODNOTA2","TEXT2"']
    relation += [
        f'"43","{code}","{municipality[0]}","65","{municipality[1]}","ORP"'
        for code, municipality in PLACES.items()
    ]
    server.pages["/cz_csu_hierarchy/municipality_orp"] = ("\n".join(relation).encode(), "text/csv")
    return server


def dosah(*words: str | Path) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_fetch_then_build_offline_with_own_outlines_and_ages(official, files, tmp_path):
    cache, output = tmp_path / "cache", tmp_path / "out.gpkg"
    fetched = dosah(
        "fetch", "--country", "CZ", "--cache", cache, "--only", "cz_mpsv_rpss", "--only", "cz_csu_hierarchy"
    )
    assert fetched.exit_code == 0, fetched.output
    assert "cz_mpsv_rpss: 10 files" in fetched.output
    asked = len(official.asked)
    own = [f"--source={name}={files[name]}" for name in ("vector_file", "cz_csu_population")]
    built = dosah("build", "--country", "CZ", "--cache", cache, "--output", output, *own)
    assert built.exit_code == 0, built.output
    assert len(official.asked) == asked, "files of one's own are named: no server is asked"
    dataset = read_dataset(output)
    assert accounts(dataset)["cz_csu_hierarchy"] == (6, 6, 0, 0)
    # The relation says only the ORP; the district comes from the project's own list.
    districts = dataset["municipality"].set_index("municipality_code")["district_code"]
    assert districts["598143"] == "CZ0802"
    assert "From the cache" in built.output


def test_a_host_that_does_not_answer_does_not_stop_the_others(official, tmp_path):
    result = dosah("fetch", "--country", "CZ", "--cache", tmp_path / "cache")
    assert result.exit_code == 1
    for name in ("cz_csu_population", "cz_cuzk_boundaries", "cz_cuzk_address_points"):
        assert f"{name} could not be fetched and there is no earlier copy" in result.output
    assert "3 of 5 sources did not answer" in result.output
    assert "cz_mpsv_rpss: 10 files" in result.output
    assert "Traceback" not in result.output


def test_an_earlier_copy_is_used_and_its_day_told(official, tmp_path):
    only = ["--only", "cz_csu_hierarchy"]
    assert dosah("fetch", "--country", "CZ", "--cache", tmp_path, *only).exit_code == 0
    del official.pages["/cz_csu_hierarchy/municipality_orp"]
    result = dosah("fetch", "--country", "CZ", "--cache", tmp_path, *only)
    assert result.exit_code == 1
    assert "cz_csu_hierarchy could not be fetched; the files of 20" in result.output


def test_offline_without_anything_fetched_says_what_to_do(tmp_path):
    result = dosah(
        "build", "--country", "CZ", "--offline", "--cache", tmp_path, "--output", tmp_path / "x.gpkg"
    )
    assert result.exit_code == 1
    assert "Nothing was fetched yet. Run `dosah fetch --country CZ`" in result.output
    assert dosah("build", "--offline", "--output", tmp_path / "x.gpkg").exit_code == 1


def test_an_index_that_names_files_elsewhere_is_not_followed(tmp_path):
    from etl.fetch.fetcher import Fetcher
    from etl.fetch.obtain import obtain

    cache = tmp_path / "cache"
    cache.mkdir()
    (tmp_path / "secret.csv").write_text("x", encoding="utf-8")
    entry = {"cz_csu_hierarchy": {"fetched_on": "2026-01-01", "files": ["../secret.csv"]}}
    (cache / "CZ.json").write_text(json.dumps(entry), encoding="utf-8")
    with Fetcher(cache, offline=True) as fetcher:
        assert "cz_csu_hierarchy" in obtain("CZ", fetcher).missing


# --- the real files -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def raw() -> Path:
    folder = os.environ.get("DOSAH_RAW")
    if not folder or not Path(folder).is_dir():
        pytest.skip("DOSAH_RAW names no folder of large real inputs")
    return Path(folder)


@pytest.mark.raw
def test_all_czech_municipalities_with_ages_and_outlines(raw, tmp_path, files):
    given = {
        "vector_file": raw / "cz_obce_topojson.json",
        "cz_csu_hierarchy": raw / "cz_obce_hierarchy_2018.csv",
        "cz_csu_population": Path(f"{raw / '2020_vek_do_999.xlsx'},{raw / '2020_vek_nad_1000.xlsx'}"),
        "cz_mpsv_rpss": files["cz_mpsv_rpss"],
    }
    dataset, _ = make(given, tmp_path / "cz.gpkg")
    municipality = dataset["municipality"]
    assert (municipality["country"] == "CZ").sum() == 6258
    counts = accounts(dataset)
    assert counts["vector_file"] == (6279, 6258, 21, 0)
    assert counts["cz_csu_population"] == (3 * 6258, 3 * 6258, 0, 0)
    national = dataset["national_population"]
    total = national[national["sex"] == "total"]
    assert int(total["persons"].sum()) == 10_701_777
    assert int(total.loc[total["age_from"] >= 65, "persons"].sum()) == 2_158_322
    assert int(total.loc[total["age_from"] >= 80, "persons"].sum()) == 447_526
    shapes = dataset.outlines()
    assert len(shapes) == 6258 + 16
    assert shapely.is_valid(shapes["geometry"].to_numpy()).all()


@pytest.mark.raw
def test_all_polish_gminy_are_valid_polygons(raw, tmp_path):
    given = {
        "vector_file": Path(f"{raw / 'gminy_PL_S1.kml'},{raw / 'gminy_PL_S2.kml'}"),
        "pl_mrips_rjps": raw / "pl_rjps_units_2022_slaskie.csv",
    }
    output = tmp_path / "pl.gpkg"
    build(output, given, country="PL", data_date=DAY)
    dataset = read_dataset(output)
    municipality = dataset["municipality"]
    polish = municipality[municipality["country"] == "PL"]
    assert len(polish) == 2478
    shapes = dataset.outlines().set_index("municipality_code").loc[polish["municipality_code"], "geometry"]
    assert shapely.is_valid(shapes.to_numpy()).all()
    assert (shapely.area(shapes.to_numpy()) > 0).all()
    names = polish.set_index("municipality_code")["name"]
    assert names["2404042"] == "Kamienica Polska"
    assert names["0222033"] == "gmina 0222033"
