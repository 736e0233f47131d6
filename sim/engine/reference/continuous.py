"""Orders at every use: the second in which steady use brings a position down to its reorder point.

The second is computed, never looked for. What cannot be ordered, for want of an open lane, waits
until it can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.site import Site, State
from sim.engine.reference.stocks import InputStock
from sim.engine.rules import seconds_to_flow
from sim.model.tables import ON_ORDER, ModelTables
from sim.units import DAY_S

__all__ = ["Continuous"]

_CONTINUOUS = 1 << 31
"""Ordinal of continuous reviews: after those at intervals, in the order of the inputs."""


class Continuous:
    """The inputs of sites with steady use that are reviewed at every use.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    sites : sequence of Site, shape (S,)
    review : callable (site, stock)
        Orders what the input's rule says; the site has been settled.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        sites: Sequence[Site],
        review: Callable[[Site, InputStock], None],
    ) -> None:
        self.clock = clock
        self.review = review
        self._rank: list[int] = tables.sites.review_rank.tolist()
        self._reorder_point: list[int] = tables.inputs.reorder_point.tolist()
        self._reorder_at: dict[int, int] = {}
        self._stocks: dict[int, list[InputStock]] = {}
        self._place: dict[int, tuple[Site, InputStock]] = {}
        for site in sites:
            if tables.sites.pattern[site.index] == "steady":
                for stock in site.inputs:
                    if tables.inputs.review_every_s[stock.index] == ON_ORDER:
                        self._stocks.setdefault(site.index, []).append(stock)
                        self._place[stock.index] = site, stock

    def watch(self, site: Site) -> None:
        """Review in the second in which steady use brings a position down to its reorder point."""
        if site.state is not State.RUNNING:
            return
        for stock in self._stocks.get(site.index, ()):
            if stock.use_per_day > 0:
                self._watch(site, stock)

    def after_loss(self, site: Site) -> None:
        """Look again a day after the buyer has learned that an order is lost.

        Reviews at intervals notice by themselves, reviews at every unit's use at the next one.
        """
        for stock in self._stocks.get(site.index, ()):
            self._review_at(self.clock.second + DAY_S, site, stock)

    def opened(self, n: int) -> None:
        """Review in this second what could not be ordered before."""
        if n in self._place:
            self._review_at(self.clock.second, *self._place[n])

    def _watch(self, site: Site, stock: InputStock) -> None:
        site.settle()
        now = self.clock.second
        above = max(0, self._above(stock))
        left = seconds_to_flow(above, stock.use_per_day, stock.remainder)
        at = now + (max(1, left) if now else left)
        if self._reorder_at.get(stock.index) != at:
            self._review_at(at, site, stock)

    def _above(self, stock: InputStock) -> int:
        """Return how far a position is above its reorder point."""
        position = stock.stock + stock.on_order - stock.excess
        return position - self._reorder_point[stock.index]

    def _review_at(self, second: int, site: Site, stock: InputStock) -> None:
        self._reorder_at[stock.index] = second
        place = key(Phase.ORDER_REVIEW, self._rank[site.index], _CONTINUOUS + stock.index)
        self.clock.call(second, place, lambda _: self._reorder(site, stock))

    def _reorder(self, site: Site, stock: InputStock) -> None:
        """Review, unless a later estimate has replaced this one."""
        if self._reorder_at.get(stock.index) != self.clock.second:
            return
        del self._reorder_at[stock.index]
        site.settle()
        if site.on_review is not None:
            site.on_review()
        self.review(site, stock)
        if self._above(stock) > 0:
            self.watch(site)
