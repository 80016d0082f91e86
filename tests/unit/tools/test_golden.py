"""The recorder takes markup that reads alike for the same; not a word, a figure, a class."""

import pytest

from tools import golden

PAGE = '<p class="dosah-x">Bílá: 5 &lt; 7 &quot;x&quot;</p>\ndeferred_file_id: "ab12"'


@pytest.mark.parametrize(
    "other",
    [
        PAGE.replace("&quot;", "&#34;"),
        PAGE.replace("<p", "<style>p { margin: 0 }</style>  <p"),
        PAGE.replace("</p>", "\\n</p>"),
        PAGE.replace("ab12", "cd34"),
        PAGE + '<script type="module" src="dosah-page.js"></script>',
    ],
)
def test_a_page_that_reads_alike_is_the_same(other):
    assert golden.as_read(other).strip() == golden.as_read(PAGE).strip()


@pytest.mark.parametrize(
    ("old", "new"), [("5", "6"), ("Bílá", "Bila"), ("dosah-x", "dosah-y"), ("&lt;", "&gt;")]
)
def test_a_page_that_reads_otherwise_is_not(old, new):
    assert golden.as_read(PAGE.replace(old, new)) != golden.as_read(PAGE)


def test_of_documents_every_byte_counts(tmp_path):
    path = tmp_path / "said" / "documents" / "x.txt"
    path.parent.mkdir(parents=True)
    path.write_text("a  b", encoding="utf-8")
    assert golden.content_of(path) == b"a  b"
