"""
Faults of a register through the whole build.

It goes on, tells what it lost, and tells nobody where a shelter is.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from etl.cleaning.protect import HIDDEN
from etl.publish.build import Own, build
from geodata.dataset.dataset import Dataset, read_dataset
from geodata.hsds.read import from_hsds
from geodata.hsds.write import to_hsds
from geodata.method.analysis import analyse
from geodata.reading import services
from tests.integration.test_country import DAY, REGISTER, facility, registration, write_files

STREET, HOUSE, TOWN = "Zapovězená", "Dům Na Samotě", "Čeladná"


def nobody(number: int, provider: Any) -> dict[str, Any]:
    return {
        **registration(number, 4, "ter", "klient", 7, [facility("Péče", "598011")]),
        "poskytovatel": provider,
    }


def shelter(number: int, **more: Any) -> dict[str, Any]:
    house = facility(HOUSE, "598011", street=STREET, utajenaAdresa=False)
    return registration(number, 20, "pob", "luzka", 12, [house], **more)


def make(
    folder: Path, records: list[Any], tables: list[Path] | None = None, output: str = "cz.gpkg"
) -> tuple[Dataset, Any]:
    files = write_files(folder)
    files["cz_mpsv_rpss"].write_text(json.dumps({"polozky": records}), encoding="utf-8")
    report = build(folder / output, files, country="CZ", data_date=DAY, own=Own(tables=tables or []))
    return read_dataset(folder / output), report


@pytest.fixture(scope="module")
def without_provider(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Any]:
    folder = tmp_path_factory.mktemp("nobody")
    nameless = {"ico": None, "nazev": None, "jmeno": "Jan", "prijmeni": "Nesmíbýt"}
    records = [
        nobody(50, None),
        nobody(51, {}),
        nobody(52, nameless),
        {**nobody(53, None), "portalId": "A-53/x"},
    ]
    # Joined to a page by a person's decision, and like another by kind and place.
    records += [
        {**registration(118, 13, "pob", "luzka", 20, [facility("Domov", "598011")]), "poskytovatel": None}
    ]
    return make(folder, [*REGISTER, *records])


def test_a_registration_without_a_provider_is_in_the_dataset_and_told(
    without_provider: tuple[Dataset, Any],
) -> None:
    dataset, report = without_provider
    service = dataset["service"].set_index("service_id")
    for number in ("50", "51", "52", "A-53/x", "118"):
        assert pd.isna(service.loc[f"cz-rpss-{number}", "provider_id"]), number
        assert service.loc[f"cz-rpss-{number}", "name"]
    assert any("whose provider the register does not tell; it is unknown: 5" in note for note in report.notes)
    assert "Nesmíbýt" not in str(report.as_json())
    assert b"Nesm" not in dataset.path.read_bytes()


def test_everything_that_reads_a_dataset_reads_one_without_a_provider(
    without_provider: tuple[Dataset, Any],
) -> None:
    from dashboard.answers import dataset as data
    from dashboard.method import facts
    from etl.publish.changes import compare

    dataset, report = without_provider
    entries = services.services(dataset)
    entry = entries["cz-rpss-50"]
    assert (entry.provider, entry.provider_id, entry.ico) == (None, None, None)
    assert len(analyse(dataset, "home_care", "CZ").supply) > 0
    assert data.service_names(dataset)["cz-rpss-50"].title == "Péče"
    assert services.services(dataset)["cz-rpss-50"].provider is None
    capacity = dataset["capacity"].copy()
    capacity.loc[capacity["service_id"] == "cz-rpss-50", "basis"] = "doubtful"
    doubted = Dataset(dataset.path, {**dataset.tables, "capacity": capacity}, "doubted")
    assert [one.provider for one in facts.doubtful(doubted) if one.service_id == "cz-rpss-50"] == [None]
    document = to_hsds(dataset.tables)
    assert "cz-rpss-50" in set(from_hsds(json.loads(json.dumps(document)), "x.json")["service"]["service_id"])
    without = {
        **dataset.tables,
        "provider": dataset["provider"].iloc[:0],
        "service": dataset["service"].assign(provider_id=None),
    }
    assert compare(without, dataset.tables).of("provider_changed")
    assert report.as_json()["services_by_status"]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_nothing_that_an_office_writes_about_a_shelter_tells_where_it_is(tmp_path: Path) -> None:
    tables = [
        write(
            tmp_path / "sluzby.csv",
            "record_id;service_name;provider_name;service_type;municipality;street_address;web;email;source",
            f"s1;{HOUSE};Spolek X;cz-57;598011;{STREET} 5;https://azyl.example/{STREET};"
            f"dum.zapovezena@azyl.example;sdělení",
        ),
        write(
            tmp_path / "opravy.csv",
            "record_id;field;new_value;date;office;reason;source",
            f"60;service.web;https://spolek.example/{STREET};2026-09-01;Město {TOWN};ulice {STREET};x",
            f"60;service.email;zapovezena@spolek.example;2026-09-01;Obec {TOWN};x;x",
            "61;service.phone;558 000 111;2026-09-01;Magistrát Frýdku-Místku;x;x",
            f"61;site.street_address;{STREET} 7;2026-09-01;Krajský úřad;x;x",
        ),
        write(
            tmp_path / "sit.csv",
            "record_id;form;unit;capacity;year;network_name;source",
            f"60;pob;luzka;12;2026;Síť {TOWN};x",
            "60;pob;luzka;12;2026;Síť obce Čeladná II;x",
            "61;pob;luzka;12;2026;Krajská síť;x",
        ),
    ]
    secret_kind = shelter(60, weby=[{"web": f"https://spolek.example/{STREET}"}])
    secret_mark = registration(
        61, 13, "pob", "luzka", 9, [facility(HOUSE, "598011", street=STREET, utajenaAdresa=True)]
    )
    secret_mark["formy"][0]["kapacity"][0]["popis"] = f"9 lůžek, {STREET} 1"
    public = registration(62, 29, "amb", "interv", 3, [facility("Poradna", "598003")])
    dataset, report = make(tmp_path, [*REGISTER, secret_kind, secret_mark, public], tables)
    content = dataset.path.read_bytes()
    for secret in (STREET, "Zapov", "zapovezena", HOUSE, "Samot"):
        assert secret.encode() not in content, secret
        assert secret not in str(report.as_json()), secret
    service = dataset["service"].set_index("service_id")
    assert service.loc["cz-rpss-60", "web"] == "https://spolek.example"
    assert pd.isna(service.loc["cz-rpss-60", "email"])
    assert service.loc["cz-rpss-61", "phone"] == "+420 558 000 111"
    assert set(dataset["correction"]["office"]) == {HIDDEN["office"], "Krajský úřad"}
    assert sorted(dataset["network"]["network_name"]) == [
        "Krajská síť",
        HIDDEN["network_name"],
        f"{HIDDEN['network_name']} (2)",
    ]
    # A sibling at the same address would be as public as before; the shelter stays at its district.
    site = dataset["site"].set_index("service_id")
    assert site.loc["cz-rpss-60", "location_quality"] == "district"
    assert any("texts of protected services" in note.casefold() for note in report.notes)


def test_a_sibling_at_the_address_of_a_shelter_stays_public_and_is_not_joined_to_it(tmp_path: Path) -> None:
    sibling = registration(62, 29, "amb", "interv", 3, [facility("Poradna", "598011", street=STREET)])
    secret = {**shelter(60), "poskytovatel": sibling["poskytovatel"]}
    dataset, _ = make(tmp_path, [*REGISTER, secret, sibling])
    site = dataset["site"].set_index("service_id")
    assert site.loc["cz-rpss-62", "street_address"] == f"{STREET} 1"
    assert pd.isna(site.loc["cz-rpss-60", "street_address"])
    assert pd.isna(site.loc["cz-rpss-60", "latitude"])
    assert pd.isna(site.loc["cz-rpss-60", "municipality_code"])
    service = dataset["service"].set_index("service_id")
    assert service.loc["cz-rpss-60", "name"] == "Azylové domy"
    linked = dataset["linked"]
    assert not linked["service_id"].isin(["cz-rpss-60"]).any()


def test_an_old_name_of_a_shelter_is_not_remembered(tmp_path: Path) -> None:
    from etl.publish.changes import tombstones

    dataset, _ = make(tmp_path, [*REGISTER, shelter(60)])
    is_shelter = dataset["service"]["service_id"] == "cz-rpss-60"
    older = {
        **dataset.tables,
        "service": dataset["service"].assign(name=dataset["service"]["name"].mask(is_shelter, HOUSE)),
    }
    newer = {**dataset.tables, "service": dataset["service"][~is_shelter]}
    assert tombstones(older, newer)["name"].tolist() == ["Azylové domy"]


JUNK = st.sampled_from(
    [
        None,
        "",
        "x",
        "ano",
        0,
        -1,
        10**30,
        1.5,
        True,
        [],
        {},
        [None],
        {"id": "Obec/000000"},
        {"id": 7},
        "2026-02-31",
        "2099-01-01",
        "\x00",
    ]
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, part in inner for path in paths(part, (*at, key)))]


def records() -> list[dict[str, Any]]:
    register = copy.deepcopy([*REGISTER, shelter(60)])
    register[-1]["zarizeni"][0]["adresa"]["utajenaAdresa"] = True
    return register


PATHS = [
    path
    for path in paths(records())
    if len(path) > 1 and not (path[0] == len(REGISTER) and path[-1] == "druhSocialniSluzby")
]


# A build is long, and so is shrinking eighty faults: the failing register itself tells enough.
@settings(max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(faults=st.lists(st.tuples(st.sampled_from(PATHS), JUNK), min_size=30, max_size=80))
def test_a_register_full_of_faults_is_built(
    faults: list[tuple[tuple[Any, ...], Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    broken = records()
    for path, junk in faults:
        target: Any = broken
        try:
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = copy.deepcopy(junk)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier fault took the place away
    folder = tmp_path_factory.mktemp("faults")
    dataset, report = make(
        folder, [*broken, registration(90, 13, "pob", "luzka", 5, [facility("Domov", "598003")])]
    )
    account = dataset["accounting"].set_index("origin_id").loc["cz_mpsv_rpss"]
    assert account["rows_read"] == account["rows_loaded"] + account["rows_merged"] + account["rows_rejected"]
    content = dataset.path.read_bytes()
    for secret in (STREET, HOUSE):
        assert secret.encode() not in content, secret
        assert secret not in str(report.as_json()), secret
