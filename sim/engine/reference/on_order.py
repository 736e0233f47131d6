"""Lanes that dispatch on order: at once, and again when production has caught up.

A supplier dispatches once in a second, whoever ordered; what it cannot send yet it sends in the
computed second in which enough has been made, or its store is full.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.site import Site, State
from sim.model.tables import ON_ORDER, UNSET, ModelTables

__all__ = ["OnOrder"]


class OnOrder:
    """All lanes of a run that dispatch on order.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    sites : list of Site, shape (S,)
    owed : list of int, shape (L,)
        What each lane is owed, kept by others.
    dispatch : callable (supplier, lanes)
        Sends what is owed on lanes.

    Attributes
    ----------
    put_off : container of int
        Lanes whose orders wait for more before they are sent.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        sites: list[Site],
        owed: list[int],
        dispatch: Callable[[int, list[int]], None],
    ) -> None:
        self.clock = clock
        self.sites = sites
        self.owed = owed
        self.dispatch = dispatch
        self._lanes: dict[int, list[int]] = {}
        every = tables.lanes.interval_s.tolist()
        for lane, supplier in enumerate(tables.lanes.supplier.tolist()):
            if every[lane] == ON_ORDER:
                self._lanes.setdefault(supplier, []).append(lane)
        self.put_off: Container[int] = ()
        self._called: set[int] = set()
        self._output_at: dict[int, int] = {}

    def call(self, supplier: int) -> None:
        """Dispatch once, in this second's dispatch phase."""
        if supplier not in self._called:
            self._called.add(supplier)
            place = key(Phase.DISPATCH, supplier, 1)
            self.clock.call(self.clock.second, place, lambda _: self._dispatch(supplier))

    def _dispatch(self, supplier: int) -> None:
        self._called.discard(supplier)
        self.dispatch(supplier, self._lanes[supplier])
        self.wait_for_output(supplier)

    def wait_for_output(self, supplier: int) -> None:
        """Come back when production has caught up with what is owed on order."""
        lanes = self._lanes.get(supplier)
        if lanes is None:
            return
        owed = sum(self.owed[lane] for lane in lanes if lane not in self.put_off)
        site = self.sites[supplier]
        before = self._output_at.pop(supplier, UNSET)
        if owed == 0 or site.state is not State.RUNNING:
            return
        site.settle()
        left = site.finished.seconds_to_reach(min(owed, site.finished.cap))
        if left == UNSET:
            return
        at = self.clock.second + max(1, left)
        self._output_at[supplier] = at
        if at != before:
            place = key(Phase.OUTPUT_DONE, supplier)
            self.clock.call(at, place, lambda _: self._output_done(supplier))

    def _output_done(self, supplier: int) -> None:
        """Dispatch what has been made, unless a later estimate has replaced this one."""
        if self._output_at.get(supplier) == self.clock.second:
            del self._output_at[supplier]
            self.call(supplier)
