"""What two other methods mean for a decision, in words."""

import pandas as pd
import pytest

from dashboard import text
from dashboard.phrases import methods


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def opinions(*rows):
    frame = pd.DataFrame(rows, columns=["name", "gap_class", "methods_agree"])
    return frame.astype({"methods_agree": "boolean"})


def test_every_municipality_is_in_one_sentence():
    said = methods.verdicts(
        opinions(
            ("Short", "below", True),
            ("Torn", "at_or_above", False),
            ("Other torn", "far_below", False),
            ("Fine", "at_or_above", True),
            ("Dark", "unknown", None),
            ("Empty", "no_need", None),
        )
    )
    assert [line.split(":")[0] for line in said] == [
        "1 municipality has less within reach than the norm asks by all three methods",
        "Of 2 municipalities the answer depends on the method",
        "1 municipality has as much within reach as the norm asks by all three methods.",
        (
            "Of 1 municipality it cannot be said, because the people, the norm or the capacity "
            "within reach is not known"
        ),
        "In 1 municipality nobody of the target group lives.",
    ]
    assert "Other torn and Torn. Before you decide, ask where their people really go" in said[1]
    assert said[3].endswith(": Dark.")


@pytest.mark.parametrize(
    ("gap_class", "agree", "said"),
    [
        ("below", True, "All three methods say: less"),
        ("at_or_above", True, "All three methods say: as much"),
        ("below", False, "The answer depends on the method."),
        ("unknown", None, "What is missing here cannot be said"),
        ("no_need", None, "Nobody of the target group lives here."),
        # Known by the map and by no other method is not known by all.
        ("at_or_above", None, "What is missing here cannot be said"),
    ],
)
def test_an_area_of_one_municipality_is_not_counted_but_told(gap_class, agree, said):
    (found,) = methods.verdicts(opinions(("Only", gap_class, agree)))
    assert found.startswith(said)


def test_names_that_nobody_reads_are_counted():
    names = [f"Village {number:02}" for number in range(20)]
    assert methods.named(names).endswith("Village 11 and 8 more")
    # One name more is shorter than to say that there is one more.
    assert methods.named(names[:13]).endswith("and Village 12")


@pytest.mark.parametrize("language", ["cs", "pl"])
def test_no_language_is_forgotten(language):
    text.use(language)
    said = methods.verdicts(opinions(*[(f"Obec {number}", "below", True) for number in range(19)]))
    assert len(said) == 1
    assert {"cs": "19 obcí má", "pl": "19 gmin według"}[language] in said[0]
    assert {"cs": "7 dalších", "pl": "7 kolejnych"}[language] in said[0]
