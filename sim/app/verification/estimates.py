"""Means with their standard errors, sharpened by what is known about the draws.

A run that happened to draw much work had long queues. How much work, how many files and how
uneven their flow was on average is known exactly, so a regression on those (control variates;
Lavenberg, Moeller and Sauer, Oper. Res. 30, 1982) takes their part of the luck out of the mean.
Only draws are used as controls, never anything the engine worked out.

In:  one value for each batch or replication, and controls with expectation 0.
Out: `Estimate`; findings that allow four standard errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.app.verification.table import Finding, Value

__all__ = ["Estimate", "controlled_mean", "exactly", "mean_of", "within_four_errors"]

FloatArray = npt.NDArray[np.float64]

_ERRORS = 4.0


@dataclass(frozen=True)
class Estimate:
    """A mean, its standard error, and from how many independent values it comes."""

    mean: float
    error: float
    n: int


def mean_of(values: npt.ArrayLike) -> Estimate:
    """Plain mean of independent values, shape (n,)."""
    sample: FloatArray = np.asarray(values, dtype=np.float64).ravel()
    error = float(np.std(sample, ddof=1)) / math.sqrt(sample.size)
    return Estimate(float(np.mean(sample)), error, sample.size)


def controlled_mean(values: npt.ArrayLike, controls: npt.ArrayLike) -> Estimate:
    """Mean of independent values, corrected by a regression on controls of expectation 0.

    Parameters
    ----------
    values : array_like of float, shape (n,)
    controls : array_like of float, shape (n, k)
        Each column has expectation 0 and is known from the draws alone.

    Examples
    --------
    >>> controlled_mean([3.0, 5.0, 4.0, 6.5], [[-1.0], [1.0], [0.0], [2.5]]).mean
    4.0
    """
    sample: FloatArray = np.asarray(values, dtype=np.float64)
    columns = np.column_stack([np.ones(sample.size), np.asarray(controls, dtype=np.float64)])
    weights, *_ = np.linalg.lstsq(columns, sample, rcond=None)
    left = sample - columns @ weights
    variance = float(left @ left) / (sample.size - columns.shape[1])
    error = math.sqrt(variance * float(np.linalg.inv(columns.T @ columns)[0, 0]))
    return Estimate(round(float(weights[0]), 12), error, sample.size)


def within_four_errors(
    row: str,
    quantity: str,
    expected: float,
    found: Estimate,
    unit: str,
    note: str,
    grain: float = 0.0,
) -> Finding:
    """Compare an estimate with four of its standard errors, and with the grain of the run.

    Parameters
    ----------
    row, quantity, expected, unit, note
        As in `Finding`; the note is completed by sample size and standard error.
    found : Estimate
    grain : float
        What a run of whole consignments may be off against the limit that the row states [unit].
    """
    tolerance = _ERRORS * found.error + grain
    sample = f"{note}; n {found.n}, standard error {found.error:.3g}"
    if grain:
        sample += f", plus {grain:.3g} for the size of one consignment"
    return Finding(row, quantity, float(expected), found.mean, tolerance, unit, sample)


def exactly(
    row: str, quantity: str, expected: Value, found: Value, unit: str, note: str
) -> Finding:
    """Demand equality; whole numbers are compared as numbers."""
    return Finding(row, quantity, _plain(expected), _plain(found), 0.0, unit, note)


def _plain(value: Value) -> Value:
    """Return a number, whole or of NumPy, as a float; texts and truths as they are."""
    return value if isinstance(value, bool | str) else float(value)
