"""
Tables for people on screen: links that are safe, and HTML that a screen reader reads as a table.

Everything that comes from data is escaped by its type: text is, `Html` (markupsafe) was.
Links go by a list of allowed schemes. Sheets are made in `dashboard.tables.sheets`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from dashboard.markup import render, style
from dashboard.theme import CHIP
from geodata.reading import values

# -- links ---------------------------------------------------------------------------------------------------


def web_address(raw: object) -> str | None:
    """
    Return a web address that is safe to link: http or https with a host; None for everything else.

    A bare host ("www.obec.cz") gets https in front. Anything with another scheme,
    blanks or control signs is no link, however it is written.
    """
    if values.is_missing(raw):
        return None
    address = str(raw).strip()
    if not address or re.search(r"[\s\x00-\x1f\x7f\\\"'<>]", address):
        return None
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address):
        address = f"https://{address.removeprefix('//')}"
    try:
        parts = urlsplit(address)
        host = parts.hostname
        parts.port  # noqa: B018  # raises ValueError where the port is no number
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or "." not in host or parts.username:
        return None
    return address


def phone_address(raw: object, country: str = "CZ") -> str | None:
    """
    Return "tel:+420558441611" for a phone number as somebody wrote it; None where it holds no number.

    Nine digits without a prefix are a number of `country`. Of several numbers the first is taken.
    """
    if values.is_missing(raw):
        return None
    first = re.split(r"[,;/]|\ba\b|\bi\b", str(raw))[0]
    digits = re.sub(r"\D", "", first)
    if first.strip().startswith("+") or digits.startswith("00"):
        number = digits.removeprefix("00")
    else:
        prefix = {"CZ": "420", "PL": "48"}.get(country, "")
        number = prefix + digits if len(digits) == 9 and prefix else digits
    return f"tel:+{number}" if 9 <= len(number) <= 15 else None


def mail_address(raw: object) -> str | None:
    """Return "mailto:…" for one plain e-mail address; None for anything else."""
    if values.is_missing(raw):
        return None
    address = str(raw).strip()
    return (
        f"mailto:{address}"
        if re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", address)
        else None
    )


def source_addresses(raw: object) -> list[str]:
    """Return the safe web addresses of a text that holds several, divided by spaces."""
    return (
        [] if values.is_missing(raw) else [safe for part in str(raw).split() if (safe := web_address(part))]
    )


# -- HTML ----------------------------------------------------------------------------------------------------


# Web, phone, e-mail, or a page of this program with its parameters; "./?" is the map,
# which has the bare address.
_ALLOWED_ADDRESS: Final = re.compile(r"(https?://|tel:\+|mailto:|\./\?|[a-z]*\?)", re.IGNORECASE)
# Filled in by `%`: a page has hundreds of these, and `format` takes twice the time.
_LINK: Final = Markup('<a href="%s">%s</a>')
# Of another host: opened in a tab of its own, which learns nothing of this one.
_LINK_AWAY: Final = Markup('<a href="%s" target="_blank" rel="noopener noreferrer">%s</a>')
_TOGGLE: Final = Markup('<a class="dosah-star" href="%s" aria-label="%s" data-dosah-focus="%s">%s</a>')
_BADGE: Final = Markup('<span class="dosah-badge">%s</span>')
_CHIP: Final = Markup(
    '<span class="dosah-chip" style="border-color:%s"><span class="dosah-swatch" style="background:%s" '
    'aria-hidden="true"></span>%s</span>'
)
_HEAD_OF_ROW: Final = Markup('<th data-label="%s" scope="row"%s>')
_CELL: Final = Markup('<td data-label="%s"%s>')
_HATCHED: Final = f"repeating-linear-gradient(45deg,{CHIP['hatch']} 0 3px,{CHIP['ground']} 3px 7px)"

Html = Markup
"""A piece of HTML: everything in it is escaped already."""

Cell = str | Html | None


def link(label: str, address: str | None) -> Html:
    """
    Return a link; the bare label where there is no address, or one of a scheme that is not allowed.

    Addresses of other hosts open in a tab of their own, pages of this program in place.
    """
    if not address or not _ALLOWED_ADDRESS.match(address):
        return escape(label)
    tag = _LINK_AWAY if address.startswith(("http:", "https:")) else _LINK
    return tag % (address, label)


def toggle_link(label: str, spoken: str, address: str, name: str) -> Html:
    """
    Return a link that switches something on this page.

    Parameters
    ----------
    label, spoken
        What is seen, and what is read aloud: it begins as `label` does.
    address
        A page of this program with its parameters.
    name
        Tells the link from others, so that the page gives it the focus back once it is drawn anew.
    """
    if not _ALLOWED_ADDRESS.match(address):
        return escape(label)
    return _TOGGLE % (address, spoken, name, label)


def badge(label: str) -> Html:
    """Return words in a small frame: a mark of what stands beside it."""
    return _BADGE % label


def lines(parts: Sequence[Cell]) -> Html:
    """Put cells under one another, leaving out empty ones."""
    return Markup("<br>").join(part for part in parts if part)


def bullets(parts: Sequence[Cell], look: str | None = None) -> Html:
    """Return a list with a point before each part; `look` is its class."""
    return render("tables/templates/bullets.html.j2", parts=[html(part) for part in parts], look=look)


def chip(label: str, colour: str | None, ink: str = CHIP["ink"]) -> Html:
    """
    Return words beside their colour.

    The words alone say everything. None = hatched, for what is unknown.
    """
    safe = colour if colour and re.fullmatch(r"#[0-9a-fA-F]{3,8}", colour) else None
    return _CHIP % (ink, safe or _HATCHED, label)


def html(cell: Cell) -> Html:
    """Return the escaped HTML of a cell."""
    return escape("" if cell is None else cell)


@dataclass(frozen=True)
class Column:
    """A column on screen; numbers stand to the right, a wide one keeps room for web addresses."""

    label: str
    is_number: bool = False
    is_wide: bool = False

    @property
    def attribute(self) -> Html:
        """Return what its cells carry: a class, or nothing."""
        if self.is_number:
            return Markup(' class="dosah-number"')
        return Markup(' class="dosah-wide"') if self.is_wide else Markup()

    def opening(self, *, is_first: bool) -> Html:
        """Return the tag that opens each of its cells; the first column heads its rows."""
        tag = _HEAD_OF_ROW if is_first else _CELL
        return tag % (self.label, self.attribute)


def html_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    caption: str,
    marks: Sequence[Mapping[str, str]] | None = None,
) -> Html:
    """
    Return an HTML table whose first column heads its rows; on a phone each row becomes a small card.

    Parameters
    ----------
    columns
        Headings; on a phone they stand before each value.
    rows
        Cells in the order of the columns.
    caption
        What the table is, read aloud before it.
    marks
        Attributes of each row, for scripts.
    """
    # Of a column these are the same in every row: written once, not a thousand times.
    openings = [column.opening(is_first=at == 0) for at, column in enumerate(columns)]
    return render(
        "tables/templates/table.html.j2",
        caption=caption,
        columns=columns,
        rows=[
            (mark, list(zip(openings, row, strict=True)))
            for mark, row in zip(marks or [{}] * len(rows), rows, strict=True)
        ],
    )


def html_facts(facts: Sequence[tuple[str, Cell]]) -> Html:
    """Return pairs of a word and its value as a description list, leaving out empty values."""
    known = [(name, value) for name, value in facts if value is not None]
    return render("tables/templates/facts.html.j2", facts=known)


STYLE: Final = style("tables/templates/tables.css")
"""
Look of the tables; holds no data.

Written once per page. Where there is little room, each row becomes a card.
"""
