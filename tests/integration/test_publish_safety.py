"""
Whatever happens while a dataset is written, a whole one stays: killed, full disk, two at once, great losses.
"""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time

import geopandas as gpd
import pandas as pd
import pytest

from geodata.dataset import dataset as catalog
from geodata.dataset import fields, publish, rules
from geodata.dataset.dataset import check_dataset
from geodata.errors import PublishError

ORIGIN = {
    "origin_id": "cz_test_source",
    "title": "Zkouška",
    "publisher": "Nikdo",
    "licence": "CC BY 4.0",
    "citation": "Nikdo",
    "file_name": "test.csv",
    "checksum_sha256": "0" * 64,
}
# Runs pieces of code, each in a process of its own: modules are imported once, then forked.
DRIVER = """
import json, os, signal, sys, time, traceback
from pathlib import Path
import geopandas, pandera.pandas, shapely
from etl.publish.guard import exclusive
from geodata import durable; from geodata.dataset import publish as catalog
from geodata.errors import PublishError

def die_at(owner, name, call):
    real, calls = getattr(owner, name), [0]
    def wrapped(*args, **kwargs):
        calls[0] += 1
        if calls[0] == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    setattr(owner, name, wrapped)

def start(path, code):
    child = os.fork()
    if child:
        return child
    try:
        path = Path(path)
        dataset = catalog.read_dataset(path)
        outlines = dataset.outlines()
        contents = dict(dataset.tables)
        contents["dataset"] = contents["dataset"].replace({"Stará": "Nová"})
        exec(code)
        os._exit(0)
    except PublishError as error:
        path.with_name("error.txt").write_text(str(error))
        os._exit(3)
    except BaseException:
        traceback.print_exc()
        os._exit(4)

for batch in json.loads(sys.argv[1]):
    children = [start(*job) for job in batch]
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]), flush=True)
"""
WRITE = "with exclusive(path):\n    catalog.write_dataset(contents, outlines, path)"
posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked here")
KILLED_AT = {
    "before the first table": "die_at(catalog, '_write_table', 1)",
    "between two tables": "die_at(catalog, '_write_table', 9)",
    "before it is read back": "die_at(catalog, 'read_dataset', 1)",
    "before it is on the disk": "die_at(durable, 'settle', 1)",
    "before it is put in place": "die_at(Path, 'replace', 1)",
    "after it was put in place": "die_at(durable, 'settle_folder', 1)",
}


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    path = tmp_path_factory.mktemp("old") / "dosah.gpkg"
    many = [{**ORIGIN, "origin_id": f"cz_test_{number}"} for number in range(2000)]
    rows = {
        "origin": [ORIGIN, *many],
        "dataset": [{"name": "data_date", "value": "2026-09-04"}, {"name": "title", "value": "Stará"}],
    }
    contents = {
        table.name: pd.DataFrame(rows[table.name], columns=table.columns)
        if table.name in rows
        else rules.empty(table.name)
        for table in fields.TABLES
    }
    publish.write_dataset(
        contents, gpd.GeoDataFrame({"municipality_code": [], "geometry": []}, crs=4326), path
    )
    return path


@pytest.fixture
def dataset(old, tmp_path):
    return shutil.copy(old, tmp_path / "dosah.gpkg")


def run(*batches):
    """
    Run batches of (dataset, code); the jobs of one batch at once.
    Returns exit codes, -9 = killed, 3 = PublishError.
    """
    jobs = json.dumps([[(str(path), textwrap.dedent(code)) for path, code in batch] for batch in batches])
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, jobs], check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def title(path):
    return check_dataset(path).facts["title"]


@posix
def test_a_build_killed_at_any_moment_leaves_a_whole_dataset(old, tmp_path):
    copies = {}
    for number, moment in enumerate(KILLED_AT):
        (tmp_path / str(number)).mkdir()
        copies[moment] = shutil.copy(old, tmp_path / str(number) / "dosah.gpkg")
    killed = run([(path, f"{KILLED_AT[moment]}\n{WRITE}") for moment, path in copies.items()])
    assert killed == [[-9] * len(KILLED_AT)]
    for moment, path in copies.items():
        if moment == "after it was put in place":
            assert title(path) == "Nová"
        else:
            assert path.read_bytes() == old.read_bytes(), moment
    # The next build is not kept out by the dead one, and clears what it left.
    again = [copies["between two tables"], copies["before it is put in place"]]
    assert run([(path, WRITE) for path in again]) == [[0, 0]]
    for path in again:
        assert title(path) == "Nová"
        assert sorted(file.name for file in path.parent.iterdir()) == [".dosah.gpkg.lock", "dosah.gpkg"]


def test_a_whole_build_killed_at_some_moment_leaves_the_last_dataset(dataset, old):
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path))
    for seconds in (1.0, 2.5):
        child = subprocess.Popen(
            [sys.executable, "-m", "etl.cli", "build", "--output", str(dataset), "--accept-change"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        time.sleep(seconds)
        child.kill()
        child.wait(timeout=60)
        facts = check_dataset(dataset).facts  # whole, whichever it is
        assert (facts["title"] == "Stará") == (dataset.read_bytes() == old.read_bytes())


@posix
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_full_disk_is_one_clear_error_and_changes_nothing(dataset, old, share):
    # A limit of the size of files fails as a full disk does: in the middle of a write.
    limit = int(dataset.stat().st_size * share) + 1
    code = f"""
    import resource
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    try:
        catalog.write_dataset(contents, outlines, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, resource.getrlimit(resource.RLIMIT_FSIZE)[1:] * 2)
    """
    assert run([(dataset, code)]) == [[3]]
    error = dataset.with_name("error.txt").read_text(encoding="utf-8")
    assert "dosah.gpkg could not be written" in error
    assert "The last dataset stays" in error
    assert dataset.read_bytes() == old.read_bytes()
    assert sorted(file.name for file in dataset.parent.iterdir()) == ["dosah.gpkg", "error.txt"]


def test_an_error_of_the_disk_while_writing_is_told(dataset, old, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish, "_write_geopackage", full)
    content = catalog.read_dataset(dataset)
    with pytest.raises(PublishError, match=r"No space left on device.*The last dataset stays"):
        publish.write_dataset(content.tables, content.outlines(), dataset)
    assert dataset.read_bytes() == old.read_bytes()


@posix
def test_builds_at_once_do_not_harm_each_other(dataset):
    (codes,) = run([(dataset, WRITE)] * 4)
    assert set(codes) <= {0, 3}
    assert 0 in codes
    if 3 in codes:
        error = dataset.with_name("error.txt").read_text(encoding="utf-8")
        assert "Another build is working on dosah.gpkg (process" in error
    assert title(dataset) == "Nová"


@posix
def test_a_build_waits_where_it_is_told_to(dataset):
    hold = "with exclusive(path):\n    path.with_name('held').touch()\n    time.sleep(2)"
    held = "while not path.with_name('held').exists():\n    time.sleep(0.05)\n"
    refused = f"{held}with exclusive(path):\n    pass"
    waiting = f"{held}with exclusive(path, wait_s=60):\n    pass"
    assert run([(dataset, hold), (dataset, refused), (dataset, waiting)]) == [[0, 3, 0]]
