"""
A road extract as .osm.pbf, written by hand:
one dense block of nodes and a few ways (wiki.openstreetmap.org, PBF Format).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence


def varint(value: int) -> bytes:
    made = bytearray()
    while True:
        made.append((value & 0x7F) | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(made)


def signed(value: int) -> int:
    """Zigzag."""
    return (value << 1) ^ (value >> 63)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def text(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(value)) + value


def packed(field: int, values: Iterable[int]) -> bytes:
    return text(field, b"".join(map(varint, values)))


def deltas(values: Sequence[int]) -> list[int]:
    return [signed(value - before) for before, value in zip([0, *values], values, strict=False)]


def blob(kind: bytes, content: bytes, *, is_packed: bool) -> bytes:
    body = number(2, len(content)) + text(3, zlib.compress(content)) if is_packed else text(1, content)
    head = text(1, kind) + number(3, len(body))
    return struct.pack(">I", len(head)) + head + body


def extract(
    points: Sequence[tuple[float, float]],
    ways: Sequence[tuple[Sequence[int], Mapping[str, str]]],
    *,
    is_packed: bool = False,
) -> bytes:
    """
    Return an extract.

    Parameters
    ----------
    points
        Latitude and longitude; their ids count from 1.
    ways
        Ids of points and tags.
    is_packed
        Pack the blocks; else a broken byte reaches the reader instead of its check.
    """
    words = [b"", *dict.fromkeys(word.encode() for _, tags in ways for pair in tags.items() for word in pair)]
    ids = list(range(1, len(points) + 1))
    dense = (
        packed(1, deltas(ids))
        + packed(8, deltas([round(latitude * 1e7) for latitude, _ in points]))
        + packed(9, deltas([round(longitude * 1e7) for _, longitude in points]))
    )
    groups = text(2, text(2, dense))
    drawn = b"".join(
        text(
            3,
            number(1, 100 + position)
            + packed(2, [words.index(key.encode()) for key in tags])
            + packed(3, [words.index(value.encode()) for value in tags.values()])
            + packed(8, deltas(list(nodes))),
        )
        for position, (nodes, tags) in enumerate(ways)
    )
    groups += text(2, drawn)
    table = text(1, b"".join(text(1, word) for word in words))
    header = text(4, b"OsmSchema-V0.6") + text(4, b"DenseNodes")
    return blob(b"OSMHeader", header, is_packed=is_packed) + blob(
        b"OSMData", table + groups, is_packed=is_packed
    )
