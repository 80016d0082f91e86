"""Uploads: only what a page asks for, no larger than it says, a few of each session, bounded together."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.process import upload_limits
from dashboard.process.upload_limits import (
    FRAMING,
    MEGABYTE,
    MOST_BYTES,
    MOST_FILES,
    Coming,
    Doors,
    refused,
    too_many,
)


@pytest.mark.parametrize(
    ("bound", "length", "status"),
    [
        (None, "10", 403),  # the page asks for no file
        (5 * MEGABYTE, str(5 * MEGABYTE), None),
        (5 * MEGABYTE, str(5 * MEGABYTE + FRAMING), None),
        (5 * MEGABYTE, str(6 * MEGABYTE), 413),
        (MEGABYTE, str(2 * MEGABYTE), 413),  # each page by what it says itself
        (MEGABYTE, None, 411),  # sent in pieces without an end in sight
        (MEGABYTE, "", 411),
        (MEGABYTE, "-1", 411),
        (MEGABYTE, "1e3", 411),
        (MEGABYTE, "٣", 411),
        (MEGABYTE, "9" * 5000, 411),
    ],
)
def test_an_upload_is_refused_before_it_is_read(bound, length, status):
    found = refused(bound, length)
    assert (found[0] if found else None) == status


def test_a_door_is_open_while_the_page_asks():
    doors = Doors()
    doors.begin("a")
    assert doors.bound("a") is None
    doors.ask("a", 1)
    doors.ask("a", 5)
    doors.end("a")
    assert doors.bound("a") == 5 * MEGABYTE
    assert doors.bound("b") is None
    # While the next run is on its way the reader may still send what the last one asked for.
    doors.begin("a")
    assert doors.bound("a") == 5 * MEGABYTE
    doors.end("a")
    assert doors.bound("a") is None


def test_a_run_that_is_broken_off_and_a_part_that_runs_alone_shut_nothing():
    doors = Doors()
    doors.begin("a")
    doors.ask("a", 2)
    doors.end("a")
    doors.begin("a")  # broken off
    doors.begin("a")
    doors.ask("a", 2)
    doors.end("a")
    doors.ask("a", 1)  # a part alone
    assert doors.bound("a") == 2 * MEGABYTE


def test_sessions_that_are_gone_are_forgotten(monkeypatch):
    monkeypatch.setattr(upload_limits, "_MOST_SESSIONS", 10)
    doors = Doors()
    for number in range(50):
        doors.begin(str(number))
        doors.ask(str(number), 1)
    assert len(doors._open) == len(doors._asked) == 10
    assert doors.bound("49") == MEGABYTE


# Two give for a third, and one of them more than once.
@example({"a": {"0": 5 * MEGABYTE, "1": 4 * MEGABYTE}, "b": {"2": 5 * MEGABYTE}}, "c", 5 * MEGABYTE, 6)
@given(
    st.dictionaries(
        st.sampled_from("abc"),
        st.dictionaries(st.integers(0, 9).map(str), st.integers(MEGABYTE, 5 * MEGABYTE), max_size=8),
    ),
    st.sampled_from("abcd"),
    st.integers(0, 5 * MEGABYTE),
    st.integers(6, 20),
)
def test_after_room_was_made_everything_fits_and_nobody_gives_for_who_holds_more(kept, session, coming, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upload_limits, "MOST_BYTES", most * MEGABYTE)
        gone = too_many(kept, session, coming)
    left = {
        owner: {file: size for file, size in files.items() if (owner, file) not in gone}
        for owner, files in kept.items()
    }
    assert len(set(gone)) == len(gone)
    assert all(file in kept[owner] for owner, file in gone)
    assert len(left.get(session, {})) < MOST_FILES
    weights = {owner: sum(files.values()) for owner, files in left.items()}
    assert sum(weights.values()) + coming <= most * MEGABYTE
    for owner, _file in gone:
        if owner != session:
            # Of those that gave, nobody holds less than others do by more than a file.
            assert weights[owner] + 5 * MEGABYTE >= max(weights.values())


def test_many_files_of_one_session_take_nothing_from_another():
    kept = {"honest": {"table": 4 * MEGABYTE}, **{f"evil{n}": {"x": 5 * MEGABYTE} for n in range(40)}}
    gone = too_many(kept, "evil0", 5 * MEGABYTE)
    assert gone
    assert all(owner != "honest" for owner, _ in gone)
    assert sum(sum(files.values()) for files in kept.values()) > MOST_BYTES


def test_one_file_at_a_time_of_a_session_and_a_few_of_all():
    coming = Coming()
    assert coming.has_room("a")
    with coming.one("a"):
        assert not coming.has_room("a")
        assert coming.has_room("b")
    assert coming.has_room("a")
    with pytest.raises(ZeroDivisionError), coming.one("a"):
        raise ZeroDivisionError
    assert coming.has_room("a")
