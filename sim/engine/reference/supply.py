"""Ordering, dispatch and transit: how goods are asked for, sent and received.

Sites order at reviews, suppliers dispatch in slots, goods travel for a drawn time. On a lane that
needs a licence a dispatch becomes an application, and the goods wait at the exporter.
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
from sim.engine.rules import (
    allocate_by_priority,
    allocate_proportionally,
    flow,
    scaled,
    seconds_to_flow,
    split_by_share,
)
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import ON_ORDER, UNSET, ModelTables
from sim.units import DAY_S

__all__ = ["Supply"]

_MILLION = 1_000_000
_SLOT = 0xFFFFFFFF
_CONTINUOUS = 1 << 31
"""Ordinal of continuous reviews: after those at intervals, in the order of the inputs."""


class Supply:
    """All lanes of a run.

    Parameters
    ----------
    clock, tables, rows, draws : Clock, ModelTables, TraceRows, Draws
    sites : list of Site, shape (S,)
    start : InitialState
    apply : callable (lane, slot, quantity)
        Files an application for goods that have left finished stock.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        draws: Draws,
        sites: list[Site],
        start: InitialState,
        apply: Callable[[int, int, int], None],
    ) -> None:
        self.clock = clock
        self.tables = tables
        self.rows = rows
        self.draws = draws
        self.sites = sites
        self.apply = apply
        self.regime = 0
        lanes = tables.lanes
        self.supplier = lanes.supplier.tolist()
        self.customer = [sites[s] for s in lanes.customer.tolist()]
        self.stock = [_input_of(sites, n) for n in lanes.input.tolist()]
        self.interval_s = lanes.interval_s.tolist()
        self.needs_licence = tables.regimes.needs_licence.tolist()
        self.owed = list(start.owed)
        self.waiting = [0] * len(self.supplier)
        self.moving = [0] * len(self.supplier)
        self._called: set[int] = set()
        self._output_at: dict[int, int] = {}
        self._reorder_at: dict[int, int] = {}
        self._lanes_into: dict[int, list[int]] = {}
        for lane, n in enumerate(lanes.input.tolist()):
            self._lanes_into.setdefault(n, []).append(lane)
        for lane, shipments in enumerate(start.under_way):
            self.stock[lane].on_order += start.owed[lane]
            for slot, quantity, arrival in shipments:
                self.stock[lane].on_order += quantity
                self.moving[lane] += quantity
                rows.add(0, Kind.UNDER_WAY, lane, slot, quantity, until=arrival)
                self._arrive_at(lane, slot, quantity, arrival)

    # Ordering

    def reviews(self, site: Site, interval_s: int, ordinal: int) -> Generator[Event, None, None]:
        """Review the inputs of a site that share an interval, at 0, interval, 2 interval, ..."""
        inputs = [
            stock
            for stock in site.inputs
            if self.tables.inputs.review_every_s[stock.index] == interval_s
        ]
        rank = int(self.tables.sites.review_rank[site.index])
        for second in range(0, self.tables.horizon_s, interval_s):
            yield self.clock.at(second, key(Phase.ORDER_REVIEW, rank, ordinal))
            site.settle()
            for stock in inputs:
                self.review(site, stock, interval_s)

    def review(self, site: Site, stock: InputStock, interval_s: int) -> None:
        """Order what the input's rule says."""
        factor = int(self.tables.regimes.order_factor[self.regime, site.index])
        rule = self.tables.inputs.rule[stock.index]
        position = stock.stock + stock.on_order - site.owed_units * stock.per_unit
        if rule == "constant":
            due, stock.order_remainder = flow(stock.use_per_day, interval_s, stock.order_remainder)
            self.order(stock, scaled(due, factor, _MILLION))
        elif rule == "s_q":
            point = int(self.tables.inputs.reorder_point[stock.index])
            lot = int(self.tables.inputs.order_quantity[stock.index])
            if position <= point:
                self.order(stock, -(-(point - position + 1) // lot) * lot)
        else:
            if factor != _MILLION and interval_s:
                in_interval = stock.use_per_day * interval_s // DAY_S
                stock.order_up_to += scaled(in_interval, factor, _MILLION) - in_interval
            self.order(stock, stock.order_up_to - position)

    def watch_reorder_point(self, site: Site, stock: InputStock) -> None:
        """Review in the second in which steady use brings the position down to its point."""
        if site.state is not State.RUNNING or stock.use_per_day == 0:
            return
        site.settle()
        now = self.clock.second
        above = stock.stock + stock.on_order - int(self.tables.inputs.reorder_point[stock.index])
        left = seconds_to_flow(max(0, above), stock.use_per_day, stock.remainder)
        at = now + (max(1, left) if now else left)
        if self._reorder_at.get(stock.index) != at:
            self._reorder_at[stock.index] = at
            rank = int(self.tables.sites.review_rank[site.index])
            place = key(Phase.ORDER_REVIEW, rank, _CONTINUOUS + stock.index)
            self.clock.call(at, place, lambda _: self._reorder(site, stock))

    def _reorder(self, site: Site, stock: InputStock) -> None:
        if self._reorder_at.get(stock.index) == self.clock.second:
            del self._reorder_at[stock.index]
            site.settle()
            self.review(site, stock, 0)
            self.watch_reorder_point(site, stock)

    def order(self, stock: InputStock, quantity: int) -> None:
        """Order an amount, split over the lanes that bring the input."""
        if quantity <= 0:
            return
        lanes = self._lanes_into[stock.index]
        shares = [int(self.tables.lanes.share[lane]) for lane in lanes]
        for lane, part in zip(lanes, split_by_share(quantity, shares), strict=True):
            if part == 0:
                continue
            self.owed[lane] += part
            stock.on_order += part
            self.rows.add(
                self.clock.second, Kind.ORDERED, lane, quantity=part, level=self.owed[lane]
            )
            if self.interval_s[lane] == ON_ORDER:
                self._call_dispatch(self.supplier[lane])

    # Dispatch

    def dispatches(self, supplier: int) -> Generator[Event, None, None]:
        """Dispatch in the slots of a supplier's lanes, all lanes that are due together."""
        lanes = [lane for lane, s in enumerate(self.supplier) if s == supplier]
        intervals = sorted({self.interval_s[lane] for lane in lanes} - {ON_ORDER})
        second = 0
        while intervals and second < self.tables.horizon_s:
            yield self.clock.at(second, key(Phase.DISPATCH, supplier))
            due = [
                lane
                for lane in lanes
                if self.interval_s[lane] != ON_ORDER and second % self.interval_s[lane] == 0
            ]
            self._dispatch(supplier, due)
            second = min(second - second % every + every for every in intervals)

    def _call_dispatch(self, supplier: int) -> None:
        """Dispatch on order: once, in this second's dispatch phase."""
        if supplier not in self._called:
            self._called.add(supplier)
            place = key(Phase.DISPATCH, supplier, 1)
            self.clock.call(self.clock.second, place, lambda _: self._dispatch_on_order(supplier))

    def _dispatch_on_order(self, supplier: int) -> None:
        self._called.discard(supplier)
        lanes = [
            lane
            for lane, s in enumerate(self.supplier)
            if s == supplier and self.interval_s[lane] == ON_ORDER
        ]
        self._dispatch(supplier, lanes)
        self.wait_for_output(supplier)

    def wait_for_output(self, supplier: int) -> None:
        """Come back when production has caught up with what on-order lanes are owed."""
        owed = sum(
            self.owed[lane]
            for lane, s in enumerate(self.supplier)
            if s == supplier and self.interval_s[lane] == ON_ORDER
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
        lanes = [lane for lane in lanes if self.owed[lane] > 0]
        if not lanes:
            return
        site = self.sites[supplier]
        site.settle()
        for lane, part in zip(lanes, self._allocate(supplier, lanes), strict=True):
            if part == 0:
                continue
            second = self.clock.second
            every = self.interval_s[lane]
            slot = second if every == ON_ORDER else second // every
            self.owed[lane] -= part
            site.take_finished(part)
            if self.needs_licence[self.regime][lane]:
                self.waiting[lane] += part
                self.apply(lane, slot, part)
            else:
                self.send(lane, slot, part, Phase.DISPATCH)
        site.make_room()

    def _allocate(self, supplier: int, lanes: list[int]) -> list[int]:
        wanted = [self.owed[lane] for lane in lanes]
        available = self.sites[supplier].finished.stock
        if self.tables.sites.allocation[supplier] == "priority":
            priority = [int(self.tables.lanes.priority[lane]) for lane in lanes]
            return allocate_by_priority(available, wanted, priority)
        return allocate_proportionally(available, wanted)

    # Transit

    def release(self, lane: int, slot: int, quantity: int, phase: Phase) -> None:
        """Let goods go that waited for a licence."""
        self.waiting[lane] -= quantity
        self.send(lane, slot, quantity, phase)

    def send(self, lane: int, slot: int, quantity: int, phase: Phase) -> None:
        """Put goods on their way."""
        second = self.clock.second
        arrival = second + self.draws.transit_s(lane, slot)
        left = self.sites[self.supplier[lane]].finished.stock
        self.rows.add(second, Kind.DISPATCHED, lane, slot, quantity, left, arrival)
        self.moving[lane] += quantity
        if arrival == second:
            self._arrive(lane, slot, quantity, phase)
        else:
            self._arrive_at(lane, slot, quantity, arrival)

    def _arrive_at(self, lane: int, slot: int, quantity: int, arrival: int) -> None:
        if arrival < self.tables.horizon_s:
            place = key(Phase.ARRIVAL, lane, slot & _SLOT)
            self.clock.call(
                arrival, place, lambda _: self._arrive(lane, slot, quantity, Phase.ARRIVAL)
            )

    def _arrive(self, lane: int, slot: int, quantity: int, phase: Phase) -> None:
        self.moving[lane] -= quantity
        site, stock = self.customer[lane], self.stock[lane]
        level = site.receive(stock, quantity, phase)
        self.rows.add(self.clock.second, Kind.ARRIVED, lane, slot, quantity, level)

    # Cancelled orders

    def give_back(self, lane: int, quantity: int) -> None:
        """Return goods of a refused application to the exporter's finished stock."""
        self.waiting[lane] -= quantity
        self.sites[self.supplier[lane]].give_back_finished(quantity)

    def cancel(self, lane: int, slot: int, quantity: int) -> None:
        """Let the buyer know that an order is lost."""
        self.stock[lane].on_order -= quantity
        self.rows.add(self.clock.second, Kind.CANCELLED, lane, slot, quantity)
        site = self.customer[lane]
        if site.on_use is not None:
            site.on_use()


def _input_of(sites: list[Site], n: int) -> InputStock:
    return next(stock for site in sites for stock in site.inputs if stock.index == n)
