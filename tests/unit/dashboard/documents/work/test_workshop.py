"""
Files on demand: made once, beside the readers, told apart by what is wanted,
and never kept without bound.
"""

import threading
from dataclasses import replace

import pytest

from dashboard import text
from dashboard.documents import offer, order
from dashboard.documents.facts import shared
from dashboard.documents.offer import KINDS, Wish
from dashboard.documents.office.report import Template
from dashboard.documents.work import workshop
from dashboard.documents.work.archive import file_name, zipped
from dashboard.documents.work.workshop import MOST_OF_ONE, BusyError, EnoughError, NoRoomError, Workshop

PATIENCE = 30


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "files").mkdir()
    made = Workshop(tmp_path / "files", most_bytes=100)
    yield made
    made.close()


def finished(job):
    for _ in range(PATIENCE * 100):
        if not job.is_open:
            return job
        threading.Event().wait(0.01)
    raise AssertionError(job)


def test_a_file_is_made_once_for_all_who_want_it(shop):
    calls = []

    def work(_progress):
        calls.append(1)
        return b"file"

    first, second = shop.order("a", work), shop.order("a", work)
    assert first is second
    assert finished(first).content() == b"file"
    assert shop.order("a", work) is first
    assert (calls, first.size) == ([1], 4)


def test_whoever_waits_is_told_how_far_it_is_and_how_many_come_before(shop):
    go, seen = threading.Event(), threading.Event()

    def slow(progress):
        progress(3, 38, "Bukovany")
        seen.set()
        assert go.wait(PATIENCE)
        return b"slow"

    first = shop.order("slow", slow, is_long=True)
    second = shop.order("next", lambda _: b"next", is_long=True)
    quick = shop.order("quick", lambda _: b"quick")
    assert seen.wait(PATIENCE)
    assert (first.state, first.done, first.whole, first.name) == ("working", 3, 38, "Bukovany")
    assert (second.state, shop.ahead_of(second)) == ("waiting", 1)
    # A short one does not wait for a long one.
    assert finished(quick).content() == b"quick"
    assert second.state == "waiting"
    go.set()
    assert finished(second).content() == b"next"


def test_what_fails_belongs_to_its_own_order_and_may_be_tried_again(shop):
    def broken(_progress):
        raise ValueError("no")

    job = finished(shop.order("a", broken))
    assert (job.state, str(job.error)) == ("failed", "no")
    assert finished(shop.order("b", lambda _: b"x")).state == "done"
    assert finished(shop.order("a", lambda _: b"y")).content() == b"y"


def test_files_give_way_to_newer_ones_that_longest_unasked_first(shop, tmp_path):
    for name in "abc":
        finished(shop.order(name, lambda _: b"x" * 40))
        if name == "b":
            assert shop.find("a") is not None
    assert shop.find("b") is None
    assert shop.find("a").content() == shop.find("c").content()
    assert len(list((tmp_path / "files").iterdir())) == 2
    # One that is larger than all the room is still handed out.
    assert len(finished(shop.order("big", lambda _: b"x" * 500)).content()) == 500
    assert shop.find("a") is None


def test_a_file_that_is_gone_is_ordered_again(shop, tmp_path):
    finished(shop.order("a", lambda _: b"x"))
    next((tmp_path / "files").iterdir()).unlink()
    assert shop.find("a") is None


def test_no_more_orders_are_taken_than_somebody_waits_for(shop):
    go = threading.Event()
    shop.order("slow", lambda _: go.wait(PATIENCE) and b"")
    for number in range(workshop.MOST_WAITING - 1):
        shop.order(number, lambda _: b"")
    with pytest.raises(BusyError):
        shop.order("more", lambda _: b"")
    go.set()


def test_one_reader_has_a_few_open_orders_and_everybody_else_is_served(shop):
    """As it was tried: one orders fifteen at once, then twenty others want packs and sheets."""
    go, made = threading.Event(), []

    def work(name):
        def make(_progress):
            assert go.wait(PATIENCE)
            made.append(name)
            return b""

        return make

    taken = 0
    for number in range(15):
        try:
            shop.order(("greedy", number), work(("greedy", number)), owner="greedy")
            taken += 1
        except EnoughError:
            pass
    assert taken == MOST_OF_ONE
    others = [
        shop.order((reader, kind), work((reader, kind)), owner=reader)
        for reader in range(20)
        for kind in ("pack", "sheet")
    ]
    # What is there already, or on its way, is handed to whoever asks, however many they have open.
    assert shop.order((0, "pack"), work("again"), owner="greedy") is others[0]
    # The first order of everybody comes before the second of anybody, once what has begun is made.
    assert shop.ahead_of(others[0]) == 1
    go.set()
    for job in others:
        assert finished(job).state == "done"
    first = [made.index((reader, "pack")) for reader in range(20)]
    second = [made.index((reader, "sheet")) for reader in range(20)]
    assert max(first) < min(second)
    assert max(first) < made.index(("greedy", 1))
    # One that is done makes room for the next.
    assert finished(shop.order("next", lambda _: b"", owner="greedy")).state == "done"


def test_where_nothing_can_be_written_the_order_says_so(monkeypatch):
    def refuse(_prefix):
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(workshop.durable, "temporary_folder", refuse)
    shop = Workshop()
    job = finished(shop.order("a", lambda _: b"x"))
    assert isinstance(job.error, NoRoomError)
    for language in ("cs", "pl", "en"):
        text.use(language)
        assert "DOSAH_CACHE" in order.problem_of(job)
    text.use("cs")
    shop.close()


def test_an_order_is_of_the_dataset_that_it_was_ordered_from():
    class Dataset:
        def __init__(self, version):
            self.version = version

    asked = []

    def facts(dataset, area):
        asked.append((dataset.version, area))
        return dataset

    wish = Wish("gaps_csv", "a", "cs")
    old, new = Dataset("1"), Dataset("2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "area_facts", facts)
        patch.setitem(
            KINDS, "gaps_csv", replace(KINDS["gaps_csv"], make=lambda facts, *_: facts.version.encode())
        )
        waiting = [offer.work(dataset, wish) for dataset in (old, new)]
        assert [work(lambda *_: None) for work in waiting] == [b"1", b"2"]
    assert asked == [("1", "a"), ("2", "a")]
    assert offer.key(old, wish) != offer.key(new, wish)


def test_its_folder_goes_with_it(tmp_path):
    (tmp_path / "files").mkdir()
    made = Workshop(tmp_path / "files")
    finished(made.order("a", lambda _: b"x"))
    made.close()
    assert not (tmp_path / "files").exists()


# -- wishes --------------------------------------------------------------------------------------------------


class OfVersion:
    version = "v"


def test_two_wishes_share_a_file_only_if_all_of_them_is_the_same():
    wishes = [
        Wish("report", "a", "cs"),
        Wish("report", "a", "pl"),
        Wish("report", "b", "cs"),
        Wish("report", "a", "cs", template=Template("x.docx", b"1")),
        Wish("report", "a", "cs", template=Template("x.docx", b"2")),
        Wish("png", "a", "cs", subject="home_care"),
        Wish("png", "a", "cs", subject="home_care", measure="missing"),
    ]
    assert len({offer.key(OfVersion, wish) for wish in wishes}) == len(wishes)
    # What is remembered of a template is its digest.
    assert "content" not in str(offer.key(OfVersion, wishes[3]))


def test_files_have_names_of_their_own_made_of_codes():
    wishes = [
        Wish(
            kind,
            "podbrdsko",
            "cs",
            village="540013" if kind in ("sheet", "slip") else "",
            subject="home_care" if kind in offer.PICTURES else "",
        )
        for kind in KINDS
    ]
    names = [offer.file_name(wish) for wish in wishes]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and "/" not in name for name in names)


def test_every_kind_is_offered_and_every_offer_can_be_made():
    shown = {one.kind for _, offers in offer.sections(13) for one in offers}
    assert shown | set(offer.PICTURES) == set(KINDS)
    alone = {one.kind for _, offers in offer.sections(1) for one in offers}
    assert not alone & {"sheets", "sheets_zip", "slips_zip"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x", "Žďár nad Sázavou", "", "a/b"])
def test_a_name_in_an_archive_leads_nowhere(name):
    made = file_name(name, "123", "pdf")
    assert made.endswith("123.pdf")
    assert not set(made) & set("/\\: ")
    assert ".." not in made


def test_equal_files_make_equal_archives():
    assert zipped([("a", b"1")]) == zipped([("a", b"1")])
