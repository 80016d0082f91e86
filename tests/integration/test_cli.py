"""The command line: help, checks, figures and the same numbers as the engine."""

import csv
import io
import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

import etl.cli
from etl.cli import app
from geodata.dataset.dataset import read_dataset
from geodata.method.analysis import analyse

runner = CliRunner()


def dosah(*arguments):
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def path(copy_published, tmp_path_factory):
    return copy_published(tmp_path_factory.mktemp("cli"))


def test_help_names_every_command():
    output = dosah("--help").output
    for command in ("build", "check", "info", "gaps", "serve"):
        assert f"  {command} " in output
    for command in ("build", "check", "info", "gaps", "serve"):
        assert dosah(command, "--help").exit_code == 0


def test_help_loads_nothing_heavy():
    script = (
        "import sys, etl.cli; print([name for name in ('pandas', 'geopandas', 'streamlit', 'rich') if "
        "name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_check_says_that_a_dataset_is_good_or_what_is_wrong(path, tmp_path):
    good = dosah("check", path)
    assert (good.exit_code, "every rule kept" in good.output) == (0, True)
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(path.read_bytes()[:100_000])
    bad = dosah("check", broken)
    assert bad.exit_code == 1
    assert "broken.gpkg cannot be read as a dataset" in bad.stderr
    assert "Traceback" not in bad.output
    assert "Run `dosah build`" in dosah("check", tmp_path / "none.gpkg").stderr


def test_info_says_what_is_in_it_and_how_old(path):
    output = dosah("info", path).output
    for word in ("2026-09-04", "381 services (207 registered)", "391 municipalities", "snapshot_register"):
        assert word in output
    content = json.loads(dosah("info", path, "--format", "json").output)
    assert content["tables"]["service"] == 381
    assert content["data_date"] == "2026-09-04"
    assert (
        next(row for row in content["origins"] if row["origin_id"] == "snapshot_public_page")[
            "reference_date"
        ]
        is None
    )


@pytest.mark.parametrize("area", ["frydlantsko-beskydy", "podbrdsko", "mikolow"])
def test_gaps_in_three_formats_are_the_numbers_of_the_engine(path, area):
    dataset = read_dataset(path)
    country = dataset["area"].set_index("area_id").loc[area, "country"]
    members = set(dataset["area_membership"].query("area_id == @area")["municipality_code"])
    coverage = analyse(dataset, "home_care", country, area).coverage
    wanted = coverage[coverage["municipality_code"].isin(members)]
    arguments = ("gaps", "--dataset", path, "--area", area, "--service", "home_care")
    content = json.loads(dosah(*arguments, "--format", "json").output)
    assert [row["municipality_code"] for row in content["rows"]] == wanted["municipality_code"].tolist()
    for row, demand in zip(content["rows"], wanted["demand_places"], strict=True):
        assert row["demand_places"] == (None if pd.isna(demand) else demand)
    table = list(csv.DictReader(io.StringIO(dosah(*arguments, "--format", "csv").output)))
    assert len(table) == len(members)
    assert [float(row["served_places"] or "nan") for row in table] == pytest.approx(
        wanted["served_places"], nan_ok=True
    )
    printed = dosah(*arguments).output
    assert all(name.split()[0] in printed for name in wanted["name"])


def test_served_waiting_and_out_of_reach_add_up_in_the_output(path):
    arguments = (
        "gaps",
        "--dataset",
        path,
        "--area",
        "frydlantsko-beskydy",
        "--service",
        "home_care",
        "--format",
        "json",
    )
    content = json.loads(dosah(*arguments).output)
    assert len(content["rows"]) == 13
    for row in content["rows"]:
        parts = row["served_places"] + row["waiting_places"] + row["out_of_reach_places"]
        assert parts == pytest.approx(row["demand_places"])


def test_options_of_gaps_reach_the_engine(path):
    base = ("gaps", "--dataset", path, "--area", "podbrdsko", "--service", "home_care", "--format", "json")
    plain, counted, typed = (
        json.loads(dosah(*base, *more).output)
        for more in ((), ("--count-doubtful",), ("--norm", "10", "--limit-km", "5"))
    )
    assert counted["total"]["served_places"] != plain["total"]["served_places"]
    assert (typed["norm"]["value_per_1000"], typed["limit_m"]) == (10.0, 5000.0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--area", "nowhere", "--service", "home_care"), "There is no area “nowhere”"),
        (("--area", "podbrdsko", "--service", "magic"), "magic"),
        (("--area", "podbrdsko", "--service", "home_care", "--norm", "magic"), "magic"),
        (("--area", "podbrdsko", "--service", "home_care", "--limit-km", "-1"), "limit_m"),
    ],
)
def test_a_wrong_option_gives_one_message(path, arguments, words):
    result = dosah("gaps", "--dataset", path, *arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_serve_builds_first_and_starts_the_dashboard_without_importing_it(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr("etl.commands.serve.become", lambda *call: calls.append(call) or 0)
    target = tmp_path / "new" / "dosah.gpkg"
    result = dosah("serve", "--dataset", target, "--port", "8765")
    assert result.exit_code == 0, result.output
    assert target.is_file()
    ((command, folder, environment),) = calls
    assert command[:3] == [sys.executable, "-m", "dashboard.server"]
    assert (folder / "app.py").is_file()
    assert {"--server.headless=true", "--server.port=8765", "--server.address=127.0.0.1"} <= set(command)
    assert environment["DOSAH_DATASET"] == str(target)


@pytest.mark.skipif(os.name != "posix", reason="a process can be replaced on POSIX only")
def test_the_server_takes_the_place_of_the_command(tmp_path):
    script = (
        "import os, sys; from pathlib import Path; from etl.commands.serve import become;"
        "print(os.getpid(), flush=True);"
        "become([sys.executable, '-c', 'import os; print(os.getpid(), os.getcwd())'], Path(sys.argv[1]), "
        "dict(os.environ))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    first, second, folder = done.stdout.split()
    assert first == second
    assert folder == str(tmp_path.resolve())


def test_commands_of_other_parts_are_loaded(monkeypatch):
    seen = []

    class Entry:
        def load(self):
            return seen.append

    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: [Entry()] if group == "dosah.commands" else []
    )
    etl.cli.load_commands()
    assert seen == [app]
