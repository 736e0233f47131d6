"""A site at work: it runs while every input is in stock and there is room for its output.

States: RUNNING; FULL (no room for more output, not a halt); HALTED (an input ran out: it waits
until the blocked inputs are back at the restart level, then for the restart delay).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from simpy.events import Event

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.stocks import FinishedStock, InputStock
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import UNSET, ModelTables
from sim.units import DAY_S

if TYPE_CHECKING:
    from sim.engine.initial import InitialState

__all__ = ["Site", "State"]

_FAR = 2**62


class State(Enum):
    """What a site is doing."""

    RUNNING = auto()
    FULL = auto()
    HALTED = auto()


class Site:
    """One magnet maker, component maker or plant with steady use.

    Parameters
    ----------
    clock, tables, rows : Clock, ModelTables, TraceRows
    index : int
        Site S.
    start : InitialState
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, rows: TraceRows, index: int, start: InitialState
    ) -> None:
        self.clock = clock
        self.rows = rows
        self.index = index
        self.name = tables.sites.name[index]
        self.restart_delay_s = int(tables.sites.restart_delay_s[index])
        self.restart_cover_s = int(tables.sites.restart_cover_s[index])
        self.inputs = [
            _input_stock(tables, start, n)
            for n in range(len(tables.inputs.name))
            if tables.inputs.site[n] == index
        ]
        sells = tables.sites.kind[index] == "plant"
        self.finished = FinishedStock(start.finished[index], start.cap[index], sells=sells)
        self.state = State.RUNNING
        self.blocked: list[InputStock] = []
        self.restarting = False
        self.owed_units = 0
        self.plan_per_day = 0
        self.on_running: Callable[[], None] | None = None
        self.on_use: Callable[[], None] | None = None
        self._since = 0
        self._stock_out_at = _FAR
        self._full_at = _FAR

    def begin(self, plan_per_day: int) -> None:
        """Start producing at second 0."""
        self.set_plan(plan_per_day)

    def set_plan(self, plan_per_day: int) -> None:
        """Produce at another planned rate from now on [units a day]."""
        self.settle()
        self.plan_per_day = plan_per_day
        self.finished.per_day = plan_per_day
        levels = [stock.restart_level for stock in self.blocked]
        for stock in self.inputs:
            stock.use_per_day = plan_per_day * stock.per_unit
            stock.restart_level = self._restart_level(stock)
        self._watch(at_once=True)
        if self.state is State.RUNNING and self.on_running is not None:
            self.on_running()
        if any(s.restart_level < level for s, level in zip(self.blocked, levels, strict=True)):
            self._consider_restart(Phase.REGIME_CHANGE)

    def _restart_level(self, stock: InputStock) -> int:
        wanted = -(-stock.use_per_day * self.restart_cover_s // DAY_S)
        if stock.order_up_to != UNSET:
            wanted = min(wanted, stock.order_up_to)
        return max(wanted, 1)

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

    def receive(self, stock: InputStock, quantity: int, phase: Phase) -> int:
        """Add an arrival to an input; return the stock after it.

        `phase` is the phase of the event that brings it: a restart belongs to a later phase than an
        arrival, but an earlier one than a dispatch, whose delivery restarts a second later.
        """
        self.settle()
        stock.stock += quantity
        stock.on_order -= quantity
        if self.state is State.HALTED:
            self._consider_restart(phase)
        return stock.stock

    def _consider_restart(self, phase: Phase) -> None:
        if self.restarting or any(s.stock < s.restart_level for s in self.blocked):
            return
        self.restarting = True
        earliest = self.clock.second + (0 if phase < Phase.RESTART else 1)
        at = max(earliest, self.clock.second + self.restart_delay_s)
        self.clock.call(at, key(Phase.RESTART, self.index), self._restart)

    def _restart(self, _event: Event) -> None:
        self.settle()
        self.restarting = False
        self.blocked = []
        self.state = State.RUNNING
        self.rows.add(self.clock.second, Kind.RESTARTED, self.index)
        self._resume()

    def take_finished(self, quantity: int) -> int:
        """Hand over finished goods; return what is left. The caller has settled the site."""
        self.finished.stock -= quantity
        return self.finished.stock

    def give_back_finished(self, quantity: int) -> None:
        """Put goods of a cancelled order back into finished stock."""
        self.settle()
        self.finished.stock += quantity
        self._watch()

    def make_room(self) -> None:
        """Go on producing if a dispatch has made room."""
        if self.state is not State.FULL or self.finished.stock >= self.finished.cap:
            return
        if any(s.stock == 0 for s in self.inputs):
            self._watch_stock_out(self.clock.second + 1)
            return
        self.settle()
        self.state = State.RUNNING
        self._resume()

    def _resume(self) -> None:
        self._watch()
        if self.on_running is not None:
            self.on_running()

    def _watch(self, *, at_once: bool = False) -> None:
        """Make sure that the next stock-out and the next full buffer are noticed in time.

        A stock-out belongs to an earlier phase than most that call this: it is seen from the next
        second on, unless the caller says that this second will do.
        """
        if self.state is not State.RUNNING:
            return
        now = self.clock.second
        left = [s for s in (stock.seconds_left() for stock in self.inputs) if s != UNSET]
        if left:
            self._watch_stock_out(now + max(min(left), 0 if at_once else 1))
        to_full = self.finished.seconds_to_full()
        if to_full != UNSET and now + to_full < self._full_at:
            self._full_at = now + to_full
            self.clock.call(self._full_at, key(Phase.BUFFER_FULL, self.index), self._fill)

    def _watch_stock_out(self, second: int) -> None:
        """Look at the inputs at `second`; an earlier look that is already set will do as well."""
        if second < self._stock_out_at:
            self._stock_out_at = second
            self.clock.call(second, key(Phase.STOCK_OUT, self.index), self._run_out)

    def _run_out(self, _event: Event) -> None:
        if self.clock.second != self._stock_out_at:
            return
        self._stock_out_at = _FAR
        self.settle()
        if self.state is State.FULL and self.finished.stock < self.finished.cap:
            self.state = State.RUNNING
        if self.state is not State.RUNNING:
            return
        out = [s for s in self.inputs if s.stock == 0 and s.seconds_left() == 0]
        if out:
            self.halt(out)
        else:
            self._resume()

    def halt(self, out: list[InputStock]) -> None:
        """Stop for lack of the given inputs."""
        now = self.clock.second
        for stock in out:
            stock.remainder = 0
            self.rows.add(now, Kind.STOCKED_OUT, stock.index, level=stock.stock)
        self.blocked = out
        self.state = State.HALTED
        self.rows.add(now, Kind.HALTED, self.index)

    def _fill(self, _event: Event) -> None:
        if self.clock.second != self._full_at:
            return
        self._full_at = _FAR
        self.settle()
        if self.state is not State.RUNNING:
            return
        if self.finished.stock >= self.finished.cap:
            self.state = State.FULL
            self.finished.remainder = 0
            self.rows.add(self.clock.second, Kind.FULL, self.index, level=self.finished.stock)
        else:
            self._watch()


def _input_stock(tables: ModelTables, start: InitialState, n: int) -> InputStock:
    return InputStock(n, int(tables.inputs.per_unit[n]), start.stock[n], start.order_up_to[n])
