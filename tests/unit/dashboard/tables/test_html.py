"""Links that are safe and HTML in which data stay data."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import text
from dashboard.tables import html

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</table><style>*{display:none}</style>",
    "&lt;b&gt; & <b>",
    "\u2028\x00\ufeff<svg/onload=1>",
]


class Reader(HTMLParser):
    """What a browser would see: tags, attributes, and text."""

    def __init__(self, code):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words = [], [], []
        self.feed(code)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(autouse=True)
def czech():
    text.use("cs")


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("www.sssfno.cz", "https://www.sssfno.cz"),
        ("http://a.cz/b?c=1&d=2", "http://a.cz/b?c=1&d=2"),
        ("HTTPS://a.cz", "HTTPS://a.cz"),
        ("//a.cz/x", "https://a.cz/x"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)//a.cz", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x.y", None),
        ("ftp://a.cz", None),
        ("http://user@a.cz", None),
        ("https://a.cz:port", None),
        ("http://[::1", None),
        ("a b.cz", None),
        ('https://a.cz/"onclick=1', None),
        ("localhost", None),
        ("", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_web_addresses(raw, address):
    assert html.web_address(raw) == address


@given(st.text(max_size=30))
def test_no_other_scheme_ever_becomes_a_link(raw):
    for start in ("", "javascript:", " data:", "\tvbscript:"):
        address = html.web_address(start + raw)
        assert address is None or address.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("raw", "country", "address"),
    [
        ("558 441 611", "CZ", "tel:+420558441611"),
        ("+420 558 441 611", "CZ", "tel:+420558441611"),
        ("00420558441611", "PL", "tel:+420558441611"),
        ("32 238 60 21", "PL", "tel:+48322386021"),
        ("318 679 408, 602 111 222", "CZ", "tel:+420318679408"),
        ("neuvedeno", "CZ", None),
        ("112", "CZ", None),
        (None, "CZ", None),
    ],
)
def test_phones(raw, country, address):
    assert html.phone_address(raw, country) == address


def test_mail_addresses():
    assert html.mail_address("info@obec.cz") == "mailto:info@obec.cz"
    for raw in ("info@obec", "a@b.cz?bcc=c@d.cz", "a@b.cz,c@d.cz", "x", None):
        assert html.mail_address(raw) is None


def test_several_sources_of_one_row():
    assert html.source_addresses("https://a.cz/x javascript:1 http://b.cz") == [
        "https://a.cz/x",
        "http://b.cz",
    ]
    assert html.source_addresses(None) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_data_never_become_tags_or_attributes(hostile):
    code = html.html_table(
        [html.Column(hostile), html.Column("Číslo", is_number=True)],
        [
            [hostile, html.link(hostile, "https://a.cz")],
            [html.chip(hostile, hostile), html.lines([hostile, html.badge(hostile), None])],
        ],
        hostile,
    ) + html.html_facts([(hostile, hostile), ("x", None)])
    code += html.bullets([hostile, html.toggle_link(hostile, hostile, f"?{hostile}", hostile)])
    read = Reader(code)
    assert set(read.tags) <= {
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "span",
        "dl",
        "dt",
        "dd",
        "br",
        "ul",
        "li",
    }
    assert {name for name, _value in read.attributes} <= {
        "class", "scope", "data-label", "href", "target", "rel", "style", "aria-hidden", "aria-label",
        "data-dosah-focus",
    }  # fmt: skip
    assert hostile not in [value for name, value in read.attributes if name == "style"]
    assert (
        "".join(read.words).count(hostile.replace("\x00", "\ufffd")) + "".join(read.words).count(hostile) >= 8
    )


def test_a_table_names_its_rows_and_columns():
    code = html.html_table(
        [html.Column("Obec"), html.Column("Míst", is_number=True)], [["Ostravice", "5"]], "Chybí"
    )
    read = Reader(code)
    assert ("scope", "col") in read.attributes
    assert ("scope", "row") in read.attributes
    assert read.tags.count("th") == 3
    assert ("data-label", "Míst") in read.attributes
    assert "".join(read.words) == "ChybíObecMístOstravice5"


def test_a_row_that_does_not_fit_the_headings_is_refused():
    with pytest.raises(ValueError, match="zip"):
        html.html_table([html.Column("a")], [["1", "2"]], "x")


def test_a_chip_says_its_class_in_words_and_unknown_is_hatched():
    assert "#0072b2" in html.chip("pod normou", "#0072b2")
    assert "repeating-linear-gradient" in html.chip("neznámo", None)
    assert "".join(Reader(html.chip("neznámo", None)).words) == "neznámo"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " https://a.cz", "data:text/html,x", "//a.cz", "vbscript:x", None]
)
def test_a_link_to_anything_else_is_bare_words(address):
    assert html.link("x", address) == "x"


def test_pages_of_this_program_open_in_place_and_others_in_a_tab():
    assert "target" not in html.link("x", "catalogue?card=1")
    assert "target" not in html.link("x", "tel:+420558441611")
    assert 'target="_blank" rel="noopener noreferrer"' in html.link("x", "https://a.cz")
