"""
YAML and JSON of strangers: what our own files hold is read,
what costs or means more is refused with its reason.
"""

import string
import tracemalloc
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputFileError
from geodata.guarded import json_text, refusals, yaml_text
from geodata.guarded.json_text import JsonLimits
from geodata.guarded.refusals import Refusal, RefusedTextError
from geodata.guarded.yaml_text import YamlLimits
from geodata.vocabulary.codes import LANGUAGES

ROOT = Path(__file__).resolve().parents[4]
PARSERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]

# What a text may hold: no controls but tab and ends of lines, no half signs.
SIGNS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\t\n\r"
)
NO_TEXT = ["\0", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"]


@pytest.fixture(params=PARSERS, ids=["python", "c"])
def parser(request, monkeypatch):
    monkeypatch.setattr(yaml_text, "_PARSER", request.param)


def merge_bomb(levels):
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, levels)]
    return "\n".join(lines)


def refused(text, reader=yaml_text, **limits):
    kind = YamlLimits if reader is yaml_text else JsonLimits
    with pytest.raises(RefusedTextError) as caught:
        reader.parse(text, "mine.yaml", kind(**{"bytes": 200_000, **limits}))
    assert caught.value.file == "mine.yaml"
    return caught.value.refusal


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        (merge_bomb(7), "alias", 1),
        ("a: 1\n<<: {b: 2}", "merge", 2),
        ("a: 1\nb: *a", "alias", 2),
        ("&a x", "alias", 1),
        ("facts: &f {self: *f}", "alias", 1),
        ("a: !!python/object/apply:os.system [true]", "tag", 1),
        ("a: !!int '5'", "tag", 1),
        ("a: ! b", "tag", 1),
        ("[" + "a," * 90_000 + "]", "many", 1),
        ("{" + ",".join(f"k{n}: 1" for n in range(15_000)) + "}", "many", 1),
        ("[" * 60_000, "deep", 1),
        ("a:\n- " + "- " * 60_000, "deep", 2),
        ("x: " + "9" * 20_000, "digits", 1),
        ("x: " + "1." + "0" * 20_000, "digits", 1),
        ("x: 1.0e+999", "number", 1),
        ("a: 1\nb: 2\na: 3", "twice", 3),
        ("[a, b]: 1", "key", 1),
        ("a: 1\n---\nb: 2", "documents", 2),
        ("a: [", "not_yaml", 1),
        ("a\x00b", "not_yaml", None),
        (b"a: \xe9", "not_text", None),
        ("a: \ud800", "not_text", None),
        ("a" * 200_001, "too_large", None),
        ("š" * 100_001, "too_large", None),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_costs_more_than_it_says_is_refused_with_its_line(parser, text, kind, line):
    tracemalloc.start()
    refusal = refused(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refusal.kind == kind
    assert refusal.line in (
        line,
        None if line is None else line + 1,
    )  # the parsers count the end of a file differently
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0201011", "0201011"),
        ("598143", 598143),
        ("12:30", "12:30"),
        (":".join(["59"] * 30_000), ":".join(["59"] * 30_000)),
        ("0x" + "f" * 20_000, "0x" + "f" * 20_000),
        ("2023-01-01", "2023-01-01"),
        ("yes", "yes"),
        ("no", "no"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1_000", "1_000"),
        ("-3.5", -3.5),
        ("1.0e-05", 1e-05),
        ("true", True),
        ("null", None),
        ("~", None),
        ('"5"', "5"),
        ("'<<'", "<<"),
    ],
    ids=lambda value: str(value)[:16],
)
def test_a_scalar_is_what_a_person_means(parser, written, read):
    found = yaml_text.parse(f"a: {written}", "x")["a"]
    assert (found, type(found)) == (read, type(read))


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(SIGNS, max_size=20)
    | st.text(string.digits + "+-._:eExoOyn~", max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(string.printable.strip("\x0b\x0c"), max_size=6), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(PLAIN)
def test_what_pyyaml_writes_comes_back_as_it_was(value):
    assert yaml_text.parse(yaml.safe_dump(value, allow_unicode=True), "x") == value


@pytest.mark.parametrize("folder", ["geodata/areas", "geodata/stories", "dashboard/map", "tests/data"])
def test_our_own_files_mean_the_same_as_before(parser, folder):
    files = sorted((ROOT / folder).glob("*.yaml"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert yaml_text.parse(text, file.name) == yaml.safe_load(text), file.name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[" * 60_000, "deep"),
        ("[" * 40 + "]" * 40, "deep"),
        ('{"a":' * 40 + "1" + "}" * 40, "deep"),
        ("[" + "[]," * 30_000 + "[]]", "many"),
        ('{"limit_km": ' + "9" * 400 + "}", "digits"),
        ("-" + "9" * 5_000, "digits"),
        ("1." + "0" * 5_000, "digits"),
        ("1e999", "number"),
        ("NaN", "number"),
        ("-Infinity", "number"),
        ('"\\ud800"', "letters"),
        ("{", "not_json"),
        ("", "not_json"),
        (b"\xff", "not_text"),
        (" " * 200_001, "too_large"),
    ],
    ids=lambda value: str(value)[:16],
)
def test_json_is_bounded_too(text, kind):
    assert refused(text, json_text).kind == kind


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(SIGNS, max_size=10),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(SIGNS, max_size=6), inner, max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_json_that_is_small_comes_back_as_it_was(value):
    import json

    for ascii_only in (True, False):
        assert json_text.parse(json.dumps(value, ensure_ascii=ascii_only), "x") == value


@pytest.mark.parametrize("sign", NO_TEXT, ids=ascii)
def test_a_sign_that_is_no_text_is_refused_as_a_value_and_as_a_key(parser, sign):
    escape = f"\\u{ord(sign):04x}"
    for text in (f'a: 1\nname: "A{escape}B"', f'a: 1\n"na{escape}me": b', f'a: 1\nb: ["{escape}"]'):
        assert refused(text) == Refusal("letters", line=2)
    for text in (f'{{"name": "A{escape}B"}}', f'[{{"na{escape}me": 1}}]', f'"{escape}"'):
        assert refused(text, json_text).kind == "letters"
    if sign >= "\x7f":
        assert refused(f'["{sign}"]', json_text).kind == "letters"


def test_an_escaped_stroke_is_no_escape_of_a_sign():
    assert json_text.parse(r'["\\u0000 \\b C:\\fonts"]', "x") == [r"\u0000 \b C:\fonts"]
    assert yaml_text.parse(r'["\\0", "C:\\b"]', "x") == [r"\0", r"C:\b"]


def test_signs_that_are_kept_can_be_cleared_and_counted():
    text = r'{"a\u0000": ["b\u000bc", "\ud800", "d\te"], "n": 1}'
    found = json_text.parse(text, "x", JsonLimits(keeps_signs=True))
    assert json_text.cleared(text, found) == ({"a ": ["b c", " ", "d\te"], "n": 1}, 3)
    assert json_text.cleared('{"a": 1}', {"a": 1}) == ({"a": 1}, 0)


@pytest.mark.parametrize(
    ("text", "key"),
    [('{"a": 1, "b": 2, "a": 3}', "a"), ('[{"x": {"maximum": 5, "maximum": 50}}]', "maximum"),
     ('{"é": 1, "\\u00e9": 1}', "é")],
)  # fmt: skip
def test_a_key_twice_is_refused_in_json_as_in_yaml(text, key):
    assert refused(text, json_text) == Refusal("twice", key)
    assert refused(text).kind == "twice"


def test_a_file_is_never_in_memory_beyond_its_bound(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"x" * 1000)
    assert len(refusals.read_bounded(path, 1000)) == 1000
    with pytest.raises(RefusedTextError, match=r"a\.yaml: it is larger than 0 kB"):
        refusals.read_bounded(path, 999)
    with pytest.raises(RefusedTextError, match=r"b\.yaml: the file cannot be opened"):
        refusals.read_bounded(tmp_path / "b.yaml", 999)
    with pytest.raises(RefusedTextError, match="larger"):
        refusals.read_bounded(Path("/dev/zero"), 1_000_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_said_in_every_language(language):
    words = refusals._words()
    said = {kind: Refusal(kind, "7", 3).said(language) for kind in words["refusals"]}
    assert len(set(said.values())) == len(said)
    for kind, sentence in said.items():
        assert "{" not in sentence, kind
        assert "3" in sentence, kind
        assert not sentence.split(" (")[0].endswith("."), kind
    for step in words["steps"].values():
        assert step[language].endswith(".")
        assert step["en"] in words["steps"]


@pytest.mark.parametrize("language", ["cs", "pl"])
def test_an_error_speaks_the_reader_s_language(language):
    with pytest.raises(InputFileError) as caught:
        yaml_text.parse("a: *b", "moje.yaml")
    sentence = str(caught.value.in_language(language))
    assert sentence.startswith("moje.yaml: ")
    assert sentence != str(caught.value)
    assert "Mend" not in sentence
