"""One run on SimPy: sites, lanes and desks as processes on a clock of whole seconds.

In:  `ModelTables` and a replication number.
Out: `Trace`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable

import numpy as np
from simpy.events import Event

from sim.engine.draws import Draws
from sim.engine.initial import initial_state
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.demand_site import DemandSite
from sim.engine.reference.desk import Desk, File
from sim.engine.reference.site import Site
from sim.engine.reference.supply import Supply
from sim.engine.trace import Kind, Totals, Trace, TraceRows
from sim.model.tables import ON_ORDER, IntArray, ModelTables

__all__ = ["Run", "simulate"]


def simulate(tables: ModelTables, replication: int) -> Trace:
    """Run one replication to the horizon with the SimPy engine.

    Parameters
    ----------
    tables : ModelTables
        From `sim.model.build_model`.
    replication : int
        Index of the random history, from 0.

    Returns
    -------
    Trace
        Every row, and the accounts at the horizon.
    """
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
        self.rows = TraceRows()
        self.draws = Draws(tables, replication)
        self.start = initial_state(tables, self.draws.streams)
        self.sites = [self._site(s) for s in range(len(tables.sites.name))]
        self.supply = Supply(
            self.clock, tables, self.rows, self.draws, self.sites, self.start, self._apply
        )
        self.desks = [self._desk(d) for d in range(len(tables.desks.name))]
        self.waiting_files: list[dict[int, File]] = [{} for _ in tables.lanes.name]
        self._begin()

    def _site(self, index: int) -> Site:
        if self.tables.sites.pattern[index] == "steady":
            return Site(self.clock, self.tables, self.rows, index, self.start)
        return DemandSite(self.clock, self.tables, self.rows, index, self.start, self.draws)

    def _desk(self, index: int) -> Desk:
        return Desk(
            self.clock, self.tables, self.rows, self.draws, index,
            self._filed, self._granted, self._lost,
        )  # fmt: skip

    def _begin(self) -> None:
        """Start every process; none of them acts before its first event."""
        process = self.clock.process
        plan = self.tables.regimes.plan_per_day[0].tolist()
        process(self._regime_changes())
        for site in self.sites:
            site.begin(plan[site.index])
            site.on_running = self._when_running(site)
            site.on_running()
            site.on_use = self._continuous_review(site)
            reviews = {int(self.tables.inputs.review_every_s[s.index]) for s in site.inputs}
            for ordinal, interval_s in enumerate(sorted(reviews - {ON_ORDER})):
                process(self.supply.reviews(site, interval_s, ordinal))
            process(self.supply.dispatches(site.index))
        for stream in range(len(self.tables.applicants.name)):
            self._file_backlog(stream)
            process(self._other_applicants(stream))
        for desk in self.desks:
            process(self._resumptions(desk))
        process(self._observations())

    # Licences

    def _apply(self, lane: int, slot: int, quantity: int) -> None:
        """File an application for goods that wait at the exporter."""
        self._desk_of(lane).file(lane, slot, quantity, Phase.DISPATCH)

    def _desk_of(self, lane: int) -> Desk:
        return self.desks[int(self.tables.lanes.desk[lane])]

    def _filed(self, file: File) -> None:
        """Keep track of the application that goods wait for: the latest, if filed again."""
        self.waiting_files[file.source][file.slot] = file

    def _granted(self, file: File) -> None:
        self.waiting_files[file.source].pop(file.slot, None)
        phase = self._desk_of(file.source).phase
        self.supply.release(file.source, file.slot, file.quantity, phase)

    def _lost(self, file: File) -> None:
        self.waiting_files[file.source].pop(file.slot, None)
        self.supply.give_back(file.source, file.quantity)
        lag_s = int(self.tables.desks.refusal_known_after_s[self.tables.lanes.desk[file.source]])
        if lag_s == 0:
            self.supply.cancel(file.source, file.slot, file.quantity)
            return
        at = self.clock.second + lag_s
        if at < self.tables.horizon_s:
            place = key(Phase.DECISION, file.source, file.slot & 0xFFFFFFFF)
            self.clock.call(
                at, place, lambda _: self.supply.cancel(file.source, file.slot, file.quantity)
            )

    def _file_backlog(self, stream: int) -> None:
        """Put files that wait at the start on the desk, before anything happens."""
        desk = self.desks[int(self.tables.applicants.desk[stream])]
        source = len(self.tables.lanes.name) + stream
        for number in range(int(self.tables.applicants.backlog[stream])):
            desk.file(source, -1 - number, 0, Phase.REGIME_CHANGE)

    def _other_applicants(self, stream: int) -> Generator[Event, None, None]:
        desk = self.desks[int(self.tables.applicants.desk[stream])]
        source = len(self.tables.lanes.name) + stream
        for number, second in enumerate(self.draws.applicant_arrivals(stream)):
            yield self.clock.at(second, key(Phase.FILING, source, number))
            desk.file(source, number, 0, Phase.FILING)

    def _resumptions(self, desk: Desk) -> Generator[Event, None, None]:
        """Have officers take up files when a pause or a closed period ends."""
        for _, ends in desk.reviews.pauses:
            if ends < self.tables.horizon_s:
                yield self.clock.at(ends, key(Phase.REGIME_CHANGE, 1 + desk.index))
                desk.take_up()

    # Dated changes

    def _regime_changes(self) -> Generator[Event, None, None]:
        """Enter each regime at its second: plans, gates, rules and officers."""
        regimes = self.tables.regimes
        for regime, second in enumerate(regimes.t_s.tolist()):
            yield self.clock.at(second, key(Phase.REGIME_CHANGE, 0))
            for number, entry in enumerate(regimes.dates):
                if entry.second == second:
                    self.rows.add(second, Kind.REGIME, number, int(entry.begins))
            if regime:
                self._enter(regime)

    def _enter(self, regime: int) -> None:
        regimes = self.tables.regimes
        for site in self.sites:
            if regimes.plan_per_day[regime, site.index] != site.plan_per_day:
                site.set_plan(int(regimes.plan_per_day[regime, site.index]))
        needs = regimes.needs_licence
        self.supply.regime = regime
        for lane, files in enumerate(self.waiting_files):
            if needs[regime - 1, lane] and not needs[regime, lane]:
                self._let_go(lane, files)
        for desk in self.desks:
            desk.change_regime(regime)

    def _let_go(self, lane: int, files: dict[int, File]) -> None:
        """Send goods that no longer need the licence they wait for; their files are withdrawn."""
        for slot in sorted(files):
            file = files[slot]
            file.withdrawn = True
            self.rows.add(
                self.clock.second, Kind.WITHDRAWN, lane, slot, file.quantity, until=file.attempt
            )
            self.supply.release(lane, slot, file.quantity, Phase.REGIME_CHANGE)
        files.clear()

    # Reviews at every use, and observation

    def _when_running(self, site: Site) -> Callable[[], None]:
        """Return what follows whenever a site starts, or changes its plan, while it runs."""
        watched = [
            stock
            for stock in site.inputs
            if self.tables.inputs.review_every_s[stock.index] == ON_ORDER
            and self.tables.sites.pattern[site.index] == "steady"
        ]

        def running() -> None:
            self.supply.wait_for_output(site.index)
            for stock in watched:
                self.supply.watch_reorder_point(site, stock)

        return running

    def _continuous_review(self, site: Site) -> Callable[[], None] | None:
        continuous = [
            stock
            for stock in site.inputs
            if self.tables.inputs.review_every_s[stock.index] == ON_ORDER
        ]
        if not continuous:
            return None

        def review() -> None:
            for stock in continuous:
                self.supply.review(site, stock, 0)

        return review

    def _observations(self) -> Generator[Event, None, None]:
        """Note every stock at regular times; nothing is changed or drawn."""
        every = self.tables.observe_every_s
        for second in range(0, self.tables.horizon_s, every):
            yield self.clock.at(second, key(Phase.OBSERVATION, 0))
            for site in self.sites:
                for stock in site.inputs:
                    self.rows.add(
                        second, Kind.OBSERVED, stock.index, quantity=site.stock_now(stock),
                        level=site.owed_units * stock.per_unit,
                    )  # fmt: skip
            for site in self.sites:
                self.rows.add(
                    second, Kind.OBSERVED_OUTPUT, site.index, quantity=site.finished_now()
                )

    # Accounts

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
            moving=_array(self.supply.moving),
            start_moving=_array(under_way),
        )
        return Trace(self.tables, self.replication, self.rows.array(), totals, self.clock.n_events)


def _settle_at(site: Site, second: int) -> None:
    assert site.clock.second == second, "the run has reached its horizon"  # noqa: S101
    site.settle()


def _array(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)
