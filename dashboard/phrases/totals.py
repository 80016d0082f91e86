"""What is short in a whole area, in sentences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dashboard import text
from dashboard.phrases import amounts, bounds
from dashboard.phrases.amounts import digits_of
from dashboard.phrases.gaps import SHORT_CLASSES
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from geodata.method.summary import Summary


def headline(summary: Summary, area_name: str) -> list[str]:
    """
    Say in two or three sentences what falls short in an area.

    Of what is missing "at most" is said where a capacity within reach is unknown: it could be less.
    """
    unknown = int(summary.class_counts.get("unknown", 0))
    if unknown >= summary.municipalities:
        return [untold_sentence()]
    short = sum(int(summary.class_counts.get(name, 0)) for name in SHORT_CLASSES)
    sentences = [_short_sentence(short, summary.municipalities, unknown, area_name)]
    if short and summary.missing_places is not None:
        sentences.append(_missing_sentence(summary.missing_places, summary, unknown))
    none = int(summary.class_counts.get("none_within_reach", 0))
    if none and summary.municipalities > 1:
        sentences.append(
            ngettext(
                "In {n} municipality no service known to us is within reach.",
                "In {n} municipalities no service known to us is within reach.",
                none,
            )
        )
    if unknown:
        sentences.append(
            ngettext(
                "Of {n} municipality it is not known.",
                "Of {n} municipalities it is not known.",
                unknown,
            )
        )
    return sentences


def untold_sentence() -> str:
    """Say that nothing can be said of an area, and why."""
    return _(
        "What is missing here cannot be said: the people, the norm or the capacity within reach is not known."
    )


def _short_sentence(short: int, municipalities: int, unknown: int, area_name: str) -> str:
    if municipalities == 1:
        return (
            _("{area}: less is within reach than the norm asks.", area=area_name)
            if short
            else _("{area}: as much is within reach as the norm asks.", area=area_name)
        )
    if not short and unknown:
        return ngettext(
            "In {n} of {total} municipalities as much is within reach as the norm asks.",
            "In {n} of {total} municipalities as much is within reach as the norm asks.",
            municipalities - unknown,
            total=text.number(municipalities),
        )
    if not short:
        return ngettext(
            "In all {n} municipalities as much is within reach as the norm asks.",
            "In all {n} municipalities as much is within reach as the norm asks.",
            municipalities,
        )
    if short == municipalities:
        return ngettext(
            "In all {n} municipalities less is within reach than the norm asks.",
            "In all {n} municipalities less is within reach than the norm asks.",
            short,
        )
    return ngettext(
        "In {n} of {total} municipalities less is within reach than the norm asks.",
        "In {n} of {total} municipalities less is within reach than the norm asks.",
        short,
        total=text.number(municipalities),
    )


def _missing_sentence(missing: float, summary: Summary, unknown: int) -> str:
    """Say how much is missing, and of which municipalities where it is not of all."""
    digits = digits_of(missing)
    # Less than a tenth is less than a tenth, bound or not; what is more is said as the tables say it.
    is_bound = summary.is_lower_bound and missing >= 10.0**-digits / 2
    if missing >= 10.0**-digits / 2:
        missing, digits = amounts.missing_as_shown(summary)
    said = partial(bounds.most, is_bound=is_bound)
    if unknown:
        return ngettext(
            "Where it can be told ({told} of {total}), {n} place is missing altogether.",
            "Where it can be told ({told} of {total}), {n} places are missing altogether.",
            missing,
            digits,
            bound=said,
            told=text.number(summary.municipalities - unknown),
            total=text.number(summary.municipalities),
        )
    return ngettext(
        "{n} place is missing altogether.",
        "{n} places are missing altogether.",
        missing,
        digits,
        bound=said,
    )


def told_note() -> str:
    """Say what “cannot be told” is in a table of totals."""
    return _(
        "Served + waiting + out of reach + cannot be told = need; missing = waiting + out of reach. "
        "“Cannot be told” is the need of municipalities that reach only services of unknown capacity: "
        "it is in no other figure."
    )


def share_missing(total: Summary) -> float:
    """
    Return the part of the need that is missing, of the municipalities that can be told.

    Units differ, so amounts cannot be ranked against each other; the part of the need that is missing can.
    """
    return 0.0 if total.served_share is None else 1.0 - total.served_share
