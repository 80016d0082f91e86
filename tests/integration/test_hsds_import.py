"""
`dosah import hsds`: our own export comes back whole, others' as a table to look through;
nothing secret, nothing silent.
"""

import io
import json
import re
import zipfile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from etl.cli import app
from geodata.dataset.dataset import check_dataset, read_dataset
from geodata.hsds import tabular, write

AREA = "frydlantsko-beskydy"
FOREIGN = {
    "contents": [
        {
            "id": "ac148810-d857-441c-9679-408f346de14b",
            "name": "=Beds & co.",
            "status": "active",
            "organization": {"id": "o", "name": "Example Org", "description": "x"},
            "contacts": [{"id": "c", "name": "Jane Person", "email": "jane@person.example"}],
            "capacities": [
                {
                    "id": "1",
                    "unit": {"id": "u", "name": "Beds"},
                    "available": 3,
                    "maximum": 12,
                    "updated": "2024-09-25T14:23:06.5+01:00",
                },
                {
                    "id": "2",
                    "unit": {"id": "v", "name": "Meals"},
                    "maximum": 40,
                    "updated": "2024-09-25T14:23:06.5+01:00",
                },
            ],
            "service_at_locations": [
                {
                    "id": "l",
                    "location": {
                        "id": "m",
                        "location_type": "physical",
                        "latitude": 49.5929,
                        "longitude": 18.3600,
                        "addresses": [
                            {
                                "id": "a",
                                "address_1": "Hlavní 1",
                                "city": "?",
                                "postal_code": "73911",
                                "address_type": "physical",
                            }
                        ],
                    },
                },
                {
                    "id": "n",
                    "location": {
                        "id": "p",
                        "location_type": "physical",
                        "latitude": 0.0,
                        "longitude": 0.0,
                        "addresses": [
                            {
                                "id": "b",
                                "address_1": "1 Gulf Road",
                                "city": "Null Island",
                                "address_type": "physical",
                            }
                        ],
                    },
                },
            ],
            "attributes": [
                {"id": "t", "taxonomy_term": {"id": "k", "name": "Residential care", "description": "y"}}
            ],
        },
        {
            "id": "second",
            "name": "Shelter",
            "status": "temporarily closed",
            "organization": {"id": "o", "name": "Example Org", "description": "x"},
            "service_at_locations": [
                {
                    "id": "q",
                    "location": {
                        "id": "r",
                        "latitude": 49.5929,
                        "longitude": 18.36,
                        "addresses": [
                            {
                                "id": "d",
                                "address_1": "Tajná 7",
                                "city": "Frýdlant",
                                "address_type": "physical",
                            }
                        ],
                    },
                }
            ],
            "attributes": [
                {"id": "w", "taxonomy_term": {"id": "y", "name": "Women's refuge", "description": "z"}}
            ],
        },
    ]
}


@pytest.fixture
def run(dataset_path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def exported(dataset, tmp_path, form):
    document = write.to_hsds(dataset.tables, "cs")
    if form == "json":
        (tmp_path / "own.json").write_text(write.written(document), encoding="utf-8")
        return tmp_path / "own.json"
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.writestr("datapackage.json", json.dumps(tabular.datapackage(document, "t")))
        for file, rows in tabular.to_tabular(document).items():
            archive.writestr(file, tabular.csv_text(file, rows))
    return tmp_path / "own.zip"


@pytest.mark.parametrize("form", ["json", "zip"])
def test_our_own_export_becomes_a_dataset_and_its_export_is_the_same(published, run, tmp_path, form):
    file = exported(published, tmp_path, form)
    result = run("import", "hsds", file, "--output", "back.gpkg")
    assert result.exit_code == 0, result.output
    back = check_dataset(tmp_path / "back.gpkg")
    for name in (*write.TABLES, "origin", "municipality", "population"):
        pd.testing.assert_frame_equal(back[name], published[name])
    first, second = (write.to_hsds(dataset.tables, "cs") for dataset in (published, back))
    assert first["contents"] == second["contents"]
    assert {**first["dosah"], "dataset_version": ""} == {**second["dosah"], "dataset_version": ""}
    assert file.name in run("info", "back.gpkg").output
    assert run("gaps", "--area", AREA, "--service", "home_care", "--dataset", "back.gpkg").exit_code == 0


def test_our_own_export_as_a_table_completes_what_the_register_says(published, run, tmp_path):
    result = run("import", "hsds", exported(published, tmp_path, "json"), "--output", "own.xlsx")
    assert result.exit_code == 0, result.output
    rows = CalamineWorkbook.from_path(tmp_path / "own.xlsx").get_sheet_by_index(0).to_python()
    heading, rows = rows[0], rows[1:]
    ids = {row[heading.index("Označení služby")] for row in rows}
    service = published["service"]
    assert ids == set(service["registration_id"].fillna(service["service_id"]))
    # Only services whose provider nobody knows stop the table, each at its cell.
    checked = run("table", "own.xlsx")
    unknown = service["provider_id"].isna().sum()
    assert (
        len(set(re.findall(r"buňka D(\d+): povinná hodnota „Poskytovatel“ chybí", checked.output))) >= unknown
    )
    assert checked.output.count("buňka") == checked.output.count("buňka D")


def test_others_become_a_table_that_the_next_build_reads(run, tmp_path, dataset_path):
    (tmp_path / "theirs.json").write_text(json.dumps(FOREIGN), encoding="utf-8")
    first = run("import", "hsds", "theirs.json", "--language", "en")
    assert first.exit_code == 0, first.output
    assert "“Residential care” (1)" in first.output
    assert "Capacities in units that are none of ours: 1." in first.output
    assert "Coordinates that are no place (0, 0, or only one of the two): 1." in first.output
    assert "Places without coordinates whose municipality is not loaded or not told: 1." in first.output
    assert "outside" not in first.output
    assert "Kind of service" in run("table", "theirs.xlsx", "--language", "en").output
    kinds = ("--kind", "residential care=cz-49", "--kind", "Women's refuge=cz-57")
    assert run("import", "hsds", "theirs.json", "--language", "en", *kinds).exit_code == 0
    cells = "\n".join(
        str(row) for row in CalamineWorkbook.from_path("theirs.xlsx").get_sheet_by_index(0).to_python()
    )
    assert "Jane" not in cells
    assert "Tajná" not in cells
    assert run("table", "theirs.xlsx").exit_code == 0
    built = run("build", "--output", "new.gpkg", "--table", "theirs.xlsx")
    assert built.exit_code == 0, built.output
    dataset = read_dataset(tmp_path / "new.gpkg")
    service = dataset["service"]
    row = service[service["name"] == "=Beds & co."].iloc[0]
    assert (row["service_type_code"], row["evidence"], row["status"]) == ("cz-49", "user_table", "existing")
    assert "40 Meals" in row["note"]
    assert "Null Island" in row["note"]
    capacity = dataset["capacity"]
    (only,) = capacity[capacity["service_id"] == row["service_id"]].to_dict("records")
    assert (only["form"], only["unit"], only["capacity_number"]) == ("unknown", "luzka", 12.0)
    (site,) = dataset["site"][dataset["site"]["service_id"] == row["service_id"]].to_dict("records")
    assert (site["municipality_code"], site["street_address"]) == ("598143", "Hlavní 1")
    refuge = service[(service["service_type_code"] == "cz-57") & (service["evidence"] == "user_table")].iloc[
        0
    ]
    assert refuge["status"] == "planned"
    assert "Tajná" not in str([table.to_dict() for table in dataset.tables.values()])


def test_a_changed_export_tells_no_protected_place(published, run, tmp_path):
    file = exported(published, tmp_path, "json")
    document = json.loads(file.read_text(encoding="utf-8"))
    hidden = next(
        site
        for service in document["contents"]
        for site in service.get("service_at_locations", [])
        if "location" not in site
    )
    for label, value in (("municipality_code", "598143"), ("street_address", "Tajná 7")):
        hidden["attributes"].append(
            {
                "id": label,
                "link_entity": "service_at_location",
                "link_id": hidden["id"],
                "label": f"dosah:{label}",
                "value": value,
            }
        )
    hidden["location"] = {"id": "l", "location_type": "physical", "latitude": 49.98765, "longitude": 18.98765}
    file.write_text(json.dumps(document), encoding="utf-8")
    for output in ("back.gpkg", "back.xlsx"):
        assert run("import", "hsds", file, "--output", output).exit_code == 0
    written = (tmp_path / "back.gpkg").read_bytes()
    with zipfile.ZipFile(tmp_path / "back.xlsx") as archive:
        written += b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("Tajná 7", "49.98765"):
        assert secret.encode() not in written
    site = read_dataset(tmp_path / "back.gpkg")["site"]
    assert (
        site.loc[site["is_protected"], ["municipality_code", "street_address", "latitude"]]
        .isna()
        .all(axis=None)
    )


def test_what_a_dataset_does_not_have_is_told_at_once(published, run, tmp_path):
    file = exported(published, tmp_path, "json")
    changed = file.read_text(encoding="utf-8").replace('"value": "cz-40"', '"value": "cz-999"')
    file.write_text(changed, encoding="utf-8")
    result = run("import", "hsds", file, "--output", "back.gpkg", "--language", "en")
    assert result.exit_code == 1
    assert "not in code list service_types" in result.output
    assert not (tmp_path / "back.gpkg").exists()
    (tmp_path / "theirs.json").write_text(json.dumps(FOREIGN), encoding="utf-8")
    refused = run("import", "hsds", "theirs.json", "--output", "back.gpkg", "--language", "en")
    assert refused.exit_code == 1
    assert "contents[0].dosah:service_id: it is missing" in refused.output


def packed(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(
                name.replace("__", "/").replace("_csv", ".csv").replace("_json", ".json"), content
            )
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is empty"),
        (b"[1]", "no page"),
        (b'{"contents": {}}', "no page"),
        (b'{"contents": [], "x": NaN}', "no finite value"),
        (b"\xff\xfe{}", "no JSON"),
        (b'{"contents": ' + b"[" * 100_000, "too deep"),
        (b'{"contents": [' + b"1" * 5000 + b"]}", "too long"),
        (b"PK\x05\x06" + b"\0" * 18, "services.csv"),
        (packed(readme="x"), "services.csv"),
        (packed(services_csv=b"\x81\x83"), "services.csv: it is no text in UTF-8"),
        (packed(services_csv="id\n1", phones_csv="no"), "phones.csv: it has no heading"),
        (packed(services_csv="id\n" + "x" * 2_000_000), "no CSV"),
        (packed(services_csv=b"id\n" + b" " * 60_000_000), "times its size"),
        (packed(services_csv="id\n1", datapackage_json="{"), "no JSON"),
        (packed(services_csv="id,name,status\n1,a,active")[:60], "no text in UTF-8|no JSON"),
    ],
    # A zip tells the second it was made in: its bytes would name the test differently in each process.
    ids=[
        "nothing",
        "list",
        "mapping",
        "nan",
        "no text",
        "deep",
        "long number",
        "empty zip",
        "other zip",
        "latin",
        "no heading",
        "long cell",
        "bomb",
        "no package",
        "cut",
    ],
)
def test_a_hostile_file_is_refused_in_words(run, tmp_path, content, problem):
    (tmp_path / "theirs.bin").write_bytes(content)
    for output in ("x.xlsx", "x.gpkg"):
        result = run("import", "hsds", "theirs.bin", "--output", output, "--language", "en")
        assert result.exit_code == 1, result.output
        assert re.search(problem, result.output), result.output
        assert "Traceback" not in result.output
        assert not (tmp_path / output).exists()


@pytest.mark.parametrize("kind", ["cz-49", "=cz-49", "beds=nothing"])
def test_a_kind_that_is_none_is_told(run, tmp_path, kind):
    (tmp_path / "theirs.json").write_text(json.dumps(FOREIGN), encoding="utf-8")
    result = run("import", "hsds", "theirs.json", "--kind", kind)
    assert result.exit_code == 1
    assert "--kind" in result.output


def test_a_missing_file_is_told(run):
    result = run("import", "hsds", "nothing.json")
    assert result.exit_code == 1
    assert "nothing.json" in result.output
