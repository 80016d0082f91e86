"""One atomic write, one lock, and folders that go with their process, however it ends."""

import errno
import os
import tempfile
from contextlib import suppress

import pytest

from etl.fetch.cache import own_part
from geodata import durable


def test_a_file_is_old_or_new_and_nothing_stays_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    durable.write_whole(path, "staré")
    with suppress(ZeroDivisionError), durable.fresh_file(path) as fresh:
        fresh.write_text("půl", encoding="utf-8")
        raise ZeroDivisionError
    monkeypatch.setattr(durable, "_replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "in use")))
    with pytest.raises(PermissionError):
        durable.write_whole(path, "nové")
    assert path.read_text(encoding="utf-8") == "staré"
    assert [file.name for file in tmp_path.iterdir()] == ["x.json"]


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path):
    path = tmp_path / "a[1].json"
    dead, living, other = (
        tmp_path / name for name in (".a[1].json.1-1.new", ".a[1].json.2-2.new", ".b.json.1-1.new")
    )
    for file in (dead, living, other):
        file.write_text("x", encoding="utf-8")
    os.utime(dead, (1, 1))
    durable.write_whole(path, "x")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted((living.name, other.name, path.name))


def test_a_lock_tells_who_holds_it(tmp_path):
    with (
        durable.lock(tmp_path / "l", owner="první"),
        pytest.raises(durable.HeldError, match="první"),
        durable.lock(tmp_path / "l"),
    ):
        pass
    with durable.lock(tmp_path / "l"):
        pass


def test_a_drive_that_keeps_no_locks_is_not_taken_for_another_writer(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def no_locks(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(OSError, match="No locks available"), durable.lock(tmp_path / "l"):
        pass


def test_the_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("dosah-x-dead", "dosah-x-new", "dosah-x-strange", "other-dead"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "upload.csv").write_text("x", encoding="utf-8")
    for name in ("dosah-x-dead", "dosah-x-new", "other-dead"):
        (tmp_path / name / ".held").touch()
    for name in ("dosah-x-dead", "other-dead"):
        os.utime(tmp_path / name / ".held", (1, 1))
    with durable.temporary_folder("dosah-x-") as living:
        os.utime(living / ".held", (1, 1))
        with durable.temporary_folder("dosah-x-") as second:
            assert living.is_dir()
            assert second != living
        assert not second.exists()
        names = {path.name for path in tmp_path.iterdir()}
        assert names == {"dosah-x-new", "dosah-x-strange", "other-dead", living.name}
    assert not living.exists()


def test_a_part_that_a_killed_download_left_goes_after_a_day(tmp_path):
    target = tmp_path / "a.zip"
    old, recent = tmp_path / "a.zip.12-34.part", tmp_path / "a.zip.56-78.part"
    for part in (old, recent):
        part.write_bytes(b"half")
    os.utime(old, (1, 1))
    with own_part(target) as part:
        assert part.name == "a.zip.part"
        with own_part(target) as second:
            assert second not in (part, recent)
    assert not old.exists()
    assert recent.exists()
