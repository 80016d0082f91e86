"""Look through an XLS (BIFF) for what its reader does not tell."""

from __future__ import annotations

from geodata.guarded.sheet_scan import BookFacts, ScanLimits


def scan_old(content: bytes, limits: ScanLimits) -> BookFacts:  # noqa: ARG001
    """Return what is known of an old workbook."""
    return BookFacts()
