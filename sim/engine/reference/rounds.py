"""Bare minimum: licences are granted in rounds, so that protected sites just keep going.

At each round the files whose work is done, and that are not refused or returned, are gone through
by weight, then runway, then the second they were filed in, then name. A file is granted while the
runway of the input that it feeds is below the target of the protected site it serves: its customer,
or the one downstream of it that comes first by weight and name. What has been granted counts as if
it left now. Whoever serves nobody protected shares an amount, first come first served.

The office sees what customs and its own books show: goods that are moving and when they arrive, and
its licences for goods that have not left.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from simpy.events import Event

from sim.engine.order import key
from sim.engine.reference.clock import Clock
from sim.engine.reference.desk import Desk
from sim.engine.reference.file import File
from sim.engine.reference.runway import runway_s, use_from
from sim.engine.trace import Kind, Outcome, TraceRows
from sim.model.delays import mean_duration
from sim.model.tables import UNSET, ModelTables

__all__ = ["Rounds", "protected_sites"]

_ENDS_A_LICENCE = (Kind.DISPATCHED, Kind.EXPIRED, Kind.WITHDRAWN, Kind.CANCELLED)


class Rounds:
    """The rounds of one desk.

    Parameters
    ----------
    clock, tables, rows : Clock, ModelTables, TraceRows
    desk : Desk
        Its pool holds the files that are granted as soon as a round does.
    stock_of : callable (lane)
        What the input that a lane feeds has in stock now, net of what is owed to customers.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        desk: Desk,
        stock_of: Callable[[int], int],
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.desk = desk
        self.stock_of = stock_of
        self.serves = protected_sites(tables, desk.index)
        self.weight: list[int] = tables.desks.weight[desk.index].tolist()
        self.target_s: list[int] = tables.desks.target_s[desk.index].tolist()
        self.input: list[int] = tables.lanes.input.tolist()
        self.transit_s = [round(mean_duration(law)) for law in tables.lanes.transit]
        self._names = [*tables.lanes.name, *tables.applicants.name]
        self._n_read = 0
        self._moving: dict[int, list[tuple[int, int]]] = {}
        self._licensed: dict[tuple[int, int], int] = {}

    def hold(self) -> Generator[Event, None, None]:
        """Hold a round at 0, round, 2 round, ..., but not in a pause."""
        place = key(self.desk.phase, len(self._names) + self.desk.index)
        every = int(self.tables.desks.round_s[self.desk.index])
        for second in range(0, self.tables.horizon_s, every):
            yield self.clock.at(second, place)
            if self.desk.reviews.works_at(second):
                self._round()

    def _round(self) -> None:
        pool = [file for file in self.desk.pool if not file.withdrawn]
        self.desk.pool = []
        if not pool:
            return
        self._read()
        runways = _Runways(self, [file.source for file in pool if self._serves(file) != UNSET])
        at_start = {lane: runways.of(lane) for lane in runways.lanes}
        first_come = sorted(
            pool, key=lambda file: (file.filed_s, self._names[file.source], file.slot)
        )
        by_rank = sorted(
            (file for file in first_come if self._serves(file) != UNSET),
            key=lambda file: (self.weight[self._serves(file)], at_start[file.source]),
        )
        left = [file for file in by_rank if not self._granted(file, runways)]
        rest = int(self.tables.desks.rest_per_round[self.desk.index])
        for file in first_come:
            if self._serves(file) != UNSET:
                continue
            fits = file.quantity <= rest
            rest = rest - file.quantity if fits else UNSET
            if fits:
                self._grant(file)
            else:
                left.append(file)
        self.desk.pool += left

    def _serves(self, file: File) -> int:
        """Return the protected site that a file serves, or UNSET."""
        return self.serves[file.source] if file.source < len(self.serves) else UNSET

    def _granted(self, file: File, runways: _Runways) -> bool:
        """Grant a file if the runway it lengthens is too short."""
        if runways.of(file.source) >= self.target_s[self._serves(file)]:
            return False
        runways.lengthen(file.source, file.quantity)
        self._grant(file)
        return True

    def _grant(self, file: File) -> None:
        if file.source < len(self.serves):
            self._licensed[file.source, file.slot] = file.quantity
        self.desk.announce(file, Outcome.GRANTED, self.desk.phase)

    def _read(self) -> None:
        """Read what has happened since the last round: what left, and licences that ended."""
        now = self.clock.second
        for row in self.rows.rows[self._n_read :]:
            _, kind, lane, slot, quantity, _, until = row
            if kind in _ENDS_A_LICENCE:
                self._licensed.pop((lane, slot), None)
            if kind in {Kind.DISPATCHED, Kind.UNDER_WAY}:
                self._moving.setdefault(self.input[lane], []).append((until, quantity))
        self._n_read = len(self.rows.rows)
        for n, goods in self._moving.items():
            self._moving[n] = sorted(one for one in goods if one[0] > now)

    def to_come(self, n: int) -> list[tuple[int, int]]:
        """Return (arrival, quantity) of what is moving, or licensed, towards an input."""
        now = self.clock.second
        licensed = [
            (now + self.transit_s[lane], quantity)
            for (lane, _), quantity in self._licensed.items()
            if self.input[lane] == n
        ]
        return sorted([*self._moving.get(n, ()), *licensed])


class _Runways:
    """Runways in one round, as they grow with what it grants; all is looked up before any grant."""

    def __init__(self, rounds: Rounds, lanes: list[int]) -> None:
        self.rounds = rounds
        self.second = rounds.clock.second
        self.lanes = sorted(set(lanes))
        self.stock = {rounds.input[lane]: rounds.stock_of(lane) for lane in self.lanes}
        self.arrivals = {n: rounds.to_come(n) for n in self.stock}
        self.use = {n: use_from(rounds.tables, rounds.desk.now, n) for n in self.stock}

    def of(self, lane: int) -> int:
        """Return the runway of the input that a lane feeds [s]."""
        n = self.rounds.input[lane]
        return runway_s(self.second, self.stock[n], self.arrivals[n], self.use[n])

    def lengthen(self, lane: int, quantity: int) -> None:
        """Count an amount as if it left now and travelled for its mean time."""
        n = self.rounds.input[lane]
        arrival = self.second + self.rounds.transit_s[lane]
        self.arrivals[n] = sorted([*self.arrivals[n], (arrival, quantity)])


def protected_sites(tables: ModelTables, desk: int) -> list[int]:
    """Return the protected site that each lane's files serve, or UNSET, shape (L,).

    The customer, if it is protected; else the one downstream of it that comes first by weight,
    then name.
    """
    weight: list[int] = tables.desks.weight[desk].tolist()
    customers: dict[int, set[int]] = {}
    ends = zip(tables.lanes.supplier.tolist(), tables.lanes.customer.tolist(), strict=True)
    for supplier, customer in ends:
        customers.setdefault(supplier, set()).add(customer)

    def serves(site: int) -> int:
        if weight[site] != UNSET:
            return site
        reached, to_look_at = set[int](), [site]
        while to_look_at:
            fresh = customers.get(to_look_at.pop(), set()) - reached
            reached |= fresh
            to_look_at += fresh
        protected = [s for s in reached if weight[s] != UNSET]
        return min(protected, key=lambda s: (weight[s], tables.sites.name[s]), default=UNSET)

    return [serves(site) for site in tables.lanes.customer.tolist()]
