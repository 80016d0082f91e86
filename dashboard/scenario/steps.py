"""
A scenario as people handle it: a list of steps that fits an address bar, a file and a table.

Steps hold codes only. What a link or a file asks for is checked against the loaded dataset before it becomes
changes of `geodata.studies.scenario`; what no longer fits is left out and counted, never guessed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from dashboard.address.names import renamed
from geodata.dataset.membership import members_by_area
from geodata.errors import DosahError, InputFileError
from geodata.guarded import json_text
from geodata.guarded.json_text import JsonLimits
from geodata.studies.changes import AddService, Change, CloseService, CloseSite, MoveSite, ResizeService
from geodata.studies.scenario import apply_changes

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis
    from geodata.vocabulary.codes import GroupScope

Kind = Literal["add", "resize", "move", "close", "close_site"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# An address longer than this many steps would be cut by mail programs; more go into a file.
MAX_STEPS: Final = 30
CAPACITY: Final = (0.0, 10_000.0)
LARGEST_FILE: Final = 200_000
FILE_MARK: Final = "dosah_scenario"
FILE_VERSION: Final = 1
NEW_PREFIX: Final = "new-"
FIELD_FORM: Final = "ter"
"""Form of services that come to people: a new one can declare whom it serves."""
_LETTERS: Final[Mapping[Kind, str]] = {
    "add": "a",
    "resize": "r",
    "move": "m",
    "close": "c",
    "close_site": "s",
}
_BETWEEN: Final = "~"


@dataclass(frozen=True)
class Step:
    """
    One change.

    Attributes
    ----------
    kind
        add (a new service), resize, move (a site), close (a service), close_site (one of several sites).
    target
        service_id (resize, close) or site_id (move, close_site); "" for a new service.
    municipality
        Where a new service is, or where a site moves to.
    capacity
        Of a new or resized service, in the unit of the group.
    serves
        Planning area (area_id) whose municipalities a new field service declares
        to serve; "" = reach by distance.
    """

    kind: Kind
    target: str = ""
    municipality: str = ""
    capacity: float | None = None
    serves: str = ""


@dataclass(frozen=True)
class Scenario:
    """
    Steps in order, and the norm of the scenario ("" = the same as today;
    "typed" with a number of its own).
    """

    steps: tuple[Step, ...] = ()
    norm: str = ""
    typed_norm: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.steps and not self.norm


@dataclass(frozen=True)
class Known:
    """
    What steps may name: services and sites of the group,
    municipalities of the country, members of areas.
    """

    services: Mapping[str, tuple[str, ...]]
    fixed_sites: frozenset[str]
    municipalities: Mapping[str, str]
    areas: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Reading:
    """Steps that were read, and how many could not be."""

    steps: tuple[Step, ...]
    refused: int = 0


def known_of(dataset: Dataset, analysis: Analysis) -> Known:
    """
    Return what steps about a group may name.

    Sites whose address is protected, and sites in no known place, cannot be moved: `fixed_sites`.
    """
    services: dict[str, list[str]] = {}
    for service_id, site_id in zip(analysis.supply["service_id"], analysis.supply["site_id"], strict=True):
        services.setdefault(service_id, []).append(site_id)
    sites = dataset["site"]
    places = dataset["municipality"]
    here = places.loc[places["country"] == analysis.country]
    areas = dataset["area"].loc[dataset["area"]["country"] == analysis.country, "area_id"]
    inside = members_by_area(dataset)
    return Known(
        services={service_id: tuple(found) for service_id, found in services.items()},
        fixed_sites=frozenset(sites.loc[sites["is_protected"].astype(bool), "site_id"]),
        municipalities=dict(zip(here["municipality_code"], here["name"], strict=True)),
        areas={area_id: inside[area_id] for area_id in areas},
    )


# -- the address bar -----------------------------------------------------------------------------------------


def write_link(steps: Sequence[Step]) -> str:
    """Write steps as a short text for an address: "a.598542.12~c.cz-rpss-77"; "" for none."""
    return _BETWEEN.join(_write_step(step) for step in steps)


def _write_step(step: Step) -> str:
    capacity = "" if step.capacity is None else f"{step.capacity:.12g}".replace(".", ",")
    parts = {
        "add": [step.municipality, capacity, *([step.serves] if step.serves else [])],
        "resize": [capacity, step.target],
        "move": [step.municipality, step.target],
        "close": [step.target],
        "close_site": [step.target],
    }[step.kind]
    return ".".join([_LETTERS[step.kind], *(part.replace("%", "%25").replace("~", "%7E") for part in parts)])


def read_link(raw: str) -> Reading:
    """
    Read steps from an address; what is no step, and what comes after the largest number
    of them, is counted as refused.
    """
    parts = [part for part in raw.split(_BETWEEN) if part]
    found = [_read_step(part) for part in parts[:MAX_STEPS]]
    steps = tuple(step for step in found if step is not None)
    return Reading(steps, len(parts) - len(steps))


def _read_step(raw: str) -> Step | None:
    letter, *rest = raw.split(".", 1)
    kind = next((name for name, own in _LETTERS.items() if own == letter), None)
    if kind is None or not rest:
        return None
    count = {"add": 3, "resize": 2, "move": 2, "close": 1, "close_site": 1}[kind]
    parts = [part.replace("%7E", "~").replace("%25", "%") for part in rest[0].split(".", count - 1)]
    if kind == "add" and len(parts) in (2, 3):
        return plausible(Step("add", "", parts[0], read_number(parts[1]), *parts[2:]))
    if len(parts) != count or kind == "add":
        return None
    if kind == "resize":
        return plausible(Step("resize", parts[1], capacity=read_number(parts[0])))
    if kind == "move":
        return plausible(Step("move", parts[1], parts[0]))
    return plausible(Step(kind, parts[0]))


def read_number(raw: object) -> float | None:
    """Read a capacity; None where it is no number or beyond what a capacity can be."""
    if isinstance(raw, bool) or raw is None:
        return None
    try:
        number = float(str(raw).replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and CAPACITY[0] <= number <= CAPACITY[1] else None


def plausible(step: Step) -> Step | None:
    """Return a step that says all that its kind needs, else None."""
    needs_place = step.kind in ("add", "move")
    needs_capacity = step.kind in ("add", "resize")
    is_whole = (
        bool(step.municipality) is needs_place
        and (step.capacity is not None) is needs_capacity
        and bool(step.target) is (step.kind != "add")
        and (not step.serves or step.kind == "add")
        and not (step.kind == "add" and step.capacity == 0)
    )
    return step if is_whole else None


# -- the file ------------------------------------------------------------------------------------------------


def write_file(scenario: Scenario, parameters: Mapping[str, str], data_date: str | None) -> bytes:
    """
    Write a scenario as JSON that somebody can read.

    Parameters
    ----------
    scenario
        What to keep.
    parameters
        The question to the map (area, service, norm, …) as it stands in the address.
    data_date
        Day of the data it was made with; told on loading, not enforced.
    """
    content = {
        FILE_MARK: FILE_VERSION,
        "data_date": data_date,
        "question": dict(parameters),
        "norm": scenario.norm or None,
        "norm_per_1000": scenario.typed_norm,
        "steps": [
            {
                name: value
                for name, value in (
                    ("kind", step.kind),
                    ("target", step.target),
                    ("municipality_code", step.municipality),
                    ("capacity", step.capacity),
                    ("serves_area", step.serves),
                )
                if value not in ("", None)
            }
            for step in scenario.steps
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def read_file(raw: bytes) -> tuple[Scenario, dict[str, str], int]:
    """
    Read what `write_file` wrote.

    Returns
    -------
    scenario, parameters, refused
        `refused` counts the steps that could not be read; they are checked against the dataset
        later, like those of a link.

    Raises
    ------
    InputFileError
        If it is no scenario at all.
    """
    try:
        content = json_text.parse(raw, "scenario", JsonLimits(bytes=LARGEST_FILE))
        is_ours = content[FILE_MARK] == FILE_VERSION and isinstance(content["steps"], list)
    except (ValueError, TypeError, KeyError):
        is_ours = False
    if not is_ours:
        raise InputFileError(
            "scenario", ["this is no saved scenario"], "Choose a file that this page has saved."
        )
    entries = content["steps"]
    found = [_step_of(entry) for entry in entries[:MAX_STEPS]]
    steps = tuple(step for step in found if step is not None)
    question = content.get("question")
    parameters = (
        renamed({name: value for name, value in question.items() if isinstance(value, str)})
        if isinstance(question, dict)
        else {}
    )
    norm = content.get("norm")
    typed = read_number(content.get("norm_per_1000"))
    scenario = Scenario(steps, norm if isinstance(norm, str) else "", typed)
    return scenario, parameters, len(entries) - len(steps)


def _step_of(entry: Any) -> Step | None:
    if not isinstance(entry, dict) or entry.get("kind") not in KINDS:
        return None
    words = [entry.get(name, "") for name in ("target", "municipality_code", "serves_area")]
    if not all(isinstance(word, str) and len(word) <= 200 for word in words):
        return None
    target, municipality, serves = words
    return plausible(Step(entry["kind"], target, municipality, read_number(entry.get("capacity")), serves))


# -- what fits -----------------------------------------------------------------------------------------------


def change_of(step: Step, number: int, known: Known) -> Change | None:
    """
    Return the change of `geodata.studies.scenario` that a step means;
    None where the dataset does not know what it names.

    `number` tells new services apart.
    """
    site_ids = {site_id for sites in known.services.values() for site_id in sites} - known.fixed_sites
    if step.kind == "add":
        return _addition(step, number, known)
    if step.kind == "resize" and step.target in known.services and step.capacity is not None:
        return ResizeService(step.target, step.capacity)
    if step.kind == "move" and step.municipality in known.municipalities and step.target in site_ids:
        return MoveSite(step.target, step.municipality)
    if step.kind == "close" and step.target in known.services:
        return CloseService(step.target)
    if step.kind == "close_site" and step.target in site_ids:
        return CloseSite(step.target)
    return None


def _addition(step: Step, number: int, known: Known) -> AddService | None:
    if step.municipality not in known.municipalities or step.capacity is None:
        return None
    if step.serves and not known.areas.get(step.serves):
        return None
    served = tuple(known.areas[step.serves]) if step.serves else ()
    return AddService(
        f"{NEW_PREFIX}{number}", step.capacity, municipality_code=step.municipality, served=served
    )


def fitting(
    steps: Sequence[Step], dataset: Dataset, known: Known, scope: GroupScope, country: str
) -> tuple[tuple[Step, ...], tuple[Change, ...], Dataset]:
    """
    Keep the steps that fit the dataset and one another, with the changes they mean
    and the dataset they lead to.

    A later step sees the earlier ones: a service that was closed cannot be resized any more.
    """
    found = [change_of(step, number, known) for number, step in enumerate(steps, start=1)]
    whole = [change for change in found if change is not None]
    if len(whole) == len(found):
        # Nearly always all of them fit, and together they are made in one go.
        with suppress(DosahError):
            return tuple(steps), tuple(whole), apply_changes(dataset, whole, scope, country)
    kept: list[Step] = []
    changes: list[Change] = []
    now = dataset
    for step in steps:
        change = change_of(step, len(kept) + 1, known)
        if change is None:
            continue
        try:
            now = apply_changes(now, [change], scope, country)
        except DosahError:
            continue
        kept.append(step)
        changes.append(change)
    return tuple(kept), tuple(changes), now


def without(scenario: Scenario, position: int) -> Scenario:
    """Return the scenario without one of its steps."""
    steps = scenario.steps[:position] + scenario.steps[position + 1 :]
    return replace(scenario, steps=steps)
