"""
The sentences of the map of gaps: what falls short, by which yardstick, how far the figures can be trusted.

Pure functions from an analysis to words in the current language (`dashboard.text`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import text
from dashboard.phrases import bounds
from dashboard.phrases.amounts import (
    amount,
    amount_forms,
    at_most,
    norm_value,
)
from dashboard.phrases.norms import norm_sentence
from dashboard.text import _, forms, ngettext
from dashboard.theme import GAP_CLASSES
from geodata.reading import values as reading_values
from geodata.vocabulary import codes

if TYPE_CHECKING:
    import pandas as pd

    from geodata.method.analysis import Analysis, Settings
    from geodata.method.summary import Summary

SHORT_CLASSES = ("below", "far_below", "none_within_reach")


def class_labels() -> dict[str, str]:
    """Return the words of every gap class, in the order of the legend."""
    return {name: codes.label("gap_classes", name, text.current()) for name in GAP_CLASSES}


# -- the yardstick -------------------------------------------------------------------------------------------


# -- what falls short ----------------------------------------------------------------------------------------


def catalogue_sentence(analysis: Analysis) -> str:
    """Say how complete the catalogue is where a gap is shown."""
    if analysis.is_register_complete:
        return _(
            "“None within reach” means: none in the register of social services of the loaded districts. "
            "Other help is known only from public pages, so the catalogue may lack some."
        )
    return _(
        "The catalogue is not complete for this service: “no service known to us” is not “no service”. "
        "Only services found on public pages or serving seniors are loaded."
    )


# -- how far to trust it -------------------------------------------------------------------------------------


def not_counted_reasons(analysis: Analysis) -> dict[str, int]:
    """Return how many services of the group have a capacity that does not count, by reason."""
    rows = analysis.supply.loc[~analysis.supply["counted"].astype(bool)]
    counts = rows.groupby("not_counted_reason")["service_id"].nunique()
    return {str(reason): int(count) for reason, count in counts.items()}


_LEAST_SHARE_SAID = 0.01


def edge_size(share: float | None, *, is_most: bool = False) -> str | None:
    """
    Say how much of the surroundings lies beyond the edge of the loaded data;
    None where that is not known.
    """
    if share is None or reading_values.is_missing(share):
        return None
    if share < _LEAST_SHARE_SAID:
        least = text.percent(_LEAST_SHARE_SAID)
        return _(
            "less than {share} of the surroundings that the figure depends on is not loaded", share=least
        )
    if is_most:
        return _(
            "up to {share} of the surroundings that a figure depends on is not loaded",
            share=text.percent(share),
        )
    return _(
        "about {share} of the surroundings that the figure depends on is not loaded",
        share=text.percent(share),
    )


def edge_sentence(said: str, share: float | None, *, is_most: bool = False) -> str:
    """
    Return a sentence about the edge with its size in words, where the size is known.

    Parameters
    ----------
    said
        The sentence, with its full stop.
    share
        See `geodata.method.edge`.
    is_most
        Whether `share` is the largest of several.
    """
    size = edge_size(share, is_most=is_most)
    return said if size is None else f"{said.rstrip('.')} ({size})."


def reason_label(reason: str) -> str:
    """Say why a capacity does not count."""
    labels = {
        "capacity_unknown": _("capacity unknown"),
        "form_unknown": _("form unknown"),
        "other_unit": _("told only in another unit"),
        "planned": _("only planned"),
        "per_year": _("told per year"),
        "doubtful": _("doubtful number"),
        "not_for_seniors": _("not for seniors"),
    }
    return labels.get(reason, reason)


def doubtful_sentence(
    doubtful: int,
    today: Summary,
    other: Summary,
    *,
    is_counted: bool,
    norms: tuple[float | None, float | None] = (None, None),
) -> str | None:
    """
    Say what the switch for doubtful capacities changes in this area; None where there is nothing to switch.

    Parameters
    ----------
    doubtful
        Services of the group in the country whose number is doubtful.
    today, other
        Totals of the area as shown, and with the switch the other way.
    is_counted
        Whether doubtful numbers count in what is shown.
    norms
        Norm per 1,000 as shown, and with the switch the other way: where it is a mean
        of what counts it moves too.
    """
    if not doubtful:
        return None
    first = (
        ngettext(
            "{n} service with a doubtful number is counted.",
            "{n} services with a doubtful number are counted.",
            doubtful,
        )
        if is_counted
        else ngettext(
            "{n} service has a doubtful number (perhaps clients per year): it counts as “capacity unknown”.",
            "{n} services have a doubtful number (perhaps clients per year): "
            "they count as “capacity unknown”.",
            doubtful,
        )
    )
    if today.missing_places is None or other.missing_places is None:
        return first
    now, then = (
        at_most(one.missing_places, is_bound=one.is_lower_bound and bool(one.missing_places))
        for one in (today, other)
    )
    if today.municipalities_told != other.municipalities_told:
        # Totals of different municipalities are no before and after.
        second = _(
            "The other way it could be told of {then} of {total} municipalities instead of {now}.",
            then=text.number(other.municipalities_told),
            now=text.number(today.municipalities_told),
            total=text.number(today.municipalities),
        )
        return f"{first} {second}"
    if now == then:
        second = _("Counted or not, {now} places are missing here.", now=now)
        return f"{first} {second}"
    values = {"now": now, "then": then}
    second = (
        _("Without them {then} places would be missing here instead of {now}.", **values)
        if is_counted
        else _("If they counted, {then} places would be missing here instead of {now}.", **values)
    )
    was, will = norms
    if was is not None and will is not None and norm_value(was) != norm_value(will):
        # The norm is a mean of what counts: more capacity asks for more, so that more can be missing.
        third = _(
            "The norm is a mean of what is counted, so it would change too: "
            "{then} instead of {now} per 1,000.",
            now=norm_value(was),
            then=norm_value(will),
        )
        return f"{first} {second} {third}"
    return f"{first} {second}"


def robustness_sentence(verdict: pd.DataFrame) -> str:
    """
    Say how many gaps stay whatever is assumed, and which assumptions turn some over.

    Parameters
    ----------
    verdict
        Rows of `Robustness.verdict` for the municipalities of an area.
        Where `is_gap` is unknown nobody can say whether a gap stays.
    """
    unknown = int(verdict["is_gap"].isna().sum())
    if unknown == len(verdict):
        return _("Whether a gap stays under other assumptions cannot be said here.")
    gaps = verdict.loc[verdict["is_gap"].fillna(value=False).astype(bool)]
    always = int((gaps["gap_in"] == gaps["variants_known"]).sum())
    first = ngettext(
        "{n} municipality stays a gap in every variant (other limit, decay, norm, ages, doubtful numbers).",
        "{n} municipalities stay a gap in every variant (other limit, decay, norm, ages, doubtful numbers).",
        always,
    )
    names = {
        "limit": _("the limit"),
        "decay": _("how reach falls with distance"),
        "norm": _("the norm"),
        "denominator": _("the ages that count"),
        "doubtful": _("doubtful numbers"),
    }
    flipping = {name for words in verdict["flipped_by"].dropna() for name in str(words).split()}
    said = [first]
    if unknown:
        said.append(
            ngettext(
                "Of {n} municipality it cannot be said.", "Of {n} municipalities it cannot be said.", unknown
            )
        )
    if flipping:
        listed = text.listing(words for name, words in names.items() if name in flipping)
        said.append(_("The answer somewhere turns over with: {assumptions}.", assumptions=listed))
    return " ".join(said)


def limit_sentence(analysis: Analysis) -> str:
    """Say how far reach goes, as it stands in every legend."""
    return _("Reach: {reach}.", reach=limit_words(analysis))


def limit_words(analysis: Analysis) -> str:
    """Say how far reach goes."""
    return _(
        "{limit} along roads (straight line × {factor}), {decay}",
        limit=text.distance(analysis.limit_m),
        factor=text.number(analysis.settings.detour_factor, 2),
        decay=codes.label("decays", analysis.settings.decay, text.current()),
    )


def thresholds_sentence(settings: Settings) -> str:
    """Say where the classes begin."""
    return _(
        "At the norm: {at} and more of what it asks; far below: less than {far}.",
        at=text.percent(settings.at_norm),
        far=text.percent(settings.far_below),
    )


# -- words for the browser -----------------------------------------------------------------------------------


def map_words(unit: str) -> dict[str, str]:
    """Return the words that `static/dosah-map.js` shows."""
    return {
        "need": _("Need ({unit})", unit=codes.label("capacity_units", unit, text.current())),
        "within_reach": _("Within reach"),
        "missing": _("Missing"),
        "services": _("Services within reach"),
        "at_least": bounds.at_least(),
        "at_most": bounds.at_most(),
        "unknown": text.unknown(),
        "none_known": _("none known to us"),
        "not_counted": _("not part of this calculation"),
        "lower_bound": _("A service within reach has an unknown capacity: there may be more."),
        "near_edge": _("Near the edge of the loaded data: people and services beyond it are not counted."),
        "outside": _("Outside the area. Its people and services are counted all the same."),
        "capacity_unknown": _("capacity unknown"),
        "open_cluster": _("Choose it to see each of them."),
        "select_site": _("Choose it to see how far it reaches."),
        "base_map": _("Base map"),
        "no_base_map": _("no base map"),
        "base_map_failed": _("The base map cannot be reached. The map works without it."),
        "approximate": _("Placed in the middle of the municipality: the exact address is not known."),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "full_screen": _("Full screen"),
        "map": _("Map of gaps"),
        "measure": _("Show"),
        "not_loaded": _("The outlines could not be loaded. Reload the page."),
    }


def map_counts(unit: str) -> dict[str, dict[str, str]]:
    """Return the plural forms that the browser counts with: services that stand at one place."""
    return {
        "services": forms("{n} service", "{n} services"),
        "amount": amount_forms(unit) or {"one": "{n}", "other": "{n}"},
        "unknown": forms("the capacity of {n} is unknown", "the capacity of {n} is unknown"),
        "more": forms("and {n} more here", "and {n} more here"),
    }


def hidden_place() -> str:
    """Say where a service is whose address is protected, in place of a distance."""
    return _("in the district, the address is protected")


def is_hidden(protected: int, in_reach: int, nearest_m: float | None) -> bool:
    """
    Tell whether the nearest service cannot be told by a distance.

    So it is where one within reach has a protected address, and no other service
    of a known place is within reach.
    """
    return protected > 0 and (
        nearest_m is None or reading_values.is_missing(nearest_m) or protected >= in_reach
    )


def site_detail(row: Mapping[str, Any], type_label: str, unit: str) -> str:
    """Say the kind of a service and its capacity, with the share of this site where it has several."""
    if row["counted"]:
        capacity = amount(row["site_capacity"], unit)
        if row["sites_of_service"] > 1:
            capacity = _(
                "{share} of {whole} registered",
                share=capacity,
                whole=amount(row["capacity_number"], unit),
            )
            away = int(row["sites_of_service"]) - int(row["sites_loaded"])
            if away > 0:
                elsewhere = ngettext("{n} more place elsewhere", "{n} more places elsewhere", away)
                capacity = f"{capacity}; {elsewhere}"
    else:
        capacity = reason_label(str(row["not_counted_reason"]))
        if row["not_counted_reason"] == "doubtful":
            capacity = f"{capacity}: {amount(row['capacity_number'], unit)}"
    return f"{type_label} – {capacity}"


def legend(
    analysis: Analysis,
    group_label: str,
    classes: Sequence[Mapping[str, Any]],
    marks: Collection[str],
) -> dict[str, Any]:
    """Return the legend: classes in words, marks that occur, the norm with year and denominator."""
    words = {
        "lower_bound": bounds.dotted(),
        "outside": _("pale: outside the area, but counted"),
        "site": _("site, sized by capacity; a number: several services"),
        "site_unknown": _("capacity unknown or doubtful"),
        "site_approximate": _("place known only by municipality"),
    }
    return {
        "title": group_label,
        "classes": list(classes),
        "marks": [{"mark": mark, "label": label} for mark, label in words.items() if mark in marks],
        "notes": [f"{norm_sentence(analysis.norm)}. {limit_sentence(analysis)}"],
    }
