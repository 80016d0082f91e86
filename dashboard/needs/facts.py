"""
What is known of an area's planning: partners, process, focus groups, projects, as its own pages say.

Pure functions from table `area` to pairs of a word and its value. Names stay as published;
only the few words that the project itself wrote into the facts are translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from dashboard import sorting, text
from dashboard.needs.money import money
from dashboard.phrases import bounds
from dashboard.tables import html
from dashboard.tables.html import Cell
from dashboard.text import _, mark, ngettext
from geodata.reading import values
from geodata.reading.area import areas_of

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset

# Words of geodata/areas that are the project's own, in English.
_OWN_WORDS: Final = (
    mark("socio-demographic analysis"),
    mark("needs analysis"),
    mark("mayors and deputy mayors"),
    mark("service providers"),
    mark("social department of Frýdlant nad Ostravicí"),
    mark("social department of Frýdek-Místek"),
    mark("is capacity sufficient"),
    mark("is it within reach"),
    mark("is it financed effectively"),
    mark("public"),
    mark("public administration"),
    mark("providers and commissioners of services"),
    mark("users"),
)
_PROJECT_LISTS: Final = {
    "partners": mark("Partners"),
    "target_groups": mark("Target groups"),
    "community_programmes": mark("Community programmes"),
    "support": mark("Support"),
    "questions": mark("Questions"),
    "participants": mark("Who took part"),
    "territorial_communities": mark("Local communities"),
}


def facts_of(dataset: Dataset, area_id: str) -> Mapping[str, Any]:
    """Return the facts of an area; empty where there are none or they cannot be read."""
    area = areas_of(dataset).get(area_id)
    return {} if area is None else area.properties


def in_own_language(facts: Mapping[str, Any], name: str) -> str | None:
    """Return a text of the facts in the reader's language; None where it has none."""
    found = _mapping(_mapping(facts.get("texts")).get(name)).get(text.current())
    return found if isinstance(found, str) else None


def focus_group_sentence(facts: Mapping[str, Any]) -> str | None:
    """Say how many focus groups there were and with whom; None where none is known."""
    groups = _mapping(_mapping(facts.get("planning_process")).get("focus_groups"))
    total, people = _count(groups, "total"), _count(groups, "participants")
    if total is None or people is None:
        return None
    sentence = _(
        "{groups} with {people}.",
        groups=ngettext("{n} focus group", "{n} focus groups", total),
        people=ngettext("{n} participant", "{n} participants", people),
    )
    women, men = _count(groups, "women"), _count(groups, "men")
    if women is not None and men is not None:
        sentence += " " + _("Women: {women}, men: {men}.", women=text.number(women), men=text.number(men))
    return sentence


def process_facts(facts: Mapping[str, Any]) -> list[tuple[str, Cell]]:
    """Return what is known of the planning process."""
    process = _mapping(facts.get("planning_process"))
    groups, collection = _mapping(process.get("focus_groups")), _mapping(process.get("data_collection"))
    years, citizens = _count(process, "duration_years"), _count(groups, "with_citizens")
    founded = text.date(process["founding_meeting"]) if "founding_meeting" in process else None
    pairs: list[tuple[str, Cell]] = [
        (_("Kind of area"), in_own_language(facts, "kind_label")),
        (_("Partners"), _words(facts.get("partners"))),
        (_("Localities"), _words(facts.get("localities"))),
        (_("Planning began"), _month(process.get("started"))),
        (_("It takes"), ngettext("{n} year", "{n} years", years) if years is not None else None),
        (_("Founding meeting"), founded),
        (_("Data were collected"), _span(collection)),
        (_("What was collected"), _words(collection.get("content"))),
        (_("Focus groups"), focus_group_sentence(facts)),
        (_("Focus groups with citizens"), text.number(citizens) if citizens is not None else None),
        (_("Citizens from"), _words(groups.get("citizens_from"))),
        (_("Other focus groups"), _words(groups.get("other_groups"))),
    ]  # fmt: skip
    return [pair for pair in pairs if pair[1]]


def projects(facts: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, Cell]]]]:
    """Return the projects of an area: name, and pairs of a word and its value."""
    listed = facts.get("projects")
    found = []
    for project in listed if isinstance(listed, list) else []:
        if not isinstance(project, dict):
            continue
        budgets = [
            money(project[f"budget_{currency.lower()}"], currency)
            for currency in ("CZK", "PLN", "EUR")
            if _is_number(project.get(f"budget_{currency.lower()}"))
        ]
        pairs: list[tuple[str, Cell]] = [
            (_("Time"), _span(project)),
            (_("Led by"), _text(project.get("lead"))),
            (_("Programme"), _text(project.get("programme"))),
            (_("Registration number"), _text(project.get("registration_number"))),
            (_("Budget"), ", ".join(budgets) or None),
            (_("Result"), _text(project.get("output"))),
            (_("People it is for"), _persons(project)),
            *((_(word), _words(project.get(name))) for name, word in _PROJECT_LISTS.items()),
        ]
        found.append((str(project.get("name", _("Project"))), [pair for pair in pairs if pair[1]]))
    return found


def _persons(project: Mapping[str, Any]) -> str | None:
    exact, least = _count(project, "target_persons"), _count(project, "target_persons_at_least")
    if exact is not None:
        return text.number(exact)
    return None if least is None else bounds.least(text.number(least))


def _words(listed: object) -> str | None:
    """Join a list of words, each translated where it is the project's own."""
    if not isinstance(listed, list) or not listed:
        return None
    return text.listing(_(word) if word in _OWN_WORDS else word for word in map(str, listed))


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and str(value) else None


def _span(part: Mapping[str, Any]) -> str | None:
    first, last = part.get("from"), part.get("to")
    if not (first and last):
        return None
    return _("{first} – {last}", first=_month(first), last=_month(last))


def _month(value: object) -> str | None:
    """Write a day or a month ("2023-04") in words."""
    if not isinstance(value, str):
        return None
    if len(value) == len("2023-04"):
        import datetime as dt

        from babel.dates import format_date

        try:
            month = dt.date.fromisoformat(f"{value}-01")
        except ValueError:
            return value
        return str(format_date(month, "LLLL y", locale={"en": "en_GB"}.get(text.current(), text.current())))
    return text.date(value)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(part: Mapping[str, Any], name: str) -> int | None:
    value = part.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


# -- indicators ----------------------------------------------------------------------------------------------


def indicator_value(row: Mapping[Any, Any]) -> str:
    """Write a number of table `need` as it may be shown: hidden ones as "< 5" or "≥ 5"."""
    signs = {"below": "<", "at_least": bounds.AT_LEAST}
    if row["disclosure"] in signs:
        return f"{signs[row['disclosure']]} {text.number(row['suppress_below'])}"
    return text.number(row["value"], 1)


def indicator_tables(dataset: Dataset, area_id: str, members: Mapping[str, str]) -> list[html.Html]:
    """
    Return the indicators of need of an area as HTML tables, one per indicator, target group and year.

    Totals come from table `need_total`, which leaves out those that would give a small number away.
    """
    from dashboard.phrases.labels import label

    need, totals = dataset["need"], dataset["need_total"]
    rows = need.loc[need["municipality_code"].isin(list(members))]
    own = totals.loc[totals["area_id"] == area_id]
    names = (own[name] for name in ("indicator", "target_group_code", "year"))
    sums = dict(zip(zip(*names, strict=True), own.to_dict("records"), strict=True))
    tables = []
    for key, part in rows.groupby(["indicator", "target_group_code", "year"], sort=True):
        indicator, group, year = key
        stated = {str(row["municipality_code"]): indicator_value(row) for row in part.to_dict("records")}
        # A municipality of which nothing is told is unknown, not left out.
        cells: list[list[Cell]] = [[name, stated.get(code, text.unknown())] for code, name in members.items()]
        cells.sort(key=lambda line: sorting.sort_key(str(line[0])))
        cells.append(_total_cells(sums.get(key)))
        first = part.iloc[0]
        caption = _(
            "{indicator} ({group}), {year}; source: {source}",
            indicator=indicator,
            group=label("target_groups", group),
            year=year,
            source=first["source_text"],
        )
        columns = [html.Column(_("Municipality")), html.Column(str(first["unit"]), is_number=True)]
        tables.append(html.html_table(columns, cells, caption))
    return tables


def _total_cells(total: Mapping[Any, Any] | None) -> list[Cell]:
    """Return the last line: the total that may be shown, and of how many municipalities it is."""
    value = None if total is None else total["value"]
    shown = _("must stay hidden") if values.is_missing(value) else text.number(value, 1)
    if total is None or not total["municipalities_unknown"]:
        return [_("Whole area"), shown]
    known = int(total["municipalities_known"])
    everyone = known + int(total["municipalities_unknown"])
    name = ngettext(
        "Together, {known} of {n} municipality known",
        "Together, {known} of {n} municipalities known",
        everyone,
        known=text.number(known),
    )
    return [name, shown]
