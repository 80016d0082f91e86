"""
What a server that runs for months gives back. Of pandas it leans
on `_mgr.blocks[…].refs`: the first test says how.
"""

import platform

import pandas as pd

from dashboard.answers import dataset
from dashboard.answers.shared import Shared
from dashboard.process import folders, memory


def looks(frame):
    return sum(len(block.refs.referenced_blocks) for block in frame._mgr.blocks)


def test_shared_tables_forget_looks_that_are_over_and_no_other():
    frame = pd.DataFrame({"name": ["a", "b"], "number": [1, 2]})
    for _ in range(100):
        assert frame["name"].iloc[0] == "a"
    kept = frame["number"]
    assert looks(frame) > 100
    memory.forget_looks([frame])
    assert looks(frame) == len(frame._mgr.blocks) + 1
    # Who still looks keeps what he saw.
    frame.loc[0, "number"] = 9
    assert kept.tolist() == [1, 2]


def test_the_tables_are_those_of_datasets_and_answers(dataset_path, monkeypatch):
    from geodata.method.analysis import Settings

    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    analysis = dataset.analysis("home_care", "CZ", None, Settings())
    frames = {id(frame) for frame in dataset.shared_frames()}
    assert {id(analysis.coverage), id(analysis.supply)} <= frames
    assert {id(table) for table in dataset.newest().tables.values()} <= frames


def test_a_store_tells_what_it_keeps():
    store = Shared(2)
    for key in "abc":
        store.get(key, lambda key=key: key.upper())
    assert store.answers() == ["B", "C"]


def test_it_is_tidied_until_it_is_over(monkeypatch):
    monkeypatch.setattr(memory, "EVERY_SECONDS", 0.01)
    asked = []
    over = memory.keep_tidy(lambda: asked.append(1) or [])
    while len(asked) < 2:
        over.wait(0.01)
    over.set()


def test_glibc_knows_of_reserves():
    assert memory.share_reserves() in ((True,) if "glibc" in platform.libc_ver()[0] else (True, False))
    memory.give_back()


def test_the_server_writes_where_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(folders.tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "made" / "here"))
    assert folders.use() == tmp_path / "made" / "here"


def test_a_folder_that_cannot_be_made_is_told_to_the_log_and_replaced(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path / "file" / "below"))
    assert folders.use() == tmp_path
    assert folders.VARIABLE in caplog.text


def test_where_nothing_can_be_written_the_log_says_so(monkeypatch, caplog):
    def refuse():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.delenv(folders.VARIABLE, raising=False)
    monkeypatch.setattr(folders.tempfile, "gettempdir", refuse)
    assert folders.use() is None
    assert folders.VARIABLE in caplog.text
