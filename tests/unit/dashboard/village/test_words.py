"""
What stands beside a village's figures: villages alike, robustness, the printed sheet, the address to share.
"""

import pandas as pd
import pytest

from dashboard.answers import areas
from dashboard.village import paper, place, share
from dashboard.village import words as village_words
from geodata.method.analysis import analyse
from geodata.reading import people as reading_people
from geodata.reading import services
from geodata.studies.peers import PeerComparison


def peers(here=0.4, middle=0.75, counted=8, unknown=0, *, low=False, middle_low=False):
    return PeerComparison(here, middle, counted, unknown, low, middle_low)


@pytest.mark.parametrize(
    ("language", "found", "said"),
    [
        ("en", peers(), "Compared with 8 villages like yours: coverage 40% here, 75% there in the middle."),
        ("en", peers(counted=1), "Compared with 1 village like yours: coverage 40% here, 75% there."),
        ("cs", peers(), "Pokrytí tady: 40 %; uprostřed podobných obcí (8): 75 %."),
        (
            "cs",
            peers(counted=7, unknown=1, low=True),
            "Pokrytí tady: nejméně 40 %; uprostřed podobných obcí (7): 75 %. U 1 další to není známo.",
        ),
        (
            "pl",
            peers(counted=5, unknown=3, middle_low=True),
            (
                "Pokrycie tutaj: 40 %; mediana podobnych gmin (5): co najmniej 75 %. "
                "Dla 3 kolejnych gmin tego nie wiadomo."
            ),
        ),
    ],
)
def test_a_village_beside_villages_alike(in_language, language, found, said):
    in_language(language)
    assert village_words.peers_sentence(found).replace("\N{NO-BREAK SPACE}", " ") == said


def test_nothing_is_compared_where_nothing_is_known_or_both_have_all(in_language):
    in_language("en")
    assert village_words.peers_sentence(None) is None
    assert village_words.peers_sentence(peers(here=None)) is None
    assert village_words.peers_sentence(peers(here=1.2, middle=1.0)) is None
    assert village_words.peers_sentence(peers(middle=None, counted=0, unknown=8)) == (
        "How villages like yours fare is not known."
    )


def verdict(gaps, known, flipped="", is_gap=True):
    return {"gap_in": gaps, "variants_known": known, "flipped_by": flipped, "is_gap": is_gap}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (verdict(12, 12), "It stays a gap whatever we assume (12 of 12 calculations)."),
        (verdict(0, 9, is_gap=False), "It is no gap whatever we assume (0 of 9 calculations)."),
        (
            verdict(7, 12, "limit norm"),
            (
                "It depends on what we assume: a gap in 7 of 12 calculations. "
                "The answer turns over with: the limit and the norm."
            ),
        ),
        (verdict(0, 0, is_gap=pd.NA), None),
        (verdict(3, 4, is_gap=pd.NA), None),
    ],
)
def test_robustness_in_words(in_language, row, said):
    in_language("en")
    assert village_words.stays_a_gap(row) == said


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_every_assumption_of_the_engine_has_words(in_language, language):
    from geodata.studies.robustness import ASSUMPTIONS

    in_language(language)
    assert set(village_words.ASSUMPTIONS) == set(ASSUMPTIONS)
    words = {village_words.stays_a_gap(verdict(1, 2, one)) for one in ASSUMPTIONS}
    assert len(words) == len(ASSUMPTIONS)


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (
            "https://dosah.example/village?municipality=1&x=<script>#a",
            "https://dosah.example/village?municipality=100001&lang=pl",
        ),
        (
            "http://localhost:8501/kraj/village",
            "http://localhost:8501/kraj/village?municipality=100001&lang=pl",
        ),
        ("javascript:alert(1)", "village?municipality=100001&lang=pl"),
        ("http://[", "village?municipality=100001&lang=pl"),
        (None, "village?municipality=100001&lang=pl"),
    ],
)
def test_the_address_to_share_opens_this_village_in_this_language(in_language, address, link):
    in_language("pl")
    assert share.own_link(address, "100001") == link


@pytest.fixture
def sheet(small_world):
    entries = services.services(small_world)

    def made(code):
        views = [
            place.group_view(
                analyse(small_world, group_id, "CZ"),
                code,
                ("100001", "100002"),
                entries,
                ("100002", "100003"),
            )
            for group_id in areas.groups_of_country("CZ")
        ]
        people = paper.people_text(reading_people.population(small_world, code))
        return views, paper.sheet(
            title="<b>Obec</b>",
            above="okres",
            people=people,
            headline="Chybí: 2",
            views=views,
            entries=entries,
            foot=["konec"],
        )

    return made


@pytest.mark.parametrize("code", ["100001", "100004"])
def test_the_sheet_names_every_group_once_and_holds_no_control(sheet, in_language, code):
    from html import escape

    from dashboard.phrases.labels import group_label

    in_language("cs")
    views, made = sheet(code)
    assert len(views) == len(areas.groups_of_country("CZ"))
    for view in views:
        assert made.count(escape(group_label(view.gap.group_id))) >= 1
    assert "<b>" not in made
    assert "&lt;b&gt;Obec" in made
    assert not any(tag in made for tag in ("<a", "<button", "<input", "<script"))
    assert "konec" in made


def test_the_sheet_hides_a_protected_service(sheet, in_language):
    import re

    in_language("cs")
    views, made = sheet("100001")
    crisis = next(view for view in views if view.gap.group_id == "housing_crisis")
    assert [one.service_id for one in crisis.nearest] == ["s-secret"]
    # Nothing stands behind the kind: no name, no distance.
    assert "azylové domy" not in made
    said = set(re.findall(r">(Azylové domy[^<]*)<", made))
    assert said <= {"Azylové domy", "Azylové domy, v okrese, adresa je chráněná"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cs", ["Normy: ", "adresa je chráněná", "; sídlo: "]),
        ("pl", ["Normy: ", "adres jest chroniony", "; siedziba: "]),
    ],
)
def test_words_inside_longer_ones_are_translated_too(sheet, small_world, in_language, language, words):
    from dashboard.gaps import calculation

    in_language(language)
    entries = services.services(small_world)
    made = [
        calculation.calculation(analyse(small_world, group_id, "CZ"), "100001", small_world, entries)
        for group_id in ("housing_crisis", "home_care")
    ]
    said = sheet("100001")[1] + "".join(made)
    for one in words:
        assert one in said
