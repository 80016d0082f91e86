"""The reader's own list in the address bar: bounded, in order, kind to what it does not know."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.catalogue import address as catalogue_address
from dashboard.catalogue.address import (
    LONGEST_FAVOURITES,
    MOST_FAVOURITES,
    Favourites,
    address,
    list_parameters,
    read_favourites,
    read_view,
    toggled,
)

KNOWN = {f"s-{number}" for number in range(200)} | {"cz-rpss-1", "page-P036"}
IDS = st.lists(st.sampled_from(sorted(KNOWN)), unique=True, max_size=80)


def test_a_list_is_read_in_its_order_each_once():
    assert read_favourites("page-P036,cz-rpss-1,page-P036,", KNOWN) == Favourites(("page-P036", "cz-rpss-1"))
    assert read_favourites("", KNOWN) == Favourites(())


def test_what_nobody_knows_is_told_and_left_out():
    found = read_favourites("s-1,<script>,nic,s-2", KNOWN)
    assert found == Favourites(("s-1", "s-2"), ("<script>", "nic"))


def test_an_identifier_that_is_no_code_is_not_taken_even_if_the_dataset_has_it():
    assert read_favourites("a b", {"a b"}).known == ()
    assert toggled(Favourites(()), "a,b") is None
    assert toggled(Favourites(()), "=1+1") is None


def test_a_list_is_bounded_in_number_and_length():
    many = [f"s-{number}" for number in range(MOST_FAVOURITES + 5)]
    found = read_favourites(",".join(many), KNOWN)
    assert found.known == tuple(many[:MOST_FAVOURITES])
    assert found.is_cut
    long = [f"{number:02}{'x' * 70}" for number in range(40)]
    found = read_favourites(",".join(long), set(long))
    assert found.is_cut
    assert len(",".join(found.known)) <= LONGEST_FAVOURITES
    assert read_favourites("," * 1_000_000, KNOWN).known == ()


@given(IDS, st.sampled_from(sorted(KNOWN)))
def test_a_star_twice_changes_nothing_and_the_address_gives_the_list_back(ids, service_id):
    start = read_favourites(",".join(ids), KNOWN)
    once = toggled(start, service_id)
    if once is None:
        assert len(start.known) == MOST_FAVOURITES
        return
    assert (service_id in once) != (service_id in start.known)
    assert set(toggled(Favourites(once), service_id) or ()) == set(start.known)
    parameters = parse_qs(urlsplit(address({"lang": "pl"}, favourites=",".join(once))).query)
    assert read_favourites(parameters.get("favourites", [""])[0], KNOWN).known == once


def test_addresses_keep_what_leads_back_and_nothing_else():
    here = {
        "query": "dům & zahrada",
        "kind": "cz-40",
        "view": "map",
        "favourites": "s-1",
        "card": "x",
        "evil": "y",
        "page": "2",
    }
    kept = list_parameters(here)
    assert kept == {
        "query": "dům & zahrada",
        "kind": "cz-40",
        "view": "map",
        "favourites": "s-1",
        "page": "2",
    }
    there = urlsplit(address(kept, card="cz-rpss-1", page=None))
    assert there.path == "catalogue"
    assert parse_qs(there.query) == {
        "query": ["dům & zahrada"], "kind": ["cz-40"], "view": ["map"], "favourites": ["s-1"],
        "card": ["cz-rpss-1"],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["query", "kind", "municipality", "favourites", "page", "view", "lang"])
@pytest.mark.parametrize("value", ["a" * 500_000, "a," * 250_000])
def test_the_way_back_stays_short_whatever_the_address_brings(name, value):
    """Each row of the list carries it: half a megabyte once is thirty in the answer."""
    kept = list_parameters({"kind": "cz-40", "lang": "cs", name: value})
    assert len(address(kept)) < 5_000
    assert all(known in kept for known in {"kind", "lang"} - {name})


@pytest.mark.parametrize(
    ("asked", "view"), [("map", "map"), ("mine", "mine"), ("list", "list"), ("<b>", "list"), (None, "list")]
)
def test_an_unknown_view_is_the_list(asked, view):
    assert read_view({} if asked is None else {catalogue_address.VIEW: asked}) == view
