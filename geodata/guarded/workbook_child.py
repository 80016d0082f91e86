"""
Read a workbook from standard input and write its cells to standard output as JSON:
a process of its own, started by `workbook`.

`python -m geodata.guarded.workbook_child '{"cells": …, "facts": true, …}'`. A refusal is JSON too:
its kind and what stands in its sentence.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import sys
import zipfile
from collections.abc import Sequence
from typing import Any, Final

from geodata.guarded.file_kind import ZIP_SIGNS
from geodata.guarded.launch import TOO_MUCH
from geodata.guarded.sheet_part import Refused, ScanLimits, SheetFacts
from geodata.guarded.sheet_scan import BookFacts, scan

MOST_ROWS_NAMED: Final = 1_000
LONGEST_SHEET_NAME: Final = 200


def read(content: bytes, limits: ScanLimits, *, facts: bool, first_only: bool) -> dict[str, Any]:
    """
    Return sheets with their cells as JSON can hold them.

    Parameters
    ----------
    facts
        Look through all cells before the reader does, and say what the reader does not tell.
    first_only
        Read the first sheet alone, visible or not.

    Raises
    ------
    Refused
        If the workbook is damaged, locked or holds too much.
    """
    known = BookFacts()
    if content.startswith(ZIP_SIGNS):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                known = scan(archive, len(content), limits, cells=facts)
                content = _mended(archive, content, known)
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, UnicodeError):
            raise Refused("damaged") from None
    elif facts:
        from geodata.guarded.biff_scan import scan_old

        known = scan_old(content, limits)
    return {
        "computes_on_load": known.computes_on_load,
        "sheets": _sheets(content, known, limits, with_facts=facts, first_only=first_only),
    }


def _sheets(
    content: bytes, known: BookFacts, limits: ScanLimits, *, with_facts: bool, first_only: bool
) -> list[dict[str, Any]]:
    import python_calamine as calamine

    entries: list[dict[str, Any]] = []
    cells = 0
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        described = workbook.sheets_metadata
        if len(described) > limits.sheets:
            raise Refused("too_many_sheets", most=limits.sheets)
        for number, sheet in enumerate(described):
            if first_only and number:
                break
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet and not first_only:
                continue
            facts = known.sheets.get(known.part_of_sheet.get(sheet.name, ""), SheetFacts())
            entry: dict[str, Any] = {"name": sheet.name[:LONGEST_SHEET_NAME], "rows": []}
            entries.append(entry)
            if sheet.visible != calamine.SheetVisibleEnum.Visible and not first_only:
                entry["is_hidden"] = True
                entry["is_empty"] = not facts.rows
                continue
            held = workbook.get_sheet_by_index(number)
            height, width = (at + 1 for at in held.end or (-1, -1))
            cells += height * width
            if cells > limits.cells:
                raise Refused("too_wide", row=height, column=width)
            values = held.to_python(skip_empty_area=False)
            if not with_facts:  # large: what JSON has no word for is found while it is written
                entry["rows"] = values
                continue
            entry["rows"] = _with_losses([[_plain(cell) for cell in row] for row in values], facts)
            entry["merged"] = _merged(facts, held)
            entry |= _told(facts)
    except calamine.PasswordError:
        raise Refused("locked") from None
    except (calamine.CalamineError, OSError, ValueError, RuntimeError, IndexError, OverflowError) as error:
        raise Refused("locked" if "password" in str(error).casefold() else "damaged") from None
    return entries


def _merged(facts: SheetFacts, held: Any) -> list[Sequence[int]]:
    if facts.merged:
        return list(facts.merged)
    return [[*first, *last] for first, last in held.merged_cell_ranges or () if first != last]


def _plain(cell: Any) -> Any:
    """Return a cell as JSON: what JSON has no word for is a pair of its kind and its text."""
    if cell is None or isinstance(cell, (str, bool)):
        return cell or (None if cell == "" else cell)
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else ["number", str(cell)]
    return _plain_time(cell) or str(cell)


def _plain_time(cell: Any) -> list[str] | None:
    if isinstance(cell, dt.datetime):
        is_day = (cell.hour, cell.minute, cell.second, cell.microsecond) == (0, 0, 0, 0)
        return ["day", cell.date().isoformat()] if is_day else ["moment", cell.isoformat(timespec="seconds")]
    if isinstance(cell, dt.date):
        return ["day", cell.isoformat()]
    if isinstance(cell, dt.time):
        return ["time", cell.isoformat(timespec="seconds")]
    return ["time", str(cell)] if isinstance(cell, dt.timedelta) else None


def _with_losses(rows: list[list[Any]], facts: SheetFacts) -> list[list[Any]]:
    """Put error values and formulas without a value where the reader leaves nothing."""
    marks = [(at, ["error", text[:40]]) for at, text in facts.errors.items()]
    marks += [(at, ["unstored", ""]) for at in facts.unstored]
    for (row, column), mark in marks:
        while len(rows) <= row:
            rows.append([])
        cells = rows[row]
        cells += [None] * (column + 1 - len(cells))
        # A value that the reader did find stands: then cell and fact are not the same.
        held = cells[column]
        if held is None or mark[0] == "error" or (isinstance(held, str) and not held.strip()):
            cells[column] = mark
    for row, column in facts.percents:
        if row < len(rows) and column < len(rows[row]) and isinstance(rows[row][column], float):
            rows[row][column] = ["percent", rows[row][column]]
    return rows


def _told(facts: SheetFacts) -> dict[str, Any]:
    rows = sorted(facts.hidden_rows)
    return {
        "formulas": sorted(facts.formulas),
        "hidden_rows": rows[:MOST_ROWS_NAMED],
        "hidden_row_count": len(rows),
        "hidden_columns": facts.hidden_columns[:MOST_ROWS_NAMED],
        "is_filtered": facts.is_filtered,
    }


def _mended(archive: zipfile.ZipFile, content: bytes, known: BookFacts) -> bytes:
    """
    Return the workbook without what the reader stumbles over although it means nothing:
    an odd `dimension`, UTF-16.
    """
    odd = {
        name: facts.odd_dimension for name, facts in known.sheets.items() if facts.odd_dimension is not None
    }
    if not odd and not known.other_encoding:
        return content
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for member in archive.infolist():
            part = archive.read(member)
            if member.filename in known.other_encoding:
                part = _as_utf_8(part)
            elif member.filename in odd:
                begin = odd[member.filename]
                end = part.index(b">", begin)
                if part[end - 1 : end] != b"/":
                    end = part.index(b">", end + 1)
                part = part[:begin] + part[end + 1 :]
            target.writestr(member.filename, part)
    return made.getvalue()


def _as_utf_8(part: bytes) -> bytes:
    little = part.startswith((b"\xff\xfe", b"<\x00"))
    text = part.decode("utf-16-le" if little else "utf-16-be").lstrip("\ufeff")
    if text.startswith("<?xml"):
        text = text[text.index("?>") + 2 :]
    return text.encode()


def answer(content: bytes, wish: dict[str, Any]) -> str:
    """
    Return the JSON that the child writes: cells, or a refusal.

    Called in the asking process only by tests that read very many files (`tests/fuzz`):
    there nothing guards against what a file asks for but the look at its cells before.
    """
    limits = ScanLimits(cells=wish["cells"], bytes=wish["bytes"])
    try:
        reply = read(content, limits, facts=wish["facts"], first_only=wish["first_only"])
    except Refused as refused:
        reply = {"refused": refused.kind, "values": refused.values}
    return json.dumps(reply, default=_plain, separators=(",", ":"))


def main() -> None:
    """Read standard input by the wish on the command line."""
    try:
        sys.stdout.write(answer(sys.stdin.buffer.read(), json.loads(sys.argv[1])))
    except MemoryError:
        sys.exit(TOO_MUCH)


if __name__ == "__main__":
    main()
