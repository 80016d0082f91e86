"""A small count of the fuzzing that `python -m tests.fuzz` does at length."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_broken_files_end_in_tables_that_add_up_or_in_an_error_for_people() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--count", "900", "--seed", "2026"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(r"^900 inputs, 0 tracebacks", done.stdout, re.MULTILINE)
    # Mutants that nobody refuses, or that nobody takes, would test nothing.
    taken = {
        name: int(count) for name, count in re.findall(r"^(\w+) +(\d+) taken", done.stdout, re.MULTILINE)
    }
    assert len(taken) == 15
    assert sum(taken.values()) < 900
