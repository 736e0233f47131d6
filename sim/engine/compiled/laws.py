"""Laws as records, with the constants of their formulas worked out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import layout
from sim.model.delays import _gamma_table, duration_quantile
from sim.model.elementary import log
from sim.scenario.laws import Law, WorkLaw
from sim.units import DAY_S

__all__ = ["LawBook"]

_GRID = 1 << 14


class LawBook:
    """Every law of a model, each once."""

    def __init__(self) -> None:
        self._index: dict[Law | WorkLaw, int] = {}
        self._rows: list[NDArray[Any]] = []
        self._numbers: list[float] = []
        self._words: list[int] = []
        self._gamma: dict[float, tuple[int, int, int]] = {}

    def add(self, law: Law | WorkLaw) -> int:
        """Return the index of a law."""
        if law not in self._index:
            self._index[law] = len(self._rows)
            self._rows.append(self._row(law))
        return self._index[law]

    def longest(self, law: Law) -> int:
        """Return the longest duration that can be drawn from a law [s]."""
        return int(duration_quantile(law, np.array([1.0 - 2.0**-53]))[0])

    def tables(self) -> dict[str, NDArray[Any]]:
        """Return the laws and the tables they point into."""
        none = np.zeros(0, layout.TABLES["laws"])
        return {
            "laws": np.concatenate([none, *self._rows]),
            "numbers": np.array(self._numbers).astype(layout.TABLES["numbers"]),
            "words": np.array(self._words, dtype=np.int64).astype(layout.TABLES["words"]),
        }

    def _row(self, law: Law | WorkLaw) -> NDArray[Any]:
        row = np.zeros(1, layout.TABLES["laws"])
        row["kind"] = getattr(layout, law.law.upper())
        row["scale"] = float(getattr(law, "mean", None) or 0)
        if isinstance(law, Law):
            self._duration(law, row)
        self._mean_one(law, row)
        return row

    def _duration(self, law: Law, row: NDArray[Any]) -> None:
        low, mode, high = float(law.low or 0), float(law.mode or 0), float(law.high or 0)
        if law.law == "fixed":
            row["first"] = law.value or 0
        elif law.law == "uniform":
            row["a"], row["b"] = low, high - low
        elif law.law == "triangular":
            row["a"], row["b"], row["c"] = low, mode - low, high - low
            row["d"], row["scale"] = high, high - mode
            row["e"] = (mode - low) / (high - low)
        elif law.law == "empirical":
            values = sorted(law.values or ())
            row["first"], row["n"] = len(self._words), len(values)
            self._words += values
        elif law.law == "geometric":
            stop = 1.0 / max((law.mean or 0) / DAY_S, 1.0)
            if stop >= 1.0:
                row["kind"], row["first"] = layout.FIXED, DAY_S
            else:
                row["a"] = float(log(np.array(1.0 - stop)))

    def _mean_one(self, law: Law | WorkLaw, row: NDArray[Any]) -> None:
        if law.law == "weibull":
            k = law.shape or 1.0
            row["a"], row["b"] = k, math.gamma(1.0 + 1.0 / k)
        elif law.law == "lognormal":
            variance = float(log(np.array(1.0 + (law.cv or 0.0) ** 2)))
            row["a"], row["b"] = math.sqrt(variance), variance / 2.0
        elif law.law == "gamma":
            cv = law.cv or 1.0
            if cv not in self._gamma:
                knots, values = _gamma_table(cv)
                offset = int(np.searchsorted(knots, 1.0 / _GRID))
                self._gamma[cv] = len(self._numbers), len(knots), offset
                self._numbers += [*knots.tolist(), *values.tolist()]
            row["first"], row["n"], row["grid"] = self._gamma[cv]
