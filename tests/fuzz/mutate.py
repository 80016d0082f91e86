"""
Break valid samples: bits, bytes, cut-off ends, doubled pieces, strange cells and values,
and the parts inside an archive.
"""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Iterator
from typing import Any

STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, 0.5, "", " ", "x", "0", "-0", "NaN", "1e9", "Obec/", "/",
    "\u0000", "\ud800", "🏠", "ž" * 300,
    "2020-02-30", "9999-99-99", "=1+1", [], {}, [[]], [None], {"id": None}, {"id": 5}, {"id": []},
)  # fmt: skip
TOKENS = (
    b'"', b"'", b",", b";", b"\n", b"\r", b"\x00", b"{", b"}", b"[", b"]", b"<", b">", b"</", b"/>", b"&",
    b"&#0;", b"<!DOCTYPE a>", b"\xff", b"\xef\xbb\xbf",
    b"-", b"1e999", b"NaN", b"Infinity", b"9" * 40, b"\xc5\x99", b"PK\x03\x04", b"<a>" * 300, b"[" * 300,
    b"0 0 0 0 0 0",
)  # fmt: skip
# What is dear or dangerous to readers of YAML.
YAML_PIECES = (
    "&a x", "*a", "<<: {a: 1}", "!!int '5'", "!x", "0x" + "f" * 5_000, ":".join(["59"] * 3_000), "[" * 3_000,
    "{" * 3_000, "- " * 3_000, ".inf", "-.nan",
    "1.0e+999", "9" * 5_000, "? ", "- ", "|", ">", "%YAML 1.1", "---", "...", "\t", '"\\ud800"', "2023-02-30",
    "0b1", "0o7", "null", "~", "true", "no", "[]", "{}",
    "[[[]]]", "{a: {b: {c: 1}}}", "'", '"', "#", "@", "`", "../../x", "-1", "1e400", "  ", "\u2028", "\x07",
    "=", "0", "00", "1:", ": 1",
)  # fmt: skip


def mutate(content: bytes, name: str, dice: random.Random) -> bytes:
    """Break a sample in one to four ways; one in fifty stays whole."""
    if dice.random() < 0.02:
        return content
    if content[:4] == b"PK\x03\x04" and dice.random() < 0.75:
        return broken_part(content, dice)
    if name.endswith((".yaml", ".yml")) and dice.random() < 0.7:
        return broken_lines(content, dice)
    return broken_bytes(content, dice)


def broken_part(content: bytes, dice: random.Random) -> bytes:
    """
    Break a part of an archive and pack it again, so that its checks are right; or take one out,
    double or rename one.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist() if not entry.is_dir()]
    position = dice.randrange(len(parts))
    name, part = parts[position]
    way = dice.random()
    if way < 0.85:
        parts[position] = (name, broken_bytes(part, dice))
    elif way < 0.9:
        del parts[position]
    elif way < 0.95:
        parts[position] = (
            dice.choice(("../x", "/x", "x\\y", name.upper(), f"x/{name}", "é.csv", "[Content_Types].xml")),
            part,
        )
    else:
        parts.append(
            (dice.choice(("x.xml", "services.csv", "xl/worksheets/sheet1.xml", "word/styles.xml")), part)
        )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, written in parts:
            archive.writestr(zipfile.ZipInfo(file), written, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def broken_lines(content: bytes, dice: random.Random) -> bytes:
    """Take out, double, swap or indent lines of YAML, or put something strange behind a colon or anywhere."""
    lines = content.decode("utf-8").split("\n")
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        position = dice.randrange(len(lines))
        line, way = lines[position], dice.random()
        piece = dice.choice(YAML_PIECES)
        if way < 0.45 and ":" in line:
            lines[position] = f"{line.split(':')[0]}: {piece}"
        elif way < 0.6:
            cut = dice.randrange(len(line) + 1)
            lines[position] = line[:cut] + piece + line[cut:]
        elif way < 0.7:
            del lines[position]
            lines = lines or [""]
        elif way < 0.8:
            lines.insert(position, lines[dice.randrange(len(lines))])
        elif way < 0.9:
            lines[position] = " " * dice.randrange(6) + line.strip()
        else:
            lines.insert(position, piece)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def broken_bytes(content: bytes, dice: random.Random) -> bytes:
    """Break anything, JSON and tables by their parts most of the time."""
    if content[:1] in (b"{", b"[") and dice.random() < 0.6:
        tree = _tree_of(content)
        if tree is not None:
            return _broken_tree(tree, dice)
    if (b"," in content[:200] or b";" in content[:200]) and dice.random() < 0.3:
        return strange_cell(content, dice)
    made = bytearray(content)
    # Mostly one small wound: what is broken twice is refused at the first.
    for _ in range(dice.choice((1, 1, 1, 1, 2, 4))):
        _wound(made, dice)
    return bytes(made)


def _tree_of(content: bytes) -> Any:
    """Return the tree of a text of JSON; None where it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return None


def _broken_tree(tree: Any, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 3)):
        tree = strange_value(tree, dice)
    return json.dumps(tree, ensure_ascii=dice.random() < 0.5).encode("utf-8", "replace")


def _wound(made: bytearray, dice: random.Random) -> None:
    """Flip a bit, take bytes out, put some in, double, replace them, or cut off the end."""
    size = len(made)
    start = dice.randrange(size + 1)
    end = min(size, start + dice.choice((1, 1, 2, 4, 40)))
    way = dice.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5))
    if way == 0 and start < size:
        made[start] ^= 1 << dice.randrange(8)
    elif way == 1:
        made[start:end] = b""
    elif way == 2:
        made[start:start] = dice.choice(TOKENS)
    elif way == 3:
        made[start:start] = made[start:end]
    elif way == 4:
        made[start:end] = dice.randbytes(end - start)
    else:
        made[dice.randrange(size + 1) :] = b""


def strange_value(tree: Any, dice: random.Random) -> Any:
    """Put a strange value, or another part of the same tree, somewhere into a JSON tree."""
    slots = list(_places(tree))
    if not slots:
        return copy.deepcopy(dice.choice(STRANGE))
    holder, key = dice.choice(slots)
    way = dice.random()
    if way < 0.7:
        holder[key] = copy.deepcopy(dice.choice(STRANGE))
    elif way < 0.85:
        other, name = dice.choice(slots)
        holder[key] = json.loads(json.dumps(other[name]))
    else:
        del holder[key]
    return tree


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, dict | list):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])


def strange_cell(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    row = dice.randrange(len(lines))
    delimiter = b";" if content[:200].count(b";") > content[:200].count(b",") else b","
    cells = lines[row].split(delimiter)
    cells[dice.randrange(len(cells))] = str(dice.choice(STRANGE)).encode("utf-8", "replace")
    lines[row] = delimiter.join(cells)
    return b"\n".join(lines)
