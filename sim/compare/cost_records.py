"""What each alternative costs, beside the days that its plants stand: one record for each.

In:  `cost_totals` and `summary` of a comparison.
Out: `Cost` records.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sim.compare.costs import ALL_CATEGORIES
from sim.compare.overall import overall

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MILLION", "Cost", "costs_of"]

MILLION = 1e6


class Summed(Protocol):
    """What is needed of a comparison."""

    @property
    def alternatives(self) -> Sequence[str]: ...
    @property
    def summary(self) -> pd.DataFrame: ...
    @property
    def cost_totals(self) -> pd.DataFrame: ...


@dataclass(frozen=True, slots=True)
class Cost:
    """What an alternative costs over the run, mean of the replications [USD].

    Parameters
    ----------
    name, baseline : str
        The alternative, and the one it is compared with.
    cost : float
        All categories together; NaN if no price is given.
    parts : dict of str to float
        The same by category.
    more : tuple of three floats
        Cost minus the baseline's, and the ends of its 95 % interval.
    downtime_days : float
        Mean over plants and replications [d].
    missing : str
        Items that are left out because they have no price, over all alternatives.
    """

    name: str
    baseline: str
    cost: float
    parts: Mapping[str, float]
    more: tuple[float, float, float]
    downtime_days: float
    missing: str


def costs_of(findings: Summed) -> tuple[Cost, ...]:
    """Return a record for each alternative, in the order of the file; none if nothing has a price.

    Categories that no alternative spends anything on are left out.
    """
    if not findings.cost_totals["cost_usd_mean"].notna().any():
        return ()
    rows = findings.cost_totals.to_dict("records")
    spent = {(str(row["alternative"]), str(row["category"])): row for row in rows}
    used = dict.fromkeys(
        str(row["category"])
        for row in rows
        if row["category"] != ALL_CATEGORIES and row["cost_usd_mean"] != 0.0  # or NaN
    )
    left_out = {item for row in rows for item in str(row["missing"]).split(", ") if item}
    return tuple(
        Cost(
            name,
            str(spent[name, ALL_CATEGORIES]["baseline"]),
            float(spent[name, ALL_CATEGORIES]["cost_usd_mean"]),
            {category: float(spent[name, category]["cost_usd_mean"]) for category in used},
            _three(spent[name, ALL_CATEGORIES]),
            overall(findings.summary, name, "downtime_days_mean").value,
            ", ".join(sorted(left_out)),
        )
        for name in findings.alternatives
        if (name, ALL_CATEGORIES) in spent
    )


def _three(row: Mapping[Hashable, object]) -> tuple[float, float, float]:
    value, low, high = (float(str(row[f"more_cost_usd{end}"])) for end in ("", "_low", "_high"))
    return value, low, high
