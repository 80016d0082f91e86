"""
The scenario as a table that people type into: rows of words to steps of codes and back.

Pure functions; a row that says too little or too much is no step, and the reader is told which and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from dashboard import text
from dashboard.scenario.steps import Kind, Known, Step, read_number
from dashboard.scenario.words import kind_labels
from dashboard.text import _
from geodata.reading import values

COLUMNS: Final = ("kind", "target", "municipality", "capacity")


@dataclass(frozen=True)
class Words:
    """
    Words of the table's lists and the codes they stand for, both ways; every word stands for one code.

    `targets` names services and, where a service has several, its sites.
    """

    targets: Mapping[str, str]
    municipalities: Mapping[str, str]

    def code_of(self, word: object, words: Mapping[str, str]) -> str:
        """Return the code of a word; "" where the cell is empty or says something else."""
        return next((code for code, own in words.items() if own == word), "")


def unique(words: Mapping[str, str]) -> dict[str, str]:
    """Make words that stand for several codes distinct by adding the code."""
    counts = Counter(words.values())
    return {code: word if counts[word] == 1 else f"{word} [{code}]" for code, word in words.items()}


def rows_of(steps: Sequence[Step], words: Words) -> pd.DataFrame:
    """Return steps as rows of words."""
    kinds = kind_labels()
    rows = [
        {
            "kind": kinds[step.kind],
            "target": words.targets.get(step.target) if step.target else None,
            "municipality": words.municipalities.get(step.municipality) if step.municipality else None,
            "capacity": step.capacity,
        }
        for step in steps
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(
        {"kind": "object", "target": "object", "municipality": "object", "capacity": "float64"}
    )


def steps_of(
    table: pd.DataFrame, words: Words, known: Known, before: Sequence[Step]
) -> tuple[tuple[Step, ...], list[str]]:
    """
    Read rows of words as steps.

    Parameters
    ----------
    table
        Rows as people left them.
    words, known
        What words stand for, and what there is.
    before
        Steps that the rows were made from: what the table does not show (whom a new service serves) is kept.

    Returns
    -------
    steps, problems
        One sentence for each row that is no step; empty rows are no problem.
    """
    kinds = {label: kind for kind, label in kind_labels().items()}
    served = {(step.municipality, step.capacity): step.serves for step in before if step.kind == "add"}
    steps: list[Step] = []
    problems: list[str] = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        if all(values.is_missing(row[name]) for name in COLUMNS):
            continue
        kind = kinds.get(str(row["kind"]))
        target = words.code_of(row["target"], words.targets)
        municipality = words.code_of(row["municipality"], words.municipalities)
        capacity = None if values.is_missing(row["capacity"]) else read_number(row["capacity"])
        problem = _problem(kind, target, municipality, capacity, known)
        if problem or kind is None:
            problems.append(_("Row {n}: {problem}", n=text.number(number), problem=problem))
        elif kind == "add":
            steps.append(Step("add", "", municipality, capacity, served.get((municipality, capacity), "")))
        elif kind == "resize":
            steps.append(Step("resize", service_of(target, known), capacity=capacity))
        elif kind == "move":
            steps.append(Step("move", only_site(target, known), municipality))
        elif kind == "close":
            steps.append(Step("close", service_of(target, known)))
        else:
            steps.append(Step("close_site", only_site(target, known)))
    return tuple(steps), problems


def _problem(kind: Kind | None, target: str, municipality: str, capacity: float | None, known: Known) -> str:
    if kind is None:
        return _("choose what happens.")
    if kind in ("resize", "move", "close", "close_site") and not target:
        return _("choose the service.")
    if kind in ("add", "move") and not municipality:
        return _("choose the municipality.")
    if kind in ("add", "resize") and (capacity is None or (kind == "add" and capacity == 0)):
        return _("write the capacity as a number.")
    return _site_problem(only_site(target, known), known) if kind in ("move", "close_site") else ""


def _site_problem(site: str, known: Known) -> str:
    if not site:
        return _("choose one of the sites of the service.")
    if site in known.fixed_sites:
        return _("the address of this service is protected, so it cannot be moved on a map.")
    return ""


def service_of(code: str, known: Known) -> str:
    """Return the service of a service_id or site_id."""
    if code in known.services:
        return code
    return next((service_id for service_id, sites in known.services.items() if code in sites), "")


def only_site(code: str, known: Known) -> str:
    """Return a site_id as it is, and of a service its only site; "" where it has several."""
    sites = known.services.get(code)
    if sites is None:
        return code
    return sites[0] if len(sites) == 1 else ""
