"""
Results that others published, computed again.

Numbers are taken from the documentation or the tests of other implementations; each test names its source.
None of their code is here.
"""

from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

from geodata.method.access import decay_weights, two_step_catchment
from geodata.studies.second_opinion import three_step_catchment


def matrix(weights):
    return sparse.csr_array(np.asarray(weights, dtype=float))


def test_two_steps_where_everybody_reaches_everything():
    """
    R package fca 0.1.0 (E. Grüebler), its test of spai_2sfca: demand 1-4, supply 1-6,
    all within reach: 2.1 each.
    """
    catchment = two_step_catchment(np.arange(1.0, 5), np.arange(1.0, 7), matrix(np.ones((4, 6))))
    assert catchment.coverage_ratio.tolist() == pytest.approx([2.1] * 4)


def test_three_steps_with_weights_one_to_twenty_four():
    """R package fca 0.1.0, its test of spai_3sfca: weights 1-24 column by column, demand 1-4, supply 1-6."""
    weights = np.arange(1.0, 25).reshape(4, 6)
    catchment = three_step_catchment(np.arange(1.0, 5), np.arange(1.0, 7), matrix(weights))
    assert catchment.coverage_ratio.tolist() == pytest.approx(
        [0.6686168, 1.3565093, 2.0921208, 2.8355005], rel=1e-6
    )


def test_three_steps_of_ten_places_and_three_practices():
    """
    R package fca 0.1.0, example of its README: travel times in minutes,
    gaussian falling to 0.01 at 20 minutes.
    """
    minutes = np.array(
        [
            [
                8.627326,
                23.64915,
                12.26931,
                26.49052,
                28.21402,
                1.366695,
                15.843165,
                26.772571,
                16.543050,
                13.698442,
            ],
            [
                28.705000,
                13.60002,
                20.32712,
                17.17900,
                3.08774,
                26.994749,
                7.382632,
                1.261786,
                9.837622,
                28.635109,
            ],
            [
                26.686179,
                20.78410,
                19.21520,
                29.82809,
                19.67117,
                21.255914,
                16.321981,
                17.824261,
                8.674792,
                4.413409,
            ],
        ]
    ).T
    people = np.array([100.0, 200, 50, 100, 500, 50, 100, 100, 50, 500])
    # The example knows no limit: only the slope of the curve is set at 20 minutes.
    weights = np.exp(np.log(0.01) * (minutes / 20) ** 2)
    catchment = three_step_catchment(people, np.array([1000.0, 200, 500]), matrix(weights))
    published = [
        3.97260949,
        0.03678999,
        1.46747735,
        0.01079342,
        0.28782748,
        9.11410451,
        0.19596873,
        0.31194607,
        0.37539987,
        1.10349481,
    ]
    # The printed travel times are rounded to five digits after the point or fewer,
    # and so is what can be got back.
    assert catchment.coverage_ratio.tolist() == pytest.approx(published, rel=5e-6)


@pytest.mark.parametrize(
    ("limit", "decay", "published"),
    [
        (3.0, "binary", [0.066667, 0.066667, 0.066667]),
        # Their curve is exp(-d²/2); ours has this width when the limit is 2,
        # where the farthest pair still is inside.
        (2.0, "gaussian", [0.065179, 0.069641, 0.065179]),
    ],
)
def test_three_consumers_in_a_line_and_two_providers_at_its_ends(limit, decay, published):
    """
    Python package sdc-catchment (Social Data Commons), its introduction:
    100 people at 0, 1 and 2; 10 at both ends.
    """
    distance = np.array([[0.0, 2.0], [1.0, 1.0], [2.0, 0.0]])
    reach = matrix(decay_weights(distance, limit, decay))
    catchment = two_step_catchment(np.full(3, 100.0), np.full(2, 10.0), reach)
    assert catchment.coverage_ratio.round(6).tolist() == published


MINUTES = {
    "gridlock": (40, 40, None),
    "fast inbound": (20, 40, None),
    "fast outbound": (40, 20, None),
    "fast everywhere": (20, 20, 40),
}


@pytest.mark.parametrize("traffic", MINUTES)
@pytest.mark.parametrize("steps", [2, 3])
def test_two_suburbs_and_a_city_of_hospitals(traffic, steps):
    """
    PySAL access, its hospital example (test_hospital_example.py): people 100, 50, 10;
    doctors 15, 20, 100; weight 1 / minutes.

    Suburbs 1 and 2, city 3; 1 minute at home; suburb to suburb is out of reach or 40.
    Worked out here in exact fractions.
    """
    inbound, outbound, across = MINUTES[traffic]
    minutes = [[1, across, inbound], [across, 1, inbound], [outbound, outbound, 1]]
    weight = [[Fraction(0) if m is None else Fraction(1, m) for m in row] for row in minutes]
    selected = [[w * w / sum(row) for w in row] for row in weight] if steps == 3 else weight
    people, doctors = [100, 50, 10], [15, 20, 100]
    ratio = [doctors[j] / sum(people[i] * selected[i][j] for i in range(3)) for j in range(3)]
    expected = [float(sum(ratio[j] * selected[i][j] for j in range(3))) for i in range(3)]
    method = two_step_catchment if steps == 2 else three_step_catchment
    reach = matrix([[float(w) for w in row] for row in weight])
    found = method(np.array(people, float), np.array(doctors, float), reach)
    assert found.coverage_ratio.tolist() == pytest.approx(expected, rel=1e-12)


def test_faster_roads_move_access_as_that_example_says():
    """
    PySAL access, the same example:
    a fast lane into the city helps the suburbs and costs the city, and the other way round.
    """

    def access(traffic):
        inbound, outbound, across = MINUTES[traffic]
        minutes = [[1, across, inbound], [across, 1, inbound], [outbound, outbound, 1]]
        weights = [[0.0 if m is None else 1 / m for m in row] for row in minutes]
        return two_step_catchment(
            np.array([100.0, 50, 10]), np.array([15.0, 20, 100]), matrix(weights)
        ).coverage_ratio

    change = np.sign(access("fast inbound") - access("gridlock"))
    assert change.tolist() == [1, 1, -1]
    change = np.sign(access("fast outbound") - access("gridlock"))
    assert change.tolist() == [-1, -1, 1]
    change = np.sign(access("fast everywhere") - access("gridlock"))
    assert change.tolist() == [1, 1, -1]
