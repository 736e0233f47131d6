"""When things come that come at a rate: evenly, or as a Poisson stream.

The rate is constant between given seconds. Its integral is inverted: at 0, 1, 2, ... for an even
stream, at the epochs of a stream of rate 1 for a Poisson one, which therefore shares its luck with
every other rate.

In:  steps (second, rate a day), addressed draws.
Out: whole seconds, within the horizon.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.model.elementary import log
from sim.model.streams import Stream, Streams
from sim.units import DAY_S

__all__ = ["Rates"]

FloatArray = NDArray[np.float64]


class Rates:
    """A rate over time.

    Parameters
    ----------
    steps : sequence of (int, float)
        (second, rate a day from then on), in order, the first at second 0.
    horizon_s : int
        Nothing comes from this second on.
    """

    def __init__(self, steps: Sequence[tuple[int, float]], horizon_s: int) -> None:
        self.horizon_s = horizon_s
        self._knots = np.array([*(second for second, _ in steps), horizon_s], dtype=float)
        self._rates = np.array([per_day for _, per_day in steps]) / DAY_S
        self._integral = np.concatenate([[0.0], np.cumsum(self._rates * np.diff(self._knots))])
        self._total = float(self._integral[-1])

    def even(self) -> list[int]:
        """Return the seconds of an evenly spaced stream, to the nearest."""
        return self._within(np.rint(self._inverse(np.arange(int(self._total) + 1, dtype=float))))

    def poisson(self, streams: Streams, stream: Stream, name: str) -> list[int]:
        """Return the seconds of the Poisson stream that the draws of a name give."""
        if self._total <= 0:
            return []
        return self._within(np.floor(self._inverse(self._epochs(streams, stream, name))))

    def _inverse(self, epochs: FloatArray) -> FloatArray:
        """Return when the integral reaches each of the epochs that it reaches."""
        epochs = epochs[epochs < self._total]
        piece = np.searchsorted(self._integral, epochs, side="right") - 1
        piece = np.minimum(piece, len(self._rates) - 1)
        into_piece = (epochs - self._integral[piece]) / self._rates[piece]
        return np.asarray(self._knots[piece] + into_piece)

    def _within(self, seconds: FloatArray) -> list[int]:
        return [int(second) for second in seconds if second < self.horizon_s]

    def _epochs(self, streams: Streams, stream: Stream, name: str) -> FloatArray:
        """Return the epochs of a Poisson stream of rate 1, up to a little beyond the total."""
        parts: list[FloatArray] = []
        reached, first = 0.0, 0
        while reached <= self._total:
            n = max(64, int((self._total - reached) * 1.1) + 16)
            gaps = -log(streams.many(stream, name, np.arange(first, first + n)))
            parts.append(reached + np.cumsum(gaps))
            reached, first = float(parts[-1][-1]), first + n
        return np.concatenate(parts)
