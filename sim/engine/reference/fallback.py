"""Lanes that are ordered on in need only, beside the lanes that are ordered on by share.

At a review, a fallback of the kind below_cover is asked for what brings the cover of the input up
to its target: what is in stock, what is moving on fallbacks, and what will have arrived on other
lanes by the time the fallback takes. One of the kind late_by is asked, once, for what has been on
order on other lanes for longer than its patience. The first lane by priority and name gives what
its supplier has in stock, the next what is still missing; the rest is ordered on the last.
"""

from __future__ import annotations

from sim.engine.initial import InitialState
from sim.engine.reference.clock import Clock
from sim.engine.reference.lateness import Book
from sim.engine.reference.regime import InForce
from sim.engine.reference.stocks import InputStock
from sim.engine.reference.supply import Supply
from sim.engine.rules import scaled
from sim.model.delays import mean_duration
from sim.model.tables import ModelTables
from sim.units import DAY_S

__all__ = ["Fallback", "fallbacks"]


class Fallback:
    """The fallback lanes of one input.

    Parameters
    ----------
    clock, tables : Clock, ModelTables
    supply : Supply
    stock : InputStock
    books : dict of int to Book
        What is on order on the other lanes, by lane; empty if no fallback asks how late they are.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        supply: Supply,
        stock: InputStock,
        books: dict[int, Book],
    ) -> None:
        lanes = tables.lanes
        self.clock = clock
        self.supply = supply
        self.stock = stock
        self.books = books
        self.lanes = sorted(
            supply.orders.fallback_lanes(stock.index),
            key=lambda lane: (int(lanes.priority[lane]), lanes.name[lane]),
        )
        self.limit_s = {lane: int(lanes.fallback_s[lane]) for lane in self.lanes}
        self.up_to_s = {lane: int(lanes.up_to_s[lane]) for lane in self.lanes}
        self.takes_s = {lane: round(mean_duration(lanes.transit[lane])) for lane in self.lanes}
        self._kind = lanes.fallback
        self._by_cover: list[int] = []
        self._by_lateness: list[int] = []

    def enter(self, now: InForce) -> None:
        """Follow what is in force: the lanes that are open."""
        is_open = [lane for lane in self.lanes if now.table.lane_open[now.t, lane]]
        self._by_cover = [lane for lane in is_open if self._kind[lane] == "below_cover"]
        self._by_lateness = [lane for lane in is_open if self._kind[lane] == "late_by"]

    def review(self) -> None:
        """Order what is needed now."""
        if self._by_cover:
            self._fill_up()
        if self._by_lateness:
            self._make_good()

    def _fill_up(self) -> None:
        """Order up to the target of the lanes that the cover is too short for."""
        supply, use = self.supply, self.stock.planned_per_day
        moving = supply.transit.moving
        here = self.stock.stock + sum(moving[lane] for lane in self.lanes)
        cover = {lane: here + self._due(self.takes_s[lane]) for lane in self._by_cover}
        asked = [lane for lane in cover if cover[lane] * DAY_S < self.limit_s[lane] * use]
        if asked:
            accounts = supply.waiting, supply.held, supply.owed
            behind = sum(account[lane] for lane in self.lanes for account in accounts)
            self._order({x: scaled(use, self.up_to_s[x], DAY_S) - cover[x] - behind for x in asked})

    def _due(self, takes_s: int) -> int:
        """Return what will have arrived on other lanes in a time."""
        until = self.clock.second + takes_s
        return sum(
            quantity
            for lane in self.supply.orders.normal_lanes(self.stock.index)
            for arrival, quantity in self.supply.transit.to_come(lane)
            if arrival <= until
        )

    def _make_good(self) -> None:
        """Order once more what other lanes are late with."""
        now, supply = self.clock.second, self.supply
        for lane, book in self.books.items():
            book.settle(supply.transit.received[lane] + supply.lost[lane])
            for order in book.orders:
                age_s = now - order.second
                asked = [x for x in self._by_lateness if self.limit_s[x] < age_s]
                if asked and not order.made_good:
                    order.made_good = True
                    self._order(dict.fromkeys(asked, order.quantity))

    def _order(self, target: dict[int, int]) -> None:
        """Order up to the target of each lane, in turn; what is there first, the rest on the last.

        A supplier that lapses (a stockpile) is only asked for more than it has if nobody else is.
        """
        sites, supplier = self.supply.sites, self.supply.supplier
        there = {supplier[lane]: sites[supplier[lane]].finished_now() for lane in target}
        part = dict.fromkeys(target, 0)
        for lane, wanted in target.items():
            part[lane] = max(0, min(wanted - sum(part.values()), there[supplier[lane]]))
            there[supplier[lane]] -= part[lane]
        lasting = [lane for lane in target if not sites[supplier[lane]].lapses]
        for lane in (lasting or [lane for lane in target if part[lane]])[-1:]:
            part[lane] += max(0, target[lane] - sum(part.values()))
        for lane, quantity in part.items():
            if quantity:
                self.supply.orders.place_on(lane, quantity)


def fallbacks(
    clock: Clock, tables: ModelTables, supply: Supply, start: InitialState
) -> dict[int, Fallback]:
    """Return the fallbacks of a run by input, for those inputs that have any."""
    result: dict[int, Fallback] = {}
    orders = supply.orders
    for stock in (stock for site in supply.sites for stock in site.inputs):
        lanes = orders.fallback_lanes(stock.index)
        if not lanes:
            continue
        books: dict[int, Book] = {}
        if any(tables.lanes.fallback[lane] == "late_by" for lane in lanes):
            normal = orders.normal_lanes(stock.index)
            books = {lane: Book(start.on_order(lane)) for lane in normal}
            orders.books |= books
        result[stock.index] = Fallback(clock, tables, supply, stock, books)
    return result
