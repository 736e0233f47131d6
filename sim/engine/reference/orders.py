"""What is ordered: split over the lanes that bring an input, owed until it is dispatched.

Orders go by share over the lanes that are open now; fallbacks are ordered on one by one. When
shares change the running split starts afresh. What was ordered on a lane that closes stays owed.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engine.initial import InitialState
from sim.engine.reference.clock import Clock
from sim.engine.reference.lateness import Book
from sim.engine.reference.regime import InForce
from sim.engine.reference.stocks import InputStock
from sim.engine.rules import split_over_time
from sim.engine.trace import Kind, TraceRows
from sim.model.tables import ON_ORDER, ModelTables

__all__ = ["Orders"]


class Orders:
    """The orders of a run.

    Parameters
    ----------
    clock, tables, rows : Clock, ModelTables, TraceRows
    stock : list of InputStock, shape (L,)
        The customer's input that each lane feeds.
    start : InitialState

    Attributes
    ----------
    owed : list of int, shape (L,)
        Ordered and not yet dispatched.
    lanes_into : dict of int to list of int
        The lanes that bring an input N.
    books : dict of int to Book
        Open orders by age, on the lanes on which it matters.
    on_called : callable (supplier)
        An order for a supplier that dispatches on order.
    on_opened : callable (input)
        Something can be ordered again: there was no lane, and now there is.
    """

    def __init__(
        self,
        clock: Clock,
        tables: ModelTables,
        rows: TraceRows,
        stock: list[InputStock],
        start: InitialState,
    ) -> None:
        self.clock = clock
        self.rows = rows
        self.stock = stock
        self.owed = list(start.owed)
        self.lanes_into: dict[int, list[int]] = {}
        for lane, n in enumerate(tables.lanes.input.tolist()):
            self.lanes_into.setdefault(n, []).append(lane)
        self.on_called: Callable[[int], None] | None = None
        self.on_opened: Callable[[int], None] | None = None
        self.books: dict[int, Book] = {}
        self._supplier: list[int] = tables.lanes.supplier.tolist()
        self._is_fallback = [bool(kind) for kind in tables.lanes.fallback]
        self._is_on_order = [every == ON_ORDER for every in tables.lanes.interval_s.tolist()]
        self._share: list[int] = []
        self._split: dict[int, tuple[list[int], list[int], list[int]]] = {}

    def enter(self, now: InForce) -> None:
        """Order by the shares of the lanes that are open now."""
        share: list[int] = now.table.lane_share[now.t].tolist()
        if share == self._share:
            return
        self._share = share
        for n, lanes in self.lanes_into.items():
            used = [lane for lane in lanes if share[lane] > 0]
            shares = [share[lane] for lane in used]
            before = self._split.get(n)
            if before is None or before[:2] != (used, shares):
                self._split[n] = used, shares, [0] * len(used)
            if used and before is not None and not before[0] and self.on_opened is not None:
                self.on_opened(n)

    def normal_lanes(self, n: int) -> list[int]:
        """Return the lanes into an input that are not fallbacks."""
        return [lane for lane in self.lanes_into.get(n, []) if not self._is_fallback[lane]]

    def fallback_lanes(self, n: int) -> list[int]:
        """Return the lanes into an input that are ordered on in need only."""
        return [lane for lane in self.lanes_into.get(n, []) if self._is_fallback[lane]]

    def place(self, stock: InputStock, quantity: int) -> None:
        """Order an amount of an input; nothing for 0 or less, or while no lane is open."""
        if quantity <= 0:
            return
        lanes, shares, given = self._split[stock.index]
        if not lanes:
            return
        for lane, part in zip(lanes, split_over_time(quantity, shares, given), strict=True):
            if part:
                self.place_on(lane, part)

    def place_on(self, lane: int, quantity: int) -> None:
        """Order an amount on one lane."""
        self.owed[lane] += quantity
        self.stock[lane].on_order += quantity
        self.rows.add(
            self.clock.second, Kind.ORDERED, lane, quantity=quantity, level=self.owed[lane]
        )
        if lane in self.books:
            self.books[lane].add(self.clock.second, quantity)
        if self._is_on_order[lane] and self.on_called is not None:
            self.on_called(self._supplier[lane])

    def revoke(self, lane: int, quantity: int) -> None:
        """Take back what is owed and not yet dispatched."""
        self.owed[lane] -= quantity
        self.stock[lane].on_order -= quantity
        self.rows.add(
            self.clock.second, Kind.REVOKED, lane, quantity=quantity, level=self.owed[lane]
        )
        if lane in self.books:
            self.books[lane].take_back(quantity)
