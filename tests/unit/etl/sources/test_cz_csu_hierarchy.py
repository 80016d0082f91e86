"""Which municipality belongs where in the Czech Republic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from etl.sources import cz_csu_hierarchy
from etl.sources.formats.contract import load_origin
from geodata.errors import InputFileError

ORIGIN = load_origin("cz_csu_hierarchy")
Write = Callable[..., Path]
RELATION = '"KODJAZ","TYPVAZ","AKRCIS1","KODCIS1","CHODNOTA1","TEXT1","AKRCIS2","KODCIS2","CHODNOTA2","TEXT2"'
WIDE = "KOD_OBEC,NAZ_OBEC,NAZ_POU,KOD_ORP,NAZ_ORP,KOD_LAU1,NAZ_LAU1,KOD_CZNUTS3,NAZ_CZNUTS3"


def pair(code: str, name: str, orp: str = "8107", *, lists: tuple[str, str] = ("43", "65")) -> str:
    return (
        f'"CS","Editační vazba","CISOB",{lists[0]},"{code}","{name}","CISORP",{lists[1]},"{orp}",'
        '"Frýdlant nad Ostravicí"'
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_the_relation_of_two_lists(encoding: str, write_text: Write) -> None:
    text = f"{RELATION}\r\n{pair('598143', 'Frýdlant nad Ostravicí')}\n{pair('598011', 'Čeladná')}\r\n"
    got = cz_csu_hierarchy.read(write_text(text, "a.csv", encoding), ORIGIN)
    table = got.tables["municipality"]
    assert table["name"].tolist() == ["Frýdlant nad Ostravicí", "Čeladná"]
    assert table["orp_code_csu"].tolist() == ["8107", "8107"]
    assert table["district_code"].isna().all()


def test_trap_two_orp_code_systems(write_text: Write) -> None:
    codes = cz_csu_hierarchy.read_orp_codes(
        write_text("kodjaz,chodnota,kod_ruian,text\nCS,8107,1759,Frýdlant\n", "orp.csv")
    )
    text = f"{RELATION}\n{pair('598143', 'Frýdlant')}\n{pair('599999', 'X', '9999')}\n"
    table = cz_csu_hierarchy.read(write_text(text, "a.csv"), ORIGIN, orp_codes=codes).tables["municipality"]
    assert table["orp_code_csu"].tolist() == ["8107", "9999"]
    assert table["orp_code_ruian"].iloc[0] == "1759"
    assert pd.isna(table["orp_code_ruian"].iloc[1])


def test_trap_fetched_at_once_the_server_mixes_its_answers(write_text: Write) -> None:
    text = f"{RELATION}\n{pair('598143', 'Frýdlant', lists=('51', '65'))}\n"
    with pytest.raises(InputFileError, match="one list at a time"):
        cz_csu_hierarchy.read(write_text(text, "a.csv"), ORIGIN)
    assert {download.min_interval_s for download in cz_csu_hierarchy.addresses(ORIGIN)} == {2.0}


def test_the_relation_may_be_written_the_other_way_round(write_text: Write) -> None:
    text = f'{RELATION}\n"CS","x","CISORP",65,"8107","Frýdlant","CISOB",43,"598011","Čeladná"\n'
    table = cz_csu_hierarchy.read(write_text(text, "a.csv"), ORIGIN).tables["municipality"]
    assert table[["municipality_code", "name", "orp_code_csu"]].to_numpy().tolist() == [
        ["598011", "Čeladná", "8107"]
    ]


def test_the_table_of_municipalities(write_text: Write) -> None:
    text = (
        f"{WIDE}\n598143,Frýdlant,Frýdlant,8107,Frýdlant,CZ0802,Frýdek-Místek,CZ080,"
        "Moravskoslezský kraj\n598143,znovu,,,,,,,\n5,krátký,,,,,,,\n"
    )
    got = cz_csu_hierarchy.read(write_text(text, "a.csv"), ORIGIN)
    assert got.tables["municipality"]["district_code"].tolist() == ["CZ0802"]
    assert got.rejected["reason"].tolist() == ["duplicate_row", "unknown_municipality"]


@pytest.mark.parametrize(
    "text", [WIDE, f"{WIDE}\n598143,Frýdlant", "a;b\n1;2\n", f'{RELATION}\n"CS,x', f"{WIDE}\nx,,,,,,,,\n"]
)
def test_a_broken_or_other_table_is_refused(text: str, write_text: Write) -> None:
    with pytest.raises(InputFileError, match=r"a\.csv"):
        cz_csu_hierarchy.read(write_text(text, "a.csv"), ORIGIN)
