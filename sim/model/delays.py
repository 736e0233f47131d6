"""Laws of durations and of work: every draw is the inverse of one uniform number.

In:  `Law` and `WorkLaw` records of a scenario, uniforms in (0, 1).
Out: whole seconds, or whole units of work (`sim.engine.rules.WORK` is a mean file).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.model.elementary import exp, log, normal_quantile
from sim.scenario.laws import Law, WorkLaw
from sim.units import DAY_S

__all__ = [
    "duration_quantile",
    "is_fixed",
    "mean_duration",
    "mean_slots_under_way",
    "work_quantile",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_GRID = 1 << 14
_MAX_WORK = 800.0  # with a mean of at most 1000 d, work x mean stays below 2^63


def is_fixed(law: Law | WorkLaw) -> bool:
    """Say whether every draw from the law is the same."""
    return law.law == "fixed"


def duration_quantile(law: Law, u: FloatArray) -> IntArray:
    """Durations at the given probabilities.

    Parameters
    ----------
    law : Law
        As written in the scenario.
    u : ndarray of float64, shape (n,)
        Probabilities in (0, 1).

    Returns
    -------
    ndarray of int64, shape (n,)
        Seconds, rounded to the nearest.

    Examples
    --------
    >>> law = Law(law="uniform", low="10 d", high="20 d")
    >>> duration_quantile(law, np.array([0.25])) / 86400
    array([12.5])
    """
    u = np.asarray(u, dtype=np.float64)
    if law.law == "fixed":
        return np.full(u.shape, law.value, dtype=np.int64)
    if law.law == "empirical":
        values = np.sort(np.array(law.values, dtype=np.int64))
        return np.asarray(values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)])
    if law.law == "geometric":
        return _geometric_days(law.mean or 0, u)
    return np.asarray(np.rint(_continuous_seconds(law, u)), dtype=np.int64)


def _continuous_seconds(law: Law, u: FloatArray) -> FloatArray:
    if law.law == "uniform":
        low, high = float(law.low or 0), float(law.high or 0)
        return low + (high - low) * u
    if law.law == "triangular":
        return _triangular(float(law.low or 0), float(law.mode or 0), float(law.high or 0), u)
    return float(law.mean or 0) * _mean_one(law.law, law.shape, law.cv, u)


def _triangular(low: float, mode: float, high: float, u: FloatArray) -> FloatArray:
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.asarray(np.where(u < (mode - low) / width, rising, falling))


def _geometric_days(mean_s: int, u: FloatArray) -> IntArray:
    """Whole days 1, 2, ... with the given mean (at least one day)."""
    stop = 1.0 / max(mean_s / DAY_S, 1.0)
    if stop >= 1.0:
        return np.full(u.shape, DAY_S, dtype=np.int64)
    count = np.ceil(log(1.0 - u) / log(np.array(1.0 - stop)))
    return np.asarray(np.maximum(count, 1.0) * DAY_S, dtype=np.int64)


def _mean_one(law: str, shape: float | None, cv: float | None, u: FloatArray) -> FloatArray:
    """Quantile of the law with mean 1."""
    if law == "exponential":
        return -log(1.0 - u)
    if law == "weibull":
        k = shape or 1.0
        return exp(log(-log(1.0 - u)) / k) / math.gamma(1.0 + 1.0 / k)
    if law == "lognormal":
        variance = float(log(np.array(1.0 + (cv or 0.0) ** 2)))
        return exp(math.sqrt(variance) * normal_quantile(u) - variance / 2.0)
    knots, values = _gamma_table(cv or 1.0)
    return np.asarray(np.interp(u, knots, values))


@lru_cache(maxsize=64)
def _gamma_table(cv: float) -> tuple[FloatArray, FloatArray]:
    """Quantiles of the gamma law with mean 1, dense in both tails; read by linear interpolation."""
    from scipy.special import gammaincinv

    tail = np.ldexp(1.0, -np.arange(53, 12, -1).astype(np.int64))
    inside = np.arange(1, _GRID) / _GRID
    knots = np.unique(np.concatenate([tail, inside, 1.0 - tail]))
    shape = 1.0 / cv**2
    return knots, np.asarray(gammaincinv(shape, knots) / shape, dtype=np.float64)


def work_quantile(law: WorkLaw, u: FloatArray, unit: int) -> IntArray:
    """Work of files at the given probabilities.

    Parameters
    ----------
    law : WorkLaw
        Law with mean 1.
    u : ndarray of float64, shape (n,)
        Probabilities in (0, 1).
    unit : int
        Units of work in a mean file.

    Returns
    -------
    ndarray of int64, shape (n,)
        Units of work, at most 800 mean files.
    """
    if law.law == "fixed":
        return np.full(np.shape(u), unit, dtype=np.int64)
    share = np.minimum(_mean_one(law.law, law.shape, law.cv, np.asarray(u)), _MAX_WORK)
    return np.asarray(np.rint(share * unit), dtype=np.int64)


def mean_duration(law: Law) -> float:
    """Return the mean of a duration law in seconds (exact where the law has a closed form)."""
    if law.law == "fixed":
        return float(law.value or 0)
    if law.law == "uniform":
        return ((law.low or 0) + (law.high or 0)) / 2.0
    if law.law == "triangular":
        return ((law.low or 0) + (law.mode or 0) + (law.high or 0)) / 3.0
    if law.law == "empirical":
        return math.fsum(law.values or ()) / len(law.values or (1,))
    return float(law.mean or 0)


def mean_slots_under_way(law: Law, interval_s: int) -> float:
    """Mean number of earlier dispatches (at -interval, -2 interval, ...) still moving at 0.

    A dispatch at -k x interval counts if its transit is at least k x interval, so that one which
    arrives at 0 is still under way. For random laws the mean over a fine grid of quantiles.
    """
    if law.law == "fixed":
        return float((law.value or 0) // interval_s)
    grid = (np.arange(4096) + 0.5) / 4096
    return float(np.sum(duration_quantile(law, grid) // interval_s)) / 4096
