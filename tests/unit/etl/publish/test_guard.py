"""A build that loses too much stops; two builds at once do not meet."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.publish.guard import check_losses, check_norms, exclusive, losses, norm_jumps, remove_leftovers
from geodata.errors import ParameterError, PublishError


def made(*, services=20, municipalities=20, capacity=10.0, persons=1000, ended=(), planned=()):
    ids = [f"s{number}" for number in range(services)]
    return {
        "service": pd.DataFrame(
            {
                "service_id": ids,
                "status": ["ended" if number in ended else "existing" for number in range(services)],
            }
        ),
        "municipality": pd.DataFrame(
            {"municipality_code": [f"m{number}" for number in range(municipalities)]}
        ),
        "population": pd.DataFrame({"sex": ["total", "male"], "persons": [persons, 7]}),
        "capacity": pd.DataFrame(
            {
                "service_id": ids,
                "form": "pob",
                "unit": "luzka",
                "kind": ["planned" if number in planned else "registered" for number in range(services)],
                "is_retold": False,
                "capacity_number": capacity,
            }
        ),
    }


def test_a_loss_of_exactly_the_limit_passes_and_one_more_stops():
    assert {loss.what for loss in check_losses(made(), made(services=19))} == {"services", "capacity"}
    with pytest.raises(
        PublishError, match=r"2 of 20 services would be lost, 10\.0% \(first: s18, s19\)"
    ) as error:
        check_losses(made(), made(services=18))
    assert "--accept-change" in str(error.value)
    assert "the last dataset stays" in str(error.value)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (made(municipalities=17), "3 of 20 municipalities"),
        (made(capacity=5.0), r"100 of 200 capacity \(pob, luzka\)"),
        (made(capacity=None), r"200 of 200 capacity \(pob, luzka\)"),
        (made(persons=400), "600 of 1000 inhabitants"),
        (made(ended=(0, 1, 2)), "3 of 20 services"),
        (made(planned=range(10)), r"100 of 200 capacity"),
    ],
)
def test_every_kind_of_loss_stops(new, words):
    with pytest.raises(PublishError, match=words):
        check_losses(made(), new)
    assert check_losses(made(), new, accept=True)


def nation(beds, *, scope="registrations open to seniors", seniors=1_000):
    """Return tables with one kind of home in the national figures."""
    return {
        "benchmark": pd.DataFrame(
            [
                {
                    "country": "CZ",
                    "service_type_code": "cz-49",
                    "form": "pob",
                    "unit": "luzka",
                    "registrations": 20,
                    "capacity_number": beds,
                    "median": 60.0,
                    "largest": 90.0,
                    "capacity_within_bound_number": beds,
                    "registrations_within_bound": 20,
                    "capacity_per_year_number": 0.0,
                    "registrations_per_year": 0,
                    "reference_date": "2026-09-04",
                    "scope": scope,
                    "origin_id": "o",
                }
            ]
        ),
        "national_population": pd.DataFrame(
            {
                "country": "CZ",
                "sex": "total",
                "age_from": [0, 80],
                "age_to": [79, None],
                "persons": [9_000, seniors],
                "reference_date": "2020-12-31",
                "origin_id": "o",
            }
        ),
        "dataset": pd.DataFrame({"name": ["data_date"], "value": ["2026-09-04"]}),
    }


@pytest.mark.parametrize("beds", [950.0, 1_000.0, 1_099.0, 1_100.0, 900.0])
def test_a_norm_that_moves_a_little_passes(beds):
    assert check_norms(nation(1_000.0), nation(beds)) == []


@pytest.mark.parametrize("beds", [1_101.0, 899.0, 1_210.0])
def test_a_norm_that_jumps_stops_the_build_up_or_down(beds):
    with pytest.raises(
        PublishError, match=r"national norm of residential_seniors \(CZ\) would go from 1"
    ) as error:
        check_norms(nation(1_000.0), nation(beds))
    assert "--accept-change" in str(error.value)
    assert len(check_norms(nation(1_000.0), nation(beds), accept=True)) == 1


def test_people_who_vanish_move_a_norm_too():
    assert norm_jumps(nation(1_000.0), nation(1_000.0, seniors=500))[0].share == 1.0


def test_a_norm_that_is_gone_is_a_jump_and_another_kind_of_register_none():
    gone = nation(1_000.0)
    gone["benchmark"] = gone["benchmark"].iloc[:0]
    assert norm_jumps(nation(1_000.0), gone)[0].share == 1.0
    assert norm_jumps(nation(1_000.0), nation(2_000.0, scope="all registrations")) == []
    assert check_norms(None, nation(1_000.0)) == []


def test_new_services_do_not_make_up_for_lost_ones():
    new = made()
    new["service"] = new["service"].assign(service_id=[f"t{number}" for number in range(20)])
    assert losses(made(), new)[0].share == 1


def test_the_first_build_has_nothing_to_lose():
    assert check_losses(None, made()) == []
    assert check_losses(made(services=0), made()) == []


def test_the_limit_is_a_share():
    with pytest.raises(ParameterError):
        check_losses(made(), made(), most_lost_share=5)


@pytest.mark.slow
@given(st.integers(1, 40), st.integers(0, 40), st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_it_stops_exactly_beyond_the_limit(before, lost, share):
    lost = min(lost, before)
    old, new = made(municipalities=before), made(municipalities=before - lost)
    if lost / before > share:
        with pytest.raises(PublishError):
            check_losses(old, new, most_lost_share=share)
    else:
        check_losses(old, new, most_lost_share=share)


def test_two_builds_of_one_dataset_exclude_each_other(tmp_path):
    path = tmp_path / "build" / "dosah.gpkg"
    with (
        exclusive(path),
        exclusive(path.with_name("other.gpkg")),
        pytest.raises(PublishError, match=r"Another build is working on dosah\.gpkg \(process \d+ since"),
        exclusive(path),
    ):
        pass
    with exclusive(path):
        pass


def test_the_lock_is_given_back_after_an_error(tmp_path):
    path = tmp_path / "dosah.gpkg"
    with pytest.raises(ZeroDivisionError), exclusive(path):
        raise ZeroDivisionError
    with exclusive(path, wait_s=0):
        pass


def test_half_files_are_cleared_and_nothing_else(tmp_path):
    path = tmp_path / "dosah.gpkg"
    for name in (
        ".dosah.gpkg.12.new",
        ".dosah.gpkg.12.new-journal",
        ".other.gpkg.12.new",
        "dosah.gpkg",
        "a.new",
    ):
        (tmp_path / name).write_text("x")
    assert remove_leftovers(path) == [".dosah.gpkg.12.new", ".dosah.gpkg.12.new-journal"]
    assert sorted(file.name for file in tmp_path.iterdir()) == [".other.gpkg.12.new", "a.new", "dosah.gpkg"]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(PublishError, match="Choose another place with --output"),
        exclusive(tmp_path / "file" / "d.gpkg"),
    ):
        pass
