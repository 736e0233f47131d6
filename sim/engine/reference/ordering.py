"""How sites order: at reviews, or at every use, what the rule of each input says."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

from simpy.events import Event

from sim.engine.initial import InitialState
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.continuous import Continuous
from sim.engine.reference.fallback import fallbacks
from sim.engine.reference.hoarding import hoardings
from sim.engine.reference.levels import Levels
from sim.engine.reference.regime import InForce
from sim.engine.reference.site import Site
from sim.engine.reference.stocks import InputStock
from sim.engine.reference.supply import Supply
from sim.engine.rules import flow, scaled
from sim.model.tables import MILLION, ON_ORDER, ModelTables

__all__ = ["Ordering"]


class Ordering:
    """The order reviews of a run.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    supply : Supply
        Where orders go.
    start : InitialState

    Attributes
    ----------
    continuous : Continuous
        The inputs that are reviewed at every use, where use is steady.
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, supply: Supply, start: InitialState
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.orders = supply.orders
        self.levels = Levels(tables, start, supply.sites)
        self.continuous = Continuous(clock, tables, supply.sites, self._review_one)
        self.orders.on_opened = self.continuous.opened
        self._review_every_s: list[int] = tables.inputs.review_every_s.tolist()
        self._fallbacks = fallbacks(clock, tables, supply, start)
        self._hoardings = hoardings(tables, supply, start)

    def enter(self, now: InForce) -> None:
        """Follow what is in force: levels, factors on orders, fallbacks, hoarding."""
        self.levels.enter(now)
        for fallback in self._fallbacks.values():
            fallback.enter(now)
        for hoarding in self._hoardings.values():
            hoarding.enter(now)

    def begin(self, site: Site) -> None:
        """Start the reviews of a site, a process for each interval its inputs are reviewed at."""
        intervals = {self._review_every_s[stock.index] for stock in site.inputs}
        for ordinal, interval_s in enumerate(sorted(intervals - {ON_ORDER})):
            self.clock.process(self._reviews(site, interval_s, ordinal))
        if ON_ORDER in intervals:
            site.on_use = partial(self._review_all, site, ON_ORDER)

    def _reviews(self, site: Site, interval_s: int, ordinal: int) -> Generator[Event, None, None]:
        """Review at 0, interval, 2 interval, ..."""
        rank = int(self.tables.sites.review_rank[site.index])
        for second in range(0, self.tables.horizon_s, interval_s):
            yield self.clock.at(second, key(Phase.ORDER_REVIEW, rank, ordinal))
            site.settle()
            if site.on_review is not None:
                site.on_review()
            self._review_all(site, interval_s)

    def _review_all(self, site: Site, interval_s: int) -> None:
        for stock in site.inputs:
            if self._review_every_s[stock.index] == interval_s:
                self._review_one(site, stock)

    def _review_one(self, site: Site, stock: InputStock) -> None:
        """Order what is needed elsewhere first, then what the rule says, hoarded or not."""
        if stock.index in self._fallbacks:
            self._fallbacks[stock.index].review()
        if stock.index in self._hoardings:
            hoarding = self._hoardings[stock.index]
            hoarding.review()
            hoarding.place(self._wanted(site, stock))
        else:
            self.orders.place(stock, self._wanted(site, stock))

    def _wanted(self, site: Site, stock: InputStock) -> int:
        """Return what the input's rule orders now; may be negative."""
        rule = self.tables.inputs.rule[stock.index]
        interval_s = self._review_every_s[stock.index]
        position = stock.stock + stock.on_order - stock.excess
        if site.owed_units:
            position -= stock.need(site.owed_units)
        if rule == "order_up_to":
            return self.levels.at_review(site, stock, interval_s) - position
        if rule == "constant":
            due, stock.order_remainder = flow(
                stock.planned_per_day, interval_s, stock.order_remainder
            )
            return scaled(due, self.levels.factor[stock.index], MILLION)
        lot = int(self.tables.inputs.order_quantity[stock.index])
        if rule == "refill":
            return min(lot, site.finished.cap - site.finished.stock - position)
        point = int(self.tables.inputs.reorder_point[stock.index])
        return -(-(point - position + 1) // lot) * lot if position <= point else 0
