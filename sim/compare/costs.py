"""What each alternative costs, by category, and how much more than the baseline.

Costs of a category are added up over sites and items, replication by replication. Where a price is
not given, the items are named and left out of the sum; where none is given, there is no sum.

In:  `Source`.
Out: the table `cost_totals`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.compare.frames import frame_of_rows
from sim.compare.panel import Source
from sim.compare.resample import LEVEL
from sim.scenario.variants import sibling
from sim.stats.intervals import moments, t_interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALL_CATEGORIES", "cost_totals", "cost_totals_of"]

ALL_CATEGORIES: Final = "all"
_COLUMNS: Final = ("alternative", "replication", "category", "item", "amount_usd")

FloatArray = NDArray[np.float64]


def cost_totals(source: Source, n: int | None = None) -> pd.DataFrame:
    """Return mean costs by alternative and category, and the difference to the baseline.

    Parameters
    ----------
    source : Source
    n : int, optional
        Use the first `n` replications; all by default.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.COST_TOTALS`. A category that an alternative does not have costs it
        nothing; one without any price is NaN.
    """
    return cost_totals_of(source, source.baseline, n)


def cost_totals_of(source: Source, baseline: str, n: int | None = None) -> pd.DataFrame:
    """Return the table `cost_totals` against a baseline."""
    costs = source.table("costs", n, columns=_COLUMNS)
    replications = source.replications(n)
    categories = [*sorted(set(costs["category"].astype(str))), ALL_CATEGORIES]
    found = {
        (alternative, category): _added_up(costs, alternative, category, replications)
        for alternative in source.alternatives
        for category in categories
    }
    rows: list[dict[str, object]] = []
    for (alternative, category), (usd, missing) in found.items():
        base = sibling(alternative, baseline, source.alternatives)
        rows.append(
            {
                "alternative": alternative,
                "category": category,
                "n_runs": len(replications),
                "baseline": base,
                **_with_ends("cost_usd_mean", usd),
                **_with_ends("more_cost_usd", usd - found[base, category][0]),
                "missing": missing,
            }
        )
    return frame_of_rows("cost_totals", rows)


def _added_up(
    costs: pd.DataFrame, alternative: str, category: str, replications: Sequence[int]
) -> tuple[FloatArray, str]:
    """Return the costs of each replication (R,), and the names of items without a price."""
    chosen = costs[costs["alternative"] == alternative]
    if category != ALL_CATEGORIES:
        chosen = chosen[chosen["category"] == category]
    priced = chosen[chosen["amount_usd"].notna()]
    missing = sorted(set(chosen.loc[chosen["amount_usd"].isna(), "item"].astype(str)))
    if priced.empty and missing:
        return np.full(len(replications), np.nan), ", ".join(missing)
    place = {number: position for position, number in enumerate(replications)}
    usd = np.zeros(len(replications))
    at = [place[int(number)] for number in priced["replication"]]
    np.add.at(usd, at, priced["amount_usd"].to_numpy(dtype=np.float64))
    return usd, ", ".join(missing)


def _with_ends(name: str, per_run: FloatArray) -> dict[str, float]:
    """Return a mean over replications with Student's interval; NaN where there is none."""
    if np.isnan(per_run).any():
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"), math.nan)
    ends = t_interval(per_run, LEVEL)
    low, high = (end if math.isfinite(end) else math.nan for end in (ends.low, ends.high))
    return {name: moments(per_run).mean, f"{name}_low": low, f"{name}_high": high}
