"""The catalogue's entries and what is found in them, made once per version of the dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import sorting, text
from dashboard.answers import dataset
from dashboard.catalogue import filter_words, filters, history, money
from dashboard.catalogue import index as catalogue
from geodata.reading import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.catalogue.filters import Facets
    from dashboard.catalogue.history import Gone, Statement
    from dashboard.catalogue.money import Books
    from dashboard.catalogue.search import Index
    from geodata.dataset.dataset import Dataset
    from geodata.reading.services import Service


def entries() -> dict[str, Service]:
    """Return every service of the published dataset by service_id. Shared: treat it as read-only."""
    found = dataset.dataset()
    return _entries(found, found.version)


def by_name() -> list[Service]:
    """Return the same in the order of their names, as the reader's language sorts. Shared."""
    found = dataset.dataset()
    return _by_name(found, found.version, text.current())


def search_index() -> Index:
    """Return the search index of these entries."""
    found = dataset.dataset()
    return _index(found, found.version)


def facets() -> Facets:
    """Return the codes of these entries in every filter. Shared."""
    found = dataset.dataset()
    return _facets(found, found.version)


def options() -> Mapping[str, Mapping[str, str]]:
    """Return the values of every filter in the reader's language. Shared."""
    found = dataset.dataset()
    return _options(found, found.version, text.current())


def statements() -> Mapping[str, tuple[Statement, ...]]:
    """
    Return what datasets so far said of capacities, by service_id.

    Services that are gone are among them. Shared.
    """
    found = dataset.dataset()
    return _statements(found, found.version)


def gone() -> Mapping[str, Gone]:
    """Return the services that an earlier dataset held and this one does not. Shared."""
    found = dataset.dataset()
    return _gone(found, found.version)


def books() -> Books:
    """Return the money and the networks that tables of an office told of. Shared."""
    found = dataset.dataset()
    return _books(found, found.version)


@st.cache_resource(max_entries=2, show_spinner=False)
def _entries(_dataset: Dataset, version: str) -> dict[str, Service]:  # noqa: ARG001  # the version is the key
    return services.services(_dataset)


@st.cache_resource(max_entries=6, show_spinner=False)
def _by_name(_dataset: Dataset, version: str, language: str) -> list[Service]:  # noqa: ARG001  # the language is a key
    found = _entries(_dataset, version).values()
    return sorted(found, key=lambda entry: (sorting.sort_key(entry.name), entry.service_id))


@st.cache_resource(max_entries=2, show_spinner=False)
def _index(_dataset: Dataset, version: str) -> Index:
    return catalogue.search_index(list(_entries(_dataset, version).values()))


@st.cache_resource(max_entries=2, show_spinner=False)
def _facets(_dataset: Dataset, version: str) -> Facets:
    return filters.facets(_entries(_dataset, version).values(), catalogue.area_members(_dataset))


@st.cache_resource(max_entries=6, show_spinner=False)
def _options(_dataset: Dataset, version: str, language: str) -> Mapping[str, Mapping[str, str]]:  # noqa: ARG001  # a key
    return filter_words.choices(_dataset, _entries(_dataset, version).values())


@st.cache_resource(max_entries=2, show_spinner=False)
def _statements(_dataset: Dataset, version: str) -> Mapping[str, tuple[Statement, ...]]:  # noqa: ARG001  # the key
    return history.statements(_dataset)


@st.cache_resource(max_entries=2, show_spinner=False)
def _gone(_dataset: Dataset, version: str) -> Mapping[str, Gone]:  # noqa: ARG001  # the version is the key
    return history.gone(_dataset)


@st.cache_resource(max_entries=2, show_spinner=False)
def _books(_dataset: Dataset, version: str) -> Books:  # noqa: ARG001  # the version is the key
    return money.books(_dataset)
