"""
Markup from templates, and styles from CSS files: both lie in a folder `templates` beside their room.

Whatever is put into a template is escaped, unless its type says that it is markup already
(`markupsafe.Markup`). Of one tag `Markup("<p>{}</p>").format(words)` is enough. Markup is never put together
with `+` or an f-string: the first escapes text that stands beside it, the second forgets that it is markup.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE: Final = "dashboard"


def read(path: str) -> str:
    """
    Return a text that is delivered with the dashboard.

    Parameters
    ----------
    path
        Below the folder of the dashboard, divided by "/": "village/templates/first_screen.html.j2".

    Raises
    ------
    FileNotFoundError
        If nothing of this name was delivered.
    """
    return resources.files(PACKAGE).joinpath(*path.split("/")).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """
    Return the one environment of all templates; it keeps what it has compiled.

    Jinja2 is loaded here and not above: it takes longer than all that a page imports of its own,
    and what needs no template need not wait for it (docs/decisions/0006-late-imports.md).
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates do not change while the server runs, and there are few: none is looked at twice.
        auto_reload=False,
        cache_size=-1,
    )


def render(template: str, /, **values: object) -> Markup:
    """
    Return what a template makes of values.

    Parameters
    ----------
    template
        Its path as `read` takes it.
    values
        All that the template names: a name without a value is an error, not an empty place.

    Raises
    ------
    jinja2.UndefinedError
        If the template names what was not given.
    """
    return Markup(environment().get_template(template).render(values))  # noqa: S704  # escaped by the template


@cache
def style(path: str) -> str:
    """
    Return a CSS file as an element of a page, read once.

    `path` as `read` takes it. Styles hold no data.
    """
    return f"<style>\n{read(path)}</style>"
