"""
Parts of a country's build against plain Python: simplifying, telling twice, medians, districts,
differing sets of codes.
"""

from collections import defaultdict
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.cleaning.capacity import Capacity, mark_retold
from etl.cleaning.districts import with_districts
from etl.country.combine import FINE_POINTS, differences, simplified
from etl.country.official import OfficialSources, _year_of
from etl.country.part import loaded_areas
from etl.country.register import in_force, marked_capacities, status_on, target_groups_by_code
from etl.country.register_check import benchmark_of
from etl.fetch.obtain import obtain
from etl.sources.formats.contract import SourceTables
from geodata.areas import load_areas
from geodata.errors import InputFileError
from geodata.vocabulary.basis import BOUND_FACTOR
from geodata.vocabulary.provenance import data_folder

DAY = "2026-09-04"
EMPTY = pd.DataFrame({"row_number": pd.Series([], dtype="int64")})


def register_of(**tables: pd.DataFrame) -> OfficialSources:
    read = SourceTables("cz_mpsv_rpss", tables, 0, EMPTY, EMPTY)
    return OfficialSources("CZ", {"cz_mpsv_rpss": (Path("rpss.json"),)}, {"cz_mpsv_rpss": read})


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from(["pob", "amb", "ter", "unknown"]),
            st.sampled_from(["luzka", "klient", "interv", "unknown"]),
            st.sampled_from([None, 0.0, 5.0, 80.0]),
        ),
        max_size=10,
        unique_by=lambda row: row[:3],
    )
)
def test_a_whole_table_marks_retold_places_as_one_registration_does(rows):
    frame = pd.DataFrame(rows, columns=["service_id", "form", "unit", "capacity_number"]).astype(
        {"capacity_number": "float64"}
    )
    marked = marked_capacities(frame)
    found = {(row.service_id, row.form, row.unit): bool(row.is_retold) for row in marked.itertuples()}
    wanted = {}
    for service in {row[0] for row in rows}:
        parts = [Capacity(form, unit, number) for owner, form, unit, number in rows if owner == service]
        wanted |= {(service, part.form, part.unit): part.is_retold for part in mark_retold(parts)}
    assert found == wanted


numbers = st.sampled_from([None, 0.0, 1.0, 4.0, 10.0, 400.0])


def contents_of(rows):
    """Return the tables that the benchmark is made of, from (capacity, kind, sites, status)."""
    ids = [f"s{n}" for n in range(len(rows))]
    service = pd.DataFrame(
        {
            "service_id": ids,
            "country": "CZ",
            "service_type_code": [row[1] for row in rows],
            "status": [row[3] for row in rows],
            "evidence": "register",
            "sites_total": pd.array([max(row[2], 1) for row in rows], dtype="Int64"),
            "age_to": pd.array([None] * len(rows), dtype="Int64"),
            "target_groups_text": None,
            "note": None,
            "origin_id": "cz_mpsv_rpss",
        }
    )
    capacity = pd.DataFrame(
        {
            "service_id": ids,
            "form": "ter",
            "unit": "klient",
            "kind": "registered",
            "capacity_number": [row[0] for row in rows],
            "capacity_text": None,
        }
    ).astype({"capacity_number": "float64"})
    groups = pd.DataFrame({"service_id": ids, "target_group_code": "seniors", "is_inferred": False})
    return {"service": service, "capacity": capacity, "service_target_group": groups}


# No deadline: a dozen steps of pandas on a busy machine.
@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(
            numbers,
            st.sampled_from(["cz-40", "cz-37"]),
            st.integers(0, 3),
            st.sampled_from(["existing", "ended", "planned"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_benchmark_counts_every_registration_in_force_once(rows):
    made = benchmark_of(contents_of(rows), DAY)
    found = {
        row.service_type_code: (
            row.registrations,
            row.capacity_number,
            row.capacity_per_site_number,
            row.median,
            row.upper_quartile,
            row.largest,
            row.capacity_within_bound_number,
            row.registrations_within_bound,
        )
        for row in made.itertuples()
    }
    wanted: dict[str, Any] = {}
    kinds = defaultdict(list)
    for number, kind, sites, status in rows:
        if number and status == "existing":
            kinds[kind].append((number, max(sites, 1)))
    for kind, sizes in kinds.items():
        only = [number for number, _ in sizes]
        within = [number for number in only if number <= BOUND_FACTOR * median(only)]
        wanted[kind] = (
            len(only),
            sum(only),
            sum(number * sites for number, sites in sizes),
            median(only),
            float(np.quantile(only, 0.75)),
            max(only),
            sum(within),
            len(within),
        )
    assert found == wanted
    assert (made["registrations_per_year"] == 0).all()


def test_the_benchmark_of_seniors_kinds_counts_who_is_open_to_them_and_reads_the_text():
    contents = contents_of([(5.0, "cz-40", 1, "existing")] * 3 + [(5.0, "cz-37", 1, "existing")] * 2)
    groups = contents["service_target_group"]
    groups.loc[groups["service_id"].isin(["s0", "s3"]), "target_group_code"] = "autism"
    contents["capacity"].loc[1, "capacity_text"] = "5 klientů ročně"
    found = benchmark_of(contents, DAY).set_index("service_type_code")
    assert found["registrations"].to_dict() == {"cz-40": 2, "cz-37": 2}
    assert found.loc["cz-40", ["registrations_per_year", "capacity_within_bound_number"]].tolist() == [1, 5]
    assert "senioři" in found.loc["cz-40", "scope"]
    assert "senioři" not in found.loc["cz-37", "scope"]


day = st.sampled_from([None, "2020-01-01", "2026-09-03", DAY, "2026-09-05", "2030-01-01"])


@settings(deadline=None)
@given(st.lists(st.tuples(day, day), min_size=1, max_size=6))
def test_a_day_is_in_force_from_its_first_to_its_last(spans):
    frame = pd.DataFrame(spans, columns=["a", "b"]).astype("str")
    wanted = [
        "ended" if last and last < DAY else "planned" if first and first > DAY else "existing"
        for first, last in spans
    ]
    assert list(status_on(DAY, frame["a"], frame["b"])) == wanted


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), day, day), max_size=9),
    st.sets(st.sampled_from(["a", "b", "c"])),
)
def test_no_registration_loses_its_last_facility(rows, existing):
    site = pd.DataFrame(rows, columns=["service_id", "in_force_from", "in_force_to"]).astype("str")
    notes: list[str] = []
    kept, out = in_force(site, pd.Series(sorted(existing), dtype="str"), DAY, notes)
    assert len(kept) + len(out) == len(site)
    assert set(kept["service_id"]) == set(site["service_id"])
    assert set(out["service_id"]) <= existing
    assert set(out["reason"]) <= {"ended", "not_started"}
    closed = {
        owner
        for owner in existing & {row[0] for row in rows}
        if not any(
            (first is None or first <= DAY) and (last is None or last >= DAY)
            for name, first, last in rows
            if name == owner
        )
    }
    assert bool(notes) == bool(closed)


def wavy(column: int, row: int, points: int = 120) -> shapely.Polygon:
    """
    Return a square whose right and upper borders are waves, the left and lower ones those of its neighbours.
    """
    step = np.linspace(0, 1, points)
    wave = 0.004 * np.sin(12 * np.pi * step)
    south = np.column_stack([column + step, row + wave])
    east = np.column_stack([column + 1 + wave, row + step])
    north = np.column_stack([column + step, row + 1 + wave])[::-1]
    west = np.column_stack([column + wave, row + step])[::-1]
    return shapely.Polygon(np.vstack([south, east[1:], north[1:], west[1:-1]]))


def outline_of(shapes: list[Any]) -> pd.DataFrame:
    column = np.empty(len(shapes), dtype=object)
    column[:] = [shapely.MultiPolygon([shape]) for shape in shapes]
    return pd.DataFrame({"municipality_code": [str(n) for n in range(len(shapes))], "geometry": column})


def test_fine_outlines_are_simplified_and_neighbours_keep_their_border():
    outline = outline_of([wavy(0, 0), wavy(1, 0), wavy(0, 1), wavy(1, 1)])
    made = simplified(outline, 0.01)
    shapes = made["geometry"].to_numpy()
    assert (
        shapely.get_num_coordinates(shapes).sum()
        < 0.2 * shapely.get_num_coordinates(outline["geometry"].to_numpy()).sum()
    )
    assert shapely.is_valid(shapes).all()
    whole = shapely.union_all(shapes)
    assert whole.geom_type == "Polygon", "a slit would part them"
    assert not whole.interiors
    assert (
        sum(shape.area for shape in shapes) == whole.area
        or abs(sum(s.area for s in shapes) - whole.area) < 1e-9
    )
    assert list(made["municipality_code"]) == list(outline["municipality_code"])


def test_outlines_that_were_generalised_stay_as_they_are():
    outline = outline_of([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    assert shapely.get_num_coordinates(outline["geometry"].to_numpy()).mean() < FINE_POINTS
    assert simplified(outline) is outline


def test_districts_of_orp_are_those_of_the_embedded_municipalities():
    known = pd.read_csv(data_folder() / "municipality.csv", dtype="str")
    czech = known[known["country"] == "CZ"].reset_index(drop=True)
    blank = pd.Series([None] * len(czech), dtype="str")
    bare = czech.assign(district_code=blank, district_name=blank, region_code=blank, region_name=blank)
    filled = with_districts(bare)
    for column in ("district_code", "district_name", "region_code", "region_name"):
        assert list(filled[column]) == list(czech[column]), column


def test_an_unknown_orp_leaves_the_district_unknown_and_what_is_said_stays():
    frame = pd.DataFrame(
        {
            "municipality_code": ["111111", "222222"],
            "orp_code_csu": ["9999", "8107"],
            "district_code": [None, "CZ0999"],
            "district_name": [None, "Jinam"],
            "region_code": [None, None],
            "region_name": [None, None],
        }
    ).astype("str")
    filled = with_districts(frame)
    assert pd.isna(filled.loc[0, "district_code"])
    assert filled.loc[1, "district_code"] == "CZ0999"
    assert filled.loc[1, "district_name"] == "Jinam"


@settings(deadline=None, max_examples=50)
@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_differing_sets_are_counted_and_the_first_is_named(outlines, ages):
    codes = list("abcdef")
    table = pd.DataFrame({"municipality_code": codes, "name": [code.upper() for code in codes]})
    said = differences(codes, outlines, ages, table)
    for found, what in ((outlines, "outline"), (ages, "ages")):
        without = [code for code in codes if code not in found]
        told = [sentence for sentence in said if what in sentence]
        assert len(told) == bool(without)
        if without and len(without) < len(codes):
            assert told[0].startswith(f"{len(without)} of 6 municipalities")
            assert f"{without[0]} {without[0].upper()}" in told[0]


def test_a_named_target_group_is_inferred_and_a_known_code_is_not():
    found = target_groups_by_code(
        {"CilovaSkupinaOsoby/24": "senioři", "CilovaSkupinaOsoby/9": "osoby se zrakovým postižením"}
    )
    assert found["24"] == [("seniors", False)]
    assert ("sight", True) in found["9"]
    assert "11" not in found


def test_an_area_keeps_the_members_that_are_loaded():
    areas = load_areas()
    first, *others = areas["podbrdsko"].municipality_codes
    kept, notes = loaded_areas(areas, pd.DataFrame({"municipality_code": [first]}))
    assert {area_id: area.municipality_codes for area_id, area in kept.items()} == {"podbrdsko": (first,)}
    assert any(f"podbrdsko is smaller: {len(others)} of" in note for note in notes)
    assert sum("is left out" in note for note in notes) == len(areas) - 1


def test_the_year_of_cached_pages_is_what_all_their_names_share():
    names = ("a2019bcdef01-72305-2023-PL-000.json", "bb2021ccddee-72305-2023-PL-001.json")
    assert _year_of([Path(name) for name in names]) == 2023
    with pytest.raises(InputFileError, match="do not say one year"):
        _year_of([Path("a-2022.json"), Path("a-2023.json")])


def test_short_pages_of_the_polish_borders_are_followed_where_they_end(tmp_path):
    sizes = {0: 200, 200: 150, 350: 7}
    asked: list[int] = []

    class Fetching:
        cache_directory = tmp_path
        offline = False

        def fetch(self, download):
            offset = int(download.file_name[6:11])
            asked.append(offset)
            more = ' next="x"' if offset + sizes[offset] < 357 else ""
            path = tmp_path / f"{offset}.xml"
            path.write_text(
                '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" numberMatched="unknown" '
                f'numberReturned="{sizes[offset]}"{more}/>',
                encoding="utf-8",
            )
            return SimpleNamespace(path=path)

    found = obtain("PL", Fetching(), only=["pl_gugik_prg"])
    assert asked == [0, 200, 350], found.problems
    assert len(found.files["pl_gugik_prg"]) == 3
