"""
Make the embedded snapshot of `geodata/data` from the reference figures:
`python -m etl.snapshot.make --reference DIR`.

A maintainers' tool, run when the reference changes. The same reference gives the same bytes:
rows are sorted by their key, nothing depends on the clock. Figures are taken over as they are;
only what is plainly an artefact of how the reference was made (a path of a working folder,
a remark about who read the page first) is left out.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path

import pandas as pd

from etl.cleaning.capacity import FORMS, parse_register
from etl.snapshot.make_pages import page_rows
from geodata.errors import DosahError, InputFileError
from geodata.vocabulary import codes
from geodata.vocabulary.national import national_figures

Row = dict[str, str]

AGE_BANDS = (*(f"{start}-{start + 4}" for start in range(0, 85, 5)), "85+", "75+")

MUNICIPALITY_SOURCES = {
    "CZ": "RÚIAN/ČSÚ code lists 2018",
    "PL": "PRG (GUGiK) 2018",
}
POPULATION_SOURCES = {
    "CZ": "ČSÚ, age structure of municipalities by sex, 31 December 2020",
    "2408021": "GUS, Bank Danych Lokalnych, 2021, as reprinted by a third party",
    "2467011": "GUS, Bank Danych Lokalnych, 2022, as reprinted by a third party",
}


WHOLE_FIGURES = ("registrations", "capacity_number", "capacity_per_site_number")


def read_rows(path: Path) -> list[Row]:
    """Read a CSV file of the reference as text."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except FileNotFoundError:
        raise InputFileError(
            path.name, ["the file is not there"], "Name the reference's folder with --reference."
        ) from None


def to_csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Write rows as CSV text: one heading row, comma, LF."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def municipality_rows(rows: Iterable[Row]) -> list[Row]:
    """Municipalities under the names of table `municipality`."""
    kept = []
    for row in rows:
        entry = {name: text for name, text in row.items() if name != "boundary_source"}
        entry["outline_state"] = row["boundary_source"]
        entry["source"] = MUNICIPALITY_SOURCES[row["country"]]
        kept.append(entry)
    return sorted(kept, key=lambda row: row["municipality_code"])


def outline_text(collection: Mapping[str, object]) -> str:
    """Outlines as GeoJSON, one feature a line, sorted by code, coordinates as they are."""
    features = collection["features"]
    if not isinstance(features, list):
        raise InputFileError("boundaries.geojson", ["it has no features"], "Take a complete file.")
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"municipality_code": feature["properties"]["municipality_code"]},
                "geometry": feature["geometry"],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for feature in sorted(features, key=lambda part: str(part["properties"]["municipality_code"]))
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def wide_population(rows: Iterable[Row], key: Sequence[str]) -> list[Row]:
    """
    Turn one row per age band into one row per `key`, with a column per band.

    A band the source does not give stays blank: unknown, not zero.
    """
    wide: dict[tuple[str, ...], Row] = {}
    for row in rows:
        entry = wide.setdefault(
            tuple(row[name] for name in key),
            {name: row[name] for name in key} | dict.fromkeys(AGE_BANDS, ""),
        )
        if row["age_band"] not in AGE_BANDS or entry[row["age_band"]]:
            raise InputFileError(
                "population",
                [f"age band {row['age_band']} of {row[key[0]]} is unknown or stands twice"],
                "See AGE_BANDS in etl/snapshot/make.py.",
            )
        entry[row["age_band"]] = row["persons"]
    return [wide[name] for name in sorted(wide)]


def population_rows(rows: Iterable[Row]) -> list[Row]:
    """Inhabitants of the municipalities, one row per municipality and sex."""
    named = [
        row
        | {
            "reference_date": row["date"],
            "source": POPULATION_SOURCES.get(row["municipality_code"], POPULATION_SOURCES["CZ"]),
        }
        for row in rows
    ]
    return wide_population(named, ("municipality_code", "sex", "reference_date", "source"))


def national_population_rows(rows: Iterable[Row]) -> list[Row]:
    """Inhabitants of the Czech Republic, one row per sex."""
    named = [row | {"country": "CZ", "reference_date": row["date"]} for row in rows]
    return wide_population(named, ("country", "sex", "reference_date", "source"))


def kinds_by_open_data_code() -> dict[str, str]:
    """Our kind of service by its code in the Czech register."""
    return {
        kind.attributes["open_data_code"]: kind.code
        for kind in codes.codelist("service_types").values()
        if kind.attributes.get("open_data_code")
    }


def national_capacity_rows(rows: Iterable[Row], national: Sequence[Row]) -> list[Row]:
    """
    National capacity by kind, form and unit under the names of table `benchmark`.

    Made of every registration by the rule of the results (geodata.vocabulary.national), and compared
    with the published sums. The reference has no words beside its numbers, so what only a text can tell
    (a number for a year, or for one time although it is large) is not applied here;
    `capacity_per_year_number` is left blank.

    Raises
    ------
    InputFileError
        If the registrations do not add up to the published sums.
    """
    kinds = kinds_by_open_data_code()
    published = {(kinds[row["service_type_code"]], row["form"], row["capacity_unit"]): row for row in rows}
    # "RPSS (MPSV) 2026-09-04, registrations whose …": who, when, which.
    source, _, scope = next(iter(published.values()))["source"].partition(", ")
    kept = []
    for figure in _figures(national).to_dict("records"):
        key = (figure["service_type_code"], figure["form"], figure["unit"])
        figures = published.get(key)
        if figures is None or float(figures["capacity"]) != figure["capacity_number"]:
            raise InputFileError(
                "national_capacity_2026.csv",
                [f"{' '.join(key)} differs from the sum of services_register_national.csv"],
                "Take both from the same state of the register.",
            )
        kept.append(
            {
                "country": "CZ",
                "service_type_code": key[0],
                "form": key[1],
                "unit": key[2],
                **{name: _plain(figure[name]) for name in WHOLE_FIGURES},
                # As published: halves are written as decimals.
                "median": figures["median"],
                "upper_quartile": figures["upper_quartile"],
                "largest": figures["largest"],
                "capacity_within_bound_number": _plain(figure["capacity_within_bound_number"]),
                "registrations_within_bound": _plain(figure["registrations_within_bound"]),
                "capacity_per_year_number": "",
                "registrations_per_year": "",
                "reference_date": source.rsplit(" ", 1)[-1],
                "scope": scope,
                "source": source,
            }
        )
    return sorted(kept, key=lambda row: (row["service_type_code"], row["form"], row["unit"]))


def _plain(number: float) -> str:
    return f"{number:.12g}"


def _figures(national: Sequence[Row]) -> pd.DataFrame:
    """Sum up the registrations of the whole country."""
    kinds, units = kinds_by_open_data_code(), frozenset(codes.codelist("capacity_units"))
    first = {row["registration_id"]: row for row in reversed(national)}
    service = pd.DataFrame(
        [
            {
                "service_id": key,
                "country": "CZ",
                "service_type_code": kinds[row["service_type_code"]],
                "note": None,
            }
            for key, row in first.items()
        ]
    )
    capacity = pd.DataFrame(
        [
            {
                "service_id": key,
                "form": part.form,
                "unit": part.unit,
                "kind": "registered",
                "capacity_number": part.number,
                "capacity_text": None,
            }
            for key, row in first.items()
            for part in parse_register(row["capacity"], frozenset(FORMS), units)[0]
        ]
    )
    sites = pd.Series(sites_by_registration(national), dtype="int64")
    return national_figures(service, capacity, sites, has_texts=False)


def sites_by_registration(national: Iterable[Row]) -> Counter[str]:
    """
    Count the sites of every registration in the whole register,
    those at a secret or unknown address too.
    """
    return Counter(row["registration_id"] for row in national)


def register_rows(rows: Iterable[Row], sites: Mapping[str, int]) -> list[Row]:
    """
    Sites of registrations, one row per site; what belongs to the registration stands at each: capacity,
    and its sites in the whole register.

    Raises
    ------
    InputFileError
        If the national register lacks a registration.
    """
    rows = list(rows)
    lacking = sorted({row["registration_id"] for row in rows} - set(sites), key=int)
    if lacking:
        raise InputFileError(
            "services_register_national.csv",
            [f"{len(lacking)} registrations of services_register.csv are not in it (first: {lacking[0]})"],
            "Take both from the same state of the register.",
        )
    kinds = kinds_by_open_data_code()
    kept = [
        {
            "registration_id": row["registration_id"],
            "service_type_code": kinds[row["service_type_code"]],
            "service_type_name": row["service_type_name"],
            "site_name": row["site_name"],
            "provider_name": row["provider_name"],
            "provider_id_ico": row["provider_ico"],
            "capacity_text": row["capacity"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
            "street_address": row["street_address"],
            "postal_code": row["postal_code"],
            "municipality_name": row["municipality"],
            "municipality_code": row["municipality_code"],
            "municipality_part": row["municipality_part"],
            "district_code": row["district_code"],
            "latitude": row["latitude"],
            "longitude": row["longitude"],
            "address_point_code": row["address_point_code"],
            "web": row["web"],
            "phone": row["phone"],
            "sites_total": str(sites[row["registration_id"]]),
            "source": row["source"],
        }
        for row in rows
    ]
    return sorted(
        kept,
        key=lambda row: (
            int(row["registration_id"]),
            row["address_point_code"],
            row["site_name"],
            row["street_address"],
        ),
    )


def make_snapshot(reference: Path) -> dict[str, str]:
    """
    Make every file of the snapshot.

    Parameters
    ----------
    reference
        Folder of the reference figures.

    Returns
    -------
    files
        Text by file name.

    Raises
    ------
    InputFileError
        If a file of the reference is missing or holds what this program does not know.
    """
    municipalities = municipality_rows(read_rows(reference / "municipalities.csv"))
    with (reference / "boundaries.geojson").open(encoding="utf-8") as stream:
        outlines = outline_text(json.load(stream))
    national = read_rows(reference / "register_national" / "services_register_national.csv")
    tables = {
        "municipality.csv": municipalities,
        "population.csv": population_rows(read_rows(reference / "population_age.csv")),
        "national_population.csv": national_population_rows(
            read_rows(reference / "population_national_cz.csv")
        ),
        "national_capacity.csv": national_capacity_rows(
            read_rows(reference / "national_capacity_2026.csv"), national
        ),
        "register.csv": register_rows(
            read_rows(reference / "services_register.csv"), sites_by_registration(national)
        ),
        "public_page.csv": page_rows(read_rows(reference / "services_public_pages.csv"), municipalities),
    }
    files = {name: to_csv(rows, list(rows[0])) for name, rows in tables.items()}
    files["outline.geojson"] = outlines
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the snapshot's files and say how many rows each has."""
    parser = argparse.ArgumentParser(
        prog="python -m etl.snapshot.make", description="Make geodata/data from the reference figures."
    )
    parser.add_argument("--reference", type=Path, required=True, help="folder of the reference figures")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(str(resources.files("geodata.data"))),
        help="folder to write to (default: geodata/data)",
    )
    chosen = parser.parse_args(arguments)
    try:
        files = make_snapshot(chosen.reference)
    except DosahError as error:
        print(error)
        return 1
    for name, text in files.items():
        (chosen.output / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {text.count(chr(10)) - 1:,} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
