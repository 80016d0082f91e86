"""Commands of the documents: each writes its file, says where, and tells a mistake in one message."""

import re

import pytest
import typer
from typer.testing import CliRunner

from dashboard.documents import commands

AREA = "mikolow"
VILLAGE = "2408021"


@pytest.fixture
def run(dataset_path, tmp_path, monkeypatch):
    app = typer.Typer(pretty_exceptions_enable=False)
    commands.register(app)
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, [*words, "--dataset", str(dataset_path)])


@pytest.mark.parametrize(
    ("words", "file", "start"),
    [
        (["pack"], f"{AREA}-cs.html", b"<!DOCTYPE html>"),
        (["sheet", "--village", VILLAGE, "--language", "pl"], f"{VILLAGE}-pl.pdf", b"%PDF"),
        (["sheet", "--zip"], f"{AREA}-cs.zip", b"PK"),
        (["slip", "--village", VILLAGE], f"{VILLAGE}-cs-corrections.xlsx", b"PK"),
        (["report", "--language", "en"], f"{AREA}-en.docx", b"PK"),
        (["slides"], f"{AREA}-cs.pptx", b"PK"),
        (["workbook"], f"{AREA}-cs.xlsx", b"PK"),
        (["picture", "--service", "share_65", "--format", "svg"], f"{AREA}-share_65-cs.svg", b"<svg"),
        (
            ["picture", "--service", "share_80", "--steps", "natural", "--format", "svg"],
            f"{AREA}-share_80-natural-cs.svg",
            b"<svg",
        ),
        (
            ["picture", "--service", "day_care", "--show", "missing"],
            f"{AREA}-day_care-missing-cs.png",
            b"\x89PNG",
        ),
        (["export"], f"dosah-{AREA}/hsds.json", b"{"),
    ],
)
def test_a_command_writes_its_file_and_says_where(run, tmp_path, words, file, start):
    result = run(*words, "--area", AREA)
    assert result.exit_code == 0, result.output
    assert (tmp_path / file).read_bytes().startswith(start)
    assert file in result.output
    assert not list(tmp_path.rglob("*.new"))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["pack", "--area", "nowhere"], "no planning area 'nowhere'"),
        (["pack", "--area", AREA, "--story", "nothing"], "no story 'nothing'"),
        (["pack", "--area", AREA, "--story", "missing.yaml"], "missing.yaml"),
        (["pack", "--area", AREA, "--story", "podbrdsko"], "no such story"),
        (["sheet", "--area", AREA, "--village", "999"], "no municipality 999"),
        (["slip", "--area", AREA, "--village", "999"], "999"),
        (["picture", "--area", AREA, "--service", "nothing"], "no group of services 'nothing'"),
        (["picture", "--area", AREA, "--service", "day_care", "--show", "beauty"], "no measure 'beauty'"),
        (["report", "--area", AREA, "--template", "missing.docx"], "missing.docx"),
    ],
)
def test_a_mistake_is_told_in_one_message_without_a_traceback(run, words, problem):
    result = run(*words)
    assert result.exit_code == 1
    assert problem in result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_every_command_stands_in_the_documentation():
    from pathlib import Path

    app = typer.Typer()
    commands.register(app)
    guide = (Path(__file__).resolve().parents[2] / "docs" / "DOCUMENTS.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert re.search(rf"`dosah {command.name}\b", guide), command.name
