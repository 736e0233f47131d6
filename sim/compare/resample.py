"""Resampling whole replications, for many groups and alternatives at once.

A resample is how often each replication was drawn, so any statistic that counts becomes a product
of matrices. Draws are those of `sim.stats.intervals.bootstrap_over_replications` with the same
seed, and every alternative is resampled in the same way.

In:  counts per replication, (R, ...).
Out: percentile limits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.stats.intervals import Interval

__all__ = ["LEVEL", "Resamples", "limits"]

LEVEL: Final = 0.95
"""Nominal coverage of every interval in a comparison."""
_SEED: Final = 20_250_404

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Resamples:
    """How often each replication was drawn.

    Parameters
    ----------
    weights : ndarray of float64, shape (B, R)
        Whole numbers; each row adds up to R.
    """

    weights: FloatArray

    @classmethod
    def of(cls, n_runs: int, n_boot: int = 999, seed: int = _SEED) -> Resamples:
        """Draw resamples of `n_runs` replications."""
        generator = np.random.Generator(np.random.PCG64(seed))
        rows = [
            np.bincount(generator.integers(0, n_runs, size=n_runs), minlength=n_runs)
            for _ in range(n_boot)
        ]
        return cls(np.array(rows, dtype=np.float64))

    def share(self, counts: FloatArray, n_sites: int) -> Interval:
        """Return limits of a share: sites that halted in each replication, over all of them.

        Parameters
        ----------
        counts : ndarray, shape (R,)
        n_sites : int
            Sites in each replication.
        """
        n_runs = self.weights.shape[1]
        low, high = limits(self.weights @ counts / (n_runs * n_sites))
        return Interval(float(low), float(high))

    def median(self, days: FloatArray) -> Interval:
        """Return limits of the day by which half have halted.

        Parameters
        ----------
        days : ndarray, shape (R, S)
            First halts; infinite where there was none.
        """
        n_runs, n_sites = days.shape
        distinct = np.unique(days[np.isfinite(days)])
        if not distinct.size:
            return Interval(math.inf, math.inf)
        by_day = np.zeros((n_runs, distinct.size))
        halted = np.isfinite(days)
        replication = np.nonzero(halted)[0]
        np.add.at(by_day, (replication, np.searchsorted(distinct, days[halted])), 1.0)
        gone = self.weights @ np.cumsum(by_day, axis=1)
        at = np.count_nonzero(gone < 0.5 * n_runs * n_sites, axis=1)
        low, high = limits(np.append(distinct, math.inf)[at])
        return Interval(float(low), float(high))

    def curve(self, counts: FloatArray, total: float) -> tuple[FloatArray, FloatArray]:
        """Return limits of counts per replication summed over replications, over a total.

        Parameters
        ----------
        counts : ndarray, shape (R, G)
            Whole numbers on a grid.
        total : float
            What a share of 1 is.
        """
        return limits(np.ascontiguousarray(counts.T) @ self.weights.T / total)


def limits(found: FloatArray, level: float = LEVEL) -> tuple[FloatArray, FloatArray]:
    """Return the percentile limits of resampled statistics along the last axis.

    Parameters
    ----------
    found : ndarray, shape (..., B)
        May be infinite.
    level : float
        Nominal coverage.

    Returns
    -------
    tuple of ndarray, shape (...)
    """
    n_boot = found.shape[-1]
    cut = math.floor((n_boot + 1) * (1.0 - level) / 2.0 + 1e-9)
    low, high = cut - 1, n_boot - cut
    ordered = np.partition(found, (low, high), axis=-1)
    return ordered[..., low], ordered[..., high]
