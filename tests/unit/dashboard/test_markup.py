import ast
from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

import dashboard
from dashboard import markup

HOUSE = Path(dashboard.__file__).parent
TEMPLATES = sorted(str(path.relative_to(HOUSE)) for path in HOUSE.rglob("templates/*.j2"))


def made(source: str, **values: object) -> str:
    return markup.environment().from_string(source).render(values)


def test_what_is_put_into_a_template_is_escaped_and_markup_is_not() -> None:
    words = '<script>&"'
    assert made("<p>{{ words }}</p>", words=words) == "<p>&lt;script&gt;&amp;&#34;</p>"
    assert made("<p>{{ part }}</p>", part=Markup("<b>{}</b>").format(words)) == (
        "<p><b>&lt;script&gt;&amp;&#34;</b></p>"
    )


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        made("<p>{{ forgotten }}</p>")


def test_lines_of_a_template_that_only_steer_leave_nothing_behind() -> None:
    assert made("{% if yes %}\n  <p></p>\n  {% endif %}\n", yes=True) == "  <p></p>\n"


@pytest.mark.parametrize("path", TEMPLATES)
def test_every_template_can_be_read(path: str) -> None:
    markup.environment().get_template(path)


def test_every_template_and_style_is_asked_for_by_its_path() -> None:
    asked = {
        node.value
        for path in HOUSE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "templates/" in node.value
    }
    included = {
        path for template in TEMPLATES for path in TEMPLATES if path in (HOUSE / template).read_text("utf-8")
    }
    styles = {
        str(path.relative_to(HOUSE))
        for path in HOUSE.rglob("templates/*.css")
        if path.parent != HOUSE / "documents/templates"
    }
    assert {*TEMPLATES, *styles} <= asked | included
