"""Comparison tables put together: columns as in the data dictionary, in its order.

In:  rows, or blocks of rows that share their labels.
Out: data frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.columns import COMPARISON_TABLES, names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Blocks", "frame_of_rows"]


def frame_of_rows(table: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a comparison table from one mapping for each row."""
    columns = names(COMPARISON_TABLES[table])
    return _frame(table, {column: [row[column] for row in rows] for column in columns})


class Blocks:
    """A comparison table that grows by blocks of rows: a curve with the labels it belongs to.

    Parameters
    ----------
    table : str
        One of `sim.columns.COMPARISON_TABLES`.
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._texts: dict[str, list[str]] = {}
        self._values: dict[str, list[NDArray[np.float64]]] = {}

    def add(self, labels: Mapping[str, str], values: Mapping[str, NDArray[np.float64]]) -> None:
        """Add rows: labels are the same in all of them, values are arrays of equal length."""
        n_rows = len(next(iter(values.values())))
        for name, text in labels.items():
            self._texts.setdefault(name, []).extend([text] * n_rows)
        for name, array in values.items():
            self._values.setdefault(name, []).append(array)

    def frame(self) -> pd.DataFrame:
        """Return the table.

        Raises
        ------
        ValueError
            If a column is missing, or there is one too many.
        """
        if not self._texts:
            return frame_of_rows(self._table, [])
        joined = {name: np.concatenate(arrays) for name, arrays in self._values.items()}
        return _frame(self._table, {**self._texts, **joined})


def _frame(table: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    need = names(COMPARISON_TABLES[table])
    if set(columns) != set(need):
        raise ValueError(f"{table}: got columns {sorted(columns)}, need {sorted(need)}")
    return pd.DataFrame({name: columns[name] for name in need})
