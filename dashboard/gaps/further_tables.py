"""The parts of the further figures as HTML: sentences first, then the small table behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from dashboard import sorting, text
from dashboard.gaps import ranking
from dashboard.phrases import methods, spread
from dashboard.phrases.amounts import at_least
from dashboard.phrases.gaps import class_labels
from dashboard.phrases.totals import untold_sentence
from dashboard.tables import html
from dashboard.text import _, ngettext
from geodata.method.gaps import BELOW, FAR_BELOW, NONE_WITHIN_REACH, UNKNOWN
from geodata.method.reach import DISTRICT

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.answers.dataset import ServiceName
    from geodata.studies.equity import Equity

MOST_SITES: Final = 5
# Less than this part of a place is nothing that anybody could plan by.
LEAST_GAIN: Final = 0.005

STYLE: Final = """<style>
.dosah-further-figures h2{font-size:1.1rem;margin:0;padding:.9rem 0 .3rem}
.dosah-further-figures section:first-child h2{padding-top:0}
.dosah-further-figures p{margin:0 0 .5rem;max-width:46rem}
.dosah-further-figures .dosah-words{display:inline-flex;gap:.45rem;align-items:baseline}
.dosah-further-figures .dosah-table{font-size:.95rem}
.dosah-further-figures .dosah-table tbody th{font-weight:600}
</style>"""
"""Look of this part, beside the styles of tables and ranking that the page has."""


def _part(heading: str, sentences: Sequence[str], table: str = "") -> str:
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f"<section><h2>{escape(heading)}</h2>{said}{table}</section>"


# -- two other methods ----------------------------------------------------------------------------------


def methods_part(opinions: pd.DataFrame) -> str:
    """
    Say whether two other methods come to the same, with a row for each municipality where they do not.

    Parameters
    ----------
    opinions
        Rows of `second_opinion` for the members, with `is_lower_bound`.
    """
    said = [methods.explanation(), *methods.verdicts(opinions)]
    agree = opinions["methods_agree"]
    bounded = int((agree.notna() & opinions["is_lower_bound"].astype(bool)).sum())
    if bounded:
        said.append(methods.bound_sentence(bounded))
    rows = opinions.loc[agree.notna() & ~agree.fillna(value=True).astype(bool)].to_dict("records")
    if not rows:
        return _part(_("Would another method say the same?"), said)
    rows.sort(key=lambda row: sorting.sort_key(row["name"]))
    table = html.html_table(
        [
            html.Column(_("Municipality")),
            html.Column(_("As on the map")),
            html.Column(_("People divide themselves")),
            html.Column(_("Nearest with room")),
        ],
        [
            [
                str(row["name"]),
                _opinion(row, "gap_class", "coverage_ratio"),
                _opinion(row, "gap_class_three_steps", "coverage_three_steps"),
                _opinion(row, "gap_class_nearest", "served_share_nearest"),
            ]
            for row in rows
        ],
        _("Where the answer depends on the method"),
    )
    return _part(_("Would another method say the same?"), said, table)


def _opinion(row: Mapping[Any, Any], class_column: str, share_column: str) -> html.Cell:
    """Return a class with its colour and the share of the need that it stands for."""
    is_bound, share, gap_class = bool(row["is_lower_bound"]), float(row[share_column]), row[class_column]
    words = f"{class_labels()[gap_class]}, {at_least(share, is_bound=is_bound)}"
    swatch = ranking.swatch(gap_class, is_lower_bound=is_bound)
    return html.Html(f'<span class="dosah-words">{swatch}<span>{escape(words)}</span></span>')


# -- the spread over people -----------------------------------------------------------------------------


def spread_part(found: Equity, names: Mapping[str, str], at_norm: float) -> str:
    """Say how evenly coverage is spread over people."""
    facts = spread.spread_facts(found)
    return _part(
        _("How evenly is it spread over people?"),
        spread.spread_sentences(found, names, at_norm),
        html.html_facts(facts) if facts else "",
    )


# -- one more place -------------------------------------------------------------------------------------


def places_part(
    effects: pd.DataFrame,
    members: pd.DataFrame,
    supply: pd.DataFrame,
    titles: Mapping[str, ServiceName],
    places: Mapping[str, str],
) -> str:
    """
    Say at which existing services one more place would do most for the area.

    Parameters
    ----------
    effects
        `geodata.studies.equity.added_places` for the members, the best first.
    members
        Rows of `Analysis.coverage` of the area.
    supply
        `Analysis.supply`: which sites are known by their district only.
    titles
        `dashboard.answers.dataset.service_names`; a protected service carries its kind for a name.
    places
        Names of municipalities by code.
    """
    heading = _("Where would one more place help most?")
    useful = effects.loc[effects["gain_per_place"] >= LEAST_GAIN]
    if useful.empty:
        return _part(heading, [_no_place_helps(members)])
    hidden = set(supply.loc[supply["reach_mode"] == DISTRICT, "site_id"])
    rows: dict[str, list[html.Cell]] = {}
    for row in useful.to_dict("records"):
        stands = None if row["site_id"] in hidden else places.get(row["municipality_code"])
        title = ", ".join(filter(None, [titles[row["service_id"]].title, stands]))
        # Two sites of a service in one municipality read alike: the better one stands for both.
        rows.setdefault(title, [title, text.percent(row["gain_per_place"])])
        if len(rows) == MOST_SITES:
            break
    said = _(
        "If a service of today had one more place, this part of it would meet need of this area that is not "
        "met today. The rest would go to people elsewhere, who reach the service too, or to where there is "
        "enough already."
    )
    untold = int((members["gap_class"] == UNKNOWN).sum())
    left_out = ngettext(
        "{n} municipality of which nothing can be told does not count here.",
        "{n} municipalities of which nothing can be told do not count here.",
        untold,
    )
    columns = [html.Column(_("Service")), html.Column(_("Part of the place that helps here"), is_number=True)]
    table = html.html_table(columns, list(rows.values()), _("The best of the services of today"))
    return _part(heading, [said, *([left_out] if untold else [])], table)


def _no_place_helps(members: pd.DataFrame) -> str:
    """Say why one more place at a service of today would change nothing."""
    classes = set(members["gap_class"])
    if classes & {BELOW, FAR_BELOW, NONE_WITHIN_REACH}:
        return _(
            "No service of today is within reach of those who lack it here, so one more place would not help "
            "them."
        )
    return (
        untold_sentence()
        if UNKNOWN in classes
        else _("Nothing is missing here, so one more place would add nothing.")
    )
