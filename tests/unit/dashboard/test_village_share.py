"""The address of a village: what may stand in a QR code, and where it leads."""

import pytest

from dashboard import village_share


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
    assert village_share.is_for_others(address) is on_screen
    assert village_share.is_for_others(address, on_paper=True) is on_paper


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
    assert village_share.base_address(address) == base


def test_the_address_of_the_sheet_and_of_the_page_are_one(in_language):
    from dashboard.documents import sheet

    in_language("pl")
    here = "https://kraj.cz/dosah/village?lang=cs"
    base = village_share.base_address(here)
    assert sheet.village_address(base, "100001", "pl") == village_share.own_link(here, "100001")
