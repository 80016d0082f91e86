"""
Protected addresses: shelters, intervention centres, Polish support centres for victims of violence.

Such a service keeps its kind, provider and district; whatever tells its place more finely is taken out here, before anything
is linked, located, published or reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geodata.codes import codelist, label
from geodata.errors import PublishError
from geodata.identifiers import fold

LANGUAGE_OF_COUNTRY = {"CZ": "cs", "PL": "pl"}
SERVICE_COLUMNS = ("note", "served_area_text", "source_url")
SITE_COLUMNS = (
    "name",
    "municipality_code",
    "municipality_name",
    "municipality_part",
    "street_address",
    "postal_code",
    "address_point_code",
    "latitude",
    "longitude",
)
# An organisation's own name and contacts are public; its seat is not the shelter.
CONTACT_COLUMNS = frozenset({"provider_id", "web", "email", "phone", "origin_id"})
SECRET_LENGTH = 4


def is_protected(service_type_code: str) -> bool:
    """Tell whether addresses of this kind of service are protected."""
    return bool(codelist("service_types")[service_type_code].attributes["address_protected"])


def protect_service(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return the service with its kind as its name and without texts that may tell the place."""
    name = label("service_types", service["service_type_code"], LANGUAGE_OF_COUNTRY[service["country"]])
    return {**service, **dict.fromkeys(SERVICE_COLUMNS), "name": name, "served_area_state": "unknown"}


def protect_site(site: Mapping[str, Any]) -> dict[str, Any]:
    """Return the site with nothing finer than its district."""
    quality = "district" if site["district_code"] else "unknown"
    return {**site, **dict.fromkeys(SITE_COLUMNS), "is_protected": True, "location_quality": quality}


def check_protected(secrets: Mapping[str, Iterable[str | None]], tables: Mapping[str, pd.DataFrame]) -> None:
    """
    Look for what must not be told in every row of every table that belongs to a protected service.

    Parameters
    ----------
    secrets
        By service_id: names of places, streets, postal codes, names of services as found.
    tables
        All tables.

    Raises
    ------
    PublishError
        If one is found. The message names table and column, never the secret.
    """
    words = {
        service_id: [f" {fold(part)} " for part in parts if part and len(fold(part)) >= SECRET_LENGTH]
        for service_id, parts in secrets.items()
    }
    for name, frame in tables.items():
        if "service_id" not in frame.columns:
            continue
        for row in frame[frame["service_id"].isin(list(words))].to_dict("records"):
            for column, value in row.items():
                if column in CONTACT_COLUMNS or not isinstance(value, str):
                    continue
                told = f" {fold(re.sub(r'[/_]', ' ', value))} "
                if any(secret in told for secret in words[row["service_id"]]):
                    raise PublishError(
                        f"Table {name}, column {column} would tell where the protected service {row['service_id']} is. "
                        "Nothing was published; please report this fault of the program."
                    )
