"""
An exception that nobody foresaw: one sentence for people, exit code 1, the details only where they
are asked for.
"""

import sys
from pathlib import Path

import pytest
import typer

from etl import cli
from etl.commands import build as commands_build
from etl.commands import faults


@pytest.fixture
def failing(monkeypatch):
    """Run the command line with a command that fails in the program itself."""
    app = typer.Typer()

    @app.command()
    def build(language: str = "cs", name: str = "") -> None:
        commands_build.parse_sources([5])  # the fault: a number where text is promised

    monkeypatch.setattr(cli, "app", app)
    monkeypatch.setattr(cli, "load_commands", lambda: None)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["dosah", *words])
        cli.main()

    return run


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ([], "dosah: The program met a fault"),
        (["--language", "cs"], "dosah: V programu nastala chyba"),
        (["--language=pl"], "dosah: W programie wystąpił błąd"),
        (["--language", "xx"], "dosah: The program met a fault"),
    ],
)
def test_a_fault_is_one_sentence_in_the_language_asked_for(failing, capsys, words, begins):
    with pytest.raises(SystemExit) as ended:
        failing(*words)
    told = capsys.readouterr()
    assert ended.value.code == 1
    assert told.out == ""
    assert told.err.startswith(begins)
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err
    assert "(AttributeError, etl/commands/build.py:" in told.err


def test_nothing_of_a_file_and_nothing_of_the_machine_stands_in_it():
    try:
        commands_build.parse_sources([{"tajné": "jméno"}])
    except AttributeError as error:
        told = faults.fault_sentence(error, [])
    assert "tajné" not in told
    assert "dict" not in told
    assert str(Path(cli.__file__).parent) not in told


def test_debug_shows_the_details_wherever_it_stands(failing):
    for words in (["--debug"], ["--language", "cs", "--debug"]):
        with pytest.raises(AttributeError):
            failing(*words)


@pytest.mark.parametrize("language", list(faults.FAULTS))
def test_the_sentence_names_what_to_do(language):
    assert "--debug" in faults.FAULTS[language]
    assert "{what}" in faults.FAULTS[language]
