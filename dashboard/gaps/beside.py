"""
What stands beside the first question on the map: another service group, another norm or another limit.

One code in the address says it: `home_care`, `norm.oecd_2021`, `limit.15`.
Pure functions from choices to choices and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any, Final

from dashboard import navigation, text
from dashboard.address.question import LIMIT_BESIDE, NORM_BESIDE, Choice
from dashboard.gaps import ranking
from dashboard.phrases import norms as phrases_norms
from dashboard.text import _
from geodata.travel.straight import DEFAULT_LIMITS_M
from geodata.vocabulary import codes

if TYPE_CHECKING:
    import pandas as pd

    from geodata.method.benchmark import Norm

_SHARES_OF_LIMIT: Final = (0.5, 2.0)


def choice_beside(choice: Choice) -> Choice | None:
    """Return the question that stands beside the first; None where nothing does."""
    code = choice.beside
    if not code:
        return None
    alone = replace(choice, beside="")
    if code.startswith(NORM_BESIDE):
        return replace(alone, norm=code.removeprefix(NORM_BESIDE), typed_norm=None)
    if code.startswith(LIMIT_BESIDE):
        return replace(alone, limit_km=float(code.removeprefix(LIMIT_BESIDE)))
    # Norm and limit belong to a service and its form; another service is asked by its own.
    return replace(alone, service=code, norm="default", typed_norm=None, limit_km=None)


def options(choice: Choice, country: str, norms: Mapping[str, Norm], limit_km: float) -> dict[str, str]:
    """
    Return what can stand beside a question, by code: other groups of the country, other norms,
    half and double the limit.
    """
    found = {"": _("nothing")}
    for group_id, group in codes.service_groups().items():
        if group_id != choice.service and country in group.scopes:
            found[group_id] = group.label[text.current()]
    for norm_id, norm in norms.items():
        if norm_id not in (choice.norm, "typed") and norm.value_per_1000 is not None:
            found[f"{NORM_BESIDE}{norm_id}"] = _(
                "the same, norm: {norm}", norm=phrases_norms.norm_name(norm_id)
            )
    steps = {round(share * limit_km, 3) for share in _SHARES_OF_LIMIT}
    if choice.beside.startswith(LIMIT_BESIDE):
        steps.add(float(choice.beside.removeprefix(LIMIT_BESIDE)))
    for step in sorted(steps - {limit_km}):
        found[f"{LIMIT_BESIDE}{step:g}"] = _("the same, within {limit}", limit=text.distance(step * 1000))
    return found


def names(choice: Choice, country: str) -> tuple[str, str]:
    """Return what the two maps are called: by their service, or by what differs."""
    service = codes.service_groups()[choice.service].label[text.current()]
    other = choice_beside(choice)
    if other is None:
        return service, ""
    if choice.beside.startswith(NORM_BESIDE):
        return phrases_norms.norm_name(choice.norm), phrases_norms.norm_name(other.norm)
    if choice.beside.startswith(LIMIT_BESIDE):
        usual_km = DEFAULT_LIMITS_M[codes.service_groups()[choice.service].scopes[country].form] / 1000
        first, second = (
            _("within {limit}", limit=text.distance((each.limit_km or usual_km) * 1000))
            for each in (choice, other)
        )
        return first, second
    return service, codes.service_groups()[other.service].label[text.current()]


def table(
    ranked: pd.DataFrame,
    other: pd.DataFrame,
    headings: tuple[str, str],
    further: tuple[tuple[str, Mapping[str, str]] | None, tuple[str, Mapping[str, str]] | None] = (None, None),
    *,
    labels: Mapping[str, str],
    caption: str,
    village_parameters: Mapping[str, str],
) -> str:
    """
    Return one ranking with the figures of both questions, as HTML;
    everything that comes from data is escaped.

    Parameters
    ----------
    ranked
        Rows of `geodata.method.gaps.ranking` for the first question: they give the order.
    other
        `Analysis.coverage` of the second question.
    headings
        What the two are called.
    further
        For each question heading and cells by municipality_code of one more column
        (`measures.column_of`), or None.
    labels
        Words of the gap classes.
    caption
        What the table is.
    village_parameters
        Parameters that a link to a village's page keeps (the language).
    """
    beside = {str(row["municipality_code"]): row for row in other.to_dict("records")}
    first, second = (escape(heading) for heading in headings)
    figures = [_("Missing of need"), _("Covered")]
    parts, spans = "", []
    for column in further:
        headed = [*figures, *([column[0]] if column else [])]
        parts += "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headed)
        spans.append(len(headed))
    municipality = _("Municipality")
    head = (
        f'<tr><th scope="col" rowspan="2">{escape(municipality)}</th>'
        f'<th scope="colgroup" colspan="{spans[0]}">{first}</th>'
        f'<th scope="colgroup" colspan="{spans[1]}">{second}</th></tr><tr>{parts}</tr>'
    )
    body = ""
    for row in ranked.to_dict("records"):
        code = str(row["municipality_code"])
        cells = "".join(
            _cells(each, code, labels, column)
            for each, column in zip((row, beside[code]), further, strict=True)
        )
        address = navigation.link("village", {"municipality": code, **village_parameters})
        body += (
            f'<tr data-dosah-code="{escape(code)}"><th scope="row">'
            f'<a href="{escape(address)}" target="_self">{escape(str(row["name"]))}</a></th>{cells}</tr>'
        )
    groups = "".join(f'<colgroup span="{span}"></colgroup>' for span in (1, *spans))
    return (
        f'<div class="dosah-ranking dosah-pair" id="dosah-table" tabindex="-1">'
        f"<table><caption>{escape(caption)}</caption>"
        f"{groups}<thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _cells(
    row: Mapping[Any, Any],
    code: str,
    labels: Mapping[str, str],
    further: tuple[str, Mapping[str, str]] | None,
) -> str:
    """Return the cells of one question; the first one carries the class and opens the group."""
    shown = [escape(ranking.covered(row))]
    if further is not None:
        shown.append(escape(further[1].get(code, text.unknown())))
    rest = "".join(f"<td>{cell}</td>" for cell in shown)
    return f'<td class="dosah-opens">{ranking.state(row, labels)}{escape(ranking.missing(row))}</td>{rest}'


STYLE: Final = """<style>
.dosah-pair thead th[scope=colgroup]{border-bottom:0}
.dosah-pair .dosah-words{justify-content:flex-end;white-space:normal}
.dosah-pair td.dosah-opens~td.dosah-opens{border-left:1px solid rgba(128,128,128,.35)}
@container (max-width:430px){.dosah-pair tr>:nth-child(4){display:table-cell}
 .dosah-pair .dosah-words>:last-child{position:absolute;width:1px;height:1px;overflow:hidden;
  clip-path:inset(50%)}
 .dosah-pair th,.dosah-pair td{padding-left:.35rem;white-space:normal}
 .dosah-pair table{font-size:.85rem}}
</style>"""
