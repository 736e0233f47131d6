"""Hoarding: orders grow while deliveries fall short, and the excess is cancelled afterwards.

Perceived fill = delivered / ordered over the last reviews, on the lanes that are ordered on by
share; it stays as it was where nothing was ordered or delivered and something is outstanding. What
is ordered beyond the need is remembered as long as it has not been delivered (what comes first is
what was needed) and left out of the stock position. When the fill is back, what of it is not yet
dispatched is cancelled, and the rest counts again. Use never grows.
"""

from __future__ import annotations

from collections import deque

from sim.engine.initial import InitialState
from sim.engine.reference.regime import InForce
from sim.engine.reference.stocks import InputStock
from sim.engine.reference.supply import Supply
from sim.engine.rules import scaled
from sim.model.tables import MILLION, ModelTables

__all__ = ["Hoarding", "hoardings"]


class Hoarding:
    """The hoarding of one input.

    Parameters
    ----------
    stock : InputStock
    supply : Supply
    on_order : int
        What was on order at the start on the lanes that are ordered on by share.
    most_reviews : int
        Most reviews that are ever looked back on.
    """

    def __init__(self, stock: InputStock, supply: Supply, on_order: int, most_reviews: int) -> None:
        self.stock = stock
        self.supply = supply
        self.lanes = supply.orders.normal_lanes(stock.index)
        self.cap = MILLION
        self.n_reviews = 1
        self._on_order = on_order
        self._ordered = 0
        self._seen: deque[tuple[int, int]] = deque(maxlen=most_reviews)
        self._fill: tuple[int, int] | None = None

    def enter(self, now: InForce) -> None:
        """Follow what is in force."""
        self.cap = int(now.table.hoarding_cap[now.t, self.stock.index])
        self.n_reviews = max(1, int(now.table.hoarding_reviews[now.t, self.stock.index]))

    def review(self) -> None:
        """Compare deliveries with orders; cancel the excess when they no longer fall short."""
        received = sum(self.supply.transit.received[lane] for lane in self.lanes)
        lost = sum(self.supply.lost[lane] for lane in self.lanes)
        outstanding = self._on_order + self._ordered - received - lost
        self.stock.excess = min(self.stock.excess, outstanding)
        ordered, delivered = self._ordered, received
        if self._seen:
            ordered, delivered = self._seen[-min(self.n_reviews, len(self._seen))]
        has_news = ordered < self._ordered or delivered < received or outstanding == 0
        if has_news:
            is_short = received - delivered < self._ordered - ordered
            self._fill = (received - delivered, self._ordered - ordered) if is_short else None
        if self._fill is None and self.stock.excess:
            self._cancel()
        self._seen.append((self._ordered, received))

    def _cancel(self) -> None:
        left = self.stock.excess
        for lane in self.lanes:
            part = min(left, self.supply.owed[lane])
            if part:
                self.supply.orders.revoke(lane, part)
                self.supply.on_order.wait_for_output(self.supply.supplier[lane])
                self._ordered -= part
                left -= part
        self.stock.excess = 0

    def place(self, quantity: int) -> None:
        """Order what is needed, and more while deliveries fall short."""
        if quantity <= 0:
            return
        inflated = quantity
        if self._fill is not None:
            delivered, ordered = self._fill
            inflated = scaled(quantity, self.cap, MILLION)
            if delivered:
                inflated = min(inflated, scaled(quantity, ordered, delivered))
        before = self.stock.on_order
        self.supply.orders.place(self.stock, inflated)
        if self.stock.on_order != before:
            self._ordered += inflated
            self.stock.excess += inflated - quantity


def hoardings(tables: ModelTables, supply: Supply, start: InitialState) -> dict[int, Hoarding]:
    """Return the hoarding of a run by input, for those inputs that are ever hoarded."""
    every = (tables.regimes, *tables.reactions)
    result: dict[int, Hoarding] = {}
    for stock in (stock for site in supply.sites for stock in site.inputs):
        n = stock.index
        if any(bool((table.hoarding_cap[:, n] != MILLION).any()) for table in every):
            most = max(int(table.hoarding_reviews[:, n].max()) for table in every)
            lanes = supply.orders.normal_lanes(n)
            on_order = sum(start.on_order(lane) for lane in lanes)
            result[n] = Hoarding(stock, supply, on_order, max(1, most))
    return result
