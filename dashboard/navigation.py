"""
Name, file, address and heading of every page, once.

A new page is one file in app_pages, a room of its own and one line in `pages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from dashboard.text import _


@dataclass(frozen=True)
class Page:
    """
    A page: `name` of its file in app_pages, `address` below the server's own,
    title and heading in the current language.

    The page without address is the first view of a newcomer; without heading it stands in the header itself.
    """

    name: str
    address: str
    title: str
    heading: str = ""


def pages() -> tuple[Page, ...]:
    """
    Return the pages in the order of the menu.

    What people come for every day stands in the header itself, the rest in menus:
    ten titles would not fit beside the controls of a page on a laptop.
    """
    meeting, data = _("For the meeting"), _("Data")
    return (
        Page("home", "home", _("Home")),
        Page("gap_map", "", _("Map of gaps")),
        Page("village", "village", _("Village")),
        Page("catalogue", "catalogue", _("Catalogue")),
        Page("scenario", "scenario", _("What if")),
        Page("needs", "needs", _("Needs and profile")),
        Page("present", "present", _("Present"), meeting),
        Page("documents", "documents", _("Documents"), meeting),
        Page("own_tables", "tables", _("Own tables"), data),
        Page("data_method", "data", _("Data and method"), data),
    )


@cache
def file(name: str) -> str:
    """Return the file of a page as Streamlit asks for it: relative to the program's first file."""
    return f"app_pages/{_page(name).name}.py"


@cache
def address(name: str) -> str:
    """Return the address of a page below the server's own, without parameters."""
    return _page(name).address


def link(name: str, parameters: Mapping[str, str], safe: str = "") -> str:
    """Return the address of a page with parameters; what is `safe` stays as it is written."""
    return f"{address(name) or './'}?{urlencode(parameters, safe=safe)}"


def _page(name: str) -> Page:
    return {page.name: page for page in pages()}[name]
