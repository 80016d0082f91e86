"""The catalogue's entries and their search index, made once per version of the dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import catalogue, data

if TYPE_CHECKING:
    from dashboard.catalogue import Entry
    from dashboard.search import Index
    from geodata.catalog import Dataset


def entries() -> dict[str, Entry]:
    """Return every service of the published dataset by service_id. Shared: treat it as read-only."""
    found = data.dataset()
    return _entries(found, found.version)


def search_index() -> Index:
    """Return the search index of these entries."""
    found = data.dataset()
    return _index(found, found.version)


@st.cache_resource(max_entries=2, show_spinner=False)
def _entries(_dataset: Dataset, version: str) -> dict[str, Entry]:  # noqa: ARG001  # the version is the key
    return {entry.service_id: entry for entry in catalogue.entries(_dataset)}


@st.cache_resource(max_entries=2, show_spinner=False)
def _index(_dataset: Dataset, version: str) -> Index:
    return catalogue.search_index(list(_entries(_dataset, version).values()))
