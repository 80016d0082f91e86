"""
Who lives somewhere, by age and sex: the sums behind the pyramid, and the pyramid itself.

Ages that sources divide differently are joined to bands that all of them share; nothing is split by guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard import text
from dashboard.tables.html import Column, Html, html_table
from dashboard.text import _

if TYPE_CHECKING:
    import pandas as pd

    from geodata.dataset.dataset import Dataset

SENIOR_AGE: Final = 65
MEN: Final = "male"
WOMEN: Final = "female"
BOTH: Final = "total"


@dataclass(frozen=True)
class Band:
    """
    Inhabitants of an age band.

    `age_to` None = open; men and women None where the source does not divide them.
    """

    age_from: int
    age_to: int | None
    total: int
    men: int | None
    women: int | None


@dataclass(frozen=True)
class People:
    """Inhabitants of some municipalities; `unknown` of them have no population loaded."""

    bands: tuple[Band, ...]
    unknown: int
    dates: tuple[str, ...]

    @property
    def total(self) -> int:
        """All inhabitants."""
        return sum(band.total for band in self.bands)

    @property
    def has_sexes(self) -> bool:
        """Whether men and women are known in every band."""
        return bool(self.bands) and all(
            band.men is not None and band.women is not None for band in self.bands
        )

    def between(self, first: int, last: int | None) -> int | None:
        """Count people from `first` to `last` years (None = no end); None where bands cross these ages."""
        if not self.bands:
            return None
        starts = [band.age_from for band in self.bands]
        if first not in starts or (last is not None and last + 1 not in starts):
            return None
        return sum(
            band.total
            for band in self.bands
            if band.age_from >= first and (last is None or band.age_from <= last)
        )


def people_of(dataset: Dataset, codes: Sequence[str]) -> People:
    """Add up the inhabitants of municipalities."""
    table = dataset["population"]
    rows = table.loc[table["municipality_code"].isin(list(codes))]
    known = rows.loc[rows["sex"] == BOTH, "municipality_code"].nunique()
    return People(
        bands=bands_of(rows, "municipality_code"),
        unknown=len(set(codes)) - int(known),
        dates=tuple(sorted(set(rows["reference_date"].dropna()))),
    )


def people_of_country(dataset: Dataset, country: str) -> People:
    """Return the inhabitants of the whole country, as far as they are loaded."""
    table = dataset["national_population"]
    rows = table.loc[table["country"] == country]
    return People(bands_of(rows, "country"), 0, tuple(sorted(set(rows["reference_date"].dropna()))))


def bands_of(rows: pd.DataFrame, key: str) -> tuple[Band, ...]:
    """
    Join rows of several sources to the age bands that all of them share.

    Parameters
    ----------
    rows
        Columns `key`, sex, age_from, age_to, persons.
    key
        Column that names the municipality or country.
    """
    totals = rows.loc[rows["sex"] == BOTH]
    if totals.empty:
        return ()
    starts = sorted(set.intersection(*(set(part["age_from"]) for _name, part in totals.groupby(key))))
    if not starts:
        return ()
    sums: dict[str, list[int | None]] = {}
    keys = set(totals[key])
    for sex in (BOTH, MEN, WOMEN):
        own = rows.loc[rows["sex"] == sex]
        # A sum of men over some municipalities only would be no sum of men.
        if set(own[key]) != keys:
            sums[sex] = [None] * len(starts)
            continue
        sums[sex] = [
            int(
                own.loc[
                    (own["age_from"] >= first) & (own["age_from"] < (after if after is not None else 1000)),
                    "persons",
                ].sum()
            )
            for first, after in zip(starts, [*starts[1:], None], strict=True)
        ]
    return tuple(
        Band(int(first), None if after is None else int(after) - 1, total or 0, men, women)
        for first, after, total, men, women in zip(
            starts, [*starts[1:], None], sums[BOTH], sums[MEN], sums[WOMEN], strict=True
        )
    )


def age_words(band: Band) -> str:
    """Write a band: "65–69", "85+"."""
    return f"{band.age_from}+" if band.age_to is None else f"{band.age_from}–{band.age_to}"


def ages_table(people: People, name: str) -> Html:
    """Return the numbers of the pyramid."""
    columns = [Column(_("Age"))]
    if people.has_sexes:
        columns += [Column(_("Men"), is_number=True), Column(_("Women"), is_number=True)]
    columns += [Column(_("Together"), is_number=True), Column(_("Share"), is_number=True)]
    rows = []
    for band in people.bands:
        sexes = [text.number(band.men), text.number(band.women)] if people.has_sexes else []
        share = text.percent(band.total / people.total, 1) if people.total else text.unknown()
        rows.append([age_words(band), *sexes, text.number(band.total), share])
    return html_table(columns, rows, _("Inhabitants by age: {name}", name=name))


# -- the picture ---------------------------------------------------------------------------------------------
