"""What answers tell the browser, and which doors are shut."""

import re

import pytest

from dashboard.map import inlined
from dashboard.web import routes
from dashboard.web.headers import guarded, origins_of, policy


def rules(path="/", host="dosah.example.cz", tiles=(), hashes=("'sha256-x'",)):
    return dict(part.split(" ", 1) for part in policy(path, host, tiles, hashes).split("; "))


def test_a_page_runs_only_our_scripts_and_stands_in_no_other_frame():
    found = rules()
    assert found["frame-ancestors"] == "'self'"
    assert found["script-src"] == "'self' blob: 'sha256-x'"
    assert found["object-src"] == "'none'"
    assert found["connect-src"] == "'self' ws://dosah.example.cz wss://dosah.example.cz"


def test_only_the_frame_of_the_map_evaluates():
    unsafe = "'unsafe-eval'"
    assert unsafe in rules("/component/streamlit_folium.st_folium/index.html")["script-src"]
    assert rules("/component/x")["frame-ancestors"] == "'self'"
    for path in ("/", "/componentx", "/app/static/component/x", "/_stcore/health"):
        assert unsafe not in rules(path)["script-src"]
        assert "'unsafe-inline'" not in rules(path)["script-src"]


@pytest.mark.parametrize(
    "host", ["", "x; script-src *", "a b", "a,b", "http://x", "x:999999", "x\r\ny: z", "*"]
)
def test_a_host_that_is_none_gets_into_no_rule(host):
    assert rules(host=host)["connect-src"] == "'self'"
    assert len(policy("/", host, (), ()).split("; ")) == len(policy("/", "x", (), ()).split("; "))


def test_tiles_of_base_maps_may_be_shown_and_nothing_else():
    tiles = origins_of(
        ["https://tile.example.org/{z}/{x}/{y}.png", "http://{s}.t.cz:81/a", "data:x", "https://x y/"]
    )
    assert tiles == ["https://tile.example.org", "http://*.t.cz:81"]
    assert rules(tiles=tiles)["img-src"] == "'self' data: blob: http://*.t.cz:81 https://tile.example.org"


def test_ours_replace_what_was_said_and_no_other_site_may_read():
    given = [
        (b"Content-Type", b"text/html"),
        (b"Access-Control-Allow-Origin", b"*"),
        (b"X-Frame-Options", b"ALLOWALL"),
    ]
    found = guarded(given, "default-src 'self'")
    names = [name.lower() for name, _ in found]
    assert len(set(names)) == len(names)
    assert b"access-control-allow-origin" not in names
    assert dict(found)[b"x-frame-options"] == b"SAMEORIGIN"
    assert dict(found)[b"x-content-type-options"] == b"nosniff"
    assert b"referrer-policy" in names
    # What an administrator allowed by name (server.corsAllowedOrigins) stays.
    named = (b"access-control-allow-origin", b"https://obec.cz")
    assert named in guarded([named], "x")


@pytest.mark.parametrize(
    ("path", "is_shut"),
    [
        ("/_stcore/metrics", True), ("/_stcore/metrics/", True), ("/_stcore/agent/mcp", True),
        ("/_stcore/script-health-check", True),
        ("/_stcore/health", False), ("/_stcore/stream", False), ("/", False), ("/metrics", False),
        ("/_stcore/metricsx", False),
    ],
)  # fmt: skip
def test_doors_that_no_page_needs_are_shut(path, is_shut):
    assert routes.is_shut(path, {}) is is_shut
    assert routes.is_shut(path, {routes.METRICS_VARIABLE: "open"}) is (is_shut and path != "/_stcore/metrics")


@pytest.mark.slow
def test_every_script_inside_a_page_of_ours_is_known_by_its_hash(published):
    from dashboard.documents.facts.area import AreaFacts
    from dashboard.documents.pack import make
    from geodata.stories import story_for

    area = published["area"]["area_id"].iloc[0]
    page = make.build(AreaFacts(published, area), story_for(area), "cs")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    # Leaflet, the clusters, our map and the pack's own.
    assert len(scripts) == 4
    assert {inlined._hash_of(script) for script in scripts} <= set(inlined.allowed_hashes())
    # Everything else that runs by itself would be refused.
    others = re.findall(r"<script(?! type=\"application/json\")[^>]+>", page)
    assert others == []
    assert not re.search(r"\son[a-z]+=\"", page)


def test_the_end_of_a_line_is_read_as_a_browser_reads_it():
    assert inlined._hash_of("a\r\nb\rc") == inlined._hash_of("a\nb\nc")
