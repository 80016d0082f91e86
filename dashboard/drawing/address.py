"""Pictures as addresses of data."""

from __future__ import annotations

import base64


def data_address(svg: str) -> str:
    """Return a picture as a data address, for pages that show pictures but no SVG of their own."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
