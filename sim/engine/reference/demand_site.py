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
from sim.units import DAY_S

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
        self.units_demanded = 0
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

    def demanded(self) -> int:
        """Return what has been demanded since the start, met or not, in units x 86400."""
        return self.units_demanded * DAY_S

    def restart_level(self, stock: InputStock, use_per_day: int) -> int:
        """A unit at least; a batch where one that cannot be made whole is lost."""
        units = 1 if self.backorders else self.batch
        return max(super().restart_level(stock, use_per_day), stock.need(units))

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
        self.units_demanded += units
        running = self.state is State.RUNNING
        lacking = self._lacking_for(units) if running else []
        met = units if running and not lacking else 0
        if met:
            self._make(met)
        elif self.backorders:
            self.owed_units += units
        unmet = self.owed_units if self.backorders else units - met
        self.rows.add(self.clock.second, Kind.DEMANDED, self.index, number, met, unmet)
        if met and self.poisson:
            lacking = self._lacking_for(1)
        if lacking:
            self.halt(lacking)
        if self.on_use is not None:
            self.on_use()

    def _lacking_for(self, units: int) -> list[InputStock]:
        """Return the inputs that do not suffice for so many units."""
        lacking = [stock for stock in self.inputs if stock.stock < stock.need(units)]
        return lacking if self.substitutes is None else self.substitutes.lacking_for(units)

    def _make(self, units: int) -> None:
        if self.substitutes is None:
            for stock in self.inputs:
                stock.take_for(units)
        else:
            self.substitutes.take_for(units)
        self.finished.made += units

    def resume(self) -> None:
        """Serve what is owed as far as the inputs go; one by one where one may be replaced."""
        owed = self.owed_units
        served = min([owed, *(stock.suffices_for(owed) for stock in self.inputs)])
        if served:
            self._make(served)
        while self.substitutes is not None and served < owed and not self._lacking_for(1):
            self._make(1)
            served += 1
        self.owed_units -= served
        if served:
            self.rows.add(
                self.clock.second, Kind.DEMANDED, self.index, NONE, 0, self.owed_units, served
            )
        lacking = self._lacking_for(1)
        if lacking and (self.poisson or self.owed_units):
            self.halt(lacking)
        if served and self.on_use is not None:
            self.on_use()
