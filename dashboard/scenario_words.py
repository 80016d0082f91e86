"""
What a scenario says: its steps in words, what they change, town by town.

Pure functions from a comparison to words in the current language (`dashboard.text`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from dashboard import ranking, tables, text
from dashboard.gap_words import SHORT_CLASSES, amount, places
from dashboard.text import _, ngettext

if TYPE_CHECKING:
    from dashboard.scenario import Kind, Step
    from geodata.scenario import Comparison
    from geodata.summary import Summary

# Shares nearer to each other than this read the same.
_SAME_SHARE: Final = 0.0005
_SAME_PLACES: Final = 0.05


def unit_word(unit: str) -> str:
    """Return what a capacity counts, in the form that stands beside a large number: "clients"."""
    return amount(12, unit).split()[-1]


def kind_labels() -> dict[Kind, str]:
    """Return the words of every kind of step."""
    return {
        "add": _("Add a service"),
        "resize": _("Change the capacity"),
        "move": _("Move a site"),
        "close": _("Close a service"),
        "close_site": _("Close one site"),
    }


def step_sentence(step: Step, names: Mapping[str, str], municipalities: Mapping[str, str], unit: str) -> str:
    """
    Say a step in words.

    Parameters
    ----------
    step
        The step.
    names
        What services and sites are called, by service_id and site_id; areas by area_id.
    municipalities
        Names by municipality_code.
    unit
        Unit of the group's capacity.
    """
    target = names.get(step.target, step.target)
    place = municipalities.get(step.municipality, step.municipality)
    if step.kind == "add":
        words = {"amount": amount(step.capacity, unit), "place": place}
        if step.serves:
            return _(
                "New service in {place}: {amount}; it serves {area}",
                area=names.get(step.serves, step.serves),
                **words,
            )
        return _("New service in {place}: {amount}", **words)
    if step.kind == "resize":
        return _("{service}: {amount} from now on", service=target, amount=amount(step.capacity, unit))
    if step.kind == "move":
        return _("{service} moves to {place}", service=target, place=place)
    if step.kind == "close":
        return _("{service} closes", service=target)
    return _("Site {service} closes, its capacity passes to the other sites", service=target)


# -- what changes ---------------------------------------------------------------------------------------------------------


def is_told(summary: Summary) -> bool:
    """Tell whether anything can be said of the totals: somebody's need is known."""
    return summary.municipalities > summary.municipalities_unknown and summary.served_share is not None


def headline(
    comparison: Comparison,
    area_name: str,
    steps: Sequence[Step],
    municipalities: Mapping[str, str],
    *,
    has_other_norm: bool = False,
) -> list[str]:
    """
    Say in a few sentences what a scenario changes in an area.

    Shares are the part of the need that is met. With another norm the need itself differs, and that is said.
    """
    before, after = comparison.summary_before, comparison.summary_after
    if not (is_told(before) and is_told(after)):
        return [_("What this would change cannot be said: the population or the norm is not known.")]
    sentences = [_coverage_sentence(comparison, area_name, steps, municipalities)]
    if has_other_norm:
        sentences.append(
            _(
                "The scenario asks by another norm: the need is {after} instead of {before}.",
                after=amount(after.demand_places, comparison.after.unit),
                before=places(before.demand_places),
            )
        )
    sentences.append(_missing_sentence(before, after))
    short_before, short_after = _short(before), _short(after)
    if before.municipalities > 1 and short_before != short_after:
        sentences.append(
            ngettext(
                "Below the norm: {n} municipality instead of {before}.",
                "Below the norm: {n} municipalities instead of {before}.",
                short_after,
                before=text.number(short_before),
            )
        )
    return [sentence for sentence in sentences if sentence]


def _coverage_sentence(
    comparison: Comparison, area_name: str, steps: Sequence[Step], municipalities: Mapping[str, str]
) -> str:
    before, after = comparison.summary_before, comparison.summary_after
    was, will = before.served_share or 0.0, after.served_share or 0.0
    shares = {"before": _share(was, will), "after": _share(will, was)}
    if abs(will - was) < _SAME_SHARE:
        return _(
            "{area}: the part of the need that is met stays at {before}.",
            area=area_name,
            before=shares["before"],
        )
    only = steps[0] if len(steps) == 1 else None
    if only is not None and only.kind == "add" and will > was:
        return _(
            "{amount} in {place} raise the part of the need that is met in {area} from {before} to {after}.",
            amount=amount(only.capacity, comparison.after.unit),
            place=municipalities.get(only.municipality, only.municipality),
            area=area_name,
            **shares,
        )
    if will > was:
        return _(
            "{area}: the part of the need that is met rises from {before} to {after}.",
            area=area_name,
            **shares,
        )
    return _("{area}: the part of the need that is met falls from {before} to {after}.", area=area_name, **shares)  # fmt: skip


def _share(one: float, other: float) -> str:
    """Write a share so that two that differ read differently."""
    return text.percent(one, 0 if round(one * 100) != round(other * 100) else 1)


def _missing_sentence(before: Summary, after: Summary) -> str:
    was, will = before.missing_places, after.missing_places
    if abs(was - will) < _SAME_PLACES:
        return ""
    values = {"before": places(was), "after": places(will)}
    if before.is_lower_bound or after.is_lower_bound:
        return _("Missing at most {after} instead of {before}: a capacity within reach is unknown.", **values)
    return _("Missing {after} instead of {before}.", **values)


def _short(summary: Summary) -> int:
    return sum(int(summary.class_counts.get(name, 0)) for name in SHORT_CLASSES)


def outside_sentence(differences: pd.DataFrame, members: Sequence[str]) -> str | None:
    """Say that the steps are felt beyond the area too; None where they are not."""
    outside = differences.loc[~differences["municipality_code"].isin(list(members))]
    changed = outside["missing_places_after"] - outside["missing_places_before"]
    better, worse = int((changed < -_SAME_PLACES).sum()), int((changed > _SAME_PLACES).sum())
    parts = []
    if better:
        parts.append(
            ngettext(
                "less is missing in {n} municipality",
                "less is missing in {n} municipalities",
                better,
            )
        )
    if worse:
        parts.append(
            ngettext(
                "more is missing in {n} municipality",
                "more is missing in {n} municipalities",
                worse,
            )
        )
    return _("Outside the area: {changes}.", changes=text.listing(parts)) if parts else None


def ordered(comparison: Comparison, members: Sequence[str]) -> pd.DataFrame:
    """
    Return the members' rows of `Comparison.differences` with is_lower_bound_before and is_lower_bound_after.

    Those with the largest change come first, then those where most is still missing; every one of them is there.
    """
    bounds = {
        f"is_lower_bound_{when}": dict(
            zip(
                analysis.coverage["municipality_code"],
                analysis.coverage["is_lower_bound"].astype(bool),
                strict=True,
            )
        )
        for when, analysis in (("before", comparison.before), ("after", comparison.after))
    }
    differences = comparison.differences
    rows = differences.loc[differences["municipality_code"].isin(list(members))]
    rows = rows.assign(**{name: rows["municipality_code"].map(known) for name, known in bounds.items()})
    change = (rows["missing_places_after"] - rows["missing_places_before"]).abs().round(9).fillna(0.0)
    rows = rows.assign(_change=change)
    rows = rows.sort_values(
        ["_change", "missing_places_after"], ascending=False, kind="stable", na_position="last"
    )
    return rows.drop(columns="_change").reset_index(drop=True)


def totals_table(comparison: Comparison) -> str:
    """Return the totals of the area today and in the scenario as HTML."""
    before, after = comparison.summary_before, comparison.summary_after
    figures = [
        (_("Need by the norm"), places(before.demand_places), places(after.demand_places)),
        (_("Served"), places(before.served_places), places(after.served_places)),
        (_("Waiting: within reach, but full"), places(before.waiting_places), places(after.waiting_places)),
        (_("Out of reach"), places(before.out_of_reach_places), places(after.out_of_reach_places)),
        (_("Missing"), places(before.missing_places), places(after.missing_places)),
        (_("Part of the need that is met"), text.percent(before.served_share), text.percent(after.served_share)),
        (_("Municipalities below the norm"), text.number(_short(before)), text.number(_short(after))),
    ]  # fmt: skip
    head = "".join(
        f'<th scope="col">{escape(word)}</th>' for word in (_("Whole area"), _("Today"), _("Scenario"))
    )
    body = "".join(
        f'<tr><th scope="row">{escape(word)}</th><td>{escape(was)}</td><td>{escape(will)}</td></tr>'
        for word, was, will in figures
    )
    caption = escape(_("The area today and in the scenario"))
    return (
        f'<table class="dosah-totals"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def differences_table(
    rows: pd.DataFrame, labels: Mapping[str, str], caption: str, parameters: Mapping[str, str]
) -> str:
    """
    Return what changes in each municipality as HTML; everything that comes from data is escaped.

    Parameters
    ----------
    rows
        Rows of `ordered`.
    labels
        Words of the gap classes.
    caption
        What the table is.
    parameters
        Parameters that a link to a village's page keeps (the language).
    """
    columns = [
        tables.Column(_("Municipality")),
        tables.Column(_("Today")),
        tables.Column(_("Scenario")),
        tables.Column(_("Missing"), is_number=True),
        tables.Column(_("Part of the need that is within reach"), is_number=True),
    ]
    cells = [_cells(row, labels, parameters) for row in rows.to_dict("records")]
    return f'<div class="dosah-differences">{tables.html_table(columns, cells, caption)}</div>'


def _cells(
    row: Mapping[Any, Any], labels: Mapping[str, str], parameters: Mapping[str, str]
) -> list[tables.Cell]:
    from urllib.parse import urlencode

    address = f"village?{urlencode({'municipality': row['municipality_code'], **parameters})}"
    missing = [_missing(row, when) for when in ("before", "after")]
    ratio = [_ratio(row, when) for when in ("before", "after")]
    return [
        tables.Html(f'<a href="{escape(address)}" target="_self">{escape(str(row["name"]))}</a>'),
        *(_class_cell(str(row[f"gap_class_{when}"]), labels) for when in ("before", "after")),
        from_to(*missing),
        from_to(*ratio),
    ]


def _missing(row: Mapping[Any, Any], when: str) -> str:
    """Write what is missing; "at most" where a capacity within reach is unknown."""
    value = row[f"missing_places_{when}"]
    is_bound = bool(row[f"is_lower_bound_{when}"]) and not text.is_missing(value) and value > 0
    return f"≤\N{NO-BREAK SPACE}{places(value)}" if is_bound else places(value)


def _ratio(row: Mapping[Any, Any], when: str) -> str:
    """Write coverage; "at least" where a capacity within reach is unknown."""
    value = row[f"coverage_ratio_{when}"]
    is_bound = bool(row[f"is_lower_bound_{when}"]) and not text.is_missing(value)
    return f"≥\N{NO-BREAK SPACE}{text.percent(value)}" if is_bound else text.percent(value)


def _class_cell(gap_class: str, labels: Mapping[str, str]) -> tables.Html:
    return tables.Html(
        f'<span class="dosah-words">{ranking.swatch(gap_class)}<span>{escape(labels[gap_class])}</span></span>'
    )


def from_to(was: str, will: str) -> str:
    """Write a figure that changes: "40 → 5"; once where it reads the same."""
    return was if was == will else f"{was} → {will}"
