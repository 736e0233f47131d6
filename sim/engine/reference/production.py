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
    """

    def __init__(self, clock: Clock, tables: ModelTables, index: int, start: InitialState) -> None:
        self.clock = clock
        self.index = index
        self.name = tables.sites.name[index]
        self.inputs = [
            InputStock(n, int(tables.inputs.per_unit[n]), start.stock[n], start.order_up_to[n])
            for n in range(len(tables.inputs.name))
            if tables.inputs.site[n] == index
        ]
        sells = tables.sites.kind[index] == "plant"
        self.finished = FinishedStock(start.finished[index], start.cap[index], sells=sells)
        self.state = State.RUNNING
        self.owed_units = 0
        self._restart_cover_s = int(tables.sites.restart_cover_s[index])
        self._reorder_point: list[int] = tables.inputs.reorder_point.tolist()
        self._since = 0

    def settle(self) -> None:
        """Bring stocks up to now."""
        now = self.clock.second
        dt_s = now - self._since
        self._since = now
        if dt_s and self.state is State.RUNNING:
            for stock in self.inputs:
                stock.settle(dt_s)
            self.finished.settle(dt_s)

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

    def _restart_level(self, stock: InputStock) -> int:
        """Return the stock at which a blocked input allows a restart; never out of reach."""
        wanted = -(-stock.use_per_day * self._restart_cover_s // DAY_S)
        if stock.order_up_to != UNSET:
            wanted = min(wanted, stock.order_up_to)
        elif self._reorder_point[stock.index] != UNSET:
            wanted = min(wanted, self._reorder_point[stock.index] + 1)
        return max(wanted, 1)
