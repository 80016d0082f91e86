"""Planning areas and their municipalities, as a reader chooses among them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import sorting
from dashboard.address import kept
from dashboard.answers import areas as answers_areas
from dashboard.gaps import controls
from dashboard.text import _
from geodata.reading.area import area_of

if TYPE_CHECKING:
    from dashboard.address.question import Choice
    from geodata.dataset.dataset import Dataset


def choose_area(dataset: Dataset, page: str) -> Choice:
    """Let the reader of a page choose an area; the rest of the choice stays what it was on the map."""
    start = kept.starting_choice(controls.vocabulary(dataset))
    areas = {code: name for code, (name, _country) in answers_areas.areas_of(dataset).items()}
    area = st.selectbox(
        _("Area"),
        list(areas),
        index=list(areas).index(start.area),
        format_func=areas.__getitem__,
        key=f"dosah-{page}-area-{start.area}",
    )
    return replace(start, area=area)


def members_of(dataset: Dataset, area: str) -> dict[str, str]:
    """Return names of the municipalities of an area by code, in the order of the alphabet."""
    names = {code: str(row["name"]) for code, row in area_of(dataset, area).municipalities.items()}
    return dict(sorted(names.items(), key=lambda pair: sorting.sort_key(pair[1])))
