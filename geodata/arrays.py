"""Arrays of numbers and the check of a parameter: what every formula of the engine uses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geodata.errors import ParameterError

FloatArray = NDArray[np.float64]


IndexArray = NDArray[np.int64]


def check_positive(name: str, value: float) -> None:
    """
    Refuse a parameter that must be a positive finite number.

    Raises
    ------
    ParameterError
        If it is zero, negative, infinite or not a number.

    Examples
    --------
    >>> check_positive("limit_m", 0.0)
    Traceback (most recent call last):
        ...
    geodata.errors.ParameterError: limit_m must be a positive number, not 0.0.
    """
    if not (np.isfinite(value) and value > 0):
        raise ParameterError(f"{name} must be a positive number, not {value!r}.")
