"""The address of a village: what may stand in a QR code, and where it leads."""

import pytest

from dashboard.village import share


@pytest.mark.parametrize(
    ("address", "on_screen", "on_paper"),
    [
        ("https://dosah.kraj.cz/village?municipality=1", True, True),
        ("http://192.168.1.20:8501/village", True, False),
        ("http://dosah/village", True, False),
        ("http://sal.local/village", True, False),
        ("http://localhost:8501/village", False, False),
        ("http://LOCALHOST./village", False, False),
        ("http://127.0.0.1:8501/village", False, False),
        ("http://[::1]:8501/village", False, False),
        ("http://0.0.0.0:8501/village", False, False),
        ("https://user@dosah.cz/village", False, False),
        ("javascript:alert(1)", False, False),
        ("http://[", False, False),
        (None, False, False),
    ],
)
def test_a_code_is_made_only_where_somebody_else_can_open_it(address, on_screen, on_paper):
    assert share.is_for_others(address) is on_screen
    assert share.is_for_others(address, on_paper=True) is on_paper


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("https://dosah.cz/village?x=1", "https://dosah.cz/"),
        ("https://kraj.cz/dosah/village", "https://kraj.cz/dosah/"),
        ("https://dosah.cz", "https://dosah.cz/"),
        ("ftp://dosah.cz/village", None),
    ],
)
def test_the_dashboard_is_above_its_page(address, base):
    assert share.base_address(address) == base


def test_the_address_of_the_sheet_and_of_the_page_are_one(in_language):
    from dashboard.documents.sheet import page

    in_language("pl")
    here = "https://kraj.cz/dosah/village?lang=cs"
    base = share.base_address(here)
    assert page.village_address(base, "100001", "pl") == share.own_link(here, "100001")


@pytest.mark.parametrize(
    ("address", "host", "base_path", "expected"),
    [
        ("https://Dosah.kraj.cz/documents?x=1#y", "dosah.kraj.cz", "", "https://dosah.kraj.cz/"),
        ("https://dosah.kraj.cz/a/documents", "dosah.kraj.cz", "/a", "https://dosah.kraj.cz/a/"),
        # Whatever is invented behind the host makes no other file.
        ("https://dosah.kraj.cz/1/2/3/documents?evil=1", "dosah.kraj.cz", "", "https://dosah.kraj.cz/"),
        # An address that the connection is not of is invented.
        ("https://evil.example/documents", "dosah.kraj.cz", "", None),
        ("https://dosah.kraj.cz:8443/documents", "dosah.kraj.cz", "", None),
        ("https://dosah.kraj.cz/documents", None, "", None),
        ("http://localhost:8501/documents", "localhost:8501", "", None),
        ("http://10.0.0.5/documents", "10.0.0.5", "", None),
        (None, "dosah.kraj.cz", "", None),
    ],
)
def test_the_address_of_a_shared_document_cannot_be_invented(monkeypatch, address, host, base_path, expected):
    monkeypatch.delenv(share.ADDRESS_VARIABLE, raising=False)
    assert share.paper_base(address, host, base_path) == expected


@pytest.mark.parametrize("stated", ["https://dosah.obec.cz/mapa", "https://dosah.obec.cz/mapa/"])
def test_what_the_administrator_states_wins(monkeypatch, stated):
    monkeypatch.setenv(share.ADDRESS_VARIABLE, stated)
    for address in ("https://evil.example/documents", None, "http://localhost:8501/"):
        assert share.paper_base(address, "localhost:8501", "") == "https://dosah.obec.cz/mapa/"


@pytest.mark.parametrize("stated", ["", "  ", "dosah.obec.cz", "javascript:x", "https://a@b.cz/"])
def test_what_is_no_web_address_is_not_taken(monkeypatch, stated):
    monkeypatch.setenv(share.ADDRESS_VARIABLE, stated)
    assert share.stated_base() is None
