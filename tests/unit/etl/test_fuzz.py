"""
A small count of the fuzzing that `python -m tests.fuzz` does at length, and that it leaves no reader out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def fuzz(dataset_path, monkeypatch):
    monkeypatch.setenv("DOSAH_FUZZ_DATASET", str(dataset_path))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.fuzz", *words]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)

    return run


@pytest.mark.slow
def test_broken_files_end_in_answers_that_hold_or_in_an_error_for_people(fuzz) -> None:
    done = fuzz("--count", "900", "--seed", "2026", "--jobs", "2")
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(r"^900 inputs, 0 findings", done.stdout, re.MULTILINE)
    rows = re.findall(r"^(\w+) +(\d+) taken +(\d+) refused", done.stdout, re.MULTILINE)
    assert len(rows) >= 45
    assert sum(int(taken) + int(refused) for _, taken, refused in rows) == 900
    # Mutants that nobody refuses, or that nobody takes, would test nothing.
    assert sum(int(taken) for _, taken, _ in rows) > 100
    assert sum(int(refused) for _, _, refused in rows) > 100


@pytest.mark.slow
def test_no_reader_is_left_out(fuzz) -> None:
    done = fuzz("--list")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert ", 0 left out." in done.stdout
    for reader in (
        "etl/usertables/areas.py:read_area",
        "etl/travel/roads.py:_layer",
        "dashboard/story/edit.py:from_link",
        "dashboard/documents/office/template_file.py:problem_of",
        "dashboard/map/base_maps.py:read",
    ):
        assert reader in done.stdout


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def a(path):\n    return path.read_bytes()", ["a"]),
        ("def a(path):\n    with open(path) as stream:\n        return 1", ["a"]),
        ("class A:\n    def b(self, path):\n        return json.loads(path)", ["A.b"]),
        ("def a():\n    def b():\n        return zipfile.ZipFile(x)\n    return b", ["a.b"]),
        ("def a(path):\n    path.write_bytes(b'')", []),
        ("def a(path):\n    path.open('wb')", []),
        ("def a(path):\n    return read_text(path)", []),
        ("def a():\n    return st.query_params.get('x')", ["a"]),
        ("def a(file):\n    return file.getvalue()", ["a"]),
    ],
)
def test_what_opens_something_is_found_in_the_source(monkeypatch, source, names) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from tests.fuzz.readers import found_in

    assert list(found_in(source)) == names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "seconds", "told"),
    [
        ("raise KeyError(1)", 60, "KeyError"),
        ("while True: pass", 1.5, "took more than"),
        ("__import__('os').abort()", 60, "ended the process"),
        ("bytearray(1_200_000_000)", 60, "MiB"),
    ],
    ids=["traceback", "endless", "abort", "memory"],
)
def test_each_kind_of_fault_is_found(tmp_path, body, seconds, told) -> None:
    (tmp_path / "tests").mkdir()
    program = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}]
from tests.fuzz import all_targets, engine
from tests.fuzz.target import Target

def read(path):
    if path.read_bytes() != b"good sample, good sample":
        {body}

def targets():
    return (Target("made", read, ((b"good sample, good sample", "a.txt"),)),)

all_targets.targets = targets
engine.MOST_SECONDS = {seconds}
if __name__ == "__main__":
    found = engine.run(["made"], 2, 1, 1)
    print(found.found)
    sys.exit(1 if found.found else 0)
"""
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 1, done.stderr[-2000:]
    assert told in done.stdout
