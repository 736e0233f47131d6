"""Small helpers for record tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import layout

__all__ = ["Table", "firsts", "flat", "table_of"]

Table = NDArray[Any]
"""A structured array of one of the record types of `layout`."""


def table_of(name: str, rows: Sequence[Sequence[Any]]) -> Table:
    """Return rows as records of a table, in the order of its fields."""
    return np.array([tuple(row) for row in rows], dtype=layout.TABLES[name])


def flat(name: str, **columns: NDArray[Any]) -> Table:
    """Return columns of regimes times things as one table, the things of a regime side by side."""
    table = np.zeros(next(iter(columns.values())).size, layout.TABLES[name])
    for field, values in columns.items():
        table[field] = values.reshape(-1)
    return table


def firsts(counts: Sequence[int]) -> list[int]:
    """Return where each of several lists begins when they stand one after the other.

    Examples
    --------
    >>> firsts([2, 0, 3])
    [0, 2, 2]
    """
    return [0, *np.cumsum(counts).tolist()][: len(counts)]
