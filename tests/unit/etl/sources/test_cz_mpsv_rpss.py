"""The Czech register: every trap that was met has its test."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from etl.sources import cz_mpsv_rpss
from etl.sources.formats.contract import SourceTables, load_origin
from etl.sources.formats.json_stream import iterate_items
from geodata.errors import InputFileError

ORIGIN = load_origin("cz_mpsv_rpss")
Write = Callable[..., Path]

FACILITY: dict[str, Any] = {
    "nazev": "Domov U Lípy",
    "adresa": {
        "cisloDomovni": 2272,
        "cisloOrientacni": "54",
        "kodAdresnihoMista": 11867906,
        "psc": "35201",
        "typCislaDomovniho": {"id": "TypStavebnihoObjektu/1"},
        "kraj": {"id": "Kraj/51"},
        "okres": {"id": "Okres/3402"},
        "obec": {"id": "Obec/554499"},
        "castObce": {"id": "CastObce/405507"},
        "ulice": {"nazev": "Nemocniční"},
    },
    "utajenaAdresa": False,
    "poskytujeOd": "2007-01-01",
    "poskytujeDo": None,
}
SERVICE: dict[str, Any] = {
    "portalId": 311,
    "id": "PoskytovanaSocialniSluzba/311",
    "identifikator": "5142853",
    "datumPoskytovaniOd": "2007-01-01",
    "datumPoskytovaniDo": None,
    "druhSocialniSluzby": {"id": "DruhSocialniSluzby/13"},
    "formy": [
        {
            "forma": {"id": "FormaSocialniSluzby/pob"},
            "kapacity": [
                {"pocet": 32, "popis": "32 lůžek", "typ": {"id": "TypKapacitySocialniSluzby/luzka"}}
            ],
        }
    ],
    "ciloveSkupiny": [
        {"cilovaSkupina": {"id": "CilovaSkupinaOsoby/24"}},
        {"cilovaSkupina": {"id": "CilovaSkupinaOsoby/30"}},
    ],
    "vekoveSkupiny": [],
    "zarizeni": [FACILITY],
    "poskytovatel": {
        "ico": "00847267",
        "nazev": "Domov U Lípy, p. o.",
        "weby": [{"web": "https://www.ulipy.example/"}],
    },
    "weby": [],
    "emaily": [{"email": "Info@ulipy.example", "poznamka": "paní ředitelka"}],
    "telefony": [{"telefon": "354525345"}],
    "rozsirenePusobnostiVKraji": None,
}


def service(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SERVICE) | changes


def facility(address: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(FACILITY) | changes
    if address is not None:
        made["adresa"] |= address
    return made


@pytest.fixture
def read(write_json: Write) -> Callable[..., SourceTables]:
    def reading(*records: Any, **more: Any) -> SourceTables:
        return cz_mpsv_rpss.read(write_json({"polozky": list(records)}), ORIGIN, **more)

    return reading


def test_a_service_is_read_as_documented(read: Callable[..., SourceTables]) -> None:
    got = read(service(), districts={"554499": "CZ0411"})
    one = got.tables["service"].iloc[0]
    assert one["service_id"] == "cz-rpss-311"
    assert (one["registration_id"], one["register_identifier"]) == ("311", "5142853")
    assert (one["service_type_code"], one["open_data_code"]) == ("cz-49", "13")
    assert (one["valid_from"], one["name"]) == ("2007-01-01", "Domov U Lípy")
    assert one["target_group_codes"] == "24;30"
    assert (one["web"], one["phone"], one["email"]) == (
        "https://www.ulipy.example",
        "+420 354 525 345",
        "info@ulipy.example",
    )
    site = got.tables["site"].iloc[0]
    assert (site["street_address"], site["postal_code"]) == ("Nemocniční 2272/54", "352 01")
    assert (site["municipality_code"], site["district_code"], site["address_point_code"]) == (
        "554499",
        "CZ0411",
        "11867906",
    )
    capacity = got.tables["capacity"].iloc[0]
    assert tuple(capacity[["form", "unit", "kind", "capacity_number"]]) == (
        "pob",
        "luzka",
        "registered",
        32.0,
    )
    assert got.rows_read == got.rows_loaded == 1


def test_trap_a_facility_has_no_id_of_its_own(read: Callable[..., SourceTables]) -> None:
    sites = read(service(zarizeni=[facility(), facility({"cisloDomovni": 7}, nazev="Druhé")])).tables["site"]
    assert sites["site_number"].tolist() == [1, 2]
    assert sites["service_id"].tolist() == ["cz-rpss-311"] * 2


def test_trap_the_same_facility_listed_twice(read: Callable[..., SourceTables]) -> None:
    twice = [facility(poskytujeDo="2020-01-31"), facility(nazev="Domov U Lípy ", poskytujeOd="2019-01-01")]
    got = read(service(zarizeni=twice))
    assert (got.rows_read, got.rows_loaded, len(got.merged)) == (2, 1, 1)
    assert got.merged.iloc[0]["rule"] == "same_site_twice"
    site = got.tables["site"].iloc[0]
    assert site["valid_from"] == "2007-01-01"
    assert pd.isna(site["valid_to"])


def test_two_unknown_addresses_may_be_two_places(read: Callable[..., SourceTables]) -> None:
    nowhere = facility(adresa=None)
    got = read(service(zarizeni=[nowhere, nowhere]))
    assert got.rows_loaded == 2


def test_trap_no_address_point(read: Callable[..., SourceTables]) -> None:
    site = read(service(zarizeni=[facility({"kodAdresnihoMista": None})])).tables["site"].iloc[0]
    assert pd.isna(site["address_point_code"])
    assert site["municipality_code"] == "554499"


def test_trap_no_district_in_prague(read: Callable[..., SourceTables]) -> None:
    prague = facility({"okres": None, "obec": {"id": "Obec/554782"}})
    assert read(service(zarizeni=[prague])).tables["site"].iloc[0]["district_code"] == "CZ0100"


@pytest.mark.parametrize(
    ("of_service", "of_facility", "in_force_to", "is_conflict"),
    [
        (None, None, None, False),
        ("2020-12-31", None, "2020-12-31", True),
        (None, "2019-06-30", "2019-06-30", False),
        ("2020-12-31", "2021-01-31", "2020-12-31", True),
        ("2020-12-31", "2019-06-30", "2019-06-30", False),
    ],
)
def test_trap_end_dates_at_service_and_facility_disagree(
    of_service: str | None,
    of_facility: str | None,
    in_force_to: str | None,
    is_conflict: bool,
    read: Callable[..., SourceTables],
) -> None:
    got = read(service(datumPoskytovaniDo=of_service, zarizeni=[facility(poskytujeDo=of_facility)]))
    site = got.tables["site"].iloc[0]
    assert (None if pd.isna(site["in_force_to"]) else site["in_force_to"]) == in_force_to
    assert bool(site["has_end_date_conflict"]) is is_conflict
    status = cz_mpsv_rpss.status_on(
        dt.date(2026, 9, 4), got.tables["site"]["in_force_from"], got.tables["site"]["in_force_to"]
    )
    assert status.tolist() == ["existing" if in_force_to is None else "ended"]


def test_trap_future_start_and_end_dates_exist() -> None:
    starts = pd.Series(["2030-01-01", "2007-01-01", "2007-01-01", None, "2026-09-04"], dtype="str")
    ends = pd.Series([None, "2026-10-31", "2026-09-03", None, "2026-09-04"], dtype="str")
    status = cz_mpsv_rpss.status_on(dt.date(2026, 9, 4), starts, ends)
    assert status.tolist() == ["planned", "existing", "ended", "existing", "existing"]


def test_trap_ico_is_text_of_eight_characters(read: Callable[..., SourceTables]) -> None:
    number = service(poskytovatel={"ico": 847267, "nazev": "X"})
    assert read(number).tables["provider"]["provider_id_ico"].tolist() == ["00847267"]
    broken = read(service(poskytovatel={"ico": "CZ84726", "nazev": "X"}))
    assert broken.tables["provider"]["provider_id_ico"].isna().all()
    assert any("IČO" in note for note in broken.notes)


def test_trap_capacity_of_another_order_is_reported_not_mended(read: Callable[..., SourceTables]) -> None:
    def with_capacity(number: int, count: int) -> dict[str, Any]:
        made = service(portalId=number)
        made["formy"][0]["kapacity"][0]["pocet"] = count
        return made

    got = read(*(with_capacity(number, 30) for number in range(1, 8)), with_capacity(8, 32000))
    assert got.tables["capacity"]["capacity_number"].max() == 32000
    assert [note for note in got.notes if "Registration 8: capacity 32000" in note]


def test_trap_natural_persons_are_never_read(read: Callable[..., SourceTables]) -> None:
    person = {"jmeno": "Jan", "prijmeni": "Nesmíbýt", "titulPred": "Mgr."}
    record = service(
        poskytovatel={
            **SERVICE["poskytovatel"],
            "statutarniOrgany": [person],
            "telefony": [{"telefon": "1", "poznamka": "Nesmíbýt"}],
        },
        zarizeni=[facility(vedouci=[person], vedouciZarizeni=person)],
        emaily=[{"email": "a@b.example", "poznamka": "Nesmíbýt"}],
    )
    got = read(record)
    everything = " ".join(table.to_csv() for table in got.tables.values()) + " ".join(got.notes)
    assert "Nesmíbýt" not in everything


def test_a_provider_that_is_a_person_has_no_name(read: Callable[..., SourceTables]) -> None:
    got = read(service(poskytovatel={"ico": "12345678", "jmeno": "Jana", "prijmeni": "Nesmíbýt"}))
    assert got.tables["provider"]["name"].tolist() == ["IČO 12345678"]


@pytest.mark.parametrize("declared", [True, None, "ano", 1, "", []])
def test_a_secret_address_is_never_finer_than_the_district(
    declared: Any, read: Callable[..., SourceTables]
) -> None:
    got = read(
        service(
            zarizeni=[facility(utajenaAdresa=declared)]
            if declared is not None
            else [facility(utajenaAdresa=None)],
            druhSocialniSluzby={"id": "DruhSocialniSluzby/20"},
        ),
        districts={"554499": "CZ0411"},
    )
    site = got.tables["site"].iloc[0]
    assert bool(site["is_protected"])
    assert site["district_code"] == "CZ0411"
    told = " ".join(table.to_csv() for table in got.tables.values())
    for word in ("Nemocniční", "554499", "405507", "11867906", "35201", "352 01", "U Lípy", "Aš"):
        assert word not in told.replace("Domov U Lípy, p. o.", "")


@pytest.mark.parametrize("declared", [False, 0, "ne"])
def test_a_shelter_is_never_shown_whatever_its_mark_says(
    declared: Any, read: Callable[..., SourceTables]
) -> None:
    one = facility(utajenaAdresa=declared)
    got = read(service(druhSocialniSluzby={"id": "DruhSocialniSluzby/20"}, zarizeni=[one]))
    assert got.tables["service"]["service_type_code"].tolist() == ["cz-57"]
    site = got.tables["site"].iloc[0]
    assert bool(site["is_protected"])
    assert site[["municipality_code", "street_address", "address_point_code", "name"]].isna().all()


# What a mark may hold, and whether it leaves an address of a public kind open.
ABSENT = object()
MARKS = [
    *((mark, True) for mark in (ABSENT, None, False, 0, 0.0, "ne", "NE ", "0", "false", "no")),
    *(
        (mark, False)
        for mark in (True, 1, 2, "ano", "true", "1", "", "?", "nevím", [], {}, [False], {"id": "AnoNe/0"})
    ),
]


def marked(at_facility: Any, at_address: Any) -> dict[str, Any]:
    one = facility()
    del one["utajenaAdresa"]
    if at_facility is not ABSENT:
        one["utajenaAdresa"] = at_facility
    if at_address is not ABSENT:
        one["adresa"]["utajenaAdresa"] = at_address
    return one


def told_of(got: SourceTables) -> str:
    tables = " ".join(table.to_csv() for table in got.tables.values())
    return " ".join((tables, *got.notes, got.rejected.to_csv(), got.merged.to_csv()))


def test_any_mark_that_is_no_explicit_no_closes_wherever_it_stands(
    read: Callable[..., SourceTables],
) -> None:
    pairs = list(itertools.product(MARKS, MARKS))
    records = [
        service(portalId=number, zarizeni=[marked(one, other)])
        for number, ((one, _), (other, _)) in enumerate(pairs, start=1)
    ]
    site = read(*records).tables["site"]
    wanted = [not (is_open and is_open_too) for (_, is_open), (_, is_open_too) in pairs]
    assert site["is_protected"].tolist() == wanted
    hidden = site[site["is_protected"]]
    assert (
        hidden[["name", "municipality_code", "street_address", "postal_code", "address_point_code"]]
        .isna()
        .all(axis=None)
    )
    assert set(site.loc[~site["is_protected"], "street_address"]) == {"Nemocniční 2272/54"}


@pytest.mark.parametrize("where", ["record", "street", "list", "provider", "other_key"])
def test_a_mark_deeper_or_higher_closes_too(where: str, read: Callable[..., SourceTables]) -> None:
    record = service()
    record["zarizeni"][0]["adresa"]["obec"]["nazev"] = "Aš"
    if where == "record":
        record["utajenaAdresa"] = True
    elif where == "street":
        record["zarizeni"][0]["adresa"]["ulice"]["utajenaAdresa"] = "ano"
    elif where == "list":
        record["zarizeni"][0]["adresa"]["dodatky"] = [{"utajeno": 1}]
    elif where == "provider":
        record["poskytovatel"]["sidlo"] = {"utajenaAdresa": True}
    else:
        record["zarizeni"][0]["adresa"]["UTAJENA_ADRESA"] = True
    got = read(record)
    assert got.tables["site"]["is_protected"].tolist() == [True]
    assert "Nemocniční" not in told_of(got)


def test_an_address_listed_twice_is_secret_if_it_is_secret_once(read: Callable[..., SourceTables]) -> None:
    secret, public = facility(utajenaAdresa=True), facility(nazev="Poradna", utajenaAdresa=False)
    elsewhere = facility({"kodAdresnihoMista": 7, "cisloDomovni": 9}, nazev="Jinde", utajenaAdresa=False)
    for order in ([secret, public, elsewhere], [elsewhere, public, secret]):
        got = read(service(zarizeni=order))
        assert sorted(got.tables["site"]["street_address"].dropna()) == ["Nemocniční 9/54"]
        assert "2272" not in told_of(got)
    without_point = facility({"kodAdresnihoMista": None}, utajenaAdresa=False)
    got = read(service(zarizeni=[secret, without_point]))
    assert got.tables["site"]["is_protected"].tolist() == [True, True]


def test_the_words_of_a_secret_place_are_kept_apart(read: Callable[..., SourceTables]) -> None:
    got = read(service(zarizeni=[facility(utajenaAdresa=True)]), municipalities={"554499": "Aš"})
    places, names = got.secrets["cz-rpss-311"]
    assert places == {"Aš", "Nemocniční", "Nemocniční 2272/54", "352 01"}
    assert names == {"Domov U Lípy"}
    assert "Nemocniční" not in repr(got)
    assert not read(service()).secrets


def test_two_units_on_one_form_are_two_rows(read: Callable[..., SourceTables]) -> None:
    forms = [
        {
            "forma": {"id": "FormaSocialniSluzby/amb"},
            "kapacity": [
                {"pocet": 960, "typ": {"id": "TypKapacitySocialniSluzby/interv"}},
                {"pocet": 480, "typ": {"id": "TypKapacitySocialniSluzby/klient"}},
            ],
        }
    ]
    table = read(service(formy=forms)).tables["capacity"]
    assert table[["form", "unit", "capacity_number"]].to_numpy().tolist() == [
        ["amb", "interv", 960.0],
        ["amb", "klient", 480.0],
    ]


@pytest.mark.parametrize("count", [None, "32", -1, True, [], 1e12])
def test_unknown_capacity_is_unknown_not_zero(count: Any, read: Callable[..., SourceTables]) -> None:
    forms = [
        {
            "forma": {"id": "FormaSocialniSluzby/pob"},
            "kapacity": [
                {"pocet": count, "popis": "viz text", "typ": {"id": "TypKapacitySocialniSluzby/luzka"}}
            ],
        }
    ]
    row = read(service(formy=forms)).tables["capacity"].iloc[0]
    assert pd.isna(row["capacity_number"])
    assert row["capacity_text"].startswith("viz text")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, None),
        ("32", "počet: 32"),
        (-1, "počet: -1"),
        (True, "počet: True"),
        ({"od": 3}, "počet: ?"),
        (1e12, "počet: 1000000000000.0"),
    ],
)
def test_a_number_that_is_none_stays_in_words(
    count: Any, text: str | None, read: Callable[..., SourceTables]
) -> None:
    forms = [
        {
            "forma": {"id": "FormaSocialniSluzby/pob"},
            "kapacity": [{"pocet": count, "typ": {"id": "TypKapacitySocialniSluzby/luzka"}}],
        }
    ]
    got = read(service(formy=forms))
    found = got.tables["capacity"]["capacity_text"].iloc[0]
    assert (None if pd.isna(found) else found) == text
    assert any("no number" in note for note in got.notes) == (text is not None)


def test_one_form_and_unit_told_with_two_numbers_is_unknown(read: Callable[..., SourceTables]) -> None:
    told = [{"pocet": count, "typ": {"id": "TypKapacitySocialniSluzby/luzka"}} for count in (30, 40)]
    got = read(service(formy=[{"forma": {"id": "FormaSocialniSluzby/pob"}, "kapacity": told}]))
    assert got.tables["capacity"]["capacity_number"].isna().tolist() == [True]
    assert got.tables["capacity"]["capacity_text"].tolist() == ["30, 40"]


@pytest.mark.parametrize(
    "forms", [None, [], [{"forma": None, "kapacity": None}], [{"forma": {"id": "FormaSocialniSluzby/nova"}}]]
)
def test_a_service_without_known_form_keeps_a_row_of_unknown_capacity(
    forms: Any, read: Callable[..., SourceTables]
) -> None:
    table = read(service(formy=forms)).tables["capacity"]
    assert table[["form", "unit"]].to_numpy().tolist() == [["unknown", "unknown"]]
    assert table["capacity_number"].isna().all()


def test_a_service_without_facilities_is_a_row(read: Callable[..., SourceTables]) -> None:
    got = read(service(zarizeni=None))
    assert (got.rows_read, got.rows_loaded, len(got.tables["service"]), len(got.tables["site"])) == (
        1,
        1,
        1,
        0,
    )


def test_what_is_rejected_is_counted(read: Callable[..., SourceTables]) -> None:
    got = read(
        service(),
        service(),
        service(portalId=None, identifikator=None),
        service(
            portalId=5, druhSocialniSluzby={"id": "DruhSocialniSluzby/999"}, zarizeni=[facility(), facility()]
        ),
        "no service",
    )
    assert got.rejected["reason"].tolist() == [
        "duplicate_row",
        "missing_code",
        "unknown_kind",
        "unknown_kind",
        "missing_code",
    ]
    assert got.rejected["row_number"].tolist() == [2, 3, 4, 5, 6]
    assert got.rows_read == got.rows_loaded + len(got.rejected)


def test_official_names_of_kinds_decide_over_derived_codes(read: Callable[..., SourceTables]) -> None:
    kinds = {"DruhSocialniSluzby/13": "azylové domy", "DruhSocialniSluzby/77": "Domovy pro seniory"}
    got = read(
        service(portalId=1),
        service(portalId=2, druhSocialniSluzby={"id": "DruhSocialniSluzby/77"}),
        code_lists={"kinds": kinds},
    )
    assert got.tables["service"]["service_type_code"].tolist() == ["cz-57", "cz-49"]


def test_dates_that_do_not_exist_are_unknown(read: Callable[..., SourceTables]) -> None:
    got = read(service(datumPoskytovaniOd="2007-02-31", zarizeni=[facility(poskytujeOd="loni")]))
    assert got.tables["service"]["valid_from"].isna().all()
    assert "dates that do not exist, counted as unknown: 2 (registration 311)." in got.notes


def test_code_lists_are_read(write_json: Write) -> None:
    path = write_json(
        {"polozky": [{"id": "DruhSocialniSluzby/13", "nazev": {"cs": "Domovy pro seniory"}}, {"id": None}, 3]}
    )
    assert cz_mpsv_rpss.read_code_list(path) == {"DruhSocialniSluzby/13": "Domovy pro seniory"}
    with pytest.raises(InputFileError):
        cz_mpsv_rpss.read_code_list(write_json({"polozky": []}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"polozky": []}',
        '{"polozky": {}}',
        '{"polozky": [',
        '{"polozky": [{"a": NaN}]}',
        '{"polozky": [{}]} x',
        '{"polozky": [[[[1',
    ],
)
def test_what_is_not_the_register_is_one_clear_error(text: str, write_text: Write) -> None:
    with pytest.raises(InputFileError, match=r"rpss\.json"):
        cz_mpsv_rpss.read(write_text(text, "rpss.json"), ORIGIN)


def test_a_register_cut_off_anywhere_is_refused(write_json: Write, tmp_path: Path) -> None:
    content = write_json({"polozky": [service(portalId=number) for number in range(3)]}).read_bytes()
    for length in range(1, len(content), 97):
        (tmp_path / "cut.json").write_bytes(content[:length])
        with pytest.raises(InputFileError):
            cz_mpsv_rpss.read(tmp_path / "cut.json", ORIGIN)


def test_items_are_the_same_however_the_text_is_cut_into_chunks(
    make_register: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "register.json"
    make_register.write_register(path, services=4, facilities=9)
    expected = json.loads(path.read_text(encoding="utf-8"))["polozky"]
    for size in (1 << 20, 997, 64):
        monkeypatch.setattr("etl.sources.formats.json_stream.CHUNK_BYTES", size)
        assert list(iterate_items(path, "polozky")) == expected


def test_the_synthetic_register_is_accounted_for(make_register: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "register.json"
    services, facilities = make_register.write_register(path, services=600, facilities=1700)
    got = cz_mpsv_rpss.read(path, ORIGIN)
    assert (services, facilities) == (600, 1700)
    without = services - got.tables["site"]["service_id"].nunique()
    assert got.rows_read == facilities + without
    assert got.rows_read == got.rows_loaded + len(got.merged) + len(got.rejected)
    assert len(got.tables["service"]) == services
    told = " ".join(table.to_csv() for table in got.tables.values())
    assert make_register.PERSON not in told
    assert make_register.HIDDEN_STREET not in told


def test_addresses_come_from_the_yaml() -> None:
    downloads = cz_mpsv_rpss.addresses(ORIGIN)
    assert downloads[0].url == "https://data.mpsv.cz/od/soubory/rpss/rpss.json"
    assert len(downloads) == 10
    assert {download.kind for download in downloads} == {"json"}
