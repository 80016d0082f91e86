"""What a slide of a whole area has figures of."""

from types import SimpleNamespace

from dashboard.documents.facts.story import area_totals
from dashboard.phrases.village_counts import SLIGHT, rounds_to_nobody


def total(demand):
    return SimpleNamespace(is_told=True, demand_places=demand, served_share=0.5)


def test_a_need_is_slight_for_an_area_where_it_is_for_a_village():
    needs = {"most": 12.0, "some": SLIGHT, "hardly": SLIGHT - 0.01, "nobody": 0.0}
    facts = SimpleNamespace(groups=needs, total=lambda group_id: total(needs[group_id]))
    found = area_totals(facts, list(needs))
    assert [group_id for group_id, _ in found.needed] == ["most", "some"]
    assert found.slight == ["hardly"]
    assert rounds_to_nobody(needs["hardly"])
    assert not rounds_to_nobody(needs["some"])
