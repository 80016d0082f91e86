"""
The whole Czech register as services, sites, capacities and a national benchmark of its own.

The connector has read, cleaned and accounted for every facility; here its tables become rows of the dataset.
What is wrong with a record is reported, not mended: an end in the past, a start to come,
a capacity of another magnitude.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from etl.cleaning.capacity import FORMS, UNIT_ORDER
from etl.cleaning.locate import FAR_OUTSIDE_M, LoadedMunicipality, locate
from etl.cleaning.protect import is_protected, protect_service, protect_site
from etl.cleaning.records import Records, Row, rows_of
from etl.country.official import ADDRESS_POINTS, REGISTER, OfficialSources
from etl.files.losses import few
from geodata.crs import shapes_to_metres, to_metres
from geodata.dataset import fields
from geodata.vocabulary.codes import codelist, infer_target_groups, label

ENDED, NOT_STARTED = "ended", "not_started"
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


def load_official_register(
    official: OfficialSources,
    records: Records,
    data_date: str,
    places: Mapping[str, LoadedMunicipality],
    outline: pd.DataFrame,
) -> list[str]:
    """
    Turn the register into records.

    Parameters
    ----------
    official
        Holds the register and, where given, the address points.
    records
        Rows are added here.
    data_date
        Day the register speaks of.
    places
        Loaded municipalities.
    outline
        municipality_code, geometry: a point far outside its municipality is not believed.

    Returns
    -------
    notes
        Sentences for the report.
    """
    read = official.read[REGISTER]
    notes: list[str] = []
    service = read.tables["service"]
    status = status_on(data_date, service["valid_from"], service["valid_to"])
    for service_id, (told, names) in read.secrets.items():
        records.secrets[service_id].add(told, names)
    _add_services(
        service.assign(status=status), read.tables["provider"], _hidden(read.tables["site"]), records
    )
    _add_target_groups(service, official, records, notes)
    _add_capacities(read.tables["capacity"], service.assign(status=status), records)
    site, left_out = in_force(
        read.tables["site"], service["service_id"][status == "existing"], data_date, notes
    )
    notes += unknown_places(site, places)
    _add_sites(site, service, _points(official, site, outline, notes), places, records)
    _count_sites(site, records)
    _add_left_out(left_out, records)
    counts = status.value_counts()
    notes.append(
        f"{REGISTER}: {len(service)} registrations on {data_date}: "
        f"{int(counts.get('existing', 0))} in force, "
        f"{int(counts.get('planned', 0))} begin later, {int(counts.get('ended', 0))} have ended."
    )
    return notes


def status_on(data_date: str, valid_from: pd.Series, valid_to: pd.Series) -> pd.Series:
    """
    Return existing, planned or ended for every row; the last day counts as in force, an unknown day
    as no limit.
    """
    status = pd.Series("existing", index=valid_from.index, dtype="str")
    status[valid_from.fillna(FIRST_DAY) > data_date] = "planned"
    status[valid_to.fillna(LAST_DAY) < data_date] = "ended"
    return status


def _dicts(frame: pd.DataFrame) -> list[Row]:
    """Return rows as dictionaries with None where a value is missing."""
    names = [str(name) for name in frame.columns]
    columns = [
        frame[name].astype("object").where(frame[name].notna(), None).to_numpy(dtype=object).tolist()
        for name in frame.columns
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _full(table: str, frame: pd.DataFrame) -> list[Row]:
    return _dicts(frame.reindex(columns=list(fields.BY_NAME[table].columns)))


def _hidden(site: pd.DataFrame) -> set[str]:
    """Return the services with a protected site."""
    return set(site.loc[site["is_protected"], "service_id"])


def unknown_places(site: pd.DataFrame, places: Mapping[str, LoadedMunicipality]) -> list[str]:
    """
    Say how many facilities name no municipality, or one that is not loaded.

    Their code stays, no map has them.
    """
    shown = site[~site["is_protected"]]
    code = shown["municipality_code"]
    sentences = []
    nowhere = shown.loc[code.isna(), "service_id"].str.removeprefix("cz-rpss-").tolist()
    if nowhere:
        sentences.append(
            f"facilities that name no municipality, their place is unknown: {len(nowhere)} "
            f"(registration {few(set(nowhere))})"
        )
    strange = code[code.notna() & ~code.isin(list(places))]
    if len(strange):
        sentences.append(
            "facilities in a municipality whose code is not loaded, they are on no map: "
            f"{len(strange)} (code {few(set(strange))})"
        )
    return [f"{REGISTER}: {sentence}." for sentence in sentences]


def _add_services(service: pd.DataFrame, provider: pd.DataFrame, hidden: set[str], records: Records) -> None:
    records.rows["provider"] += _full("provider", provider.assign(origin_id=REGISTER))
    kinds = {code: label("service_types", code, "cs") for code in service["service_type_code"].unique()}
    names = dict(zip(provider["provider_id"], provider["name"], strict=True))
    kind, owner = service["service_type_code"].map(kinds), service["provider_id"].map(names)
    # Sites of one registration bear different names: then the service is called by its kind and provider.
    made = (kind + " – " + owner.astype("object")).where(owner.notna(), kind)
    frame = service.assign(
        name=service["name"].astype("object").where(service["name"].notna(), made),
        served_area_state="unknown",
        origin_id=REGISTER,
        target_groups_text=service["target_groups_text"].fillna(
            "kódy cílových skupin v registru: " + service["target_group_codes"].str.replace(";", ", ")
        ),
    )
    records.rows["service"] += [
        protect_service(row) if is_protected(row["service_type_code"]) or row["service_id"] in hidden else row
        for row in _full("service", frame)
    ]


def _count_sites(site: pd.DataFrame, records: Records) -> None:
    """
    Tell every registration how many places share its capacity.

    Counted here, before anything is left out by place or area: secret and unknown addresses are places too,
    a facility listed twice is one, and one that has ended or not begun is none (`in_force`).
    """
    counts = site["service_id"].value_counts().to_dict()
    for service in records.rows["service"]:
        if service["origin_id"] == REGISTER:
            service["sites_total"] = int(counts.get(service["service_id"], 1))


def target_groups_by_code(names: Mapping[str, str]) -> dict[str, list[tuple[str, bool]]]:
    """
    Return our target groups for each code of the register, with whether that was inferred
    from the code's name.

    Parameters
    ----------
    names
        Names by code as the official list gives them ("CilovaSkupinaOsoby/24" → "senioři"); may be empty.
    """
    found = {
        key.rpartition("/")[2]: [(code, True) for code in infer_target_groups(name)]
        for key, name in names.items()
    }
    for code in codelist("target_groups").values():
        if code.attributes.get("open_data_code"):
            found[str(code.attributes["open_data_code"])] = [(code.code, False)]
    return found


def _add_target_groups(
    service: pd.DataFrame, official: OfficialSources, records: Records, notes: list[str]
) -> None:
    from etl.country.official import target_group_names

    known = target_groups_by_code(target_group_names(official))
    unknown: dict[str, int] = {}
    rows: dict[tuple[str, str], bool] = {}
    for service_id, codes in zip(service["service_id"], service["target_group_codes"], strict=True):
        for code in codes.split(";") if isinstance(codes, str) else ():
            if code not in known:
                unknown[code] = unknown.get(code, 0) + 1
            for group, is_inferred in known.get(code, ()):
                key = (service_id, group)
                rows[key] = rows.get(key, True) and is_inferred
    records.rows["service_target_group"] += [
        {"service_id": service_id, "target_group_code": group, "is_inferred": is_inferred}
        for (service_id, group), is_inferred in rows.items()
    ]
    if unknown:
        notes.append(
            f"{REGISTER}: {len(unknown)} codes of target groups have no name ({few(unknown)}): they "
            "stay codes. Give the folder of the register's code lists after the register to name them."
        )


def marked_capacities(capacity: pd.DataFrame) -> pd.DataFrame:
    """
    Mark tellings of the same places in a second unit of one form (equal numbers);
    the first of `UNIT_ORDER` stands.

    The same rule as `etl.cleaning.capacity.mark_retold`, for a whole table.
    """
    order = pd.DataFrame(
        {
            "service_id": capacity["service_id"],
            "form": capacity["form"].map({form: rank for rank, form in enumerate(FORMS)}).fillna(9),
            "unit": capacity["unit"].map({unit: rank for rank, unit in enumerate(UNIT_ORDER)}),
        }
    )
    ordered = capacity.loc[order.sort_values(["service_id", "form", "unit"], kind="stable").index]
    is_retold = (
        ordered.duplicated(["service_id", "form", "capacity_number"]) & ordered["capacity_number"].notna()
    )
    return ordered.assign(is_retold=is_retold)


def _add_capacities(capacity: pd.DataFrame, service: pd.DataFrame, records: Records) -> None:
    planned = set(service.loc[service["status"] == "planned", "service_id"])
    marked = marked_capacities(capacity).assign(origin_id=REGISTER)
    marked = marked.assign(kind=np.where(marked["service_id"].isin(planned), "planned", "registered"))
    records.rows["capacity"] += _full("capacity", marked)


def in_force(
    site: pd.DataFrame, existing: pd.Series, data_date: str, notes: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Part the facilities in force from those that have ended or not begun.

    Ends stand at the registration and at the facility. A facility that is not in force takes no share
    of its registration's capacity; where none of a registration in force is, the registration leads:
    all of them stay, and the report says so.

    Parameters
    ----------
    site
        service_id, in_force_from, in_force_to.
    existing
        service_id of the registrations in force; the facilities of others stay as they are.

    Returns
    -------
    kept, left_out
        Parts of `site`; `left_out` has a column reason.
    """
    state = status_on(data_date, site["in_force_from"], site["in_force_to"])
    of_existing = site["service_id"].isin(set(existing))
    has_open = site["service_id"].isin(set(site.loc[state == "existing", "service_id"]))
    is_out = of_existing & has_open & (state != "existing")
    closed = site.loc[of_existing & ~has_open, "service_id"].nunique()
    if closed:
        notes.append(
            f"{REGISTER}: {closed} registrations in force have no facility in force; "
            "their facilities were kept, ask the office."
        )
    reason = state.map({"ended": ENDED, "planned": NOT_STARTED})
    return site[~is_out], site.assign(reason=reason)[is_out]


def _points(
    official: OfficialSources, site: pd.DataFrame, outline: pd.DataFrame, notes: list[str]
) -> dict[str, tuple[float, float]]:
    """Return the address points that lie where the register says; the others are told."""
    table = official.table(ADDRESS_POINTS, "address_point")
    if table is None:
        return {}
    known = table.dropna(subset=["latitude", "longitude"])
    used = site[["address_point_code", "municipality_code"]].dropna().drop_duplicates("address_point_code")
    joined = used.merge(
        known[["address_point_code", "latitude", "longitude"]], on="address_point_code", validate="one_to_one"
    )
    shapes = joined.merge(
        outline[["municipality_code", "geometry"]], on="municipality_code", how="left", validate="many_to_one"
    )["geometry"]
    far = np.zeros(len(joined), dtype=bool)
    has = shapes.notna().to_numpy()
    if has.any():
        points = shapely.points(*to_metres(joined["longitude"][has], joined["latitude"][has]))
        far[has] = shapely.distance(points, shapes_to_metres(shapes[has])) > FAR_OUTSIDE_M
    if far.any():
        first = joined[far].iloc[0]
        notes.append(
            f"{ADDRESS_POINTS}: {int(far.sum())} address points lie more than {FAR_OUTSIDE_M / 1000:g} km "
            "outside the municipality that the register names "
            f"(first: {first['address_point_code']}, {first['municipality_code']}); the municipality counts."
        )
    near = joined[~far]
    return {
        code: (latitude, longitude)
        for code, latitude, longitude in zip(
            near["address_point_code"], near["latitude"], near["longitude"], strict=True
        )
    }


def _add_sites(
    site: pd.DataFrame,
    service: pd.DataFrame,
    points: Mapping[str, tuple[float, float]],
    places: Mapping[str, LoadedMunicipality],
    records: Records,
) -> None:
    rows = _dicts(
        site.assign(
            site_id=site["service_id"] + "-s" + site["site_number"].astype("str"),
            latitude=None,
            longitude=None,
            location_quality=None,
            origin_id=REGISTER,
        )[list(fields.BY_NAME["site"].columns)]
    )
    for row in rows:
        located = locate(row, places, points)
        records.rows["site"].append(protect_site(located) if row["is_protected"] else located)
    # A registration without any facility would drop out of every result: its place is unknown, not nowhere.
    placed = set(site["service_id"])
    for row in rows_of(service[~service["service_id"].isin(placed)]):
        empty: dict[str, Any] = {
            "site_id": f"{row['service_id']}-s1",
            "service_id": row["service_id"],
            "country": row["country"],
            "is_protected": is_protected(row["service_type_code"]),
            "location_quality": "unknown",
            "origin_id": REGISTER,
        }
        records.add("site", empty)


def add_accounts(official: OfficialSources, records: Records) -> None:
    """
    Add what became of the rows of every official file that were not loaded:
    rejected, or joined to another.
    """
    known = {row["service_id"] for row in records.rows["service"]}
    protected = {row["service_id"] for row in records.rows["site"] if row["is_protected"]}
    for origin_id, read in official.read.items():
        for row in rows_of(read.rejected):
            records.add("rejected", {"origin_id": origin_id, **row})
        for row in rows_of(read.merged):
            service_id = f"cz-rpss-{row['record_id']}" if origin_id == REGISTER else None
            records.add(
                "linked",
                {
                    "origin_id": origin_id,
                    **row,
                    "service_id": service_id if service_id in known else None,
                    "detail": None if service_id in protected else row["detail"],
                },
            )


def _add_left_out(left_out: pd.DataFrame, records: Records) -> None:
    for row in rows_of(left_out):
        last = row["in_force_to"] if row["reason"] == ENDED else row["in_force_from"]
        records.add(
            "rejected",
            {
                "origin_id": REGISTER,
                "row_number": row["row_number"],
                "record_id": row["service_id"].removeprefix("cz-rpss-"),
                "reason": row["reason"],
                "detail": f"facility, {'last' if row['reason'] == ENDED else 'first'} day {last}",
            },
        )
