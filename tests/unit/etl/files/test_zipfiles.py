"""Archives of strangers."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from etl.files.zipfiles import ZipLimits, check_zip, extract
from geodata.errors import InputFileError


def make(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_an_honest_archive_is_unpacked(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", **{"CSV/b.csv": b"2", "CSV/a.csv": b"1", "readme.txt": b"x"})
    written = extract(path, tmp_path / "out", lambda name: name.endswith(".csv"))
    assert [(file.name, file.read_bytes()) for file in written] == [("a.csv", b"1"), ("b.csv", b"2")]


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "C:\\a", "\\a", "..\\a", "a/..\\..\\b"])
def test_path_traversal(name: str, tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", **{name: b"x"})
    with pytest.raises(InputFileError, match="outside its folder"):
        extract(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_zip_bomb_by_ratio(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", a=b"\0" * 30_000_000)
    with pytest.raises(InputFileError, match="times its size"):
        check_zip(path)


def test_zip_bomb_by_size(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", a=b"x" * 1000, b=b"x" * 1000)
    with pytest.raises(InputFileError, match="2000 bytes"):
        check_zip(path, ZipLimits(total_bytes=1999))
    assert len(check_zip(path, ZipLimits(total_bytes=2000))) == 2


def test_zip_bomb_by_number_of_members(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", **{f"{n}": b"" for n in range(11)})
    with pytest.raises(InputFileError, match="11 members"):
        check_zip(path, ZipLimits(members=10))


@pytest.mark.parametrize("name", ["inner.zip", "inner.tar.gz", "x/INNER.7Z"])
def test_nested_archives(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="itself an archive"):
        check_zip(make(tmp_path / "a.zip", **{name: b"x"}))


def test_links_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputFileError, match="is a link"):
        check_zip(tmp_path / "a.zip")


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", a=b"x")
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(InputFileError, match="encrypted"):
        check_zip(path)


def test_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("a", "1")
        archive.writestr("a", "2")
    with pytest.raises(InputFileError, match="same name"):
        check_zip(tmp_path / "a.zip")


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    """One packed content, told by many entries of the directory (a quoted bomb)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("aaaa", b"x" * 5000)
    content = buffer.getvalue()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[start:end]
    copies = b"".join(entry.replace(b"aaaa", b"%04d" % n) for n in range(20))
    tail = bytearray(content[end:])
    struct.pack_into("<HHII", tail, 8, 20, 20, len(copies), start)
    (tmp_path / "a.zip").write_bytes(content[:start] + copies + bytes(tail))
    with pytest.raises(InputFileError, match="overlap"):
        check_zip(tmp_path / "a.zip")


def test_a_lying_size_is_found_while_unpacking(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", a=b"x" * 5000)
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, place + 24, 10)
    path.write_bytes(content)
    with pytest.raises(InputFileError):
        extract(path, tmp_path / "out", limits=ZipLimits(total_bytes=100))


def test_a_broken_member_is_found(tmp_path: Path) -> None:
    path = make(tmp_path / "a.zip", a=bytes(range(256)) * 20)
    content = bytearray(path.read_bytes())
    content[50] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputFileError, match="cannot be unpacked"):
        extract(path, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\0" * 10])
def test_no_archive(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(InputFileError, match="not a complete zip"):
        check_zip(tmp_path / "a.zip")
