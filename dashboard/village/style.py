"""How a village's page looks on the screen; its sheet of paper is in `dashboard.village.paper`."""

from __future__ import annotations

from typing import Final

from dashboard.markup import style

STYLE: Final = style("village/templates/screen.css")
"""Written once per page; holds no data."""
