"""How the first page looks: its style and three small pictures of our own. Nothing here holds data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.drawing.address import data_address

# Lines on a square of 24; a blue that is seen on white and on the dark ground alike.
_LINES: Final[Mapping[str, str]] = {
    "plan": "M9 4 3 6v14l6-2 6 2 6-2V4l-6 2-6-2ZM9 4v14M15 6v14",
    "mayor": "M3 11l9-7 9 7M5 9.5V20h14V9.5M10 20v-6h4v6",
    "present": "M3 4h18v12H3ZM12 16v4M8 20h8M7.5 12l3-3 2.5 2 3.5-4",
}
_INK: Final = "#2f86ab"


def pictogram(door: str) -> str:
    """Return the picture of a door as a data address; the words beside it say what it is."""
    return data_address(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        f'stroke="{_INK}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"><path d="{_LINES[door]}"/></svg>'
    )


STYLE: Final = """<style>
[data-testid="stMain"] h1{font-size:2.1rem;line-height:1.2}
.dosah-lead{font-size:1.2rem;line-height:1.45;margin:.35rem 0 0;max-width:46rem;text-wrap:pretty}
.dosah-note{font-size:.95rem;opacity:.85;margin:0}
.st-key-dosah-home-search input{font-size:1.1rem;min-height:2.6rem}
.st-key-dosah-home-search label p{font-size:1rem}
/* Links look like links; a long name wraps instead of being cut; a finger hits them. */
[data-testid="stMain"] [data-testid="stPageLink"] a{height:auto;padding:.25rem 0;background:none}
[data-testid="stMain"] [data-testid="stPageLink"] p{white-space:normal;overflow:visible;text-decoration:underline;
 text-decoration-thickness:1px;text-underline-offset:3px;font-size:1.05rem;line-height:1.35}
[class*="st-key-dosah-door-"]{border-top:.3rem solid #2f86ab !important;padding-top:.8rem;gap:.45rem}
.dosah-door h2{font-size:1.35rem;margin:0;padding:0;display:flex;gap:.7rem;align-items:center}
.dosah-door h2 img{width:2.2rem;height:2.2rem;flex:none}
.dosah-door p{margin:.3rem 0 0;font-size:1.05rem;line-height:1.45;text-wrap:pretty}
/* The first way through a door is a button over its whole width. */
[class*="st-key-dosah-first-way-"]{margin:.35rem 0 .2rem}
[class*="st-key-dosah-first-way-"] [data-testid="stPageLink"]{width:100%}
[class*="st-key-dosah-first-way-"] [data-testid="stPageLink"] a{background:#1f5f7a !important;border-radius:.4rem;
 padding:.55rem .9rem !important;width:100%}
[class*="st-key-dosah-first-way-"] [data-testid="stPageLink"] a:hover{background:#174a60 !important}
[class*="st-key-dosah-first-way-"] [data-testid="stPageLink"] p{color:#fff;text-decoration:none;font-weight:600}
/* The whole card of an area leads to its map. */
[class*="st-key-dosah-area-"]{position:relative;gap:.2rem}
[class*="st-key-dosah-area-"] a::after{content:"";position:absolute;inset:0}
[class*="st-key-dosah-area-"] :is([data-testid="stElementContainer"],[data-testid="stPageLink"],a){position:static}
[class*="st-key-dosah-area-"]:hover img{border-color:#2f86ab;box-shadow:0 0 0 1px #2f86ab}
[class*="st-key-dosah-area-"] img{width:100%;display:block;border-radius:.4rem;border:1px solid rgba(128,128,128,.45)}
@media (min-width:1700px){
 [data-testid="stMain"] h1{font-size:2.6rem}
 .dosah-lead{font-size:1.45rem;max-width:58rem}
 .dosah-door h2{font-size:1.6rem}
 .dosah-door p,[data-testid="stMain"] [data-testid="stPageLink"] p{font-size:1.2rem}
}
@media (max-width:640px){
 [data-testid="stMain"] h1{font-size:1.6rem !important}
 .dosah-lead{font-size:1.1rem}
 [data-testid="stMain"] [data-testid="stHorizontalBlock"]{row-gap:1rem}
 [class*="st-key-dosah-door-"] [data-testid="stPageLink"] a{padding:.55rem 0}
 .st-key-dosah-home-areas [data-testid="stHorizontalBlock"]{display:grid;grid-template-columns:1fr 1fr;gap:1rem .8rem}
 .st-key-dosah-home-areas [data-testid="stColumn"]{min-width:0 !important;width:auto !important}
}
</style>"""
