"""What a newcomer reads and what runs at every commit name only what exists."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FORMS = sorted(
    set((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")) - {ROOT / ".github/ISSUE_TEMPLATE/config.yml"}
)
TOLD = ["CONTRIBUTING.md", "SECURITY.md"]
# A file of the repository, by the folder it lies in or by its ending.
FILE = re.compile(r"(?:[\w.]+/)+[\w.]*|[\w]+\.(?:md|toml|yml|cff)")


def read(name):
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", TOLD)
def test_files_that_are_named_exist(name):
    text = read(name)
    words = [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"\]\(([^)]+)\)", text)]
    named = {part for word in words for part in FILE.findall(word)}
    # Made at set-up or by a command, not kept.
    named = {part for part in named if not part.startswith((".venv", "build/")) and "<" not in part}
    assert named
    assert [part for part in sorted(named) if not (ROOT / part).exists()] == []


def test_targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = {word for name in (*TOLD, "README.md") for word in re.findall(r"`?make ([a-z]+)`", read(name))}
    assert {"quick", "test", "setup"} <= named <= targets


def test_every_target_of_develop_is_a_word_it_knows():
    words = re.findall(r"tools/develop\.py ([a-z]+)", read("Makefile"))
    done = subprocess.run(
        [sys.executable, "tools/develop.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    known = re.search(r"develop\.py ([a-z|]+)", done.stderr)[1].split("|")
    assert {"quick", "docs", "test"} <= set(words) <= set(known)


def test_names_in_the_code_that_are_named_exist():
    text = read("CONTRIBUTING.md")
    for name, files in {
        "LANGUAGES": (
            "dashboard/text.py",
            "geodata/vocabulary/codes.py",
            "geodata/said.py",
            "etl/sources/formats/contract.py",
        ),
        "_LOCALES": ("dashboard/text.py",),
        "_PLURAL_TAGS": ("dashboard/text.py",),
        "HEADERS": ("dashboard/translations/messages.py",),
        "SOURCES": ("etl/country/official.py",),
        "_read_one": ("etl/country/official.py",),
        "_fetch": ("etl/fetch/obtain.py",),
        "source_tables": ("etl/sources/formats/contract.py",),
        "CONNECTORS": ("tests/unit/etl/sources/formats/test_contract.py",),
    }.items():
        assert f"`{name}`" in text
        for file in files:
            assert file in text
            assert re.search(rf"^(?:def )?{name}\b", read(file), re.MULTILINE), (name, file)


def test_a_commit_runs_nothing_that_is_fetched():
    hooks = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    assert {hook["language"] for hook in hooks[0]["hooks"]} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks[0]["hooks"])


def test_the_workflow_runs_the_gate_and_nothing_else():
    steps = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make test"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_a_form_asks_for_no_person_and_can_be_filled_in(form):
    content = yaml.safe_load(form.read_text("utf-8"))
    assert {"name", "description", "body"} <= set(content)
    fields = [part for part in content["body"] if part["type"] != "markdown"]
    assert all(part["attributes"].get("label") for part in fields)
    names = [part["id"] for part in fields]
    assert len(set(names)) == len(names)
    assert any(part.get("validations", {}).get("required") for part in fields)
    assert "SECURITY.md" in str(content["body"][0])
    assert not {"name", "email", "contact", "phone"} & set(names)


def test_there_is_a_form_for_data_and_one_for_the_program():
    assert [form.stem for form in FORMS] == ["bug", "data_fault"]


def test_the_citation_is_of_this_version_and_this_licence():
    cited = yaml.safe_load(read("CITATION.cff"))
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    assert cited["cff-version"] == "1.2.0"
    (holder,) = cited["authors"]
    assert holder == {"name": "The Dosah contributors"}
    assert holder["name"] in read("LICENSE")
