"""
Views that a story can show, and how they stand in its file:
codes and settings, never pictures or figures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from geodata.errors import DosahError
from geodata.method.analysis import Settings
from geodata.stories.problems import Problem, short_text
from geodata.vocabulary.codes import norms, service_groups

VIEW_KINDS: Final = (
    "title", "population", "services", "gap", "certainty", "help", "village", "scenario", "compare", "ages",
)  # fmt: skip
MEASURES: Final = ("share_65", "share_80")
GAP_MEASURES: Final = ("coverage", "missing", "out_of_reach", "services", "confidence", "robustness")
PICTURES: Final = ("scenario", "today", "both")
MOST_GROUPS: Final = 8
LONGEST_CHANGES: Final = 3000
LIMIT_KM: Final = (1.0, 200.0)
NORM_PER_1000: Final = (0.001, 10_000.0)
DETOUR: Final = (1.0, 5.0)
NORMS: Final = ("default", "national", "loaded", "area", "typed")
_SETTINGS: Final = ("norm", "typed_norm_per_1000", "limit_km", "detour_factor", "decay", "count_doubtful")
_SCENARIO: Final = ("changes", "scenario_norm", "scenario_norm_per_1000", "picture")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (),
    "population": ("measure",),
    "services": ("groups",),
    "gap": ("group", "measure", *_SETTINGS),
    "certainty": (),
    "help": ("groups",),
    "village": ("municipality", "group", "groups"),
    "scenario": ("group", *_SCENARIO, *_SETTINGS),
    "compare": ("groups", "beside_norm", "beside_limit_km", *_SETTINGS),
    "ages": ("municipality",),
}
"""What a view of each kind may say beside its kind."""
_TRUTHS: Final = {"yes": True, "on": True, "no": False, "off": False}
_CODE: Final = re.compile(r"[0-9A-Za-z_-]{1,20}")


@dataclass(frozen=True)
class View:
    """
    What a step shows.

    kind
        title (the area), population (`measure` by municipality), services (who helps, of `groups`),
        gap (the map of one group by `measure`), certainty (how sure we are), help (what is missing most,
        of all groups or of `groups`), village (one municipality; `group` colours the map, `groups` are told),
        scenario (`changes` to one group), compare (two `groups` side by side, or one with the norm or limit
        of `settings` beside another one), ages (the pyramid of the area or of one municipality).
    measure
        One of `MEASURES` (population) or `GAP_MEASURES` (gap).
    municipality
        municipality_code.
    changes
        Steps of a scenario as they stand in an address; what they mean only the page of scenarios knows.
    scenario_norm, scenario_norm_per_1000
        Another norm that the scenario asks by; "" = the same as today.
    picture
        One of `PICTURES`.
    beside_norm, beside_limit_m
        What is other in the second picture of one group.
    settings
        Assumptions of the calculation behind it.
    """

    kind: str
    group: str | None = None
    groups: tuple[str, ...] = ()
    measure: str | None = None
    municipality: str | None = None
    changes: str = ""
    scenario_norm: str = ""
    scenario_norm_per_1000: float | None = None
    picture: str | None = None
    beside_norm: str = ""
    beside_limit_m: float | None = None
    settings: Settings = field(default_factory=Settings)


def view_mapping(view: View) -> dict[str, Any]:
    """Return a view as it stands in a file; what is as usual is left out."""
    usual = Settings()
    settings = view.settings
    values: dict[str, Any] = {
        "kind": view.kind,
        "group": view.group,
        "groups": list(view.groups),
        "measure": view.measure,
        "municipality": view.municipality,
        "changes": view.changes,
        "scenario_norm": view.scenario_norm,
        "scenario_norm_per_1000": view.scenario_norm_per_1000,
        "picture": view.picture,
        "beside_norm": view.beside_norm,
        "beside_limit_km": None if view.beside_limit_m is None else view.beside_limit_m / 1000,
        "norm": settings.norm if settings.norm != usual.norm else None,
        "typed_norm_per_1000": settings.typed_norm_per_1000,
        "limit_km": None if settings.limit_m is None else settings.limit_m / 1000,
        "detour_factor": settings.detour_factor if settings.detour_factor != usual.detour_factor else None,
        "decay": settings.decay if settings.decay != usual.decay else None,
        "count_doubtful": settings.count_doubtful or None,
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


class _Reader:
    """Reads the values of one view and gathers what is wrong with them."""

    def __init__(self, view: Mapping[str, Any], step: int, problems: list[Problem]) -> None:
        self.view = view
        self.step = step
        self.problems = problems

    def tell(self, code: str, part: object = "") -> None:
        self.problems.append(Problem(code, short_text(part), self.step))

    def word(self, key: str, allowed: tuple[str, ...]) -> str | None:
        value = self.view.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or value not in allowed:
            self.tell("bad_value", f"{key}: {short_text(value)}")
            return None
        return value

    def number(self, key: str, bounds: tuple[float, float]) -> float | None:
        value = self.view.get(key)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not bounds[0] <= value <= bounds[1]:
            self.tell("bad_value", f"{key}: {short_text(value)}")
            return None
        return float(value)

    def truth(self, key: str) -> bool:
        value = self.view.get(key, False)
        # Words that YAML once took for truth values are text for our reader; here they can mean nothing else.
        value = _TRUTHS.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            self.tell("bad_value", f"{key}: {short_text(value)}")
            return False
        return value

    def group(self) -> str | None:
        value = self.view.get("group")
        if value is None:
            return None
        if not isinstance(value, str) or value not in service_groups():
            self.tell("unknown_group", value)
            return None
        return value

    def groups(self) -> tuple[str, ...]:
        value = self.view.get("groups")
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MOST_GROUPS:
            self.tell("bad_value", "groups")
            return ()
        strangers = [
            group_id
            for group_id in value
            if not isinstance(group_id, str) or group_id not in service_groups()
        ]
        for group_id in strangers:
            self.tell("unknown_group", group_id)
        return () if strangers else tuple(value)

    def municipality(self) -> str | None:
        value = self.view.get("municipality")
        if value is None:
            return None
        # YAML reads a code in figures as a number unless it stands in quotes.
        code = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            self.tell("bad_value", f"municipality: {short_text(value)}")
            return None
        return code

    def changes(self) -> str:
        value = self.view.get("changes", "")
        if not isinstance(value, str) or len(value) > LONGEST_CHANGES or not value.isprintable():
            self.tell("bad_value", "changes")
            return ""
        return value

    def settings(self) -> Settings:
        norm = self.word("norm", (*NORMS, *norms())) or Settings().norm
        typed = self.number("typed_norm_per_1000", NORM_PER_1000)
        limit = self.number("limit_km", LIMIT_KM)
        detour = self.number("detour_factor", DETOUR)
        if norm == "typed" and typed is None:
            self.tell("needs_typed_norm")
        decay = self.view.get("decay", Settings().decay)
        try:
            return Settings(
                norm=norm,
                typed_norm_per_1000=typed if norm == "typed" else None,
                limit_m=None if limit is None else limit * 1000,
                detour_factor=Settings().detour_factor if detour is None else detour,
                decay=decay if isinstance(decay, str) else short_text(decay),
                count_doubtful=self.truth("count_doubtful"),
            )
        except (DosahError, TypeError, ValueError):
            self.tell("bad_value", f"decay: {short_text(decay)}")
            return Settings()


def read_view(view: Any, step: int, problems: list[Problem]) -> View:
    """
    Read a view from a parsed file; every problem is added to `problems`.

    Parameters
    ----------
    view
        What the file holds.
    step
        Number of the step, for messages.
    problems
        Is added to.
    """
    kind = view.get("kind") if isinstance(view, dict) else None
    if not isinstance(kind, str) or kind not in VIEW_KINDS:
        problems.append(Problem("unknown_kind", short_text(kind or ""), step))
        return View("title")
    unknown = sorted(short_text(key) for key in view if key != "kind" and key not in _KEYS[kind])
    if unknown:
        problems.append(Problem("unknown_view_key", ", ".join(unknown), step))
    reader = _Reader(view, step, problems)
    allowed = MEASURES if kind == "population" else GAP_MEASURES if kind == "gap" else ()
    measure = view.get("measure")
    is_measure = isinstance(measure, str) and measure in allowed
    if allowed and not is_measure and (kind == "population" or measure is not None):
        reader.tell("bad_measure", ", ".join(allowed))
    beside_limit = reader.number("beside_limit_km", LIMIT_KM)
    result = View(
        kind=kind,
        group=reader.group(),
        groups=reader.groups(),
        measure=measure if is_measure else None,
        municipality=reader.municipality(),
        changes=reader.changes(),
        scenario_norm=reader.word("scenario_norm", (*NORMS, *norms())) or "",
        scenario_norm_per_1000=reader.number("scenario_norm_per_1000", NORM_PER_1000),
        picture=reader.word("picture", PICTURES),
        beside_norm=reader.word("beside_norm", (*NORMS[:-1], *norms())) or "",
        beside_limit_m=None if beside_limit is None else beside_limit * 1000,
        settings=reader.settings(),
    )
    _check_needs(result, view, reader)
    return result


def _check_needs(result: View, view: Mapping[str, Any], reader: _Reader) -> None:
    """Tell what a view of this kind lacks; what stands there but is wrong was told before."""
    kind = result.kind
    if kind in ("gap", "scenario") and view.get("group") is None:
        reader.tell("needs_group", kind)
    if kind == "services" and not view.get("groups"):
        reader.tell("needs_groups", kind)
    if kind == "compare" and isinstance(view.get("groups", []), list):
        is_same = "beside_norm" in view or "beside_limit_km" in view
        if len(view.get("groups") or []) != (1 if is_same else 2):
            reader.tell("needs_two_groups", kind)
    if kind == "village" and view.get("municipality") is None:
        reader.tell("needs_municipality", kind)
    if kind == "scenario" and not view.get("changes") and not view.get("scenario_norm"):
        reader.tell("needs_changes", kind)
    if result.scenario_norm == "typed" and result.scenario_norm_per_1000 is None:
        reader.tell("needs_typed_norm")
