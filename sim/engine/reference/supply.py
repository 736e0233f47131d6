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
from sim.engine.reference.on_order import OnOrder
from sim.engine.reference.orders import Orders
from sim.engine.reference.regime import InForce
from sim.engine.reference.site import Site
from sim.engine.reference.transit import Transit
from sim.engine.rules import allocate
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import ALWAYS, ON_ORDER, ModelTables
from sim.units import DAY_S

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
        self.most: Callable[[int, int, int], int] | None = None
        self.puts_off: Callable[[int, int, int], bool] | None = None
        self.on_loss: Callable[[Site], None] | None = None
        self.stages_needed: list[int] = []
        self.air_below_s: list[int] = []
        self.supplier: list[int] = tables.lanes.supplier.tolist()
        self.interval_s: list[int] = tables.lanes.interval_s.tolist()
        self.slot_quantity = start.slot_quantity
        self.waiting = [0] * len(self.supplier)
        self.held = [0] * len(self.supplier)
        self.lost = [0] * len(self.supplier)
        stocks = {stock.index: stock for site in sites for stock in site.inputs}
        self._stock = [stocks[n] for n in tables.lanes.input.tolist()]
        self.orders = Orders(clock, tables, rows, self._stock, start)
        self.owed = self.orders.owed
        self.on_order = OnOrder(clock, tables, sites, self.owed, self._dispatch)
        self.orders.on_called = self.on_order.call
        customers = [sites[s] for s in tables.lanes.customer.tolist()]
        self.transit = Transit(clock, tables, rows, draws, customers, self._stock)
        self._lanes_from: dict[int, list[int]] = {s: [] for s in range(len(sites))}
        for lane, supplier in enumerate(self.supplier):
            self._lanes_from[supplier].append(lane)
        for lane, shipments in enumerate(start.under_way):
            self._stock[lane].on_order += start.owed[lane]
            for slot, quantity, arrival in shipments:
                self.transit.under_way(lane, slot, quantity, arrival)

    def enter(self, now: InForce) -> None:
        """Follow what is in force: gates, shares and openings of lanes, air."""
        self.stages_needed = now.table.stages_needed[now.t].tolist()
        self.air_below_s = now.table.air_below_s[now.t].tolist()
        self.orders.enter(now)

    def cancel(self, lane: int, slot: int, quantity: int) -> None:
        """Let the buyer know that an order is lost."""
        self._stock[lane].on_order -= quantity
        self.lost[lane] += quantity
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

    def _dispatch(self, supplier: int, lanes: list[int]) -> None:
        """Send what is owed on the lanes that are due, as far as finished stock goes."""
        lanes = [lane for lane in lanes if self.owed[lane] > 0]
        if not lanes:
            return
        site = self.sites[supplier]
        site.settle()
        for lane, part in zip(lanes, self._allocate(supplier, lanes), strict=True):
            if part:
                slot = self._slot(lane)
                if self.puts_off is None or not self.puts_off(lane, slot, part):
                    self._hand_over(lane, slot, part)
        site.make_room()
        if site.lapses:
            for lane in lanes:
                if self.owed[lane]:
                    self.orders.revoke(lane, self.owed[lane])

    def _slot(self, lane: int) -> int:
        every = self.interval_s[lane]
        return self.clock.second if every == ON_ORDER else self.clock.second // every

    def _hand_over(self, lane: int, slot: int, quantity: int) -> None:
        """Take goods out of finished stock: on their way, or to wait for a licence."""
        self.owed[lane] -= quantity
        left = self.sites[self.supplier[lane]].take_finished(quantity)
        if self.air_below_s[lane]:
            self.choose_mode(lane, slot, quantity)
        if self.stages_needed[lane] and self.apply is not None:
            self.waiting[lane] += quantity
            self.apply(lane, slot, quantity)
        else:
            self.transit.send(lane, slot, quantity, left, Phase.DISPATCH)

    def _allocate(self, supplier: int, lanes: list[int]) -> list[int]:
        wanted = [self.owed[lane] for lane in lanes]
        if self.most is not None:
            wanted = [
                self.most(lane, self._slot(lane), owed)
                for lane, owed in zip(lanes, wanted, strict=True)
            ]
        available = self.sites[supplier].finished.stock
        if sum(wanted) <= available:
            return wanted
        priority = [int(self.tables.lanes.priority[lane]) for lane in lanes]
        earned = [self.slot_quantity[lane] + self.transit.sent[lane] for lane in lanes]
        rule = self.tables.sites.allocation[supplier]
        return allocate(rule, available, wanted, priority, earned)

    def choose_mode(self, lane: int, slot: int, quantity: int) -> None:
        """Send what leaves in a slot by air if its customer's cover is short; once and for all."""
        below_s = self.air_below_s[lane]
        stock = self._stock[lane]
        in_stock = self.transit.customer[lane].stock_now(stock)
        if below_s == ALWAYS or in_stock * DAY_S < below_s * stock.planned_per_day:
            self.transit.by_air.add((lane, slot))
            self.rows.add(self.clock.second, Kind.EXPEDITED, lane, slot, quantity)

    def release(self, lane: int, slot: int, quantity: int, phase: Phase) -> None:
        """Let goods go that waited for a licence."""
        self.waiting[lane] -= quantity
        left = self.sites[self.supplier[lane]].finished.stock
        self.transit.send(lane, slot, quantity, left, phase)

    def give_back(self, lane: int, quantity: int) -> None:
        """Return goods of a refused application to the exporter's finished stock."""
        self.waiting[lane] -= quantity
        self.sites[self.supplier[lane]].give_back_finished(quantity)
