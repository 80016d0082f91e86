import os
import subprocess
from pathlib import Path

import pytest

from geodata.guarded import child
from geodata.guarded.child import ChildLimits

POSIX_ONLY = pytest.mark.skipif(
    os.name != "posix", reason="the system knows no limits of memory for a process"
)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))

    def make(text: str) -> str:
        (tmp_path / "strange_reader.py").write_text(text, encoding="utf-8")
        return "strange_reader"

    return make


def test_gives_bytes_and_takes_bytes_back(module):
    name = module(
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1]); print(sys.argv[1:], end='')"
    )
    ended = child.run(name, ["ž", "a b"], given=b"abc")
    assert (ended.end, ended.written.decode()) == ("done", "cba['ž', 'a b']")


def test_what_failed_still_tells_what_it_wrote(module):
    ended = child.run(module("import sys; print('no', flush=True); sys.exit(1)"))
    assert (ended.end, ended.written, ended.exit_code) == ("failed", b"no\n", 1)


def test_a_child_that_does_not_end_is_ended(module):
    ended = child.run(module("import time; time.sleep(60)"), limits=ChildLimits(seconds=1))
    assert ended.end == "too_long"


def test_what_a_child_started_ends_with_it(module, tmp_path):
    ended = child.run(
        module(
            "import subprocess, sys, time\n"
            "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
            "print(p.pid, flush=True); time.sleep(60)"
        ),
        limits=ChildLimits(seconds=1),
    )
    grandchild = int(ended.written)
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(grandchild)], capture_output=True, text=True, check=False
    )
    assert state.stdout.strip()[:1] in ("", "Z")


@POSIX_ONLY
@pytest.mark.parametrize("ask", ["b'x' * (2 << 30)", "[0] * (1 << 28)"])
def test_more_memory_than_allowed_is_too_much(module, ask):
    assert child.run(module(f"kept = {ask}")).end == "too_much"


@POSIX_ONLY
def test_an_abort_of_a_library_ends_the_child_only(module):
    assert child.run(module("import os; os.abort()")).end == "too_much"


@POSIX_ONLY
def test_a_busy_child_is_stopped_by_its_time(module):
    assert child.run(module("while True: pass"), limits=ChildLimits(seconds=1)).end == "too_long"


def test_a_module_that_does_not_exist_fails():
    assert child.run("geodata.guarded.no_such_module").end == "failed"
