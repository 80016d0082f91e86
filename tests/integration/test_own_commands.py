"""`dosah own`: list, try, publish, withdraw; whatever fails leaves folder and dataset as they were."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.publish.guard import exclusive
from etl.publish.own import STAGED
from geodata.dataset.dataset import read_dataset

runner = CliRunner()
HEAD = "service_name;provider_name;service_type;form;unit;capacity;municipality;source"
CLUB = f"{HEAD}\nKlub Baška;Obec Baška;follow-on-seniors-club;amb;klient;25;598011;sdělení\n"
WRONG = CLUB.replace("598011", "Lhotka")


@pytest.fixture
def office(copy_published, tmp_path):
    """A dataset of one's own with its record, and a place for tables that are handed in."""
    copy_published(tmp_path)
    return tmp_path


def own(office, *arguments):
    result = runner.invoke(
        app, ["own", *map(str, arguments), "--dataset", str(office / "dosah.gpkg"), "--format", "json"]
    )
    lines = result.stdout.strip().splitlines()
    assert len(lines) == 1, result.output
    answer = json.loads(lines[0])
    assert answer["ok"] == (result.exit_code == 0)
    return answer


def given(office, content=CLUB):
    path = office / "upload.csv"
    path.write_text(content, encoding="utf-8")
    return path


def folder(office):
    tables = office / "tables"
    return sorted(path.name for path in tables.iterdir()) if tables.is_dir() else []


def names(office):
    return set(read_dataset(office / "dosah.gpkg")["service"]["name"])


def test_a_table_is_tried_published_replaced_and_withdrawn(office):
    before = (office / "dosah.gpkg").read_bytes()
    work = office / "work"
    work.mkdir()
    trial = own(office, "try", given(office), "--work", work)
    assert trial["changes"]["counts"]["service_added"] == 1
    assert not trial["is_stopped"]
    assert (office / "dosah.gpkg").read_bytes() == before
    assert folder(office) == []

    done = own(office, "publish", given(office), "--seen", trial["seen"])
    assert done["name"] == "own-services-1.csv"
    assert done["content_hash"] == trial["content_hash"]
    assert folder(office) == ["own-services-1.csv"]
    assert "Klub Baška" in names(office)
    (listed,) = own(office, "list")["tables"]
    assert (listed["name"], listed["can_be_withdrawn"], listed["rows"]) == ("own-services-1.csv", True, 1)

    twice = own(office, "publish", given(office))
    assert (twice["error"], folder(office)) == ("table", ["own-services-1.csv"])
    again = given(office, CLUB.replace("Klub Baška", "Klub Baška, nový"))
    assert own(office, "publish", again, "--replaces", "own-services-1.csv")["name"] == "own-services-1.csv"
    assert {"Klub Baška, nový"} == {name for name in names(office) if name.startswith("Klub Baška")}

    # A plain build afterwards reads the same tables.
    content = read_dataset(office / "dosah.gpkg").facts["content_hash"]
    assert runner.invoke(app, ["build", "--output", str(office / "dosah.gpkg")]).exit_code == 0
    assert read_dataset(office / "dosah.gpkg").facts["content_hash"] == content

    assert own(office, "withdraw", "own-services-1.csv")["changes"]["counts"]["service_gone"] == 1
    assert folder(office) == []
    assert own(office, "list")["tables"] == []


@pytest.mark.parametrize("content", [WRONG, "", "a;b\n1;2\n", "\x00\x01", "PK\x03\x04 no workbook"])
def test_a_wrong_table_changes_nothing(office, content):
    before = (office / "dosah.gpkg").read_bytes()
    for command in (["publish"], ["try", "--work", office / "work"]):
        (office / "work").mkdir(exist_ok=True)
        answer = own(office, command[0], given(office, content), *command[1:], "--language", "cs")
        assert answer["error"] == "table"
        assert answer["problems"][0]["message"]
        shutil.rmtree(office / "work", ignore_errors=True)
    assert folder(office) == []
    assert (office / "dosah.gpkg").read_bytes() == before


def test_what_was_seen_must_still_be_there(office):
    assert own(office, "publish", given(office), "--seen", "0" * 64)["error"] == "changed_meanwhile"
    assert folder(office) == []


def test_while_another_build_is_at_work_nothing_is_touched(office):
    with exclusive(office / "dosah.gpkg"):
        assert own(office, "publish", given(office))["error"] == "busy"
    assert folder(office) == []


def test_what_somebody_put_there_by_hand_is_read_but_never_withdrawn(office):
    (office / "tables").mkdir()
    (office / "tables" / "nase.csv").write_text(CLUB, encoding="utf-8")
    assert runner.invoke(app, ["build", "--output", str(office / "dosah.gpkg")]).exit_code == 0
    (listed,) = own(office, "list")["tables"]
    assert (listed["name"], listed["can_be_withdrawn"]) == ("nase.csv", False)
    for name in ("nase.csv", "../dosah.gpkg", "own-services-9.csv"):
        assert own(office, "withdraw", name)["error"] == "other"
    assert folder(office) == ["nase.csv"]
    assert (office / "dosah.gpkg").is_file()


def test_a_dataset_of_which_nothing_is_known_can_only_be_looked_at(office):
    (office / "dosah.build.json").unlink()
    assert own(office, "list")["cannot_build_because"] == "no_record"
    answer = own(office, "publish", given(office))
    assert (answer["error"], answer["reason"]) == ("not_remembered", "no_record")
    result = runner.invoke(
        app, ["table", str(given(office)), "--dataset", str(office / "dosah.gpkg"), "--format", "json"]
    )
    assert json.loads(result.stdout)["tables"] == [
        {"sheet": None, "kind": "services", "rows": 1, "examples": 0}
    ]


def test_a_withdrawal_that_takes_much_along_waits_for_a_person(office):
    rows = [
        f"Klub {number};Obec Baška;follow-on-seniors-club;amb;klient;25;598011;sdělení"
        for number in range(60)
    ]
    name = own(office, "publish", given(office, "\n".join((HEAD, *rows)) + "\n"))["name"]
    (office / "work").mkdir()
    trial = own(office, "try", "--withdraw", name, "--work", office / "work")
    assert trial["is_stopped"]
    assert any(loss["what"] == "services" and loss["lost"] == 60 for loss in trial["losses"])
    assert own(office, "withdraw", name)["error"] == "loss"
    assert folder(office) == [name]
    assert own(office, "withdraw", name, "--accept-change")["ok"]
    assert folder(office) == []


def test_a_run_that_was_killed_leaves_no_table_that_nobody_published(office):
    name = own(office, "publish", given(office))["name"]
    staged = office / "tables" / STAGED
    staged.mkdir()
    # Killed before the build: not in the dataset. Killed after it: in the dataset already.
    (staged / "own-services-7.csv").write_text(CLUB.replace("Klub", "Nikdy"), encoding="utf-8")
    (office / "tables" / name).replace(staged / name)
    assert [table["name"] for table in own(office, "list")["tables"]] == [name]
    assert folder(office) == [name]


def test_a_template_begins_with_what_is_known(office):
    rows = office / "rows.json"
    rows.write_text(
        '[{"record_id": "=1+1", "field": "capacity.basis", "form": "ter", "unit": "klient", "x": 1}]'
    )
    path = office / "t.xlsx"
    result = runner.invoke(
        app, ["template", "corrections", "--rows", str(rows), "--output", str(path), "--language", "en"]
    )
    assert result.exit_code == 0, result.output
    result = runner.invoke(app, ["table", str(path), "--format", "json", "--language", "en"])
    wrong = {problem["cell"] for problem in json.loads(result.stdout)["problems"]}
    assert wrong == {"G3", "H3", "I3", "J3"}  # new value, date, office and reason are left to a person
    rows.write_text("{}")
    assert (
        runner.invoke(app, ["template", "needs", "--rows", str(rows), "--output", str(path)]).exit_code == 1
    )
