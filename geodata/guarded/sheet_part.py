"""What one part of a workbook says of its extent, its merged cells and its styles, read as a stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

MOST_MERGED: Final = 20_000
MOST_NAMES: Final = 1_000
LONGEST_TEXT: Final = 1_000_000
"""Excel keeps at most 32,767 characters in a cell; rich text repeats some."""
MOST_STYLES: Final = 64_000
PER_CENT_FORMATS: Final = ("9", "10")
"""The two formats that need no code in the file: 0 % and 0.00 %."""
LONGEST_TOKEN: Final = 4_000_000
SMALL_ROOTS: Final = ("workbook", "Relationships")


UTF_16_SIGNS: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00?\x00", b"\x00<\x00?")
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, all counted from 0 and included."""


@dataclass(frozen=True)
class ScanLimits:
    """
    How much a workbook may hold; `bytes` is what all its parts unpack to, counted while they are unpacked.
    Sheets are counted by their names: many names may stand for one part,
    which the reader would lay out anew for each.
    """

    cells: int = 1_000_000
    bytes: int = 200_000_000
    members: int = 2_000
    sheets: int = 500
    ratio: float = 250.0
    ratio_from_bytes: int = 10_000_000


class Refused(Exception):  # noqa: N818  # it carries a kind of `geodata.wordings` out of a child process
    """A workbook that is not read; `kind` and `values` as in files.yaml."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind, self.values = kind, values


@dataclass
class SheetFacts:
    """What was found in one sheet; positions count from 0."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unstored: set[tuple[int, int]] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    percents: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    is_filtered: bool = False
    odd_dimension: int | None = None
    """
    Where in the part a `dimension` begins that the reader cannot read;
    it means nothing and can be left out.
    """


class _Styles:
    """Which styles of cells show a number as per cent."""

    def __init__(self) -> None:
        self._formats: set[str] = set(PER_CENT_FORMATS)
        self._of_cells: list[str] = []
        self._is_of_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element of the styles."""
        name = _local(tag)
        if name == "numFmt" and "%" in attributes.get("formatCode", ""):
            self._formats.add(attributes.get("numFmtId", ""))
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            self._is_of_cells = name == "cellXfs"
        elif name == "xf" and self._is_of_cells and len(self._of_cells) < MOST_STYLES:
            self._of_cells.append(attributes.get("numFmtId", ""))

    def per_cent(self) -> frozenset[str]:
        """Return the numbers of those styles, as cells name them."""
        return frozenset(str(number) for number, name in enumerate(self._of_cells) if name in self._formats)


class Part:
    """One part of the archive, taken in piece by piece."""

    def __init__(self, limits: ScanLimits, per_cent: frozenset[str], *, cells: bool) -> None:
        self.facts = SheetFacts()
        self.styles = _Styles()
        self.root = ""
        self.named_sheets: list[tuple[str, str]] = []
        self.links: dict[str, str] = {}
        self.computes_on_load = False
        self.is_utf_16 = False
        self._limits, self._per_cent, self._cells = limits, per_cent, cells
        self._is_xml: bool | None = None
        self._taken = self._texts = self._text_length = 0
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        # Where the reader stands, and the cell that was begun last: it is judged when the next one begins.
        self._row, self._column = -1, 0
        self._at = (0, 0)
        self._type: str | None = None
        self._has_value = self._has_formula = self._is_hidden_row = self._is_per_cent = False
        self._stored: list[str] | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartElementHandler = self._first

    def take(self, chunk: bytes) -> bool:
        """Take the next piece; False = the rest of this part need not be seen."""
        if self._is_xml is None:
            self.is_utf_16 = chunk.startswith(UTF_16_SIGNS)
            self._is_xml = chunk.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or self.is_utf_16
        if self._is_xml:
            self._parse(chunk, is_last=False)
            if self.root and not self._cells and self.root not in SMALL_ROOTS:
                # A document type stands before the root; the rest is left to the limits of the process.
                self._is_xml = False
        return self._is_xml

    def end(self) -> None:
        """Take the end: what is cut off is told here."""
        if self._is_xml:
            self._parse(b"", is_last=True)
            self._cell_ends()

    def _parse(self, chunk: bytes, *, is_last: bool) -> None:
        self._taken += len(chunk)
        try:
            self._parser.Parse(chunk, is_last)
        except (expat.ExpatError, ValueError, LookupError):
            raise Refused("damaged") from None
        # A parser that waits for the end of one attribute or comment holds it all,
        # and looks at it again and again.
        if self._taken - self._parser.CurrentByteIndex > LONGEST_TOKEN:
            raise Refused("too_much")

    def _refuse(self, *_: object) -> None:
        raise Refused("damaged")  # no spreadsheet program writes a document type or an entity

    def _first(self, tag: str, _: dict[str, str]) -> None:
        self.root = _local(tag)
        if not self._cells and self.root not in SMALL_ROOTS:
            self._parser.StartElementHandler = None
        elif self.root == "sst":
            self._parser.StartElementHandler = self._shared
            self._parser.CharacterDataHandler = self._shared_text
        else:
            self._parser.StartElementHandler = self.styles.start if self.root == "styleSheet" else self._start

    def _shared(self, tag: str, _: dict[str, str]) -> None:
        if _local(tag) == "si":
            self._texts += 1
            self._text_length = 0
            if self._texts > self._limits.cells:
                raise Refused("too_many_cells", most=self._limits.cells)

    def _shared_text(self, text: str) -> None:
        self._text_length += len(text)
        if self._text_length > LONGEST_TEXT:
            raise Refused("too_much")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag) or self._name(tag)
        if name == "v":
            self._has_value = True
            if self._has_formula or self._type == "e":
                self._listen()
        elif name == "c":
            if self._has_value or self._has_formula:
                self._cell_ends()
            reference = attributes.get("r")
            if reference is not None:
                row, self._column = self._position(reference)
                self._at = (row, self._column)
            else:
                self._at = (max(self._row, 0), self._column)
            self._column += 1
            self._type = attributes.get("t")
            self._is_per_cent = attributes.get("s") in self._per_cent
        elif name == "f":
            self._has_formula = True
            self._stored = None
        elif name == "is":
            self._has_value = True
        elif name == "row":
            self._cell_ends()
            reference = attributes.get("r")
            self._row = self._row + 1 if reference is None else _number(reference) - 1
            self._column = 0
            self._is_hidden_row = attributes.get("hidden") in ("1", "true")
        else:
            self._other(name, attributes)

    def _name(self, tag: str) -> str:
        if len(self._names) > MOST_NAMES:
            self._names.clear()
        self._names[tag] = name = _local(tag)
        return name

    def _position(self, reference: str) -> tuple[int, int]:
        """Return what `position_of` does, quickly for references as spreadsheet programs write them."""
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        digits = reference[len(letters) :]
        if column is not None and 0 < len(digits) < 10:
            return max(int(digits), 1) - 1, column
        row, column = position_of(reference)
        if len(self._columns) > MOST_NAMES:
            self._columns.clear()
        if digits:
            self._columns[letters] = column
        return row, column

    def _listen(self) -> None:
        self._stored = []
        self._text_length = 0
        self._parser.CharacterDataHandler = self._value_text

    def _value_text(self, text: str) -> None:
        if self._stored is not None:
            self._text_length += len(text)
            if self._text_length > LONGEST_TEXT:
                raise Refused("too_much")
            self._stored.append(text)

    def _cell_ends(self) -> None:
        if not self._has_value and not self._has_formula:
            return
        at, facts = self._at, self.facts
        if at[0] >= facts.rows or at[1] >= facts.columns:
            facts.rows, facts.columns = max(facts.rows, at[0] + 1), max(facts.columns, at[1] + 1)
            if facts.rows * facts.columns > self._limits.cells:
                raise Refused("too_wide", row=facts.rows, column=facts.columns)
        if self._is_hidden_row:
            facts.hidden_rows.add(at[0])
        if self._is_per_cent:
            facts.percents.add(at)
        if self._has_formula or self._type == "e":
            self._note(at, "" if self._stored is None else "".join(self._stored).strip())
            self._stored = None
            self._parser.CharacterDataHandler = None
        self._has_value = self._has_formula = False

    def _note(self, at: tuple[int, int], stored: str) -> None:
        if self._type == "e":
            self.facts.errors[at] = stored or "#?"
            return
        self.facts.formulas.add(at)
        # A text that is empty is a value: IF(…; ""; …) means a blank cell.
        if not stored and not (self._type == "str" and self._has_value):
            self.facts.unstored.add(at)

    def _other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mergeCell":
            self._merge(attributes)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            self._hide_columns(attributes)
        elif name == "filterColumn":
            self.facts.is_filtered = True
        elif name == "dimension" and self.root == "worksheet":
            self._look_at_dimension(attributes)
        elif name == "sheet" and self.root == "workbook":
            self._name_sheet(attributes)
        elif name == "calcPr":
            self.computes_on_load |= attributes.get("fullCalcOnLoad") in ("1", "true")
        elif name == "Relationship":
            self.links[attributes.get("Id", "")] = attributes.get("Target", "")

    def _merge(self, attributes: dict[str, str]) -> None:
        area = area_of(attributes.get("ref", ""))
        if area is not None:
            self.facts.merged.append(area)
            if len(self.facts.merged) > MOST_MERGED:
                raise Refused("too_much")

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        if len(self.facts.hidden_columns) < MOST_NAMES:
            first, last = _number(attributes.get("min", "1")), _number(attributes.get("max", "1"))
            self.facts.hidden_columns.append((first - 1, last - 1))

    def _look_at_dimension(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("ref")
        if reference is None or not is_plain_area(reference):
            self.facts.odd_dimension = self._parser.CurrentByteIndex

    def _name_sheet(self, attributes: dict[str, str]) -> None:
        relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        self.named_sheets.append((attributes.get("name", ""), relation))
        if len(self.named_sheets) > self._limits.sheets:
            raise Refused("too_many_sheets", most=self._limits.sheets)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _number(text: str) -> int:
    """Return a row or column number of an attribute; 1 at least, as the first row is."""
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise Refused("damaged")
    return max(int(digits), 1)


def position_of(reference: str) -> tuple[int, int]:
    """
    Return row and column, from 0, of a reference such as "B7", "b7" or "$B$7".

    Raises
    ------
    Refused
        If it is no reference, or lies beyond what any spreadsheet has.
    """
    column = row = 0
    for sign in reference:
        if "A" <= sign <= "Z" or "a" <= sign <= "z":
            column = column * 26 + ord(sign) % 32
        elif "0" <= sign <= "9":
            row = row * 10 + ord(sign) - 48
        elif sign != "$":
            raise Refused("damaged")
        if row > 10**9 or column > 10**9:
            raise Refused("damaged")
    return max(row, 1) - 1, max(column, 1) - 1


def area_of(reference: str) -> Area | None:
    """Return the area "A1:B2"; None where it is one cell or no area."""
    first, sign, last = reference.partition(":")
    if not sign or not is_plain_area(reference):
        return None
    (top, left), (bottom, right) = position_of(first), position_of(last)
    area = (min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    return area if area[:2] != area[2:] else None


def is_plain_area(reference: str) -> bool:
    """Tell whether every part of "A1" or "A1:B2" has letters and digits."""
    parts = reference.replace("$", "").split(":")
    return len(parts) <= 2 and all(
        part[:1].isalpha() and part[-1:].isdigit() and part.isalnum() and part.isascii() for part in parts
    )
