"""
Look through an XLS (BIFF in an OLE file) for what its reader does not tell:
error values, hidden rows and columns, per cent, passwords.

Microsoft's [MS-CFB] and [MS-XLS] describe both layers; only what is asked for here is read,
and every length is checked against the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from geodata.guarded.file_kind import OLE_SIGN
from geodata.guarded.sheet_part import Refused, ScanLimits, SheetFacts
from geodata.guarded.sheet_scan import BookFacts

ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
BOF, EOF, FILEPASS, BOUNDSHEET, XF, FORMAT = 0x0809, 0x0A, 0x2F, 0x85, 0xE0, 0x041E
ROW, COLINFO, FILTERMODE, BOOLERR = 0x0208, 0x7D, 0x9B, 0x0205
FORMULAS: Final = (0x06, 0x0206, 0x0406)
NUMBERS: Final = (0x0203, 0x027E)
TEXTS: Final = (0xFD, 0x0204, 0xD6)
SEVERAL_NUMBERS: Final = 0xBD
_CELLS: Final = frozenset((*FORMULAS, *NUMBERS, *TEXTS, BOOLERR))
BIFF8: Final = 0x0600
PER_CENT_FORMATS: Final = (9, 10)
LAST_SECTOR: Final = 0xFFFFFFFA
HIDDEN_ROW: Final = 0x20


def scan_old(content: bytes, limits: ScanLimits) -> BookFacts:
    """
    Return what an old workbook holds besides the values of its cells; sheets are known by their names.

    Raises
    ------
    Refused
        If it is damaged, locked, or its cells lie too far apart.
    """
    if not content.startswith(OLE_SIGN):
        return BookFacts()  # older than OLE: its reader refuses it
    try:
        stream = _stream_of_workbook(content)
        return _Book(stream, limits).facts()
    except (IndexError, ValueError):
        raise Refused("damaged") from None


def _word(content: bytes, at: int) -> int:
    if at + 2 > len(content):
        raise ValueError("cut off")
    return int.from_bytes(content[at : at + 2], "little")


def _long(content: bytes, at: int) -> int:
    if at + 4 > len(content):
        raise ValueError("cut off")
    return int.from_bytes(content[at : at + 4], "little")


def _stream_of_workbook(content: bytes) -> bytes:
    """Return the stream `Workbook` (`Book` before Excel 97) of an OLE file."""
    size = 1 << _word(content, 30)
    if size not in (512, 4096):
        raise ValueError("no size of sectors")

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    tables = [_long(content, 76 + 4 * index) for index in range(109)]
    more = _long(content, 68)
    for _ in range(_long(content, 72) if more < LAST_SECTOR else 0):
        part = sector(more)
        if len(part) < size:
            break
        tables += [_long(part, 4 * index) for index in range(size // 4 - 1)]
        more = _long(part, size - 4)
    following = [
        int.from_bytes(part[at : at + 4], "little")
        for number in tables
        if number < LAST_SECTOR
        for part in (sector(number),)
        for at in range(0, len(part), 4)
    ]

    def chain(first: int, links: list[int]) -> Iterator[int]:
        for _ in range(len(links) + 1):  # a chain that bites its own tail ends here
            if first >= LAST_SECTOR:
                return
            yield first
            first = links[first]
        raise ValueError("a chain without an end")

    directory = b"".join(map(sector, chain(_long(content, 48), following)))
    entries: dict[str, tuple[int, int]] = {}
    for at in range(0, len(directory) - 127, 128):
        name = directory[at : at + max(_word(directory, at + 64) - 2, 0)].decode("utf-16-le", "replace")
        entries.setdefault(name.casefold(), (_long(directory, at + 116), _long(directory, at + 120)))
    first, length = entries.get("workbook") or entries.get("book") or (LAST_SECTOR, 0)
    if length >= _long(content, 56):
        return b"".join(map(sector, chain(first, following)))[:length]
    small = b"".join(map(sector, chain(entries.get("root entry", (LAST_SECTOR, 0))[0], following)))
    small_links = b"".join(map(sector, chain(_long(content, 60), following)))
    links = [_long(small_links, at) for at in range(0, len(small_links) - 3, 4)]
    return b"".join(small[number * 64 : (number + 1) * 64] for number in chain(first, links))[:length]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """
    Give kind and content of the records from a place to the end of its part;
    parts inside it are passed over.
    """
    depth = 0
    while at + 4 <= len(stream):
        kind, length = _word(stream, at), _word(stream, at + 2)
        content = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, content


class _Book:
    """The records of a workbook."""

    def __init__(self, stream: bytes, limits: ScanLimits) -> None:
        self._stream, self._limits = stream, limits
        self._is_biff8 = _word(stream, 4) == BIFF8
        self._per_cent: set[int] = set()

    def facts(self) -> BookFacts:
        book = BookFacts()
        formats = set(PER_CENT_FORMATS)
        styles: list[int] = []
        places: dict[str, int] = {}
        for kind, content in _records(self._stream, 0):
            if kind == FILEPASS:
                raise Refused("locked")
            if kind == FORMAT and b"%" in content[2:]:
                formats.add(_word(content, 0))
            elif kind == XF:
                styles.append(_word(content, 2))
            elif kind == BOUNDSHEET:
                places.setdefault(self._name(content[6:]), _long(content, 0))
                if len(places) > self._limits.sheets:
                    raise Refused("too_many_sheets", most=self._limits.sheets)
        self._per_cent = {number for number, of_style in enumerate(styles) if of_style in formats}
        for name, at in places.items():
            book.part_of_sheet[name] = name
            book.sheets[name] = self._sheet(at)
        return book

    def _name(self, content: bytes) -> str:
        length = content[0]
        if not self._is_biff8:
            return content[1 : 1 + length].decode("cp1250", "replace")
        if content[1] & 1:
            return content[2 : 2 + 2 * length].decode("utf-16-le", "replace")
        return content[2 : 2 + length].decode("latin-1")

    def _sheet(self, at: int) -> SheetFacts:
        facts = SheetFacts()
        hidden = set()
        for kind, content in _records(self._stream, at):
            if kind in _CELLS:
                self._value(facts, kind, content)
            elif kind == SEVERAL_NUMBERS:
                row, first = _word(content, 0), _word(content, 2)
                for number in range((len(content) - 6) // 6):
                    style = _word(content, 4 + 6 * number)
                    self._note(facts, row, first + number, style)
            elif kind == ROW and _word(content, 12) & HIDDEN_ROW:
                hidden.add(_word(content, 0))
            elif kind == COLINFO and _word(content, 8) & 1:
                facts.hidden_columns.append((_word(content, 0), _word(content, 2)))
            elif kind == FILTERMODE:
                facts.is_filtered = True
        facts.hidden_rows = {row for row in hidden if row < facts.rows}
        return facts

    def _value(self, facts: SheetFacts, kind: int, content: bytes) -> None:
        """Note a cell, and the error that it shows where it shows one."""
        position = self._cell(facts, content)
        # The eight bytes of a formula's result tell a number, or by their last two what else it is.
        if kind in FORMULAS and content[12:14] == b"\xff\xff" and content[6] == 2:
            facts.errors[position] = ERRORS.get(content[8], "#?")
        elif kind == BOOLERR and content[7]:
            facts.errors[position] = ERRORS.get(content[6], "#?")

    def _cell(self, facts: SheetFacts, content: bytes) -> tuple[int, int]:
        row, column = _word(content, 0), _word(content, 2)
        self._note(facts, row, column, _word(content, 4))
        return row, column

    def _note(self, facts: SheetFacts, row: int, column: int, style: int) -> None:
        facts.rows, facts.columns = max(facts.rows, row + 1), max(facts.columns, column + 1)
        if facts.rows * facts.columns > self._limits.cells:
            raise Refused("too_wide", row=facts.rows, column=facts.columns)
        if style in self._per_cent:
            facts.percents.add((row, column))
