"""What decisions do to goods: licences become valid and expire, refused goods go back.

A licence is valid [decision + issue lag, + term). Its end matters only to goods that are still
here then: at a later stage, held at customs, or not yet set aside.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.consignments import Consignments
from sim.engine.reference.desk import Desk
from sim.engine.reference.file import File, Goods
from sim.engine.reference.supply import Supply
from sim.engine.reference.transit import SLOT_BITS
from sim.model.tables import ModelTables

__all__ = ["Licences"]


class Licences:
    """The applicant of every file of a run, other applicants' files included.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    consignments : Consignments
    supply : Supply
    """

    def __init__(
        self, clock: Clock, tables: ModelTables, consignments: Consignments, supply: Supply
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.consignments = consignments
        self.supply = supply
        self.n_lanes = consignments.n_lanes
        self.issue_lag_s: list[int] = tables.desks.issue_lag_s.tolist()
        self.term_s: list[int] = tables.desks.licence_term_s.tolist()

    def granted(self, file: File, phase: Phase) -> None:
        """Wait until the licence is issued."""
        if file.source >= self.n_lanes:
            return
        desk = self._desk(file)
        lag_s = self.issue_lag_s[desk.index]
        if lag_s == 0:
            self._is_valid(file, desk, phase)
        else:
            self._later(lag_s, desk.phase, file, lambda: self._is_valid(file, desk, desk.phase))

    def _is_valid(self, file: File, desk: Desk, phase: Phase) -> None:
        """Let the goods go on in the second in which their licence is valid."""
        if file.withdrawn:
            return
        goods = self.consignments.waiting[file.source][file.slot]
        goods.file = None
        goods.passed |= 1 << file.stage
        self.consignments.go_on(goods, phase)
        if goods.here and not desk.holds:
            goods.licences[file.stage] = file
            term_s = self.term_s[desk.index]
            file.valid_to_s = self.clock.second + term_s
            self._later(term_s, Phase.LICENCE_EXPIRY, file, lambda: self._expires(goods, file))

    def _expires(self, goods: Goods, file: File) -> None:
        """Have goods that are still here file again, later in the same second.

        A licence that nobody asks for any more is only remembered as missing.
        """
        if not goods.here or goods.licences.get(file.stage) is not file:
            return
        consignments = self.consignments
        if consignments.needs.asks(goods, file.stage):
            consignments.expire(goods, file)
            self._later(
                0, Phase.FILING, file,
                lambda: consignments.go_on(goods, Phase.FILING),
            )  # fmt: skip
        else:
            del goods.licences[file.stage]
            goods.passed &= ~(1 << file.stage)
            if goods.file is None and goods.quantity:
                consignments.go_on(goods, Phase.LICENCE_EXPIRY)

    def lost(self, file: File) -> None:
        """Return the goods of a cancelled order; the buyer learns of it after a lag."""
        if file.source >= self.n_lanes:
            return
        goods = self.consignments.waiting[file.source][file.slot]
        self.consignments.drop(goods)
        if goods.quantity == 0:
            return
        self.supply.give_back(goods.lane, goods.quantity)
        desk = self._desk(file)
        lag_s = int(self.tables.desks.refusal_known_after_s[desk.index])
        if lag_s == 0:
            self.supply.cancel(goods.lane, goods.slot, goods.quantity)
        else:
            self._later(
                lag_s, desk.phase, file,
                lambda: self.supply.cancel(goods.lane, goods.slot, goods.quantity),
            )  # fmt: skip

    def back(self, file: File) -> None:
        """File again, at the same desk; the goods may be fewer than were applied for."""
        if file.source < self.n_lanes:
            goods = self.consignments.waiting[file.source][file.slot]
            self.consignments.file(goods, Phase.FILING)
        else:
            again = File(file.source, 0, file.slot, file.quantity, file.attempt + 1)
            self._desk(file).receive(again, Phase.FILING)

    def _desk(self, file: File) -> Desk:
        if file.source < self.n_lanes:
            return self.consignments.desks[self.tables.lanes.stages[file.source][file.stage]]
        return self.consignments.desks[int(self.tables.applicants.desk[file.source - self.n_lanes])]

    def _later(self, lag_s: int, phase: Phase, file: File, action: Callable[[], None]) -> None:
        at = self.clock.second + lag_s
        if at < self.tables.horizon_s:
            place = key(phase, file.source, file.slot & SLOT_BITS)
            self.clock.call(at, place, lambda _: action())
