"""Who may publish: at this machine, or logged in and on the list; every doubt means no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.own import access, worker
from dashboard.own.access import Access, Login, NotAllowedError, Request, decide, default_mode, is_local

HERE = {"host": "localhost:8501", "origin": "http://localhost:8501"}
NO_LOGIN = Login(is_set_up=False)
# What Chromium, Firefox and Safari send when they open a web socket; the Sec- headers by their kind.
CHROMIUM = {
    **HERE,
    "connection": "Upgrade",
    "pragma": "no-cache",
    "cache-control": "no-cache",
    "user-agent": "Mozilla/5.0",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "accept-encoding": "gzip, deflate, br, zstd",
    "accept-language": "cs-CZ,cs;q=0.9",
    "cookie": "_streamlit_xsrf=2|x",
    "sec-websocket-key": "x",
    "sec-websocket-extensions": "permessage-deflate",
    "sec-websocket-protocol": "streamlit, x, y",
}
FIREFOX = CHROMIUM | {
    "accept": "*/*",
    "sec-fetch-dest": "websocket",
    "sec-fetch-mode": "websocket",
    "sec-fetch-site": "same-origin",
    "sec-gpc": "1",
    "dnt": "1",
    "priority": "u=4",
}
# Written down from the documents of proxies, clouds and tunnels; no list of ours knows them.
FORWARDING = (
    "Forwarded",
    "Via",
    "X-Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-By",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "X-Forwarded-Prefix",
    "X-Forwarded-User",
    "Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "X-Original-Host",
    "X-Original-URL",
    "X-Original-Forwarded-For",
    "X-Envoy-External-Address",
    "X-Envoy-Attempt-Count",
    "X-Amzn-Trace-Id",
    "X-ARR-LOG-ID",
    "X-ARR-SSL",
    "X-Request-ID",
    "X-Request-Start",
    "X-Azure-ClientIP",
    "X-Azure-FDID",
    "X-Appengine-User-IP",
    "X-Cloud-Trace-Context",
    "Fly-Client-IP",
    "Fly-Region",
    "Tailscale-User-Login",
    "Cf-Ray",
    "CF-Connecting-IP",
    "Cdn-Loop",
    "Ngrok-Trace",
    "Ngrok-Auto-User-Email",
    "True-Client-IP",
    "Fastly-Client-IP",
    "X-Varnish",
    "X-Scheme",
    "X-ProxyUser-IP",
    "Proxy-Connection",
    "Traceparent",
    "Remote-User",
    "X-Remote-User",
    "Front-End-Https",
    "Wl-Proxy-Client-Ip",
    "Client-Ip",
    "X-Nginx",
)


def test_a_browser_at_this_machine_is_local():
    for peer in ("127.0.0.1", "::1", "127.0.0.53", "::ffff:127.0.0.1"):
        for name in ("localhost:8501", "127.0.0.1:8501", "[::1]:8501"):
            headers = {"host": name, "origin": f"http://{name}"}
            assert is_local(Request(peer, headers)), (peer, name)
    assert decide(Request("127.0.0.1", HERE), NO_LOGIN, [], "local") == Access(True, "local")


@pytest.mark.parametrize(
    "peer",
    [
        None,
        "",
        "10.0.0.5",
        "192.168.1.7",
        "172.17.0.1",
        "2001:db8::1",
        "::ffff:10.0.0.5",
        "no address",
        "127.0.0.1.evil.example",
    ],
)
def test_another_machine_is_not(peer):
    assert not is_local(Request(peer, HERE))


def test_what_browsers_send_is_no_sign_of_a_proxy():
    for headers in (CHROMIUM, FIREFOX):
        assert is_local(Request("127.0.0.1", headers))


@pytest.mark.parametrize("header", FORWARDING)
def test_a_proxy_that_says_so_is_not_local_whatever_it_says(header):
    for value in ("127.0.0.1", "", "for=127.0.0.1"):
        for headers in (HERE, CHROMIUM, FIREFOX):
            assert not is_local(Request("127.0.0.1", {**headers, header.lower(): value}))


@given(st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True), st.text(max_size=20))
def test_a_header_that_no_browser_sends_is_a_proxy(name, value):
    if name not in CHROMIUM | FIREFOX and not name.startswith("sec-"):
        known = name in access.BROWSERS
        assert is_local(Request("127.0.0.1", {**HERE, name: value})) is known


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("127.0.0.1", "local"),
        ("localhost", "local"),
        ("::1", "local"),
        ("[::1]", "local"),
        ("127.0.0.53", "local"),
        (None, "login"),
        ("", "login"),
        ("::", "login"),
        ("10.0.0.5", "login"),
        ("dosah.example.cz", "login"),
        ("0.0.0.0", "login"),  # noqa: S104  # only looked at
        ("localhost.example.cz", "login"),
        ("unix:///run/dosah.sock", "login"),
    ],
)
def test_where_other_machines_come_in_a_login_is_asked_for(monkeypatch, address, mode):
    assert default_mode(address) == mode
    monkeypatch.setattr(access.st, "get_option", {"server.address": address}.get)
    monkeypatch.setattr(access, "current_request", lambda: Request("127.0.0.1", CHROMIUM))
    monkeypatch.setattr(access, "_secrets", dict)
    monkeypatch.delenv(access.MODE_VARIABLE, raising=False)
    assert access.current() == (Access(True, "local") if mode == "local" else Access(False, "no_login"))
    # What the administrator says holds, wherever the program listens.
    monkeypatch.setenv(access.MODE_VARIABLE, "local")
    assert access.current() == Access(True, "local")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost:8501"},  # no browser leaves Origin out of a WebSocket
        {"origin": "http://localhost:8501"},
        {"host": "dosah.example.cz", "origin": "https://dosah.example.cz"},  # a proxy that keeps the name
        {"host": "127.0.0.1:8501", "origin": "https://dosah.example.cz"},  # one that rewrites Host only
        {"host": "dosah.example.cz", "origin": "http://localhost:8501"},
        {"host": "localhost.evil.example", "origin": "http://localhost.evil.example"},
        {"host": "localhost:8501", "origin": "null"},
        {"host": "localhost:8501", "origin": "http://localhost:8501,http://evil.example"},
        {"host": "localhost@evil.example", "origin": "http://localhost@evil.example"},
        {"host": "[", "origin": "http://["},
        # Another program's page on this machine, another name of this machine, another way to write the same.
        {"host": "localhost:8501", "origin": "http://localhost:3000"},
        {"host": "localhost:8501", "origin": "http://localhost"},
        {"host": "localhost:8501", "origin": "http://127.0.0.1:8501"},
        {"host": "localhost:8501", "origin": "http://localhost:8501/"},
        {"host": "localhost:8501", "origin": "localhost:8501"},
        {"host": "localhost:8501", "origin": "ftp://localhost:8501"},
        {"host": "127.0.0.1.nip.io:8501", "origin": "http://127.0.0.1.nip.io:8501"},
    ],
)
def test_a_browser_that_was_pointed_elsewhere_is_not(headers):
    assert not is_local(Request("127.0.0.1", headers))


@given(
    st.sampled_from([None, "127.0.0.1", "10.1.1.1"]),
    st.dictionaries(st.sampled_from(["host", "origin", *map(str.lower, FORWARDING)]), st.text(max_size=20)),
)
def test_nothing_that_is_sent_raises(peer, headers):
    assert is_local(Request(peer, headers)) in (True, False)


LISTED = ["Jana@Obec.cz ", "", "  "]


@pytest.mark.parametrize(
    ("login", "mode", "expected"),
    [
        (Login(True), "local", "not_logged_in"),  # a login that is set up is the only way in
        (Login(True, True, "jana@obec.cz"), "local", "login"),
        (Login(True, True, "jana@obec.cz"), "login", "login"),
        (Login(True, True, "petr@obec.cz"), "local", "not_on_list"),
        (Login(True, True, None), "local", "not_on_list"),  # an address that was never confirmed
        (Login(True, True, ""), "local", "not_on_list"),
        (NO_LOGIN, "login", "no_login"),
        (Login(True, True, "jana@obec.cz"), "off", "off"),
        (NO_LOGIN, "Local", "off"),  # a slip in the setting opens nothing
    ],
)
def test_the_login_decides_where_there_is_one(login, mode, expected):
    found = decide(Request("127.0.0.1", HERE), login, LISTED, mode)
    assert (found.reason, found.is_allowed) == (expected, expected == "login")


def test_an_empty_list_lets_nobody_in():
    assert not decide(Request(None, {}), Login(True, True, ""), [], "login").is_allowed


def test_outside_of_a_session_nobody_may(monkeypatch):
    monkeypatch.setenv(access.MODE_VARIABLE, "local")
    assert access.current() == Access(False, "not_local")
    with pytest.raises(NotAllowedError):
        access.require()


@pytest.mark.parametrize(
    "work",
    [
        lambda: worker.check(b"x", "cs"),
        lambda: worker.preview("cs", raw=b"x"),
        lambda: worker.preview("cs", withdraw="own-needs-1.csv"),
        lambda: worker.publish(b"x", "cs", replaces=None, seen="0"),
        lambda: worker.withdraw("own-needs-1.csv", "cs", seen="0", accept_change=True),
        worker.listed,
    ],
)
def test_who_may_not_cannot_start_a_command_by_any_way(monkeypatch, work):
    monkeypatch.setattr(worker.child, "run", lambda *_a, **_k: pytest.fail("a command was started"))
    with pytest.raises(NotAllowedError):
        work()


def test_emails_come_from_the_environment_and_the_secrets(monkeypatch):
    monkeypatch.setenv(access.EMAILS_VARIABLE, "a@x.cz, b@x.cz")
    secrets = {"auth": {}, "own_tables": {"allowed_emails": ["c@x.cz"]}}
    monkeypatch.setattr(access, "_secrets", lambda: secrets)
    assert [email.strip() for email in access.allowed_emails()] == ["a@x.cz", "b@x.cz", "c@x.cz"]
    for broken in ({"own_tables": "x"}, {"own_tables": {"allowed_emails": "c@x.cz"}}):
        monkeypatch.setattr(access, "_secrets", lambda broken=broken: broken)
        assert "c@x.cz" not in access.allowed_emails()


class User:
    def __init__(self, **facts):
        self.facts = facts

    def to_dict(self):
        return self.facts


@pytest.mark.parametrize(
    ("facts", "email"),
    [
        ({"is_logged_in": True, "email": "a@x.cz"}, "a@x.cz"),
        ({"is_logged_in": True, "email": "a@x.cz", "email_verified": True}, "a@x.cz"),
        ({"is_logged_in": True, "email": "a@x.cz", "email_verified": False}, None),
        ({"is_logged_in": True}, None),
        ({"is_logged_in": True, "email": 7}, None),
        ({"email": "a@x.cz"}, None),
        ({}, None),
    ],
)
def test_an_email_counts_only_when_logged_in_and_not_refused(monkeypatch, facts, email):
    monkeypatch.setattr(access, "_secrets", lambda: {"auth": {"client_id": "x"}})
    monkeypatch.setattr(access.st, "user", User(**facts))
    found = access.current_login()
    assert found.is_set_up
    assert found.email == email
    monkeypatch.setattr(access, "_secrets", dict)
    assert access.current_login() == NO_LOGIN
