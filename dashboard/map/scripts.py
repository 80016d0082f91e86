"""
What the map is made of in the browser: our own scripts and the libraries they need, in the order they are loaded.

The page serves them, the meeting pack carries them inside; both read this one list. Names are paths below `static`.
"""

from __future__ import annotations

from typing import Final

LEAFLET: Final = "vendor/leaflet/dist/leaflet"
FULL_SCREEN: Final = "vendor/leaflet.fullscreen/Control.FullScreen"
CLUSTERS: Final = "vendor/leaflet.markercluster/dist/leaflet.markercluster.js"
PARTS: Final = (
    "dosah-map-canvas.js",
    "dosah-map-ahead.js",
    "dosah-map-sites.js",
    "dosah-map-points.js",
    "dosah-map-labels.js",
    "dosah-map-base.js",
    "dosah-map-linked.js",
    # Last: it starts the others.
    "dosah-map.js",
)
SCRIPTS: Final = (CLUSTERS, *PARTS)
STYLES: Final = ("dosah-map.css",)
ALL: Final = (
    f"{LEAFLET}.js",
    f"{FULL_SCREEN}.js",
    *SCRIPTS,
    f"{LEAFLET}.css",
    f"{FULL_SCREEN}.css",
    *STYLES,
)
"""Everything a map asks for. The page fetches it while the server still computes: the frame loads one after the other."""
