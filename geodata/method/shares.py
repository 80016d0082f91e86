"""
How a registration's capacity is divided: among all its places in the whole register, loaded or not
(docs/decisions/0002-capacity-is-counted-once.md).

Everything that divides a capacity by places asks here, so that a result,
its explanation and a document never disagree.
"""

from __future__ import annotations

from typing import overload

import numpy as np
import pandas as pd

from geodata.arrays import FloatArray, IndexArray


def sites_sharing(service: pd.DataFrame, site: pd.DataFrame) -> pd.Series[int]:
    """
    Count the places that share the capacity of each service.

    Parameters
    ----------
    service
        Table `service`; uses service_id, sites_total.
    site
        Table `site`; uses service_id.

    Returns
    -------
    sites
        By service_id, 1 or more: what the whole register holds, but never fewer than the places listed here
        (an office or a page may know of one that the register lacks). Where the register does not tell,
        those listed; a service without any has one, at an unknown place.

    Examples
    --------
    >>> service = pd.DataFrame({"service_id": ["a", "b"], "sites_total": [3, None]})
    >>> sites_sharing(service, pd.DataFrame({"service_id": ["a", "b", "b"]})).to_dict()
    {'a': 3, 'b': 2}
    """
    listed = sites_listed(service, site)
    stated = service["sites_total"].to_numpy(dtype=np.float64, na_value=np.nan)
    sites = np.fmax(stated, np.maximum(listed.to_numpy(), 1))
    return pd.Series(sites.astype(np.int64), index=listed.index, name="sites_of_service")


def sites_listed(service: pd.DataFrame, site: pd.DataFrame) -> pd.Series[int]:
    """
    Count the places of each service that the dataset holds, by service_id; 0 where it holds none.

    Examples
    --------
    >>> service, site = (pd.DataFrame({"service_id": rows}) for rows in (["a", "b"], ["b", "b"]))
    >>> sites_listed(service, site).to_dict()
    {'a': 0, 'b': 2}
    """
    counts: pd.Series[int] = site["service_id"].value_counts()
    return counts.reindex(pd.Index(service["service_id"]), fill_value=0)


@overload
def equal_share(capacity: float, sites: int) -> float: ...
@overload
def equal_share(capacity: FloatArray, sites: IndexArray) -> FloatArray: ...
def equal_share(capacity: float | FloatArray, sites: int | IndexArray) -> float | FloatArray:
    """
    Return what one place has of a capacity that `sites` places share alike;
    NaN where the capacity is unknown.

    Examples
    --------
    >>> equal_share(12.0, 3)
    4.0
    """
    return capacity / sites
