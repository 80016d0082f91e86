"""One way to open a page without a browser, for every test of pages. What is read of it stands in `reader.py`."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard.app
from dashboard import navigation, text

SCRIPT = Path(dashboard.app.__file__)
# No test is about time: long enough for a machine that does other things too.
PATIENCE = 120
# AppTest knows a page by its file. One that has another name in its address is found only once the program has run.
OTHER_ADDRESS = {
    navigation.file(page.name) for page in navigation.pages() if page.address and page.address != page.name
}


@pytest.fixture
def open_page(dataset_path, monkeypatch):
    """
    Return a function that opens a page as its address would, in a session of its own.

    `page` is its file ("app_pages/village.py"; None is the first view), what is named besides is the address. `dataset` is another
    than the published one, `session` what the reader's session holds already.
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
