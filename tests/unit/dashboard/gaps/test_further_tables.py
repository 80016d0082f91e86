"""The further figures as HTML: what is shown, what is hidden, what is escaped."""

import pandas as pd
import pytest

from dashboard import text
from dashboard.answers.dataset import ServiceName
from dashboard.gaps import further_tables
from geodata.method.gaps import GAP_CLASSES


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def opinions(*rows):
    columns = [
        "name", "methods_agree", "gap_class", "coverage_ratio", "gap_class_three_steps",
        "coverage_three_steps", "gap_class_nearest", "served_share_nearest", "is_lower_bound",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"methods_agree": "boolean"})


def test_only_where_the_methods_differ_there_is_a_row():
    shown = further_tables.methods_part(
        opinions(
            ("Zlín <b>", False, "below", 0.99974, "at_or_above", 1.06, "far_below", 0.2, True),
            ("Same", True, "below", 0.6, "below", 0.7, "below", 0.8, False),
            ("Dark", None, "unknown", None, "unknown", None, "unknown", None, True),
        )
    )
    assert shown.count("<tr>") == 2
    assert "Zlín &lt;b&gt;" in shown
    # What is below the norm does not read as all of it.
    assert "≥\N{NO-BREAK SPACE}99.97%" in shown
    assert "≥\N{NO-BREAK SPACE}106%" in shown
    # Whoever nothing can be told of has no figure that could be more.
    assert "In 1 municipality a capacity within reach is unknown" in shown
    same = further_tables.methods_part(
        opinions(("Same", True, "below", 0.6, "below", 0.7, "below", 0.8, False))
    )
    assert "<table" not in same


TITLES = {
    "s": ServiceName("Home (Provider & sons)", "cz-40"),
    "hidden": ServiceName("Shelter", "cz-57"),
}


def effects(*rows):
    return pd.DataFrame(rows, columns=["site_id", "service_id", "municipality_code", "gain_per_place"])


def places_of(found, classes=("below",)):
    supply = pd.DataFrame(
        [("s-1", "modelled"), ("s-2", "modelled"), ("h-1", "district")], columns=["site_id", "reach_mode"]
    )
    members = pd.DataFrame({"gap_class": classes})
    return further_tables.places_part(found, members, supply, TITLES, {"1": "Bílá"})


def test_the_best_service_comes_first_and_a_protected_one_tells_no_place():
    shown = places_of(
        effects(
            ("s-1", "s", "1", 0.5),
            ("h-1", "hidden", "1", 0.25),
            ("s-2", "s", "1", 0.2),
            ("s-2", "s", None, 0.001),
        )
    )
    assert shown.index("Home (Provider &amp; sons), Bílá") < shown.index(">Shelter<")
    assert "50%" in shown
    # Two places of one service in one municipality read alike: the better one stands for both.
    assert "20%" not in shown
    assert "0.1%" not in shown


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (("at_or_above", "no_need"), "Nothing is missing here"),
        (
            ("at_or_above", "none_within_reach"),
            "No service of today is within reach of those who lack it here",
        ),
        (("at_or_above", "unknown"), "What is missing here cannot be said"),
    ],
)
def test_why_no_place_helps_is_told(classes, said):
    assert set(classes) <= set(GAP_CLASSES)
    assert said in places_of(effects(), classes)


def test_municipalities_that_do_not_count_are_counted():
    shown = places_of(effects(("s-1", "s", "1", 0.5)), ("below", "unknown", "unknown"))
    assert "2 municipalities of which nothing can be told do not count here." in shown
