"""What a national register must add up to, and the national figure that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from etl.country.official import REGISTER, OfficialSources
from geodata.errors import PublishError
from geodata.vocabulary.eligibility import kinds_of_seniors, services_not_for_seniors
from geodata.vocabulary.national import national_figures

SCOPE = "všechny registrace platné ke dni dat, celá Česká republika"
SCOPE_OF_SENIORS = (
    "registrace platné ke dni dat, jejichž cílovou skupinou jsou i senioři, celá Česká republika"
)


FAULT = "Nothing was published; please report this fault of the program."
KEY = ["service_type_code", "form", "unit"]


def benchmark_of(contents: Mapping[str, pd.DataFrame], data_date: str) -> pd.DataFrame:
    """
    Compute the national benchmark from the register itself: every registration in force once,
    by the rules of the results.

    What a number means is decided as for the results (geodata.vocabulary.national);
    of kinds that groups of seniors count, only registrations open to seniors are counted, as there
    (geodata.vocabulary.eligibility).

    Parameters
    ----------
    contents
        Tables `service`, `service_target_group` and `capacity` of the build, before an office corrects them.
        What pages add to a registration is part of both sides.

    Returns
    -------
    benchmark
        Rows of table `benchmark`: by kind, form and unit; a capacity of 0 or unknown is not counted
        as a registration with one.
    """
    service = contents["service"]
    is_registered = (service["origin_id"] == REGISTER) & (service["status"] == "existing")
    for_others = services_not_for_seniors(service, contents["service_target_group"])
    of_seniors = service["service_type_code"].isin(kinds_of_seniors())
    counted = service[is_registered & ~(of_seniors & service["service_id"].isin(for_others))]
    sites = counted.set_index("service_id")["sites_total"]
    figures = national_figures(counted, contents["capacity"], sites, has_texts=True)
    scope = np.where(figures["service_type_code"].isin(kinds_of_seniors()), SCOPE_OF_SENIORS, SCOPE)
    return figures.assign(reference_date=data_date, scope=scope, origin_id=REGISTER)


def check_conserved(official: OfficialSources, tables: Mapping[str, pd.DataFrame]) -> None:
    """
    Check that every registration is one service and that capacity by kind, form and unit is the register's.

    Raises
    ------
    PublishError
        If anything was lost or counted twice on the way.
    """
    read = official.read[REGISTER].tables
    service = tables["service"]
    registered = service[service["registration_id"].notna() & (service["origin_id"] == REGISTER)]
    if sorted(registered["service_id"]) != sorted(read["service"]["service_id"]):
        raise PublishError(
            f"{len(read['service'])} registrations were read, {len(registered)} services came of them. "
            f"{FAULT}"
        )

    def sums(capacity: pd.DataFrame, of: pd.DataFrame) -> dict[Any, float]:
        joined = capacity.merge(
            of[["service_id", "service_type_code"]], on="service_id", validate="many_to_one"
        )
        return {
            key: round(float(value), 6) for key, value in joined.groupby(KEY)["capacity_number"].sum().items()
        }

    if sums(tables["capacity"], registered) != sums(read["capacity"], read["service"]):
        raise PublishError(f"The capacity of the register is not conserved. {FAULT}")
