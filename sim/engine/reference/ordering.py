"""How sites order: at reviews, or at every use, what the rule of each input says."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial

from simpy.events import Event

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.site import Site, State
from sim.engine.reference.stocks import InputStock
from sim.engine.rules import flow, scaled, seconds_to_flow
from sim.model.tables import ON_ORDER, ModelTables
from sim.units import DAY_S

__all__ = ["Ordering"]

_MILLION = 1_000_000
_CONTINUOUS = 1 << 31
"""Ordinal of continuous reviews: after those at intervals, in the order of the inputs."""


class Ordering:
    """The order reviews of a run.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    place : callable (stock, quantity)
        Places an order; nothing or less is no order.
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, place: Callable[[InputStock, int], None]
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.place = place
        self.regime = 0
        self._reorder_at: dict[int, int] = {}

    def begin(self, site: Site) -> None:
        """Start the reviews of a site, a process for each interval its inputs are reviewed at."""
        intervals = {int(self.tables.inputs.review_every_s[s.index]) for s in site.inputs}
        for ordinal, interval_s in enumerate(sorted(intervals - {ON_ORDER})):
            self.clock.process(self._reviews(site, interval_s, ordinal))
        if ON_ORDER in intervals:
            site.on_use = partial(self._review_all, site, ON_ORDER)

    def watch(self, site: Site) -> None:
        """Review in the second in which steady use brings a position down to its reorder point."""
        if self.tables.sites.pattern[site.index] != "steady" or site.state is not State.RUNNING:
            return
        for stock in site.inputs:
            continuous = self.tables.inputs.review_every_s[stock.index] == ON_ORDER
            if continuous and stock.use_per_day > 0:
                self._watch(site, stock)

    def after_loss(self, site: Site) -> None:
        """Look again a day after the buyer has learned that an order is lost.

        Reviews at intervals notice by themselves, reviews at every use at the next use.
        """
        if self.tables.sites.pattern[site.index] == "steady":
            for stock in site.inputs:
                if self.tables.inputs.review_every_s[stock.index] == ON_ORDER:
                    self._review_at(self.clock.second + DAY_S, site, stock)

    def _watch(self, site: Site, stock: InputStock) -> None:
        site.settle()
        now = self.clock.second
        above = stock.stock + stock.on_order - int(self.tables.inputs.reorder_point[stock.index])
        left = seconds_to_flow(max(0, above), stock.use_per_day, stock.remainder)
        at = now + (max(1, left) if now else left)
        if self._reorder_at.get(stock.index) != at:
            self._review_at(at, site, stock)

    def _review_at(self, second: int, site: Site, stock: InputStock) -> None:
        self._reorder_at[stock.index] = second
        rank = int(self.tables.sites.review_rank[site.index])
        place = key(Phase.ORDER_REVIEW, rank, _CONTINUOUS + stock.index)
        self.clock.call(second, place, lambda _: self._reorder(site, stock))

    def _reorder(self, site: Site, stock: InputStock) -> None:
        """Review, unless a later estimate has replaced this one."""
        if self._reorder_at.get(stock.index) == self.clock.second:
            del self._reorder_at[stock.index]
            site.settle()
            self.place(stock, self._wanted(site, stock, ON_ORDER))
            self.watch(site)

    def _reviews(self, site: Site, interval_s: int, ordinal: int) -> Generator[Event, None, None]:
        """Review at 0, interval, 2 interval, ..."""
        rank = int(self.tables.sites.review_rank[site.index])
        for second in range(0, self.tables.horizon_s, interval_s):
            yield self.clock.at(second, key(Phase.ORDER_REVIEW, rank, ordinal))
            site.settle()
            self._review_all(site, interval_s)

    def _review_all(self, site: Site, interval_s: int) -> None:
        for stock in site.inputs:
            if self.tables.inputs.review_every_s[stock.index] == interval_s:
                self.place(stock, self._wanted(site, stock, interval_s))

    def _wanted(self, site: Site, stock: InputStock, interval_s: int) -> int:
        """Return what the input's rule orders now; may be negative."""
        factor = int(self.tables.regimes.order_factor[self.regime, site.index])
        rule = self.tables.inputs.rule[stock.index]
        position = stock.stock + stock.on_order - site.owed_units * stock.per_unit
        if rule == "constant":
            due, stock.order_remainder = flow(stock.use_per_day, interval_s, stock.order_remainder)
            return scaled(due, factor, _MILLION)
        if rule == "s_q":
            point = int(self.tables.inputs.reorder_point[stock.index])
            lot = int(self.tables.inputs.order_quantity[stock.index])
            return -(-(point - position + 1) // lot) * lot if position <= point else 0
        if factor != _MILLION and interval_s:
            in_interval = stock.use_per_day * interval_s // DAY_S
            stock.order_up_to += scaled(in_interval, factor, _MILLION) - in_interval
        return stock.order_up_to - position
