"""The pages of the engine: every module has one, and no page may ask another host for anything."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def api_pages():
    spec = importlib.util.spec_from_file_location("dosah_tools_api_pages", ROOT / "tools" / "api_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("page", "fetched"),
    [
        ('<link rel="stylesheet" href="https://fonts.example/a.css">', ["https://fonts.example/a.css"]),
        ('<link rel="preconnect" href="//fonts.example">', ["//fonts.example"]),
        ('<script src="http://cdn.example/a.js"></script>', ["http://cdn.example/a.js"]),
        ('<img src="a.png" srcset="https://cdn.example/b.png 2x">', ["https://cdn.example/b.png 2x"]),
        ('<link rel="canonical" href="https://dosah.example/"><a href="https://example.org">seen</a>', []),
        (
            '<script src="../js/a.js"></script><img src="data:image/svg+xml,%3Csvg xmlns=http://www.w3.org">',
            [],
        ),
    ],
)
def test_what_a_page_fetches_from_another_host_is_found(api_pages, tmp_path, page, fetched):
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert list(api_pages.strangers(tmp_path)) == [("a.html", address) for address in fetched]


@pytest.mark.parametrize(
    "style", ['@import "https://fonts.example/a";', "a { src: url('//fonts.example/a') }"]
)
def test_a_style_fetches_no_font_of_another_host(api_pages, tmp_path, style):
    (tmp_path / "a.css").write_text(f"b {{ background: url(img/b.png) }} {style}", encoding="utf-8")
    assert [name for name, _ in api_pages.strangers(tmp_path)] == ["a.css"]


def test_every_public_module_of_the_engine_has_a_page(api_pages, tmp_path):
    api_pages.write_source(tmp_path / "source")
    pages = list((tmp_path / "source" / "api").rglob("*.md"))
    named = {page.read_text("utf-8").split("::: ")[1].strip() for page in pages}
    assert len(pages) == len(named)
    assert {"geodata.method.analysis", "geodata.figures", "geodata.hsds.write", "geodata.stories"} <= named
    assert not [name for name in named if importlib.util.find_spec(name) is None]
    assert "# Dosah" in (tmp_path / "source" / "index.md").read_text("utf-8")
