"""
Scripts of the browser joined into one: modules where they are written, one classic script where they run.

Two places know no modules. A page that is opened as a file, the meeting pack, may not import any; and the
loader of streamlit-folium waits for each script and then calls our functions, which a module would not have
made yet. So the imports are followed here. What is read is the small part of the language that our scripts
use, each on a line of its own: `import { a, b as c } from "./x.js"`, `import * as x from "./x.js"`,
`export function`, `export const`; anything else is refused. One script is also one request where the frame
waited for eight, one after the other.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

_IMPORT: Final = re.compile(
    r'^import (?:\{(?P<names>[^}]*)\}|\* as (?P<all>\w+)) from "\./(?P<file>[\w.-]+)";\n', re.MULTILINE
)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function\*?|const) (?P<name>\w+))", re.MULTILINE)
_OTHER: Final = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class ScriptError(ValueError):
    """A form of import or export in a script that is not joined, or scripts that import each other."""


def join(folder: Traversable, entry: str) -> str:
    """
    Return a module and all that it imports as one classic script.

    Nothing of it is seen from outside but what it sets itself.

    Parameters
    ----------
    folder
        Where the modules lie, beside each other.
    entry
        File name of the one that starts the others.

    Raises
    ------
    ScriptError
        Naming the module and the line.
    """
    parts = [_wrapped(name, code) for name, code in _in_order(folder, entry, (), set())]
    return "\n".join(['(() => {\n"use strict";\nconst modules = {};', *parts, "})();\n"])


def _in_order(
    folder: Traversable, name: str, waiting: tuple[str, ...], done: set[str]
) -> Iterator[tuple[str, str]]:
    if name in waiting:
        raise ScriptError(f"scripts import each other in a circle: {' → '.join((*waiting, name))}")
    if name in done:
        return
    code = folder.joinpath(name).read_text(encoding="utf-8")
    for match in _IMPORT.finditer(code):
        yield from _in_order(folder, match["file"], (*waiting, name), done)
    done.add(name)
    yield name, code


def _wrapped(name: str, code: str) -> str:
    names = [match["name"] for match in _EXPORT.finditer(code)]
    plain = _EXPORT.sub("", _IMPORT.sub(_taken, code))
    if other := _OTHER.search(plain):
        raise ScriptError(f"{name}: this form is not joined: {other[0]}")
    return f'modules["{name}"] = (() => {{\n{plain}return {{ {", ".join(names)} }};\n}})();'


def _taken(match: re.Match[str]) -> str:
    if match["all"]:
        return f'const {match["all"]} = modules["{match["file"]}"];\n'
    names = " ".join(match["names"].split()).rstrip(", ")
    return f'const {{ {names.replace(" as ", ": ")} }} = modules["{match["file"]}"];\n'


@functools.cache
def script(name: str) -> str:
    """Return a script of `dashboard/static`, joined; a change of its files waits for the next start."""
    return join(resources.files("dashboard.static"), name)


@functools.cache
def version(name: str) -> str:
    """Return what tells a script from that of another version: sixteen digits of its content."""
    return hashlib.sha256(script(name).encode()).hexdigest()[:16]


def address(name: str) -> str:
    """Return where the browser asks for a script, below the static files; it may keep it for good."""
    return f"{name}?v={version(name)}"
