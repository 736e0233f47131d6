"""How many plants are still running, by day: Kaplan-Meier curves with bands.

With one horizon the Kaplan-Meier curve is the plain share, so a band needs only counts of plants
that have halted by each day in each replication. Where no plant of a group halts in n runs, the
band still reaches down to 0.05^(1/n): not seen is not impossible.

In:  `Source`.
Out: the table `halt_curves`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compare.frames import Blocks
from sim.compare.panel import Group, Panel, Source, groups_of, panels_of
from sim.compare.resample import LEVEL, Resamples
from sim.stats.intervals import upper_bound_when_none
from sim.stats.survival import kaplan_meier, survival_at

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["halt_curves", "halt_curves_of"]

_N_BOOT = 399
_MOST_DAYS = 366


def halt_curves(source: Source, n: int | None = None) -> pd.DataFrame:
    """Return the share of plants that have not halted, by day.

    Parameters
    ----------
    source : Source
    n : int, optional
        Use the first `n` replications; all by default.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.HALT_CURVES`; every day of up to a year, every second day of up
        to two, and so on, and the horizon.
    """
    return halt_curves_of(panels_of(source, n))


def halt_curves_of(panels: Iterable[Panel]) -> pd.DataFrame:
    """Return the curves of panels that were laid out before."""
    blocks = Blocks("halt_curves")
    for panel in panels:
        grid = _grid(panel.horizon_days)
        resamples = Resamples.of(panel.n_runs, _N_BOOT)
        for group in groups_of(panel):
            if group.level == "site":
                continue
            running, low, high = _curve(panel, group, grid, resamples)
            blocks.add(
                {"alternative": panel.alternative, "level": group.level, "name": group.name},
                {
                    "day": grid,
                    "running_share": running,
                    "running_share_low": low,
                    "running_share_high": high,
                },
            )
    return blocks.frame()


def _grid(horizon_days: float) -> NDArray[np.float64]:
    step = max(1, math.ceil(horizon_days / _MOST_DAYS))
    days = np.arange(0.0, horizon_days, step)
    return np.append(days, horizon_days)


def _curve(
    panel: Panel, group: Group, grid: NDArray[np.float64], resamples: Resamples
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the share running on each day of the grid, and its band."""
    columns = group.columns(panel)
    first, halted = panel.first_halt_days[:, columns], panel.halted[:, columns]
    running = survival_at(kaplan_meier(first, halted), grid)
    n_runs, n_sites = halted.shape
    if not halted.any():
        floor = 1.0 - upper_bound_when_none(n_runs, LEVEL)
        return running, np.full(grid.size, floor), np.ones(grid.size)
    ordered = np.sort(np.where(halted, first, np.inf), axis=1)
    gone = np.array([np.searchsorted(row, grid, side="right") for row in ordered], dtype=np.float64)
    low, high = resamples.curve(n_sites - gone, float(n_runs * n_sites))
    return running, low, high
