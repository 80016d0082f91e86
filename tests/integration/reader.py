"""What a reader has of a page that a test opened: its words, its HTML, its address, its buttons."""

import re

TEXTS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success")
NAMED = ("button", "text_input", "selectbox", "multiselect", "number_input", "checkbox", "expander")


def bodies(app):
    """Return the HTML of each part of the page, in order."""
    return [element.proto.body for element in app.get("html")]


def html_of(app):
    return "\n".join(bodies(app))


def told_in_html(app):
    """Return what the page's HTML tells, without tags and styles; white space of any kind is one space."""
    shown = re.sub(r"<style>.*?</style>|<[^>]+>", " ", html_of(app), flags=re.DOTALL)
    return " ".join(shown.split())


def words_of(app):
    """
    Return everything a reader sees, without tags: one space stands for any white space,
    a line for each text and label.
    """
    shown = [told_in_html(app)]
    shown += [element.value for kind in TEXTS for element in app.get(kind)]
    shown += [element.label for kind in NAMED for element in app.get(kind)]
    return "\n".join(" ".join(part.split()) for part in shown)


def asked(app):
    """
    Return the parameters of the address but the language; AppTest keeps lists where the page wrote nothing.
    """
    return {
        name: value if isinstance(value, str) else value[0]
        for name, value in dict(app.query_params).items()
        if name != "lang"
    }


def clean(app):
    return not app.exception and not app.error


def button(app, label):
    return next(each for each in app.button if each.label == label)


def control(app, name):
    """Return a control of the map's row of questions: area, service, norm, limit …"""
    return next(box for box in app.selectbox if str(box.key).startswith(f"dosah-control-{name}-"))
