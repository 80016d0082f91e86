"""Fetch a list that a server gives out in pages: the whole of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from etl.sources.formats.contract import Download, refuse

MOST_PAGES = 2_000

Fetch = Callable[[Download], Path]
NextPage = Callable[[Path, int], "Download | None"]


def fetch_pages(fetch: Fetch, first: Download, next_page: NextPage) -> list[Path]:
    """
    Fetch the first page and all that follow.

    Parameters
    ----------
    fetch
        Gives the local file of a download.
    next_page
        Asked with the file of a page and its number (from 0); None = it was the last one.

    Raises
    ------
    InputFileError
        If the pages do not end: a page names itself as the next one, or there are more than 2,000.
    """
    files: list[Path] = []
    asked: set[tuple[str, str]] = set()
    download: Download | None = first
    while download is not None:
        key = (download.url, str(download.body))
        if key in asked or len(files) >= MOST_PAGES:
            raise refuse(
                download.file_name, ["the pages of the list do not end"], "Report it: the server has changed."
            )
        asked.add(key)
        files.append(fetch(download))
        download = next_page(files[-1], len(files) - 1)
    return files


def by_offset(next_page: Callable[[Path, int], Download | None], count: Callable[[Path], int]) -> NextPage:
    """
    Turn "the page after the one that begins at `offset`" into "the page after number n".

    Parameters
    ----------
    count
        Records of a page; offsets are their running sum, whatever size of page the server allows.
    """
    begun = 0

    def following(path: Path, _: int) -> Download | None:
        nonlocal begun
        download = next_page(path, begun)
        begun += count(path)
        return download

    return following
