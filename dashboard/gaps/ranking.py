"""The ranking beside the map: a real table that says in words all that the map shows in colours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from typing import TYPE_CHECKING, Any, Final

from dashboard import navigation, text
from dashboard.phrases.amounts import RowParts, at_least, parts
from dashboard.phrases.gaps import hidden_place, is_hidden
from dashboard.text import _
from dashboard.theme import GAP_CLASSES, MAP_COLOURS
from geodata.reading import values

if TYPE_CHECKING:
    import pandas as pd

# Nearer than this the service stands on the municipality's own point.
IN_PLACE_M: Final = 100
MARKS: Final = ("is_near_edge",)
STYLE: Final = f"""<style>
.dosah-ranking{{container-type:inline-size;overflow-x:auto}}
.dosah-ranking table{{border-collapse:collapse;width:100%;line-height:1.35;font-size:.95rem}}
.dosah-ranking caption{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
.dosah-ranking th,.dosah-ranking td{{border:0;border-bottom:1px solid rgba(128,128,128,.35);
 padding:.4rem 0 .4rem .6rem;
 text-align:right;vertical-align:top;font-weight:400;font-variant-numeric:tabular-nums;white-space:nowrap}}
.dosah-ranking thead th{{border-bottom:2px solid rgba(128,128,128,.7);font-weight:600;
 white-space:normal;vertical-align:bottom}}
.dosah-ranking tr>:first-child{{text-align:left;white-space:normal;padding-left:0}}
.dosah-ranking tbody tr:is(:hover,.dosah-pointed){{background:rgba(128,128,128,.14)}}
.dosah-ranking a{{color:inherit;font-weight:600;text-decoration-thickness:1px;text-underline-offset:2px}}
.dosah-ranking .dosah-words{{display:flex;gap:.45rem;align-items:baseline;font-size:.93em}}
.dosah-class{{display:inline-block;flex:none;width:1.15rem;height:.8rem;
 border:1px solid {MAP_COLOURS["member_border"]}}}
.dosah-ranking small{{opacity:.8}}
@container (max-width:430px){{.dosah-ranking tr>:nth-child(4){{display:none}}}}
@container (max-width:640px){{.dosah-further tr>:nth-child(4){{display:none}}}}
@media (min-width:1700px){{.dosah-ranking table{{font-size:1.1rem}}}}
</style>"""


def swatch(gap_class: str, *, is_lower_bound: bool = False) -> str:
    """Return the HTML of a class's colour as on the map; the words beside it say the same."""
    style = GAP_CLASSES[gap_class]
    look = f"background-color:{style.fill}"
    if style.is_hatched:
        lines = f"{MAP_COLOURS['hatch']} 0 1.5px,transparent 1.5px 5px"
        look += f";background-image:repeating-linear-gradient(135deg,{lines})"
    elif is_lower_bound and style.is_dotted:
        dots = MAP_COLOURS["dots_on_dark" if gap_class == "none_within_reach" else "dots"]
        look += f";background-image:radial-gradient({dots} 1px,transparent 1.3px);background-size:5px 5px"
    return f'<span class="dosah-class" style="{look}" aria-hidden="true"></span>'


def table(
    ranked: pd.DataFrame,
    labels: Mapping[str, str],
    caption: str,
    village_parameters: Mapping[str, str],
    further: tuple[str, Mapping[str, str]] | None = None,
) -> str:
    """
    Return the ranking as HTML; everything that comes from data is escaped.

    Parameters
    ----------
    ranked
        Rows of `geodata.method.gaps.ranking`: rank first; a municipality without a rank stands at the end.
    labels
        Words of the gap classes.
    caption
        What the table is.
    village_parameters
        Parameters that a link to a village's page keeps (the language).
    further
        Heading and cells by municipality_code of one more column.
    """
    # A mark that every row carries is said once, below the map.
    telling = [name for name in MARKS if 0 < int(ranked[name].sum()) < len(ranked)]
    headings = [_("Municipality and its state"), _("Missing of need"), _("Covered"), _("Nearest")]
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    if further is not None:
        head += f'<th scope="col">{escape(further[0])}</th>'
    body = "".join(
        _row(row, labels, village_parameters, telling, further) for row in ranked.to_dict("records")
    )
    return (
        f'<div class="dosah-ranking{" dosah-further" if further else ""}" id="dosah-table" tabindex="-1">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(
    row: Mapping[Any, Any],
    labels: Mapping[str, str],
    parameters: Mapping[str, str],
    telling: Collection[str],
    further: tuple[str, Mapping[str, str]] | None,
) -> str:
    code = str(row["municipality_code"])
    address = navigation.link("village", {"municipality": code, **parameters})
    is_bound = bool(row["is_lower_bound"])
    words_of_marks = {"is_near_edge": _("near the edge")}
    marks = [words_of_marks[name] for name in telling if row[name]]
    small = f" <small>({escape(', '.join(marks))})</small>" if marks else ""
    cells = [missing(row), covered(row), _nearest(row)]
    if further is not None:
        cells.append(further[1].get(code, text.unknown()))
    figures = "".join(f"<td>{escape(figure)}</td>" for figure in cells)
    return (
        f'<tr data-dosah-code="{escape(code)}"><th scope="row">'
        f'<a href="{escape(address)}" target="_self">{escape(str(row["name"]))}</a>'
        f'<span class="dosah-words">{swatch(row["gap_class"], is_lower_bound=is_bound)}'
        f"<span>{escape(labels[row['gap_class']])}{small}</span></span></th>{figures}</tr>"
    )


def state(row: Mapping[Any, Any], labels: Mapping[str, str]) -> str:
    """Return the HTML of a row's gap class: its colour and its words."""
    shown = swatch(row["gap_class"], is_lower_bound=bool(row["is_lower_bound"]))
    return f'<span class="dosah-words">{shown}<span>{escape(labels[row["gap_class"]])}</span></span>'


def missing(row: Mapping[Any, Any]) -> str:
    """
    Say how many places are missing of how many are needed;
    "at most" where a capacity within reach is unknown.
    """
    if row["gap_class"] == "unknown":
        return text.unknown()
    shown = parts(RowParts.of(row))
    return _("{missing} of {need}", missing=shown.missing, need=shown.demand)


def covered(row: Mapping[Any, Any]) -> str:
    """Say which share of the need is within reach; "at least" where a capacity within reach is unknown."""
    if row["gap_class"] == "unknown":
        return text.unknown()
    return at_least(row["coverage_ratio"], is_bound=bool(row["is_lower_bound"]))


def _nearest(row: Mapping[Any, Any]) -> str:
    nearest = row["nearest_service_m"]
    if is_hidden(int(row["services_in_reach_protected"]), int(row["services_in_reach"]), nearest):
        return hidden_place()
    if values.is_missing(nearest):
        return _("none known")
    if row["nearest_service_m"] < IN_PLACE_M:
        return _("in the municipality")
    return text.distance(row["nearest_service_m"])
