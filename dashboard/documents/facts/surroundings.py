"""Facts for the documents of a municipality that is in no planning area: its neighbours stand in for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.documents.facts.area import Analyse, AreaFacts
from geodata.errors import UnknownCodeError
from geodata.method.analysis import Settings, analyse
from geodata.reading import values
from geodata.reading.people import Population

if TYPE_CHECKING:
    from geodata.dataset.dataset import Dataset


class Surroundings(AreaFacts):
    """
    Everything a sheet and a slip need of a municipality and those of its unit:
    the same powers (ORP), else the district.

    Parameters
    ----------
    dataset
        A published dataset.
    code
        The municipality.
    settings, analyse
        As in `AreaFacts`; the answers are those without an area.

    Raises
    ------
    UnknownCodeError
        If the dataset has no such municipality.
    """

    def __init__(
        self,
        dataset: Dataset,
        code: str,
        settings: Settings | None = None,
        analyse: Analyse = analyse,
    ) -> None:
        self.dataset = dataset
        self.settings = settings or Settings()
        self._analyse = analyse
        self.municipalities = {
            str(row["municipality_code"]): row for row in values.rows(dataset["municipality"])
        }
        if code not in self.municipalities:
            raise UnknownCodeError(f"There is no municipality {code}.")
        own = self.municipalities[code]
        self.country = str(own["country"])
        key = (
            "district_code" if own["orp_name"] is None or own["orp_name"] != own["orp_name"] else "orp_name"
        )  # NaN
        self.area = {"name": own["district_name"] if key == "district_code" else own["orp_name"]}
        self.area_id = ""
        self.members = tuple(
            other
            for other, row in self.municipalities.items()
            if row["country"] == self.country and row[key] == own[key]
        )
        self._populations: dict[str, Population] = {}
