"""How many places share a capacity, as a document of others tells it."""

import pytest

from etl.hsds.table import _sites_total
from geodata.hsds.foreign import read_services


def document(places, told=None):
    attributes = (
        []
        if told is None
        else [
            {"id": "a", "link_id": "s", "link_entity": "service", "label": "dosah:sites_total", "value": told}
        ]
    )
    return {
        "contents": [
            {
                "id": "s",
                "name": "Home care",
                "status": "active",
                "attributes": attributes,
                "service_at_locations": [{"id": f"p{n}"} for n in range(places)],
            }
        ]
    }


@pytest.mark.parametrize(
    ("places", "told", "expected"),
    [
        (0, None, None),
        (1, None, None),
        (3, None, 3),
        (1, "4", 4),
        (3, "2", 3),
        (1, "1", 1),
        (1, "many", None),
        (1, "9" * 40, None),
    ],
)
def test_all_places_named_count_and_our_own_number_says_more(places, told, expected):
    (service,) = read_services(document(places, told))
    assert _sites_total(service) == expected
