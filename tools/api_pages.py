"""
Write the pages of `geodata` from its docstrings, beside what the project says of itself:
what `make docs` runs with mkdocs.

A page that asked another host for anything would not open in a hall without internet: such a page is refused.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "build" / "docs-source"
SITE = ROOT / "build" / "docs"
# Told in the first person of the project; README is the first page.
TOLD = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md",
        "LICENSE": "LICENSE.md", "geodata/data/README.md": "geodata/data/README.md"}  # fmt: skip
# Where an element of a page names what the browser fetches by itself.
# A link that somebody has to click is none.
FETCHED = {"link": ("href",), "script": ("src",), "img": ("src", "srcset"), "iframe": ("src",),
    "source": ("src", "srcset"),
           "audio": ("src",), "video": ("src", "poster"), "object": ("data",), "embed": ("src",)}  # fmt: skip
# <link rel="canonical"> and its like name a page and fetch nothing.
FETCHING_LINKS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "modulepreload", "manifest"}


def modules() -> list[str]:
    """Return the names of the public modules of geodata, in order; folders of data and YAML are none."""
    names = []
    for path in sorted((ROOT / "geodata").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if not any(part.startswith("_") for part in name.split(".")) and path.read_text("utf-8").strip():
            names.append(name)
    return names


def write_source(folder: Path) -> None:
    """Write the Markdown that mkdocs turns into pages: one page a module, and the project's own pages."""
    shutil.rmtree(folder, ignore_errors=True)
    for source, target in TOLD.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, folder / target)
    shutil.copytree(ROOT / "docs", folder / "docs")
    for name in modules():
        page = folder / "api" / f"{name.replace('.', '/')}.md"
        if (ROOT / name.replace(".", "/")).is_dir():
            page = page.with_suffix("") / "index.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"---\ntitle: {name.rpartition('.')[2]}\n---\n\n::: {name}\n", encoding="utf-8")


class Fetched(HTMLParser):
    """What a page makes the browser fetch from another host."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the addresses of other hosts that the element fetches."""
        given = dict(attrs)
        if tag == "link" and not FETCHING_LINKS & set((given.get("rel") or "").split()):
            return
        addresses = (given.get(name) or "" for name in FETCHED.get(tag, ()))
        self.found += [address for address in addresses if is_of_another_host(address)]


def is_of_another_host(address: str) -> bool:
    """Tell whether a browser would ask another host for it; what lies beside the page or within it is not."""
    return "//" in address.split("data:", 1)[0]


def strangers(folder: Path) -> Iterator[tuple[str, str]]:
    """Give every page, style and address of another host that the browser would fetch for it."""
    for page in sorted(folder.rglob("*.html")):
        name = page.relative_to(folder).as_posix()
        yield from ((name, address) for address in Fetched(page.read_text("utf-8")).found)
    for style in sorted(folder.rglob("*.css")):
        parts = style.read_text("utf-8").split("url(")[1:] + style.read_text("utf-8").split("@import")[1:]
        addresses = (part.split(")")[0].split(";")[0].strip(" '\"") for part in parts)
        name = style.relative_to(folder).as_posix()
        yield from ((name, address) for address in addresses if is_of_another_host(address))


def main() -> None:
    """Write the pages to build/docs and refuse them where one would ask another host."""
    write_source(SOURCE)
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--config-file",
        "tools/mkdocs.yml",
    ]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    strange = list(strangers(SITE))
    for page, address in strange:
        print(f"{page} asks another host: {address}")
    if strange:
        raise SystemExit(1)
    print(f"{len(modules())} modules: open {SITE.relative_to(ROOT) / 'index.html'}")


if __name__ == "__main__":
    main()
