"""What had been ordered on a lane, and the oldest of it that had not been delivered.

A lane delivers first what was ordered first, and goods belong to the order that their middle unit
fills: a unit left over from the one before does not make them as old as that. What the buyer
cancels of its own accord is taken off the newest order; goods lost to a refusal used up theirs.

In:  `Story`.
Out: `Orders`, which answers for any second: the oldest `Undelivered` of a lane.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from sim.engine.trace import Kind
from sim.outcomes.story import Goods, Story

__all__ = ["BEFORE_START", "Orders", "Undelivered"]

BEFORE_START: Final = -1
"""Second of orders that were owed when the run began."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The oldest order of a lane that had not been delivered at some second.

    Parameters
    ----------
    lane : int
    ordered_s : int
        When it was ordered; negative: before the start.
    goods : Goods or None
        The goods, if they had left the supplier's stock.
    quantity : int
        Amount of the goods, or else of all that was owed [g or pieces].
    """

    lane: int
    ordered_s: int
    goods: Goods | None
    quantity: int


@dataclass(slots=True)
class _Lane:
    """Orders of a lane in order of time, summed up; and its goods in order of leaving stock."""

    seconds: list[int]
    summed: list[int]
    goods: list[Goods]
    left_before: list[int]


class Orders:
    """Orders of every lane of a run.

    Parameters
    ----------
    story : Story
    """

    def __init__(self, story: Story) -> None:
        self._story = story
        self._placed = _placed(story)
        self._lanes: dict[int, _Lane] = {}

    def placed(self, lane: int) -> list[tuple[int, int]]:
        """Return (second, amount) of the orders on a lane, in order; the first was owed before."""
        return self._placed[lane]

    def owed(self, lane: int, second: int) -> int:
        """Return what had been ordered before a second and had not left the supplier's stock."""
        about = self._lane(lane)
        left = sum(
            goods.quantity
            for goods in about.goods
            if not goods.opening and goods.left_stock_s < second
        )
        return max(0, self._ordered_before(about, second) - left)

    def oldest(self, lane: int, second: int) -> Undelivered | None:
        """Return the oldest order that had not been delivered at a second, or None.

        Stock-outs come before the orders and dispatches of their second, so those are left out.
        """
        about = self._lane(lane)
        left = 0
        for goods, before in zip(about.goods, about.left_before, strict=True):
            if goods.left_stock_s >= second:
                break
            left = before if goods.opening else before + goods.quantity
            arrived = goods.arrival_s is not None and goods.arrival_s <= second
            lost = goods.cancelled_s is not None and goods.cancelled_s <= second
            if not arrived and not lost:
                middle = before + goods.quantity // 2
                ordered = goods.left_stock_s if goods.opening else self._ordered(about, middle)
                return Undelivered(lane, ordered, goods, goods.quantity)
        owed = self._ordered_before(about, second) - left
        return Undelivered(lane, self._ordered(about, left), None, owed) if owed > 0 else None

    def _lane(self, lane: int) -> _Lane:
        found = self._lanes.get(lane)
        if found is None:
            placed = self._placed[lane]
            goods = sorted(
                self._story.goods[lane].values(), key=lambda one: (one.left_stock_s, one.slot)
            )
            sums = accumulate((0 if one.opening else one.quantity for one in goods), initial=0)
            found = _Lane(
                [second for second, _ in placed],
                list(accumulate(quantity for _, quantity in placed)),
                goods,
                list(sums)[: len(goods)],
            )
            self._lanes[lane] = found
        return found

    @staticmethod
    def _ordered(about: _Lane, before: int) -> int:
        """Return when the unit was ordered that leaves after `before` others."""
        i = bisect_right(about.summed, before)
        return about.seconds[i] if i < len(about.seconds) else BEFORE_START

    @staticmethod
    def _ordered_before(about: _Lane, second: int) -> int:
        i = sum(at < second for at in about.seconds)
        return about.summed[i - 1] if i else 0


def _placed(story: Story) -> list[list[tuple[int, int]]]:
    """Return what was ordered on each lane, what it was owed at the start first."""
    rows = sorted(
        story.trace.by_kind[Kind.ORDERED] + story.trace.by_kind[Kind.REVOKED],
        key=lambda row: row[0],
    )
    placed: list[list[tuple[int, int]]] = [[] for _ in story.tables.lanes.name]
    for second, kind, lane, _, quantity, owed, _ in rows:
        orders = placed[lane]
        if kind == Kind.REVOKED:
            _take_off(orders, quantity)
            continue
        if not orders:
            left = sum(
                goods.quantity
                for goods in story.goods[lane].values()
                if not goods.opening and goods.left_stock_s < second
            )
            before = owed - quantity + left
            orders += [(BEFORE_START, before)] if before > 0 else []
        orders.append((second, quantity))
    return placed


def _take_off(orders: list[tuple[int, int]], quantity: int) -> None:
    """Take an amount off the newest orders."""
    while quantity > 0 and orders:
        second, amount = orders.pop()
        if amount > quantity:
            orders.append((second, amount - quantity))
        quantity -= amount
