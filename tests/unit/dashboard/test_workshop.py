"""Files on demand: made once, beside the readers, told apart by what is wanted, and never kept without bound."""

import threading

import pytest

from dashboard.documents import offer, workshop
from dashboard.documents.archive import file_name, zipped
from dashboard.documents.offer import KINDS, Wish
from dashboard.documents.report import Template
from dashboard.documents.workshop import BusyError, Workshop

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


def test_its_folder_goes_with_it(tmp_path):
    (tmp_path / "files").mkdir()
    made = Workshop(tmp_path / "files")
    finished(made.order("a", lambda _: b"x"))
    made.close()
    assert not (tmp_path / "files").exists()


# -- wishes ---------------------------------------------------------------------------------------------------------------


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
