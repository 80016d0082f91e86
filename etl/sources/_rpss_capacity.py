"""Capacity as the Czech register states it: by form and unit, belonging to the registration."""

from __future__ import annotations

from typing import Any

import pandas as pd

from etl.sources._files import listing, mapping, number_of, text_of

FORMS = ("pob", "amb", "ter")
UNITS = ("luzka", "klient", "kontakt", "interv", "hovor")
OUTLIER_TIMES = 100
MOST_OUTLIERS_TOLD = 20


def capacities(
    service_id: str, registration: str, forms: list[Any]
) -> tuple[list[dict[str, Any]], list[str]]:
    """
    Return one row per form and unit of a registration, and what to note about them.

    A form without a number, and a number that is none, give a row of unknown capacity. One form and unit told twice with the same
    number is told once; with two numbers nobody can say which holds, so it is unknown and both stay in the text.
    """
    found: dict[tuple[str, str], list[tuple[float | None, str | None]]] = {}
    notes = []
    for entry in forms:
        form = _suffix(mapping(entry).get("forma"), FORMS)
        told = listing(mapping(entry).get("kapacity"))
        if not told:
            found.setdefault((form, "unknown"), []).append((None, None))
        for capacity in told:
            unit = _suffix(mapping(capacity).get("typ"), UNITS)
            number = _number(mapping(capacity).get("pocet"))
            if number is None and mapping(capacity).get("pocet") is not None:
                notes.append(
                    f"Registration {registration}: a capacity ({form}, {unit}) is no number and counts as unknown."
                )
            found.setdefault((form, unit), []).append((number, text_of(mapping(capacity).get("popis"))))
    if not found:
        found["unknown", "unknown"] = [(None, None)]
    rows = []
    for (form, unit), told in found.items():
        numbers = {number for number, _ in told if number is not None}
        texts = list(dict.fromkeys(text for _, text in told if text))
        if len(numbers) > 1:
            both = ", ".join(f"{number:g}" for number in sorted(numbers))
            notes.append(
                f"Registration {registration}: capacity ({form}, {unit}) is told as {both}; it counts as unknown."
            )
            texts.insert(0, both)
        rows.append(
            {
                "service_id": service_id,
                "form": form,
                "unit": unit,
                "kind": "registered",
                "capacity_number": numbers.pop() if len(numbers) == 1 else None,
                "capacity_text": "; ".join(texts) or None,
            }
        )
    return rows, notes


def outlier_notes(services: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """
    Name capacities of another order of magnitude than their kind (100 times the median): typing errors or yearly numbers.

    They are reported, not mended; whether a number is believed is decided by the bound of METHOD.md, mixed bases.
    """
    joined = table.dropna(subset=["capacity_number"]).merge(
        services[["service_id", "registration_id", "service_type_code"]],
        on="service_id",
        validate="many_to_one",
    )
    if joined.empty:
        return []
    kinds = joined.groupby(["service_type_code", "form", "unit"])["capacity_number"]
    joined = joined.assign(median=kinds.transform("median"))
    is_beyond = (joined["median"] > 0) & (joined["capacity_number"] >= OUTLIER_TIMES * joined["median"])
    beyond = joined[is_beyond]
    beyond = beyond.sort_values(["capacity_number", "registration_id"], ascending=[False, True])
    told = beyond.head(MOST_OUTLIERS_TOLD)
    notes = [
        f"Registration {registration}: capacity {number:g} ({kind}, {form}, {unit}) is {number / middle:.0f} times the "
        "median of its kind."
        for registration, number, kind, form, unit, middle in zip(
            told["registration_id"].tolist(),
            told["capacity_number"].tolist(),
            told["service_type_code"].tolist(),
            told["form"].tolist(),
            told["unit"].tolist(),
            told["median"].tolist(),
            strict=True,
        )
    ]
    if len(beyond) > MOST_OUTLIERS_TOLD:
        notes.append(
            f"{len(beyond) - MOST_OUTLIERS_TOLD} more capacities are beyond 100 times the median of their kind."
        )
    return notes


def _suffix(reference: Any, known: tuple[str, ...]) -> str:
    identifier = text_of(mapping(reference).get("id")) or ""
    code = identifier.rpartition("/")[2]
    return code if code in known else "unknown"


def _number(value: Any) -> float | None:
    number = number_of(value)
    return number if number is not None and 0 <= number < 1e9 else None
