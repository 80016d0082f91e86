"""
What the dataset says about itself: sources, accounting, what is missing, what is doubtful,
the method's words.
"""

import pandas as pd
import pytest

from dashboard.method import facts, formulas
from geodata.dataset.dataset import Dataset
from geodata.method.analysis import Settings
from geodata.travel.straight import DEFAULT_LIMITS_M


@pytest.fixture(autouse=True)
def czech(in_language):
    in_language("cs")


def test_sources_with_their_accounting(small_world):
    found = {source.origin_id: source for source in facts.sources(small_world)}
    assert set(found) == {"o", "pages"}
    assert (
        found["o"].rows_read,
        found["o"].rows_loaded,
        found["o"].rows_merged,
        found["o"].rows_rejected,
    ) == (12, 10, 1, 1)
    assert all(source.adds_up for source in found.values())


def test_accounting_that_does_not_close_is_seen(small_world):
    source = facts.sources(small_world)[0]
    assert source.adds_up
    assert not facts.Source(**{**source.__dict__, "rows_read": source.rows_read + 1}).adds_up


@pytest.mark.parametrize(
    ("date", "today", "is_old"),
    [
        ("2020-12-31", "2026-09-04", True),
        ("2023-09-06", "2026-09-04", False),
        ("2026-09-04", "2026-09-04", False),
        (None, "2026-09-04", False),
        ("2020-12-31", None, False),
        ("2020", "2026-09-04", False),
    ],
)
def test_age_of_sources(date, today, is_old):
    assert facts.is_old(date, today) is is_old


def test_doubtful_capacities_with_bound_and_median(small_world):
    (found,) = facts.doubtful(small_world)
    assert (found.service_id, found.number, found.bound, found.median) == ("s-doubt", 710.0, 70.0, 7.0)


def test_the_bound_of_beds_is_no_median(small_world):
    """Beds of a kind without a national median have the bound of the largest home, not ten times fifty."""
    capacity = small_world["capacity"].copy()
    is_beds = capacity["unit"] == "luzka"
    capacity.loc[is_beds, ["basis", "capacity_number", "bound_number"]] = ["doubtful", 9_000.0, 500.0]
    tables = {**small_world.tables, "capacity": capacity, "benchmark": small_world["benchmark"].iloc[:0]}
    found = facts.doubtful(type(small_world)(small_world.path, tables, "beds"))
    assert {(one.bound, one.median) for one in found if one.unit == "luzka"} == {(500.0, None)}


def test_what_is_missing_is_counted(small_world):
    found = facts.missing(small_world)
    # Ten services, one of them ended.
    assert found.services == 9
    # Beds of unknown capacity, and the hostile one; the planned one is told apart.
    assert found.without_capacity == 2
    assert (found.planned, found.protected, found.without_place, found.only_municipality) == (1, 1, 1, 1)
    assert found.page_only == 3
    assert found.without_population == ("Velká Lhota",)
    assert found.coarse_ages == ("Jastrzębie-Zdrój",)


def test_rows_left_out_and_joined(small_world):
    assert [row["reason"] for row in facts.rejected(small_world)] == ["duplicate_row", "not_a_service"]
    (row,) = facts.linked(small_world)
    assert (row["service_id"], row["rule"], row["name"]) == (
        "s-home",
        "reviewed",
        "Pečovatelská služba Ostravice",
    )


def test_incomplete_groups_differ_by_country(small_world):
    assert "home_care" not in facts.incomplete_groups(small_world, "CZ")
    assert "home_care" in facts.incomplete_groups(small_world, "PL")
    assert "counselling" in facts.incomplete_groups(small_world, "CZ")


def test_a_whole_register_lacks_no_kind(small_world):
    scope = pd.DataFrame({"name": ["register_scope_cz"], "value": ["all"]})
    tables = {**small_world.tables, "dataset": pd.concat([small_world["dataset"], scope], ignore_index=True)}
    whole = Dataset(small_world.path, tables, "whole")
    assert facts.incomplete_groups(whole, "CZ") == []
    assert facts.incomplete_groups(whole, "PL") == facts.incomplete_groups(small_world, "PL")


def test_parameters_are_those_of_the_engine():
    """The page shows what the engine uses: each default stands there as the engine has it."""
    defaults = [one.default for one in formulas.parameters()]
    for metres in DEFAULT_LIMITS_M.values():
        assert f"{metres / 1000:.0f}\N{NO-BREAK SPACE}km" in defaults
    assert f"{Settings().detour_factor:.1f}".replace(".", ",") in defaults
    assert all(one.reason.endswith(".") for one in formulas.parameters())


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_every_step_has_a_formula_and_words(language, in_language):
    in_language(language)
    steps = formulas.steps()
    assert len({step.name for step in steps}) == len(steps)
    assert all("=" in step.formula or "⇔" in step.formula for step in steps)
    assert all(step.words for step in steps)
