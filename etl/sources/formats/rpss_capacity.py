"""Capacity as the Czech register states it: by form and unit, belonging to the registration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from etl.files.losses import Losses, scalar_words
from etl.sources.formats.files import listing, mapping, number_of, text_of
from etl.sources.formats.rpss_site import is_said, is_strange

FORMS = ("pob", "amb", "ter")
UNITS = ("luzka", "klient", "kontakt", "interv", "hovor")
OUTLIER_TIMES = 100
MOST_OUTLIERS_TOLD = 20
UNKNOWN = "unknown"
BAD_NUMBERS = "capacities that are no number, counted as unknown"
UNKNOWN_FORMS = "forms of a service that no list of ours has, kept in words"
UNKNOWN_UNITS = "units of a capacity that no list of ours has, kept in words"
TWO_NUMBERS = "capacities told as two numbers, counted as unknown"
BROKEN = "forms or capacities that are no record, left out"


def capacities(service_id: str, registration: str, forms: Any, losses: Losses) -> list[dict[str, Any]]:
    """
    Return one row per form and unit of a registration; what could not be read is counted in `losses`.

    A form without a number, and a number that is none, give a row of unknown capacity. One form
    and unit told twice with the same number is told once; with two numbers nobody can say which holds,
    so it is unknown and both stay in the text. So do the words of a form, a unit or a number that is none.
    """
    found: dict[tuple[str, str], list[tuple[float | None, str | None]]] = {}
    losses.add_if(BROKEN, registration, is_said(forms) and not isinstance(forms, list))
    for entry in listing(forms):
        losses.add_if(BROKEN, registration, is_strange(entry, ("forma", "kapacity")))
        form, form_words = _suffix(mapping(entry).get("forma"), FORMS, "forma")
        losses.add_if(UNKNOWN_FORMS, registration, form_words is not None)
        given = mapping(entry).get("kapacity")
        losses.add_if(BROKEN, registration, is_said(given) and not isinstance(given, list))
        stated = listing(given)
        if not stated:
            found.setdefault((form, UNKNOWN), []).append((None, form_words))
        for capacity in stated:
            losses.add_if(BROKEN, registration, is_strange(capacity, ("pocet", "typ", "popis")))
            unit, unit_words = _suffix(mapping(capacity).get("typ"), UNITS, "jednotka")
            losses.add_if(UNKNOWN_UNITS, registration, unit_words is not None)
            given = mapping(capacity).get("pocet")
            number, number_words = _number(given), None
            if number is None and is_said(given):
                losses.add(BAD_NUMBERS, registration)
                number_words = f"počet: {scalar_words(given) or '?'}"
            said = text_of(mapping(capacity).get("popis"))
            losses.add_if(BROKEN, registration, said is None and is_said(mapping(capacity).get("popis")))
            words = "; ".join(filter(None, (said, form_words, unit_words, number_words)))
            found.setdefault((form, unit), []).append((number, words or None))
    if not found:
        found[UNKNOWN, UNKNOWN] = [(None, None)]
    rows = []
    for (form, unit), stated in found.items():
        row: dict[str, Any] = {"service_id": service_id, "form": form, "unit": unit, "kind": "registered"}
        rows.append(row | _one(registration, stated, losses))
    return rows


def _one(
    registration: str, told: Sequence[tuple[float | None, str | None]], losses: Losses
) -> dict[str, Any]:
    """Return the number on which all tellings agree, and all their words."""
    numbers = {number for number, _ in told if number is not None}
    texts = list(dict.fromkeys(text for _, text in told if text))
    if len(numbers) > 1:
        losses.add(TWO_NUMBERS, registration)
        texts.insert(0, ", ".join(f"{number:g}" for number in sorted(numbers)))
    return {
        "capacity_number": numbers.pop() if len(numbers) == 1 else None,
        "capacity_text": "; ".join(texts) or None,
    }


def agreed(
    registration: str,
    leading: Sequence[Mapping[str, Any]],
    others: Sequence[Sequence[Mapping[str, Any]]],
    losses: Losses,
) -> list[dict[str, Any]]:
    """
    Return the capacities of the leading telling of a registration.

    A number that another one contradicts is unknown, all are in words.
    """
    rows = []
    for row in leading:
        numbers = {row["capacity_number"]}
        for other in others:
            same = [
                one["capacity_number"]
                for one in other
                if (one["form"], one["unit"]) == (row["form"], row["unit"])
            ]
            numbers.add(same[0] if same else None)
        agreed_row = dict(row)
        if len(numbers) > 1:
            losses.add(TWO_NUMBERS, registration)
            words = ", ".join(f"{number:g}" for number in sorted(numbers - {None}))
            text = "; ".join(filter(None, (words, row["capacity_text"])))
            agreed_row |= {"capacity_number": None, "capacity_text": text}
        rows.append(agreed_row)
    return rows


def outlier_notes(services: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """
    Name capacities of another order of magnitude than their kind (100 times the median):
    typing errors or yearly numbers.

    They are reported, not mended; whether a number is believed is decided by its bound
    (docs/METHOD.md#what-a-number-counts).
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
    shown = beyond.head(MOST_OUTLIERS_TOLD)
    notes = [
        f"Registration {registration}: capacity {number:g} ({kind}, {form}, {unit}) "
        f"is {number / middle:.0f} times the median of its kind."
        for registration, number, kind, form, unit, middle in zip(
            shown["registration_id"].tolist(),
            shown["capacity_number"].tolist(),
            shown["service_type_code"].tolist(),
            shown["form"].tolist(),
            shown["unit"].tolist(),
            shown["median"].tolist(),
            strict=True,
        )
    ]
    if len(beyond) > MOST_OUTLIERS_TOLD:
        notes.append(
            f"{len(beyond) - MOST_OUTLIERS_TOLD} more capacities are beyond "
            "100 times the median of their kind."
        )
    return notes


def _suffix(reference: Any, known: tuple[str, ...], word: str) -> tuple[str, str | None]:
    """Return the code of a reference, and what to say of one that no list has."""
    if not is_said(reference):
        return UNKNOWN, None
    identifier = text_of(mapping(reference).get("id")) or ""
    code = identifier.rpartition("/")[2]
    if code in known:
        return code, None
    # Of anything that is no reference only a plain value is repeated: what else stands there may name a
    # person.
    return UNKNOWN, f"{word}: {scalar_words(code or reference) or '?'}"


def _number(value: Any) -> float | None:
    number = number_of(value)
    return number if number is not None and 0 <= number < 1e9 else None
