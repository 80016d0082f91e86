"""How a village's page looks on the screen; its sheet of paper is in `dashboard.village.paper`."""

from __future__ import annotations

from typing import Final

STYLE: Final = """<style>
.dosah-units{margin:0 0 .5rem;opacity:.85;font-size:.95rem}
.dosah-summary p{margin:.1rem 0 .35rem}
.dosah-summary .dosah-headline{font-weight:600}
.dosah-summary dl{margin:.35rem 0 0;padding:0 !important;display:grid;gap:.25rem}
.dosah-summary dl div{display:grid;grid-template-columns:9.5rem 1fr;gap:.6rem}
.dosah-summary dt{font-weight:600}
.dosah-summary dd{margin:0}
.dosah-people{border-collapse:collapse;width:100%;line-height:1.35}
.dosah-people caption{text-align:left;font-weight:600;padding:0 0 .2rem}
.dosah-people :is(th,td){border:0;border-bottom:1px solid rgba(128,128,128,.35);padding:.3rem .5rem .3rem 0;
 text-align:right;font-weight:400;vertical-align:baseline;font-variant-numeric:tabular-nums}
.dosah-people thead th{font-size:.9rem;vertical-align:bottom}
.dosah-people tbody th{text-align:left}
.dosah-people strong{font-weight:650;font-size:1.15rem}
.dosah-note-box{border-left:.3rem solid #7c8a92;padding:.2rem 0 .2rem .8rem;margin:.3rem 0}
.dosah-first{display:grid;gap:.4rem 2rem;grid-template-columns:minmax(0,1.3fr) minmax(0,.95fr) minmax(0,1.05fr);
 grid-template-areas:"missing map calls";align-items:start}
.dosah-part-missing{grid-area:missing}
.dosah-part-calls{grid-area:calls}
.dosah-part-map{grid-area:map}
.dosah-first h2{font-size:1.2rem;margin:0 0 .4rem;padding:0}
.dosah-missing,.dosah-calls{list-style:none;margin:0 !important;padding:0 !important}
.dosah-missing li{border-left:.35rem solid;padding:0 0 0 .7rem;margin:0 0 .6rem;line-height:1.45}
.dosah-missing h3{display:inline;font-size:1.05rem;margin:0 .4rem 0 0;padding:0}
.dosah-missing p{margin:.15rem 0 0}
.dosah-missing .dosah-chip{font-size:.9rem;padding:0 .45rem}
.dosah-calls{counter-reset:call}
.dosah-calls li{counter-increment:call;display:grid;grid-template-columns:1.7rem 1fr;gap:0 .5rem;margin:0 0 .55rem}
.dosah-calls li::before{content:counter(call);grid-row:span 3;width:1.6rem;height:1.6rem;border-radius:50%;background:#123c52;
 color:#fff;font-weight:700;text-align:center;line-height:1.6rem;border:1px solid #9fb8c4}
.dosah-calls li>span{grid-column:2}
.dosah-calls li{line-height:1.4}
.dosah-phone a{font-size:1.15rem;font-weight:650;display:inline-block;padding:.1rem 0;white-space:nowrap}
.dosah-map{margin:0}
.dosah-map img{width:100%;display:block;border-radius:.4rem;border:1px solid rgba(128,128,128,.45);background:#f6f8f9}
.dosah-map figcaption{padding:.25rem 0 0}
:is(.dosah-calls,.dosah-fold) a{color:#175673}
.dosah-fold{border:1px solid rgba(128,128,128,.45);border-radius:.4rem;padding:0 1rem;margin:.2rem 0}
.dosah-fold summary{cursor:pointer;padding:.7rem 0;margin:0}
.dosah-fold summary :is(h2,h3){display:inline;font-size:1.2rem;margin:0;padding:0}
.dosah-fold summary h3{font-size:1.05rem}
.dosah-fold[open]{padding-bottom:.8rem}
.dosah-fold .dosah-fold{border:0;padding:0}
.dosah-fold p{margin:.3rem 0 .6rem}
.dosah-fold li{margin:.2rem 0}
.dosah-kinds .dosah-chip{font-size:.9rem;padding:0 .45rem}
.dosah-kinds :is(td,th){vertical-align:baseline}
.dosah-kinds .dosah-table :is(td,th){padding:.3rem .6rem}
.dosah-kinds td:nth-child(2){white-space:nowrap}
.dosah-fold .dosah-scroll+.dosah-scroll{margin-top:1rem}
.dosah-ages{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:.5rem 2rem;align-items:start}
.dosah-ages img{width:100%;max-width:36rem;border-radius:.4rem;background:#fff}
.dosah-ages .dosah-table :is(th,td){padding:.18rem .6rem}
.dosah-qr{width:11rem;height:11rem;background:#fff;border-radius:.4rem}
.dosah-print{font:inherit;padding:.45rem .9rem;border-radius:.4rem;border:1px solid #b7c3ca;background:transparent;color:inherit;
 cursor:pointer;min-height:2.5rem}
[data-testid="stMain"] [data-testid="stPageLink"] a{height:auto;background:none}
[data-testid="stMain"] [data-testid="stPageLink"] p{white-space:normal;overflow:visible;text-decoration:underline;
 text-decoration-thickness:1px;text-underline-offset:3px}
@media (min-width:1700px){.dosah-first,.dosah-summary,.dosah-people,.dosah-fold{font-size:1.1rem}}
@media (max-width:1100px){
 .dosah-first{grid-template-columns:minmax(0,1fr) minmax(0,1fr);grid-template-areas:"missing missing" "calls map"}
}
@media (max-width:640px){
 .dosah-first{grid-template-columns:minmax(0,1fr);grid-template-areas:"missing" "calls" "map"}
 [data-testid="stMain"] [data-testid="stHorizontalBlock"]{row-gap:.6rem}
 .dosah-summary dl div{grid-template-columns:1fr;gap:0}
 .dosah-people :is(th,td){padding:.3rem .3rem .3rem 0}
 .dosah-people thead th{font-size:.8rem}
 .dosah-people strong{font-size:1rem}
 .dosah-ages{grid-template-columns:minmax(0,1fr)}
 .dosah-fold{padding:0 .7rem}
 .dosah-phone a{padding:.3rem 0}
 .dosah-fold summary h2{font-size:1.1rem}
}
/* On a phone a kind of help is two lines, not a card of six. */
@container (max-width:700px){
 .dosah-kinds .dosah-table td{display:inline-block;margin:0 .9rem 0 0}
 .dosah-kinds .dosah-table tbody th{font-weight:600}
 .dosah-kinds .dosah-table :is(td,tbody th){padding:.1rem 0;white-space:normal}
 .dosah-kinds .dosah-table tr{padding:.4rem 0}
}
@media (prefers-color-scheme:dark){
 :is(.dosah-calls,.dosah-fold) a{color:#8fcbe4}
 .dosah-print{border-color:#4a5961}
 /* The darkest class is nearly the ground itself: a light edge holds it. */
 .dosah-missing li{box-shadow:-1px 0 0 #8fa3ad}
}
</style>"""
"""Written once per page; holds no data."""
