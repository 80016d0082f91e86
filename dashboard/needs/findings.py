"""
What people say they need, set beside what is computed: agrees, only felt, only computed.

Findings of focus groups are published (`needs_published`), or come from a table that the reader fills in or
loads and that stays in the reader's session. A finding is about a group of services in one municipality, or
in the whole area where no municipality is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from dashboard.text import _

if TYPE_CHECKING:
    from geodata.method.analysis import Analysis

Felt = Literal["short", "enough"]
Result = Literal["agrees", "only_felt", "only_computed", "unclear"]
RESULTS: Final[tuple[Result, ...]] = ("agrees", "only_felt", "only_computed", "unclear")
SHORT: Final = ("below", "far_below", "none_within_reach")
ENOUGH: Final = ("at_or_above", "no_need")
WHOLE_AREA: Final = ""


@dataclass(frozen=True)
class Finding:
    """
    What people said; `municipality` "" = the whole area.

    Published ones say more: for whom (`target_group`, "" = nobody in particular), how exactly (`state`, a
    code of finding_states), of which kind of service only (`kind`), and where it can be checked (`source`).
    """

    municipality: str
    service: str
    felt: Felt
    said_by: str = ""
    note: str = ""
    target_group: str = ""
    state: str = ""
    kind: str = ""
    source: str = ""


@dataclass(frozen=True)
class Row:
    """
    One line of the comparison.

    `felt` None = nobody spoke of it; `said_by` are those who say so, `is_disputed`: others say the opposite.
    `gap_class` is the computed one; `said` are the findings of the line as they came.
    """

    municipality: str
    service: str
    felt: Felt | None
    said_by: tuple[str, ...]
    is_disputed: bool
    gap_class: str
    result: Result
    target_group: str = ""
    said: tuple[Finding, ...] = ()


def felt_labels() -> dict[Felt, str]:
    """Return the words of a finding."""
    return {"short": _("it falls short"), "enough": _("it is enough")}


def result_labels() -> dict[Result, str]:
    """Return the words of a result."""
    return {
        "agrees": _("agrees"),
        "only_felt": _("only felt"),
        "only_computed": _("only computed"),
        "unclear": _("cannot be compared"),
    }


# -- comparing -----------------------------------------------------------------------------------------------


def result_of(felt: Felt | None, gap_class: str) -> Result:
    """Set a finding beside the computed class."""
    if gap_class not in SHORT + ENOUGH:
        return "unclear"
    is_short = gap_class in SHORT
    if felt is None:
        return "only_computed" if is_short else "agrees"
    if (felt == "short") == is_short:
        return "agrees"
    return "only_felt" if felt == "short" else "only_computed"


def compare(
    findings: Iterable[Finding], classes: Mapping[tuple[str, str], str], spoken_of: Collection[str]
) -> list[Row]:
    """
    Set findings beside computed gaps.

    Parameters
    ----------
    findings
        What people said. Several groups may speak of the same for the same people;
        who says "short" wins over who says "enough", because a shortage that some feel is there for them.
    classes
        Computed gap class by (municipality_code or "", group_id).
    spoken_of
        Municipalities where people were asked at all:
        only there is a computed gap that nobody mentioned worth a row.

    Returns
    -------
    rows
        By result, in the order of `RESULTS`; inside it findings as they came, then gaps nobody mentioned.
    """
    said: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.municipality, finding.service, finding.target_group)
        said.setdefault(key, []).append(finding)
    spoken = {(municipality, service) for municipality, service, _people in said}
    rows = []
    for (municipality, service, people), group in said.items():
        felt: Felt = "short" if any(one.felt == "short" for one in group) else "enough"
        gap_class = classes.get((municipality, service), "unknown")
        speakers = tuple(dict.fromkeys(one.said_by for one in group if one.said_by and one.felt == felt))
        is_disputed = any(one.felt != felt for one in group)
        result = result_of(felt, gap_class)
        rows.append(
            Row(
                municipality,
                service,
                felt,
                speakers,
                is_disputed,
                gap_class,
                result,
                people,
                tuple(group),
            )
        )
    for (municipality, service), gap_class in classes.items():
        if municipality in spoken_of and (municipality, service) not in spoken and gap_class in SHORT:
            rows.append(Row(municipality, service, None, (), False, gap_class, "only_computed"))
    return sorted(rows, key=lambda row: RESULTS.index(row.result))


def class_of_area(served_share: float | None, far_below: float) -> str:
    """
    Return the class of a whole area by the part of its need that is met.

    `served_share` None = nobody's need is known; `far_below` as in the settings of the analysis.
    """
    if served_share is None:
        return "unknown"
    if served_share >= 1 - 1e-9:
        return "at_or_above"
    if served_share <= 0:
        return "none_within_reach"
    return "far_below" if served_share < far_below else "below"


def classes_of(analysis: Analysis, members: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return the computed class of one group for every member and for the whole area (code "")."""
    from geodata.method.summary import summarise

    coverage = analysis.coverage
    rows = coverage.loc[coverage["municipality_code"].isin(list(members))]
    found = {
        (str(code), analysis.group_id): str(gap_class)
        for code, gap_class in zip(rows["municipality_code"], rows["gap_class"], strict=True)
    }
    summary = summarise(analysis, members)
    found[WHOLE_AREA, analysis.group_id] = class_of_area(summary.served_share, analysis.settings.far_below)
    return found


# -- the table -----------------------------------------------------------------------------------------------
