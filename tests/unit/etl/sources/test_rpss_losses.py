"""
What the register says and nobody can use is counted in full and named.

No record of it can stop the reading or be lost.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.sources import cz_mpsv_rpss
from etl.sources.formats.contract import SourceTables, load_origin
from etl.sources.formats.files import text_of
from etl.sources.formats.rpss_site import is_said

ORIGIN = load_origin("cz_mpsv_rpss")
STREET, NAME, POINT, PLACE = "Zapovězená", "Dům Na Samotě", 48151623, "Tajná Lhota"


def facility(code: str = "598143", **more: Any) -> dict[str, Any]:
    address = {
        "cisloDomovni": 12,
        "cisloOrientacni": "3",
        "kodAdresnihoMista": 111,
        "psc": "73911",
        "obec": {"id": f"Obec/{code}"},
        "castObce": {"id": "CastObce/5"},
        "ulice": {"nazev": "Hlavní"},
    }
    return {"nazev": "Domov", "adresa": {**address, **more.pop("adresa", {})}, "utajenaAdresa": False,
            "poskytujeOd": "2010-01-01", "poskytujeDo": None, **more}  # fmt: skip


def record(number: int = 1, **more: Any) -> dict[str, Any]:
    capacity = [{"pocet": 30, "popis": "lůžka", "typ": {"id": "TypKapacitySocialniSluzby/luzka"}}]
    return {
        "portalId": number,
        "identifikator": str(1000 + number),
        "datumPoskytovaniOd": "2010-01-01",
        "datumPoskytovaniDo": None,
        "druhSocialniSluzby": {"id": "DruhSocialniSluzby/13"},
        "formy": [{"forma": {"id": "FormaSocialniSluzby/pob"}, "kapacity": capacity}],
        "ciloveSkupiny": [{"cilovaSkupina": {"id": "CilovaSkupinaOsoby/24"}}],
        "vekoveSkupiny": [{"vekovaSkupina": {"id": "VekovaSkupinaOsoby/7"}}],
        "zarizeni": [facility()],
        "poskytovatel": {"ico": f"{number:08d}", "nazev": f"Organizace {number}, z. s."},
        "weby": [{"web": "https://a.example"}],
        "emaily": [{"email": "a@a.example"}],
        "telefony": [{"telefon": "558 000 001"}],
        "rozsirenePusobnostiVKraji": None,
        **more,
    }


def secret_record() -> dict[str, Any]:
    address = {"ulice": {"nazev": STREET}, "kodAdresnihoMista": POINT, "obec": {"id": "Obec/599999"}}
    one = facility(nazev=NAME, adresa=address, utajenaAdresa=True)
    return record(2, druhSocialniSluzby={"id": "DruhSocialniSluzby/20"}, zarizeni=[one])


def read_records(folder: Path, *records: Any) -> SourceTables:
    path = folder / "rpss.json"
    path.write_text(json.dumps({"polozky": list(records)}), encoding="utf-8")
    names = {"598143": "Frýdlant nad Ostravicí", "599999": PLACE}
    districts = dict.fromkeys(names, "CZ0802")
    return cz_mpsv_rpss.read(path, ORIGIN, districts=districts, municipalities=names)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., SourceTables]:
    return lambda *records: read_records(tmp_path, *records)


def content(got: SourceTables) -> dict[str, list[str]]:
    """
    Return the tables as sorted text, without the numbers of rows.

    What must not depend on the order of the file.
    """
    return {
        name: sorted(table.drop(columns="row_number", errors="ignore").to_csv(index=False).splitlines())
        for name, table in got.tables.items()
    }


@pytest.mark.parametrize(
    "provider", [None, {}, [], "x", {"nazev": None, "ico": None}, {"nazev": "–", "ico": "CZ1"}]
)
def test_a_registration_without_a_provider_is_read_and_told(
    provider: Any, read: Callable[..., SourceTables]
) -> None:
    got = read(record(1, poskytovatel=provider), record(2))
    service = got.tables["service"]
    assert service["provider_id"].isna().tolist() == [True, False]
    assert got.tables["provider"]["provider_id_ico"].tolist() == ["00000002"]
    assert (
        "services whose provider the register does not tell; it is unknown: 1 (registration 1)." in got.notes
    )


def test_unknown_forms_and_units_keep_their_words(read: Callable[..., SourceTables]) -> None:
    unit = {"pocet": 7, "popis": "místnosti", "typ": {"id": "TypKapacitySocialniSluzby/pokoj"}}
    forms = [
        {"forma": {"id": "FormaSocialniSluzby/distancni"}, "kapacity": None},
        {"forma": {"id": "FormaSocialniSluzby/amb"}, "kapacity": [unit]},
    ]
    got = read(record(formy=forms))
    rows = got.tables["capacity"].set_index("form")
    assert rows.loc["unknown", "capacity_text"] == "forma: distancni"
    assert rows.loc["amb", ["unit", "capacity_number", "capacity_text"]].tolist() == [
        "unknown",
        7.0,
        "místnosti; jednotka: pokoj",
    ]
    told = " ".join(got.notes)
    assert "forms of a service that no list of ours has, kept in words: 1 (registration 1)." in told
    assert "units of a capacity that no list of ours has, kept in words: 1 (registration 1)." in told


def test_the_hundredth_bad_number_is_counted_and_kept_as_the_first(read: Callable[..., SourceTables]) -> None:
    def bad(number: int) -> dict[str, Any]:
        made = record(number)
        made["formy"][0]["kapacity"][0]["pocet"] = f"asi {number}"
        return made

    got = read(*map(bad, range(1, 101)))
    note = next(note for note in got.notes if "no number" in note)
    assert (
        note
        == "capacities that are no number, counted as unknown: 100 (registration 1, 2, 3, 4, 5 and 95 more)."
    )
    assert got.tables["capacity"]["capacity_text"].tolist() == [
        f"lůžka; počet: asi {number}" for number in range(1, 101)
    ]


def differing() -> list[dict[str, Any]]:
    """Three tellings of one registration that differ in everything that a rule must settle."""
    longest = record(5, datumPoskytovaniDo=None, poskytovatel={"ico": "00000005", "nazev": "Nová"})
    ended = record(5, datumPoskytovaniDo="2020-12-31", poskytovatel={"ico": "00000006", "nazev": "Stará"})
    ended["formy"][0]["kapacity"][0]["pocet"] = 40
    other = record(5, datumPoskytovaniDo="2019-12-31", zarizeni=[facility(), facility(nazev="Druhý")])
    return [longest, ended, other]


def test_two_tellings_that_differ_give_the_same_in_any_order(read: Callable[..., SourceTables]) -> None:
    found = [read(*order) for order in itertools.permutations(differing())]
    for got in found:
        assert content(got) == content(found[0])
        assert got.rows_read == 4
        assert got.rejected["reason"].value_counts().to_dict() == {"duplicate_row": 3}
        assert any(note.startswith("registrations told more than once and differently") for note in got.notes)
    service = found[0].tables["service"].iloc[0]
    assert (service["provider_id"], pd.isna(service["valid_to"])) == ("cz-ico-00000005", True)
    capacity = found[0].tables["capacity"].iloc[0]
    assert pd.isna(capacity["capacity_number"]), "30 and 40: nobody can say which holds"
    assert capacity["capacity_text"] == "30, 40; lůžka"


def test_an_address_that_one_telling_closes_is_closed(read: Callable[..., SourceTables]) -> None:
    open_one, closed = (
        record(5),
        record(5, zarizeni=[facility(utajenaAdresa=True)], datumPoskytovaniDo="2019-12-31"),
    )
    for order in ([open_one, closed], [closed, open_one]):
        got = read(*order)
        assert got.tables["site"]["is_protected"].tolist() == [True]
        assert pd.isna(got.tables["service"]["name"].iloc[0])
        assert "Hlavní" not in " ".join(table.to_csv() for table in got.tables.values())
        assert "Hlavní" in got.secrets["cz-rpss-5"][0]


def test_the_same_telling_twice_is_told_as_before_and_differs_in_nothing(
    read: Callable[..., SourceTables],
) -> None:
    got = read(record(5), record(5))
    assert got.rejected["detail"].tolist() == ["the registration stands in the file twice"]
    assert not [note for note in got.notes if "differently" in note]


def test_the_name_of_a_provider_does_not_depend_on_the_order_of_rows(
    read: Callable[..., SourceTables],
) -> None:
    records = [
        record(n, poskytovatel={"ico": "00000009", "nazev": name})
        for n, name in ((1, "B"), (2, "A"), (3, "B"))
    ]
    for order in itertools.permutations(records):
        got = read(*order)
        assert got.tables["provider"]["name"].tolist() == ["B"]
        assert (
            "names of one provider number that differ; the most frequent one counts: 1 (IČO 00000009)."
            in got.notes
        )


@pytest.mark.parametrize("nothing", [None, [], ""])
def test_null_lists_say_nothing_and_are_no_loss(nothing: Any, read: Callable[..., SourceTables]) -> None:
    keys = (
        "formy",
        "ciloveSkupiny",
        "vekoveSkupiny",
        "zarizeni",
        "weby",
        "emaily",
        "telefony",
        "rozsirenePusobnostiVKraji",
    )
    got = read(record(**dict.fromkeys(keys, nothing)))
    assert (got.rows_read, got.rows_loaded, got.notes) == (1, 1, ())
    assert got.tables["capacity"]["capacity_number"].isna().all()


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("zarizeni", {"nazev": "x"}, "lists of facilities that are none"),
        ("zarizeni", ["x"], "facilities that are no record"),
        ("formy", {"forma": "x"}, "forms or capacities that are no record"),
        ("formy", ["x"], "forms or capacities that are no record"),
        ("ciloveSkupiny", "24", "target groups or ages that are no reference"),
        ("vekoveSkupiny", [3], "target groups or ages that are no reference"),
        ("weby", [{"web": "není"}], "contacts that cannot be read"),
        ("telefony", "558", "contacts that cannot be read"),
        ("datumPoskytovaniDo", "31. 2. 2026", "dates that do not exist"),
    ],
)
def test_what_is_of_another_kind_than_it_should_be_is_told(
    key: str, value: Any, sentence: str, read: Callable[..., SourceTables]
) -> None:
    got = read(record(**{key: value}))
    assert any(note.startswith(sentence) and "(registration 1)" in note for note in got.notes), got.notes


def test_sentences_do_not_depend_on_the_order_of_records(read: Callable[..., SourceTables]) -> None:
    records = [record(n, datumPoskytovaniOd="x", poskytovatel=None) for n in range(1, 9)]
    first = read(*records)
    random.Random(4).shuffle(records)
    assert read(*records).notes == first.notes


# A register with random faults in every field.

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["2026-02-31", "2040-01-01", "ano", "ne", "Obec/", "/", "12 a 14", "CZ00000001", "\x00", "\ud83d"]
    ),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "nazev", "x", "utajenaAdresa"]), part, max_size=2)
    ),
    max_leaves=5,
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of every value in a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, part in inner for path in paths(part, (*at, key)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


OPEN_PATHS = [path for path in paths(record()) if path]
SECRET_PATHS = [
    path
    for path in paths(secret_record())
    if path and path[:1] != ("druhSocialniSluzby",) and path != ("zarizeni", 0, "adresa", "ulice", "nazev")
]
FAULTS = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.slow
@FAULTS
@given(faults=st.lists(st.tuples(st.sampled_from(OPEN_PATHS), JUNK), min_size=1, max_size=4))
def test_no_fault_of_a_record_stops_the_reading_or_loses_a_row(
    faults: list[tuple[tuple[Any, ...], Any]], tmp_path: Path
) -> None:
    broken = record(1)
    for path, junk in faults:
        try:
            put(broken, path, junk)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier fault took the place away
    got = read_records(tmp_path, broken, record(3))
    facilities = broken.get("zarizeni")
    assert got.rows_read == 1 + (max(len(facilities), 1) if isinstance(facilities, list) else 1)
    assert got.rows_read == got.rows_loaded + len(got.merged) + len(got.rejected)
    services = got.tables["service"]
    assert len(services) + got.rejected["record_id"].nunique(dropna=False) >= 2, (
        "loaded or rejected, never gone"
    )
    assert set(services["service_id"]) == set(got.tables["capacity"]["service_id"])


@pytest.mark.slow
@FAULTS
@given(path=st.sampled_from(OPEN_PATHS), junk=JUNK)
def test_every_value_that_is_lost_is_named(path: tuple[Any, ...], junk: Any, tmp_path: Path) -> None:
    broken, without = record(1), record(1)
    put(broken, path, junk)
    put(without, path, None)
    whole, got, null = (read_records(tmp_path, one, record(3)) for one in (record(1), broken, without))
    is_read = content(null) != content(whole)
    has_no_effect = content(got) == content(null)
    if is_read and has_no_effect and is_said(junk) and not says_nothing(junk):
        assert got.notes or len(got.rejected), (path, junk)


def says_nothing(junk: Any) -> bool:
    """
    Blanks, signs that cannot be seen and lists of nothing are an empty cell; false is what "not
    at all" looks like.
    """
    if isinstance(junk, list | dict):
        return all(says_nothing(part) for part in (junk.values() if isinstance(junk, dict) else junk))
    return junk is None or junk is False or (isinstance(junk, str) and text_of(junk) is None)


@pytest.mark.slow
@FAULTS
@given(faults=st.lists(st.tuples(st.sampled_from(SECRET_PATHS), JUNK), min_size=1, max_size=3))
def test_no_fault_of_a_record_tells_a_secret_address(
    faults: list[tuple[tuple[Any, ...], Any]], tmp_path: Path
) -> None:
    broken = copy.deepcopy(secret_record())
    for path, junk in faults:
        try:
            put(broken, path, junk)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    got = read_records(tmp_path, broken, record(3))
    told = " ".join(
        (
            *(table.to_csv() for table in got.tables.values()),
            *got.notes,
            got.rejected.to_csv(),
            got.merged.to_csv(),
        )
    )
    for secret in (STREET, NAME, str(POINT), PLACE, "599999"):
        assert secret not in told, secret
