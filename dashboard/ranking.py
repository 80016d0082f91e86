"""The ranking beside the map: a real table that says in words all that the map shows in colours."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from dashboard import tables, text
from dashboard.gap_words import places
from dashboard.text import _
from dashboard.theme import GAP_CLASSES, MAP_COLOURS

if TYPE_CHECKING:
    import pandas as pd

# Nearer than this the service stands on the municipality's own point.
IN_PLACE_M: Final = 100
MARKS: Final = ("is_lower_bound", "is_near_edge")
STYLE: Final = f"""<style>
.dosah-ranking{{container-type:inline-size}}
.dosah-ranking .dosah-table td,.dosah-ranking .dosah-table th{{padding:.32rem .5rem .32rem 0;overflow-wrap:normal}}
.dosah-ranking .dosah-table thead th{{white-space:normal;vertical-align:bottom}}
.dosah-ranking .dosah-table caption{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
.dosah-ranking a{{color:inherit;text-decoration-thickness:1px;text-underline-offset:2px}}
.dosah-ranking .dosah-words{{display:inline-flex;gap:.45rem;align-items:baseline}}
.dosah-class{{display:inline-block;flex:none;width:1.15rem;height:.8rem;border:1px solid {MAP_COLOURS["member_border"]}}}
.dosah-ranking small{{display:block;opacity:.8}}
@media (min-width:641px){{@container (max-width:520px){{
 .dosah-ranking .dosah-table{{font-size:.93rem}}
 .dosah-ranking .dosah-table tr>:nth-child(5){{display:none}}
}}}}
@media (min-width:1700px){{.dosah-ranking .dosah-table{{font-size:1.1rem}}}}
</style>"""


def swatch(gap_class: str, *, is_lower_bound: bool = False) -> str:
    """Return the HTML of a class's colour as on the map; the words beside it say the same."""
    style = GAP_CLASSES[gap_class]
    look = f"background-color:{style.fill}"
    if style.is_hatched:
        look += f";background-image:repeating-linear-gradient(135deg,{MAP_COLOURS['hatch']} 0 1.5px,transparent 1.5px 5px)"
    elif is_lower_bound and style.is_dotted:
        dots = MAP_COLOURS["dots_on_dark" if gap_class == "none_within_reach" else "dots"]
        look += f";background-image:radial-gradient({dots} 1px,transparent 1.3px);background-size:5px 5px"
    return f'<span class="dosah-class" style="{look}" aria-hidden="true"></span>'


def table(
    ranked: pd.DataFrame, labels: dict[str, str], caption: str, village_parameters: dict[str, str]
) -> str:
    """
    Return the ranking as HTML; everything that comes from data is escaped.

    Parameters
    ----------
    ranked
        Rows of `geodata.gaps.ranking`: rank first; a municipality without a rank stands at the end.
    labels
        Words of the gap classes.
    caption
        What the table is.
    village_parameters
        Parameters that a link to a village's page keeps (the language).
    """
    columns = [
        tables.Column(_("Municipality")),
        tables.Column(_("State")),
        tables.Column(_("Missing of need"), is_number=True),
        tables.Column(_("Covered"), is_number=True),
        tables.Column(_("Nearest"), is_number=True),
    ]
    # A mark that every row carries is said once, below the map.
    telling = [name for name in MARKS if 0 < int(ranked[name].sum()) < len(ranked)]
    rows = [_cells(row, labels, village_parameters, telling) for row in ranked.to_dict("records")]
    return f'<div class="dosah-ranking">{tables.html_table(columns, rows, caption)}</div>'


def _cells(
    row: Mapping[Any, Any], labels: dict[str, str], parameters: dict[str, str], telling: list[str]
) -> list[tables.Cell]:
    code = str(row["municipality_code"])
    address = f"village?{urlencode({'municipality': code, **parameters})}"
    is_bound = bool(row["is_lower_bound"])
    words_of_marks = {"is_lower_bound": _("at least"), "is_near_edge": _("near the edge")}
    marks = [words_of_marks[name] for name in telling if row[name]]
    small = f"<small>{escape(', '.join(marks))}</small>" if marks else ""
    words = (
        f'<span class="dosah-words">{swatch(row["gap_class"], is_lower_bound=is_bound)}'
        f"<span>{escape(labels[row['gap_class']])}{small}</span></span>"
    )
    return [
        tables.Html(
            f'<a href="{escape(address)}" target="_self" data-dosah-code="{escape(code)}">{escape(str(row["name"]))}</a>'
        ),
        tables.Html(words),
        _missing(row),
        _bounded(
            text.percent(row["coverage_ratio"]),
            "≥",
            is_bound=is_bound and not text.is_missing(row["coverage_ratio"]),
        ),
        _nearest(row),
    ]


def _missing(row: Mapping[Any, Any]) -> str:
    if text.is_missing(row["missing_places"]):
        return text.unknown()
    figure = places(row["missing_places"])
    missing = _bounded(figure, "≤", is_bound=bool(row["is_lower_bound"]) and figure != places(0))
    return _("{missing} of {need}", missing=missing, need=places(row["demand_places"]))


def _bounded(figure: str, sign: str, *, is_bound: bool) -> str:
    return f"{sign}\N{NO-BREAK SPACE}{figure}" if is_bound else figure


def _nearest(row: Mapping[Any, Any]) -> str:
    if text.is_missing(row["nearest_service_m"]):
        return _("none known")
    if row["nearest_service_m"] < IN_PLACE_M:
        return _("in the municipality")
    return text.distance(row["nearest_service_m"])
