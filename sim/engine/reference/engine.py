"""One run on SimPy: sites, lanes and desks as processes on a clock of whole seconds.

In:  `ModelTables` and a replication number.
Out: `Trace`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from simpy.events import Event

from sim.engine.base import refuse_without_policy
from sim.engine.draws import Draws
from sim.engine.initial import initial_state
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.demand_site import DemandSite
from sim.engine.reference.licensing import Licensing
from sim.engine.reference.ordering import Ordering
from sim.engine.reference.pace import PacedSite, is_paced
from sim.engine.reference.regime import InForce
from sim.engine.reference.site import Site
from sim.engine.reference.stockpile import Stockpile
from sim.engine.reference.supply import Supply
from sim.engine.reference.triggers import Triggers, WatchedRows
from sim.engine.trace import Kind, Totals, Trace, TraceRows
from sim.model.tables import IntArray, ModelTables

if TYPE_CHECKING:
    from sim.engine.policies import PolicyFactory

__all__ = ["Run", "simulate"]


def simulate(tables: ModelTables, replication: int, policy: PolicyFactory | None = None) -> Trace:
    """Run one replication to the horizon with the SimPy engine.

    Parameters
    ----------
    tables : ModelTables
        From `sim.model.build_model`.
    replication : int
        Index of the random history, from 0.
    policy : callable, optional
        Makes the policy that switches triggers during the run, see `sim.engine.policies`.

    Returns
    -------
    Trace
        Every row, and the accounts at the horizon.

    Raises
    ------
    PolicyError
        If triggers wait for a policy and there is none, or if it fails.
    """
    if policy is not None:
        from sim.engine.policies import steer
        from sim.engine.reference.stepping import SteppedRun

        return steer(SteppedRun(Run(tables, replication)), policy)
    refuse_without_policy(tables)
    run = Run(tables, replication)
    run.clock.run(until=tables.horizon_s)
    return run.trace()


class Run:
    """Everything that lives in one run; `run.clock` is the SimPy environment to step or run.

    Parameters
    ----------
    tables : ModelTables
    replication : int
    """

    def __init__(self, tables: ModelTables, replication: int) -> None:
        self.tables = tables
        self.replication = replication
        self.clock = Clock()
        self.now = InForce(tables)
        self.rows = WatchedRows() if tables.triggers.name else TraceRows()
        self.triggers = (
            Triggers(self.clock, tables, self.rows, self._react)
            if isinstance(self.rows, WatchedRows)
            else None
        )
        self.draws = Draws(tables, replication)
        self.start = initial_state(tables, self.draws.streams)
        self.sites = [self._site(s) for s in range(len(tables.sites.name))]
        self.supply = Supply(self.clock, tables, self.rows, self.draws, self.sites, self.start)
        self.ordering = Ordering(self.clock, tables, self.supply, self.start)
        self.supply.on_loss = self.ordering.continuous.after_loss
        self.licensing = Licensing(self.clock, tables, self.rows, self.draws, self.now, self.supply)
        self._begin()

    def _site(self, index: int) -> Site:
        sites = self.tables.sites
        if sites.pattern[index] != "steady":
            return DemandSite(self.clock, self.tables, self.rows, index, self.start, self.draws)
        kind: type[Site] = PacedSite if is_paced(self.tables, index) else Site
        if sites.kind[index] == "stockpile":
            kind = Stockpile
        return kind(self.clock, self.tables, self.rows, index, self.start)

    def _begin(self) -> None:
        """Start every process; none of them acts before its first event."""
        self.clock.process(self._regime_changes())
        self.supply.enter(self.now)
        self.ordering.enter(self.now)
        for site in self.sites:
            site.enter(self.now)
            if isinstance(site, DemandSite):
                self.clock.process(site.demands())
            self.ordering.begin(site)
            site.on_running = partial(self._runs, site)
            self._runs(site)
            self.clock.process(self.supply.dispatches(site.index))
        self.licensing.begin()
        self.clock.process(self._observations())

    def _runs(self, site: Site) -> None:
        """Follow a site that has started to run, or runs at another rate from now on."""
        self.supply.on_order.wait_for_output(site.index)
        self.ordering.continuous.watch(site)

    def _regime_changes(self) -> Generator[Event, None, None]:
        """Enter each regime at its second: plans, gates, rules and officers."""
        regimes = self.tables.regimes
        for regime, second in enumerate(regimes.t_s.tolist()):
            yield self.clock.at(second, key(Phase.REGIME_CHANGE, 0))
            for number, entry in enumerate(regimes.dates):
                if entry.second == second:
                    self.rows.add(second, Kind.REGIME, number, int(entry.begins))
            if regime:
                active = 0 if self.triggers is None else self.triggers.update()
                self._enter(regime, active)

    def _react(self) -> None:
        """Enter the same regime under another set of active triggers."""
        if self.triggers is not None:
            active = self.triggers.update()
            if active != self.now.active:
                self._enter(self.now.t, active)

    def _enter(self, regime: int, active: int) -> None:
        self.now.enter(regime, active)
        self.ordering.enter(self.now)
        for site in self.sites:
            site.enter(self.now)
        self.supply.enter(self.now)
        self.licensing.change_regime()

    def _observations(self) -> Generator[Event, None, None]:
        """Note every stock at regular times; nothing is changed or drawn."""
        every = self.tables.observe_every_s
        for second in range(0, self.tables.horizon_s, every):
            yield self.clock.at(second, key(Phase.OBSERVATION, 0))
            for site in self.sites:
                for stock in site.inputs:
                    self.rows.add(
                        second, Kind.OBSERVED, stock.index, quantity=site.stock_now(stock),
                        level=stock.need(site.owed_units) if site.owed_units else 0,
                    )  # fmt: skip
            for site in self.sites:
                self.rows.add(
                    second, Kind.OBSERVED_OUTPUT, site.index, quantity=site.finished_now()
                )

    def trace(self) -> Trace:
        """Close the accounts at the horizon and hand over the trace."""
        for site in self.sites:
            _settle_at(site, self.tables.horizon_s)
        inputs = sorted((s for site in self.sites for s in site.inputs), key=lambda s: s.index)
        finished = [site.finished for site in self.sites]
        under_way = [sum(q for _, q, _ in lane) for lane in self.start.under_way]
        totals = Totals(
            made=_array(stock.made for stock in finished),
            finished=_array(0 if stock.sells else stock.stock for stock in finished),
            start_finished=_array(
                0 if stock.sells else start
                for stock, start in zip(finished, self.start.finished, strict=True)
            ),
            stock=_array(stock.stock for stock in inputs),
            used=_array(stock.used for stock in inputs),
            start_stock=_array(self.start.stock),
            waiting=_array(self.supply.waiting),
            held=_array(self.supply.held),
            moving=_array(self.supply.transit.moving),
            start_moving=_array(under_way),
        )
        return Trace(self.tables, self.replication, self.rows.rows, totals, self.clock.n_events)


def _settle_at(site: Site, second: int) -> None:
    assert site.clock.second == second, "the run has reached its horizon"  # noqa: S101
    site.settle()


def _array(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
