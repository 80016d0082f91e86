"""
Further figures below the map: two other methods, the spread over people, the effect of one more place.

Nothing is computed, and no study is imported, before the reader opens them; then only this part of the page
runs again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import navigation, text
from dashboard.answers import dataset as data
from dashboard.answers.shared import Shared
from dashboard.gaps.view import member_rows, view_of
from dashboard.text import _

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.address.question import Choice
    from dashboard.gaps.view import View
    from geodata.dataset.dataset import Dataset

KEY: Final = "dosah-map-further"
# The question of a whole country takes seconds; readers of one area ask the same.
_OPINIONS: Final[Shared[pd.DataFrame]] = Shared(32)


@st.fragment
def show(choice: Choice, name: str = "") -> None:
    """Show the closed part; `name` tells two questions of one page apart."""
    heading = _("Further figures: other methods, fairness, one more place")
    opened = st.expander(
        f"{heading} – {name}" if name else heading,
        key=f"{KEY}-{text.current()}-{name}",
        on_change="rerun",
    )
    if not opened.open:
        return
    dataset = data.dataset()
    view = view_of(choice, dataset)
    with opened:
        st.html(further(view, dataset))
        st.page_link(navigation.file("scenario"), label=_("Try what a new service would change"))


def further(view: View, dataset: Dataset) -> str:
    """Return the three parts as HTML; what comes from data is escaped."""
    from dashboard.gaps import further_tables
    from geodata.studies.equity import added_places, equity

    members = list(view.members)
    opinions = opinions_of(view)
    own = opinions.loc[opinions["municipality_code"].isin(members)].merge(
        member_rows(view)[["municipality_code", "is_lower_bound"]], on="municipality_code", validate="1:1"
    )
    names = dict(zip(own["municipality_code"], own["name"], strict=True))
    places = dict(
        zip(dataset["municipality"]["municipality_code"], dataset["municipality"]["name"], strict=True)
    )
    return "".join(
        [
            further_tables.STYLE,
            '<div class="dosah-further-figures">',
            further_tables.methods_part(own),
            further_tables.spread_part(equity(view.analysis, members), names, view.analysis.settings.at_norm),
            further_tables.places_part(
                added_places(view.analysis, members),
                member_rows(view),
                view.analysis.supply,
                data.service_names(dataset),
                places,
            ),
            "</div>",
        ]
    )


def opinions_of(view: View) -> pd.DataFrame:
    """Return the second opinion on a view, for its whole country. It is shared: treat it as read-only."""
    from geodata.studies.second_opinion import second_opinion

    analysis = view.analysis
    key = (
        analysis.dataset_version,
        analysis.group_id,
        analysis.country,
        analysis.area_id,
        analysis.settings,
    )
    return _OPINIONS.get(key, lambda: second_opinion(analysis))
