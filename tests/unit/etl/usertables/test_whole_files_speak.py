"""
What is wrong with a file as a whole is said in the reader's language: no English sentence is left in Czech
and Polish.
"""

from pathlib import Path

import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from etl import cli
from etl.country.combine import differences
from etl.country.official import check_complete, sources_of_country
from etl.country.part import loaded_areas
from etl.snapshot import register
from etl.sources.formats.known_places import CAUSES, Known
from etl.sources.formats.teryt import changed_kinds
from etl.usertables.areas import read_area
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.mapping import read_mapped, read_mapping
from geodata.areas import load_areas
from geodata.dataset.dataset import _check_schema_version, read_dataset
from geodata.errors import DosahError
from geodata.said import in_language, say

PLACES = NamedMunicipalities(
    pd.DataFrame(
        {
            "municipality_code": ["598143", "598003"],
            "name": ["Frýdlant nad Ostravicí", "Lhotka"],
            "district_code": ["CZ0802", "CZ0802"],
            "district_name": ["Frýdek-Místek", "Frýdek-Místek"],
            "orp_name": ["Frýdlant nad Ostravicí", "Frýdlant nad Ostravicí"],
            "country": "CZ",
        }
    )
)
MAPPING = (
    "table: services\ncolumns: {service_name: Jmeno, provider_name: P, service_type: "
    "T, municipality: M, valid_from: V, source: S}\n"
)
HEAD = "area_id: a\nname: A\nkind: mas\nmembership: {certainty: confirmed, basis: x}\n"
MAPPINGS = {
    "no table": "table: x",
    "nothing": "table: services",
    "keys": (
        "table: services\nx: 1\norigin: {y: 1}\nheading_row: 0\nconstants: 1\ncolumns: {nobody: "
        "A, service_name: 1}"
    ),
    "values": (
        "table: services\norigin: 1\ncolumns: {service_name: {from: A, values: 1, multiply: "
        "x}, capacity: B}\nconstants: {service_name: a, phone: 5, form: x}"
    ),
}
AREAS = {
    "no members": HEAD,
    "nothing": "- 1",
    "members": HEAD
    + "municipalities: ['000000', 1.5, '598143', '598143']\nall_of: {orp: Frydlant nad, x: 1, district: Nic}",
    "no list": HEAD + "municipalities: 5\nall_of: 5",
    "country": HEAD + "country: PL\nmunicipalities: ['598143']",
    "keys": (
        "area_id: 'Č Č'\nname: 5\nx: 1\nnames: 1\nkind_label: {cs: a, xx: b}\nfacts: 1\nmembership: "
        "{certainty: x, y: 1}\nmunicipalities: ['598143']"
    ),
    "basis": "area_id: a\nname: A\nkind: mas\nmembership: {certainty: inferred}\nmunicipalities: ['598143']",
    "membership": "area_id: a\nname: A\nkind: mas\nmembership: x\nmunicipalities: ['598143']",
}


def refusal(call):
    with pytest.raises(DosahError) as caught:
        call()
    return caught.value


def is_translated(english, other):
    """Tell whether no run of four English words stands in the other text."""
    words = english.split()
    runs = (" ".join(words[at : at + 4]) for at in range(len(words) - 3))
    return english != other and not any(
        run in other for run in runs if run.isascii() and run.islower() and not set(run) & set(",:(")
    )


def speaks(error):
    english = error.said_in("en")
    assert english == str(error)
    for language in ("cs", "pl"):
        assert is_translated(english, error.said_in(language)), error.said_in(language)
        for problem in getattr(error, "problems", ()):
            assert in_language(problem, language) != problem


@pytest.mark.parametrize("text", MAPPINGS.values(), ids=MAPPINGS)
def test_a_mapping(tmp_path, text):
    path = tmp_path / "list.yaml"
    path.write_text(text, encoding="utf-8")
    speaks(refusal(lambda: read_mapping(path)))


@pytest.mark.parametrize("more", ["", "heading_row: 9", "sheet: X", "district: Nikde"])
def test_a_list_that_is_not_as_its_mapping_says(tmp_path, more):
    import xlsxwriter

    (tmp_path / "list.yaml").write_text(MAPPING + more, encoding="utf-8")
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        book.add_worksheet("List").write_row(0, 0, ["Jméno služby", "Jmena"])
    mapping = read_mapping(tmp_path / "list.yaml")
    speaks(refusal(lambda: read_mapped(tmp_path / "list.xlsx", mapping, PLACES)))


@pytest.mark.parametrize("text", AREAS.values(), ids=AREAS)
def test_an_area(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    speaks(refusal(lambda: read_area(path, PLACES)))


@pytest.mark.parametrize("what", ["missing", "folder", "empty", "version"])
def test_a_dataset(tmp_path, what):
    path = tmp_path / "d.gpkg"
    if what == "folder":
        path.mkdir()
    elif what == "empty":
        path.write_bytes(b"")
    if what == "version":
        speaks(refusal(lambda: _check_schema_version(path, {"schema_version": "99"})))
    else:
        speaks(refusal(lambda: read_dataset(path)))


@pytest.mark.parametrize(
    ("language", "words"),
    [("cs", "neexistuje. Vytvoří ho"), ("pl", "nie istnieje. Tworzy go"), ("en", "There is no dataset")],
)
@pytest.mark.parametrize("form", ["--language {}", "--language={}"])
def test_the_command_line_says_in_the_language_asked_for_that_there_is_no_dataset(
    tmp_path, language, words, form
):
    path = tmp_path / "none.gpkg"
    done = CliRunner().invoke(
        cli.app,
        [
            "gaps",
            "--dataset",
            str(path),
            *form.format(language).split(),
            "--area",
            "x",
            "--service",
            "home_care",
        ],
    )
    assert done.exit_code == 1
    assert words in done.stderr


def test_outlines_that_lie_elsewhere_and_what_the_cause_may_be():
    codes = ["0201011", "0201022", "0201032"]
    shapes = shapely.box([19.0, 5.0, 19.2], [50.0, 50.0, 50.1], [19.1, 5.1, 19.3], [50.1, 50.1, 50.2])
    known = Known("PL", {"0201011": (51.0, 15.0)})
    problems = known.contradictions(codes, shapes)
    assert len(problems) == 3
    for problem in [*problems, *(words for causes in CAUSES.values() for *_, words in causes)]:
        for language in ("cs", "pl"):
            assert is_translated(problem, in_language(problem, language))


def test_municipalities_without_outline_or_ages():
    table = pd.DataFrame({"municipality_code": list("abcde"), "name": list("ABCDE")})
    for found in (
        differences(set("abcde"), set("abc"), set("abc"), table),
        differences(set("abcde"), set(), set(), table),
    ):
        assert len(found) == 2
        for note in found:
            for language in ("cs", "pl"):
                assert is_translated(note, in_language(note, language))


COUNTRY = {
    "country": lambda: sources_of_country("DE", {}),
    "other": lambda: sources_of_country("CZ", {"pl_gus_bdl": Path("x")}),
    "twice": lambda: sources_of_country("CZ", {"vector_file": Path("x"), "cz_cuzk_boundaries": Path("y")}),
    "nothing": lambda: check_complete("CZ", {}),
}


@pytest.mark.parametrize("call", COUNTRY.values(), ids=COUNTRY)
def test_sources_of_a_country(call):
    speaks(refusal(call))


def test_areas_that_are_not_wholly_loaded_and_gminy_that_were_not_joined():
    with_codes = {
        "names": ({"2404123": "A"}, {"2404122": "B"}),
        "both": ({"2404123": "A", "2404122": "A"}, {"2404122": "A"}),
    }
    reasons = [
        reason
        for held, others in with_codes.values()
        for _, reason in changed_kinds(held, others)[1].values()
    ]
    assert len(reasons) == 2
    ours = load_areas()
    first = ours["podbrdsko"].municipality_codes[0]
    kept, notes = loaded_areas(ours, pd.DataFrame({"municipality_code": [first]}))
    assert list(kept) == ["podbrdsko"]
    assert len(notes) == len(ours)
    for note in [
        *notes,
        *reasons,
        *(say("country.not_joined", origin="x", code="1", other="2", reason=reason) for reason in reasons),
    ]:
        for language in ("cs", "pl"):
            assert is_translated(note, in_language(note, language))


SOURCES = {
    "columns": b"registration_id,x\n1,2\n", "empty": b" ", "no rows": b"a,b\n", "twice": b"a,a\n1,2\n",
    "bytes": b"a,b\n\xff,1\n", "none": None,
}  # fmt: skip


@pytest.mark.parametrize("content", SOURCES.values(), ids=SOURCES)
def test_a_table_of_a_source(tmp_path, content):
    path = tmp_path / "register.csv"
    if content is not None:
        path.write_bytes(content)
    speaks(refusal(lambda: register.read(path, pd.DataFrame())))
