"""
Make a register of social service providers of the true size,
with all its traps and no real organisation in it.

`python -m tests.make_register OUTPUT.json [--services 6733] [--facilities 18907] [--municipalities FILE.csv]`

Follows the documented structure of rpss.json. The same seed gives the same bytes.
Names of people in it are one marker, so that a test can tell whether they were read.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PERSON = "Osoba Kterou Nikdo Nesmí Načíst"
HIDDEN_STREET = "Utajená ulice"
SERVICES = 6733
FACILITIES = 18907
PRAGUE = "554782"
FORMS = {"pob": "luzka", "amb": "interv", "ter": "klient"}
RESIDENTIAL = (11, 12, 13, 14, 15, 20, 21)
AMBULATORY = (1, 9, 10, 24, 25, 30)
DEFAULT_MUNICIPALITIES = ("598143", "598011", "554499", "598003", "599999", PRAGUE)


def register(
    services: int = SERVICES,
    facilities: int = FACILITIES,
    *,
    seed: int = 2026,
    municipalities: Sequence[str] = DEFAULT_MUNICIPALITIES,
) -> Iterator[dict[str, Any]]:
    """Give the services one by one; the last one takes what is left of the facilities."""
    dice = random.Random(seed)
    left = facilities
    for number in range(1, services + 1):
        rest = services - number
        mean = left / (rest + 1)
        count = left if rest == 0 else max(0, min(left - rest, round(dice.expovariate(1 / max(mean, 0.1)))))
        left -= count
        yield _service(number, count, dice, municipalities)


def write_register(path: Path, **options: Any) -> tuple[int, int]:
    """Write the register as one JSON object; return the numbers of services and facilities."""
    services = facilities = 0
    with path.open("w", encoding="utf-8") as sink:
        sink.write('{"polozky": [\n')
        for record in register(**options):
            if services:
                sink.write(",\n")
            services += 1
            facilities += len(record["zarizeni"] or [])
            sink.write(json.dumps(record, ensure_ascii=False))
        sink.write("\n]}\n")
    return services, facilities


def _service(number: int, count: int, dice: random.Random, municipalities: Sequence[str]) -> dict[str, Any]:
    kind = dice.choice((*RESIDENTIAL, *AMBULATORY, 3, 4, 4, 4, 5, 28, 29, 32, 33))
    form = "pob" if kind in RESIDENTIAL else "amb" if kind in AMBULATORY else "ter"
    size = max(1, round(dice.lognormvariate(2.5, 0.8)))
    if number % 500 == 7:
        size *= 1000  # a typing error of another order of magnitude
    ends = None
    if number % 10 == 0:
        ends = f"20{dice.randint(10, 25)}-12-31"
    elif number % 170 == 0:
        ends = "2027-12-31"
    capacity = [
        {
            "pocet": size,
            "popis": f"Kapacita {size}",
            "typ": {"id": f"TypKapacitySocialniSluzby/{FORMS[form]}"},
        }
    ]
    if form == "amb":
        capacity.append({"pocet": size * 2, "popis": None, "typ": {"id": "TypKapacitySocialniSluzby/klient"}})
    facilities = [_facility(number, turn, kind, dice, municipalities) for turn in range(1, count + 1)]
    if count > 1 and number % 23 == 0:
        facilities[1] = dict(
            facilities[0], nazev=str(facilities[0]["nazev"]) + " "
        )  # listed twice, told apart by a trailing space
    return {
        "portalId": number,
        "id": f"PoskytovanaSocialniSluzba/{number}",
        "identifikator": f"{1000000 + number}",
        "datumPoskytovaniOd": "2030-01-01" if number % 400 == 0 else f"20{dice.randint(7, 25):02d}-01-01",
        "datumPoskytovaniDo": ends,
        "druhSocialniSluzby": {"id": f"DruhSocialniSluzby/{kind}"},
        "formy": [
            {
                "forma": {"id": f"FormaSocialniSluzby/{form}"},
                "nepretrzitePoskytovani": form == "pob",
                "casoveRozsahy": None,
                "kapacity": capacity if number % 50 else None,
            }
        ],
        "ciloveSkupiny": [
            {"cilovaSkupina": {"id": f"CilovaSkupinaOsoby/{group}"}} for group in dice.sample(range(1, 31), 3)
        ],
        "vekoveSkupiny": [{"vekovaSkupina": {"id": "VekovaSkupinaOsoby/7"}}],
        "doplnujiciInformaceVekoveSkupiny": None,
        "zarizeni": facilities if count else None,
        "poskytovatel": {
            "ico": f"{(number // 3) * 37 % 10**8:08d}",
            "nazev": f"Organizace {number // 3}, z. s.",
            "statutarniOrgany": [{"jmeno": PERSON, "prijmeni": PERSON, "titulPred": "Mgr."}],
            "weby": [{"web": "https://www.example.org", "poznamka": None}],
            "emaily": [{"email": "info@example.org", "poznamka": PERSON}],
            "telefony": [{"telefon": "558 000 000", "poznamka": PERSON}],
        },
        "weby": [{"web": f"http://www.example.org/{number}", "poznamka": None}] if number % 4 else [],
        "emaily": [{"email": f"sluzba{number}@example.org", "poznamka": PERSON}],
        "telefony": [{"telefon": f"{558000000 + number}", "poznamka": PERSON}],
        "faxy": [],
        "rozsirenePusobnostiVKraji": [{"kraj": {"id": "Kraj/132"}}] if number % 5 == 0 else None,
        "kontaktniAdresy": [],
        # What makes the real file long: plans and staff tables with links to attachments.
        "doplnkoveUdaje": {
            "realizacePoskytovani": [
                {
                    "obdobi": year,
                    "popis": "Popis realizace poskytování sociální služby. " * 12,
                    "priloha": {"url": "https://www.example.org/priloha"},
                }
                for year in range(2007, 2025)
            ]
        },
    }


def _facility(
    number: int, turn: int, kind: int, dice: random.Random, municipalities: Sequence[str]
) -> dict[str, Any]:
    is_secret = kind == 20 and turn % 2 == 0
    municipality = dice.choice(municipalities)
    has_point = dice.random() >= 0.036
    address = {
        "cisloDomovni": dice.randint(1, 3000),
        "cisloOrientacni": str(dice.randint(1, 99)) if dice.random() < 0.4 else None,
        "dodatekAdresy": None,
        "kodAdresnihoMista": dice.randint(1_000_000, 90_000_000) if has_point else None,
        "psc": f"{dice.randint(10000, 79999)}",
        "typCislaDomovniho": {"id": "TypStavebnihoObjektu/1"},
        "kraj": {"id": "Kraj/132"},
        "okres": None if municipality == PRAGUE else {"id": "Okres/3802"},
        "obec": {"id": f"Obec/{municipality}"},
        "castObce": {"id": f"CastObce/{dice.randint(1, 400000)}"},
        "ulice": {"nazev": HIDDEN_STREET if is_secret else f"Ulice {dice.randint(1, 500)}"},
    }
    return {
        "nazev": f"Zařízení {number}/{turn}",
        "adresa": None if is_secret and turn % 4 == 0 else address,
        "utajenaAdresa": is_secret,
        "poskytujeOd": f"20{dice.randint(7, 25):02d}-01-01",
        "poskytujeDo": None if turn % 6 else "2024-06-30",
        "vedouci": [{"jmeno": PERSON, "prijmeni": PERSON}],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else None)
    parser.add_argument("output", type=Path)
    parser.add_argument("--services", type=int, default=SERVICES)
    parser.add_argument("--facilities", type=int, default=FACILITIES)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--municipalities", type=Path, help="CSV with a column KOD_OBEC or municipality_code")
    given = parser.parse_args()
    municipalities: Sequence[str] = DEFAULT_MUNICIPALITIES
    if given.municipalities:
        with given.municipalities.open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        column = "KOD_OBEC" if "KOD_OBEC" in rows[0] else "municipality_code"
        municipalities = [row[column] for row in rows]
    counts = write_register(
        given.output,
        services=given.services,
        facilities=given.facilities,
        seed=given.seed,
        municipalities=municipalities,
    )
    print(f"{counts[0]} services, {counts[1]} facilities, {given.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
