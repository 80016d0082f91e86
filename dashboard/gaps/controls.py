"""
The controls of the map of gaps, and the way of a choice between them, the session and the address bar.

The address bar wins where it is new (a link, the button "back"); else the session,
because navigation clears the address.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from dashboard import text
from dashboard.address import question as choices
from dashboard.address.question import Choice, Vocabulary
from dashboard.answers import dataset as data
from dashboard.answers.areas import areas_of
from dashboard.gaps import beside
from dashboard.map import base_maps
from dashboard.phrases import amounts
from dashboard.phrases import norms as phrases_norms
from dashboard.text import _
from geodata.travel.straight import DEFAULT_LIMITS_M
from geodata.vocabulary import codes

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset
    from geodata.method.benchmark import Norm

LIMIT_STEPS_KM: Final = (5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100)


def vocabulary(dataset: Dataset) -> Vocabulary:
    """Return the codes that an address may name."""
    return Vocabulary(
        areas=list(areas_of(dataset)),
        services=list(codes.service_groups()),
        norms=["default", "national", "loaded", "area", "typed", *codes.norms()],
        decays=list(codes.codelist("decays")),
        selectable=data.service_names(dataset).keys(),
        bases=list(base_maps.base_maps()),
    )


def show(start: Choice, dataset: Dataset) -> Choice:
    """Show the controls and return what they say."""
    return _ask(start, dataset, is_drawn=True)


def announced(start: Choice, dataset: Dataset) -> Choice:
    """
    Return what the controls are going to say in this run, without drawing them.

    The map is sent before them: the browser paints it while the rest of the page is still on its way.
    """
    return _ask(start, dataset, is_drawn=False)


def _ask(start: Choice, dataset: Dataset, *, is_drawn: bool) -> Choice:
    areas = areas_of(dataset)
    language = text.current()
    area = _select(
        "area",
        _("Area"),
        {code: name for code, (name, _country) in areas.items()},
        start.area,
        is_drawn=is_drawn,
    )
    country = areas[area][1]
    groups = {code: group for code, group in codes.service_groups().items() if country in group.scopes}
    labels = {code: group.label[language] for code, group in groups.items()}
    about = groups[start.service].description[language] if start.service in groups else None
    service = _select("service", _("Service"), labels, start.service, about, is_drawn=is_drawn)
    chosen = replace(start, area=area, service=service)
    form = groups[service].scopes[country].form
    if form != _form(start, areas):
        chosen = replace(chosen, limit_km=None)
    if not is_drawn:
        chosen = _doubtful_control(chosen, is_drawn=False)
        return _reach_controls(_norm_control(chosen, country, is_drawn=False), form, is_drawn=False)
    # Norms are computed by the same rule for doubtful numbers, so the switch is read
    # first, though it stands last.
    above = st.container()
    chosen = _doubtful_control(chosen, is_drawn=True)
    with above:
        return _reach_controls(_norm_control(chosen, country, is_drawn=True), form, is_drawn=True)


def offered_beside(choice: Choice, dataset: Dataset) -> dict[str, str]:
    """Return what can stand beside a question, by code, in words; "" is nothing."""
    country = areas_of(dataset)[choice.area][1]
    norms = {
        norm.norm_id: norm
        for norm in data.norms(choice.service, country, choice.area, choices.settings(choice))
    }
    form = codes.service_groups()[choice.service].scopes[country].form
    limit_km = choice.limit_km or DEFAULT_LIMITS_M[form] / 1000
    return beside.options(choice, country, norms, limit_km)


def show_beside(choice: Choice, words: Mapping[str, str], *, is_drawn: bool = True) -> Choice:
    """
    Show the list of what can stand beside the question on a second map; not drawn,
    it only says what it is going to say.
    """
    chosen = _select(
        "beside",
        _("Beside it"),
        words,
        choice.beside,
        _("A second map beside the first, moved and zoomed together with it."),
        is_drawn=is_drawn,
    )
    return replace(choice, beside=chosen)


def _kept(key: str, otherwise: Any) -> Any:
    """
    Return what a control says that is not drawn yet;
    `otherwise` where the page has none of this key yet.
    """
    return st.session_state.get(key, otherwise)


def _select(
    name: str,
    label: str,
    words: Mapping[str, str],
    current: str,
    about: str | None = None,
    *,
    is_drawn: bool,
) -> str:
    """
    Show a list of codes in words and return the chosen code.

    Streamlit keeps the words, not the code, of what was chosen. So the key of the widget changes
    with the words (another language, another country), and the new widget starts from `current`.
    """
    digest = hashlib.sha256(json.dumps(words).encode()).hexdigest()[:8]
    key = f"dosah-control-{name}-{digest}"
    options = list(words)
    first = options.index(current) if current in words else 0
    if not is_drawn:
        return str(_kept(key, options[first]))
    return st.selectbox(label, options, index=first, format_func=words.__getitem__, help=about, key=key)


def _form(choice: Choice, areas: dict[str, tuple[str, str]]) -> str | None:
    scope = codes.service_groups()[choice.service].scopes.get(areas[choice.area][1])
    return scope.form if scope else None


def _norm_control(start: Choice, country: str, *, is_drawn: bool) -> Choice:
    settings = choices.settings(replace(start, norm="default", typed_norm=None))
    norms = {norm.norm_id: norm for norm in data.norms(start.service, country, start.area, settings)}
    default = data.analysis(start.service, country, start.area, settings).norm
    norm_id = _select(
        "norm",
        _("Norm (per 1,000 people)"),
        {
            "default": _norm_label("default", default),
            **{norm_id: _norm_label(norm_id, norm) for norm_id, norm in norms.items()},
            "typed": _norm_label("typed", None),
        },
        start.norm,
        _("How much capacity per 1,000 people counts as enough. No norm is a law of nature: try several."),
        is_drawn=is_drawn,
    )
    if norm_id != "typed":
        return replace(start, norm=norm_id, typed_norm=None)
    key = f"dosah-control-typed-{country}-{start.service}"
    first = start.typed_norm or _suggested_norm(norms)
    if not is_drawn:
        return replace(start, norm="typed", typed_norm=float(_kept(key, first)))
    typed = st.number_input(
        _("Capacity per 1,000 people"),
        min_value=choices.NORM_PER_1000[0],
        max_value=choices.NORM_PER_1000[1],
        value=first,
        format="%.2f",
        key=key,
    )
    return replace(start, norm="typed", typed_norm=float(typed))


def _norm_label(norm_id: str, norm: Norm | None) -> str:
    name = phrases_norms.norm_name(norm_id)
    if norm is None:
        return name
    if norm.value_per_1000 is None:
        return f"{name} – {phrases_norms.norm_unavailable(norm.unavailable_reason)}"
    return f"{name}: {amounts.norm_value(norm.value_per_1000)}"


def _suggested_norm(norms: Mapping[str, Norm]) -> float:
    """Start typing from the first norm that has a value."""
    return next((round(norm.value_per_1000, 2) for norm in norms.values() if norm.value_per_1000), 10.0)


def _reach_controls(start: Choice, form: str, *, is_drawn: bool) -> Choice:
    default_km = DEFAULT_LIMITS_M[form] / 1000
    now_km = start.limit_km or default_km
    steps = sorted({*map(float, LIMIT_STEPS_KM), default_km, now_km})
    key = f"dosah-control-limit-{form}-{len(steps)}-{text.current()}"
    limit_km = _kept(key, now_km) if not is_drawn else st.select_slider(
        _("How far is still within reach"),
        steps,
        value=now_km,
        format_func=lambda km: text.distance(km * 1000),
        help=_(
            "Along roads, estimated from the straight line. The usual limit of this form of service "
            "is {limit}; it is this program's convention, not a law.",
            limit=text.distance(DEFAULT_LIMITS_M[form]),
        ),
        key=key,
    )  # fmt: skip
    decays = codes.codelist("decays")
    decay = _select(
        "decay",
        _("How reach falls with distance"),
        {code: entry.label[text.current()] for code, entry in decays.items()},
        start.decay,
        decays[start.decay].description[text.current()],
        is_drawn=is_drawn,
    )
    return replace(start, limit_km=None if limit_km == default_km else limit_km, decay=decay)


def _doubtful_control(start: Choice, *, is_drawn: bool) -> Choice:
    key = "dosah-control-doubtful"
    if not is_drawn:
        return replace(start, count_doubtful=bool(_kept(key, start.count_doubtful)))
    counted = st.toggle(
        _("Count doubtful capacities"),
        value=start.count_doubtful,
        help=_(
            "Some providers register how many clients they serve in a year, others how many at one time. "
            "A number far beyond the usual is doubtful and counts as unknown, unless you switch it on here."
        ),
        key=key,
    )
    return replace(start, count_doubtful=counted)
