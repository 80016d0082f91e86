"""docs/USER_TABLES.md says what the program does."""

import re
from pathlib import Path

import pandas as pd
import pytest

from etl.usertables.areas import read_area
from etl.usertables.cells.places import NamedMunicipalities
from etl.usertables.cells.schema import layouts
from etl.usertables.mapping import read_mapping

TEXT = (Path(__file__).parents[4] / "docs" / "USER_TABLES.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("kind", list(layouts()))
def test_every_column_is_described_as_it_is(kind):
    part = TEXT.split(f"### {kind}\n")[1].split("\n### ")[0]
    table = layouts()[kind]
    told = re.findall(r"^\| `(\w+)`( \\\*)? \| (.*?) \| (.*?) \|$", part, re.MULTILINE)
    assert told == [
        (
            column.name,
            " \\*" if column.name in table.required else "",
            " · ".join(column.heading[language] for language in ("cs", "pl", "en")),
            column.note["en"],
        )
        for column in table.columns
    ]


def test_the_mapping_of_the_documentation_is_right(tmp_path):
    path = tmp_path / "lista.mapping.yaml"
    path.write_text(EXAMPLES[0], encoding="utf-8")
    assert read_mapping(path).columns["capacity"].unknown == {"b.d.", "-"}


def test_the_area_of_the_documentation_is_right(tmp_path):
    columns = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
    rows = [
        ("598143", "Frýdlant nad Ostravicí", "CZ0802", "Frýdek-Místek", "Frýdlant nad Ostravicí", "CZ"),
        ("598011", "Baška", "CZ0802", "Frýdek-Místek", "Frýdek-Místek", "CZ"),
    ]
    path = tmp_path / "nase.yaml"
    path.write_text(EXAMPLES[1], encoding="utf-8")
    assert read_area(path, NamedMunicipalities(pd.DataFrame(rows, columns=columns))).municipality_codes == (
        "598011",
        "598143",
    )
