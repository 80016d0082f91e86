"""Assumptions of a calculation, each with a default and its reason."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.arrays import check_positive
from geodata.method import benchmark
from geodata.method.access import check_decay
from geodata.method.gaps import DEFAULT_AT_NORM, DEFAULT_FAR_BELOW, check_thresholds
from geodata.travel.straight import DEFAULT_DETOUR_FACTOR, DEFAULT_LIMITS_M, check_detour_factor


@dataclass(frozen=True)
class Settings:
    """
    Assumptions of a calculation; each is printed with the result.

    norm
        "default" (the national mean, else that of the loaded region: a whole country levels out what a few
        districts happen to have), "national", "loaded", "area", the id of a published norm, or "typed".
    typed_norm_per_1000
        Capacity per 1,000 of the target population, for norm "typed".
    limit_m
        Metres along roads, the boundary included; None = `DEFAULT_LIMITS_M` of the form
        (conventions of this program).
    detour_factor
        Metres along roads per metre in a straight line (`DEFAULT_DETOUR_FACTOR`).
    decay
        Code of codelist `decays`. "binary" is the plainest to explain at a meeting: in reach or not.
    count_doubtful
        Count numbers beyond their bound after all. Off:
        one number for a whole year would hide every gap around it.
    at_norm, far_below
        Thresholds of the gap classes: as much as the norm asks, and half of it.
    """

    norm: str = benchmark.DEFAULT
    typed_norm_per_1000: float | None = None
    limit_m: float | None = None
    detour_factor: float = DEFAULT_DETOUR_FACTOR
    decay: str = "binary"
    count_doubtful: bool = False
    at_norm: float = DEFAULT_AT_NORM
    far_below: float = DEFAULT_FAR_BELOW

    def __post_init__(self) -> None:
        """Refuse what makes no sense, by name."""
        check_detour_factor(self.detour_factor)
        check_decay(self.decay)
        check_thresholds(self.at_norm, self.far_below)
        if self.limit_m is not None:
            check_positive("limit_m", self.limit_m)
        if self.typed_norm_per_1000 is not None:
            check_positive("typed_norm_per_1000", self.typed_norm_per_1000)

    def limit_of(self, form: str) -> float:
        """
        Return the limit in metres along roads for a form.

        Examples
        --------
        >>> Settings().limit_of("amb"), Settings(limit_m=9_000.0).limit_of("amb")
        (15000.0, 9000.0)
        """
        return DEFAULT_LIMITS_M[form] if self.limit_m is None else self.limit_m


DEFAULT_SETTINGS = Settings()
