import gc
import sys

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import server
from dashboard.address.question import FIRST_AREA
from dashboard.gaps import shared_message


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def test_without_a_dataset_nothing_is_prepared_and_nothing_breaks(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSAH_DATASET", str(tmp_path / "none.gpkg"))
    store = shared_message.Shared(4)
    monkeypatch.setattr(shared_message, "_MESSAGES", store)
    server.prepare()
    assert len(store) == 0


@pytest.mark.slow
def test_the_first_view_is_ready_before_anybody_asks(dataset_path, monkeypatch):
    monkeypatch.setenv("DOSAH_DATASET", str(dataset_path))
    store = shared_message.Shared(4)
    monkeypatch.setattr(shared_message, "_MESSAGES", store)
    server.prepare()
    (question,) = store._slots
    assert question.choice.area == FIRST_AREA
    assert question.language == "cs"
    # The page asks just this question: its first run computes no second answer.
    page = AppTest.from_file(str(server.SCRIPT), default_timeout=60).run()
    assert not page.exception
    assert list(store._slots) == [question]


def test_what_stands_on_the_command_line_goes_to_streamlit(monkeypatch):
    called = []
    monkeypatch.setattr(server, "_prepare_once_started", lambda: None)
    monkeypatch.setattr("streamlit.web.cli.main", lambda **_names: called.append(list(sys.argv)))
    monkeypatch.setattr(sys, "argv", ["server.py", "--server.port", "8765"])
    server.main()
    assert called == [["streamlit", "run", str(server.SCRIPT), "--server.port", "8765"]]
    assert server.SCRIPT.is_file()
