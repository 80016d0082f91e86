"""
The look of every page: colours, the scale of type, where the header ends, what stands where a map will be.

Type: a phone keeps the size that its reader has chosen, a laptop too; on a wide screen (a projector, a television in a
hall) everything grows by an eighth at once, because all sizes are in rem.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.text import _
from dashboard.theme import CHIP, DARK, FOCUS, LIGHT

PROJECTOR_PX: Final = 1700
PHONE_PX: Final = 640

_STYLE: Final = """
/* Room for the content: the header stays, the wide margins go. */
[data-testid="stMainBlockContainer"] {padding: 3.9rem 1.6rem 2rem; max-width: 100rem}
[data-testid="stSidebarUserContent"] {padding-bottom: 1rem}
[data-testid="stHeadingWithActionElements"] h1 {padding: 0}
[data-testid="stExpandSidebarButton"] {width: auto; display: inline-flex; gap: .3rem; align-items: center}
[data-testid="stExpandSidebarButton"]::after {font-size: .95rem; white-space: nowrap}
/* The language stands in the header, on every page in the same place; the menu of pages ends before it. */
.st-key-dosah-language-place {position: fixed; top: .55rem; right: 1rem; z-index: 999991; width: auto}
.st-key-dosah-language-place button {padding: .1rem .6rem; min-height: 1.9rem}
[data-testid="stToolbar"]:has([data-testid="stTopNav"]) {padding-right: 9.5rem}
.rc-overflow-item-rest button p {font-size: 0}
.rc-overflow-item-rest button p::after {font-size: .875rem}
/* A calm ground with a word where the map will be, until its script says that it is painted. */
.st-key-dosah-map-place :has(> iframe) {position: relative}
.st-key-dosah-map-place :has(> iframe:not([data-dosah-painted]))::before {position: absolute; inset: 0; display: grid;
 place-items: center; border-radius: .4rem; background: var(--dosah-map-ground); color: var(--dosah-map-ink)}
.st-key-dosah-map-place iframe {height: clamp(430px, calc(100vh - 17rem), 1000px); border-radius: .4rem;
 border: 1px solid rgba(128,128,128,.45)}
.dosah-waiting {margin: 0; opacity: .9}
.dosah-headline {font-size: 1.2rem; line-height: 1.4; margin: .15rem 0 0; text-wrap: pretty}
.dosah-headline strong {font-weight: 650}
.dosah-small {font-size: .95rem; margin: 0; opacity: .9}
/* White on the light blue of the dark theme cannot be read; this is the blue of the light one. */
@media (prefers-color-scheme: dark) {
 [data-testid="stBaseButton-primary"] {background-color: var(--dosah-action); border-color: var(--dosah-accent); color: #fff}
 [data-testid="stMultiSelectTagsContainer"] [data-tag] {background-color: var(--dosah-action) !important; color: #fff}
}
"""


def style() -> str:
    """Return the style of every page; it holds no data and no words."""
    return (
        f"<style>:root{{{_colours(LIGHT)};--dosah-focus:{FOCUS};--dosah-action:{LIGHT['primaryColor']};"
        # The map is light in the dark theme too.
        f"--dosah-map-ground:{LIGHT['secondaryBackgroundColor']};--dosah-map-ink:{LIGHT['textColor']};{_chips()}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_colours(DARK)}}}}}"
        f"{_STYLE}"
        f"@media (min-width:{PROJECTOR_PX}px){{html{{font-size:112.5%}}.dosah-headline{{font-size:1.3rem}}}}"
        f"@media (max-width:{PHONE_PX}px){{"
        "h1{font-size:1.35rem !important}"
        ".dosah-headline{font-size:1.1rem}"
        '[data-testid="stMainBlockContainer"]{padding:3.9rem .8rem 2rem}'
        ".st-key-dosah-map-place iframe{height:62vh}"
        ".st-key-dosah-language-place{right:.5rem}"
        ".st-key-dosah-language-place button{padding:.1rem .4rem}}"
        "@media print{.st-key-dosah-language-place{display:none}}</style>"
    )


def words() -> str:
    """Return the words that stand in the style, in the reader's language: they replace what says nothing or is English."""
    said = {
        # On a phone pages and controls are folded away behind a sign that says nothing by itself.
        '[data-testid="stExpandSidebarButton"]::after': _("Menu and settings"),
        ".rc-overflow-item-rest button p::after": _("More pages"),
        ".st-key-dosah-map-place :has(> iframe:not([data-dosah-painted]))::before": _("The map is loading…"),
    }
    return f"<style>{''.join(f'{part}{{content:{_quoted(word)}}}' for part, word in said.items())}</style>"


def _quoted(word: str) -> str:
    plain = word.replace("\\", "").replace('"', "").replace("<", "")
    return f'"{plain}"'


def _colours(theme: Mapping[str, str]) -> str:
    names = {
        "ink": "textColor",
        "paper": "backgroundColor",
        "soft": "secondaryBackgroundColor",
        "line": "borderColor",
        "link": "linkColor",
        "accent": "primaryColor",
    }
    return ";".join(f"--dosah-{name}:{theme[key]}" for name, key in names.items())


def _chips() -> str:
    return ";".join(f"--dosah-chip-{name.replace('_', '-')}:{colour}" for name, colour in CHIP.items())
