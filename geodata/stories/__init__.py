"""
Stories told in a hall: views that follow one another, each with a sentence on the screen and notes for the speaker.

One YAML per story in this folder; `_steps.yaml` holds steps that several stories tell in the same words, and a story may
say any of them in its own. Figures never stand in a story: they are computed when it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

import yaml

from geodata.analysis import Settings
from geodata.codes import LANGUAGES, service_groups
from geodata.errors import DosahError, InputFileError, UnknownCodeError

VIEW_KINDS: Final = ("title", "population", "services", "gap", "certainty", "help")
MEASURES: Final = ("share_65", "share_80")
NEXT_STEP: Final = "docs/DOCUMENTS.md says what a story may hold."
_SETTINGS: Final = frozenset(
    {"norm", "typed_norm_per_1000", "limit_km", "detour_factor", "decay", "count_doubtful"}
)
_VIEW_KEYS: Final = frozenset({"kind", "group", "groups", "measure"}) | _SETTINGS
_STEP_KEYS: Final = frozenset({"use", "view", "sentence", "notes"})
_STORY_KEYS: Final = frozenset({"story_id", "area_id", "title", "steps"})


@dataclass(frozen=True)
class View:
    """
    What a step shows.

    kind
        title (the area), population (`measure` by municipality), services (who helps, of `groups`), gap (the map of one
        group), certainty (how sure we are), help (what is missing most, of all groups).
    settings
        Assumptions of the calculation behind it.
    """

    kind: str
    group: str | None = None
    groups: tuple[str, ...] = ()
    measure: str | None = None
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True)
class Step:
    """One step of a story; `sentence` and `notes` by language."""

    view: View
    sentence: Mapping[str, str]
    notes: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """A story of one planning area; `title` by language."""

    story_id: str
    area_id: str
    title: Mapping[str, str]
    steps: tuple[Step, ...]


def _texts(value: Any, name: str, problems: list[str]) -> Mapping[str, str]:
    """Check a text in three languages."""
    if not isinstance(value, dict):
        problems.append(f"{name} is not given")
        return MappingProxyType({})
    for language in LANGUAGES:
        text = value.get(language)
        if not isinstance(text, str) or not text.strip():
            problems.append(f"{name} has no text in {language}")
    return MappingProxyType({str(key): " ".join(str(text).split()) for key, text in value.items()})


def _settings(view: Mapping[str, Any], name: str, problems: list[str]) -> Settings:
    chosen = {key: value for key, value in view.items() if key in _SETTINGS}
    if "limit_km" in chosen:
        chosen["limit_m"] = float(chosen.pop("limit_km")) * 1000
    try:
        return Settings(**chosen)
    except (DosahError, TypeError, ValueError) as error:
        problems.append(f"{name}: {error}")
        return Settings()


def _view(view: Any, name: str, problems: list[str]) -> View:
    if not isinstance(view, dict) or view.get("kind") not in VIEW_KINDS:
        problems.append(f"{name} has no view of a known kind ({', '.join(VIEW_KINDS)})")
        return View("title")
    unknown = sorted(set(view) - _VIEW_KEYS)
    if unknown:
        problems.append(f"{name}: the view has unknown keys: {', '.join(unknown)}")
    kind, group, groups = view["kind"], view.get("group"), tuple(view.get("groups") or ())
    strangers = [one for one in (*groups, *([group] if group else [])) if one not in service_groups()]
    if strangers:
        problems.append(f"{name}: unknown service group {strangers[0]}")
    if kind == "gap" and not group:
        problems.append(f"{name}: a view of kind gap needs a group")
    if kind == "services" and not groups:
        problems.append(f"{name}: a view of kind services needs groups")
    if kind == "population" and view.get("measure") not in MEASURES:
        problems.append(f"{name}: a view of kind population needs a measure ({', '.join(MEASURES)})")
    return View(kind, group, groups, view.get("measure"), _settings(view, name, problems))


def read_story(content: Any, file: str, common: Mapping[str, Any]) -> Story:
    """
    Read a story from parsed YAML.

    Parameters
    ----------
    content
        What the YAML holds.
    file
        Its name as the reader knows it.
    common
        Steps that `use` may name.

    Raises
    ------
    InputFileError
        With every problem of the file.
    """
    if not isinstance(content, dict):
        raise InputFileError(file, ["it is no mapping"], NEXT_STEP)
    problems = [f"unknown key {key}" for key in sorted(set(content) - _STORY_KEYS)]
    problems += [
        f"{key} is missing" for key in ("story_id", "area_id") if not isinstance(content.get(key), str)
    ]
    title = _texts(content.get("title"), "title", problems)
    steps = []
    entries = content.get("steps")
    if not isinstance(entries, list) or not entries:
        problems.append("there are no steps")
        entries = []
    for number, entry in enumerate(entries, start=1):
        name = f"step {number}"
        if not isinstance(entry, dict):
            problems.append(f"{name} is no mapping")
            continue
        problems += [f"{name}: unknown key {key}" for key in sorted(set(entry) - _STEP_KEYS)]
        base: Mapping[str, Any] = {}
        if "use" in entry:
            if entry["use"] not in common:
                problems.append(f"{name} uses an unknown step {entry['use']!r}")
                continue
            base = common[entry["use"]]
        whole = {**base, **{key: value for key, value in entry.items() if key not in ("use", "view")}}
        view = {**(base.get("view") or {}), **(entry.get("view") or {})}
        steps.append(
            Step(
                _view(view, name, problems),
                _texts(whole.get("sentence"), f"{name}, sentence", problems),
                _texts(whole.get("notes"), f"{name}, notes", problems),
            )
        )
    if problems:
        raise InputFileError(file, problems, NEXT_STEP)
    return Story(content["story_id"], content["area_id"], title, tuple(steps))


def _parsed(text: str, file: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise InputFileError(file, [f"it is no YAML{where}"], NEXT_STEP) from error


@cache
def _common() -> Mapping[str, Any]:
    text = resources.files("geodata.stories").joinpath("_steps.yaml").read_text(encoding="utf-8")
    return MappingProxyType(dict(_parsed(text, "_steps.yaml")))


@cache
def stories() -> Mapping[str, Story]:
    """Return the stories of the project by their id."""
    found = {}
    for file in sorted(resources.files("geodata.stories").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml") and not file.name.startswith("_"):
            story = read_story(_parsed(file.read_text(encoding="utf-8"), file.name), file.name, _common())
            if story.story_id in found:
                raise InputFileError(file.name, [f"story_id {story.story_id} stands there twice"], NEXT_STEP)
            found[story.story_id] = story
    return MappingProxyType(found)


def parse_story(text: str, file: str) -> Story:
    """
    Read a story of an office's own from the text of its YAML; it may use the steps that this project's stories share.

    Raises
    ------
    InputFileError
        With every problem of the file.
    """
    return read_story(_parsed(text, file), file, _common())


def story_for(area_id: str, story_id: str | None = None) -> Story:
    """
    Return a story of an area: the one named, or the first.

    Raises
    ------
    UnknownCodeError
        If there is none, or it belongs to another area.
    """
    if story_id is not None and story_id not in stories():
        raise UnknownCodeError(f"There is no story '{story_id}'. Stories: {', '.join(stories())}.")
    mine = [one for one in stories().values() if one.area_id == area_id and story_id in (None, one.story_id)]
    if not mine:
        raise UnknownCodeError(f"There is no such story of the area '{area_id}'. Give a file of your own.")
    return mine[0]
