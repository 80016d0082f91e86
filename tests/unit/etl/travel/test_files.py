"""Tables of travel costs as spreadsheets write them."""

import pandas as pd
import pytest
import xlsxwriter

from etl.travel.costs import read_pairs, read_travel
from geodata.errors import InputFileError
from geodata.wordings import WordedFileError

CODES = frozenset({"598143", "0201011"})
ROWS = [("598143", "s1-1", 1250.5), ("0201011", "s1-1", 0.0)]


def read(path, content, codes=CODES):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    frame = read_pairs(path, codes)
    return list(frame[["municipality_code", "site_id", "cost_m"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "text",
    [
        "municipality_code,site_id,cost_m\n598143,s1-1,1250.5\n0201011,s1-1,0\n",
        "municipality_code;site_id;cost_m\r\n598143;s1-1;1250,5\r\n0201011;s1-1;0\r\n",
        "sep=;\r\nmunicipality_code;site_id;cost_m\r\n598143;s1-1;1\u00a0250,5\r\n201011;s1-1;0,0\r\n",
        "\ufeffmunicipality_code\tsite_id\tcost_m\r\n598143.0\ts1-1\t1250,5\r\n201011.0\ts1-1\t0\r\n",
        "Site_ID;note;COST_M;Municipality_code\r\ns1-1;x;1250,5;598 143\r\n;;;\r\ns1-1;;0;0201011\r\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1250"])
def test_semicolons_decimal_commas_marks_and_spoilt_codes(tmp_path, text, encoding):
    content = text.lstrip("\ufeff").encode(encoding) if encoding == "cp1250" else text.encode(encoding)
    assert read(tmp_path / "t.csv", content) == ROWS


def test_a_workbook_is_read_too(tmp_path):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["municipality_code", "site_id", "cost_m"])
        sheet.write_row(1, 0, [598143, "s1-1", 1250.5])
        sheet.write_row(2, 0, [201011, "s1-1", 0])
    assert read(path, path.read_bytes()) == ROWS


@pytest.mark.parametrize(
    ("cost", "kind"),
    [
        ("1.234", "ambiguous_number"),
        ("asi 5", "wrong_number"),
        ("#DIV/0!", "spoilt_cell"),
        ("5 %", "wrong_number"),
        ("1,2E+05", "wrong_number"),
    ],
)
def test_a_cost_that_cannot_be_read_is_told_with_its_row(tmp_path, cost, kind):
    with pytest.raises(WordedFileError) as error:
        read(tmp_path / "t.csv", f"municipality_code;site_id;cost_m\n598143;s1-1;5\n\n598143;s2-1;{cost}\n")
    assert [(told.kind, told.values["row"], told.values["value"]) for told in error.value.told] == [
        (kind, 4, cost)
    ]
    assert "řádek 4" in str(error.value.in_language("cs"))
    assert "wiersz 4" in str(error.value.in_language("pl"))


def test_all_problems_at_once_in_the_language_of_the_reader(tmp_path):
    dataset = {
        "municipality": pd.DataFrame({"municipality_code": ["598143"]}),
        "site": pd.DataFrame({"site_id": ["s1-1"]}),
    }
    path = tmp_path / "t.csv"
    path.write_text(
        "municipality_code;site_id;cost_min\n598143;s1-1;-5\n599999;s1-1;1\n598143;;1\n598143;s1-1;2\n"
    )
    with pytest.raises(WordedFileError) as error:
        read_travel(path, dataset)
    assert [told.kind for told in error.value.told] == [
        "wrong_number",
        "unknown_key",
        "blank_key",
        "pair_twice",
    ]
    assert str(error.value.in_language("cs")) == (
        "t.csv: náklad ve sloupci cost_min není číslo od nuly výš, řádků: 1 (první: „-5.0“, řádek 2); "
        "hodnota sloupce municipality_code v datech není, řádků: 1 (první: „599999“, řádek 3); "
        "sloupec site_id je prázdný, řádků: 1 (první: řádek 4); "
        "stejná dvojice je v tabulce víckrát, řádků: 1 (první: „s1-1“, řádek 5). "
        "Každý řádek je jedna dvojice: municipality_code, site_id a cost_m (metry) nebo cost_min (minuty); "
        "dvojice, které jsou příliš daleko, vynechte."
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("a;b\n1;2\n", "missing_column"),
        ("municipality_code;site_id\n1;2\n", "one_cost"),
        ("municipality_code;site_id;cost_m;cost_min\n1;2;3;4\n", "one_cost"),
        ("municipality_code;site_id;cost_m\n", "no_rows"),
        ("municipality_code;site_id;cost_m;cost_m\n1;2;3;4\n", "column_twice"),
        ("", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
    ],
)
def test_files_that_are_no_such_table(tmp_path, content, kind):
    dataset = {
        "municipality": pd.DataFrame({"municipality_code": ["1"]}),
        "site": pd.DataFrame({"site_id": ["2"]}),
    }
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(WordedFileError) as error:
        read_travel(path, dataset)
    assert error.value.kind == kind


def test_another_kind_of_file(tmp_path):
    with pytest.raises(InputFileError, match="neither a table nor roads") as error:
        read_travel(tmp_path / "t.pdf", {})
    assert "ani tabulka, ani silnice" in str(error.value.in_language("cs"))
