"""
What holds for the tests in a browser.

A path that failed is walked once more and told as RERUN in the summary: a page drawn anew under the keys
of a busy machine is no fault of the program, and a fault of the program fails twice.
Whoever sees a test rerun often mends its waiting.
"""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))
