"""
Tables for people on screen: links that are safe, and HTML that a screen reader reads as a table.

Everything that comes from data is escaped here, once: HTML by `html.escape`, links by a list of allowed schemes.
Sheets are made in `dashboard.tables.sheets`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from dashboard.theme import CHIP
from geodata.reading import values

# -- links -------------------------------------------------------------------------------------------------------


def web_address(raw: object) -> str | None:
    """
    Return a web address that is safe to link: http or https with a host; None for everything else.

    A bare host ("www.obec.cz") gets https in front. Anything with another scheme, blanks or control signs is no
    link, however it is written.
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


# -- HTML --------------------------------------------------------------------------------------------------------


# Web, phone, e-mail, or a page of this program with its parameters; "./?" is the map, which has the bare address.
_ALLOWED_ADDRESS: Final = re.compile(r"(https?://|tel:\+|mailto:|\./\?|[a-z]*\?)", re.IGNORECASE)


@dataclass(frozen=True)
class Html:
    """A piece of HTML made by this module: everything in it is escaped already."""

    code: str


Cell = str | Html | None


def link(label: str, address: str | None) -> Html:
    """
    Return a link; the bare label where there is no address, or one of a scheme that is not allowed.

    Addresses of other hosts open in a tab of their own, pages of this program in place.
    """
    if not address or not _ALLOWED_ADDRESS.match(address):
        return Html(escape(label))
    away = ' target="_blank" rel="noopener noreferrer"' if address.startswith(("http:", "https:")) else ""
    return Html(f'<a href="{escape(address)}"{away}>{escape(label)}</a>')


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
        return Html(escape(label))
    return Html(
        f'<a class="dosah-star" href="{escape(address)}" aria-label="{escape(spoken)}" '
        f'data-dosah-focus="{escape(name)}">{escape(label)}</a>'
    )


def badge(label: str) -> Html:
    """Return words in a small frame: a mark of what stands beside it."""
    return Html(f'<span class="dosah-badge">{escape(label)}</span>')


def lines(parts: Sequence[Cell]) -> Html:
    """Put cells under one another, leaving out empty ones."""
    return Html("<br>".join(html(part) for part in parts if part is not None and html(part)))


def chip(label: str, colour: str | None, ink: str = CHIP["ink"]) -> Html:
    """Return words beside their colour; the words alone say everything. None = hatched, for what is unknown."""
    safe = colour if colour and re.fullmatch(r"#[0-9a-fA-F]{3,8}", colour) else None
    look = (
        f"background:{safe}"
        if safe
        else f"background:repeating-linear-gradient(45deg,{CHIP['hatch']} 0 3px,{CHIP['ground']} 3px 7px)"
    )
    return Html(
        f'<span class="dosah-chip" style="border-color:{ink}"><span class="dosah-swatch" style="{look}" '
        f'aria-hidden="true"></span>{escape(label)}</span>'
    )


def html(cell: Cell) -> str:
    """Return the escaped HTML of a cell."""
    if cell is None:
        return ""
    return cell.code if isinstance(cell, Html) else escape(cell)


@dataclass(frozen=True)
class Column:
    """A column on screen; numbers stand to the right, a wide one keeps room for web addresses."""

    label: str
    is_number: bool = False
    is_wide: bool = False


def html_table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    caption: str,
    marks: Sequence[Mapping[str, str]] | None = None,
) -> str:
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
    head = "".join(f'<th scope="col"{_side(column)}>{escape(column.label)}</th>' for column in columns)
    attributes = [
        "".join(f' {name}="{escape(value)}"' for name, value in (marks[number] if marks else {}).items())
        for number in range(len(rows))
    ]
    body = "".join(
        f"<tr{attributes[number]}>"
        + "".join(
            f'<{tag} data-label="{escape(column.label)}"{scope}{_side(column)}>{html(cell)}</{tag}>'
            for position, (column, cell) in enumerate(zip(columns, row, strict=True))
            for tag, scope in [("th", ' scope="row"') if position == 0 else ("td", "")]
        )
        + "</tr>"
        for number, row in enumerate(rows)
    )
    return (
        f'<div class="dosah-scroll"><table class="dosah-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def html_facts(facts: Sequence[tuple[str, Cell]]) -> str:
    """Return pairs of a word and its value as a description list, leaving out empty values."""
    pairs = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{html(value)}</dd></div>"
        for name, value in facts
        if value is not None
    )
    return f'<dl class="dosah-facts">{pairs}</dl>'


def _side(column: Column) -> str:
    if column.is_number:
        return ' class="dosah-number"'
    return ' class="dosah-wide"' if column.is_wide else ""


STYLE: Final = """<style>
.dosah-scroll{overflow-x:auto;max-width:100%;container-type:inline-size}
.dosah-table{border-collapse:collapse;width:100%;font-size:1rem;line-height:1.4}
.dosah-table caption{text-align:left;font-weight:600;padding:.25rem 0 .5rem;caption-side:top}
.dosah-table th,.dosah-table td{border:0;border-bottom:1px solid rgba(128,128,128,.35);padding:.45rem .6rem;
 text-align:left;vertical-align:top;overflow-wrap:break-word;font-weight:400}
.dosah-table td a:is([href^="http"],[href^="mailto"]){overflow-wrap:anywhere}
:is(.dosah-table,.dosah-facts,.dosah-links) a{color:var(--dosah-link)}
.dosah-table .dosah-wide{min-width:13.5rem}
.dosah-table thead th{border-bottom:2px solid rgba(128,128,128,.7);font-weight:600}
.dosah-table tbody th a{font-weight:600}
.dosah-table .dosah-number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.dosah-table thead .dosah-number{white-space:normal}
.dosah-chip{display:inline-flex;align-items:center;gap:.45rem;border:1px solid;border-radius:.4rem;
 padding:.1rem .55rem;background:var(--dosah-chip-ground);color:var(--dosah-chip-ink);font-weight:600;line-height:1.5}
.dosah-badge{display:inline-block;border:1px solid rgba(128,128,128,.7);border-radius:.3rem;padding:0 .4rem;
 font-size:.9rem;margin-top:.15rem}
.dosah-swatch{width:1rem;height:1rem;border-radius:.2rem;border:1px solid var(--dosah-chip-swatch-border);flex:none}
dl.dosah-facts{margin:0;padding:0 !important;display:grid;gap:.6rem 1.4rem;
 grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}
.dosah-facts dt{font-size:.9rem;opacity:.8}
.dosah-facts dd{margin:0;overflow-wrap:anywhere}
.dosah-card{border-left:.35rem solid var(--dosah-line);padding:.15rem 0 .15rem .9rem;margin:.2rem 0}
.dosah-card h3{margin:0 0 .3rem;padding:0;font-size:1.2rem;font-weight:600}
.dosah-card p{margin:.25rem 0;font-size:1.05rem}
@container (max-width:700px){
 .dosah-table thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
 .dosah-table tbody,.dosah-table tr,.dosah-table th,.dosah-table td,.dosah-table caption{display:block;width:auto}
 .dosah-table tr{padding:.5rem 0;border-bottom:1px solid rgba(128,128,128,.5)}
 .dosah-table tbody th,.dosah-table td{border:0;padding:.12rem 0}
 .dosah-table td:empty{display:none}
 .dosah-table td::before{content:attr(data-label) ": ";opacity:.75}
 .dosah-table .dosah-number{text-align:left;white-space:normal}
}
@media print{.dosah-scroll{overflow:visible}}
</style>"""
"""Look of the tables; holds no data. Written once per page. Where there is little room, each row becomes a card."""
