"""Applications made before their slot: for what a dispatch is planned to be, and something more.

Each is filed so long before its slot as the measure in force says, and at once when a measure
begins; what is planned to be less than the least that is filed for waits for its slot. There goods
are set aside under an application, at most what it was for. If nothing is owed or in stock then,
the application lapses.
"""

from __future__ import annotations

from collections.abc import Generator

from simpy.events import Event

from sim.engine.initial import slots_of
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.consignments import Consignments
from sim.engine.reference.file import Goods
from sim.engine.reference.regime import InForce, planned_use
from sim.engine.reference.transit import SLOT_BITS
from sim.engine.rules import scaled
from sim.model.tables import MILLION, ON_ORDER, UNSET, ModelTables
from sim.units import DAY_S

__all__ = ["EarlyFiling", "filing_times"]

_AFTER_DISPATCHES = 2
"""Ordinal within a supplier's dispatch phase: after its slots and what it sends on order."""


class EarlyFiling:
    """The early applications of a run.

    Parameters
    ----------
    clock, tables, now : Clock, ModelTables, InForce
    consignments : Consignments
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        now: InForce,
        consignments: Consignments,
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.now = now
        self.consignments = consignments
        self._beside: dict[int, list[int]] = {}
        for lane, n in enumerate(tables.lanes.input.tolist()):
            self._beside.setdefault(n, []).append(lane)
        self.lanes = [
            lane
            for lane, interval_s in enumerate(tables.lanes.interval_s.tolist())
            if interval_s != ON_ORDER and (tables.regimes.file_early_s[:, lane] > 0).any()
        ]

    def begin(self) -> None:
        """Start the early filings of every lane that has any."""
        for lane in self.lanes:
            self.clock.process(self._filings(lane))

    def _filings(self, lane: int) -> Generator[Event, None, None]:
        for second, slot in filing_times(self.tables, lane):
            yield self.clock.at(second, key(Phase.FILING, lane, slot & SLOT_BITS))
            self._file(lane, slot)

    def _file(self, lane: int, slot: int) -> None:
        """Apply for a slot, if its lane needs applications now."""
        needs = self.consignments.needs
        asked = self._planned(lane)
        least = int(self.tables.lanes.application_min[lane])
        if asked < max(1, least) or needs.general[lane] != UNSET:
            return
        if not needs.asks_for_application(lane, asked):
            return
        goods = self.consignments.open(lane, slot, 0, asked, Phase.FILING)
        at = slot * int(self.tables.lanes.interval_s[lane])
        if at < self.tables.horizon_s:
            supplier = int(self.tables.lanes.supplier[lane])
            place = key(Phase.DISPATCH, supplier, _AFTER_DISPATCHES + lane)
            self.clock.call(at, place, lambda _: self._slot_is_over(goods))

    def _planned(self, lane: int) -> int:
        """Return what a slot is to be applied for: planned use of now x share, and the margin."""
        tables, regimes, t = self.tables, self.now.table, self.now.t
        n = int(tables.lanes.input[lane])
        shares = [
            0 if tables.lanes.fallback[other] else int(regimes.lane_share[t, other])
            for other in self._beside[n]
            if regimes.lane_open[t, other]
        ]
        if tables.lanes.fallback[lane] or not regimes.lane_open[t, lane] or not any(shares):
            return 0
        share = int(regimes.lane_share[t, lane]) * int(tables.lanes.file_margin[lane])
        in_slot = planned_use(tables, regimes, t, n) * slots_of(tables, lane)
        return scaled(in_slot, share, sum(shares) * MILLION * DAY_S)

    def _slot_is_over(self, goods: Goods) -> None:
        if goods.here and goods.quantity == 0:
            self.consignments.lapse(goods)

    def most(self, lane: int, slot: int, owed: int) -> int:
        """Return how much of what is owed can go in a slot."""
        goods = self.consignments.waiting[lane].get(slot)
        return owed if goods is None else min(owed, goods.asked)


def filing_times(tables: ModelTables, lane: int) -> list[tuple[int, int]]:
    """Return (second, slot) of the early filings of a lane before the horizon, in order.

    A slot is filed for in the first second that is no further from it than the measure in force
    says; slots that are nearer when a measure begins are filed for then.
    """
    times: list[tuple[int, int]] = []
    interval_s = int(tables.lanes.interval_s[lane])
    ends = [*tables.regimes.t_s[1:].tolist(), tables.horizon_s]
    early = tables.regimes.file_early_s[:, lane].tolist()
    slot = 0
    for begins, until, early_s in zip(tables.regimes.t_s.tolist(), ends, early, strict=True):
        if early_s == 0:
            continue
        slot = max(slot, -(-begins // interval_s))
        while slot * interval_s - early_s < until:
            times.append((max(begins, slot * interval_s - early_s), slot))
            slot += 1
    return times
