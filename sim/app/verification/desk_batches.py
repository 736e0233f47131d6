"""A licence desk watched for years: mean waits by batch, and what was drawn in each batch.

A run is cut into batches of 350 days after 50 days to fill up. Waits on both sides of a cut are
nearly independent, because the desk forgets its state within a few weeks.

In:  traces of scenarios that hold a desk and streams of applicants.
Out: values and controls by batch, ready for `estimates.controlled_mean`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.app.verification.estimates import Estimate, controlled_mean
from sim.app.verification.runs import FileTimes, file_times
from sim.engine import simulate
from sim.model import ModelTables
from sim.units import DAY_S

__all__ = ["Batches", "Stream", "batches"]

FloatArray = NDArray[np.float64]

_FILL_UP_DAYS: Final = 50.0
_BATCH_DAYS: Final = 350.0
_N_BATCHES: Final = 20
_WINDOWS_DAYS: Final = (5.0, 25.0)


@dataclass(frozen=True)
class Stream:
    """What is known about a stream before any draw.

    Parameters
    ----------
    per_day : float
        Files a day.
    poisson : bool
        Else at fixed intervals.
    square : float
        Expectation of the squared work of a file, whose mean is 1: 1 + cv squared.
    """

    per_day: float
    poisson: bool = True
    square: float = 2.0


@dataclass(frozen=True)
class Batches:
    """What happened in each batch, and what was drawn.

    A mean over files is the sum over the files of a batch divided by the number *expected*: a
    division by the number that came would be biased, because busy batches have more files.

    Parameters
    ----------
    expected : dict of str to float
        Files a batch has on average, by stream.
    waits : dict of str to list of ndarray, each list of length B
        Days each file of a batch waited for an officer, by stream.
    sojourns : dict of str to list of ndarray
        Days from filing to the decision, likewise.
    controls : ndarray of float64, shape (B, k)
        Files, work and unevenness of the flow of work, less their expectations.
    """

    expected: dict[str, float]
    waits: dict[str, list[FloatArray]]
    sojourns: dict[str, list[FloatArray]]
    controls: FloatArray

    def mean_wait(self, stream: str) -> Estimate:
        """Mean time before an officer takes a file up [d]."""
        return self._mean(stream, self.waits[stream])

    def mean_sojourn(self, stream: str) -> Estimate:
        """Mean time from filing to the decision [d]."""
        return self._mean(stream, self.sojourns[stream])

    def share_waiting_over(self, stream: str, days: float) -> Estimate:
        """Share of files that wait longer than `days`."""
        return self._mean(stream, [(w > days).astype(np.float64) for w in self.waits[stream]])

    def mean_queue(self, stream: str) -> Estimate:
        """Mean number of files waiting: what the files of a batch wait, over its length."""
        queue = [float(w.sum()) / _BATCH_DAYS for w in self.waits[stream]]
        return controlled_mean(queue, self.controls)

    def weighted_wait(self, loads: Mapping[str, float]) -> Estimate:
        """Sum over streams of load x mean wait [d]."""
        parts = [
            np.array([load * float(w.sum()) / self.expected[name] for w in self.waits[name]])
            for name, load in loads.items()
        ]
        return controlled_mean(np.sum(parts, axis=0), self.controls)

    def _mean(self, stream: str, values: Sequence[FloatArray]) -> Estimate:
        sums = [float(batch.sum()) / self.expected[stream] for batch in values]
        return controlled_mean(sums, self.controls)


def batches(tables: ModelTables, n_runs: int, streams: Mapping[str, Stream]) -> Batches:
    """Run a desk and cut the files of each stream into batches.

    Parameters
    ----------
    tables : ModelTables
        One desk, one mean review time; horizon of at least 7050 days.
    n_runs : int
        Replications; each gives 20 batches.
    streams : mapping of str to Stream
        Every stream of applicants at the desk.
    """
    waits: dict[str, list[FloatArray]] = {name: [] for name in streams}
    sojourns: dict[str, list[FloatArray]] = {name: [] for name in streams}
    controls: list[list[float]] = []
    mean_s = int(tables.regimes.mean_review_s[0, 0])
    for replication in range(n_runs):
        trace = simulate(tables, replication)
        times = {name: file_times(trace, name) for name in streams}
        for k in range(_N_BATCHES):
            begin = _FILL_UP_DAYS + k * _BATCH_DAYS
            drawn: list[tuple[Stream, FloatArray, FloatArray]] = []
            for name, stream in streams.items():
                chosen = _within(times[name], begin)
                waits[name].append(times[name].wait_days[chosen])
                sojourns[name].append(times[name].sojourn_days[chosen])
                after = times[name].filed_s[chosen] / DAY_S - begin
                drawn.append((stream, after, times[name].review_s[chosen] / mean_s))
            controls.append(_controls(drawn))
    expected = {name: stream.per_day * _BATCH_DAYS for name, stream in streams.items()}
    return Batches(expected, waits, sojourns, np.array(controls))


def _within(times: FileTimes, begin: float) -> NDArray[np.bool_]:
    filed = times.filed_s / DAY_S
    return np.asarray((filed >= begin) & (filed < begin + _BATCH_DAYS))


def _controls(drawn: Sequence[tuple[Stream, FloatArray, FloatArray]]) -> list[float]:
    """What was drawn in one batch, less its expectation: files, work, unevenness of work."""
    found: list[float] = []
    for stream, _, work in drawn:
        if stream.poisson:
            found.append(work.size / (stream.per_day * _BATCH_DAYS) - 1.0)
        if stream.square > 1.0:
            found.append(float((work - 1.0).mean()))
    for window in _WINDOWS_DAYS:
        n_windows = round(_BATCH_DAYS / window)
        excess = np.zeros(n_windows)
        variance = 0.0
        for stream, after, work in drawn:
            place = np.minimum((after / window).astype(np.int64), n_windows - 1)
            # Files at fixed intervals bring no uncertainty of their own, only their work does.
            known = 0.0 if stream.poisson else 1.0
            excess += np.bincount(place, weights=work - known, minlength=n_windows)
            n_files = stream.per_day * window
            excess -= n_files if stream.poisson else 0.0
            variance += n_files * (stream.square - known)
        found.append(float((excess**2).mean()) / variance - 1.0)
    return found
