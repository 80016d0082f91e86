"""Where declaration and distance disagree, in sentences that end in a question."""

import pandas as pd
import pytest

from dashboard import text
from dashboard.phrases import declared


@pytest.fixture(autouse=True)
def english():
    text.use("en")
    yield
    text.use(None)


def pairs(*rows):
    return pd.DataFrame(rows, columns=["municipality_code", "name", "agreement"])


MIXED = pairs(
    ("1", "Near", "both"),
    ("2", "Far", "declared_only"),
    ("3", "Beyond", "declared_only"),
    ("4", "Next", "modelled_only"),
)


def test_who_decides_is_told_and_the_provider_is_to_be_asked():
    lines = declared.comparison(MIXED, ["1", "2", "4"], 20_000, is_counted=True)
    limit = "20\N{NO-BREAK SPACE}km"
    assert lines[0] == (
        f"2 declared municipalities are farther than {limit} along roads and count all the same: Far; 1 "
        f"outside this area."
    )
    assert lines[1] == (
        f"1 municipality within {limit} is not declared and does not count: Next. Ask the provider whether "
        f"it would come there too."
    )
    by_distance = declared.comparison(MIXED, [], 20_000, is_counted=False)
    assert by_distance[0].endswith("do not count: all outside this area.")
    assert "counts although it is not declared" in by_distance[1]


def test_agreement_and_a_place_that_is_not_known():
    same = declared.comparison(pairs(("1", "Near", "both")), ["1"], 20_000, is_counted=True)
    assert same == ["The municipalities it declares are those within 20\N{NO-BREAK SPACE}km along roads."]
    lost = declared.comparison(pairs(("1", "Near", "place_unknown")), ["1"], 20_000, is_counted=True)
    assert lost[0].startswith("The place of the service is not known")


def test_what_is_not_declared_is_told():
    assert "in words only" in declared.not_declared("described")
    assert "does not state" in declared.not_declared("unknown")
