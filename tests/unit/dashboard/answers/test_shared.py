import threading

import pytest

from dashboard.answers.shared import Shared


def test_many_who_ask_at_once_wait_for_one_computation():
    store = Shared(4)
    asked, begun, go = [], threading.Event(), threading.Event()

    def make():
        asked.append(1)
        begun.set()
        go.wait(10)
        return "answer"

    found = []
    threads = [threading.Thread(target=lambda: found.append(store.get("key", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    go.set()
    for thread in threads:
        thread.join(10)
    assert found == ["answer"] * 8
    assert len(asked) == 1


def test_another_key_does_not_wait():
    store = Shared(4)
    assert store.get("outer", lambda: store.get("inner", lambda: 1) + 1) == 2


def test_the_longest_unused_goes_first():
    store = Shared(2)
    for key in ("a", "b"):
        store.get(key, lambda key=key: key)
    store.get("a", lambda: "never computed again")
    store.get("c", lambda: "c")
    assert store.get("a", lambda: "again") == "a"
    assert store.get("b", lambda: "again") == "again"
    assert len(store) == 2


def test_what_is_heavy_makes_room_and_the_newest_stays_whatever_it_weighs():
    store = Shared(100, 10, len)
    store.get(1, lambda: "xxxx")
    store.get(2, lambda: "xxxx")
    store.get(3, lambda: "xxxx")
    assert len(store) == 2
    assert store.get(1, lambda: "new") == "new"
    store.get(4, lambda: "x" * 50)
    assert len(store) == 1
    assert store.get(4, lambda: "again") == "x" * 50


def test_an_error_is_told_and_not_kept():
    store = Shared(2)
    with pytest.raises(ZeroDivisionError):
        store.get("key", lambda: 1 / 0)
    assert store.get("key", lambda: 5) == 5
    assert len(store) == 1


def test_what_was_forgotten_is_computed_again():
    store = Shared(2, 10, len)
    store.get("key", lambda: "first")
    store.forget("key")
    store.forget("nobody knows")
    assert store.get("key", lambda: "second") == "second"
