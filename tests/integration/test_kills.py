"""
A build, a publication, a withdrawal killed before each of its operations on files, one after the other:
everything heals itself.

What a build calculates is replaced by little here (each table that it is given becomes one origin);
every step between two files is the real one. `make bench kills` kills the real command a hundred times.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from etl.publish.remembered import recall, record_path, remember
from etl.publish.staging import settle
from geodata.vocabulary.provenance import checksum

DRIVER = '''
import dataclasses, json, os, shutil, sys, types
from pathlib import Path
import geopandas, pandas, shapely
from bench.kills import die_before
from etl.publish import build
from etl.publish import own as own_tables
from etl.publish.guard import exclusive
from etl.publish.remembered import recall
from etl.publish.staging import folder_of
from etl.usertables.load import default_folder, find_files
from geodata.dataset import fields
from geodata.dataset import publish as catalog
from geodata.dataset import rules as tables
from geodata.vocabulary.provenance import checksum

ORIGIN = {"title": "Zkouška", "publisher": "Nikdo", "licence": "CC BY 4.0", "citation": "Nikdo", "url": None,
          "reference_date": "2026-09-04", "state_note": None}

@dataclasses.dataclass(frozen=True)
class Done:
    content_hash: str
    notes: tuple = ()

def small(output, replaced, data_date, own, *, country, progress, announce):
    """Publish a dataset whose origins are the tables that a build was given."""
    if own.tables is not None:
        files = find_files(own.tables)
    else:
        folder = default_folder(output)
        files = find_files([folder]) if folder.is_dir() else []
    rows = [{**ORIGIN, "origin_id": f"user_{path.stem.replace('-', '_')}", "file_name": path.name,
             "checksum_sha256": checksum(path)} for path in files]
    facts = [{"name": "data_date", "value": data_date or "2026-09-04"}, {"name": "title", "value": "Zkouška"}]
    filled = {"origin": rows, "dataset": facts}
    contents = {table.name: pandas.DataFrame(filled.get(table.name, []), columns=list(table.columns)) if
                filled.get(table.name) else tables.empty(table.name) for table in fields.TABLES}
    none = geopandas.GeoDataFrame({"municipality_code": [], "geometry": []}, crs=4326)
    return Done(catalog.write_dataset(contents, none, output, announce))

build._build = small
tables.validate = lambda _: None  # what it looks at is not what this is about
own_tables.look = lambda *_: types.SimpleNamespace(
    inputs=[types.SimpleNamespace(table=types.SimpleNamespace(kind="services"))])

def act(action, dataset):
    table = dataset.parent.parent / "table.csv"
    if action == "build":
        build.build(dataset, data_date="2026-10-01")
    elif action == "replace":
        own_tables.publish(dataset, table, leave_out="own-needs-1.csv")
    elif action == "withdraw":
        own_tables.withdraw(dataset, "own-needs-1.csv")

def in_child(office, work, operation=-1):
    """Run `work` in a process of its own; return its exit code and how many operations on files it had."""
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            count = die_before(operation, office)
            work()
            os.write(tell, str(count[0]).encode())
            os._exit(0)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(4)
    os.close(tell)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, int(os.read(told, 20) or b"0")

def state(office):
    dataset = catalog.read_dataset(office / "dosah.gpkg")
    held = sorted(dataset["origin"]["file_name"])
    folder = sorted(path.name for path in (office / "tables").iterdir() if not path.name.startswith("."))
    return {"hash": dataset.facts["content_hash"], "held": held, "folder": folder}

def hidden(office):
    paths = [path for path in office.rglob(".*") if path.name != ".dosah.gpkg.lock"]
    return sorted(str(path.relative_to(office)) for path in paths)

action, home = sys.argv[1], Path(sys.argv[2])
(home / "table.csv").write_text("new")
old = home / "old"
(old / "tables").mkdir(parents=True)
for name in ("own-needs-1.csv", "by-hand.csv"):
    (old / "tables" / name).write_text(name)
build.build(old / "dosah.gpkg")
new = home / "new"
shutil.copytree(old, new)
code, operations = in_child(new, lambda: act(action, new / "dosah.gpkg"))
result = {"code": code, "old": state(old), "new": state(new), "hidden": hidden(new), "kills": []}
# A replacement does what the others do, and more: of those every second operation is enough.
for operation in range(1, operations + 1, 1 if action == "replace" else 2):
    office = home / str(operation)
    shutil.copytree(old, office)
    dataset = office / "dosah.gpkg"
    code, _ = in_child(office, lambda: act(action, dataset), operation)
    seen = {"code": code, "after": state(office)}
    call = recall(dataset)  # own tables open at once
    seen["folder_of"] = folder_of(dataset, call).name
    again, _ = in_child(office, lambda: build.build(dataset, data_date=call.data_date))
    result["kills"].append({**seen, "again": again, "healed": state(office), "hidden": hidden(office)})
print(json.dumps(result))
'''

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")


@pytest.mark.parametrize("action", ["build", "replace", "withdraw"])
def test_killed_before_any_operation_it_heals_itself(action, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, action, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    old, new = result["old"], result["new"]
    assert (result["code"], result["hidden"]) == (0, [])
    assert old["hash"] != new["hash"]
    assert new["held"] == new["folder"]
    assert len(result["kills"]) > 4
    hashes = set()
    for number, kill in enumerate(result["kills"], start=1):
        assert kill["code"] == -9, number
        hashes.add(kill["after"]["hash"])
        assert kill["after"]["hash"] in (old["hash"], new["hash"]), number
        assert kill["folder_of"] == "tables", number
        # A plain build afterwards neither loses a table nor brings one back, and clears what lies about.
        assert kill["again"] == 0, number
        assert kill["healed"]["held"] == kill["healed"]["folder"] == kill["after"]["held"], number
        assert kill["healed"]["hash"] == kill["after"]["hash"], number
        assert kill["hidden"] == [], number
    assert hashes == {old["hash"], new["hash"]}


def test_a_record_of_an_older_program_still_opens_own_tables(dataset_path, copy_published, tmp_path):
    dataset = copy_published(tmp_path)
    content = json.loads(record_path(dataset).read_text(encoding="utf-8"))
    older = {name: value for name, value in content.items() if name not in ("before", "goes")}
    assert older.keys() < content.keys()
    record_path(dataset).write_text(json.dumps(older), encoding="utf-8")
    assert recall(dataset) == replace(recall(dataset_path), goes={})


def test_a_dataset_that_was_put_back_after_a_failed_build_is_known(copy_published, tmp_path):
    # The record was written, the dataset could not take its place: the record tells of both.
    dataset = copy_published(tmp_path)
    call = recall(dataset)
    remember(dataset, replace(call, content_hash="f" * 64, data_date="2026-10-01"))
    remember(dataset, replace(call, content_hash="e" * 64, data_date="2026-10-02"))
    assert recall(dataset) == call


def test_a_file_put_there_by_hand_since_is_not_removed(copy_published, tmp_path):
    dataset = copy_published(tmp_path)
    (tmp_path / "tables").mkdir()
    for name, content in (
        ("own-needs-1.csv", "taken out"),
        ("own-needs-2.csv", "another one"),
        ("nase.csv", "x"),
    ):
        (tmp_path / "tables" / name).write_text(content, encoding="utf-8")
    sums = {
        name: checksum(tmp_path / "tables" / "own-needs-1.csv")
        for name in ("own-needs-1.csv", "own-needs-2.csv")
    }
    sums |= {"nase.csv": checksum(tmp_path / "tables" / "nase.csv"), "../dosah.gpkg": checksum(dataset)}
    remember(dataset, replace(recall(dataset), goes=sums))
    settle(dataset)
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == ["nase.csv", "own-needs-2.csv"]
    assert dataset.is_file()
    assert recall(dataset).goes == {}
