"""
One reading: what a service is, unknown as None,
and nothing of a protected place whatever the dataset holds.
"""

import dataclasses

import pandas as pd
import pytest

from geodata.reading import protection, services, values

GIVEAWAY = "Tajná 77"


@pytest.fixture(scope="module")
def betrayed(published):
    """
    A dataset that somebody made by hand: a site is protected,
    and its row tells everything all the same.
    """
    site = published["site"].copy()
    service = published["service"].copy()
    chosen = site.loc[~site["is_protected"].astype(bool)].iloc[0]
    site.loc[site["site_id"] == chosen["site_id"], ["is_protected", *protection.OF_A_SITE]] = [
        True, GIVEAWAY, chosen["municipality_code"], GIVEAWAY, GIVEAWAY, GIVEAWAY, "799 77", 49.5, 18.5,
    ]  # fmt: skip
    service.loc[service["service_id"] == chosen["service_id"], "source_url"] = f"https://{GIVEAWAY}.example"
    corrections = published["correction"]
    row = dict.fromkeys(corrections.columns) | {
        "record_id": chosen["service_id"], "table_name": "service", "field_name": "phone",
        "new_text": GIVEAWAY, "office": GIVEAWAY, "reason": GIVEAWAY, "correction_date": "2026-09-01",
        "state": "applied",
    }  # fmt: skip
    correction = pd.DataFrame([row], columns=corrections.columns)
    tables = {**published.tables, "site": site, "service": service, "correction": correction}
    return dataclasses.replace(published, tables=tables), chosen["service_id"]


def test_a_protected_service_tells_nothing_of_its_place_whatever_the_dataset_holds(betrayed):
    dataset, service_id = betrayed
    service = services.services(dataset)[service_id]
    assert service.is_protected
    assert GIVEAWAY not in repr(service)
    (site,) = (one for one in service.sites if one.is_protected)
    assert (site.municipality_code, site.municipality, site.postal_code) == (None, None, None)
    assert (site.latitude, site.longitude, site.quality) == (None, None, "district")
    assert service.source_urls is None
    assert service.corrections == ()


def test_what_is_not_protected_keeps_its_place(published):
    every = services.services(published)
    assert list(every) == published["service"]["service_id"].tolist()
    open_sites = [site for one in every.values() for site in one.sites if not site.is_protected]
    rows = published["site"].loc[~published["site"]["is_protected"].astype(bool)]
    assert len(open_sites) == len(rows) > 100
    assert sum(site.street is not None for site in open_sites) == int(rows["street_address"].notna().sum())


@pytest.mark.parametrize("unknown", [None, float("nan"), pd.NA, pd.NaT])
def test_unknown_is_none_in_every_way_pandas_says_it(unknown):
    assert (values.text(unknown), values.number(unknown), values.whole(unknown)) == (None, None, None)


def test_what_is_known_stays_and_nought_is_known():
    assert (values.text(0), values.number(0), values.whole(0.0)) == ("0", 0.0, 0)
    assert list(values.rows(pd.DataFrame({"a": [0.0, None]}))) == [{"a": 0.0}, {"a": None}]
