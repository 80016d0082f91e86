"""
Which municipality a cell means.

A code decides. A name decides only within a stated district or area, where it stands for one municipality:
there are six Lhotkas, and only a part of the country may be loaded. Otherwise the writer
is told what the cell may mean.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from etl.sources.formats.teryt import same_six
from etl.usertables.cells.likeness import nearest
from etl.usertables.cells.values import CellError
from geodata.vocabulary.identifiers import fold

MOST_SUGGESTIONS = 4
CODE = re.compile(r"\d{6,7}")
GAPS = re.compile(r"[\s_]")
WITH_CODE = re.compile(
    r"^(?P<before>.*?)[\s(\[]*(?<!\d)(?P<code>\d{6,7})(?!\d)[)\]\s]*[-–,:]?\s*(?P<after>.*)$"
)
DISTRICT_WORD = re.compile(r"^(okres|powiat|district)\s+", re.IGNORECASE)
# What programs make of a code: "598143.0", "598143,0".
SPELT_CODE = re.compile(r"(\d{6,7})(?:[.,]0+)?")
ALONE_CODE = re.compile(r"(?<!\d)\d{6,7}(?!\d)")
COUNTRY_LETTERS = re.compile(r"(?:CZ|PL)[-_ ]?(\d{6,7})", re.IGNORECASE)
KIND_WORD = re.compile(r"^(obec|město|městys|gmina|miasto|m\.)\s+", re.IGNORECASE)


def codes_in(text: str) -> tuple[str, ...]:
    """Return the different codes of municipalities that a text holds."""
    return tuple(dict.fromkeys(ALONE_CODE.findall(text)))


@dataclass(frozen=True)
class NamedMunicipality:
    """One loaded municipality."""

    code: str
    name: str
    district_code: str
    district_name: str
    orp_name: str | None
    country: str

    @property
    def suggestion(self) -> str:
        """
        The municipality as a suggestion: name, code and district;
        no comma, which divides several of them.
        """
        return f"{self.name} [{self.code}] ({self.district_name})"


class NamedMunicipalities:
    """
    The loaded municipalities, by code and by name.

    Parameters
    ----------
    municipality
        Table `municipality`: municipality_code, country, name, district_code, district_name, orp_name.
    """

    def __init__(self, municipality: pd.DataFrame) -> None:
        self.by_code: dict[str, NamedMunicipality] = {}
        self._by_name: dict[str, list[NamedMunicipality]] = defaultdict(list)
        self._districts: dict[str, set[str]] = defaultdict(set)
        self.district_names: dict[str, str] = {}
        columns = ["municipality_code", "name", "district_code", "district_name", "orp_name", "country"]
        for row in municipality[columns].itertuples(index=False):
            code, name, district, district_name, orp, country = row
            known = NamedMunicipality(
                code, name, district, district_name, None if pd.isna(orp) else orp, country
            )
            self.by_code[code] = known
            self._by_name[fold(name)].append(known)
            self.district_names[district] = district_name
            for spelling in (district, district_name, DISTRICT_WORD.sub("", district_name)):
                self._districts[fold(spelling)].add(district)

    def district(self, text: str) -> str:
        """
        Return the code of a district, by code or name.

        Raises
        ------
        CellError
            If it is not loaded or the name stands for several; with suggestions.
        """
        found = self._districts.get(fold(text)) or self._districts.get(fold(DISTRICT_WORD.sub("", text)))
        if found and len(found) == 1:
            return next(iter(found))
        names = {
            f"{self.district_names[code]} [{code}]": self.district_names[code]
            for code in found or self.district_names
        }
        raise CellError("unknown_district", text, suggestions=nearest(text, names))

    def municipality(self, text: str, within: Collection[str] | None = None) -> str:
        """
        Return the code of a municipality.

        Parameters
        ----------
        text
            A code, "Name [code]", or a name.
        within
            Codes of the stated district or area; None = none is stated, so that a name alone is not enough.

        Raises
        ------
        CellError
            If the cell does not tell one municipality; with suggestions.
        """
        lettered = COUNTRY_LETTERS.fullmatch(text)
        if lettered:
            meant = self.by_code.get(lettered[1])
            raise CellError("country_letters", text, suggestions=() if meant is None else (meant.suggestion,))
        if len(codes_in(text)) > 1:
            raise CellError("several_codes", text)
        # "2404 12 2", "240412_2", "598143.0" and "598143,0" are ways to write a code.
        spelt = SPELT_CODE.fullmatch(GAPS.sub("", text))
        match = WITH_CODE.match(spelt[1] if spelt else text)
        if match:
            return self._by_stated_code(text, match, within)
        name = KIND_WORD.sub("", text)
        candidates = self._by_name.get(fold(name)) or self._by_name.get(fold(text)) or []
        if within is None:
            kind = "municipality_needs_code" if candidates else "unknown_municipality"
            raise CellError(kind, text, suggestions=self._suggestions(name, candidates, None))
        inside = [candidate for candidate in candidates if candidate.code in within]
        if len(inside) == 1:
            return inside[0].code
        if inside:
            raise CellError(
                "municipality_ambiguous", text, hint=", ".join(candidate.suggestion for candidate in inside)
            )
        raise CellError("unknown_municipality", text, suggestions=self._suggestions(name, candidates, within))

    def named(self, text: str) -> list[NamedMunicipality]:
        """Return the loaded municipalities that a name stands for."""
        return list(self._by_name.get(fold(KIND_WORD.sub("", text))) or self._by_name.get(fold(text)) or [])

    def country_of_district(self, code: str) -> str:
        """Return the country of a district."""
        return next(
            municipality.country
            for municipality in self.by_code.values()
            if municipality.district_code == code
        )

    def members(self, *, districts: Collection[str] = (), orps: Collection[str] = ()) -> list[str]:
        """Return the codes of all loaded municipalities of districts (codes) and ORP (folded names)."""
        return [
            municipality.code
            for municipality in self.by_code.values()
            if municipality.district_code in districts
            or (municipality.orp_name and fold(municipality.orp_name) in orps)
        ]

    def orp_names(self) -> dict[str, str]:
        """Return the names of ORP by their folded form."""
        return {
            fold(municipality.orp_name): municipality.orp_name
            for municipality in self.by_code.values()
            if municipality.orp_name
        }

    def _by_stated_code(self, text: str, match: re.Match[str], within: Collection[str] | None) -> str:
        code = match["code"]
        # A spreadsheet drops the leading zero of TERYT codes of dolnośląskie and kujawsko-pomorskie.
        found = code if code in self.by_code else code.zfill(7)
        if found not in self.by_code:
            near = same_six(code, self.by_code) or same_six(found, self.by_code)
            raise CellError(
                "unknown_municipality", text, suggestions=tuple(self.by_code[one].suggestion for one in near)
            )
        municipality = self.by_code[found]
        stated = KIND_WORD.sub("", (match["before"] or match["after"]).strip(" ,–-")).split(",")[0]
        if stated and fold(stated) != fold(municipality.name):
            raise CellError("code_mismatch", text, hint=municipality.suggestion)
        if within is not None and found not in within:
            raise CellError("district_mismatch", text, hint=municipality.suggestion)
        return found

    def _suggestions(
        self, name: str, candidates: Collection[NamedMunicipality], within: Collection[str] | None
    ) -> tuple[str, ...]:
        if candidates:
            return tuple(municipality.suggestion for municipality in list(candidates)[:MOST_SUGGESTIONS])
        names = {
            municipality.suggestion: municipality.name
            for municipality in self.by_code.values()
            if within is None or municipality.code in within
        }
        return nearest(name, names)
