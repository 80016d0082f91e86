"""
What the reader chose on the map of gaps, and how it stands in the address bar: as codes, never as labels.

A code reads the same in every language and after a new build; what an address asks for and nobody
knows falls back to the default and is said kindly. Only what differs from the default is written,
so that an address stays short.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from geodata.method.analysis import Settings

# The first view of a newcomer.
FIRST_AREA: Final = "frydlantsko-beskydy"
LANGUAGE_PARAMETER: Final = "lang"
LIMIT_KM: Final = (1.0, 200.0)
NORM_PER_1000: Final = (0.001, 10_000.0)
RANKINGS: Final = ("missing_places", "coverage_ratio")
MEASURES: Final = ("coverage", "missing", "out_of_reach", "services", "confidence", "robustness")
# What stands beside the first question: a service group by its id, or the same with another norm or limit.
NORM_BESIDE: Final = "norm."
LIMIT_BESIDE: Final = "limit."
_ON: Final = "1"


@dataclass(frozen=True)
class Choice:
    """
    A question to the map.

    `limit_km` None means the default of the service's form; `typed_norm` counts only with the norm "typed".
    `selected` is the service whose reach is shown, `beside` what a second map shows
    (`dashboard.gaps.beside`), `base` the base map; "" = none.
    """

    area: str = FIRST_AREA
    service: str = ""
    norm: str = "default"
    typed_norm: float | None = None
    limit_km: float | None = None
    decay: str = "binary"
    count_doubtful: bool = False
    order: str = RANKINGS[0]
    measure: str = MEASURES[0]
    selected: str = ""
    beside: str = ""
    base: str = ""


# Names in the address, the same in every language; one that changes goes into `dashboard.address.names`.
PARAMETERS: Final[Mapping[str, str]] = {
    "area": "area",
    "service": "service",
    "norm": "norm",
    "typed_norm": "norm_per_1000",
    "limit_km": "limit",
    "decay": "decay",
    "count_doubtful": "doubtful",
    "order": "order",
    "measure": "show",
    "selected": "selected",
    "beside": "beside",
    "base": "base",
}


@dataclass(frozen=True)
class Vocabulary:
    """
    The codes that the loaded dataset and the code lists know; the first of `areas`
    and `services` is the default.
    """

    areas: Collection[str]
    services: Collection[str]
    norms: Collection[str]
    decays: Collection[str]
    selectable: Collection[str] = ()
    bases: Collection[str] = ()


@dataclass(frozen=True)
class Reading:
    """What was read from an address, and the parameters that could not be understood (name: value)."""

    choice: Choice
    refused: Mapping[str, str] = field(default_factory=dict)


def default_choice(known: Vocabulary) -> Choice:
    """
    Return the first view: the first area the project starts from,
    the first service group of the code list.
    """
    area = FIRST_AREA if FIRST_AREA in known.areas else next(iter(known.areas), "")
    return Choice(area=area, service=next(iter(known.services), ""))


def read(parameters: Mapping[str, str], known: Vocabulary) -> Reading:
    """Read a choice from the parameters of an address."""
    chosen: dict[str, object] = {}
    refused: dict[str, str] = {}
    allowed = {
        "area": known.areas,
        "service": known.services,
        "norm": known.norms,
        "decay": known.decays,
        "order": RANKINGS,
        "measure": MEASURES,
        "selected": known.selectable,
        "base": known.bases,
    }
    bounds = {"typed_norm": NORM_PER_1000, "limit_km": LIMIT_KM}
    for name, parameter in PARAMETERS.items():
        raw = parameters.get(parameter)
        if raw is None or raw == "":
            continue
        if name in allowed:
            value: object = raw if raw in allowed[name] else None
        elif name in bounds:
            value = _number(raw, *bounds[name])
        elif name == "beside":
            value = _beside(raw, known)
        else:
            value = {_ON: True, "0": False}.get(raw)
        if value is None:
            refused[parameter] = raw
        else:
            chosen[name] = value
    choice = replace(default_choice(known), **chosen)  # type: ignore[arg-type]  # the values were checked by name above
    if choice.norm == "typed" and choice.typed_norm is None:
        refused.setdefault("norm", "typed")
        choice = replace(choice, norm="default")
    return Reading(choice, refused)


def write(choice: Choice) -> dict[str, str]:
    """Return the parameters of an address; area and service always stand there, the rest where it differs."""
    default = Choice()
    parameters = {}
    for part in fields(Choice):
        value = getattr(choice, part.name)
        if part.name == "typed_norm" and choice.norm != "typed":
            continue
        if part.name in ("area", "service"):
            parameters[PARAMETERS[part.name]] = str(value)
        elif value != getattr(default, part.name) and value is not None:
            parameters[PARAMETERS[part.name]] = _ON if value is True else _plain(value)
    return parameters


def settings(choice: Choice) -> Settings:
    """Return the question as the engine takes it."""
    from geodata.method.analysis import Settings

    return Settings(
        norm=choice.norm,
        typed_norm_per_1000=choice.typed_norm if choice.norm == "typed" else None,
        limit_m=None if choice.limit_km is None else choice.limit_km * 1000,
        decay=choice.decay,
        count_doubtful=choice.count_doubtful,
    )


def _beside(raw: str, known: Vocabulary) -> str | None:
    if raw.startswith(NORM_BESIDE):
        return raw if raw.removeprefix(NORM_BESIDE) in known.norms and raw != f"{NORM_BESIDE}typed" else None
    if raw.startswith(LIMIT_BESIDE):
        limit_km = _number(raw.removeprefix(LIMIT_BESIDE), *LIMIT_KM)
        return None if limit_km is None else f"{LIMIT_BESIDE}{limit_km:g}"
    return raw if raw in known.services else None


def _number(raw: str, smallest: float, largest: float) -> float | None:
    try:
        value = float(raw.replace(",", "."))
    except ValueError:
        return None
    return value if smallest <= value <= largest else None


def _plain(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
