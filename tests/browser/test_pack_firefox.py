"""The meeting pack in Firefox, as a speaker opens it: from a stick, without a network, by keyboard."""

import json
import os
import shutil
import socket
import subprocess
import time

import pytest

from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.pack import make
from geodata.stories import story_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AREA = "frydlantsko-beskydy"
NAMES = ("firefox-esr", "firefox")
START_SECONDS = 60
# A proxy where nobody listens: the network is cut. Firefox itself is told to ask nobody.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
}


class Firefox:
    """Speaks Marionette, Firefox's own protocol of remote control: length, colon, JSON."""

    def __init__(self, port):
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
        self.number = 0
        self.receive()
        self.ask("WebDriver:NewSession", {})

    def receive(self):
        length = b""
        while not length.endswith(b":"):
            length += self.socket.recv(1)
        wanted, content = int(length[:-1]), b""
        while len(content) < wanted:
            content += self.socket.recv(wanted - len(content))
        return json.loads(content)

    def ask(self, command, parameters):
        self.number += 1
        content = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(str(len(content)).encode() + b":" + content)
        _kind, _number, error, result = self.receive()
        assert error is None, error
        return result

    def run(self, script):
        # Outside of the page's own world: its policy forbids eval.
        return self.ask("WebDriver:ExecuteScript", {"script": f"return {script}", "args": []})["value"]

    def press(self, key):
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.ask("WebDriver:PerformActions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def until(self, script):
        end = time.monotonic() + 30
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.05)


@pytest.fixture
def firefox(tmp_path):
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if not program:
        pytest.skip("needs Firefox, which make test installs on Debian")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    profile = tmp_path / "profile"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    lines.append(f'user_pref("marionette.port", {port});')
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    process = subprocess.Popen(
        [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "MOZ_HEADLESS_WIDTH": "1920",
            "MOZ_HEADLESS_HEIGHT": "1080",
        },
    )
    try:
        yield Firefox(port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


NEXT, BACK, END, HOME = "\ue00f", "\ue00e", "\ue010", "\ue011"
SHOWN = "document.querySelector('main > section.is-shown').id"
FILLS = (
    "JSON.stringify([...document.querySelectorAll('#pack-map path[role=link]')]"
    ".map(p => [p.dataset.code, p.getAttribute('fill')]))"
)


def test_the_story_is_told_by_keyboard_and_nothing_is_asked_for(firefox, published, tmp_path):
    facts = AreaFacts(published, AREA)
    story = story_for(AREA)
    path = tmp_path / "schůzka.html"
    path.write_text(make.build(facts, story, "cs"), encoding="utf-8")
    firefox.ask("WebDriver:Navigate", {"url": path.as_uri()})
    assert firefox.run(SHOWN) == "slide-1"
    visited = []
    for _ in story.steps:
        firefox.press(NEXT)
        visited.append(firefox.run(SHOWN))
    count = len(story.steps)
    assert visited == [f"slide-{number}" for number in [*range(2, count + 1), count]]
    firefox.press(HOME)
    assert firefox.run(SHOWN) == "slide-1"
    for _ in range(4):
        firefox.press(NEXT)
    firefox.until(f"{FILLS}.length > 100")
    beds = dict(json.loads(firefox.run(FILLS)))
    assert set(beds) == set(facts.members)
    firefox.press(NEXT)
    home = dict(json.loads(firefox.run(FILLS)))
    differs = [
        code
        for code in facts.members
        if facts.gap("residential_seniors", code).gap_class != facts.gap("home_care", code).gap_class
    ]
    assert differs
    assert all(beds[code] != home[code] for code in differs)
    firefox.press("n")
    assert firefox.run("getComputedStyle(document.querySelector('#slide-6 .notes')).display") == "block"
    firefox.press("b")
    assert firefox.run("getComputedStyle(document.querySelector('main')).visibility") == "hidden"
    firefox.press(BACK)
    firefox.press(BACK)
    assert firefox.run(SHOWN) == "slide-5"
    firefox.press(END)
    assert firefox.run(SHOWN) == f"slide-{count}"
    # Nothing but the file itself was loaded, and no slide is wider than the screen.
    assert firefox.run("performance.getEntriesByType('resource').map(one => one.name)") == []
    assert firefox.run("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert firefox.run("document.querySelector('#timer').hidden") is False
