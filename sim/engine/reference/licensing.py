"""Licensing as a whole: desks, those who file at them, and what changes with the regime."""

from __future__ import annotations

from collections.abc import Generator

from simpy.events import Event

from sim.engine.draws import Draws
from sim.engine.order import Phase, key
from sim.engine.reference.batching import Batching
from sim.engine.reference.clock import Clock
from sim.engine.reference.consignments import Consignments
from sim.engine.reference.desk import Desk
from sim.engine.reference.early_filing import EarlyFiling
from sim.engine.reference.file import File
from sim.engine.reference.licences import Licences
from sim.engine.reference.needs import Needs
from sim.engine.reference.regime import InForce
from sim.engine.reference.rounds import Rounds
from sim.engine.reference.supply import Supply
from sim.engine.trace import TraceRows
from sim.model.tables import ModelTables

__all__ = ["Licensing"]


class Licensing:
    """All desks of a run, and the goods that wait for them.

    Parameters
    ----------
    clock, tables, rows, draws, now : Clock, ModelTables, TraceRows, Draws, InForce
    supply : Supply
        Where the goods come from and where they go.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        draws: Draws,
        now: InForce,
        supply: Supply,
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.draws = draws
        self.now = now
        self.supply = supply
        self.needs = Needs(clock, tables, rows)
        self.needs.enter(now)
        self.consignments = Consignments(clock, tables, rows, self.needs, supply)
        licences = Licences(clock, tables, self.consignments, supply)
        self.desks = [
            Desk(clock, tables, rows, draws, now, d, licences)
            for d in range(len(tables.desks.name))
        ]
        self.consignments.desks = self.desks
        self.early = EarlyFiling(clock, tables, now, self.consignments)
        self.batching = Batching(clock, tables, self.consignments, supply.on_order.call)
        supply.apply = self.consignments.apply
        if self.early.lanes:
            supply.most = self.early.most
        if tables.lanes.application_min.any():
            supply.puts_off = self.batching.puts_off
            supply.on_order.put_off = self.batching.since

    def begin(self) -> None:
        """Put the backlog on the desks, and start those who file, and the rounds."""
        applicants = self.tables.applicants
        n_lanes = len(self.tables.lanes.name)
        for stream in range(len(applicants.name)):
            desk = self.desks[int(applicants.desk[stream])]
            source = n_lanes + stream
            for number in range(int(applicants.backlog[stream])):
                desk.receive(File(source, 0, -1 - number, 0, 0), Phase.REGIME_CHANGE)
            self.clock.process(self._other_applicants(desk, stream, source))
        for desk in self.desks:
            self.clock.process(self._resumptions(desk))
            if desk.in_rounds:
                rounds = Rounds(self.clock, self.tables, self.rows, desk, self._stock_of)
                self.clock.process(rounds.hold())
        self.early.begin()

    def _other_applicants(
        self, desk: Desk, stream: int, source: int
    ) -> Generator[Event, None, None]:
        for number, second in enumerate(self.draws.applicant_arrivals(stream)):
            yield self.clock.at(second, key(Phase.FILING, source, number))
            desk.receive(File(source, 0, number, 0, 0), Phase.FILING)

    def _resumptions(self, desk: Desk) -> Generator[Event, None, None]:
        """Have officers take up files when a pause or a closed period ends."""
        for _, ends in desk.reviews.pauses:
            if ends < self.tables.horizon_s:
                yield self.clock.at(ends, key(Phase.REGIME_CHANGE, 1 + desk.index))
                desk.take_up(Phase.REGIME_CHANGE)

    def _stock_of(self, lane: int) -> int:
        """Return what the input that a lane feeds has in stock, net of what is owed."""
        transit = self.supply.transit
        stock, customer = transit.stock[lane], transit.customer[lane]
        return customer.stock_now(stock) - stock.need(customer.owed_units)

    def change_regime(self) -> None:
        """Enter another regime: goods that need no licence any more leave, desks take up files."""
        for desk in self.desks:
            desk.enter_regime()
        changed = self.needs.enter(self.now)
        for lane in changed:
            goods = self.consignments.waiting[lane]
            for slot in sorted(goods):
                self.consignments.reconsider(goods[slot], Phase.REGIME_CHANGE)
        self.batching.wake(changed)
        for desk in self.desks:
            desk.rearrange()
