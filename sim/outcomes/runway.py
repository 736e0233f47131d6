"""How long the parts last: days of cover, and runway as a path minimum.

Cover counts stock alone. Runway also counts what is licensed and moving, when it arrives: it ends
at the first moment at which stock plus arrivals so far falls below planned use, which may be before
a shipment that would have been enough. Chain runway asks the same through all tiers: suppliers go
on as long as magnets that are in stock, moving, or need no licence last.

In:  `Story` (OBSERVED rows of its trace).
Out: columns of the table `runway`, one row for each site with inputs and each observation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from sim.engine.trace import Kind
from sim.model.tables import BILLION, UNSET, ModelTables
from sim.outcomes.plan import InForce, Plan, use_plans
from sim.outcomes.story import Story
from sim.units import DAY_S

__all__ = ["CHAIN_LIMIT_DAYS", "cover_s", "runway_rows", "runway_s"]

CHAIN_LIMIT_DAYS: Final = 365.0
"""Chain runways are reported up to a year; a chain that never runs dry is shown as this."""

_ENDLESS: Final = float("inf")
_RUNWAY = ("site", "day", "runway_days", "chain_runway_days", "cover_days", "item")


def cover_s(use: Plan, now_s: float, stock: float) -> float:
    """Return days of cover in seconds: how long planned use takes to use up the stock."""
    return use.seconds_for(now_s, max(0.0, stock))


def runway_s(
    use: Plan, now_s: float, stock: float, arrivals: Sequence[tuple[float, float]]
) -> float:
    """Return the runway in seconds: a path minimum, not (stock + pipeline) / use.

    Parameters
    ----------
    use : Plan
        Planned use of the input.
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
    level = max(0.0, stock)
    for arrival_s, quantity in arrivals:
        ends = use.seconds_for(now_s, level)
        if now_s + ends < arrival_s:
            return ends
        level += quantity
    return use.seconds_for(now_s, level)


def runway_rows(story: Story) -> dict[str, list[object]]:
    """Return the columns site, day, runway_days, chain_runway_days, cover_days and item."""
    tables = story.tables
    stock, owed, finished, seconds = _observed(story)
    buyers = sorted(set(tables.inputs.site.tolist()))
    uses = use_plans(tables, story.regimes)
    moving = _Moving(story)
    chain = _Chain(tables, story.regimes, story.plans, uses)
    columns: dict[str, list[object]] = {name: [] for name in _RUNWAY}
    for k, now_s in enumerate(seconds):
        arrivals = moving.at(now_s)
        ends = chain.ends(now_s, stock[k], finished[k], arrivals)
        for s in buyers:
            best, best_item, least_cover = _ENDLESS, "", _ENDLESS
            for n in chain.inputs[s]:
                level = stock[k][n] - owed[k][n]
                least_cover = min(least_cover, cover_s(uses[n], now_s, level))
                run = runway_s(uses[n], now_s, level, arrivals.get(n, ()))
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
    story: Story,
) -> tuple[list[list[int]], list[list[int]], list[list[int]], list[int]]:
    """Return stocks (K, N), owed (K, N), finished stocks (K, S) and the seconds (K,)."""
    n_inputs = len(story.tables.inputs.name)
    n_sites = len(story.tables.sites.name)
    inputs, outputs = story.trace.of(Kind.OBSERVED), story.trace.of(Kind.OBSERVED_OUTPUT)
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

    def __init__(
        self, tables: ModelTables, regimes: InForce, plans: list[Plan], uses: list[Plan]
    ) -> None:
        self.tables = tables
        self.regimes = regimes
        self.plans = plans
        self.uses = uses
        self.inputs: list[list[int]] = [[] for _ in tables.sites.name]
        for n, site in enumerate(tables.inputs.site.tolist()):
            self.inputs[site].append(n)
        self.supplier: list[int] = tables.lanes.supplier.tolist()
        self.lanes: list[list[int]] = [[] for _ in tables.inputs.name]
        for lane, n in enumerate(tables.lanes.input.tolist()):
            self.lanes[n].append(lane)
        self._holds = [_hold_stages(tables, lane) for lane in range(len(self.supplier))]
        self._flows: dict[tuple[int, int], list[list[tuple[int, float]]]] = {}

    def ends(
        self,
        now_s: int,
        stock: list[int],
        finished: list[int],
        arrivals: dict[int, list[tuple[float, float]]],
    ) -> list[float]:
        """Return, for each site, seconds until it lacks an input if nothing more is licensed."""
        free = self._free_lanes(now_s)
        ends: list[float] = []
        for inputs in self.inputs:
            left = [
                self._input_ends(n, now_s, stock[n], finished, arrivals.get(n, ()), ends, free[n])
                for n in inputs
            ]
            ends.append(min(left, default=_ENDLESS))
        return ends

    def _free_lanes(self, now_s: int) -> list[list[tuple[int, float]]]:
        """Return the lanes that need no licence now, with their shares of orders, by input."""
        regimes, row = self.regimes.at(now_s)
        place = id(regimes), row
        found = self._flows.get(place)
        if found is None:
            needed = regimes.stages_needed[row].tolist()
            general = regimes.general_licence[row].tolist()
            share = (regimes.lane_share[row] * regimes.lane_open[row]).tolist()
            found = [
                [
                    (lane, share[lane] / BILLION)
                    for lane in lanes
                    if share[lane]
                    and not (needed[lane] if general[lane] == UNSET else
                             needed[lane] & self._holds[lane])
                ]
                for lanes in self.lanes
            ]  # fmt: skip
            self._flows[place] = found
        return found

    def _input_ends(
        self,
        n: int,
        now_s: int,
        stock: int,
        finished: list[int],
        arrivals: Sequence[tuple[float, float]],
        ends: list[float],
        free: list[tuple[int, float]],
    ) -> float:
        """How long material in hand, on its way and still to come covers planned use.

        While suppliers go on, goods on their way are taken to arrive as evenly as they were sent;
        when nothing more comes, the path minimum over their arrival times holds.
        """
        amount = float(stock + sum(quantity for _, quantity in arrivals))
        use = self.uses[n].rate(now_s)
        flows: list[tuple[float, float]] = []
        for lane, share in free:
            supplier = self.supplier[lane]
            made = self.plans[supplier].rate(now_s)
            if ends[supplier] == 0 and finished[supplier] == 0:
                continue
            flows.append((ends[supplier], share))
            if ends[supplier] < _ENDLESS and made:
                amount += finished[supplier] * min(1.0, use * share / made)
        if not flows:
            return runway_s(self.uses[n], now_s, stock, arrivals)
        return _lasts(self.uses[n], now_s, amount, sorted(flows))


def _hold_stages(tables: ModelTables, lane: int) -> int:
    """Return the stages of a lane, as bits, at which a desk holds goods and gives no licence."""
    return sum(
        1 << k
        for k, desk in enumerate(tables.lanes.stages[lane])
        if tables.desks.decides[desk] == "hold"
    )


def _lasts(use: Plan, now_s: int, amount: float, flows: list[tuple[float, float]]) -> float:
    """Solve: amount + sum of share x planned use while each flow lasts = planned use."""
    supplied = sum(share for _, share in flows)
    begin_s = 0.0
    for ends_s, share in flows:
        lacking = 1.0 - supplied
        if lacking > 1e-9:
            lasts = use.seconds_for(now_s + begin_s, amount / lacking)
            if begin_s + lasts <= ends_s:
                return begin_s + lasts
            amount -= lacking * use.between(now_s + begin_s, now_s + ends_s)
        if ends_s == _ENDLESS:
            return _ENDLESS
        begin_s = ends_s
        supplied -= share
    return begin_s + use.seconds_for(now_s + begin_s, amount / max(1.0 - supplied, 1e-9))
