"""Why a plant stands: where the goods it lacks are, traced upstream to something terminal.

When a halt begins, the missing input's oldest undelivered goods say why: they wait for a licence,
are on their way, or were never sent; in the last case the supplier may itself stand for lack of an
input, and the question moves up a tier. Goods that are ordered again after a refusal, and wait
again, are missing because of the refusal.

A stock-out comes before the reviews and dispatches of its own second, so those are left out.

In:  `Story`, a stop.
Out: `Cause`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.outcomes.story import Goods, Stop, Story
from sim.units import DAY_S

__all__ = ["CAUSES", "Cause", "cause_of"]

LICENCE_PENDING: Final = "licence pending"
LICENCE_REFUSED: Final = "licence refused"
IN_TRANSIT: Final = "in transit"
IN_TRANSIT_LATE: Final = "in transit after a licence wait"
NOT_DISPATCHED: Final = "not dispatched"
NEVER_ORDERED: Final = "never ordered"

CAUSES: Final = (
    LICENCE_PENDING,
    LICENCE_REFUSED,
    IN_TRANSIT_LATE,
    IN_TRANSIT,
    NOT_DISPATCHED,
    NEVER_ORDERED,
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a halt began.

    Parameters
    ----------
    kind : str
        One of `CAUSES`.
    site : int
        Supplier S at which the goods were held up.
    lane : int
        Lane L whose goods were missing.
    filed_s : int or None
        Filing of the pending application.
    """

    kind: str
    site: int
    lane: int
    filed_s: int | None = None


def cause_of(story: Story, stop: Stop) -> Cause:
    """Trace a stop to its cause, at the second it began."""
    item = min(stop.blocking, key=lambda n: story.tables.inputs.item[n])
    return _why_missing(story, item, stop.begin_s)


def _why_missing(story: Story, n: int, second: int) -> Cause:
    lanes = story.lanes_into[n]
    oldest = _oldest_undelivered(story, lanes, second)
    supplier = story.tables.lanes.supplier
    if oldest is not None:
        lane, goods = oldest
        kind, filed_s = _where(goods, second)
        if kind == LICENCE_PENDING:
            filed_s = _filed(story, lane, goods, second)
            if filed_s is None or _last_was_lost(story, lane, second):
                kind = LICENCE_REFUSED
        return Cause(kind, int(supplier[lane]), lane, filed_s)
    for lane in lanes:
        if _owed(story, lane, second) > 0:
            return _why_not_sent(story, lane, second)
    refused = [lane for lane in lanes if _cancelled_before(story, lane, second)]
    lane = refused[0] if refused else lanes[0]
    return Cause(LICENCE_REFUSED if refused else NEVER_ORDERED, int(supplier[lane]), lane)


def _oldest_undelivered(story: Story, lanes: list[int], second: int) -> tuple[int, Goods] | None:
    best: tuple[int, int, Goods] | None = None
    for lane in lanes:
        for goods in story.goods[lane].values():
            left = goods.left_stock_s < second
            arrived = goods.arrival_s is not None and goods.arrival_s <= second
            lost = goods.cancelled_s is not None and goods.cancelled_s <= second
            older = best is None or (goods.left_stock_s, lane) < best[:2]
            if left and not arrived and not lost and older:
                best = (goods.left_stock_s, lane, goods)
    return None if best is None else (best[1], best[2])


def _where(goods: Goods, second: int) -> tuple[str, int | None]:
    if goods.dispatched_s is None or goods.dispatched_s > second:
        return LICENCE_PENDING, goods.left_stock_s
    waited = goods.dispatched_s - goods.left_stock_s
    return (IN_TRANSIT_LATE if waited >= DAY_S else IN_TRANSIT), None


def _owed(story: Story, lane: int, second: int) -> int:
    """Return what had been ordered on a lane and not yet left the supplier's stock."""
    ordered = sum(quantity for at, quantity in story.ordered[lane] if at < second)
    sent = sum(
        goods.quantity
        for goods in story.goods[lane].values()
        if not goods.opening and goods.left_stock_s < second
    )
    return ordered - sent


def _filed(story: Story, lane: int, goods: Goods, second: int) -> int | None:
    """Return the filing of the application that is pending for goods; None between two."""
    pending = [
        file.filed_s
        for file in story.files_of.get((lane, goods.slot), [])
        if file.filed_s < second
        and (file.decided_s is None or file.decided_s > second or file.outcome == "granted")
    ]
    return max(pending, default=None)


def _last_was_lost(story: Story, lane: int, second: int) -> bool:
    """Say whether the lane's last order to be settled was lost to a refusal, not dispatched."""
    settled = [
        (at, lost)
        for goods in story.goods[lane].values()
        if not goods.opening
        for at, lost in ((goods.cancelled_s, True), (goods.dispatched_s, False))
        if at is not None and at <= second
    ]
    return bool(settled) and max(settled)[1]


def _cancelled_before(story: Story, lane: int, second: int) -> bool:
    return any(
        goods.cancelled_s is not None and goods.cancelled_s <= second
        for goods in story.goods[lane].values()
    )


def _why_not_sent(story: Story, lane: int, second: int) -> Cause:
    """Goods are owed: if the supplier stands for lack of an input, ask there."""
    supplier = int(story.tables.lanes.supplier[lane])
    for stop in story.stops[supplier]:
        if stop.begin_s <= second < stop.end_s and stop.blocking:
            return _why_missing(story, min(stop.blocking), second)
    return Cause(NOT_DISPATCHED, supplier, lane)
