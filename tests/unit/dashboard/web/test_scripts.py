import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.requests import Request

from dashboard.map import joined
from dashboard.map import scripts as map_scripts
from dashboard.web import routes


def asked(address, headers=()):
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/app/static/{path}",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "server": ("dosah.example", 80),
        "scheme": "http",
    }
    # In a thread of its own: browser tests of the same worker leave a loop running in the main one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, routes._joined_script(Request(scope))).result()


@pytest.mark.parametrize("name", map_scripts.JOINED)
def test_a_script_is_kept_for_good_under_the_address_of_its_content(name):
    answer = asked(joined.address(name))
    assert answer.body.decode() == joined.script(name)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("address", ["dosah-map.js", "dosah-map.js?v=0123456789abcdef"])
def test_a_page_of_another_version_gets_what_there_is_and_asks_again(address):
    answer = asked(address)
    assert answer.body.decode() == joined.script("dosah-map.js")
    assert answer.headers["cache-control"] == "no-cache"
    again = asked(address, [("if-none-match", answer.headers["etag"])])
    assert (again.status_code, again.body) == (304, b"")


def test_the_scripts_that_are_joined_stand_before_the_static_files():
    served = {route.path for route in routes.routes()}
    assert {f"/app/static/{name}" for name in map_scripts.JOINED} <= served
