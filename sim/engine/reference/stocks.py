"""Stocks that fall and rise linearly between events: inputs, and a site's finished goods.

A stock is brought up to date (`settle`) only when something touches it; the second at which it
would run out or fill up is computed, never looked for.
"""

from __future__ import annotations

from sim.engine.rules import flow, scaled, seconds_to_flow
from sim.model.tables import MILLION, UNSET

__all__ = ["FinishedStock", "InputStock"]


class InputStock:
    """One input of a site.

    Parameters
    ----------
    index : int
        Input N.
    per_unit, per, stock, order_up_to : int
        Amount in `per` pieces of output; stock at second 0; order-up-to level or UNSET.

    Attributes
    ----------
    planned_per_day, use_per_day : int
        Use at the planned rate; use at the rate the site runs at, when it runs.
    use_share : int
        Factor on the amount in a piece, in millionths.
    on_order, excess : int
        Ordered and not yet here; the part of it that was hoarded, beyond what was needed.
    """

    __slots__ = ("excess", "index", "on_order", "order_remainder", "order_up_to", "per",
                 "per_unit", "planned_per_day", "remainder", "stock", "unit_remainder",
                 "use_per_day", "use_share", "used")  # fmt: skip

    def __init__(self, index: int, per_unit: int, per: int, stock: int, order_up_to: int) -> None:
        self.index = index
        self.per_unit = per_unit
        self.per = per
        self.use_share = MILLION
        self.stock = stock
        self.order_up_to = order_up_to
        self.planned_per_day = 0
        self.use_per_day = 0
        self.remainder = 0
        self.unit_remainder = 0
        self.used = 0
        self.on_order = 0
        self.excess = 0
        self.order_remainder = 0

    def per_day(self, output_per_day: int) -> int:
        """Return the use a day at a rate of output, in whole units."""
        return scaled(output_per_day * self.per_unit, self.use_share, self.per * MILLION)

    def need(self, units: int) -> int:
        """Return what so many pieces of output take, made one after another."""
        amount = units * self.per_unit * self.use_share
        return (self.unit_remainder + amount) // (self.per * MILLION)

    def suffices_for(self, units: int) -> int:
        """Return how many of so many pieces of output the stock suffices for."""
        amount = self.per_unit * self.use_share
        if amount == 0:
            return units
        there = (self.stock + 1) * self.per * MILLION - 1 - self.unit_remainder
        return min(units, there // amount)

    def take_for(self, units: int) -> None:
        """Use at once what so many pieces take; the caller knows that it is there."""
        amount = units * self.per_unit * self.use_share
        due, self.unit_remainder = divmod(self.unit_remainder + amount, self.per * MILLION)
        self.take(due)

    def settle(self, dt_s: int) -> None:
        """Use up what `dt_s` seconds of production take.

        What is due in the very second in which the stock reaches zero stays owed in the remainder:
        an arrival in that second is used from at once.
        """
        due, self.remainder = flow(self.use_per_day, dt_s, self.remainder)
        if due > self.stock:
            self.remainder += (due - self.stock) * 86_400
            due = self.stock
        self.stock -= due
        self.used += due

    def stock_after(self, dt_s: int) -> int:
        """Return what `settle(dt_s)` would leave, changing nothing."""
        due, _ = flow(self.use_per_day, dt_s, self.remainder)
        return max(0, self.stock - due)

    def seconds_left(self) -> int:
        """Return the seconds of production until the stock is used up; UNSET without use."""
        if self.use_per_day == 0:
            return UNSET
        return seconds_to_flow(self.stock, self.use_per_day, self.remainder)

    def take(self, amount: int) -> None:
        """Use an amount at once; the caller knows that it is there."""
        self.stock -= amount
        self.used += amount


class FinishedStock:
    """A site's finished goods; a plant sells at once and keeps none.

    Parameters
    ----------
    stock, cap : int
        Stock at second 0, and the most that production fills it to.
    sells : bool
        True for a plant.
    """

    __slots__ = ("cap", "made", "per_day", "remainder", "sells", "stock")

    def __init__(self, stock: int, cap: int, *, sells: bool) -> None:
        self.stock = stock
        self.cap = cap
        self.sells = sells
        self.per_day = 0
        self.remainder = 0
        self.made = 0

    def settle(self, dt_s: int) -> None:
        """Add what `dt_s` seconds of production make, up to the cap."""
        done, self.remainder = flow(self.per_day, dt_s, self.remainder)
        if not self.sells:
            room = max(0, self.cap - self.stock)
            if done > room:
                done, self.remainder = room, 0
            self.stock += done
        self.made += done

    def stock_after(self, dt_s: int) -> int:
        """Return what `settle(dt_s)` would leave in stock, changing nothing."""
        done, _ = flow(self.per_day, dt_s, self.remainder)
        return self.stock if self.sells else self.stock + min(done, max(0, self.cap - self.stock))

    def seconds_to_full(self) -> int:
        """Return the seconds of production until the cap is reached; UNSET if it never is."""
        if self.sells or self.per_day == 0:
            return UNSET
        return seconds_to_flow(max(0, self.cap - self.stock), self.per_day, self.remainder)

    def seconds_to_reach(self, amount: int) -> int:
        """Return the seconds of production until `amount` is in stock; UNSET without production."""
        if self.per_day == 0:
            return UNSET
        return seconds_to_flow(max(0, amount - self.stock), self.per_day, self.remainder)
