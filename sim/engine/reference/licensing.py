"""Goods and their applications: who files, who waits, and what a decision does to the goods."""

from __future__ import annotations

from collections.abc import Callable, Generator

from simpy.events import Event

from sim.engine.draws import Draws
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.desk import Desk, File
from sim.engine.reference.supply import Supply
from sim.engine.reference.transit import SLOT_BITS
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import UNSET, ModelTables

__all__ = ["Licensing"]


class Licensing:
    """All desks of a run, and the goods that wait for them.

    Parameters
    ----------
    clock, tables, rows, draws : Clock, ModelTables, TraceRows, Draws
    supply : Supply
        Where the goods come from and where they go.
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, rows: TraceRows, draws: Draws, supply: Supply
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.draws = draws
        self.supply = supply
        self.n_lanes = len(tables.lanes.name)
        self.waiting: list[dict[int, File]] = [{} for _ in range(self.n_lanes)]
        self.desks = [
            Desk(clock, tables, rows, draws, d, self._filed, self._granted, self._lost)
            for d in range(len(tables.desks.name))
        ]
        self.desk = {
            lane: self.desks[d] for lane, d in enumerate(tables.lanes.desk.tolist()) if d != UNSET
        }
        supply.apply = self._apply

    def begin(self) -> None:
        """Put the backlog on the desks, and start the streams of other applicants."""
        applicants = self.tables.applicants
        for stream in range(len(applicants.name)):
            desk = self.desks[int(applicants.desk[stream])]
            for number in range(int(applicants.backlog[stream])):
                desk.file(self.n_lanes + stream, -1 - number, 0, Phase.REGIME_CHANGE)
            self.clock.process(self._other_applicants(desk, stream))
        for desk in self.desks:
            self.clock.process(self._resumptions(desk))

    def _other_applicants(self, desk: Desk, stream: int) -> Generator[Event, None, None]:
        source = self.n_lanes + stream
        for number, second in enumerate(self.draws.applicant_arrivals(stream)):
            yield self.clock.at(second, key(Phase.FILING, source, number))
            desk.file(source, number, 0, Phase.FILING)

    def _resumptions(self, desk: Desk) -> Generator[Event, None, None]:
        """Have officers take up files when a pause or a closed period ends."""
        for _, ends in desk.reviews.pauses:
            if ends < self.tables.horizon_s:
                yield self.clock.at(ends, key(Phase.REGIME_CHANGE, 1 + desk.index))
                desk.take_up()

    def _apply(self, lane: int, slot: int, quantity: int) -> None:
        """File an application for goods that wait at the exporter."""
        self.desk[lane].file(lane, slot, quantity, Phase.DISPATCH)

    def _later(self, lag_s: int, file: File, action: Callable[[Event], None]) -> None:
        at = self.clock.second + lag_s
        if at < self.tables.horizon_s:
            self.clock.call(at, key(Phase.DECISION, file.source, file.slot & SLOT_BITS), action)

    def _filed(self, file: File) -> None:
        if file.source < self.n_lanes:
            self.waiting[file.source][file.slot] = file

    def _granted(self, file: File) -> None:
        """Let the goods leave in the second in which their licence is valid."""
        if file.source >= self.n_lanes:
            return
        lag_s = int(self.tables.desks.issue_lag_s[self.tables.lanes.desk[file.source]])
        if lag_s == 0:
            self._leave(file, self.desk[file.source].phase)
        else:
            self._later(lag_s, file, lambda _: self._leave(file, Phase.DECISION))

    def _leave(self, file: File, phase: Phase) -> None:
        if not file.withdrawn:
            del self.waiting[file.source][file.slot]
            self.supply.release(file.source, file.slot, file.quantity, phase)

    def _lost(self, file: File) -> None:
        """Return the goods of a cancelled order; the buyer learns of it after a lag."""
        if file.source >= self.n_lanes:
            return
        del self.waiting[file.source][file.slot]
        self.supply.give_back(file.source, file.quantity)
        lag_s = int(self.tables.desks.refusal_known_after_s[self.tables.lanes.desk[file.source]])
        goods = file.source, file.slot, file.quantity
        if lag_s == 0:
            self.supply.cancel(*goods)
        else:
            self._later(lag_s, file, lambda _: self.supply.cancel(*goods))

    def change_regime(self, regime: int) -> None:
        """Enter another regime: goods that need no licence any more leave, desks take up files."""
        needs = self.tables.regimes.needs_licence
        for lane, files in enumerate(self.waiting):
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
