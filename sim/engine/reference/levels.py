"""What reviews order up to: as plans and lanes move it, with what measures with dates add.

In:  `ModelTables`, `InitialState`, what is in force.
Out: the order-up-to level of an input at a review.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.engine.initial import InitialState, order_up_to_in
from sim.engine.reference.forecast import forecasts
from sim.engine.reference.regime import InForce
from sim.engine.reference.site import Site
from sim.engine.reference.stocks import InputStock
from sim.engine.rules import scaled
from sim.model.tables import MILLION, ModelTables
from sim.units import DAY_S

__all__ = ["Levels"]


class Levels:
    """The order-up-to levels of a run.

    Parameters
    ----------
    tables : ModelTables
    start : InitialState
    sites : sequence of Site, shape (S,)
    """

    def __init__(self, tables: ModelTables, start: InitialState, sites: Sequence[Site]) -> None:
        self.tables = tables
        self.start = start
        self.factor: list[int] = []
        self._in_force: list[bytes] = []
        self._levels = start.order_up_to
        self._extra = [0] * len(tables.inputs.name)
        self._stocks = {stock.index: stock for site in sites for stock in site.inputs}
        self._forecasts = forecasts(tables, sites)

    def enter(self, now: InForce) -> None:
        """Follow what is in force: plans and lanes, extra cover, factors on orders."""
        table, t = now.table, now.t
        self.factor = table.order_factor[t].tolist()
        columns = table.level_share, table.lane_share, table.extra_cover_s
        in_force = [column[t].tobytes() for column in columns]
        if in_force != self._in_force:
            self._in_force = in_force
            self._follow(order_up_to_in(self.tables, self.start, table, t))
            self._extra = [self._extra_cover(now, n) for n in range(len(self._extra))]

    def _follow(self, levels: list[int]) -> None:
        """Move order-up-to levels as plans and lanes do; forecasts follow by themselves."""
        if levels is self._levels:
            return
        for n, stock in self._stocks.items():
            if n not in self._forecasts:
                stock.order_up_to += levels[n] - self._levels[n]
        self._levels = levels

    def _extra_cover(self, now: InForce, n: int) -> int:
        """Return what measures with dates add to a level, at the use that the level is for."""
        extra_s = int(now.table.extra_cover_s[now.t, n])
        if extra_s == 0:
            return 0
        inputs = self.tables.inputs
        full = int(self.tables.sites.output_per_day[inputs.site[n]]) * int(inputs.per_unit[n])
        use = scaled(full, int(now.table.level_share[now.t, n]), int(inputs.per[n]) * MILLION)
        return scaled(use, extra_s, DAY_S)

    def at_review(self, site: Site, stock: InputStock, interval_s: int) -> int:
        """Return what is ordered up to; a factor on orders raises it for good."""
        factor = self.factor[stock.index]
        if factor != MILLION and interval_s:
            in_interval = stock.planned_per_day * interval_s // DAY_S
            stock.order_up_to += scaled(in_interval, factor, MILLION) - in_interval
        level = stock.order_up_to
        if stock.index in self._forecasts:
            level = self._forecasts[stock.index].level(site, stock)
        return level + self._extra[stock.index]
