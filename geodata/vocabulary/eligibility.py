"""
Who a service is for: one that is for other people does not count for groups of seniors,
locally and in the national figures alike.

A register states its target groups as a closed list, and the national figures count the registrations
that name seniors. Words of a page, and an office's table, are read leniently:
only what plainly speaks of other people (children, a lifelong disability, ages below 65) is left out.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from geodata.vocabulary.codes import ServiceGroup, codelist, infer_target_groups, service_groups

NOT_FOR_SENIORS = "not_for_seniors"
SENIOR_FROM = 65
"""Age from which people count as seniors (years): a service whose oldest client is younger is for others."""

YOUNGEST_OF_A_SENIOR_GROUP = 60
"""A group all of whose target population is at least this old (years) is a group of seniors."""

PARTS = re.compile(r"[;,]")
ADULTS = re.compile(r"dospěl|dorosł|dorośli|adult", re.IGNORECASE)
REGISTER_EVIDENCES = ("register", "register_and_page")


def is_of_seniors(group: ServiceGroup) -> bool:
    """Tell whether a group of services is measured against seniors only."""
    return all(part.age_from >= YOUNGEST_OF_A_SENIOR_GROUP for part in group.target_population)


@cache
def kinds_of_seniors() -> frozenset[str]:
    """Return the kinds of service that groups of seniors count."""
    return frozenset(
        code
        for group in service_groups().values()
        if is_of_seniors(group)
        for scope in group.scopes.values()
        for code in scope.service_type_codes
    )


@cache
def _codes_that(word: str) -> frozenset[str]:
    """Return the target groups whose attribute `for_seniors` is "yes", or "no"."""
    return frozenset(
        code.code for code in codelist("target_groups").values() if code.attributes.get("for_seniors") == word
    )


def services_not_for_seniors(service: pd.DataFrame, service_target_group: pd.DataFrame) -> frozenset[str]:
    """
    Find the services that are for other people than seniors.

    Parameters
    ----------
    service
        Table `service`; uses service_id, evidence, age_to, target_groups_text.
    service_target_group
        Table `service_target_group`.

    Returns
    -------
    service_ids
        Those whose oldest client is younger than `SENIOR_FROM`;
        registrations whose register names target groups and seniors not among them;
        others all of whose target groups are of other people.
        Where no target group is known a service counts.
    """
    names = service_target_group["service_id"]
    codes = service_target_group["target_group_code"]
    with_groups = set(names)
    welcomes = set(names[codes.isin(_codes_that("yes"))])
    of_others_only = with_groups - set(names[~codes.isin(_codes_that("no"))])
    ids, text = service["service_id"], service["target_groups_text"]
    oldest = service["age_to"].to_numpy(dtype=np.float64, na_value=np.nan)
    in_register = service["evidence"].isin(REGISTER_EVIDENCES)
    # Codes of a register that have no name in the list are told as text only: seniors are not among them.
    tells = ids.isin(with_groups) | text.notna()
    speaks_of_others = np.array(
        [
            not known and is_text_of_others(words)
            for known, words in zip(in_register.tolist(), text.tolist(), strict=True)
        ],
        dtype=bool,
    )
    left_out = (
        (oldest < SENIOR_FROM)
        | (in_register & tells & ~ids.isin(welcomes))
        # Words say more than the codes read from them; where there are none, the codes were stated.
        | (~in_register & (speaks_of_others | (text.isna() & ids.isin(of_others_only))))
    )
    return frozenset(ids[left_out])


def is_text_of_others(text: object) -> bool:
    """
    Tell whether words of a page speak of other people than seniors only.

    Each part between ";" or "," is looked at by itself:
    "děti a mládež se zdravotním postižením" are children, whatever else they are.
    A part that names adults, or nobody the code list knows, may mean seniors too.

    Examples
    --------
    >>> is_text_of_others("děti a mládež se zdravotním postižením")
    True
    >>> is_text_of_others("rodiny s dětmi;senioři"), is_text_of_others("děti a dospělí s autismem")
    (False, False)
    >>> is_text_of_others(None)
    False
    """
    if not isinstance(text, str):
        return False
    parts = [part for part in PARTS.split(text) if part.strip()]
    return bool(parts) and all(_is_part_of_others(part) for part in parts)


def _is_part_of_others(part: str) -> bool:
    groups = set(infer_target_groups(part))
    return bool(groups & _codes_that("no")) and not groups & _codes_that("yes") and not ADULTS.search(part)
