"""A site at work: it runs while every input is in stock and there is room for its output.

When an input runs out it halts; the second in which that happens, and the one in which its store is
full, are computed, never looked for.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.initial import InitialState
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock, Look
from sim.engine.reference.halting import Halting, State
from sim.engine.reference.regime import InForce
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import UNSET, ModelTables

__all__ = ["Site", "State"]


class Site(Halting):
    """One magnet maker, component maker or plant with steady use.

    Parameters
    ----------
    clock, tables, rows : Clock, ModelTables, TraceRows
    index : int
        Site S.
    start : InitialState

    Attributes
    ----------
    on_running : callable
        It has started to run, or runs at another rate.
    on_use : callable
        Inputs have been used; for reviews at every use.
    on_review : callable
        Its orders are reviewed now.
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, rows: TraceRows, index: int, start: InitialState
    ) -> None:
        super().__init__(clock, tables, rows, index, start)
        self.on_running: Callable[[], None] | None = None
        self.on_use: Callable[[], None] | None = None
        self.on_review: Callable[[], None] | None = None
        self._stock_out = Look(clock, key(Phase.STOCK_OUT, index), self._run_out)
        self._full = Look(clock, key(Phase.BUFFER_FULL, index), self._fill)

    def enter(self, now: InForce) -> None:
        """Follow what is in force: planned output, use of inputs, substitutes."""
        plan = now.plan_per_day[self.index]
        use_share = [now.use_share[stock.index] for stock in self.inputs]
        switched = self.substitutes is not None and self.substitutes.enter(now)
        same = plan == self.plan_per_day and use_share == [s.use_share for s in self.inputs]
        if switched or not same:
            self.settle()
            for stock, share in zip(self.inputs, use_share, strict=True):
                stock.use_share = share
            self.run_at(plan, self.rate_of(plan), at_once=True)
        if self.blocked:
            self.consider_restart(Phase.REGIME_CHANGE)

    def run_at(self, plan_per_day: int, output_per_day: int, *, at_once: bool = False) -> None:
        """Plan and run at other rates from now on; the caller has settled the site."""
        self.set_rates(plan_per_day, output_per_day)
        self._watch(at_once=at_once)
        if self.state is State.RUNNING and self.on_running is not None:
            self.on_running()

    def rate_of(self, plan_per_day: int) -> int:
        """Return the output a day that a plan means now."""
        return plan_per_day

    def give_back_finished(self, quantity: int) -> None:
        """Put goods of a cancelled order back into finished stock."""
        self.settle()
        self.finished.stock += quantity
        self._watch()

    def make_room(self) -> None:
        """Go on producing if a dispatch has made room."""
        if self.state is not State.FULL or self.finished.stock >= self.finished.cap:
            return
        if any(s.stock == 0 and s.use_per_day for s in self.inputs):
            self._stock_out.at(self.clock.second + 1)
            return
        self.settle()
        self.state = State.RUNNING
        self.resume()

    def resume(self) -> None:
        """Run on: what runs out, fills up or is to be sent next is looked for anew."""
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
        """Halt if an input has run out and nothing takes its place."""
        self.settle()
        if self.state is State.FULL and self.finished.stock < self.finished.cap:
            self.state = State.RUNNING
        if self.state is not State.RUNNING:
            return
        out = [s for s in self.inputs if s.stock == 0 and s.seconds_left() == 0]
        if out and self.substitutes is not None:
            out = self.substitutes.replace(out)
            self.set_rates(self.plan_per_day, self.finished.per_day)
        if out:
            self.halt(out)
        else:
            self.resume()

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
