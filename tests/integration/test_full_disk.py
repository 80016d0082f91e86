"""
A full disk and a folder that cannot be written: one sentence, exit code 1, what was there stays,
nothing is left lying about.
"""

import json
import os
import re
import subprocess
import sys

import pytest

HEAD = "service_name;provider_name;service_type;form;unit;capacity;municipality;source"
AREA = ["--area", "frydlantsko-beskydy"]
COMMANDS = {
    "build": (["build", "--output", "{out}/dosah.gpkg"], 100_000),
    "build, at the last bytes": (["build", "--output", "{out}/dosah.gpkg"], 2_000_000),
    "build into a file": (["build", "--output", "{out}/dosah.gpkg/dosah.gpkg"], 10_000_000),
    "own publish": (["own", "publish", "{work}/table.csv", "--dataset", "{out}/dosah.gpkg"], 100_000),
    "own publish, nothing at all": (
        ["own", "publish", "{work}/table.csv", "--dataset", "{out}/dosah.gpkg"],
        0,
    ),
    "own withdraw": (["own", "withdraw", "own-services-1.csv", "--dataset", "{out}/dosah.gpkg"], 100_000),
    "template": (["template", "needs", "--output", "{out}/t.xlsx"], 3_000),
    "annotated table": (["table", "{work}/wrong.csv", "--annotate", "{out}/marked.xlsx"], 3_000),
    "workbook": (["workbook", *AREA, "--output", "{out}/w.xlsx"], 5_000),
    "workbook into a file": (["workbook", *AREA, "--output", "{out}/dosah.gpkg/w.xlsx"], 10_000_000),
    "export": (["export", *AREA, "--output", "{out}/export"], 3_000),
    "export, until the GeoPackage": (["export", *AREA, "--output", "{out}/export"], 100_000),
    "export into a file": (["export", *AREA, "--output", "{out}/dosah.gpkg"], 10_000_000),
}
# A full disk as the system, SQLite and GDAL tell it; the place of a folder that is a file.
REASON = re.compile(
    "File too large|disk I/O error|disk is full|GeoPackage could not be made|Not a directory|File exists"
)
# Each command in a process of its own, forked after the imports;
# the system refuses to write more than so many bytes into a file.
DRIVER = """
import io, json, os, resource, shutil, sys, traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
import geopandas, pandera.pandas, pyogrio, shapely
from etl import cli

cli.load_commands()
work = Path(sys.argv[1])
done = {}
for number, (name, (arguments, most)) in enumerate(json.loads(sys.argv[2]).items()):
    out = work / f"out{number}"
    shutil.copytree(work / "office", out)
    before = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    words = [word.replace("{out}", str(out)).replace("{work}", str(work)) for word in arguments]
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        os.environ["DOSAH_DATASET"] = str(work / "office" / "dosah.gpkg")
        text, code = io.StringIO(), 99
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        with redirect_stderr(text), redirect_stdout(io.StringIO()):
            try:
                cli.app(words)
            except SystemExit as end:
                code = end.code
            except BaseException:
                traceback.print_exc()
        os.write(tell, json.dumps([code, text.getvalue()[-3000:]]).encode())
        os._exit(0)
    os.close(tell)
    code, text = json.loads(os.read(told, 100_000))
    os.waitpid(child, 0)
    after = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    changed = sorted(path for path in before if after.get(path) != before[path])
    done[name] = {"code": code, "text": text, "changed": changed, "new": sorted(set(after) - set(before))}
print(json.dumps(done))
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and limited here")


def run(work, commands):
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(work), json.dumps(commands)],
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def results(copy_published, tmp_path_factory):
    work = tmp_path_factory.mktemp("full")
    row = "Klub Baška;Obec Baška;follow-on-seniors-club;amb;klient;25;598011;sdělení"
    (work / "table.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    (work / "wrong.csv").write_text(f"{HEAD}\n{row.replace('598011', 'Lhotka')}\n", encoding="utf-8")
    (work / "office").mkdir()
    office = str(copy_published(work / "office"))
    other = row.replace("Klub Baška", "Klub Kunčice")
    (work / "other.csv").write_text(f"{HEAD}\n{other}\n", encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "etl.cli", "own", "publish", str(work / "other.csv"), "--dataset", office],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return run(work, COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(results, name):
    result = results[name]
    assert result["code"] == 1, result
    assert "Traceback" not in result["text"]
    assert result["text"].startswith("dosah: "), result
    assert REASON.search(result["text"]), result
    assert not re.search(r"(?<![\w<])/\w+/", result["text"]), "no path of the machine"
    assert result["text"].strip().endswith("."), result
    # The lock of a dataset says who holds it now; it is no content.
    assert [path for path in result["changed"] if not path.endswith(".lock")] == []
    new = [path for path in result["new"] if not path.startswith("export/")]
    assert new == []
    assert not [path for path in result["new"] if ".new" in path]
