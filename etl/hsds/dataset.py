"""
One of our own HSDS exports as a dataset: its catalogue in place of that of a base, and nothing of it is lost.

Municipalities, inhabitants, areas and norms are no part of HSDS: they come from a dataset that has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from etl.cleaning.protect import is_protected, protect_service, protect_site, redact
from etl.cleaning.secret_words import Secrets
from geodata.dataset import rules
from geodata.dataset.rules import DATE
from geodata.hsds import read as hsds_read
from geodata.hsds import write
from geodata.said import say
from geodata.vocabulary.codes import codelist
from geodata.vocabulary.provenance import checksum

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

# A dataset tells by these tables how it was built; an import of a catalogue leaves those
# of another build empty.
OF_A_BUILD: Final = ("rejected", "linked", "correction", "tombstone", "accounting")
BY_SERVICE: Final = ("network", "funding")
PLACE_TEXTS: Final = ("municipality_name", "municipality_part", "street_address", "postal_code")
ORIGIN_COLUMNS: Final = ("title", "publisher", "licence", "citation", "url", "reference_date")
IMPORT_FACT: Final = "imported_hsds"
NEXT_STEP: Final = say("hsds.next_base")


def contents_of(document: Mapping[str, Any], path: Path, base: Dataset) -> dict[str, pd.DataFrame]:
    """
    Put the catalogue of one of our own exports in place of that of a dataset.

    Municipalities, inhabitants, areas and norms are the base's; what tells how its own catalogue was built
    goes.

    Parameters
    ----------
    document
        As `read_document` gives it.
    path
        The file, for its name and checksum.
    base
        A published dataset.

    Raises
    ------
    InputFileError
        With all problems, if the document lacks columns of ours or names what the base does not have.
    """
    read = hsds_read.from_hsds(document, path.name)
    about = document.get("dosah")
    origin = _origins(about if isinstance(about, dict) else {}, path, base["origin"])
    contents = {**base.tables, **_protected(read, base["municipality"]), "origin": origin}
    for name in OF_A_BUILD:
        contents[name] = base[name].iloc[:0]
    known = set(read["service"]["service_id"])
    for name in BY_SERVICE:
        contents[name] = base[name][base[name]["service_id"].isin(known)]
    facts = {**base.facts, IMPORT_FACT: f"{path.name} {checksum(path)}"}
    day = about.get("data_date") if isinstance(about, dict) else None
    if isinstance(day, str) and DATE.fullmatch(day):
        facts["data_date"] = day
    contents["dataset"] = rules.conform(
        "dataset", pd.DataFrame({"name": list(facts), "value": list(facts.values())})
    )
    conformed = {name: rules.conform(name, frame) for name, frame in contents.items()}
    problems = [
        problem for name in (*write.TABLES, "origin") for problem in rules.problems_of(name, conformed)
    ]
    hsds_read.refuse(
        path.name,
        problems,
        NEXT_STEP,
    )
    return conformed


def _protected(read: Mapping[str, pd.DataFrame], municipality: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Take out what would tell a protected place, whatever the document says of it."""
    places = dict(zip(municipality["municipality_code"], municipality["name"], strict=True))
    site, service = read["site"], read["service"]
    kinds = dict(zip(service["service_id"], service["service_type_code"], strict=True))
    # A kind whose addresses are protected is closed, whatever another program says of this one.
    closed = {
        service_id
        for service_id, kind in kinds.items()
        if kind in codelist("service_types") and is_protected(kind)
    }
    is_secret = site["is_protected"].astype("bool") | site["service_id"].isin(list(closed))
    site = site.assign(is_protected=is_secret)
    hidden = set(site.loc[is_secret, "service_id"])
    secrets: dict[str, Secrets] = {}
    for row in _rows(site[is_secret]):
        words = secrets.setdefault(row["service_id"], Secrets())
        name = places.get(row["municipality_code"] or "")
        words.add((name, *(row[column] for column in PLACE_TEXTS)), [row["name"]])
    sites = [protect_site(row) if row["is_protected"] else row for row in _rows(site)]
    services = [protect_service(row) if row["service_id"] in hidden else row for row in _rows(service)]
    served = read["served_area"]
    done = {
        **read,
        "site": rules.conform("site", pd.DataFrame(sites, columns=site.columns, dtype=object)),
        "service": rules.conform("service", pd.DataFrame(services, columns=service.columns, dtype=object)),
        "served_area": served[~served["service_id"].isin(list(hidden))],
    }
    redacted, _ = redact(secrets, {**done, "municipality": municipality})
    return {name: redacted[name] for name in done}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _origins(about: Mapping[str, Any], path: Path, known: pd.DataFrame) -> pd.DataFrame:
    """
    Return the base's origins, and those of the document: the same one stays as it is, another says
    which file told of it.
    """
    rows = {str(row["origin_id"]): row for row in _rows(known)}
    stated = about.get("origins")
    for one in stated if isinstance(stated, list) else []:
        if not isinstance(one, dict) or not isinstance(one.get("origin_id"), str):
            continue
        texts = {name: one[name] if isinstance(one.get(name), str) else None for name in ORIGIN_COLUMNS}
        mine = rows.get(one["origin_id"])
        if mine is not None and all(mine[name] == texts[name] for name in ORIGIN_COLUMNS):
            continue
        rows[one["origin_id"]] = {
            "origin_id": one["origin_id"],
            **texts,
            **{name: texts[name] or "?" for name in ("title", "publisher", "licence", "citation")},
            "state_note": None,
            "file_name": path.name,
            "checksum_sha256": checksum(path),
        }
    return rules.conform("origin", pd.DataFrame(list(rows.values()), columns=known.columns, dtype=object))
