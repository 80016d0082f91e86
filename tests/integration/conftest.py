"""
What tests of the whole program share: one way to open a page without a browser,
one to have a dataset of one's own.

What is read of a page stands in `reader.py`.
"""

import shutil
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test

import dashboard.app
from dashboard import navigation, text

SCRIPT = Path(dashboard.app.__file__)
# No test is about time: long enough for a machine that does other things too.
PATIENCE = 120
# AppTest knows a page by its file.
# One that has another name in its address is found only once the program has run.
OTHER_ADDRESS = {
    navigation.file(page.name) for page in navigation.pages() if page.address and page.address != page.name
}


@pytest.fixture(scope="session", autouse=True)
def _one_server():
    """
    Keep between pages what a server keeps: compiled scripts,
    and the components of the packages that are installed.

    AppTest compiles every script again at each run, and reads every package's metadata for each page.
    """
    scripts = ScriptCache()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_test, "ScriptCache", lambda: scripts)
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(scope="session")
def copy_published(dataset_path):
    """
    Return a function that puts the published dataset, with its record, into a folder,
    and returns its path there.
    """

    def copy(folder):
        for path in dataset_path.parent.glob("dosah.*"):
            shutil.copyfile(path, folder / path.name)
        return folder / dataset_path.name

    return copy


@pytest.fixture
def open_page(dataset_path, monkeypatch):
    """
    Return a function that opens a page as its address would, in a session of its own.

    `page` is its file ("app_pages/village.py"; None is the first view), what is named besides is the address.
    `dataset` is another than the published one, `session` what the reader's session holds already.
    """

    def open_(page=None, /, *, dataset=dataset_path, session=None, **address):
        monkeypatch.setenv("DOSAH_DATASET", str(dataset))
        app = AppTest.from_file(str(SCRIPT), default_timeout=PATIENCE)
        if page in OTHER_ADDRESS:
            app.run()
        if page:
            app.switch_page(page)
        # What the first view wrote into the address does not follow.
        app.query_params.clear()
        for name, value in address.items():
            app.query_params[name] = value
        for name, value in (session or {}).items():
            app.session_state[name] = value
        return app.run()

    yield open_
    text.use("cs")
