"""
Peers: municipalities alike in size and age structure,
so that a village is compared with villages, not with a city.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import ParameterError, UnknownCodeError
from geodata.method.need import age_bands, target_population
from geodata.vocabulary.codes import AgeWeight

PEERS = 8
"""
How many municipalities are compared: few enough to be alike,
enough for a middle that one odd neighbour does not move.
"""

OLD_AGE = 65
_EVERYBODY = (AgeWeight(0, None, 1.0),)
_OLD = (AgeWeight(OLD_AGE, None, 1.0),)


@dataclass(frozen=True)
class PeerComparison:
    """
    Coverage of one municipality beside that of its peers.

    `here` is its coverage ratio (None = unknown),
    `middle` the median of the peers' (None where it is known of none).
    `counted` peers have a known ratio, `unknown` have none and are left out of the middle, never taken for 0.
    `here_is_lower_bound` and `middle_is_lower_bound` mark "at least": a capacity within reach is unknown.
    """

    here: float | None
    middle: float | None
    counted: int
    unknown: int
    here_is_lower_bound: bool
    middle_is_lower_bound: bool


def age_structure(population: pd.DataFrame, municipality_codes: Sequence[str]) -> pd.DataFrame:
    """
    Return size and age structure of municipalities.

    Parameters
    ----------
    population
        Table `population` (geodata.dataset.fields).
    municipality_codes
        Municipalities, in the order wanted.

    Returns
    -------
    structure
        One row per code, in order: municipality_code, persons,
        share_old (persons aged 65 and over / persons). NA where the population is not loaded,
        where its ages are too coarse, or where nobody lives there.
    """
    codes = [str(code) for code in municipality_codes]
    bands = age_bands(population, "municipality_code", codes)
    persons = target_population(bands, _EVERYBODY)
    old = target_population(bands, _OLD)
    inhabited = np.where(persons > 0, persons, np.nan)
    return pd.DataFrame(
        {"municipality_code": codes, "persons": inhabited, "share_old": old / inhabited}
    ).astype({"municipality_code": "str"})


def peers_of(structure: pd.DataFrame, municipality_code: str, number: int = PEERS) -> list[str]:
    """
    Find the municipalities most alike in size and age structure.

    Parameters
    ----------
    structure
        Answer of `age_structure` for the municipalities to choose from.
    municipality_code
        One of them.
    number
        How many peers are wanted, 1 at least.

    Returns
    -------
    peers
        Codes, the most alike first; fewer where fewer are known,
        none where the municipality itself is not known.

    Raises
    ------
    UnknownCodeError
        If the municipality is not in `structure`.
    ParameterError
        If `number` is less than 1.

    Notes
    -----
    Distance is Euclidean over two standardised properties
    (divided by their standard deviation among the known municipalities):
    the logarithm of the population, because 200 and 400 inhabitants differ as much as 2,000 and 4,000,
    and the share of people aged 65 and over. A property that is the same everywhere tells nobody apart.
    Equal distances are ordered by code, so that the answer does not depend on the order of rows.
    """
    if number < 1:
        raise ParameterError(f"number must be 1 at least, not {number}.")
    if not (structure["municipality_code"] == municipality_code).any():
        raise UnknownCodeError(f"There is no municipality '{municipality_code}' to find peers of.")
    known = structure.dropna(subset=["persons", "share_old"])
    own = np.flatnonzero((known["municipality_code"] == municipality_code).to_numpy(dtype=bool))
    if len(own) == 0:
        return []
    codes = known["municipality_code"].to_numpy(dtype=object)
    size = _standardised(np.log(known["persons"].to_numpy(dtype=np.float64)))
    age = _standardised(known["share_old"].to_numpy(dtype=np.float64))
    distance = np.hypot(size - size[own[0]], age - age[own[0]])
    # Beyond what the arithmetic can tell apart, the code decides.
    order = np.lexsort((codes.astype(str), distance.round(12)))
    return [str(codes[position]) for position in order if position != own[0]][:number]


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = values.std()
    # Equal numbers may leave a spread of rounding errors, which would be blown up to differences.
    return np.zeros_like(values) if spread < 1e-12 else values / spread


def compare_with_peers(
    coverage: pd.DataFrame, municipality_code: str, peers: Sequence[str]
) -> PeerComparison | None:
    """
    Set the coverage of a municipality beside the middle of its peers.

    Parameters
    ----------
    coverage
        Table `Analysis.coverage`.
    municipality_code
        The municipality.
    peers
        Codes of `peers_of`.

    Returns
    -------
    comparison
        None where the municipality has no row or where there are no peers.

    Notes
    -----
    The middle is the median: half of the peers have at least as much. Where the ratio of any counted peer
    is a lower bound, so is the median. Where a capacity is unknown and nothing else is within reach,
    the ratio 0 is a lower bound that says nothing: the class is unknown then, and so is the ratio here.
    """
    indexed = coverage.set_index("municipality_code")
    if municipality_code not in indexed.index or not len(peers):
        return None
    known = indexed["coverage_ratio"].where(indexed["gap_class"] != "unknown")
    own = known.loc[municipality_code]
    others = known.reindex([str(code) for code in peers])
    counted = others.dropna()
    bounds = indexed["is_lower_bound"].astype(bool)
    return PeerComparison(
        here=None if pd.isna(own) else float(own),
        middle=None if counted.empty else float(counted.median()),
        counted=len(counted),
        unknown=len(others) - len(counted),
        here_is_lower_bound=bool(bounds.loc[municipality_code]),
        middle_is_lower_bound=bool(bounds.loc[counted.index].any()),
    )
