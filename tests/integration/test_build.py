"""From the snapshot's files to the published dataset: whole, the same twice, safe against bad inputs."""

import csv
import json
import sqlite3

import pytest
from typer.testing import CliRunner

from etl.cleaning.protect import is_protected
from etl.cli import app
from etl.publish.inputs import source_paths
from etl.snapshot import public_page as pages
from geodata.dataset import fields
from geodata.dataset.dataset import read_dataset
from geodata.vocabulary.identifiers import fold

# Every page of the snapshot that describes a registered service,
# found by reading all 220 beside the register.
SAME_SERVICE = {
    "P001": 1332, "P003": 4134, "P004": 4960, "P006": 6811, "P012": 5560, "P014": 118, "P015": 2911,
    "P016": 2913,
    "P017": 3661, "P022": 2181, "P024": 4457, "P030": 2912, "P031": 2910, "P043": 5298, "P052": 5088,
    "P053": 543,
    "P057": 1065, "P058": 481, "P062": 1626, "P063": 1614, "P065": 1520, "P067": 7177, "P078": 2382,
    "P080": 2378,
    "P086": 760, "P087": 3149, "P088": 3150, "P092": 4074, "P117": 650, "P118": 477, "P120": 259,
    "P121": 1150,
    "P126": 1149, "P127": 3828, "P128": 3829, "P130": 4232, "P134": 3443, "P135": 4429, "P141": 1018,
    "P142": 1016,
    "P147": 658, "P148": 6852, "P149": 95, "P153": 745, "P154": 4493, "P157": 3484,
}  # fmt: skip
runner = CliRunner()


def dosah(*arguments):
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    result = dosah("build", "--output", folder / "dosah.gpkg", "--report", folder / "report.json")
    assert result.exit_code == 0, result.output
    return folder, result.output


@pytest.fixture(scope="module")
def dataset(built):
    return read_dataset(built[0] / "dosah.gpkg")


@pytest.fixture(scope="module")
def report(built):
    return json.loads((built[0] / "report.json").read_text(encoding="utf-8"))


def rows_of(name):
    with source_paths({})[f"snapshot_{name}"].open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_second_build_is_the_same_byte_for_byte(built):
    folder, _ = built
    before = (folder / "dosah.gpkg").read_bytes()
    again = dosah("build", "--output", folder / "again.gpkg")
    assert again.exit_code == 0
    assert (folder / "again.gpkg").read_bytes() == before


def test_the_accounting_closes_and_counts_every_row(report, built):
    counts = {row["origin_id"]: row for row in report["sources"]}
    for row in counts.values():
        assert row["rows_read"] == row["rows_loaded"] + row["rows_merged"] + row["rows_rejected"]
    assert counts["snapshot_register"]["rows_read"] == 242
    assert counts["snapshot_public_page"]["rows_read"] == 220
    for name in ("register", "public_page", "municipality", "population"):
        assert counts[f"snapshot_{name}"]["rows_read"] == len(rows_of(name))
    assert counts["snapshot_register"]["rows_loaded"] == 207
    assert len(report["linked"]) == sum(row["rows_merged"] for row in counts.values())
    assert report["content_hash"] in built[1].replace("\n", "")


def test_every_page_is_joined_to_the_right_registration_or_to_none(dataset):
    linked = dataset["linked"]
    joined = linked[linked["origin_id"] == pages.ORIGIN_ID]
    services = dict(zip(joined["record_id"], joined["service_id"], strict=True))
    assert services == {page: f"cz-rpss-{number}" for page, number in SAME_SERVICE.items()}


def test_no_service_stands_twice(dataset):
    service = dataset["service"]
    assert service["registration_id"].dropna().is_unique
    own = set(service["service_id"]) - {f"cz-rpss-{row['registration_id']}" for row in rows_of("register")}
    assert own == {f"page-{row['page_row']}" for row in rows_of("public_page")} - {
        f"page-{page}" for page in SAME_SERVICE
    }


def test_a_joined_page_adds_what_the_register_does_not_say_and_no_capacity(dataset):
    service = dataset["service"].set_index("service_id")
    assistance = service.loc["cz-rpss-3661"]
    assert assistance["evidence"] == "register_and_page"
    assert assistance["name"] == "Charitní asistenční služba"
    assert assistance["served_area_state"] == "declared"
    served = dataset["served_area"]
    assert (served["service_id"] == "cz-rpss-3661").sum() == 19
    capacity = dataset["capacity"]
    home = capacity[capacity["service_id"] == "cz-rpss-2181"]
    assert home[["form", "unit", "capacity_number"]].to_numpy().tolist() == [["pob", "luzka", 60.0]]
    assert "179" in service.loc["cz-rpss-2181", "note"]


def test_the_realised_plan_is_one_existing_service(dataset):
    service = dataset["service"].set_index("service_id")
    assert service.loc["cz-rpss-6811", "status"] == "existing"
    assert "ZÁMĚR" not in str(service.loc["cz-rpss-6811", "note"])
    assert service.loc["page-P068", "status"] == "planned"
    capacity = dataset["capacity"].set_index("service_id")
    assert capacity.loc["page-P068", "kind"] == "planned"


def test_a_registration_that_ends_soon_exists_on_the_data_date(dataset):
    service = dataset["service"].set_index("service_id")
    assert service.loc["cz-rpss-259", ["status", "valid_to"]].tolist() == ["existing", "2026-10-31"]


def test_protected_addresses_stand_nowhere(dataset, built, report):
    secrets = {}
    for row in rows_of("public_page"):
        if is_protected(row["service_type_code"]):
            words = [
                row[name]
                for name in (
                    "service_name",
                    "street_address",
                    "postal_code",
                    "municipality_name",
                    "source_url",
                )
            ]
            secrets[f"page-{row['page_row']}"] = [fold(word) for word in words if word]
    assert len(secrets) == 9
    for table in fields.TABLES:
        frame = dataset[table.name]
        if "service_id" in frame.columns:
            for row in frame[frame["service_id"].isin(list(secrets))].to_dict("records"):
                # Names and contacts of the organisation itself are public.
                leaks = [
                    fold(str(value)) for name, value in row.items() if name not in {"web", "email", "phone"}
                ]
                for secret in secrets[row["service_id"]]:
                    assert not any(secret in value for value in leaks)
    sites = dataset["site"]
    hidden = sites[sites["is_protected"]]
    assert set(hidden["service_id"]) == set(secrets)
    assert hidden["district_code"].notna().all()
    for column in (
        "latitude",
        "longitude",
        "municipality_code",
        "municipality_name",
        "street_address",
        "postal_code",
        "name",
    ):
        assert hidden[column].isna().all()
    assert not set(secrets) & set(dataset["served_area"]["service_id"])
    printed = built[1] + json.dumps(report, ensure_ascii=False)
    assert not any(service_id in printed for service_id in secrets)


def test_the_point_layer_of_sites_hides_them_too(built):
    with sqlite3.connect(built[0] / "dosah.gpkg") as connection:
        shapes = connection.execute("SELECT geom FROM site WHERE is_protected").fetchall()
    connection.close()
    assert shapes == [(None,)] * 9


def test_no_column_holds_a_natural_person(dataset):
    words = ("statut", "head", "manager", "vedouc", "contact_person", "kierownik", "birth")
    for table in fields.TABLES:
        assert not [name for name in dataset[table.name].columns if any(word in name for word in words)]
    names = " ".join(dataset["provider"]["name"])
    assert not any(title in names for title in ("Mgr.", "Bc.", "MUDr.", "PhDr.", "JUDr."))


def test_every_service_has_a_site_and_a_capacity_row(dataset):
    services = set(dataset["service"]["service_id"])
    assert services == set(dataset["site"]["service_id"]) == set(dataset["capacity"]["service_id"])


def test_page_services_the_register_does_not_confirm_are_told(report):
    listed = {row["service_id"]: row["is_for_seniors"] for row in report["not_confirmed_by_register"]}
    assert listed["page-P151"] == "yes"  # Domov Sedlčany
    assert listed["page-P048"] == "not named"  # a day centre for children
    assert "page-P163" not in listed  # Polish


def test_a_file_of_ones_own_replaces_a_source(built, tmp_path):
    rows = source_paths({})["snapshot_register"].read_text(encoding="utf-8").splitlines(keepends=True)
    own = tmp_path / "own.csv"
    own.write_text("".join(rows[:100]), encoding="utf-8")
    result = dosah("build", "--output", tmp_path / "own.gpkg", "--source", f"register={own}")
    assert result.exit_code == 0, result.output
    made = read_dataset(tmp_path / "own.gpkg")
    accounting = made["accounting"].set_index("origin_id")
    assert accounting.loc["snapshot_register", "rows_read"] == 99
    origin = made["origin"].set_index("origin_id")
    assert origin.loc["snapshot_register", "file_name"] == "own.csv"
    assert "Místní soubor" in origin.loc["snapshot_register", "state_note"]
    # Decisions about registrations that are not there are told, and the page stays a service of its own.
    assert "K novému posouzení" in result.output


def test_address_points_place_sites_without_coordinates(tmp_path):
    points = tmp_path / "points.csv"
    points.write_text("address_point_code,latitude,longitude\n80070092,49.6776,13.9879\n", encoding="utf-8")
    result = dosah("build", "--output", tmp_path / "p.gpkg", "--source", f"address_points={points}")
    assert result.exit_code == 0, result.output
    site = read_dataset(tmp_path / "p.gpkg")["site"]
    assert site.loc[site["address_point_code"] == "80070092", "location_quality"].tolist() == [
        "address_point"
    ]


def spoil_encoding(text):
    return text.encode("cp1250", errors="replace")


def spoil(old, new):
    def change(text):
        assert old in text
        return text.replace(old, new, 1).encode()

    return change


def in_first_row(column, value):
    def change(text):
        rows = list(csv.reader(text.splitlines(keepends=True)))
        rows[1][rows[0].index(column)] = value
        return "".join(
            ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows
        ).encode()

    return change


def cut_in_row_13(text):
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:12], "658,cz-40,pečovatelská služba"]).encode()


BAD = {
    "wrong encoding": (spoil_encoding, ["row ", "not UTF-8", "CSV UTF-8"]),
    "missing column": (spoil("capacity_text", "capacity"), ["row 1", "capacity_text is missing"]),
    "unknown kind": (in_first_row("service_type_code", "cz-999"), ["row 2", "service_type_code", "'cz-999'"]),
    "unknown municipality": (
        in_first_row("municipality_code", "999999"),
        ["row 2", "municipality_code", "'999999'"],
    ),
    "unknown unit": (in_first_row("capacity_text", "pob:pokoje=3"), ["row 2", "unknown unit pokoje"]),
    "negative capacity": (
        in_first_row("capacity_text", "pob:luzka=-35"),
        ["row 2", "capacity_text is negative"],
    ),
    "capacity that is no number": (
        in_first_row("capacity_text", "pob:luzka=x"),
        ["row 2", "number that is none"],
    ),
    "coordinate in the sea": (in_first_row("latitude", "0.0"), ["row 2", "lies outside"]),
    "coordinate in another town": (
        in_first_row("latitude", "50.2"),
        ["row 2", "lies outside the named municipality"],
    ),
    "cut off in a row": (cut_in_row_13, ["row 13", "too few cells", "cut off"]),
    "cut off in quotation marks": (
        lambda text: (text[: text.index('"')] + '"cut').encode(),
        ["quotation mark is never closed", "row "],
    ),
    "empty file": (lambda _: b"", ["the file is empty"]),
    "only a heading": (lambda text: text.splitlines()[0].encode(), ["no rows below the heading"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gives_one_message_and_the_last_dataset_stays(built, tmp_path, case):
    change, words = BAD[case]
    folder, _ = built
    target = folder / "dosah.gpkg"
    before = target.read_bytes()
    bad = tmp_path / "bad.csv"
    bad.write_bytes(change(source_paths({})["snapshot_register"].read_text(encoding="utf-8")))
    result = dosah("build", "--output", target, "--source", f"register={bad}", "--language", "en")
    assert result.exit_code == 1
    assert result.stderr.startswith("dosah: bad.csv: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.stderr
    # The next step stands at the end as a sentence of its own.
    assert result.stderr.rstrip().endswith(".")
    assert target.read_bytes() == before
    assert not [path for path in folder.iterdir() if ".new" in path.name]


def test_a_wrong_name_or_path_of_a_source_is_told(tmp_path):
    assert "Known are municipality, outline" in dosah("build", "--source", "foo=x.csv").stderr
    assert "write it as NAME=PATH" in dosah("build", "--source", "register").stderr
    missing = dosah(
        "build", "--output", tmp_path / "x.gpkg", "--source", "register=nowhere.csv", "--language", "en"
    )
    assert (missing.exit_code, "nowhere.csv: there is no such file" in missing.stderr) == (1, True)
