"""Suppliers: what is ordered is owed, dispatched in slots or on order, and rationed when short.

On a lane that needs a licence a dispatch becomes an application, and the goods wait at the
exporter, out of finished stock, until they may leave or the order is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from simpy.events import Event

from sim.engine.draws import Draws
from sim.engine.initial import InitialState
from sim.engine.order import Phase, key
from sim.engine.reference.clock import Clock
from sim.engine.reference.site import Site, State
from sim.engine.reference.stocks import InputStock
from sim.engine.reference.transit import Transit
from sim.engine.rules import allocate_by_priority, allocate_proportionally, split_over_time
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import ON_ORDER, UNSET, ModelTables

__all__ = ["Supply"]


class Supply:
    """All lanes of a run.

    Parameters
    ----------
    clock, tables, rows, draws : Clock, ModelTables, TraceRows, Draws
    sites : list of Site, shape (S,)
    start : InitialState
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        draws: Draws,
        sites: list[Site],
        start: InitialState,
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.sites = sites
        self.apply: Callable[[int, int, int], None] | None = None
        self.on_loss: Callable[[Site], None] | None = None
        self.needs_licence: list[bool] = tables.regimes.needs_licence[0].tolist()
        self.supplier: list[int] = tables.lanes.supplier.tolist()
        self.interval_s: list[int] = tables.lanes.interval_s.tolist()
        self.owed = list(start.owed)
        self.waiting = [0] * len(self.supplier)
        self._stock = [_input_of(sites, n) for n in tables.lanes.input.tolist()]
        customers = [sites[s] for s in tables.lanes.customer.tolist()]
        self.transit = Transit(clock, tables, rows, draws, customers, self._stock)
        self._lanes_into: dict[int, list[int]] = {}
        self._lanes_from: dict[int, list[int]] = {s: [] for s in range(len(sites))}
        for lane, n in enumerate(tables.lanes.input.tolist()):
            self._lanes_into.setdefault(n, []).append(lane)
            self._lanes_from[self.supplier[lane]].append(lane)
        self._share = {
            n: [int(tables.lanes.share[lane]) for lane in lanes]
            for n, lanes in self._lanes_into.items()
        }
        self._given = {n: [0] * len(lanes) for n, lanes in self._lanes_into.items()}
        self._called: set[int] = set()
        self._output_at: dict[int, int] = {}
        for lane, shipments in enumerate(start.under_way):
            self._stock[lane].on_order += start.owed[lane]
            for slot, quantity, arrival in shipments:
                self.transit.under_way(lane, slot, quantity, arrival)

    def order(self, stock: InputStock, quantity: int) -> None:
        """Order an amount, split over the lanes that bring the input; nothing for 0 or less."""
        if quantity <= 0:
            return
        lanes = self._lanes_into[stock.index]
        parts = split_over_time(quantity, self._share[stock.index], self._given[stock.index])
        for lane, part in zip(lanes, parts, strict=True):
            if part == 0:
                continue
            self.owed[lane] += part
            stock.on_order += part
            self.rows.add(
                self.clock.second, Kind.ORDERED, lane, quantity=part, level=self.owed[lane]
            )
            if self.interval_s[lane] == ON_ORDER:
                self._call_dispatch(self.supplier[lane])

    def cancel(self, lane: int, slot: int, quantity: int) -> None:
        """Let the buyer know that an order is lost."""
        self._stock[lane].on_order -= quantity
        self.rows.add(self.clock.second, Kind.CANCELLED, lane, slot, quantity)
        if self.on_loss is not None:
            self.on_loss(self.transit.customer[lane])

    def dispatches(self, supplier: int) -> Generator[Event, None, None]:
        """Dispatch in the slots of a supplier's lanes, all lanes that are due together."""
        lanes = [lane for lane in self._lanes_from[supplier] if self.interval_s[lane] != ON_ORDER]
        intervals = sorted({self.interval_s[lane] for lane in lanes})
        second = 0
        while intervals and second < self.tables.horizon_s:
            yield self.clock.at(second, key(Phase.DISPATCH, supplier))
            self._dispatch(supplier, [x for x in lanes if second % self.interval_s[x] == 0])
            second = min(second - second % every + every for every in intervals)

    def _call_dispatch(self, supplier: int) -> None:
        """Dispatch on order: once, in this second's dispatch phase."""
        if supplier not in self._called:
            self._called.add(supplier)
            place = key(Phase.DISPATCH, supplier, 1)
            self.clock.call(self.clock.second, place, lambda _: self._dispatch_on_order(supplier))

    def _dispatch_on_order(self, supplier: int) -> None:
        self._called.discard(supplier)
        lanes = [lane for lane in self._lanes_from[supplier] if self.interval_s[lane] == ON_ORDER]
        self._dispatch(supplier, lanes)
        self.wait_for_output(supplier)

    def wait_for_output(self, supplier: int) -> None:
        """Come back when production has caught up with what on-order lanes are owed."""
        owed = sum(
            self.owed[lane]
            for lane in self._lanes_from[supplier]
            if self.interval_s[lane] == ON_ORDER
        )
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
            self._call_dispatch(supplier)

    def _dispatch(self, supplier: int, lanes: list[int]) -> None:
        """Send what is owed on the lanes that are due, as far as finished stock goes."""
        lanes = [lane for lane in lanes if self.owed[lane] > 0]
        if not lanes:
            return
        site = self.sites[supplier]
        site.settle()
        second = self.clock.second
        for lane, part in zip(lanes, self._allocate(supplier, lanes), strict=True):
            if part == 0:
                continue
            every = self.interval_s[lane]
            slot = second if every == ON_ORDER else second // every
            self.owed[lane] -= part
            left = site.take_finished(part)
            if self.needs_licence[lane] and self.apply is not None:
                self.waiting[lane] += part
                self.apply(lane, slot, part)
            else:
                self.transit.send(lane, slot, part, left, Phase.DISPATCH)
        site.make_room()

    def _allocate(self, supplier: int, lanes: list[int]) -> list[int]:
        wanted = [self.owed[lane] for lane in lanes]
        available = self.sites[supplier].finished.stock
        if self.tables.sites.allocation[supplier] == "priority":
            priority = [int(self.tables.lanes.priority[lane]) for lane in lanes]
            return allocate_by_priority(available, wanted, priority)
        return allocate_proportionally(available, wanted)

    def release(self, lane: int, slot: int, quantity: int, phase: Phase) -> None:
        """Let goods go that waited for a licence."""
        self.waiting[lane] -= quantity
        left = self.sites[self.supplier[lane]].finished.stock
        self.transit.send(lane, slot, quantity, left, phase)

    def give_back(self, lane: int, quantity: int) -> None:
        """Return goods of a refused application to the exporter's finished stock."""
        self.waiting[lane] -= quantity
        self.sites[self.supplier[lane]].give_back_finished(quantity)


def _input_of(sites: list[Site], n: int) -> InputStock:
    return next(stock for site in sites for stock in site.inputs if stock.index == n)
