"""Halts and restarts: a site that lacks an input stops until it is back, then for a delay.

Which inputs block it is known when it stops. Each must be back at its restart level, or, where an
emergency substitute is in force, the substitute in its place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from simpy.events import Event

from sim.engine.initial import InitialState
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.production import Production, State
from sim.engine.reference.stocks import InputStock
from sim.engine.reference.substitution import Substitutes, has_substitutes
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import ModelTables

__all__ = ["Halting", "State"]


class Halting(Production, ABC):
    """A site that halts and restarts; parameters as for `Production`, and the rows of the run.

    Attributes
    ----------
    blocked : list of InputStock
        What it lacks while it is halted.
    substitutes : Substitutes or None
        Emergency substitutes, where the scenario has any for this site.
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, rows: TraceRows, index: int, start: InitialState
    ) -> None:
        super().__init__(clock, tables, index, start)
        self.rows = rows
        self.restart_delay_s = int(tables.sites.restart_delay_s[index])
        self.blocked: list[InputStock] = []
        self.restarting = False
        self.substitutes = (
            Substitutes(clock, tables, rows, self) if has_substitutes(tables, index) else None
        )

    def set_rates(self, plan_per_day: int, output_per_day: int) -> None:
        """Plan and produce at other rates; what is replaced falls on its substitute."""
        super().set_rates(plan_per_day, output_per_day)
        if self.substitutes is not None:
            self.substitutes.redirect()

    def receive(self, stock: InputStock, quantity: int, phase: Phase) -> int:
        """Add an arrival to an input; return the stock after it.

        `phase` is the phase of the event that brings it: a restart belongs to a later phase than an
        arrival, but an earlier one than a dispatch, whose delivery restarts a second later.
        """
        self.settle()
        stock.stock += quantity
        stock.on_order -= quantity
        if self.substitutes is not None and stock in self.substitutes.replaced:
            self.substitutes.end(stock)
            self.set_rates(self.plan_per_day, self.finished.per_day)
            if self.state is State.RUNNING:
                self.resume()
        if self.state is State.HALTED:
            self.consider_restart(phase)
        return stock.stock

    def halt(self, out: list[InputStock]) -> None:
        """Stop for lack of the given inputs."""
        now = self.clock.second
        for stock in out:
            stock.remainder = 0
            self.rows.add(now, Kind.STOCKED_OUT, stock.index, level=stock.stock)
        self.blocked = out
        self.state = State.HALTED
        self.rows.add(now, Kind.HALTED, self.index)

    def consider_restart(self, phase: Phase) -> None:
        """Restart, in the next restart phase or after the delay, if nothing blocks any more."""
        if self.restarting or not all(self.is_back(stock) for stock in self.blocked):
            return
        self.restarting = True
        earliest = self.clock.second + (0 if phase < Phase.RESTART else 1)
        at = max(earliest, self.clock.second + self.restart_delay_s)
        self.clock.call(at, key(Phase.RESTART, self.index), self._restart)

    def is_back(self, stock: InputStock) -> bool:
        """Say whether a blocked input, or else its substitute, allows a restart.

        What a redesign has done away with need not come back.
        """
        if stock.use_share == 0:
            return True
        if self.substitutes is not None and self.substitutes.stands_in(stock):
            return True
        return stock.stock >= self.restart_level(stock, stock.planned_per_day)

    def _restart(self, _event: Event) -> None:
        self.settle()
        self.restarting = False
        self.blocked = []
        self.state = State.RUNNING
        self.rows.add(self.clock.second, Kind.RESTARTED, self.index)
        if self.substitutes is not None:
            self.substitutes.replace([s for s in self.inputs if s.stock == 0 and s.use_per_day])
            self.set_rates(self.plan_per_day, self.finished.per_day)
        self.resume()

    @abstractmethod
    def resume(self) -> None:
        """Run on: what runs out, fills up or is to be sent next is looked for anew."""
