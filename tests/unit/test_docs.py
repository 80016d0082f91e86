"""
What documents and comments name exists: documents and their headings, commands, paths, modules, columns.
"""

import ast
import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("geodata", "etl", "dashboard", "tests", "tools", "bench")
SKIPPED = {"node_modules", "build", "vendor", "dist"}  # and whatever begins with a dot
TEXTS = (".py", ".md", ".js", ".css", ".yaml", ".toml")
# It says what was, in the words of its day.
CHANGELOG = ROOT / "CHANGELOG.md"
# Made-up names, pages that are made by the way, patterns.
EXCUSED = {
    Path(__file__),
    ROOT / "tools" / "api_pages.py",
    ROOT / "tests" / "unit" / "tools" / "test_api_pages.py",
    ROOT / "tests" / "unit" / "tools" / "test_habits.py",
}

DOCUMENT = re.compile(r"(?<![\w*/.-])((?:\.{1,2}/)*(?:[\w-]+/)*[\w-]+\.md)(?:#([\w%-]+))?(?!\w)")
IN_THIS_FILE = re.compile(r"\]\(#([^)\s]+)\)")
PATH = re.compile(rf"(?<![\w/.-])(?:{'|'.join(HOUSES)}|docs)/[\w.*<>/-]*[\w*>/]")
MODULE = re.compile(rf"(?<![\w/.-])(?:{'|'.join(HOUSES)})(?:\.\w+)+")
SHORT = re.compile(r"([a-z_]+)\.([a-z_]+|[A-Z]\w*)")
SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
# Of HSDS in its JSON form: no table of ours or of the tabular form has them.
OF_HSDS = {"dosah.origins", "service.capacities", "service_capacity.available"}
# Libraries, as our modules call them.
OTHERS = {"gpd", "html", "locale", "markupsafe", "np", "st", "streamlit", "yaml"}
# Ends of file names, which look like a column of a table.
ENDS = {"css", "csv", "geojson", "gpkg", "html", "json", "py", "toml", "xlsx", "yaml", "zip"}


@functools.cache
def texts() -> tuple[Path, ...]:
    paths = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in SKIPPED and not name.startswith((".", "__"))]
        paths += [Path(folder, name) for name in names if name.endswith(TEXTS)]
    return tuple(sorted(path for path in paths if path != CHANGELOG))


@functools.cache
def content(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    # A test writes root / "docs" / "NAME".
    return re.sub(r'" / "', "/", text) if path.suffix == ".py" else text


def documents() -> list[Path]:
    return [path for path in texts() if path.suffix == ".md"]


TELLING = [path for path in texts() if path.suffix in (".md", ".py")]


def problems(paths: Iterable[Path], look: Callable[[Path], Iterable[str]]) -> dict[str, list[str]]:
    """What a look finds, by file; files without a finding are left out."""
    by_file = {str(path.relative_to(ROOT)): sorted(look(path)) for path in paths}
    return {name: wrong for name, wrong in by_file.items() if wrong}


def spans(text: str) -> Iterator[str]:
    """Code between backticks, and the lines of blocks of code; of a module only the former."""
    for block in FENCE.findall(text):
        yield from block.replace("\\\n", " ").split("\n")[1:-1]
    for _, span in SPAN.findall(FENCE.sub("", text)):
        yield " ".join(span.split())


# -- documents and their headings ----------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """What a link may name behind #: headings as GitHub writes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def ghosts(text: str, folder: Path) -> list[str]:
    """Documents and headings that are named and are not there."""
    missing = []
    for name, anchor in DOCUMENT.findall(text):
        path = next((base / name for base in (ROOT, folder) if (base / name).is_file()), None)
        if path is None:
            missing.append(name)
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8")):
            missing.append(f"{name}#{anchor}")
    return missing


def test_every_document_that_is_named_exists():
    paths = (path for path in texts() if path not in EXCUSED)
    assert problems(paths, lambda path: ghosts(content(path), path.parent)) == {}


def test_every_heading_of_its_own_that_a_document_links_to_exists():
    assert (
        problems(documents(), lambda path: {*IN_THIS_FILE.findall(content(path))} - anchors(content(path)))
        == {}
    )


# -- commands ------------------------------------------------------------------------------------------------


@functools.cache
def program():
    """The commands of `dosah`: those of etl, and those that come by an entry point."""
    import typer

    from etl.cli import ENTRY_POINTS, app

    command = typer.main.get_command(app)
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINTS):
        more = typer.Typer()
        entry.load()(more)
        command.commands |= typer.main.get_command(more).commands
    return command


def wrong_commands(line: str) -> list[str]:
    """
    Commands and options of `dosah` in a line that do not exist; `|` stands between commands of one group.
    """
    wrong = []
    for call in re.findall(r"(?<![\w./\\-])(?:\.venv[/\\]\w+[/\\])?dosah((?:\s+[^\s#&]+)*)", line):
        group, command = program(), program()
        for word in (re.split(r"[=\]]", part.strip("[](),;:"))[0] for part in call.split()):
            if word in ("|", "\\|"):
                command = group
            elif word in getattr(command, "commands", {}):
                group, command = command, command.commands[word]
            elif getattr(command, "commands", {}) and re.fullmatch(r"[a-z][a-z-]*", word):
                wrong.append(f"dosah … {word}")
                break
            elif word.startswith("--") and word not in {
                *("--help", "--debug"),
                *(option for parameter in command.params for option in parameter.opts),
            }:
                wrong.append(f"dosah {command.name} {word}")
    return wrong


def test_every_command_and_option_exists():
    wrong = problems(
        TELLING, lambda path: (problem for span in spans(content(path)) for problem in wrong_commands(span))
    )
    assert wrong == {}


# -- paths and modules ---------------------------------------------------------------------------------------


def missing_paths(text: str) -> list[str]:
    """Paths of the house that do not exist; a star must match something, a name in angles stands for any."""
    plain = (re.sub(r"<\w+>", "*", path) for path in PATH.findall(text))
    return [path for path in plain if not any(ROOT.glob(path.rstrip("/")))]


@functools.cache
def names_of(file: Path) -> dict[str, set[str]]:
    """Names of a module, each with the names of its class body."""
    names: dict[str, set[str]] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        inner = {name for part in getattr(node, "body", []) for name in _bound(part)}
        names |= dict.fromkeys(_bound(node), inner)
    return names


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {
        name.id for target in targets if target for name in ast.walk(target) if isinstance(name, ast.Name)
    }


def is_module_or_name(dotted: str) -> bool:
    """Tell whether a dotted name is a room, a module, a name in one, or an attribute of a class in one."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        path, rest = ROOT.joinpath(*parts[:count]), parts[count:]
        if path.is_dir() and not rest:
            return True
        file = path.with_suffix(".py") if not path.is_dir() else path / "__init__.py"
        if file.is_file():
            names = names_of(file)
            return not rest or (rest[0] in names and (len(rest) == 1 or rest[1] in names[rest[0]]))
    return False


def test_every_path_that_is_named_exists():
    paths = (path for path in texts() if path not in EXCUSED)
    assert problems(paths, lambda path: missing_paths(content(path))) == {}


# -- columns of a table, names of a module -------------------------------------------------------------------


@functools.cache
def columns() -> dict[str, set[str]]:
    """Columns of the dataset, of the tables of a result, and of HSDS in its tabular form, by table."""
    from geodata.dataset.fields import TABLES
    from geodata.hsds.tabular import TABULAR

    known = {table.name: {field.name for field in table.fields} for table in TABLES}
    written = {
        node.value
        for module in ("result_tables", "supply")
        for node in ast.walk(ast.parse(content(ROOT / "geodata" / "method" / f"{module}.py")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    known |= {"coverage": written, "supply": written}
    for table, (_, names) in TABULAR.items():
        known.setdefault(table, set()).update(names)
    return known


@functools.cache
def modules_called(name: str) -> tuple[Path, ...]:
    """Modules and rooms of the houses by their last name."""
    paths_called = [
        path for house in HOUSES for path in (ROOT / house).rglob(f"{name}*") if path.stem == name
    ]
    return tuple(path for path in paths_called if path.is_dir() or path.suffix == ".py")


def is_short_name(span: str) -> bool:
    """
    Tell whether `table.column` is a column, `module.name` a name or module; spans of another form are right.
    """
    whole = SHORT.fullmatch(span)
    if whole is None or whole[2] in ENDS or whole[1] in {*OTHERS, *HOUSES} or span in OF_HSDS:
        return True
    if whole[2] in columns().get(whole[1], ()):
        return True
    modules = (path.relative_to(ROOT).with_suffix("").parts for path in modules_called(whole[1]))
    return any(is_module_or_name(".".join((*parts, whole[2]))) for parts in modules)


def unknown_names(path: Path) -> list[str]:
    """Modules, names and columns between backticks that do not exist."""
    named = {*spans(content(path))}
    dotted = {name for span in named for name in MODULE.findall(span)}
    files = {span for span in named if re.fullmatch(r"\w+\.py", span)}
    return [
        *(name for name in dotted if not is_module_or_name(name)),
        *(span for span in named if not is_short_name(span)),
        *(name for name in files if not modules_called(name.removesuffix(".py"))),
    ]


def test_every_module_and_column_that_is_named_exists():
    assert problems((path for path in TELLING if path not in EXCUSED), unknown_names) == {}


# -- the looks themselves ------------------------------------------------------------------------------------


def test_what_is_not_there_is_found():
    ghost = "GHOST" + ".md"
    assert ghosts(f"as {ghost}, mixed bases", ROOT / "docs") == [ghost]
    assert ghosts("ENGINE" + ".md", ROOT / "geodata") == ["ENGINE" + ".md"]
    assert ghosts("docs/ENGINE" + ".md#nowhere", ROOT) == ["docs/ENGINE" + ".md#nowhere"]
    assert wrong_commands("dosah biuld --area x") == ["dosah … biuld"]
    assert wrong_commands("dosah own list | tyr | publish") == ["dosah … tyr"]
    assert wrong_commands(".venv/bin/dosah gaps --limit=3") == ["dosah gaps --limit"]
    assert wrong_commands("dosah sheet --area A [--village CODE] [--vilage X]") == ["dosah sheet --vilage"]
    assert missing_paths("geodata/gone.py and geodata/method/*.py") == ["geodata/gone.py"]
    assert not is_module_or_name("geodata.method.need.gone")
    assert is_module_or_name("geodata.method.need.AgeBands.persons")
    assert [is_short_name(name) for name in ("need.gone", "service.gone", "gone.need")] == [False] * 3
    assert [is_short_name(name) for name in ("need.demand_of", "need.value", "method.need")] == [True] * 3
    assert [*spans("a `b`\n```sh\ndosah x \\\n  --y\n```\n")] == ["dosah x    --y", "b"]
