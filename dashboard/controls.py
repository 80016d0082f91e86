"""
The controls of the map of gaps, and the way of a choice between them, the session and the address bar.

The address bar wins where it is new (a link, the button "back"); else the session, because navigation clears the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard import choice as choices
from dashboard import data, gap_words, text
from dashboard.choice import Choice, Vocabulary
from dashboard.text import _
from geodata import codes
from geodata.travel import DEFAULT_LIMITS_M

if TYPE_CHECKING:
    from geodata.benchmark import Norm
    from geodata.catalog import Dataset

CHOICE_KEY: Final = "dosah-map-choice"
WRITTEN_KEY: Final = "dosah-map-written"
LIMIT_STEPS_KM: Final = (5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100)


def areas_of(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """Return name and country of every planning area, in the order of the dataset."""
    table = dataset["area"]
    return {
        area: (name, country)
        for area, name, country in zip(table["area_id"], table["name"], table["country"], strict=True)
    }


def vocabulary(dataset: Dataset) -> Vocabulary:
    """Return the codes that an address may name."""
    return Vocabulary(
        areas=list(areas_of(dataset)),
        services=list(codes.service_groups()),
        norms=["default", "national", "loaded", "area", "typed", *codes.norms()],
        decays=list(codes.codelist("decays")),
    )


def starting_choice(known: Vocabulary) -> Choice:
    """Take the choice from the address if it is new, else from the session: navigation clears the address."""
    parameters = {
        name: st.query_params[name] for name in choices.PARAMETERS.values() if name in st.query_params
    }
    kept: Choice | None = st.session_state.get(CHOICE_KEY)
    if kept is not None and (not parameters or parameters == st.session_state.get(WRITTEN_KEY)):
        return kept
    reading = choices.read(parameters, known)
    for name in [name for name in st.session_state if str(name).startswith("dosah-control-")]:
        del st.session_state[name]
    if reading.refused:
        refused = ", ".join(f"{name}={value}" for name, value in reading.refused.items())
        st.info(
            _(
                "The address asks for something this dataset does not know ({what}). The usual view is shown instead.",
                what=text.plain(refused),
            )
        )
    return reading.choice


def keep(choice: Choice) -> None:
    """Write the choice into the address and the session."""
    parameters = choices.write(choice)
    st.session_state[CHOICE_KEY] = choice
    st.session_state[WRITTEN_KEY] = parameters
    kept = {name: value for name, value in st.query_params.items() if name not in choices.PARAMETERS.values()}
    if {**kept, **parameters} != st.query_params.to_dict():
        st.query_params.from_dict({**kept, **parameters})


def show(start: Choice, dataset: Dataset) -> Choice:
    """Show the controls and return what they say."""
    areas = areas_of(dataset)
    language = text.current()
    area = st.selectbox(
        _("Area"),
        list(areas),
        index=list(areas).index(start.area),
        format_func=lambda code: areas[code][0],
        key="dosah-control-area",
    )
    country = areas[area][1]
    groups = {code: group for code, group in codes.service_groups().items() if country in group.scopes}
    wanted = start.service if start.service in groups else next(iter(groups))
    service = st.selectbox(
        _("Service"),
        list(groups),
        index=list(groups).index(wanted),
        format_func=lambda code: groups[code].label[language],
        help=groups[wanted].description[language],
        # The list differs by country, and so do the places in it.
        key=f"dosah-control-service-{country}",
    )
    chosen = replace(start, area=area, service=service)
    form = groups[service].scopes[country].form
    if form != _form(start, areas):
        chosen = replace(chosen, limit_km=None)
    chosen = _doubtful_control(chosen)
    chosen = _norm_control(chosen, country)
    return _reach_controls(chosen, form)


def _form(choice: Choice, areas: dict[str, tuple[str, str]]) -> str | None:
    scope = codes.service_groups()[choice.service].scopes.get(areas[choice.area][1])
    return scope.form if scope else None


def _norm_control(start: Choice, country: str) -> Choice:
    settings = choices.settings(replace(start, norm="default", typed_norm=None))
    norms = {norm.norm_id: norm for norm in data.norms(start.service, country, start.area, settings)}
    options = ["default", *norms, "typed"]

    def label(norm_id: str) -> str:
        name = gap_words.norm_name(norm_id)
        norm = norms.get(norm_id)
        if norm is None:
            return name
        if norm.value_per_1000 is None:
            return f"{name} – {gap_words.norm_unavailable(norm.unavailable_reason)}"
        return f"{name}: {text.per_thousand(norm.value_per_1000)}"

    norm_id = st.selectbox(
        _("Compare with the norm"),
        options,
        index=options.index(start.norm) if start.norm in options else 0,
        format_func=label,
        help=_(
            "How much capacity per 1,000 people counts as enough. No norm is a law of nature: try several."
        ),
        key=f"dosah-control-norm-{country}-{start.service}",
    )
    if norm_id != "typed":
        return replace(start, norm=norm_id, typed_norm=None)
    typed = st.number_input(
        _("Capacity per 1,000 people"),
        min_value=choices.NORM_PER_1000[0],
        max_value=choices.NORM_PER_1000[1],
        value=start.typed_norm or _suggested_norm(norms),
        format="%.2f",
        key=f"dosah-control-typed-{country}-{start.service}",
    )
    return replace(start, norm="typed", typed_norm=float(typed))


def _suggested_norm(norms: Mapping[str, Norm]) -> float:
    """Start typing from the first norm that has a value."""
    return next((round(norm.value_per_1000, 2) for norm in norms.values() if norm.value_per_1000), 10.0)


def _reach_controls(start: Choice, form: str) -> Choice:
    default_km = DEFAULT_LIMITS_M[form] / 1000
    now_km = start.limit_km or default_km
    steps = sorted({*map(float, LIMIT_STEPS_KM), default_km, now_km})
    limit_km = st.select_slider(
        _("How far is still within reach"),
        steps,
        value=now_km,
        format_func=lambda km: text.distance(km * 1000),
        help=_("Along roads, estimated from the straight line. The usual limit of this form of service is {limit}; it is "
               "this program's convention, not a law.", limit=text.distance(DEFAULT_LIMITS_M[form])),
        key=f"dosah-control-limit-{form}",
    )  # fmt: skip
    decays = list(codes.codelist("decays"))
    decay = st.selectbox(
        _("How reach falls with distance"),
        decays,
        index=decays.index(start.decay),
        format_func=lambda code: codes.label("decays", code, text.current()),
        help=codes.codelist("decays")[start.decay].description[text.current()],
        key="dosah-control-decay",
    )
    return replace(start, limit_km=None if limit_km == default_km else limit_km, decay=decay)


def _doubtful_control(start: Choice) -> Choice:
    counted = st.toggle(
        _("Count doubtful capacities"),
        value=start.count_doubtful,
        help=_(
            "Some providers register how many clients they serve in a year, others how many at one time. A number far beyond "
            "the usual is doubtful and counts as unknown, unless you switch it on here."
        ),
        key="dosah-control-doubtful",
    )
    return replace(start, count_doubtful=counted)
