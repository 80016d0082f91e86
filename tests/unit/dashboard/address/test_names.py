"""Old names of parameters are understood, and no page writes or reads them."""

import pytest

from dashboard.address.names import RENAMED, renamed
from dashboard.address.question import PARAMETERS
from dashboard.app_pages import home, needs, present
from dashboard.catalogue import address, filters
from dashboard.scenario import state, steps

READ = {
    *PARAMETERS.values(), *state.PARAMETERS, *filters.ADDRESS_NAMES,
    address.FAVOURITES, home.QUERY, present.LINK, needs.PLACE,
}  # fmt: skip


def test_an_old_name_leads_to_one_that_is_read_today():
    assert not READ & RENAMED.keys()
    assert set(RENAMED.values()) <= READ


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_the_name_of_today_counts_where_both_stand(old, new):
    assert renamed({old: "a", "area": "x"}) == {new: "a", "area": "x"}
    assert renamed({new: "b", old: "a"}) == renamed({old: "a", new: "b"}) == {new: "b"}
    assert renamed({new: "", old: "a"}) == {new: "a"}
    assert renamed({new: ""}) == {new: ""}


def test_a_scenario_saved_under_old_names_asks_the_same():
    today = steps.write_file(steps.Scenario(), {"service": "day_care", "norm_per_1000": "12.5"}, None)
    before = today.replace(b'norm_per_1000": "', b'per1000": "')
    assert before != today
    assert steps.read_file(before) == steps.read_file(today)
