"""
The map on which a scenario is made: what `static/dosah-scenario.js` is told, and what the reader did there.

A protected address never becomes a circle: such a service is changed in the form or in the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import text
from dashboard.answers import dataset
from dashboard.map import message as paint
from dashboard.phrases import gaps
from dashboard.scenario import edit as scenario_edit
from dashboard.scenario import state
from dashboard.scenario import steps as scenario
from dashboard.scenario import words as scenario_words
from dashboard.scenario.steps import NEW_PREFIX, Step
from dashboard.text import _
from geodata.method.reach import DISTRICT
from geodata.vocabulary import codes

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.map.component import Addition
    from dashboard.scenario.result import Result, View
    from dashboard.scenario.state import Key, Start
    from dashboard.scenario.steps import Scenario

MAP_KEY: Final = "dosah-scenario-map"
SHOWN_TODAY: Final = "today"
HEARD_KEY: Final = "dosah-scenario-heard"
FIRST_CAPACITY: Final = 12.0
# As in static/dosah-scenario.js: a tooltip must fit a screen.
LINES_OF_A_TIP: Final = 8
_DIGITS: Final = 2


def map_key(shown: str) -> str:
    """Return the key of the map that shows one of two pictures side by side."""
    return f"{MAP_KEY}-{shown}"


# -- what the reader did -------------------------------------------------------------------------------------


def with_edits(view: View, key: Key, start: Start) -> Start:
    """Take what the reader did on the map since the last run into the scenario."""
    from dataclasses import replace

    heard: int = st.session_state.get(HEARD_KEY, 0)
    serves = view.choice.area if view.scope.form == scenario.FIELD_FORM else ""
    edits = [
        edit
        for name in (MAP_KEY, map_key("scenario"))
        for edit in scenario_edit.read_edits(_answer(name), heard, serves)
    ]
    if not edits:
        return start
    st.session_state[HEARD_KEY] = max(edit.number for edit in edits)
    now = scenario_edit.edited(start.scenario, edits)
    state.put(key, now)
    return replace(start, scenario=now)


def _answer(name: str) -> object:
    value = st.session_state.get(name)
    return value.get("dosah_edits") if isinstance(value, Mapping) else None


# -- what the map is told ------------------------------------------------------------------------------------


def addition(view: View, now: Scenario, result: Result, shown: str, names: Mapping[str, str]) -> Addition:
    """Return the script of a scenario's map and what it is told; today's picture is not edited."""
    from dashboard.map.component import Addition

    message = {
        "is_editable": shown != SHOWN_TODAY,
        "heard": st.session_state.get(HEARD_KEY, 0),
        "count": len(now.steps),
        "is_full": len(now.steps) >= scenario.MAX_STEPS,
        "largest": scenario.CAPACITY[1],
        "first_capacity": FIRST_CAPACITY,
        "words": words(view, now, names),
        "sites": circles(view, now, result, shown, names),
    }
    return Addition("dosah-scenario", "dosahScenario", message)


def words(view: View, now: Scenario, names: Mapping[str, str]) -> dict[str, str]:
    """Return the words of the windows on the map."""
    unit = scenario_words.unit_word(view.scope.unit)
    last = (
        scenario_words.step_sentence(
            now.steps[-1], names, view.known.municipalities, view.scope.unit, view.capacities
        )
        if now.steps
        else ""
    )
    return {
        "new_here": _("A new service here"),
        "capacity": _("Capacity ({unit})", unit=unit),
        "serves": _("It serves the whole planning area") if view.scope.form == scenario.FIELD_FORM else "",
        "add": _("Add the service"),
        "resize": _("Change the capacity"),
        "move": _("Move…"),
        "close": _("Close the service"),
        "close_site": _("Close this site only"),
        "close_window": _("Close the window"),
        "several": _("Several services here"),
        # The browser fills in the name: it holds what data say, which is never parsed here.
        "choose_target": _("Where does {service} move to? Choose the municipality."),
        "cancel": _("Do not move it"),
        "undo_last": _("Take back: {change}", change=last),
        "full": _("A scenario holds {n} changes at most.", n=text.number(scenario.MAX_STEPS)),
        "approximate": _("Placed in the middle of the municipality: the exact address is not known."),
    }


def circles(
    view: View, now: Scenario, result: Result, shown: str, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """
    Return a circle for every point where services of the group are, or were before the scenario closed them.

    Each has its `entries`: title, detail, capacity of the service (None = unknown), target (service_id),
    site (site_id, None where it cannot be moved), sites, state (today, new, closed), position (of
    a new service in the list of changes), steps (changes that can be taken back: position and words).
    `is_near`: within reach of the area, or changed.
    """
    is_today = shown == SHOWN_TODAY
    comparison = result.comparison
    before = comparison.before
    after = before if is_today else comparison.after
    steps = () if is_today else now.steps
    sentences = [
        scenario_words.step_sentence(step, names, view.known.municipalities, view.scope.unit, view.capacities)
        for step in steps
    ]
    entries = _Entries(view, steps, sentences)
    tables = [(after.supply, (dataset.dataset() if is_today else result.dataset)["site"], False)]
    if not is_today:
        gone = {step.target for step in steps if step.kind in ("close", "close_site")}
        closed = before.supply.loc[
            before.supply["service_id"].isin(gone) | before.supply["site_id"].isin(gone)
        ]
        tables.append((closed, dataset.dataset()["site"], True))
    members = set(view.members)
    pairs = after.pairs
    near = set(pairs.loc[pairs["municipality_code"].isin(members), "site_id"])
    points: dict[tuple[float, float], dict[str, Any]] = {}
    for supply, sites, is_closed in tables:
        for row, latitude, longitude, quality in _located(supply, sites):
            entry = entries.of(row, is_closed=is_closed)
            position = (round(latitude, 5), round(longitude, 5))
            empty: dict[str, Any] = {
                "capacity": None,
                "is_approximate": False,
                "is_near": False,
                "entries": [],
            }
            point = points.setdefault(position, {"point": list(position), **empty})
            share = None if is_closed else paint.rounded(row["site_capacity"], _DIGITS)
            if share is not None:
                point["capacity"] = round((point["capacity"] or 0) + share, _DIGITS)
            point["is_approximate"] |= entry["state"] == "today" and quality not in (
                "coordinates",
                "address_point",
            )
            point["is_near"] |= row["site_id"] in near or entry["state"] != "today" or bool(entry["steps"])
            point["entries"].append(entry)
    for point in points.values():
        states = {entry["state"] for entry in point["entries"]}
        point["state"] = "new" if "new" in states else "closed" if states == {"closed"} else "today"
        hidden = len(point["entries"]) - LINES_OF_A_TIP
        point["more"] = (
            text.ngettext("and {n} more here", "and {n} more here", hidden) if hidden > 0 else None
        )
    return sorted(points.values(), key=lambda point: (-(point["capacity"] or 0), point["point"]))


class _Entries:
    """What a window says of one service at a point."""

    def __init__(self, view: View, steps: Sequence[Step], sentences: Sequence[str]) -> None:
        self.view = view
        self.steps = steps
        self.sentences = sentences
        self.names = dataset.service_names(dataset.dataset())
        self.kind = codes.label("service_types", view.scope.service_type_codes[0], text.current())

    def of(self, row: Mapping[str, Any], *, is_closed: bool) -> dict[str, Any]:
        view, service_id, site_id = self.view, str(row["service_id"]), str(row["site_id"])
        is_new = service_id.startswith(NEW_PREFIX)
        position = int(service_id.removeprefix(NEW_PREFIX)) - 1 if is_new else None
        if is_new:
            title, kind = _("New service"), self.kind
        else:
            name = self.names[service_id]
            title, kind = name.title, codes.label("service_types", name.service_type_code, text.current())
        own = [
            number
            for number, step in enumerate(self.steps)
            if step.target in (service_id, site_id) or number == position
        ]
        detail = _("closed in this scenario") if is_closed else gaps.site_detail(row, kind, view.scope.unit)
        return {
            "title": title,
            "detail": detail,
            "capacity": paint.rounded(row["capacity_number"], _DIGITS) if row["counted"] else None,
            "target": service_id,
            "site": None if is_new or site_id in view.known.fixed_sites else site_id,
            "sites": len(view.known.services.get(service_id, ())),
            "state": "new" if is_new else "closed" if is_closed else "today",
            "position": position,
            "steps": [[number, _("Take back: {change}", change=self.sentences[number])] for number in own],
        }


def _located(supply: pd.DataFrame, sites: pd.DataFrame) -> list[tuple[dict[str, Any], float, float, str]]:
    """Return the rows of a supply that may be drawn, with their place; what is protected is left out."""
    drawn = ~sites["is_protected"].astype(bool) & sites["latitude"].notna() & sites["longitude"].notna()
    columns = ("site_id", "latitude", "longitude", "location_quality")
    located = {row[0]: row[1:] for row in zip(*(sites.loc[drawn, name] for name in columns), strict=True)}
    rows = []
    for row in supply.loc[supply["reach_mode"] != DISTRICT].to_dict("records"):
        if row["site_id"] in located:
            latitude, longitude, quality = located[row["site_id"]]
            named = {str(name): value for name, value in row.items()}
            rows.append((named, float(latitude), float(longitude), quality))
    return rows
