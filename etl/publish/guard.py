"""
Keep a bad build from being published: losses that are too large, norms that jump, two builds at once,
leftovers of a killed one.

A register that answers half, a renamed column or a wrong filter look like a sudden loss.
So a build that loses more than a set share of services, capacity, people or municipalities stops,
and only a person can let it through.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from geodata import durable
from geodata.errors import ParameterError, PublishError
from geodata.method.benchmark import Norm, national_norm
from geodata.vocabulary.codes import ServiceGroup, scope_in, service_groups

MOST_LOST_SHARE = 0.05  # monthly changes of the register stay well below
MOST_MOVED_SHARE = 0.10
"""
Part by which a national norm may move from one build to the next. A month moves it by one
or two in a hundred; a single typing error in beds (9,000 for 90) moved it by 21.
"""
SHOWN_EXAMPLES = 5
OVERRIDE = "If it is meant so, build again with --accept-change."

Tables = Mapping[str, pd.DataFrame]


class BusyError(PublishError):
    """Another build is at work on the same dataset."""


class LossError(PublishError):
    """A build that would lose too much."""


@dataclass(frozen=True)
class Loss:
    """
    How much of something the new tables lack.

    `what` is services, municipalities, population or capacity; `form` and `unit` say which capacity.
    `before` and `lost` are in that unit; `examples` name some of what is gone.
    """

    what: str
    before: float
    lost: float
    form: str | None = None
    unit: str | None = None
    examples: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Lost part of what there was, 0 to 1."""
        return self.lost / self.before if self.before else 0.0

    def __str__(self) -> str:
        """Return one sentence for a reader."""
        names = {
            "services": "services",
            "municipalities": "municipalities",
            "population": "inhabitants",
            "capacity": f"capacity ({self.form}, {self.unit})",
        }
        examples = f" (first: {', '.join(self.examples)})" if self.examples else ""
        return (
            f"{self.lost:g} of {self.before:g} {names[self.what]} would be lost, {self.share:.1%}{examples}"
        )


def losses(old: Tables, new: Tables) -> list[Loss]:
    """
    Measure what the new tables lack of the old ones.

    Parameters
    ----------
    old, new
        Tables of two datasets.

    Returns
    -------
    losses
        Services (by identity: as many new ones do not make up for them) and municipalities that are gone,
        inhabitants, and capacity of each form and unit. Only what is really lost, largest share first.

    Notes
    -----
    An ended service counts as lost: a wrong date format ends a whole register at once.
    Planned and retold capacity is left out.
    """
    found = [
        _gone("services", _active(old)["service_id"], _active(new)["service_id"]),
        _gone(
            "municipalities",
            old["municipality"]["municipality_code"],
            new["municipality"]["municipality_code"],
        ),
        _less("population", _persons(old), _persons(new)),
    ]
    before, after = _capacity(old), _capacity(new)
    for (form, unit), number in before.items():
        found.append(_less("capacity", number, after.get((form, unit), 0.0), form, unit))
    return sorted((loss for loss in found if loss.lost > 0), key=lambda loss: -loss.share)


@dataclass(frozen=True)
class NormJump:
    """
    A national norm that moved: capacity per 1,000 of the target population before and after;
    None = there was, or is, none.
    """

    group_id: str
    country: str
    before: float
    after: float | None

    @property
    def share(self) -> float:
        """How far it moved, in parts of what it was."""
        return 1.0 if self.after is None else abs(self.after - self.before) / self.before

    def __str__(self) -> str:
        """Return one sentence for a reader."""
        after = "nothing" if self.after is None else f"{self.after:.3g}"
        return (
            f"the national norm of {self.group_id} ({self.country}) would go "
            f"from {self.before:.3g} to {after} per 1,000 people, {self.share:.1%}"
        )


def norm_jumps(old: Tables, new: Tables) -> list[NormJump]:
    """
    Measure how far the national norms moved.

    Parameters
    ----------
    old, new
        Tables of two datasets.

    Returns
    -------
    jumps
        Every norm that moved, the farthest first. Norms of areas and of the loaded region are not looked at:
        what an office adds moves them, as it should. Where the two count other registrations
        (the part open to seniors, then a whole register), there is nothing to compare.
    """
    found = []
    for group in service_groups().values():
        for country in group.scopes:
            before, after = (_national(tables, group, country) for tables in (old, new))
            if before.value_per_1000 is None or (after.is_available and after.scope != before.scope):
                continue
            jump = NormJump(group.group_id, country, before.value_per_1000, after.value_per_1000)
            if jump.share > 0:
                found.append(jump)
    return sorted(found, key=lambda jump: -jump.share)


def _national(tables: Tables, group: ServiceGroup, country: str) -> Norm:
    facts = dict(zip(tables["dataset"]["name"], tables["dataset"]["value"], strict=True))
    scope = scope_in(group, country, facts)
    return national_norm(
        tables["benchmark"], tables["national_population"], scope, country, group.target_population
    )


def check_norms(
    old: Tables | None, new: Tables, *, most_moved_share: float = MOST_MOVED_SHARE, accept: bool = False
) -> list[NormJump]:
    """
    Stop a build that moves a national norm too far.

    Parameters
    ----------
    old
        Tables of the last good dataset; None = there is none yet.
    most_moved_share
        A move of exactly this share still passes, up or down.
    accept
        A person has looked and lets it through.

    Returns
    -------
    jumps
        The moves that are too large and were let through, for the report.

    Raises
    ------
    PublishError
        With every norm that moved too far, its numbers, and how to let it through.
    """
    if old is None:
        return []
    too_far = [jump for jump in norm_jumps(old, new) if jump.share > most_moved_share]
    if too_far and not accept:
        raise LossError(
            f"Nothing was published, the last dataset stays: {'; '.join(map(str, too_far))}. "
            f"The limit is {most_moved_share:.0%}. Look for typing errors in capacities "
            f"and for a changed list of people. {OVERRIDE}"
        )
    return too_far


def check_losses(
    old: Tables | None, new: Tables, *, most_lost_share: float = MOST_LOST_SHARE, accept: bool = False
) -> list[Loss]:
    """
    Stop a build that loses too much.

    Parameters
    ----------
    old
        Tables of the last good dataset; None = there is none yet.
    most_lost_share
        A loss of exactly this share still passes; 0 to 1.
    accept
        A person has looked and lets it through.

    Returns
    -------
    losses
        What is lost, for the report.

    Raises
    ------
    PublishError
        With every loss that is too large, its numbers, and how to let it through.
    """
    if not 0 <= most_lost_share <= 1:
        raise ParameterError(f"The largest lost share must be from 0 to 1, it is {most_lost_share:g}.")
    if old is None:
        return []
    found = losses(old, new)
    too_large = [loss for loss in found if loss.share > most_lost_share]
    if too_large and not accept:
        raise LossError(
            f"Nothing was published, the last dataset stays: {'; '.join(map(str, too_large))}. "
            f"The limit is {most_lost_share:.0%}. Check the sources. {OVERRIDE}"
        )
    return found


@contextlib.contextmanager
def exclusive(path: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """
    Let one build at a time work on the dataset at `path`.

    The operating system holds the lock and gives it back when the process ends, however it ends:
    there is no stale lock to remove. What a killed build left behind is cleared away.

    Parameters
    ----------
    wait_s
        How long to wait for another build, seconds.

    Raises
    ------
    PublishError
        If another build is at work, or the folder cannot be written.
    """
    owner = f"process {os.getpid()} since {datetime.now(tz=UTC):%Y-%m-%d %H:%M} UTC"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as held:
            held.enter_context(durable.lock(path.with_name(f".{path.name}.lock"), wait_s=wait_s, owner=owner))
            remove_leftovers(path)
            # What goes wrong under the lock is not about the lock.
            release = held.pop_all()
    except durable.HeldError as other:
        raise BusyError(
            f"Another build is working on {path.name}{f' ({other})' if str(other) else ''}. "
            "Nothing was changed. Build again when it has finished."
        ) from None
    except OSError as error:
        raise PublishError(
            f"Nothing can be written beside {path.name} ({error.strerror or error}). "
            "Choose another place with --output."
        ) from error
    with release:
        yield


def remove_leftovers(path: Path) -> list[str]:
    """
    Remove half-written files that killed builds left beside `path`; call it under the lock.
    Returns their names.
    """
    return durable.sweep(path)


def _active(tables: Tables) -> pd.DataFrame:
    service = tables["service"]
    return service[service["status"] != "ended"]


def _persons(tables: Tables) -> float:
    population = tables["population"]
    return float(population.loc[population["sex"] == "total", "persons"].sum())


def _capacity(tables: Tables) -> dict[tuple[str, str], float]:
    capacity = tables["capacity"]
    counted = capacity[
        capacity["service_id"].isin(_active(tables)["service_id"])
        & (capacity["kind"] != "planned")
        & ~capacity["is_retold"].astype("bool")
        & capacity["capacity_number"].notna()
    ]
    sums: dict[tuple[str, str], float] = {}
    for form, unit, number in zip(counted["form"], counted["unit"], counted["capacity_number"], strict=True):
        sums[form, unit] = sums.get((form, unit), 0.0) + float(number)
    return sums


def _gone(what: str, before: pd.Series[str], after: pd.Series[str]) -> Loss:
    gone = sorted(set(before) - set(after))
    return Loss(what, float(before.nunique()), float(len(gone)), examples=tuple(gone[:SHOWN_EXAMPLES]))


def _less(what: str, before: float, after: float, form: str | None = None, unit: str | None = None) -> Loss:
    return Loss(what, before, max(before - after, 0.0), form, unit)
