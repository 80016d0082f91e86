"""
Findings of focus groups that are published in the dataset, as the comparison takes them.

A finding about one kind of service is set beside the groups that hold this kind; where none does,
it stands alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from dashboard import text
from dashboard.needs.findings import WHOLE_AREA, Finding
from dashboard.phrases.labels import label
from dashboard.text import _, ngettext
from geodata.reading import values
from geodata.vocabulary.codes import codelist, service_groups
from geodata.vocabulary.privacy import BELOW, SHOWN

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

SMALLEST_SHOWN = 5


def findings_of(dataset: Dataset, area_id: str, members: Collection[str], country: str) -> list[Finding]:
    """
    Return the published findings of an area and of its municipalities, in the order of the tables.

    Parameters
    ----------
    members
        municipality_code of the area.
    country
        Groups of services are those of this country.
    """
    findings = []
    for row in dataset["finding"].to_dict("records"):
        municipality = row["municipality_code"]
        if values.is_missing(municipality):
            if row["area_id"] != area_id:
                continue
            municipality = WHOLE_AREA
        elif municipality not in members:
            continue
        findings += [_finding(row, str(municipality), service) for service in _services(row, country)]
    return findings


def _services(row: Mapping[Any, Any], country: str) -> list[str]:
    if not values.is_missing(row["service_group"]):
        return [str(row["service_group"])]
    kind = str(row["service_type_code"])
    groups = [
        group_id
        for group_id, group in service_groups().items()
        if country in group.scopes and kind in group.scopes[country].service_type_codes
    ]
    return groups or [kind]


def _finding(row: Mapping[Any, Any], municipality: str, service: str) -> Finding:
    def stated(name: str) -> str:
        return "" if values.is_missing(row[name]) else str(row[name])

    is_short = bool(codelist("finding_states")[str(row["finding_state"])].attributes["is_short"])
    return Finding(
        municipality=municipality,
        service=service,
        felt="short" if is_short else "enough",
        said_by=speaker_words(row),
        note=stated("note"),
        target_group=stated("target_group_code"),
        state=str(row["finding_state"]),
        kind=stated("service_type_code"),
        source=stated("source_text"),
    )


def speaker_words(row: Mapping[Any, Any]) -> str:
    """Say which group spoke, how many people it had as far as that may be told, and when."""
    speaker, day = label("finding_speakers", row["speaker"]), text.date(str(row["finding_date"]))
    if row["disclosure"] == SHOWN:
        people = ngettext("{n} participant", "{n} participants", int(row["participants"]))
        return _("{speaker}, {people}, {day}", speaker=speaker, people=people, day=day)
    if row["disclosure"] == BELOW:
        people = _("fewer than {n} participants", n=text.number(SMALLEST_SHOWN))
        return _("{speaker}, {people}, {day}", speaker=speaker, people=people, day=day)
    return _("{speaker}, {day}", speaker=speaker, day=day)


def service_label(service: str) -> str:
    """Return the name of a group of services, or of a kind that no group holds."""
    group = service_groups().get(service)
    return group.label[text.current()] if group else label("service_types", service)
