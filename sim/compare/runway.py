"""How long the parts of plants would last, by date: the spread over plants and replications.

In:  `Source`, panels (which site is a plant, and of which sector).
Out: the table `runway_fans`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.compare.frames import Blocks
from sim.compare.panel import Panel, Source, codes_of, groups_of, panels_of, quantiles

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["runway_fans", "runway_fans_of"]

_SHARES: Final = (0.1, 0.5, 0.9)
_COLUMNS = ("alternative", "replication", "site", "day", "chain_runway_days")


def runway_fans(source: Source, n: int | None = None) -> pd.DataFrame:
    """Return quantiles of the chain runway of plants, by sector and by site.

    Parameters
    ----------
    source : Source
    n : int, optional
        Use the first `n` replications; all by default.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.RUNWAY_FANS`, one row for each day of observation. Quantiles are
        values that occurred; infinite where a plant would never run out.
    """
    return runway_fans_of(source, panels_of(source, n), n)


def runway_fans_of(source: Source, panels: Sequence[Panel], n: int | None = None) -> pd.DataFrame:
    """Return the fans, with panels that were laid out before."""
    table = source.table("runway", n, columns=_COLUMNS)
    alternative = codes_of(table["alternative"], source.alternatives).codes
    site = codes_of(table["site"])
    numbers = [table[name].to_numpy() for name in ("replication", "day", "chain_runway_days")]
    blocks = Blocks("runway_fans")
    for panel in panels:
        mine = np.flatnonzero(alternative == source.alternatives.index(panel.alternative))
        replication, day, runway = (values[mine] for values in numbers)
        days, grid = _grid(replication, site.codes[mine], len(site.words), day, runway)
        for group in groups_of(panel):
            if group.kind != "plant" or group.level not in {"site", "sector"}:
                continue
            members = [site.words.index(name) for name in group.sites if name in site.words]
            if not members or not days.size:
                continue
            values = grid[members].transpose(2, 0, 1).reshape(days.size, -1)
            fan = quantiles(values, _SHARES)
            blocks.add(
                {"alternative": panel.alternative, "level": group.level, "name": group.name},
                {
                    "day": days,
                    "runway_days_p10": fan[:, 0],
                    "runway_days_p50": fan[:, 1],
                    "runway_days_p90": fan[:, 2],
                },
            )
    return blocks.frame()


def _grid(
    replication: NDArray[np.int64],
    site: NDArray[np.int64],
    n_sites: int,
    day: NDArray[np.float64],
    runway: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the days of observation, (D,), and runways laid out as sites, replications, days."""
    days, at = np.unique(day, return_inverse=True)
    runs, row = np.unique(replication, return_inverse=True)
    grid = np.full((n_sites, runs.size, days.size), np.nan)
    grid[site, row, at] = runway
    return days, grid
