"""
Print the import graph of the house: `python tools/graph.py`;
it ends with 1 where a habit of docs/ARCHITECTURE.md is broken.

Rooms are the folders and modules right below geodata, etl and dashboard; their floors stand
in pyproject.toml (import-linter). Broken is: a circle, among rooms or among modules; an arrow upward;
a folder with more than 16 modules; a module of more than 400 lines that is no table of words or fields.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
HOUSES = ("geodata", "etl", "dashboard")
MOST_MODULES = 16
MOST_LINES = 400
# What lists fields or words and nothing else: a table is not easier to read in two halves.
TABLES_OF_WORDS = frozenset({"geodata.dataset.fields"})

Arrows = Mapping[str, frozenset[str]]


def module_arrows() -> dict[str, frozenset[str]]:
    """Return what every module of the three houses imports of them."""
    graph = grimp.build_graph(*HOUSES, exclude_type_checking_imports=False, cache_dir=None)
    return {
        module: frozenset(graph.find_modules_directly_imported_by(module)) for module in sorted(graph.modules)
    }


def room_of(module: str) -> str:
    """Return house and room of a module: `dashboard.map` for `dashboard.map.message`."""
    return ".".join(module.split(".")[:2])


def room_arrows(modules: Arrows) -> dict[tuple[str, str], int]:
    """Count the arrows between rooms."""
    counted = Counter(
        (room_of(module), room_of(other))
        for module, imported in modules.items()
        for other in imported
        if room_of(module) != room_of(other)
    )
    return dict(sorted(counted.items()))


def circle(arrows: Arrows) -> list[str]:
    """Return one circle, if there is any."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return [str(step) for step in error.args[1]]
    return []


def floors() -> dict[str, int]:
    """Return the floor of every room that a contract of layers names: 0 is the highest of its house."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return {
        f"{house}.{room.strip(' ()')}": floor
        for contract in settings["contracts"]
        if contract["type"] == "layers"
        for house in contract.get("containers", ())
        if house in HOUSES
        for floor, layer in enumerate(contract["layers"])
        for room in layer.replace(":", "|").split("|")
    }


def upward(arrows: Iterable[tuple[str, str]], floor_of: Mapping[str, int]) -> Iterator[str]:
    """Name the arrows that lead up, or to a neighbour on the same floor."""
    for room, other in arrows:
        same_house = room.split(".")[0] == other.split(".")[0]
        if same_house and room in floor_of and other in floor_of and floor_of[other] <= floor_of[room]:
            yield f"{room} -> {other}"


def too_large() -> Iterator[str]:
    """Name the folders with too many modules and the modules with too many lines."""
    folders: Counter[str] = Counter()
    for house in HOUSES:
        for path in sorted((ROOT / house).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "vendor" in parts:
                continue
            if path.name != "__init__.py":
                folders["/".join(parts[:-1])] += 1
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > MOST_LINES and ".".join(parts) not in TABLES_OF_WORDS:
                yield f"{path.relative_to(ROOT)} has {lines} lines"
    for folder, count in folders.items():
        if count > MOST_MODULES:
            yield f"{folder} has {count} modules"


def main() -> int:
    """Print rooms, floors and arrows, then what is broken."""
    modules = module_arrows()
    rooms = room_arrows(modules)
    floor_of = floors()
    for house in HOUSES:
        names = sorted({room_of(start) for start in modules if start.startswith(f"{house}.")})
        print(f"\n{house}: {len(names)} rooms")
        for room in sorted(names, key=lambda start: (floor_of.get(start, -1), start)):
            seen = [f"{other} {count}" for (start, other), count in rooms.items() if start == room]
            print(f"  floor {floor_of.get(room, '-')}  {room}  ->  {', '.join(seen) or 'nothing'}")
    between: dict[str, frozenset[str]] = {
        room: frozenset(other for start, other in rooms if start == room) for room, _ in rooms
    }
    broken = [f"circle of modules: {' -> '.join(circle(modules))}"] if circle(modules) else []
    broken += [f"circle of rooms: {' -> '.join(circle(between))}"] if circle(between) else []
    broken += [f"upward: {arrow}" for arrow in upward(rooms, floor_of)]
    broken += list(too_large())
    print(f"\n{len(modules)} modules, {len(rooms)} arrows between rooms, {len(broken)} habits broken")
    print("\n".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
