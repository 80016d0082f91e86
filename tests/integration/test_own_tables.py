"""An office's own tables, from the template to the published dataset, and a build that would lose much."""

import csv
import json

import pytest
import xlsxwriter
from typer.testing import CliRunner

from etl.cli import app
from etl.snapshot import register
from etl.usertables.cells.schema import layout
from etl.usertables.read import choice_text
from geodata.dataset.dataset import check_dataset, read_dataset
from geodata.method.shares import sites_listed, sites_sharing
from geodata.vocabulary.codes import label
from geodata.vocabulary.provenance import data_folder, origins

runner = CliRunner()
REGISTER = data_folder() / origins()[register.ORIGIN_ID].file_name


def dosah(*arguments):
    return runner.invoke(app, [str(argument) for argument in arguments])


def fill(path, kind, *rows, language="cs"):
    """
    Write a table as a person fills in the template: headings in words,
    codes as the drop-down lists give them.
    """
    table = layout(kind)
    path.parent.mkdir(exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(table.sheet[language])
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, column.heading[language])
        for number, row in enumerate(rows, start=1):
            value = row.get(column.name)
            labels = column.labels(language)
            if value in labels:
                value = choice_text(value, labels[value])
            if isinstance(value, str):
                sheet.write_string(number, position, value)
            elif value is not None:
                sheet.write_number(number, position, value)
    book.close()
    return path


CLUB = {
    "record_id": "klub",
    "service_name": "Klub seniorů Baška",
    "provider_name": "Obec Baška",
    "service_type": "follow-on-seniors-club",
    "form": "amb",
    "unit": "klient",
    "capacity": 25,
    "basis": "per_year",
    "municipality": "598011",
    "street_address": "Baška 420",
    "served_area": "598011; 598143",
    "target_groups": "seniors",
    "source": "https://www.baska.cz, sdělení úřadu",
}
SITES = {"sites_total": 3}
SHELTER = {
    "record_id": "azyl Skrytá",
    "service_name": "Azylový dům Tajenka",
    "provider_name": "Organizace Tajná",
    "service_type": "cz-57",
    "form": "pob",
    "unit": "luzka",
    "capacity": 7,
    "municipality": "598011",
    "street_address": "Skrytá 13",
    "source": "Skrytá 13, dopis",
    "note": "vchod ze dvora ulice Skrytá",
}
NEED = {
    "target_group": "seniors",
    "indicator": "příjemci příspěvku na péči",
    "unit_text": "osoby",
    "year": 2025,
    "suppress_below": 5,
    "source": "ÚP",
}


@pytest.fixture(scope="module")
def registrations():
    with REGISTER.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["capacity_text"].startswith("ter:klient=")]
    return list(dict.fromkeys(row["registration_id"] for row in rows))


@pytest.fixture(scope="module")
def built(tmp_path_factory, registrations):
    folder = tmp_path_factory.mktemp("own")
    own = folder / "tables"
    fill(
        own / "sluzby.xlsx",
        "services",
        CLUB | SITES,
        {**CLUB, **SITES, "form": "ter", "capacity": None},
        SHELTER,
        {
            **CLUB,
            "record_id": None,
            "registration_id": registrations[0],
            "service_name": "Doplněk",
            "form": None,
            "unit": None,
            "capacity": None,
            "basis": None,
            "email": "urad@baska.cz",
        },
    )
    correction = {"office": "MěÚ", "reason": "překlep", "date": "2026-10-05"}
    fill(
        own / "opravy.xlsx",
        "corrections",
        {**correction, "record_id": registrations[0], "field": "capacity.capacity_number", "new_value": "33"},
        {**correction, "record_id": registrations[1], "field": "capacity.basis", "new_value": "per_year"},
        {
            **correction,
            "record_id": registrations[2],
            "field": "service.name",
            "old_value": "Kdysi",
            "new_value": "X",
        },
    )
    fill(
        own / "potreby.xlsx",
        "needs",
        {**NEED, "municipality": "598011", "value": 2},
        {**NEED, "municipality": "598143", "value": 120},
        {**NEED, "municipality": "507181", "value": 60},
        language="en",
    )
    money = {
        "year": 2025,
        "funding_source": "region",
        "funding_kind": "granted",
        "amount": 1e6,
        "currency": "CZK",
        "source": "x",
    }
    fill(
        own / "penize.xlsx",
        "funding",
        {**money, "record_id": "klub"},
        {**money, "record_id": "neznámá 1"},
        {**money, "record_id": "azyl Skrytá", "source": "Skrytá 13", "note": "Skrytá"},
        language="pl",
    )
    net = {
        "form": "ter",
        "unit": "klient",
        "capacity": 20,
        "year": 2026,
        "network_name": "síť",
        "source": "x",
    }
    fill(own / "sit.xlsx", "network", {**net, "record_id": registrations[0]})
    (folder / "nase.yaml").write_text(
        "area_id: nase\nname: Naše\nkind: ORP\nmembership: {certainty: confirmed}\n"
        "all_of: {orp: Frýdlant nad Ostravicí}\n",
        encoding="utf-8",
    )
    result = dosah(
        "build",
        "--output",
        folder / "dosah.gpkg",
        "--area",
        folder / "nase.yaml",
        "--report",
        folder / "report.json",
    )
    assert result.exit_code == 0, result.output
    return folder, result.output


@pytest.fixture(scope="module")
def dataset(built):
    return check_dataset(built[0] / "dosah.gpkg")


def rows(frame, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return frame.to_dict("records")


def test_own_services_stand_beside_the_register_s(dataset):
    (service,) = rows(dataset["service"], service_id="user-klub")
    assert (service["evidence"], service["is_follow_on"], service["country"]) == ("user_table", True, "CZ")
    assert service["source_url"] == "https://www.baska.cz"
    capacities = {
        row["form"]: (row["capacity_number"], row["basis"])
        for row in rows(dataset["capacity"], service_id="user-klub")
    }
    assert capacities["amb"] == (25, "per_year")
    assert capacities["ter"][0] != capacities["ter"][0]  # unknown
    assert service["note"] == "Zdroj: sdělení úřadu"
    (site,) = rows(dataset["site"], service_id="user-klub")
    assert (site["municipality_code"], site["location_quality"]) == ("598011", "municipality")
    assert {row["municipality_code"] for row in rows(dataset["served_area"], service_id="user-klub")} == {
        "598011",
        "598143",
    }


def test_an_office_tells_in_how_many_places_its_service_works(dataset):
    sites = dataset["service"].set_index("service_id")["sites_total"]
    own = dataset["service"][dataset["service"]["origin_id"] == "user_services_sluzby"]
    numbers = own.set_index("service_id")["sites_total"].dropna()
    assert numbers.tolist() == [3]
    assert (sites_listed(dataset["service"], dataset["site"])[numbers.index] == 1).all()
    assert (sites_sharing(dataset["service"], dataset["site"])[numbers.index] == 3).all()
    # The shelter names its places itself, and registrations keep what the register says.
    assert sites[own["service_id"]].isna().sum() == len(own) - 1


def test_a_registered_service_is_completed_not_repeated(dataset, registrations):
    (service,) = rows(dataset["service"], registration_id=registrations[0])
    assert service["name"] != "Doplněk"
    assert service["email"] == "urad@baska.cz"
    (linked,) = rows(dataset["linked"], origin_id="user_services_sluzby")
    assert (linked["rule"], linked["service_id"]) == ("exact_registration_id", service["service_id"])


def test_an_own_shelter_is_nowhere_finer_than_its_district(built, dataset):
    (service,) = [
        row for row in rows(dataset["service"], service_type_code="cz-57") if row["evidence"] == "user_table"
    ]
    (site,) = rows(dataset["site"], service_id=service["service_id"])
    assert (site["district_code"], site["is_protected"], site["location_quality"]) == (
        "CZ0802",
        True,
        "district",
    )
    content = (built[0] / "dosah.gpkg").read_bytes().decode("utf-8", "ignore")
    for text in (content, (built[0] / "report.json").read_text(encoding="utf-8"), built[1]):
        assert "Skryt" not in text
        assert "Tajenka" not in text


def test_corrections_win_and_are_told(dataset, registrations):
    corrections = {row["record_id"]: row for row in dataset["correction"].to_dict("records")}
    assert len(corrections) == 3
    (first,) = rows(dataset["capacity"], service_id=f"cz-rpss-{registrations[0]}")
    assert first["capacity_number"] == 33
    (second,) = rows(dataset["capacity"], service_id=f"cz-rpss-{registrations[1]}")
    assert (second["basis"], second["basis_reason"]) == ("per_year", "correction")
    assert corrections[f"cz-rpss-{registrations[2]}"]["state"] == "outdated"


def test_every_row_of_every_own_table_is_accounted_for(dataset):
    accounts = {
        row["origin_id"]: (row["rows_read"], row["rows_loaded"], row["rows_merged"], row["rows_rejected"])
        for row in dataset["accounting"].to_dict("records")
        if row["origin_id"].startswith("user_")
    }
    assert accounts == {
        "user_services_sluzby": (4, 3, 1, 0),
        "user_corrections_opravy": (3, 3, 0, 0),
        "user_needs_potreby": (3, 3, 0, 0),
        "user_funding_penize": (3, 2, 0, 1),
        "user_network_sit": (1, 1, 0, 0),
        "user_area_nase": (1, 1, 0, 0),
    }
    assert [row["reason"] for row in rows(dataset["rejected"], origin_id="user_funding_penize")] == [
        "unknown_service"
    ]
    assert set(accounts) <= set(dataset["origin"]["origin_id"])


def test_small_numbers_of_need_are_not_in_the_file(dataset):
    need = {row["municipality_code"]: row for row in dataset["need"].to_dict("records")}
    assert need["598011"]["disclosure"] == "below"
    assert need["598011"]["value"] != need["598011"]["value"]
    assert (dataset["need"]["value"] >= 5).sum() >= 1


def test_an_own_area_is_one_of_the_areas(dataset):
    (area,) = rows(dataset["area"], area_id="nase")
    assert (area["name"], area["origin_id"]) == ("Naše", "user_area_nase")
    assert len(rows(dataset["area_membership"], area_id="nase")) > 5


def test_the_next_build_reads_them_again_and_says_what_changed(built, registrations):
    folder, _ = built
    before = (folder / "dosah.gpkg").read_bytes()
    area = ("--area", folder / "nase.yaml")
    result = dosah("build", "--output", folder / "dosah.gpkg", *area, "--changes", folder / "c.txt")
    assert result.exit_code == 0, result.output
    assert (folder / "dosah.gpkg").read_bytes() == before
    assert "Nic se nezměnilo." in (folder / "c.txt").read_text(encoding="utf-8")
    # Without the tables, their services are gone and the register's numbers are back.
    result = dosah(
        "build",
        "--output",
        folder / "dosah.gpkg",
        *area,
        "--table",
        folder / "opravy-nikde",
        "--changes",
        folder / "c.json",
    )
    assert result.exit_code == 1
    (folder / "empty").mkdir()
    result = dosah(
        "build",
        "--output",
        folder / "dosah.gpkg",
        *area,
        "--table",
        folder / "empty",
        "--changes",
        folder / "c.json",
    )
    assert result.exit_code == 0, result.output
    counts = json.loads((folder / "c.json").read_text(encoding="utf-8"))["counts"]
    assert counts["service_gone"] == 2
    assert counts["capacity_changed"] == 1
    assert counts["capacity_basis"] == 1
    assert set(read_dataset(folder / "dosah.gpkg")["tombstone"]["service_id"]) >= {"user-klub"}


def test_a_build_that_would_lose_much_stops_until_somebody_accepts_it(copy_published, tmp_path):
    path, half = copy_published(tmp_path), tmp_path / "register.csv"
    before = path.read_bytes()
    lines = REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)
    half.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    result = dosah("build", "--output", path, "--source", f"register={half}")
    assert result.exit_code == 1
    assert "Nothing was published" in result.output
    assert "--accept-change" in result.output
    assert "services would be lost" in result.output
    assert "Traceback" not in result.output
    assert path.read_bytes() == before
    result = dosah("build", "--output", path, "--source", f"register={half}", "--accept-change")
    assert result.exit_code == 0, result.output
    assert len(read_dataset(path)["tombstone"]) > 50


def test_a_last_dataset_that_cannot_be_read_is_told(tmp_path):
    path = tmp_path / "dosah.gpkg"
    path.write_bytes(b"no dataset")
    result = dosah("build", "--output", path)
    assert result.exit_code == 0, result.output
    assert "Ke kontrole: s posledními daty se nic neporovnalo" in result.output
    path.write_bytes(b"no dataset")
    result = dosah("build", "--output", path, "--language", "en")
    assert "Look at: nothing was compared with the last dataset" in result.output


def test_a_wrong_table_stops_the_build_and_can_be_given_back_marked(tmp_path):
    path = tmp_path / "dosah.gpkg"
    wrong = fill(
        tmp_path / "tables" / "potreby.xlsx", "needs", {**NEED, "municipality": "Lhotka", "value": 5}
    )
    result = dosah("build", "--output", path)
    assert result.exit_code == 1
    assert "list Potřeby, buňka B2: samotný název „Lhotka“ nestačí" in result.output
    assert not path.exists()
    result = dosah("table", wrong, "--annotate", tmp_path / "copy.xlsx", "--language", "pl")
    assert result.exit_code == 1
    assert "arkusz Potřeby, komórka B2" in result.output
    assert (tmp_path / "copy.xlsx").stat().st_size > 1000


@pytest.mark.parametrize("kind", ["services", "corrections", "needs", "network", "funding", "areas"])
def test_a_template_from_the_command_line_is_in_order(tmp_path, kind):
    path = tmp_path / f"{kind}.xlsx"
    result = dosah("template", kind, "--language", "pl", "--output", path)
    assert result.exit_code == 0, result.output
    result = dosah("table", path)
    assert result.exit_code == 0, result.output
    assert f"{layout(kind).sheet['pl']}: {layout(kind).sheet['cs']}, řádků: 0" in result.output


def test_labels_of_lists_are_those_of_the_code_lists():
    assert layout("services").column("form").labels("pl")["pob"] == label("forms", "pob", "pl")
