"""
The words of the catalogue's filters: names, values with their counts, what was asked for,
and how complete the answer is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from dashboard import sorting, text
from dashboard.catalogue.filters import ADDRESS_NAMES, BY_LAW, FOLLOW_ON, Filters
from dashboard.catalogue.index import KNOWN, district_names
from dashboard.phrases.labels import label
from dashboard.text import _
from geodata.reading.services import UNKNOWN
from geodata.vocabulary.codes import codelist

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset
    from geodata.reading.services import Service

# With more values than this their counts are left out:
# the list would travel to the browser anew at every change.
MOST_COUNTED: Final = 400

Options = Mapping[str, Mapping[str, str]]


def filter_labels() -> dict[str, str]:
    """Return the names of the filters."""
    return {
        "kind": _("Kind of service"),
        "target": _("Target group"),
        "form": _("Form"),
        "municipality": _("Municipality"),
        "district": _("District"),
        "area": _("Planning area"),
        "capacity": _("Capacity"),
        "status": _("State"),
        "evidence": _("How it is known"),
        "nature": _("By law or beside it"),
    }


def choices(dataset: Dataset, everything: Iterable[Service]) -> dict[str, dict[str, str]]:
    """Return for every filter the codes that occur and their words, in the order of the reader's language."""
    occurring: dict[str, set[str]] = {
        name: set() for name in ("kind", "target", "form", "status", "evidence")
    }
    served: set[str] = set()
    in_districts: set[str] = set()
    natures: set[str] = set()
    for entry in everything:
        occurring["kind"].add(entry.kind)
        occurring["target"].update(code for code, _inferred in entry.target_groups)
        occurring["form"] |= entry.forms
        occurring["status"].add(entry.status)
        occurring["evidence"].add(entry.evidence)
        served |= entry.municipality_codes
        served.update(entry.serves)
        in_districts |= entry.district_codes
        natures.add(FOLLOW_ON if entry.is_follow_on else BY_LAW)
    lists = {
        "kind": "service_types",
        "target": "target_groups",
        "form": "forms",
        "status": "service_statuses",
        "evidence": "evidences",
    }
    words = {
        name: {code: label(codes, code) for code in codelist(codes) if code in occurring[name]}
        for name, codes in lists.items()
    }
    municipalities = dataset["municipality"]
    columns = (municipalities[name] for name in ("municipality_code", "name", "district_name"))
    areas = zip(dataset["area"]["area_id"], dataset["area"]["name"], strict=True)
    return {
        "kind": _by_name(words["kind"]),
        "target": _by_name(words["target"]),
        "form": words["form"],
        "municipality": _by_name(
            {
                code: f"{name} ({district})"
                for code, name, district in zip(*columns, strict=True)
                if code in served
            }
        ),
        "district": _by_name(
            {code: name for code, name in district_names(dataset).items() if code in in_districts}
        ),
        "area": _by_name({str(code): str(name) for code, name in areas}),
        "capacity": {KNOWN: _("capacity known"), UNKNOWN: _("capacity unknown")},
        "status": words["status"],
        "evidence": words["evidence"],
        "nature": {
            code: word
            for code, word in (
                (BY_LAW, _("social service by law")),
                (FOLLOW_ON, _("follow-on or informal help")),
            )
            if code in natures
        },
    }


def _by_name(pairs: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(pairs.items(), key=lambda pair: (sorting.sort_key(pair[1]), pair[0])))


def facet_label(options: Mapping[str, str], counts: Mapping[str, int], code: str) -> str:
    """Return the word of a value with the number of services it would give: "domy na půl cesty (3)"."""
    word = options.get(code, code)
    if len(options) > MOST_COUNTED:
        return word
    return f"{word} ({text.number(counts.get(code, 0))})"


def filter_words(filters: Filters, options: Options) -> list[tuple[str, str]]:
    """Return in words what was asked for, for the second sheet."""
    said = [(_("Search"), filters.query.strip())] if filters.query.strip() else []
    titles = filter_labels()
    for name in ADDRESS_NAMES[1:]:
        values = [options[name][code] for code in getattr(filters, name)]
        if values:
            said.append((titles[name], ", ".join(values)))
    return said or [(_("Filters"), _("none"))]


def completeness_sentence(*, is_whole: bool) -> str:
    """Say how complete the catalogue is; `is_whole` = the whole Czech register is loaded."""
    if is_whole:
        return _(
            "The whole Czech register is loaded; "
            "Polish services and follow-on help are known from other lists and web pages only. "
            "What is not here may exist all the same."
        )
    return _(
        "The register is loaded only for services open to seniors in five districts; "
        "other services are known from web pages. What is not here may exist all the same."
    )
