"""How long applications wait, and how many lie on the desk.

Customs tests of licence-free goods are left out. Every file on a licence desk counts, those of
other applicants included, and a file that is filed again after a refusal counts again: that is how
a ministry, and the press after it, counts. The share approved so far is read off on a date and is
no probability of approval: with 45 days for each file and no refusals it says 26 % on day 61.

In:  `Source`.
Out: the tables `waits` and `backlog`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.compare.frames import Blocks, frame_of_rows
from sim.compare.panel import Source, codes_of, quantiles
from sim.compare.resample import Resamples, limits
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALL_FILES", "backlog", "backlog_of", "files_of", "waits", "waits_of"]

ALL_FILES: Final = "all"
_WEEK_DAYS: Final = 7.0
_COLUMNS = ("alternative", "replication", "decides", "destination", "filed_days", "decided_days",
            "outcome", "wait_days")  # fmt: skip

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Files:
    """All applications of one alternative, axis F.

    Parameters
    ----------
    alternative : str
    horizon_days : float
    n_runs : int
    destinations : tuple of str, shape (K,)
    replication, destination : ndarray of int64, shape (F,)
        Positions among the replications and among `destinations`.
    filed_days, decided_days, wait_days : ndarray of float64, shape (F,)
        `decided_days` is NaN while a file is pending.
    granted, decided : ndarray of bool, shape (F,)
        Decided: granted or refused, not withdrawn.
    """

    alternative: str
    horizon_days: float
    n_runs: int
    destinations: tuple[str, ...]
    replication: IntArray
    destination: IntArray
    filed_days: FloatArray
    decided_days: FloatArray
    wait_days: FloatArray
    granted: BoolArray
    decided: BoolArray

    def per_run(self, chosen: BoolArray, weights: FloatArray | None = None) -> FloatArray:
        """Count chosen files (or add up their weights) by destination and replication, (K, R)."""
        n_cells = len(self.destinations) * self.n_runs
        cells = (self.destination * self.n_runs + self.replication)[chosen]
        added = np.bincount(cells, None if weights is None else weights[chosen], minlength=n_cells)
        return added.astype(np.float64).reshape(len(self.destinations), self.n_runs)


def waits(source: Source, n: int | None = None) -> pd.DataFrame:
    """Return what became of applications, and how long they took, by destination.

    Parameters
    ----------
    source : Source
    n : int, optional
        Use the first `n` replications; all by default.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.WAITS`. The mean is over decided files, which favours the quick
        ones while others are pending; the 90 % quantile counts pending and withdrawn files as
        longer than any wait, and is NaN where it falls among them.
    """
    return waits_of(files_of(source, n), source.baseline)


def backlog(source: Source, n: int | None = None) -> pd.DataFrame:
    """Return files pending and the share approved so far, week by week.

    Parameters
    ----------
    source : Source
    n : int, optional
        Use the first `n` replications; all by default.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.BACKLOG`, by destination and for all. A file filed or decided at
        the very second of a day is counted on that day. The share is NaN before the first filing.
    """
    return backlog_of(files_of(source, n))


def files_of(source: Source, n: int | None = None) -> tuple[Files, ...]:
    """Return the applications of each alternative as arrays."""
    table = source.table("licences", n, columns=_COLUMNS)
    table = table[table["decides"] == "licence"]
    runs = source.table("runs", n, columns=("alternative", "horizon_days"))
    horizons = runs.groupby("alternative", observed=True)["horizon_days"].max()
    replications = np.asarray(source.replications(n), dtype=np.int64)
    alternative = codes_of(table["alternative"], source.alternatives).codes
    destination, outcome = codes_of(table["destination"]), codes_of(table["outcome"])
    replication = np.searchsorted(replications, table["replication"].to_numpy())
    numbers = {
        name: table[name].to_numpy(dtype=np.float64)
        for name in ("filed_days", "decided_days", "wait_days")
    }
    granted = _is_one_of(outcome.codes, outcome.words, {"granted"})
    decided = granted | _is_one_of(outcome.codes, outcome.words, {"refused", "refused_for_good"})
    found = []
    for number, name in enumerate(source.alternatives):
        mine = np.flatnonzero(alternative == number)
        present, place = np.unique(destination.codes[mine], return_inverse=True)
        found.append(
            Files(
                alternative=name,
                horizon_days=float(horizons[name]),
                n_runs=replications.size,
                destinations=tuple(destination.words[code] for code in present),
                replication=replication[mine],
                destination=place.astype(np.int64),
                granted=granted[mine],
                decided=decided[mine],
                **{key: values[mine] for key, values in numbers.items()},
            )
        )
    return tuple(found)


def waits_of(every: tuple[Files, ...], baseline: str) -> pd.DataFrame:
    """Return the table `waits` of applications that were laid out before."""
    rows = []
    before = {name: on_desk for files in every if files.alternative == baseline
              for name, on_desk in _on_desk(files).items()}  # fmt: skip
    for files in every:
        resamples = Resamples.of(files.n_runs)
        all_files = np.ones(files.filed_days.size, dtype=bool)
        filed, granted = files.per_run(all_files), files.per_run(files.granted)
        pending = files.per_run(np.isnan(files.decided_days))
        decided = files.per_run(files.decided)
        # Whole seconds: their sums are exact, so no last digit depends on the order.
        waited = files.per_run(files.decided, np.round(files.wait_days * DAY_S)) / DAY_S
        on_desk = _on_desk(files)
        for place, destination in enumerate(files.destinations):
            total = filed[place].sum()
            mean, low, high = _ratio(waited[place], decided[place], resamples)
            longer = _longer(on_desk[destination], before.get(destination), resamples)
            mine = files.destination == place
            longest = np.where(files.decided[mine], files.wait_days[mine], np.inf)
            p90 = float(quantiles(longest, [0.9])[0])
            rows.append(
                {
                    "alternative": files.alternative,
                    "destination": destination,
                    "filed_mean": total / files.n_runs,
                    "granted_share": granted[place].sum() / total,
                    "pending_share": pending[place].sum() / total,
                    "wait_days_mean": mean,
                    "wait_days_mean_low": low,
                    "wait_days_mean_high": high,
                    "wait_days_p90": p90 if np.isfinite(p90) else np.nan,
                    "longer_wait_days": longer[0],
                    "longer_wait_days_low": longer[1],
                    "longer_wait_days_high": longer[2],
                }
            )
    return frame_of_rows("waits", rows)


def _on_desk(files: Files) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Return days on the desk, undecided files counted to the horizon, and files: each (R,)."""
    gone = np.where(np.isnan(files.decided_days), files.horizon_days, files.decided_days)
    every = np.ones(files.filed_days.size, dtype=bool)
    seconds = np.round((gone - files.filed_days) * DAY_S)
    days, filed = files.per_run(every, seconds) / DAY_S, files.per_run(every)
    return {name: (days[k], filed[k]) for k, name in enumerate(files.destinations)}


def _longer(
    after: tuple[FloatArray, FloatArray],
    before: tuple[FloatArray, FloatArray] | None,
    resamples: Resamples,
) -> tuple[float, float, float]:
    """Return how much longer files lie on the desk than under the baseline, with limits.

    The same replications are drawn on both sides: the difference is a paired one.
    """
    if before is None:
        return np.nan, np.nan, np.nan
    value = float(after[0].sum() / after[1].sum() - before[0].sum() / before[1].sum())
    if resamples.weights.shape[1] == 1:
        return value, np.nan, np.nan
    n_after, n_before = resamples.weights @ after[1], resamples.weights @ before[1]
    filed = (n_after > 0) & (n_before > 0)
    found = (resamples.weights @ after[0])[filed] / n_after[filed]
    low, high = limits(found - (resamples.weights @ before[0])[filed] / n_before[filed])
    return value, float(low), float(high)


def backlog_of(every: tuple[Files, ...]) -> pd.DataFrame:
    """Return the table `backlog` of applications that were laid out before."""
    blocks = Blocks("backlog")
    for files in every:
        grid = np.append(np.arange(0.0, files.horizon_days, _WEEK_DAYS), files.horizon_days)
        filed = _to_date(files, grid, files.filed_days)
        gone = _to_date(files, grid, files.decided_days)
        granted = _to_date(files, grid, np.where(files.granted, files.decided_days, np.nan))
        for place, destination in enumerate((*files.destinations, ALL_FILES)):
            pending = filed[place] - gone[place]  # (R, G)
            ends = quantiles(pending.T, [0.1, 0.9])
            total = filed[place].sum(axis=0)
            share = np.full(grid.size, np.nan)
            np.divide(granted[place].sum(axis=0), total, out=share, where=total > 0)
            blocks.add(
                {"alternative": files.alternative, "destination": destination},
                {
                    "day": grid,
                    "pending_files": pending.mean(axis=0),
                    "pending_files_low": ends[:, 0],
                    "pending_files_high": ends[:, 1],
                    "approved_so_far_share": share,
                },
            )
    return blocks.frame()


def _to_date(files: Files, grid: FloatArray, days: FloatArray) -> FloatArray:
    """Count what has happened by each day of the grid, shape (K + 1, R, G), the last for all."""
    n_places, n_days = len(files.destinations), grid.size
    use = np.isfinite(days)
    at = np.searchsorted(grid, days[use], side="left")
    cells = (files.destination[use] * files.n_runs + files.replication[use]) * (n_days + 1) + at
    size = n_places * files.n_runs * (n_days + 1)
    by_day = np.bincount(cells, minlength=size).reshape(n_places, files.n_runs, n_days + 1)
    summed = np.cumsum(by_day[:, :, :n_days], axis=2).astype(np.float64)
    return np.concatenate((summed, summed.sum(axis=0, keepdims=True)))


def _ratio(
    total: FloatArray, count: FloatArray, resamples: Resamples
) -> tuple[float, float, float]:
    """Return a mean of totals over counts, and its resampled limits; NaN without any."""
    if not count.sum():
        return np.nan, np.nan, np.nan
    drawn = resamples.weights @ count
    found = (resamples.weights @ total)[drawn > 0] / drawn[drawn > 0]
    low, high = limits(found)
    return float(total.sum() / count.sum()), float(low), float(high)


def _is_one_of(codes: IntArray, words: tuple[str, ...], wanted: set[str]) -> BoolArray:
    return np.isin(codes, [number for number, word in enumerate(words) if word in wanted])
