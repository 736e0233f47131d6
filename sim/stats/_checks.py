"""What the statistics refuse: empty samples, NaN, levels outside (0, 1).

In:  whatever the caller passed.
Out: the same as a float64 array, or a `ValueError` that says what was found and what is needed.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def checked_share(value: float, name: str) -> float:
    """Return `value` if it lies strictly between 0 and 1.

    Raises
    ------
    ValueError
        If it does not; NaN does not.

    Examples
    --------
    >>> checked_share(0.95, "level")
    0.95
    """
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name}: got {value}, need a number strictly between 0 and 1")
    return float(value)


def checked_positive(value: float, name: str) -> float:
    """Return `value` if it is finite and above 0.

    Raises
    ------
    ValueError
        If it is not.

    Examples
    --------
    >>> checked_positive(2, "half_width")
    2.0
    """
    if not (value > 0.0 and math.isfinite(value)):
        raise ValueError(f"{name}: got {value}, need a finite number above 0")
    return float(value)


def checked_sample(values: npt.ArrayLike, name: str) -> FloatArray:
    """Return one value per replication as float64, shape (R,), finite and not empty.

    Raises
    ------
    ValueError
        If the array is empty, has another number of axes, or holds NaN or infinity.

    Examples
    --------
    >>> checked_sample([1, 2], "values")
    array([1., 2.])
    """
    sample: FloatArray = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or sample.size == 0:
        raise ValueError(f"{name}: got shape {sample.shape}, need one value per replication, (R,)")
    if not bool(np.isfinite(sample).all()):
        raise ValueError(f"{name}: got NaN or infinity, need finite numbers")
    return sample


def checked_count(value: Any, name: str, at_least: int) -> int:
    """Return `value` as int if it is a whole number of at least `at_least`.

    Raises
    ------
    ValueError
        If it is not whole, or too small.

    Examples
    --------
    >>> checked_count(np.int64(3), "n", 1)
    3
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < at_least:
        raise ValueError(f"{name}: got {value}, need a whole number of at least {at_least}")
    return int(value)
