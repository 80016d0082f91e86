"""Old workbooks (.xls), made byte by byte: what their reader does not tell."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.guarded.biff_scan import scan_old
from geodata.guarded.sheet_part import Refused, ScanLimits

LIMITS = ScanLimits()


def record(kind, *values, form=""):
    content = struct.pack(f"<{form}", *values) if form else b"".join(values)
    return struct.pack("<HH", kind, len(content)) + content


BOF = record(0x0809, 0x0600, 0x0005, 0, 0, 0, 0, form="HHHHII")
BOF_SHEET = record(0x0809, 0x0600, 0x0010, 0, 0, 0, 0, form="HHHHII")
EOF = record(0x0A)


def style(number_format):
    return record(0xE0, struct.pack("<HH", 0, number_format), bytes(16))


def stream(*sheet, globals_=()):
    """Return the stream of a workbook with one sheet, "Služby"."""
    name = "Služby".encode("utf-16-le")
    head = [BOF, *globals_, style(0), style(9), style(164)]
    bound = record(0x85, struct.pack("<IBB", 0, 0, 0), bytes([6, 1]), name)
    at = sum(map(len, head)) + len(bound) + len(EOF)
    bound = record(0x85, struct.pack("<IBB", at, 0, 0), bytes([6, 1]), name)
    return b"".join([*head, bound, EOF, BOF_SHEET, *sheet, EOF])


def ole(content, *, name="Workbook", cutoff=0):
    """Return an OLE file with one stream; below `cutoff` it lies in the small stream, as small ones do."""
    small = len(content) < cutoff
    size = 64 if small else 512
    body = content + bytes(-len(content) % size)
    body += bytes(-len(body) % 512)
    sectors = len(body) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE] + [3 + n + 1 for n in range(sectors - 1)] + [0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    assert len(table) == 128
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<IIIII", header, 56, cutoff, 2, 1, 0xFFFFFFFE, 0)
    struct.pack_into("<I", header, 76, 0)
    for index in range(1, 109):
        struct.pack_into("<I", header, 76 + 4 * index, 0xFFFFFFFF)

    def entry(title, kind, first, length):
        text = title.encode("utf-16-le") + b"\x00\x00"
        made = bytearray(128)
        made[: len(text)] = text
        struct.pack_into("<HBB", made, 64, len(text), kind, 1)
        struct.pack_into("<III", made, 68, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        struct.pack_into("<II", made, 116, first, length)
        return bytes(made)

    root = entry("Root Entry", 5, 3 if small else 0xFFFFFFFE, len(body) if small else 0)
    directory = root + entry(name, 2, 0 if small else 3, len(content))
    minis = [n + 1 for n in range(-(-len(content) // 64) - 1)] + [0xFFFFFFFE]
    minis += [0xFFFFFFFF] * (128 - len(minis))
    return b"".join(
        [
            bytes(header),
            struct.pack("<128I", *table),
            directory + bytes(256),
            struct.pack("<128I", *minis),
            body,
        ]
    )


def number(row, column, value=1.0, of_style=0):
    return record(0x0203, row, column, of_style, value, form="HHHd")


def error(row, column, code):
    return record(0x0205, row, column, 0, code, 1, form="HHHBB")


def formula(row, column, result):
    return record(0x06, struct.pack("<HHH", row, column, 0), result, bytes(8))


SHEET = (
    record(0x7D, 1, 2, 2560, 0, 1, 0, form="HHHHHH"),
    record(0x0208, 1, 0, 9, 255, 0, 0, 0x20, 0, form="HHHHHHHH"),
    error(0, 0, 0x17),
    formula(0, 1, b"\x02\x00\x07\x00\x00\x00\xff\xff"),
    formula(0, 2, struct.pack("<d", 5.0)),
    record(0x0205, 0, 3, 0, 1, 0, form="HHHBB"),
    number(1, 0, 0.12, 1),
    number(1, 1, 0.12, 2),
    record(0xBD, struct.pack("<HH", 1, 2), struct.pack("<HI", 1, 6) + struct.pack("<HI", 0, 6),
           struct.pack("<H", 3)),
    BOF_SHEET, error(7, 7, 0), EOF,  # a chart inside the sheet
    record(0x9B),
)  # fmt: skip
FORMAT = record(0x041E, struct.pack("<H", 164), struct.pack("<HB", 5, 0), b"0.0 %")


@pytest.mark.parametrize("cutoff", [0, 4096])
@pytest.mark.parametrize("name", ["Workbook", "Book"])
def test_what_the_reader_does_not_tell(cutoff, name):
    book = scan_old(ole(stream(*SHEET, globals_=[FORMAT]), name=name, cutoff=cutoff), LIMITS)
    facts = book.sheets[book.part_of_sheet["Služby"]]
    assert facts.errors == {(0, 0): "#REF!", (0, 1): "#DIV/0!"}
    assert facts.percents == {(1, 0), (1, 1), (1, 2)}
    assert (facts.rows, facts.columns) == (2, 4)
    assert (facts.hidden_rows, facts.hidden_columns, facts.is_filtered) == ({1}, [(1, 2)], True)


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A])
def test_the_seven_error_values(code):
    facts = scan_old(ole(stream(error(3, 4, code))), LIMITS).sheets["Služby"]
    assert facts.errors[3, 4] in {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (ole(stream(number(65535, 255))), "too_wide"),
        (ole(stream(globals_=[record(0x2F, bytes(6))])), "locked"),
        (ole(stream(number(0, 0)))[:700], "damaged"),
        (b"\xd0\xcf\x11\xe0", "damaged"),
    ],
)
def test_what_is_refused(content, kind):
    with pytest.raises(Refused) as refused:
        scan_old(content, LIMITS)
    assert refused.value.kind == kind


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 3_000), st.binary(min_size=1, max_size=8))
def test_a_spoilt_file_is_read_or_refused(at, noise):
    content = ole(stream(*SHEET), cutoff=4096)
    kinds = set()
    try:
        scan_old(content[:at] + noise + content[at + len(noise) :], LIMITS)
    except Refused as refused:
        kinds.add(refused.kind)
    assert kinds <= {"damaged", "locked", "too_wide"}
