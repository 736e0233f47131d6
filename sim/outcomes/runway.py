"""How long the parts last: days of cover, and runway as a path minimum.

Cover counts stock alone. Runway also counts what is licensed and moving, when it arrives: it ends
at the first moment at which stock plus arrivals so far falls below planned use, which may be before
a shipment that would have been enough. Chain runway asks the same through all tiers: suppliers go
on as long as magnets that are in stock, moving, or need no licence last.

In:  `Trace` (its OBSERVED rows), `Story`.
Out: columns of the table `runway`, one row for each site with inputs and each observation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.engine.trace import Kind, Trace
from sim.model.tables import ModelTables
from sim.outcomes.plan import Plan
from sim.outcomes.story import Story
from sim.units import DAY_S

__all__ = ["CHAIN_LIMIT_DAYS", "cover_s", "runway_rows", "runway_s"]

CHAIN_LIMIT_DAYS: Final = 365.0
"""Chain runways are reported up to a year; a chain that never runs dry is shown as this."""

_ENDLESS: Final = float("inf")


def cover_s(plan: Plan, per_unit: int, now_s: float, stock: float) -> float:
    """Return days of cover in seconds: how long planned use takes to use up the stock."""
    return plan.seconds_for(now_s, max(0.0, stock) / per_unit)


def runway_s(
    plan: Plan, per_unit: int, now_s: float, stock: float, arrivals: Sequence[tuple[float, float]]
) -> float:
    """Return the runway in seconds: a path minimum, not (stock + pipeline) / use.

    Parameters
    ----------
    plan : Plan
        Planned output of the site.
    per_unit : int
        Amount of the input in one piece of output.
    now_s : float
        Second of the question.
    stock : float
        Stock then, net of what is owed to customers.
    arrivals : sequence of (second, quantity)
        What is licensed and moving, in order of arrival.

    Returns
    -------
    float
        Seconds until stock plus arrivals so far falls below planned use; may be infinite.
    """
    level = max(0.0, stock) / per_unit
    for arrival_s, quantity in arrivals:
        ends = plan.seconds_for(now_s, level)
        if now_s + ends < arrival_s:
            return ends
        level += quantity / per_unit
    return plan.seconds_for(now_s, level)


def runway_rows(trace: Trace, story: Story) -> dict[str, list[object]]:
    """Return the columns site, day, runway_days, chain_runway_days, cover_days and item."""
    tables = trace.tables
    stock, owed, finished, seconds = _observed(trace)
    buyers = sorted(set(tables.inputs.site.tolist()))
    plans = [Plan(tables, s) for s in range(len(tables.sites.name))]
    moving = _Moving(story)
    chain = _Chain(tables)
    columns: dict[str, list[object]] = {
        name: []
        for name in ("site", "day", "runway_days", "chain_runway_days", "cover_days", "item")
    }
    for k, now_s in enumerate(seconds):
        arrivals = moving.at(now_s)
        ends = chain.ends(now_s, plans, stock[k], finished[k], arrivals)
        for s in buyers:
            best, best_item, least_cover = _ENDLESS, "", _ENDLESS
            for n in chain.inputs[s]:
                per_unit = chain.per_unit[n]
                level = stock[k][n] - owed[k][n]
                least_cover = min(least_cover, cover_s(plans[s], per_unit, now_s, level))
                run = runway_s(plans[s], per_unit, now_s, level, arrivals.get(n, ()))
                if run < best:
                    best, best_item = run, tables.inputs.item[n]
            columns["site"].append(tables.sites.name[s])
            columns["day"].append(now_s / DAY_S)
            columns["runway_days"].append(best / DAY_S)
            columns["chain_runway_days"].append(min(ends[s] / DAY_S, CHAIN_LIMIT_DAYS))
            columns["cover_days"].append(least_cover / DAY_S)
            columns["item"].append(best_item)
    return columns


def _observed(
    trace: Trace,
) -> tuple[list[list[int]], list[list[int]], list[list[int]], list[int]]:
    """Return stocks (K, N), owed (K, N), finished stocks (K, S) and the seconds (K,)."""
    n_inputs = len(trace.tables.inputs.name)
    n_sites = len(trace.tables.sites.name)
    inputs, outputs = trace.of(Kind.OBSERVED), trace.of(Kind.OBSERVED_OUTPUT)
    seconds = np.unique(outputs[:, 0]).tolist()
    order = np.lexsort((inputs[:, 2], inputs[:, 0]))
    stock = inputs[order, 4].reshape(len(seconds), n_inputs).tolist()
    owed = inputs[order, 5].reshape(len(seconds), n_inputs).tolist()
    return stock, owed, outputs[:, 4].reshape(len(seconds), n_sites).tolist(), seconds


class _Moving:
    """Goods in transit at a sequence of growing seconds, by input."""

    def __init__(self, story: Story) -> None:
        shipments = [
            (goods.dispatched_s, goods.arrival_s, n, goods.quantity)
            for lane, n in enumerate(story.tables.lanes.input.tolist())
            for goods in story.goods[lane].values()
            if goods.dispatched_s is not None and goods.arrival_s is not None
        ]
        self._to_come = sorted(shipments, reverse=True)
        self._moving: list[tuple[int, int, int, int]] = []

    def at(self, now_s: int) -> dict[int, list[tuple[float, float]]]:
        """Return (arrival, quantity) of what is moving at `now_s`, in order, by input."""
        while self._to_come and self._to_come[-1][0] <= now_s:
            self._moving.append(self._to_come.pop())
        self._moving = [shipment for shipment in self._moving if shipment[1] > now_s]
        by_input: dict[int, list[tuple[float, float]]] = {}
        for _, arrival_s, n, quantity in sorted(self._moving, key=lambda shipment: shipment[1]):
            by_input.setdefault(n, []).append((arrival_s, quantity))
        return by_input


class _Chain:
    """How long each site can go on if no further licence is granted, tier by tier."""

    def __init__(self, tables: ModelTables) -> None:
        self.tables = tables
        sites = range(len(tables.sites.name))
        site_of = tables.inputs.site.tolist()
        self.inputs = {s: [n for n, site in enumerate(site_of) if site == s] for s in sites}
        self.per_unit: list[int] = tables.inputs.per_unit.tolist()
        self.supplier: list[int] = tables.lanes.supplier.tolist()
        self.share = [share / 1e9 for share in tables.lanes.share.tolist()]
        self.lanes: dict[int, list[int]] = {n: [] for n in range(len(site_of))}
        for lane, n in enumerate(tables.lanes.input.tolist()):
            self.lanes[n].append(lane)
        self.regime_s: list[int] = tables.regimes.t_s.tolist()
        self.needs_licence: list[list[bool]] = tables.regimes.needs_licence.tolist()

    def ends(
        self,
        now_s: int,
        plans: list[Plan],
        stock: list[int],
        finished: list[int],
        arrivals: dict[int, list[tuple[float, float]]],
    ) -> list[float]:
        """Return, for each site, seconds until it lacks an input if nothing more is licensed."""
        regime = max(t for t, begin in enumerate(self.regime_s) if begin <= now_s)
        needs = self.needs_licence[regime]
        ends: list[float] = []
        for s, plan in enumerate(plans):
            left = [self._input_ends(n, plan, now_s, stock, finished, arrivals, ends, needs, plans)
                    for n in self.inputs[s]]  # fmt: skip
            ends.append(min(left, default=_ENDLESS))
        return ends

    def _input_ends(
        self,
        n: int,
        plan: Plan,
        now_s: int,
        stock: list[int],
        finished: list[int],
        arrivals: dict[int, list[tuple[float, float]]],
        ends: list[float],
        needs: list[bool],
        plans: list[Plan],
    ) -> float:
        """How long material in hand, on its way and still to come covers planned use.

        While suppliers go on, goods on their way are taken to arrive as evenly as they were sent;
        when nothing more comes, the path minimum over their arrival times holds.
        """
        units = (stock[n] + sum(quantity for _, quantity in arrivals.get(n, ()))) / self.per_unit[n]
        flows: list[tuple[float, float]] = []
        for lane in self.lanes[n]:
            supplier = self.supplier[lane]
            if needs[lane] or (ends[supplier] == 0 and finished[supplier] == 0):
                continue
            flows.append((ends[supplier], self.share[lane]))
            if ends[supplier] < _ENDLESS:
                use = plan.usual_per_day * self.per_unit[n] * self.share[lane]
                made = plans[supplier].usual_per_day
                units += finished[supplier] * min(1.0, use / made) / self.per_unit[n]
        if not flows:
            return runway_s(plan, self.per_unit[n], now_s, stock[n], arrivals.get(n, ()))
        return _lasts(plan, now_s, units, sorted(flows))


def _lasts(plan: Plan, now_s: int, units: float, flows: list[tuple[float, float]]) -> float:
    """Solve: units + sum of share x planned output while each flow lasts = planned output."""
    supplied = sum(share for _, share in flows)
    begin_s = 0.0
    for ends_s, share in flows:
        lacking = 1.0 - supplied
        if lacking > 1e-9:
            lasts = plan.seconds_for(now_s + begin_s, units / lacking)
            if begin_s + lasts <= ends_s:
                return begin_s + lasts
            units -= lacking * plan.between(now_s + begin_s, now_s + ends_s)
        if ends_s == _ENDLESS:
            return _ENDLESS
        begin_s = ends_s
        supplied -= share
    return begin_s + plan.seconds_for(now_s + begin_s, units / max(1.0 - supplied, 1e-9))
