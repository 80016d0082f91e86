"""
What may be told of a protected service: a host, never a page.

No word of its street, municipality or house, however it is written.
"""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.cleaning.protect import HIDDEN, check_protected, redact
from etl.cleaning.secret_words import Secrets, safe_email, safe_web, tells
from geodata.dataset import fields, rules
from geodata.errors import PublishError
from geodata.vocabulary.identifiers import fold

SECRET = Secrets(
    {"Frýdlant nad Ostravicí", "Zapovězená 12", "739 11"}, {"Azylový dům Na Samotě"}, "Charita Frýdlant"
)


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Zapovězená 12", True),
        ("v Zapovězené ulici", True),
        ("dum.zapovezena@x.cz", True),
        ("azylzapovezena", True),
        ("Město Frýdlant", True),
        ("Frýdlantská síť", True),
        ("73911 Frýdek", True),
        ("samota", True),
        ("Azylový dům pro rodiny s dětmi", False),
        ("okamžitá kapacita 12 lůžek", False),
        ("nad ulicí", False),
        ("Krajská síť", False),
    ],
)
def test_a_word_is_found_in_every_case_and_glued_to_others(text: str, is_told: bool) -> None:
    assert tells(text, SECRET.words) is is_told


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://azyl.example/Zapovezena", "https://azyl.example"),
        ("http://azyl.example/kontakt?ulice=x#y", "http://azyl.example"),
        ("https://zapovezena.example", None),
        ("https://dum-na-samote.example/kontakt", None),
        # What the provider's own name says is no secret; the street is one even there.
        ("https://charitafrydlant.example/azyl", "https://charitafrydlant.example"),
        ("https://charita.example", "https://charita.example"),
        ("ftp:zapovezena", None),
        (None, None),
    ],
)
def test_a_web_address_is_cut_to_a_host_that_tells_nothing(address: str | None, safe: str | None) -> None:
    assert safe_web(address, SECRET) == safe


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("dum.zapovezena@azyl.example", None),
        ("frydlant@azyl.example", None),
        ("info@charitafrydlant.example", "info@charitafrydlant.example"),
        ("azyl@zapovezena.example", None),
        ("azylovy.dum@charita.example", "azylovy.dum@charita.example"),
        (None, None),
    ],
)
def test_an_email_tells_the_place_on_neither_side(address: str | None, safe: str | None) -> None:
    assert safe_email(address, SECRET) == safe


def test_secrets_are_in_no_representation() -> None:
    assert "Zapov" not in repr(SECRET)
    assert "Samot" not in str(SECRET)


MUNICIPALITIES = [("598143", "Frýdlant nad Ostravicí"), ("598178", "Morávka"), ("598003", "Frýdek-Místek")]


def frame(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    full = [{**dict.fromkeys(fields.BY_NAME[name].columns), **row} for row in rows]
    return rules.conform(name, pd.DataFrame(full, dtype=object))


def dataset(service: dict[str, object], **more: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return a shelter whose site is protected, a public service beside it, and whatever else."""
    common = {
        "country": "CZ",
        "status": "existing",
        "evidence": "register",
        "is_follow_on": False,
        "served_area_state": "unknown",
        "origin_id": "o",
    }
    rows = [
        {
            **common,
            "service_id": "a",
            "name": "azylové domy",
            "service_type_code": "cz-57",
            "provider_id": "p",
            **service,
        },
        {
            **common,
            "service_id": "b",
            "name": "Poradna",
            "service_type_code": "cz-37",
            "provider_id": "p",
            "web": "https://x.example/zapovezena",
        },
    ]
    site = {"country": "CZ", "district_code": "CZ0802", "origin_id": "o"}
    sites = [
        {**site, "site_id": "a-s1", "service_id": "a", "is_protected": True, "location_quality": "district"},
        {**site, "site_id": "b-s1", "service_id": "b", "is_protected": False, "municipality_code": "598143",
         "street_address": "Zapovězená 12", "location_quality": "municipality"},
    ]  # fmt: skip
    where = {
        "country": "CZ",
        "district_code": "CZ0802",
        "district_name": "Frýdek-Místek",
        "region_code": "CZ080",
        "region_name": "Moravskoslezský kraj",
        "latitude": 49.6,
        "longitude": 18.3,
        "origin_id": "o",
    }
    return {
        "municipality": frame(
            "municipality",
            *({**where, "municipality_code": code, "name": name} for code, name in MUNICIPALITIES),
        ),
        "provider": frame(
            "provider", {"provider_id": "p", "country": "CZ", "name": "Charita Frýdlant", "origin_id": "o"}
        ),
        "service": frame("service", *rows),
        "site": frame("site", *sites),
        **more,
    }


def network(*names: str) -> pd.DataFrame:
    common = {
        "service_id": "a",
        "form": "pob",
        "unit": "luzka",
        "year": 2026,
        "source_text": "x",
        "origin_id": "o",
    }
    return frame("network", *({**common, "network_name": name} for name in names))


def correction(field: str, new: str, office: str) -> pd.DataFrame:
    row = {
        "correction_id": "1",
        "table_name": "service",
        "record_id": "a-s1",
        "field_name": field,
        "new_text": new,
        "replaced_text": new,
        "expected_text": new,
        "correction_date": "2026-01-01",
        "office": office,
        "reason": "x",
        "state": "applied",
        "origin_id": "o",
    }
    return frame("correction", row)


def test_contacts_offices_and_networks_of_a_shelter_are_looked_at_like_everything_else() -> None:
    given_tables = dataset(
        {"web": "https://azyl.example/Zapovezena", "email": "dum.Zapovezena@azyl.example"},
        network=network(
            "Síť Frýdlantu nad Ostravicí", "Síť Morávka", "Síť Moravskoslezského kraje", "Krajská síť"
        ),
        correction=correction("web", "https://azyl.example/Zapovezena", "Město Frýdek-Místek"),
    )
    done, notes = redact({"a": SECRET}, given_tables)
    assert done["service"]["web"].tolist() == ["https://azyl.example", "https://x.example/zapovezena"]
    assert done["service"]["email"].isna().tolist() == [True, True]
    hidden = HIDDEN["network_name"]
    # The name of the region tells no town, though a village there begins like it.
    assert set(done["network"]["network_name"]) == {
        hidden,
        f"{hidden} (2)",
        "Síť Moravskoslezského kraje",
        "Krajská síť",
    }
    row = done["correction"].iloc[0]
    assert (row["new_text"], row["office"]) == ("https://azyl.example", HIDDEN["office"])
    assert done["site"].equals(given_tables["site"]), (
        "the public service at the same address is as public as before"
    )
    assert sum(int(note.rsplit(": ", 1)[1].split(" ")[0]) for note in notes) == 4
    assert "apov" not in " ".join(notes)
    check_protected({"a": SECRET}, done)
    with pytest.raises(PublishError, match="column email"):
        check_protected({"a": SECRET}, given_tables)


def test_a_shelter_whose_place_nobody_knows_is_cut_to_its_host_too() -> None:
    given_tables = dataset(
        {"web": "https://azyl.example/Horni-12"}, correction=correction("phone", "1", "Obec Morávka")
    )
    done, _ = redact({}, given_tables)
    assert done["service"]["web"].iloc[0] == "https://azyl.example"
    assert done["correction"]["office"].tolist() == [HIDDEN["office"]]


WORD = st.text("abcdefghijklmnopqrstuvwxyzáčďéěíňóřšťúůýž", min_size=5, max_size=10)


def planted(street: str, before: str) -> dict[str, pd.DataFrame]:
    """Return tables in which everybody who could write about the shelter has written its street."""
    glued = fold(street).replace(" ", "")
    return dataset(
        {
            "web": f"https://azyl.example/{before}{street}",
            "email": f"{before}{glued}@azyl.example",
            "target_groups_text": f"lidé z ulice {street}",
        },
        network=network(f"Síť {street}"),
        correction=correction("email", f"{before}{glued}@azyl.example", f"Město {street}"),
        capacity=frame(
            "capacity",
            {"service_id": "a", "form": "pob", "unit": "luzka", "kind": "registered", "is_retold": False,
             "capacity_text": f"12 lůžek, {street} 12", "origin_id": "o"},
        ),
    )  # fmt: skip


def told_of_shelter(done: dict[str, pd.DataFrame]) -> str:
    """Return every text of the rows about the shelter, folded and without gaps."""
    rows = [
        table[table["service_id"] == "a"] if "service_id" in table else table
        for name, table in done.items()
        if name not in ("municipality", "provider")
    ]
    cells = (cell for table in rows for cell in table.to_numpy().ravel() if isinstance(cell, str))
    return fold(" ".join(cells)).replace(" ", "")


EMPTY = told_of_shelter(redact({"a": Secrets({"qqqqq 12"})}, planted("qqqqq", ""))[0])


@pytest.mark.slow
@settings(max_examples=40)
@given(street=WORD, capital=st.booleans(), before=st.sampled_from(["", "dum.", "azyl-", "x"]))
def test_a_planted_street_is_in_no_table_wherever_it_was_written(
    street: str, capital: bool, before: str
) -> None:
    street = street.capitalize() if capital else street
    glued = fold(street).replace(" ", "")
    if len(glued) < 5 or glued in EMPTY:
        return  # nothing left of it, or a word that stands there anyhow
    secrets = {"a": Secrets({f"{street} 12"})}
    assert glued in told_of_shelter(planted(street, before))
    done, _ = redact(secrets, planted(street, before))
    assert glued not in told_of_shelter(done)
    check_protected(secrets, done)
