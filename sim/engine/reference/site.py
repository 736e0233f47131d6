"""A site at work: it runs while every input is in stock and there is room for its output.

When an input runs out it halts, and waits until the blocked inputs are back at the restart level,
then for the restart delay.
"""

from __future__ import annotations

from collections.abc import Callable

from simpy.events import Event

from sim.engine.initial import InitialState
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock, Look
from sim.engine.reference.production import Production, State
from sim.engine.reference.stocks import InputStock
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import UNSET, ModelTables

__all__ = ["Site", "State"]


class Site(Production):
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
        super().__init__(clock, tables, index, start)
        self.rows = rows
        self.restart_delay_s = int(tables.sites.restart_delay_s[index])
        self.blocked: list[InputStock] = []
        self.restarting = False
        self.plan_per_day = 0
        self.on_running: Callable[[], None] | None = None
        self.on_use: Callable[[], None] | None = None
        self._stock_out = Look(clock, key(Phase.STOCK_OUT, index), self._run_out)
        self._full = Look(clock, key(Phase.BUFFER_FULL, index), self._fill)

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
            self._stock_out.at(self.clock.second + 1)
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
            self._stock_out.at(now + max(min(left), 0 if at_once else 1))
        to_full = self.finished.seconds_to_full()
        if to_full != UNSET:
            self._full.at(now + to_full)

    def _run_out(self) -> None:
        """Halt if an input has run out."""
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

    def _fill(self) -> None:
        """Stop for lack of room if finished stock has reached its cap."""
        self.settle()
        if self.state is not State.RUNNING:
            return
        if self.finished.stock >= self.finished.cap:
            self.state = State.FULL
            self.finished.remainder = 0
            self.rows.add(self.clock.second, Kind.FULL, self.index, level=self.finished.stock)
        else:
            self._watch()
