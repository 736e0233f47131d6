"""From orders to applications: small amounts wait for more, but not for ever."""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.consignments import Consignments
from sim.model.tables import ON_ORDER, ModelTables

__all__ = ["Batching"]


class Batching:
    """What has been put off on the lanes of a run.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    consignments : Consignments
    call : callable (supplier)
        Has a supplier dispatch on order, in this second.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        consignments: Consignments,
        call: Callable[[int], None],
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.consignments = consignments
        self.call = call
        self.least: list[int] = tables.lanes.application_min.tolist()
        self.wait_s: list[int] = tables.lanes.application_wait_s.tolist()
        self.since: dict[int, int] = {}

    def puts_off(self, lane: int, slot: int, quantity: int) -> bool:
        """Say whether an amount is too little to file for yet."""
        now = self.clock.second
        due = (
            quantity >= self.least[lane]
            or slot in self.consignments.waiting[lane]
            or not self.consignments.needs.asks_for_application(lane, quantity)
        )
        if due or now >= self.since.setdefault(lane, now) + self.wait_s[lane]:
            self.since.pop(lane, None)
            return False
        if self.since[lane] == now and self.tables.lanes.interval_s[lane] == ON_ORDER:
            self._look_after(lane, self.wait_s[lane])
        return True

    def wake(self, lanes: list[int]) -> None:
        """Look again at lanes on order whose needs have changed."""
        for lane in lanes:
            if lane in self.since and self.tables.lanes.interval_s[lane] == ON_ORDER:
                self.call(int(self.tables.lanes.supplier[lane]))

    def _look_after(self, lane: int, wait_s: int) -> None:
        at = self.clock.second + wait_s
        if at < self.tables.horizon_s:
            supplier = int(self.tables.lanes.supplier[lane])
            place = key(Phase.FILING, lane)
            self.clock.call(at, place, lambda _: self.call(supplier))
