"""Planned output and planned use as functions of time, as they turned out in one run.

What is planned is constant within a regime; its integral is piecewise linear. Dated regimes are
known beforehand; those that a trigger began are read from the trace.

In:  `Trace`.
Out: `InForce`, and a `Plan` for the output of a site or the use of an input.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.rules import scaled
from sim.engine.trace import Kind, Trace
from sim.model.tables import MILLION, IntArray, ModelTables, RegimeTable
from sim.units import DAY_S

__all__ = ["InForce", "Plan", "in_force", "output_plans", "use_plans"]


@dataclass(frozen=True)
class InForce:
    """What was in force when: pieces of time, axis P, each with its row of a regime table.

    Parameters
    ----------
    begins_s : list of int, shape (P,)
        First second of each piece; the first is 0.
    tables : list of RegimeTable, shape (P,)
        For the triggers that were active.
    rows : list of int, shape (P,)
        Regime T of that table.
    active : list of int, shape (P,)
        The triggers that were active, bit g for trigger G.
    """

    begins_s: list[int]
    tables: list[RegimeTable]
    rows: list[int]
    active: list[int]

    def at(self, second: int) -> tuple[RegimeTable, int]:
        """Return the table and the regime in force at a second."""
        i = bisect_right(self.begins_s, second) - 1
        return self.tables[i], self.rows[i]

    def active_at(self, second: int) -> int:
        """Return the triggers that were active at a second, bit g for trigger G."""
        return self.active[bisect_right(self.begins_s, second) - 1]

    def column(self, name: str) -> IntArray:
        """Return a column of the regime table as it turned out, shape (P, ...)."""
        return np.stack(
            [getattr(table, name)[row] for table, row in zip(self.tables, self.rows, strict=True)]
        )


def in_force(trace: Trace) -> InForce:
    """Return what was in force in a run: dated regimes, and those that triggers began."""
    t_s: list[int] = trace.tables.regimes.t_s.tolist()
    active, changes = 0, {0: 0}
    for second, _, trigger, begins, *_ in trace.by_kind[Kind.REACTION]:
        active = active | 1 << trigger if begins else active & ~(1 << trigger)
        changes[second] = active
    begins_s = sorted({*t_s, *changes})
    masks, mask = [], 0
    for second in begins_s:
        mask = changes.get(second, mask)
        masks.append(mask)
    return InForce(
        begins_s,
        [trace.tables.regimes_under(mask) for mask in masks],
        [bisect_right(t_s, second) - 1 for second in begins_s],
        masks,
    )


class Plan:
    """A planned flow over the horizon and, at its last rate, beyond.

    Parameters
    ----------
    begins_s : sequence of int
        Seconds from which a rate holds; the first is 0.
    per_day : sequence of int
        Rates [g, pieces or units a day].
    """

    def __init__(self, begins_s: Sequence[int], per_day: Sequence[int]) -> None:
        self.begins_s: list[int] = []
        self.per_day: list[int] = []
        for begin_s, rate in zip(begins_s, per_day, strict=True):
            if not self.per_day or rate != self.per_day[-1]:
                self.begins_s.append(begin_s)
                self.per_day.append(rate)
        self.flowed: list[float] = [0.0]
        for i in range(1, len(self.begins_s)):
            length_s = self.begins_s[i] - self.begins_s[i - 1]
            self.flowed.append(self.flowed[-1] + self.per_day[i - 1] * length_s / DAY_S)

    def rate(self, second: float) -> int:
        """Return the rate at a second [a day]."""
        return self.per_day[bisect_right(self.begins_s, second) - 1]

    def units(self, second: float) -> float:
        """Return the flow planned in [0, second)."""
        i = bisect_right(self.begins_s, second) - 1
        return self.flowed[i] + self.per_day[i] * (second - self.begins_s[i]) / DAY_S

    def between(self, begin_s: float, end_s: float) -> float:
        """Return the flow planned in [begin_s, end_s)."""
        return self.units(end_s) - self.units(begin_s)

    def seconds_for(self, second: float, units: float) -> float:
        """Return how long after `second` the flow has taken `units`; infinite if never.

        With nothing left, that is when the flow begins: at once, unless nothing is planned then.
        """
        if len(self.per_day) == 1 and self.per_day[0] > 0:
            return units * DAY_S / self.per_day[0]
        target = self.units(second) + units
        i = bisect_right(self.begins_s, second) - 1
        if units <= 0 and self.per_day[i] == 0:
            later = [k for k in range(i, len(self.per_day)) if self.per_day[k] > 0]
            return self.begins_s[later[0]] - second if later else float("inf")
        while i + 1 < len(self.begins_s) and self.flowed[i + 1] < target:
            i += 1
        if self.per_day[i] == 0:
            return float("inf") if self.flowed[i] < target else max(0.0, self.begins_s[i] - second)
        return self.begins_s[i] + (target - self.flowed[i]) * DAY_S / self.per_day[i] - second


def output_plans(regimes: InForce) -> list[Plan]:
    """Return the planned output of every site [g, pieces or units a day], shape (S,)."""
    return [Plan(regimes.begins_s, rates) for rates in regimes.column("plan_per_day").T.tolist()]


def use_plans(tables: ModelTables, regimes: InForce) -> list[Plan]:
    """Return the planned use of every input [g or pieces a day], shape (N,), as in the engine."""
    output = regimes.column("plan_per_day")[:, tables.inputs.site].T.tolist()
    shares = regimes.column("use_share").T.tolist()
    plans = []
    for n, (per_unit, per) in enumerate(
        zip(tables.inputs.per_unit.tolist(), tables.inputs.per.tolist(), strict=True)
    ):
        use = [
            scaled(plan * per_unit, share, per * MILLION)
            for plan, share in zip(output[n], shares[n], strict=True)
        ]
        plans.append(Plan(regimes.begins_s, use))
    return plans
