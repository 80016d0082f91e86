"""
What a result means, in plain sentences for a reader who is no statistician.

Every sentence is built from one row of an analysis and says no more than the figures do: a lower bound is "at
least", an unknown is unknown, and where the catalogue is incomplete "none known to us" is not "none".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Final

from dashboard import text
from dashboard.phrases import bounds
from dashboard.phrases.amounts import amount, digits_of
from dashboard.phrases.gaps import edge_sentence
from dashboard.phrases.norms import norm_unavailable, persons
from dashboard.text import _, ngettext
from geodata.figures import adding_up
from geodata.reading.gap import Gap
from geodata.vocabulary.codes import codelist

PERSON_UNITS: Final = frozenset({"luzka", "klient", "place"})
"""Units of which one person takes one; interventions and contacts are counted, not people."""

# Less than this is told as "less than 0.1".
SMALLEST_TOLD: Final = 0.05

# Below half a place a figure of whole people would read as "nobody".
_LESS_THAN_ONE: Final = 0.5


def whole_parts(total: float, parts: Sequence[float]) -> list[int]:
    """
    Round parts of a total to whole numbers that add up to the rounded total.

    The largest remainders are rounded up, so that no part is off by one or more:
    "6 of 11, 5 missing" must add up.
    """
    wanted = math.floor(total + 0.5)
    floors = [math.floor(part + 1e-9) for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    for i in order[: max(wanted - sum(floors), 0)]:
        floors[i] += 1
    return floors


def sentence(gap: Gap, *, population_is_loaded: bool = True) -> str:
    """
    Say in one or two sentences what a village has of a group of services and what it lacks.

    Parameters
    ----------
    gap
        The figures.
    population_is_loaded
        Whether any population of the village is known; tells "not loaded" from "ages too coarse".
    """
    if gap.gap_class == "no_need":
        return class_sentence("no_need")
    if gap.demand is None:
        return f"{_why_no_need_is_known(gap, population_is_loaded)} {in_reach_sentence(gap)}"
    if gap.gap_class == "unknown" or gap.served is None or gap.missing is None:
        return f"{in_reach_sentence(gap)} {need_sentence(gap)}"
    if gap.gap_class == "none_within_reach":
        return _none_sentence(gap)
    if gap.unit not in PERSON_UNITS:
        return _counted_sentence(gap)
    return _person_sentence(gap, gap.demand, gap.served, gap.missing)


def _person_sentence(gap: Gap, demand: float, met: float, lacking: float) -> str:
    """Say of whole people how many are served and how many are not."""
    served, missing = whole_parts(demand, [met, lacking])
    needed = served + missing
    # Rounded so that they add up, two fifths of a place would be told as room for one.
    if needed < 2 or ((served == 0 or met < _LESS_THAN_ONE) and gap.gap_class != "at_or_above"):
        return f"{need_sentence(gap)} {class_sentence(gap.gap_class)}"
    if gap.gap_class == "at_or_above" and missing == 0:
        return ngettext(
            "There is room within reach for the {n} person who would need the service by the norm.",
            "There is room within reach for all {n} people who would need the service by the norm.",
            needed,
        )
    return _short_sentence(gap, served, missing, needed)


def _short_sentence(gap: Gap, served: int, missing: int, needed: int) -> str:
    first = ngettext(
        "There is room within reach for {served} of the {n} person who would need the service by the norm",
        "There is room within reach for {served} of the {n} people who would need the service by the norm",
        needed,
        served=bounds.least(text.number(served), is_bound=gap.is_lower_bound),
    )
    second = ngettext(
        "{n} place is missing",
        "{n} places are missing",
        missing,
        bound=partial(bounds.most, is_bound=gap.is_lower_bound),
    )
    if missing == 0:
        return _("{sentence}; less than one place is missing.", sentence=first)
    return f"{first}; {second}."


def _counted_sentence(gap: Gap) -> str:
    """Say the same of interventions and contacts, which are no places."""
    demand, met, lacking = gap.demand or 0.0, gap.served or 0.0, gap.missing or 0.0
    if demand < SMALLEST_TOLD:
        # Of so little no part can be told apart: the class says what there is to say.
        return f"{need_sentence(gap)} {class_sentence(gap.gap_class)}"
    shown = adding_up(demand, [met, lacking], digits_of(demand))
    needed, served, missing = (
        amount(exact if is_trace else float(value), gap.unit, shown.digits)
        for value, exact, is_trace in zip(
            (shown.total, *shown.parts), (demand, met, lacking), (False, *shown.is_trace), strict=True
        )
    )
    if gap.gap_class == "at_or_above":
        return _("By the norm: {needed}. All of it is within reach.", needed=needed)
    # "At most less than" says nothing twice.
    is_bound = gap.is_lower_bound and not any(shown.is_trace)
    served, missing = bounds.least(served, is_bound=is_bound), bounds.most(missing, is_bound=is_bound)
    return _("By the norm: {needed}. Within reach: {served}. Missing: {missing}.",
             needed=needed, served=served, missing=missing)  # fmt: skip


def _none_sentence(gap: Gap) -> str:
    nothing = (
        _("No such service is within reach.")
        if gap.is_register_complete
        else _("No such service known to us is within reach.")
    )
    return f"{nothing} {need_sentence(gap)}"


def need_sentence(gap: Gap) -> str:
    """Say how many people would need the service by the norm; nothing where that is not known."""
    if gap.demand is None:
        return ""
    if gap.unit not in PERSON_UNITS:
        return _("By the norm: {needed}.", needed=amount(gap.demand, gap.unit))
    if gap.demand < _LESS_THAN_ONE:
        return _("By the norm less than one person here would need it.")
    return ngettext(
        "By the norm {n} person here would need it.", "By the norm {n} people here would need it.", gap.demand
    )


def in_reach_sentence(gap: Gap) -> str:
    """Say how many services are within reach, whatever their capacity."""
    if gap.services_in_reach == 0:
        return (
            _("No such service is within reach.")
            if gap.is_register_complete
            else _("No such service known to us is within reach.")
        )
    if gap.services_in_reach_unknown == gap.services_in_reach:
        return ngettext(
            "{n} such service is within reach, but how many people it has room for is not known.",
            "{n} such services are within reach, but how many people they have room for is not known.",
            gap.services_in_reach,
        )
    return ngettext(
        "{n} such service is within reach.", "{n} such services are within reach.", gap.services_in_reach
    )


def _why_no_need_is_known(gap: Gap, population_is_loaded: bool) -> str:
    if not population_is_loaded:
        return _("The population of this municipality is not loaded, so its need is not known.")
    if gap.target_persons is None:
        return _(
            "How many {people} live here is not known: the source does not divide ages so finely.",
            people=persons(gap.norm.age_weights),
        )
    return _(
        "There is no norm to compare with: {reason}.", reason=norm_unavailable(gap.norm.unavailable_reason)
    )


def class_sentence(gap_class: str) -> str:
    """Return what a gap class means to the people of a village."""
    return str(codelist("gap_classes")[gap_class].attributes["sentence"][text.current()])


# -- certainty -----------------------------------------------------------------------------------------------


def doubts(gap: Gap) -> list[str]:
    """Say how sure the figures of a gap are: what is a lower bound, near the edge, unknown, incomplete."""
    found = []
    if gap.is_lower_bound and gap.demand is not None:
        found.append(
            ngettext(
                "The capacity of {n} service within reach is unknown or doubtful; "
                "it is not counted, so there may be more room than we say.",
                "The capacity of {n} services within reach is unknown or doubtful; "
                "it is not counted, so there may be more room than we say.",
                gap.services_in_reach_unknown,
            )
        )
    if gap.is_near_edge:
        said = _(
            "The municipality is near the edge of the loaded data: services and people beyond the edge, "
            "which also matter, are not counted."
        )
        found.append(edge_sentence(said, gap.edge_share))
    if not gap.is_register_complete:
        found.append(
            _("We do not know all services of this kind: “not known to us” does not mean “there is none”.")
        )
    return found
