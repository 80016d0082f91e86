"""
The selected service on the page: the list to select one without the map,
the panel of the one that is selected.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import text
from dashboard.address import kept as address_kept
from dashboard.answers import dataset as data
from dashboard.catalogue import kept as entries
from dashboard.catalogue.index import district_names
from dashboard.gaps import selection
from dashboard.tables import html
from dashboard.text import _

if TYPE_CHECKING:
    from dashboard.address.question import Choice
    from geodata.dataset.dataset import Dataset
    from geodata.method.analysis import Analysis


def _select(key: str | None) -> None:
    """Take over what was chosen in the list, or nothing; a run reads its choice from the session."""
    kept: Choice = st.session_state[address_kept.CHOICE_KEY]
    selected = (st.session_state[key] or "") if key else ""
    st.session_state[address_kept.CHOICE_KEY] = replace(kept, selected=selected)


def show(
    choice: Choice,
    analysis: Analysis,
    members: Collection[str],
    reach: selection.Reach | None,
    dataset: Dataset,
) -> None:
    """Show a list of the services within reach of the area, and what is known of the one that is selected."""
    found = selection.services_within_reach(analysis, members)
    offered = dict.fromkeys([*found, *([reach.service_id] if reach else [])])
    municipalities = dataset["municipality"]
    places = dict(zip(municipalities["municipality_code"], municipalities["name"], strict=True))
    words = selection.names(offered, data.service_names(dataset), analysis.supply, places)
    if not words:
        return
    key = f"dosah-control-selected-{choice.area}-{choice.service}-{text.current()}"
    # The map selects too, so the list follows the choice and never leads it.
    st.session_state[key] = reach.service_id if reach else None
    st.selectbox(
        _("Whose reach to show"),
        list(words),
        format_func=words.__getitem__,
        placeholder=_("Choose a service here or on the map"),
        key=key,
        on_change=_select,
        args=(key,),
    )
    if reach is None:
        return
    facts = dict(zip(dataset["dataset"]["name"], dataset["dataset"]["value"], strict=True))
    entry = entries.entries()[reach.service_id]
    panel = selection.panel(
        entry,
        selection.reach_cell(reach, analysis, members, district_names(dataset)),
        facts.get("data_date"),
        selection.declared_cell(entry, reach, analysis, members),
    )
    st.html(html.STYLE + panel)
    st.button(_("Show all services again"), on_click=_select, args=(None,), key="dosah-map-let-go")
