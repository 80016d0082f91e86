import re
from dataclasses import dataclass, field, replace

import pandas as pd
import pytest

from dashboard import text
from dashboard.map import joined
from dashboard.map import scripts as map_scripts
from dashboard.phrases import amounts, gaps, norms
from dashboard.phrases import totals as phrases_totals
from geodata.method.analysis import Settings
from geodata.method.benchmark import UNAVAILABLE_REASONS, Norm
from geodata.method.supply import REASONS
from geodata.vocabulary import codes
from geodata.vocabulary.codes import AgeWeight

SENIORS = (AgeWeight(80, None, 1.0),)


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


@dataclass(frozen=True)
class Totals:
    municipalities: int = 13
    municipalities_unknown: int = 0
    municipalities_told: int = 13
    missing_places: float = 12.0
    is_lower_bound: bool = False
    untold_places: float = 0.0
    out_of_reach_places: float = 0.0
    served_places: float = 20.0
    class_counts: dict = field(default_factory=lambda: {"below": 3, "far_below": 1, "at_or_above": 9})

    @property
    def waiting_places(self):
        return self.missing_places

    @property
    def demand_places(self):
        return self.served_places + self.missing_places


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.01, "<\u00a00.1"),
        (0.06, "0.1"),
        (9.94, "9.9"),
        (9.96, "10"),
        (12.4, "12"),
        (None, "unknown"),
    ],
)
def test_places_are_rounded_but_never_to_nothing(value, shown):
    assert amounts.places(value) == shown


def test_the_headline_counts_every_class_that_is_short():
    assert phrases_totals.headline(Totals(), "Area") == [
        "In 4 of 13 municipalities less is within reach than the norm asks.",
        "12 places are missing altogether.",
    ]


def test_what_may_be_less_is_said_to_be_at_most():
    sentences = phrases_totals.headline(Totals(is_lower_bound=True, missing_places=1.0), "Area")
    assert sentences[1] == "At most 1 place is missing altogether."


def test_none_within_reach_is_said_of_what_we_know():
    totals = Totals(class_counts={"none_within_reach": 2, "at_or_above": 11})
    assert phrases_totals.headline(totals, "Area")[0].startswith("In 2 of 13")
    assert (
        phrases_totals.headline(totals, "Area")[2]
        == "In 2 municipalities no service known to us is within reach."
    )


def test_an_area_without_a_gap_says_so_and_nothing_is_missing():
    totals = Totals(class_counts={"at_or_above": 13}, missing_places=0.0)
    assert phrases_totals.headline(totals, "Area") == [
        "In all 13 municipalities as much is within reach as the norm asks."
    ]


def test_an_area_of_one_municipality_is_called_by_its_name():
    totals = Totals(municipalities=1, class_counts={"below": 1}, missing_places=3.0)
    assert (
        phrases_totals.headline(totals, "Mikołów")[0] == "Mikołów: less is within reach than the norm asks."
    )


def test_where_nothing_is_known_nothing_is_claimed():
    totals = Totals(municipalities_unknown=0, class_counts={"unknown": 13}, missing_places=0.0)
    (sentence,) = phrases_totals.headline(totals, "Area")
    assert "cannot be said" in sentence


def test_municipalities_of_unknown_class_are_counted_apart():
    totals = Totals(class_counts={"below": 1, "at_or_above": 10, "unknown": 2})
    sentences = phrases_totals.headline(totals, "Area")
    assert sentences[0].startswith("In 1 of 13")
    assert sentences[-1] == "Of 2 municipalities it is not known."


def test_unknown_is_not_enough():
    """Where only unknown capacity is within reach, nobody may read that there is enough."""
    totals = Totals(
        municipalities_unknown=0, class_counts={"at_or_above": 10, "unknown": 3}, missing_places=0.0
    )
    assert phrases_totals.headline(totals, "Area")[0] == (
        "In 10 of 13 municipalities as much is within reach as the norm asks."
    )


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (SENIORS, "people aged 80 and over"),
        ((AgeWeight(6, 26, 1.0),), "people aged 6–26"),
        ((AgeWeight(0, None, 1.0),), "inhabitants"),
        ((AgeWeight(65, 79, 0.5), AgeWeight(80, None, 1.0)), "people aged 65–79 and 80 and over"),
    ],
)
def test_a_target_population_has_a_name(weights, words):
    assert norms.persons(weights) == words


def test_the_norm_is_said_with_name_year_and_denominator():
    norm = Norm("national", "pob", "luzka", SENIORS, value_per_1000=94.86, year=2026)
    assert norms.norm_sentence(norm) == (
        "Norm: National mean, 2026: 94.9 per 1,000 people aged 80 and over (beds)"
    )
    assert "2026" not in norms.norm_sentence(replace(norm, year=None))


@pytest.mark.parametrize("reason", UNAVAILABLE_REASONS)
def test_every_reason_for_no_norm_has_its_words(reason):
    norm = Norm("area", "pob", "luzka", SENIORS, unavailable_reason=reason)
    assert norms.norm_sentence(norm) == f"Norm: Mean of this area – {norms.norm_unavailable(reason)}"
    assert norms.norm_unavailable(reason) != norms.norm_unavailable("something else")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_not_to_count_has_its_words(reason):
    assert gaps.reason_label(reason) != reason


def test_every_published_norm_has_a_name():
    assert all(norms.norm_name(norm_id) != norm_id for norm_id in codes.norms())


def test_every_gap_class_has_words():
    assert set(gaps.class_labels()) == set(codes.codelist("gap_classes"))


@pytest.mark.parametrize("unit", [unit for unit in codes.codelist("capacity_units") if unit != "unknown"])
def test_an_amount_has_its_unit_in_the_right_number(unit):
    one, many = amounts.amount(1, unit), amounts.amount(12, unit)
    assert one.startswith("1 ")
    assert many.startswith("12 ")
    assert one.removeprefix("1 ") != many.removeprefix("12 ")


def test_an_unknown_amount_is_unknown_and_not_zero():
    assert amounts.amount(float("nan"), "luzka") == "capacity unknown"


def row(**values):
    return {
        "counted": True,
        "site_capacity": 20.0,
        "capacity_number": 20.0,
        "sites_of_service": 1,
        "sites_loaded": 1,
        "not_counted_reason": None,
        **values,
    }


def test_a_site_tells_its_share_of_the_registration():
    assert gaps.site_detail(row(), "home", "luzka") == "home – 20 beds"
    shared = row(site_capacity=10.0, sites_of_service=2, sites_loaded=2)
    assert gaps.site_detail(shared, "home", "luzka") == "home – 10 beds of 20 beds registered"
    elsewhere = row(site_capacity=5.0, sites_of_service=4)
    assert (
        gaps.site_detail(elsewhere, "home", "luzka")
        == "home – 5 beds of 20 beds registered; 3 more places elsewhere"
    )


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (
            0.17,
            "They are not counted (about 17% of the surroundings that the figure depends on is not loaded).",
        ),
        (
            0.004,
            (
                "They are not counted (less than 1% of the surroundings that the figure depends on "
                "is not loaded)."
            ),
        ),
        (None, "They are not counted."),
        (float("nan"), "They are not counted."),
    ],
)
def test_the_edge_is_told_with_its_size(share, said):
    assert gaps.edge_sentence("They are not counted.", share) == said


def test_a_doubtful_number_is_shown_as_doubtful():
    doubtful = row(
        counted=False, not_counted_reason="doubtful", site_capacity=float("nan"), capacity_number=710.0
    )
    assert gaps.site_detail(doubtful, "care", "klient") == "care – doubtful number: 710 clients"


def test_the_switch_says_what_it_would_change():
    sentence = gaps.doubtful_sentence(
        2, Totals(missing_places=10.0), Totals(missing_places=4.0), is_counted=False
    )
    assert "2 services have a doubtful number" in sentence
    assert "4 places would be missing here instead of 10" in sentence
    assert gaps.doubtful_sentence(0, Totals(), Totals(), is_counted=False) is None


def test_more_missing_if_more_is_counted_is_explained_by_the_norm_that_rises():
    now, then = Totals(missing_places=4.0), Totals(missing_places=41.0)
    told = gaps.doubtful_sentence(2, now, then, is_counted=False, norms=(4.4, 11.9))
    assert told.endswith("so it would change too: 11.9 instead of 4.4 per 1,000.")
    assert "mean" not in gaps.doubtful_sentence(2, now, then, is_counted=False, norms=(4.4, 4.4))


def test_nothing_is_instead_of_the_same():
    """“0 instead of 0” was said of two amounts below a tenth."""
    told = gaps.doubtful_sentence(
        1, Totals(missing_places=0.01), Totals(missing_places=0.02), is_counted=False
    )
    assert "instead" not in told
    assert "< 0.1" in told.replace("\u00a0", " ")


def test_totals_of_different_municipalities_are_not_compared():
    told = gaps.doubtful_sentence(
        1, Totals(missing_places=1.0, municipalities_told=4), Totals(missing_places=9.0), is_counted=False
    )
    assert "13 of 13 municipalities instead of 4" in told
    assert "9" not in told


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_less_than_a_tenth_is_not_nothing_in_the_headline(language):
    text.use(language)
    (first, second) = phrases_totals.headline(
        Totals(class_counts={"below": 13}, missing_places=0.037, is_lower_bound=True), "Area"
    )
    assert "13" in first
    assert (
        second
        == {
            "cs": "Celkem chybí méně než 0,1 místa.",
            "pl": "Łącznie brakuje mniej niż 0,1 miejsca.",
            "en": "Less than 0.1 places are missing altogether.",
        }[language]
    )


def test_a_total_of_some_municipalities_says_of_how_many():
    totals = Totals(class_counts={"below": 4, "unknown": 9}, missing_places=3.7, is_lower_bound=True)
    assert phrases_totals.headline(totals, "Area")[1] == (
        "Where it can be told (4 of 13), at most 3.7 places are missing altogether."
    )


def test_a_norm_names_the_year_of_its_services_and_of_its_people():
    norm = Norm("national", "pob", "luzka", SENIORS, value_per_1000=0.003, year=2026, population_year=2020)
    said = norms.norm_sentence(norm)
    assert "services of 2026, people of 2020" in said
    assert ": 0.003 per 1,000" in said


def test_reasons_count_services_and_not_sites():
    supply = pd.DataFrame(
        {
            "service_id": ["a", "a", "b", "c"],
            "counted": [False, False, False, True],
            "not_counted_reason": ["doubtful", "doubtful", "capacity_unknown", None],
        }
    )

    class Answer:
        pass

    answer = Answer()
    answer.supply = supply
    assert gaps.not_counted_reasons(answer) == {"doubtful": 1, "capacity_unknown": 1}


def test_robustness_counts_what_stays_and_names_what_turns_it():
    verdict = pd.DataFrame(
        {
            "is_gap": pd.array([True, True, False, pd.NA], dtype="boolean"),
            "gap_in": [12, 5, 0, 0],
            "variants_known": [12, 12, 12, 0],
            "flipped_by": ["", "limit norm", "", ""],
        }
    )
    sentence = gaps.robustness_sentence(verdict)
    assert sentence.startswith("1 municipality stays a gap in every variant")
    assert "Of 1 municipality it cannot be said." in sentence
    assert sentence.endswith("The answer somewhere turns over with: the limit and the norm.")


def test_robustness_of_what_nobody_knows_is_no_zero():
    verdict = pd.DataFrame(
        {
            "is_gap": pd.array([pd.NA, pd.NA], dtype="boolean"),
            "gap_in": [0, 0],
            "variants_known": [0, 0],
            "flipped_by": ["", ""],
        }
    )
    sentence = gaps.robustness_sentence(verdict)
    assert sentence == "Whether a gap stays under other assumptions cannot be said here."


def test_thresholds_are_said_in_per_cent():
    assert (
        gaps.thresholds_sentence(Settings())
        == "At the norm: 100% and more of what it asks; far below: less than 50%."
    )


def test_the_browser_gets_every_word_it_asks_for():
    script = joined.script(map_scripts.MAP)
    asked = set(re.findall(r"\bwords\.([a-z_]+)", script))
    assert asked == set(gaps.map_words("luzka"))
    assert set(re.findall(r"\bcounts\.([a-z_]+)", script)) == set(gaps.map_counts("luzka"))


@pytest.mark.parametrize("unit", ["luzka", "klient", "interv", "kontakt", "hovor", "place"])
def test_the_browser_counts_places_as_python_does(unit):
    forms = gaps.map_counts(unit)["amount"]
    assert forms["one"].replace("{n}", "1") == amounts.amount(1, unit)
    assert forms["other"].replace("{n}", "12") == amounts.amount(12, unit)
