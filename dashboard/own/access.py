"""
Who may look into and publish tables of their own: whoever sits at this machine,
or is logged in and on the list.

A request is local only where everything says so: the connection comes from this machine, it holds nothing but
what a browser sends itself, and the page that opened it is this program's own page on this machine. As soon
as a login is set up, or the program listens on another address than this machine's own, only the login
counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, Literal

import streamlit as st

from geodata.errors import DosahError

MODE_VARIABLE: Final = "DOSAH_OWN_TABLES"
"""local: at this machine or logged in; login: logged in only; off: nobody. Default: `default_mode`."""
EMAILS_VARIABLE: Final = "DOSAH_OWN_TABLES_EMAILS"
SECRETS_SECTION: Final = "own_tables"
SECRETS_EMAILS: Final = "allowed_emails"
# What a browser sends itself when it opens a web socket. Proxies have hundreds of headers of their own, and
# new ones every year: whatever is not here says that somebody stands between browser and program.
BROWSERS: Final = frozenset(
    [
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "connection",
        "cookie",
        "dnt",
        "host",
        "origin",
        "pragma",
        "priority",
        "te",
        "upgrade",
        "upgrade-insecure-requests",
        "user-agent",
    ]
)
# A browser lets no script write these names, and no proxy is known to.
BROWSERS_OWN: Final = "sec-"
LOCAL: Final = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")
LOOPBACK_NAMES: Final = ("localhost",)

Reason = Literal["local", "login", "not_local", "not_logged_in", "no_login", "not_on_list", "off"]


class NotAllowedError(DosahError):
    """Somebody who may not do it asked for it; nothing was done."""


@dataclass(frozen=True)
class Request:
    """
    What is known of a browser's connection.

    `peer` is the other end of the connection (None = unknown); `headers` as sent, names in lower case.
    """

    peer: str | None
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Login:
    """
    State of Streamlit's own login.

    `email` only where somebody is logged in and the address is confirmed.
    """

    is_set_up: bool
    is_logged_in: bool = False
    email: str | None = None


@dataclass(frozen=True)
class Access:
    """Whether somebody may, and why or why not."""

    is_allowed: bool
    reason: Reason


def decide(request: Request, login: Login, allowed_emails: Collection[str], mode: str) -> Access:
    """
    Tell whether the one who asks may check, preview and publish tables.

    Parameters
    ----------
    allowed_emails
        Who may when logged in; nobody where it is empty.
    mode
        Value of DOSAH_OWN_TABLES; one that is not known means "off".
    """
    if mode not in ("local", "login"):
        return Access(is_allowed=False, reason="off")
    if login.is_set_up or mode == "login":
        if not login.is_set_up:
            return Access(is_allowed=False, reason="no_login")
        if not login.is_logged_in:
            return Access(is_allowed=False, reason="not_logged_in")
        known = {email.strip().casefold() for email in allowed_emails if email.strip()}
        is_listed = login.email is not None and login.email.strip().casefold() in known
        return Access(is_listed, "login" if is_listed else "not_on_list")
    is_here = is_local(request)
    return Access(is_here, "local" if is_here else "not_local")


def is_local(request: Request) -> bool:
    """
    Tell whether the browser runs on this machine, talks to the program directly,
    and shows a page of this program.
    """
    if request.peer is None or not all(is_of_a_browser(name) for name in request.headers):
        return False
    if not is_loopback(request.peer.split("%")[0]):
        return False
    host = request.headers.get("host", "")
    # Another program's page on this machine has another port in its Origin;
    # one whose name was bent to this machine another name in Host.
    return bool(LOCAL.fullmatch(host)) and request.headers.get("origin") in (
        f"http://{host}",
        f"https://{host}",
    )


def is_of_a_browser(header: str) -> bool:
    """Tell whether a browser sends a header (in lower case) itself."""
    return header in BROWSERS or header.startswith(BROWSERS_OWN)


def is_loopback(address: str) -> bool:
    """Tell whether an address or name means this very machine; what is neither does not."""
    try:
        found = ip_address(address.strip("[]"))
        # Where a server listens for both, an IPv4 address comes as ::ffff:127.0.0.1;
        # older Pythons do not look into it.
        return (getattr(found, "ipv4_mapped", None) or found).is_loopback
    except ValueError:
        return address.lower() in LOOPBACK_NAMES


def default_mode(address: str | None) -> str:
    """
    Return the mode where the administrator states none: login as soon as other machines may come in.

    Parameters
    ----------
    address
        What the server listens on; None = every address of the machine.
    """
    return "local" if address is not None and is_loopback(address) else "login"


# -- of this session -----------------------------------------------------------------------------------------


def current() -> Access:
    """Return what the one whose session is running may do."""
    login = current_login()
    mode = os.environ.get(MODE_VARIABLE) or default_mode(st.get_option("server.address"))
    return decide(current_request(), login, allowed_emails(), mode)


def require() -> None:
    """
    Let only those through who may: called before anything is run, whatever the page shows.

    Raises
    ------
    NotAllowedError
        If they may not.
    """
    if not current().is_allowed:
        raise NotAllowedError("Only at this machine, or logged in.")


def current_request() -> Request:
    """Return the connection of the running session; one of which nothing is known where there is none."""
    from streamlit.runtime import exists, get_instance
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not exists():
        return Request(None, {})
    client = get_instance().get_client(context.session_id)
    if client is None or client.client_context is None:
        return Request(None, {})
    headers: dict[str, str] = {}
    for name, value in client.client_context.headers:
        # Of a header that is sent twice both values count: they must agree to be believed.
        before = headers.get(name.lower())
        headers[name.lower()] = value if before is None or before == value else f"{before},{value}"
    return Request(client.client_context.remote_ip, headers)


def current_login() -> Login:
    """Return the state of the login; where it is not set up nobody is logged in."""
    if not _secrets().get("auth"):
        return Login(is_set_up=False)
    user: Mapping[str, Any] = st.user.to_dict()
    if not user.get("is_logged_in"):
        return Login(is_set_up=True)
    email = user.get("email")
    # Some providers say that an address was never confirmed; then it proves nothing.
    is_confirmed = user.get("email_verified", True) in (True, "true")
    return Login(
        is_set_up=True, is_logged_in=True, email=email if isinstance(email, str) and is_confirmed else None
    )


def allowed_emails() -> list[str]:
    """
    Return the addresses of those who may, from the secrets and the environment.

    They are never shown or written anywhere.
    """
    listed = os.environ.get(EMAILS_VARIABLE, "").split(",")
    section = _secrets().get(SECRETS_SECTION, {})
    stated = section.get(SECRETS_EMAILS, []) if isinstance(section, Mapping) else []
    return [*listed, *map(str, stated if isinstance(stated, list | tuple) else [])]


def _secrets() -> Mapping[str, Any]:
    """
    Return Streamlit's secrets.

    There are none where there is no such file: asking for one would show an error on the page.
    """
    from streamlit.runtime.secrets import secrets_singleton

    return secrets_singleton.to_dict() if secrets_singleton.load_if_toml_exists() else {}
