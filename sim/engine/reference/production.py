"""What a site holds and makes: its inputs, its finished goods, and when they were last settled.

A site produces in one state only, RUNNING; FULL (no room for more output) is not a halt, HALTED is.
"""

from __future__ import annotations

from enum import Enum, auto

from sim.engine.initial import InitialState
from sim.engine.reference.clock import Clock
from sim.engine.reference.stocks import FinishedStock, InputStock
from sim.model.tables import UNSET, ModelTables
from sim.units import DAY_S

__all__ = ["Production", "State"]


class State(Enum):
    """What a site is doing."""

    RUNNING = auto()
    FULL = auto()
    HALTED = auto()


class Production:
    """Stocks of one site that flow while it runs.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    index : int
        Site S.
    start : InitialState

    Attributes
    ----------
    plan_per_day : int
        Planned output [g, pieces or units a day]; `finished.per_day` is what it makes when it runs.
    lapses : bool
        Whether what it cannot send at once is not owed: it has stock to give away or it has not.
    """

    lapses = False

    def __init__(self, clock: Clock, tables: ModelTables, index: int, start: InitialState) -> None:
        self.clock = clock
        self.index = index
        self.name = tables.sites.name[index]
        self.inputs = [
            InputStock(
                n, int(tables.inputs.per_unit[n]), int(tables.inputs.per[n]), start.stock[n],
                start.order_up_to[n],
            )
            for n in range(len(tables.inputs.name))
            if tables.inputs.site[n] == index
        ]  # fmt: skip
        self.plan_per_day = 0
        sells = tables.sites.kind[index] == "plant"
        self.finished = FinishedStock(start.finished[index], start.cap[index], sells=sells)
        self.state = State.RUNNING
        self.owed_units = 0
        self._restart_cover_s = int(tables.sites.restart_cover_s[index])
        self._reorder_point: list[int] = tables.inputs.reorder_point.tolist()
        self._since = 0
        self._demanded = 0
        self._plan_since = 0

    def settle(self) -> None:
        """Bring stocks up to now."""
        now = self.clock.second
        dt_s = now - self._since
        self._since = now
        if dt_s and self.state is State.RUNNING:
            for stock in self.inputs:
                stock.settle(dt_s)
            self.finished.settle(dt_s)

    def set_rates(self, plan_per_day: int, output_per_day: int) -> None:
        """Plan and produce at other rates from now on; the caller has settled the site."""
        self._demanded = self.demanded()
        self._plan_since = self.clock.second
        self.plan_per_day = plan_per_day
        self.finished.per_day = output_per_day
        for stock in self.inputs:
            stock.planned_per_day = stock.per_day(plan_per_day)
            stock.use_per_day = stock.per_day(output_per_day)

    def demanded(self) -> int:
        """Return what has been planned since the start, made or not, in units x 86400."""
        return self._demanded + self.plan_per_day * (self.clock.second - self._plan_since)

    def stock_now(self, stock: InputStock) -> int:
        """Return an input's stock at this second, changing nothing."""
        running = self.state is State.RUNNING
        return stock.stock_after(self.clock.second - self._since if running else 0)

    def finished_now(self) -> int:
        """Return the finished stock at this second, changing nothing."""
        running = self.state is State.RUNNING
        return self.finished.stock_after(self.clock.second - self._since if running else 0)

    def take_finished(self, quantity: int) -> int:
        """Hand over finished goods; return what is left. The caller has settled the site."""
        self.finished.stock -= quantity
        return self.finished.stock

    def restart_level(self, stock: InputStock, use_per_day: int) -> int:
        """Return the stock at which a blocked input allows a restart; never out of reach."""
        wanted = -(-use_per_day * self._restart_cover_s // DAY_S)
        if stock.order_up_to != UNSET:
            wanted = min(wanted, stock.order_up_to)
        elif self._reorder_point[stock.index] != UNSET:
            wanted = min(wanted, self._reorder_point[stock.index] + 1)
        return max(wanted, 1)
