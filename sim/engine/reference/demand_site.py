"""A plant whose demand comes in units or batches instead of steadily.

Poisson: one finished unit at a time; the plant is out of an input as soon as the stock is below
what one unit takes. Batch: so many units at given times; the plant is out of an input when a batch
that is due cannot be made. Unmet demand is lost, or owed and served at the restart.
"""

from __future__ import annotations

from collections.abc import Generator

from simpy.events import Event

from sim.engine.draws import Draws
from sim.engine.initial import InitialState
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.site import Site, State
from sim.engine.reference.stocks import InputStock
from sim.engine.trace import NONE, Kind, TraceRows
from sim.model.tables import ModelTables

__all__ = ["DemandSite"]


class DemandSite(Site):
    """A plant with Poisson or batch use; parameters as for `Site`, and the draws of the run."""

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        index: int,
        start: InitialState,
        draws: Draws,
    ) -> None:
        super().__init__(clock, tables, rows, index, start)
        sites = tables.sites
        self.poisson = sites.pattern[index] == "poisson"
        self.backorders = sites.unmet[index] == "backordered"
        self.batch = 1 if self.poisson else int(sites.batch_quantity[index])
        self.usual_plan = int(sites.output_per_day[index])
        if self.poisson:
            self.times = draws.demand_arrivals(index)
        else:
            every, first = int(sites.batch_every_s[index]), int(sites.batch_first_s[index])
            self.times = list(range(first, tables.horizon_s, every))

    def settle(self) -> None:
        """Nothing flows between demands."""

    def stock_now(self, stock: InputStock) -> int:
        """Return an input's stock."""
        return stock.stock

    def finished_now(self) -> int:
        """A plant keeps no finished stock."""
        return 0

    def _watch(self, *, at_once: bool = False) -> None:
        """Stock-outs are noticed at a demand."""

    def _restart_level(self, stock: InputStock) -> int:
        """A unit at least; a batch where one that cannot be made whole is lost."""
        units = 1 if self.backorders else self.batch
        return max(super()._restart_level(stock), stock.per_unit * units)

    def demands(self) -> Generator[Event, None, None]:
        """Let the demand come, a process from second 0 on."""
        for number, second in enumerate(self.times):
            yield self.clock.at(second, key(Phase.STOCK_OUT, self.index, number))
            units = self.batch
            if not self.poisson:
                units = self.batch * self.plan_per_day // self.usual_plan
            if units:
                self._demand(number, units)

    def _demand(self, number: int, units: int) -> None:
        lacking = [s for s in self.inputs if s.stock < s.per_unit * units]
        met = units if not lacking and self.state is State.RUNNING else 0
        if met:
            self._make(met)
        elif self.backorders:
            self.owed_units += units
        unmet = self.owed_units if self.backorders else units - met
        self.rows.add(self.clock.second, Kind.DEMANDED, self.index, number, met, unmet)
        if met and self.poisson:
            lacking = [s for s in self.inputs if s.stock < s.per_unit]
        if lacking and self.state is State.RUNNING:
            self.halt(lacking)
        if self.on_use is not None:
            self.on_use()

    def _make(self, units: int) -> None:
        for stock in self.inputs:
            stock.take(stock.per_unit * units)
        self.finished.made += units

    def _resume(self) -> None:
        """Serve what is owed as far as the inputs go."""
        served = min([self.owed_units, *(s.stock // s.per_unit for s in self.inputs)])
        if served:
            self._make(served)
            self.owed_units -= served
            self.rows.add(
                self.clock.second, Kind.DEMANDED, self.index, NONE, 0, self.owed_units, served
            )
        lacking = [s for s in self.inputs if s.stock < s.per_unit]
        if lacking and (self.poisson or self.owed_units):
            self.halt(lacking)
        if served and self.on_use is not None:
            self.on_use()
