"""Times of several contenders, taken in turn, so that what else the machine does hits all alike.

CPU time of this process, in seconds; medians and the least of several rounds.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Times", "interleaved"]

_SHORT_S = 0.02
"""A contender that takes less is run so often that together they take this long."""


@dataclass(frozen=True)
class Times:
    """CPU time of one contender [s].

    Parameters
    ----------
    median_s, least_s : float
        Over the rounds.
    n_rounds : int
    """

    median_s: float
    least_s: float
    n_rounds: int

    def over(self, other: Times) -> float:
        """Return how many times as long this one takes, by the least of the rounds.

        Whatever else runs on a machine adds to a time and never takes from it.
        """
        return self.least_s / other.least_s


def interleaved(contenders: Mapping[str, Callable[[], object]], n_rounds: int) -> dict[str, Times]:
    """Run every contender in each round and return their times; one that is short, many times."""
    n_times: dict[str, int] = {}
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for name, run in contenders.items():
        run()
        n_times[name] = max(1, round(_SHORT_S / max(_cpu_s(run, 1), 1e-6)))
    for _ in range(n_rounds):
        for name, run in contenders.items():
            taken[name].append(_cpu_s(run, n_times[name]))
    return {
        name: Times(statistics.median(found), min(found), n_rounds) for name, found in taken.items()
    }


def _cpu_s(run: Callable[[], object], n_times: int) -> float:
    """Return the time of one of so many runs."""
    gc.collect()
    gc.disable()
    try:
        begins = time.process_time()
        for _ in range(n_times):
            run()
        return (time.process_time() - begins) / n_times
    finally:
        gc.enable()
