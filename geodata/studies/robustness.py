"""
Robustness: does a gap stay a gap when an assumption is another?

The variants change one assumption at a time and leave the others as they were chosen,
so that a flip has one cause.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.dataset.dataset import Dataset
from geodata.method import benchmark
from geodata.method.access import DECAYS
from geodata.method.analysis import Analysis, analyse, available_norms
from geodata.method.gaps import BELOW, FAR_BELOW, NO_NEED, NONE_WITHIN_REACH, UNKNOWN
from geodata.method.inputs import group_in
from geodata.method.settings import DEFAULT_SETTINGS, Settings
from geodata.vocabulary.codes import AgeWeight, ServiceGroup

GAPS = (BELOW, FAR_BELOW, NONE_WITHIN_REACH)
"""Classes that are a gap: less within reach than the norm asks."""

LIMIT_FACTORS = (0.5, 1.5)
"""Half and one and a half of the limit (docs/METHOD.md#robustness)."""

SENIOR_AGES = (65, 75, 80)
"""Denominators that plans for seniors use: 65+, 75+, 80+ (docs/METHOD.md#robustness)."""

ASSUMPTIONS = ("limit", "decay", "norm", "denominator", "doubtful")
CHOSEN = "chosen"


@dataclass(frozen=True)
class Variant:
    """
    One assumption (a code of `ASSUMPTIONS`) changed to a choice:
    "0.5", "gaussian", "loaded", "75", "counted".
    """

    assumption: str
    choice: str
    settings: Settings
    group: ServiceGroup


@dataclass(frozen=True, eq=False)
class Robustness:
    """
    A result under every variant.

    verdict
        One row per municipality, in dataset order: municipality_code, name, gap_class (as chosen), is_gap
        (NA where unknown or no need), gap_in (variants, the chosen one included, in which it is a gap),
        variants_known (in how many the class is known), flipped_by (assumptions that turn the answer over,
        divided by a space; empty = none).
    variants
        One row per municipality and variant: municipality_code, assumption, choice, norm_id, norm_per_1000,
        coverage_ratio, gap_class, is_gap. The chosen settings are the variant "chosen".
    """

    chosen: Analysis
    verdict: pd.DataFrame
    variants: pd.DataFrame


def variants_of(
    dataset: Dataset, group: str | ServiceGroup, country: str, area_id: str | None, settings: Settings
) -> list[Variant]:
    """
    List what is worth trying for a group: limits ± 50 %, the other decays, norms,
    denominators, and the doubtful switch.

    Notes
    -----
    Denominators are varied where the group is for seniors (its ages are open and begin at 60 or later)
    and the norm is made from populations, so that norm and need change together.
    Norms that are not available are left out.
    """
    group = group_in(group, country)
    scope = group.scopes[country]
    limit_m = settings.limit_of(scope.form)
    variants = [
        Variant("limit", f"{factor:g}", replace(settings, limit_m=factor * limit_m), group)
        for factor in LIMIT_FACTORS
    ]
    variants += [
        Variant("decay", decay, replace(settings, decay=decay), group)
        for decay in DECAYS
        if decay != settings.decay
    ]
    norms = available_norms(dataset, group, country, area_id, settings)
    used = analyse(dataset, group, country, area_id, settings).norm.norm_id
    variants += [
        Variant("norm", norm.norm_id, replace(settings, norm=norm.norm_id), group)
        for norm in norms
        if norm.is_available and norm.norm_id != used
    ]
    made_here = used in (benchmark.NATIONAL, benchmark.LOADED, benchmark.AREA)
    ages = group.target_population
    is_for_seniors = len(ages) == 1 and ages[0].age_to is None and ages[0].age_from >= 60
    if made_here and is_for_seniors:
        variants += [
            Variant(
                "denominator",
                str(age),
                replace(settings, norm=used),
                replace(group, target_population=(AgeWeight(age, None, 1.0),)),
            )
            for age in SENIOR_AGES
            if age != ages[0].age_from
        ]
    switch = not settings.count_doubtful
    variants.append(
        Variant(
            "doubtful", "counted" if switch else "left_out", replace(settings, count_doubtful=switch), group
        )
    )
    return variants


def robustness(
    dataset: Dataset,
    group: str | ServiceGroup,
    country: str,
    area_id: str | None = None,
    settings: Settings = DEFAULT_SETTINGS,
) -> Robustness:
    """
    Compute a group under every variant and count how often each municipality stays a gap.

    Parameters
    ----------
    dataset, group, country, area_id, settings
        As for `geodata.method.analysis.analyse`.

    Raises
    ------
    UnknownCodeError
        If group, country or area does not exist.
    """
    chosen = analyse(dataset, group, country, area_id, settings)
    tried = [(CHOSEN, "", chosen)]
    tried += [
        (
            variant.assumption,
            variant.choice,
            analyse(dataset, variant.group, country, area_id, variant.settings),
        )
        for variant in variants_of(dataset, group, country, area_id, settings)
    ]
    gaps = np.column_stack([gap_states(analysis.coverage["gap_class"]) for _, _, analysis in tried])
    return Robustness(
        chosen=chosen,
        verdict=_verdict(chosen.coverage, gaps, [assumption for assumption, _, _ in tried]),
        variants=pd.concat([_variant_rows(*variant) for variant in tried], ignore_index=True),
    )


def gap_states(gap_class: pd.Series) -> NDArray[np.float64]:
    """
    Return 1 where a class is a gap, 0 where it is at the norm,
    NaN where it is unknown or nobody needs anything.
    """
    states = np.where(gap_class.isin(GAPS), 1.0, 0.0)
    return np.where(gap_class.isin([UNKNOWN, NO_NEED]), np.nan, states)


def _nullable(states: NDArray[np.float64]) -> pd.Series:
    return pd.Series(states).astype("boolean")


def _verdict(coverage: pd.DataFrame, gaps: NDArray[np.float64], assumptions: list[str]) -> pd.DataFrame:
    flips = (gaps != gaps[:, :1]) & ~np.isnan(gaps) & ~np.isnan(gaps[:, :1])
    flipped_by = [
        " ".join(dict.fromkeys(assumptions[column] for column in np.flatnonzero(row))) for row in flips
    ]
    return pd.DataFrame(
        {
            "municipality_code": coverage["municipality_code"],
            "name": coverage["name"],
            "gap_class": coverage["gap_class"],
            "is_gap": _nullable(gaps[:, 0]),
            "gap_in": np.nansum(gaps, axis=1).astype(np.int64),
            "variants_known": (~np.isnan(gaps)).sum(axis=1),
            "flipped_by": pd.Series(flipped_by, dtype="str"),
        }
    )


def _variant_rows(assumption: str, choice: str, analysis: Analysis) -> pd.DataFrame:
    coverage = analysis.coverage
    states = gap_states(coverage["gap_class"])
    return pd.DataFrame(
        {
            "municipality_code": coverage["municipality_code"],
            "assumption": pd.Series([assumption] * len(coverage), dtype="str"),
            "choice": pd.Series([choice] * len(coverage), dtype="str"),
            "norm_id": pd.Series([analysis.norm.norm_id] * len(coverage), dtype="str"),
            "norm_per_1000": np.nan if analysis.norm.value_per_1000 is None else analysis.norm.value_per_1000,
            "coverage_ratio": coverage["coverage_ratio"],
            "gap_class": coverage["gap_class"],
            "is_gap": _nullable(states),
        }
    )
