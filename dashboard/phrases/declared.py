"""What a provider declares to serve beside what lies within the limit, ending in a question."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from dashboard import text
from dashboard.phrases.methods import named
from dashboard.text import _, ngettext
from geodata.studies.declaration import DECLARED_ONLY, MODELLED_ONLY, PLACE_UNKNOWN

if TYPE_CHECKING:
    import pandas as pd


def not_declared(state: str) -> str:
    """Say what is known where no municipality is declared; `state` is a code of `served_area_states`."""
    if state == "described":
        return _("The provider describes its area in words only, so distance decides.")
    return _("The provider does not state its area, so distance decides.")


def protected() -> str:
    """Say why the declaration of a protected service is not compared."""
    return _("The address is protected, so what is declared is not compared with distance.")


def comparison(
    pairs: pd.DataFrame, members: Collection[str], limit_m: float, *, is_counted: bool
) -> list[str]:
    """
    Say where declaration and distance disagree.

    Parameters
    ----------
    pairs
        `geodata.studies.declaration.declared_and_modelled`.
    members
        municipality_code of the area: only its municipalities are named.
    limit_m
        Limit in metres along roads.
    is_counted
        Whether the declaration decides what is counted; else distance does.
    """
    agreement = pairs["agreement"]
    if (agreement == PLACE_UNKNOWN).any():
        return [
            _("The place of the service is not known, so what is declared cannot be compared with distance.")
        ]
    said = []
    limit = text.distance(limit_m)
    far, near = pairs.loc[agreement == DECLARED_ONLY], pairs.loc[agreement == MODELLED_ONLY]
    if len(far):
        names = _names(far, members)
        said.append(
            ngettext(
                "{n} declared municipality is farther than {limit} along roads and counts all the same: "
                "{names}.",
                "{n} declared municipalities are farther than {limit} along roads and count all the same: "
                "{names}.",
                len(far),
                limit=limit,
                names=names,
            )
            if is_counted
            else ngettext(
                "{n} declared municipality is farther than {limit} along roads and does not count: {names}.",
                "{n} declared municipalities are farther than {limit} along roads and do not count: {names}.",
                len(far),
                limit=limit,
                names=names,
            )
        )
    if len(near):
        names = _names(near, members)
        said.append(
            ngettext(
                "{n} municipality within {limit} is not declared and does not count: {names}. Ask the "
                "provider whether it would come there too.",
                "{n} municipalities within {limit} are not declared and do not count: {names}. Ask the "
                "provider whether it would come there too.",
                len(near),
                limit=limit,
                names=names,
            )
            if is_counted
            else ngettext(
                "{n} municipality within {limit} counts although it is not declared: {names}. Ask the "
                "provider whether it takes people from there.",
                "{n} municipalities within {limit} count although they are not declared: {names}. Ask the "
                "provider whether it takes people from there.",
                len(near),
                limit=limit,
                names=names,
            )
        )
    return said or [_("The municipalities it declares are those within {limit} along roads.", limit=limit)]


def _names(pairs: pd.DataFrame, members: Collection[str]) -> str:
    """Name those of the area, and count the others."""
    own = pairs["municipality_code"].isin(list(members))
    elsewhere = int((~own).sum())
    if not own.any():
        return ngettext("outside this area", "all outside this area", elsewhere)
    parts = [named(pairs.loc[own, "name"].tolist())]
    if elsewhere:
        parts.append(ngettext("{n} outside this area", "{n} outside this area", elsewhere))
    return "; ".join(parts)
