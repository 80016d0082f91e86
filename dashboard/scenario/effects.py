"""
What a scenario changes, as tables: the totals of the area, and town by town, today beside the scenario.

Pure functions from a comparison to HTML in the current language; everything that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from dashboard import navigation, text
from dashboard.gaps import ranking
from dashboard.phrases import bounds
from dashboard.phrases.amounts import at_least, at_most, parts
from dashboard.scenario.words import is_told, short
from dashboard.tables import html
from dashboard.text import _

if TYPE_CHECKING:
    import pandas as pd

    from geodata.method.summary import Summary
    from geodata.studies.scenario import Comparison

# -- the whole area ------------------------------------------------------------------------------------------


def totals_table(comparison: Comparison) -> str:
    """
    Return the totals of the area today and in the scenario as HTML, with "at least"
    and "at most" where they are.
    """
    both = (comparison.summary_before, comparison.summary_after)
    shown = {id(one): parts(one) for one in both}
    figures: list[tuple[str, Callable[[Summary], str]]] = [
        (_("Need by the norm"), lambda one: shown[id(one)].demand),
        (_("Served"), lambda one: shown[id(one)].served),
        (_("Waiting: within reach, but full"), lambda one: shown[id(one)].waiting),
        (_("Out of reach"), lambda one: shown[id(one)].out_of_reach),
        (_("Missing"), lambda one: shown[id(one)].missing),
        (
            _("Part of the need that is met"),
            lambda one: bounds.met(one.served_share, is_bound=one.is_lower_bound),
        ),
        (
            _("Municipalities below the norm"),
            lambda one: text.number(short(one)) if is_told(one) else text.unknown(),
        ),
    ]
    if any(one.untold_places for one in both):
        untold = (
            _("Cannot be told: only unknown capacities within reach"),
            lambda one: shown[id(one)].untold,
        )
        figures.insert(4, untold)
    head = "".join(
        f'<th scope="col">{escape(word)}</th>' for word in (_("Whole area"), _("Today"), _("Scenario"))
    )
    body = "".join(
        f'<tr><th scope="row">{escape(word)}</th>'
        f"{''.join(f'<td>{escape(figure(one))}</td>' for one in both)}</tr>"
        for word, figure in figures
    )
    caption = escape(_("The area today and in the scenario"))
    return (
        f'<table class="dosah-totals"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


# -- town by town --------------------------------------------------------------------------------------------


def ordered(comparison: Comparison, members: Sequence[str]) -> pd.DataFrame:
    """
    Return the members' rows of `Comparison.differences` with is_lower_bound_before and is_lower_bound_after.

    Those with the largest change come first, then those where most is still missing;
    every one of them is there.
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
    change = (rows["missing_places_after"] - rows["missing_places_before"]).abs().round(9)
    # What is known on one side only has changed from unknown to known:
    # it stands with what changes, above what does not.
    appears = rows["missing_places_after"].isna() != rows["missing_places_before"].isna()
    change = change.mask(appears, rows["missing_places_after"].fillna(rows["missing_places_before"])).fillna(
        0.0
    )
    rows = rows.assign(_change=change)
    rows = rows.sort_values(
        ["_change", "missing_places_after"], ascending=False, kind="stable", na_position="last"
    )
    return rows.drop(columns="_change").reset_index(drop=True)


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
        html.Column(_("Municipality")),
        html.Column(_("Today")),
        html.Column(_("Scenario")),
        html.Column(_("Missing"), is_number=True),
        html.Column(_("Part of the need that is within reach"), is_number=True),
    ]
    cells = [_cells(row, labels, parameters) for row in rows.to_dict("records")]
    return f'<div class="dosah-differences">{html.html_table(columns, cells, caption)}</div>'


def _cells(
    row: Mapping[Any, Any], labels: Mapping[str, str], parameters: Mapping[str, str]
) -> list[html.Cell]:
    address = navigation.link("village", {"municipality": row["municipality_code"], **parameters})
    missing = [_missing(row, when) for when in ("before", "after")]
    ratio = [_ratio(row, when) for when in ("before", "after")]
    return [
        html.Html(f'<a href="{escape(address)}" target="_self">{escape(str(row["name"]))}</a>'),
        *(_class_cell(str(row[f"gap_class_{when}"]), labels) for when in ("before", "after")),
        from_to(*missing),
        from_to(*ratio),
    ]


def _missing(row: Mapping[Any, Any], when: str) -> str:
    return at_most(row[f"missing_places_{when}"], is_bound=bool(row[f"is_lower_bound_{when}"]))


def _ratio(row: Mapping[Any, Any], when: str) -> str:
    return at_least(row[f"coverage_ratio_{when}"], is_bound=bool(row[f"is_lower_bound_{when}"]))


def _class_cell(gap_class: str, labels: Mapping[str, str]) -> html.Html:
    return html.Html(
        f'<span class="dosah-words">{ranking.swatch(gap_class)}'
        f"<span>{escape(labels[gap_class])}</span></span>"
    )


def from_to(was: str, will: str) -> str:
    """Write a figure that changes: "40 → 5"; once where it reads the same."""
    return was if was == will else f"{was} → {will}"
