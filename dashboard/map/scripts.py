"""
What the map is made of in the browser: our own scripts and the libraries they need, in the order they load.

The page serves them, the meeting pack carries them inside; both read this one list. Names are paths below
`static`.
"""

from __future__ import annotations

from typing import Final

from dashboard.map import joined

LEAFLET: Final = "vendor/leaflet/dist/leaflet"
FULL_SCREEN: Final = "vendor/leaflet.fullscreen/Control.FullScreen"
CLUSTERS: Final = "vendor/leaflet.markercluster/dist/leaflet.markercluster.js"
MAP: Final = "dosah-map.js"
"""It imports the other parts of the map: `dosah-map-*.js`."""
SCENARIO: Final = "dosah-scenario.js"
JOINED: Final = (MAP, SCENARIO)
"""Scripts that are served joined (`dashboard.map.joined`), not as the files they are."""
STYLES: Final = ("dosah-map.css",)


def scripts() -> tuple[str, ...]:
    """Return the addresses of what the map needs beside Leaflet and its full screen."""
    return CLUSTERS, joined.address(MAP)


def addresses() -> tuple[str, ...]:
    """
    Return every address that a map asks for.

    The page fetches them while the server still computes: the frame loads one after the other.
    """
    libraries = LEAFLET, FULL_SCREEN
    return (
        *(f"{library}.js" for library in libraries),
        *scripts(),
        *(f"{library}.css" for library in libraries),
        *STYLES,
    )
