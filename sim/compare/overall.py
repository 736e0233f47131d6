"""One number for all plants together, from a table that has a row for each sector.

In:  `summary` or `paired` of a comparison.
Out: `Overall`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Overall", "overall"]


@dataclass(frozen=True, slots=True)
class Overall:
    """A figure over all plants with its 95 % interval; NaN where there is none."""

    value: float
    low: float
    high: float

    @property
    def differs_from_zero(self) -> bool:
        """Whether the interval lies on one side of 0."""
        return self.low > 0 or self.high < 0


def overall(table: pd.DataFrame, alternative: str, column: str) -> Overall:
    """Mean over all plants of a column that is a mean or a share per site.

    It is the mean of the sectors, each weighted by its plants. The interval adds the sectors' half
    widths with the same weights: it is exact if all sectors move together, and too wide otherwise.

    Parameters
    ----------
    table : DataFrame
        With `alternative`, `level`, `kind`, `n_sites`, the column and both ends of its interval.
    alternative : str
        Which alternative.
    column : str
        Such as `halted_share` or `less_downtime_days`.

    Returns
    -------
    Overall
        In the unit of the column.
    """
    mine = table[table["alternative"] == alternative]
    rows = mine[mine["level"] == "sector"]
    if rows.empty:
        rows = mine[(mine["level"] == "site") & (mine["kind"] == "plant")]
    weight = rows["n_sites"].to_numpy(dtype=np.float64)
    if not weight.sum():
        return Overall(np.nan, np.nan, np.nan)
    value, low, high = (
        float(np.average(rows[name].to_numpy(dtype=np.float64), weights=weight))
        for name in (column, f"{column}_low", f"{column}_high")
    )
    return Overall(value, low, high)
