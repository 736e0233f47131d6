"""What has been on order on a lane since when: deliveries settle the oldest orders first."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

__all__ = ["Book", "OpenOrder"]


@dataclass(slots=True)
class OpenOrder:
    """An order that has not been delivered in full.

    Parameters
    ----------
    second : int
        When it was placed; what was on order at the start counts as placed then.
    quantity : int
        What is still to come [g or pieces].
    made_good : bool
        Whether it has been ordered again on another lane.
    """

    second: int
    quantity: int
    made_good: bool = False


class Book:
    """The open orders on one lane.

    Parameters
    ----------
    on_order : int
        What was on order at the start.
    """

    def __init__(self, on_order: int) -> None:
        self.orders: deque[OpenOrder] = deque()
        self._settled = 0
        self.add(0, on_order)

    def add(self, second: int, quantity: int) -> None:
        """Note an order."""
        if quantity:
            self.orders.append(OpenOrder(second, quantity))

    def take_back(self, quantity: int) -> None:
        """Note that the latest orders have been revoked, as far as a quantity goes."""
        while quantity and self.orders:
            last = self.orders[-1]
            part = min(quantity, last.quantity)
            last.quantity -= part
            quantity -= part
            if last.quantity == 0:
                self.orders.pop()

    def settle(self, total: int) -> None:
        """Settle the oldest orders with what has come, or is known to be lost, since the start."""
        quantity, self._settled = total - self._settled, total
        while quantity and self.orders:
            first = self.orders[0]
            part = min(quantity, first.quantity)
            first.quantity -= part
            quantity -= part
            if first.quantity == 0:
                self.orders.popleft()
