from types import SimpleNamespace

import pandas as pd
import pytest

from dashboard import text
from dashboard.address.question import Choice
from dashboard.gaps import beside
from dashboard.phrases.gaps import class_labels
from geodata.vocabulary import codes

CHOICE = Choice(area="a", service="day_care", norm="oecd", limit_km=12.0, measure="missing")


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def with_beside(code, **parts):
    return Choice(
        **{
            **{name: getattr(CHOICE, name) for name in ("area", "service", "norm", "limit_km", "measure")},
            **parts,
            "beside": code,
        }
    )


def test_nothing_stands_beside_unless_it_is_chosen():
    assert beside.choice_beside(CHOICE) is None


def test_another_service_is_asked_by_its_own_norm_and_limit():
    other = beside.choice_beside(with_beside("home_care"))
    assert other == Choice(area="a", service="home_care", measure="missing")


def test_another_norm_or_limit_changes_nothing_else():
    assert beside.choice_beside(with_beside("norm.national")) == with_beside("", norm="national")
    assert beside.choice_beside(with_beside("limit.7.5")) == with_beside("", limit_km=7.5)


def test_what_is_offered_fits_country_and_question():
    norms = {
        "oecd": SimpleNamespace(value_per_1000=1.0),
        "national": SimpleNamespace(value_per_1000=2.0),
        "area": SimpleNamespace(value_per_1000=None),
    }
    offered = beside.options(CHOICE, "PL", norms, 12.0)
    groups = {group for group, found in codes.service_groups().items() if "PL" in found.scopes} - {"day_care"}
    assert set(offered) == {"", *groups, "norm.national", "limit.6", "limit.24"}
    assert offered["limit.6"] == "the same, within 6\N{NO-BREAK SPACE}km"


def test_a_limit_of_the_address_is_offered_too():
    assert "limit.7.5" in beside.options(with_beside("limit.7.5"), "CZ", {}, 12.0)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (CHOICE, ("Day care", "")),
        (with_beside("home_care"), ("Day care", "Help and care at home")),
        (with_beside("norm.national", norm="area"), ("Mean of this area", "National mean")),
        (with_beside("limit.7.5"), ("within 12\N{NO-BREAK SPACE}km", "within 7.5\N{NO-BREAK SPACE}km")),
        (
            with_beside("limit.7.5", limit_km=None),
            ("within 15\N{NO-BREAK SPACE}km", "within 7.5\N{NO-BREAK SPACE}km"),
        ),
    ],
)
def test_the_two_maps_are_called_by_what_differs(choice, expected):
    names = beside.names(choice, "CZ")
    assert (names[0].split(" (")[0], names[1]) == expected


def coverage(*rows):
    names = [
        "municipality_code",
        "name",
        "gap_class",
        "is_lower_bound",
        "missing_places",
        "demand_places",
        "coverage_ratio",
    ]
    made = pd.DataFrame(list(rows), columns=names)
    served = made["demand_places"] - made["missing_places"]
    return made.assign(served_places=served, waiting_places=made["missing_places"], out_of_reach_places=0.0)


def test_the_table_has_both_questions_for_every_municipality_and_escapes():
    nan = float("nan")
    first = coverage(
        ("1", "<b>A</b>", "below", False, 2.0, 10.0, 0.8), ("2", "B", "unknown", True, nan, nan, nan)
    )
    other = coverage(
        ("2", "B", "at_or_above", False, 0.0, 4.0, 1.2), ("1", "A", "far_below", True, 3.0, 4.0, 0.25)
    )
    shown = beside.table(
        first,
        other,
        ("Ours & theirs", "<i>"),
        (None, ("Out of reach", {"1": "3 <places>"})),
        labels=class_labels(),
        caption="c",
        village_parameters={"lang": "en"},
    )
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert 'colspan="2">Ours &amp; theirs' in shown
    assert 'colspan="3">&lt;i&gt;' in shown
    rows = shown.split("<tr data-dosah-code=")[1:]
    assert [row.split(">")[0] for row in rows] == ['"1"', '"2"']
    assert all(
        part in rows[0] for part in ("2 of 10", "80%", "≤\N{NO-BREAK SPACE}3 of 4", "3 &lt;places&gt;")
    )
    assert all(part in rows[1] for part in ("unknown", "0 of 4", "120%"))
    assert all(row.count("<td") == 5 for row in rows)
