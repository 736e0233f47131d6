"""The state at second 0, before any event: consistent with undisturbed flow.

With planned use u, review interval R and dispatch interval g, the effective interval of a lane is
e = max(g, R), and undisturbed flow sends e x u in every slot. Slots at -e, -2e, ... are drawn at
their own addresses; what would arrive at 0 or later is under way. The order-up-to level is the
position this flow has right after a review:

    S = stock at 0 + goods under way on average + goods owed + R u.

For a transit that is a whole number of intervals this is u x (cover + interval + lead time), as
model.md writes it; for any other, and for random transits, it is the same counted in whole slots,
which is what keeps an undisturbed run from drifting (decision 0002).

In:  `ModelTables`, the draws of a replication.
Out: `InitialState`, the same for every engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.rules import split_by_share
from sim.engine.streams import Stream, Streams
from sim.model.delays import duration_quantile, is_fixed, mean_slots_under_way
from sim.model.tables import ON_ORDER, UNSET, ModelTables
from sim.scenario.laws import Law
from sim.units import DAY_S

__all__ = ["InitialState", "initial_state", "slots_of"]

_MOST_SLOTS = 100_000
"""Earlier slots that are looked at; only the far tail of a heavy-tailed transit lies beyond."""


@dataclass(frozen=True)
class InitialState:
    """Where every gram and piece is at second 0, and the levels that orders aim at.

    Parameters
    ----------
    stock : list of int, shape (N,)
    order_up_to : list of int, shape (N,)
        UNSET where the ordering rule has no such level.
    finished, cap : list of int, shape (S,)
    owed : list of int, shape (L,)
        Ordered and not yet dispatched.
    slot_quantity : list of int, shape (L,)
        What undisturbed flow sends in a slot.
    under_way : list of list of (slot, quantity, arrival second), shape (L,)
    """

    stock: list[int]
    order_up_to: list[int]
    finished: list[int]
    cap: list[int]
    owed: list[int]
    slot_quantity: list[int]
    under_way: list[list[tuple[int, int, int]]]


def slots_of(tables: ModelTables, lane: int) -> int:
    """Return the effective interval of a lane [s]; ON_ORDER if nothing happens at intervals.

    A lane that dispatches on order to a site that orders at reviews sends at those reviews.
    """
    interval = int(tables.lanes.interval_s[lane])
    review = int(tables.inputs.review_every_s[tables.lanes.input[lane]])
    return review if interval == ON_ORDER else max(interval, review)


def initial_state(tables: ModelTables, streams: Streams) -> InitialState:
    """Construct the state at second 0.

    Parameters
    ----------
    tables : ModelTables
    streams : Streams
        Draws covers (stream COVER, input name) and the transits of slots before the start.
    """
    lanes, inputs = tables.lanes, tables.inputs
    use = planned_use(tables)
    stock = [_start_stock(tables, streams, n, use[n]) for n in range(len(use))]
    slot_quantity, owed = _slot_quantities(tables, use)
    under_way = [_under_way(tables, streams, lane, slot_quantity[lane])
                 for lane in range(len(lanes.name))]  # fmt: skip
    order_up_to = list(stock)
    for lane, n in enumerate(lanes.input.tolist()):
        interval = slots_of(tables, lane)
        if interval != ON_ORDER:
            slots = mean_slots_under_way(lanes.transit[lane], interval)
            order_up_to[n] += round(slots * slot_quantity[lane]) + owed[lane]
    for n, rule in enumerate(inputs.rule):
        review = int(inputs.review_every_s[n])
        order_up_to[n] += _over(use[n], review)
        if inputs.order_up_to[n] != UNSET:
            order_up_to[n] = int(inputs.order_up_to[n])
        elif rule != "order_up_to":
            order_up_to[n] = UNSET
    finished, cap = _finished(tables, slot_quantity)
    return InitialState(stock, order_up_to, finished, cap, owed, slot_quantity, under_way)


def planned_use(tables: ModelTables) -> list[int]:
    """Return use of every input before any demand factor [g or pieces a day], shape (N,)."""
    plan = tables.sites.output_per_day
    return [
        int(plan[site]) * int(per_unit)
        for site, per_unit in zip(tables.inputs.site, tables.inputs.per_unit, strict=True)
    ]


def _over(per_day: int, seconds: int) -> int:
    """Return what is used in a time, to the nearest whole unit."""
    return (2 * per_day * seconds + DAY_S) // (2 * DAY_S)


def _start_stock(tables: ModelTables, streams: Streams, n: int, use: int) -> int:
    added = _over(use, int(tables.inputs.added_cover_s[n]))
    law = tables.inputs.cover[n]
    if law is None:
        return int(tables.inputs.stock[n]) + added
    return _over(use, _draw(law, streams, Stream.COVER, tables.inputs.name[n])) + added


def _draw(law: Law, streams: Streams, stream: Stream, name: str) -> int:
    if is_fixed(law):
        return law.value or 0
    return int(duration_quantile(law, streams.many(stream, name, [0]))[0])


def _slot_quantities(tables: ModelTables, use: list[int]) -> tuple[list[int], list[int]]:
    """Return what a slot sends and what is owed before the first review, by lane."""
    lanes = tables.lanes
    n_lanes = len(lanes.name)
    quantity, owed = [0] * n_lanes, [0] * n_lanes
    for n in range(len(use)):
        feeding = [lane for lane in range(n_lanes) if lanes.input[lane] == n]
        shares = [int(lanes.share[lane]) for lane in feeding]
        review = int(tables.inputs.review_every_s[n])
        for i, lane in enumerate(feeding):
            interval = slots_of(tables, lane)
            if interval == ON_ORDER or not any(shares):
                continue
            quantity[lane] = split_by_share(_over(use[n], interval), shares)[i]
            in_review = split_by_share(_over(use[n], review), shares)[i]
            owed[lane] = max(0, quantity[lane] - in_review)
    return quantity, owed


def _under_way(
    tables: ModelTables, streams: Streams, lane: int, quantity: int
) -> list[tuple[int, int, int]]:
    listed = tables.lanes.open_shipments[lane]
    if listed is not None:
        return [(-i, amount, arrives) for i, (amount, arrives) in enumerate(listed, start=1)]
    interval = slots_of(tables, lane)
    if interval == ON_ORDER or quantity == 0:
        return []
    law = tables.lanes.transit[lane]
    longest = int(duration_quantile(law, np.array([1.0 - 2.0**-53]))[0])
    slots = np.arange(-1, -min(longest // interval, _MOST_SLOTS) - 1, -1)
    if is_fixed(law):
        transit = np.full(slots.shape, law.value, dtype=np.int64)
    else:
        u = streams.many(Stream.TRANSIT, tables.lanes.name[lane], slots)
        transit = duration_quantile(law, u)
    arrival = slots * interval + transit
    return [
        (int(slot), quantity, int(at)) for slot, at in zip(slots, arrival, strict=True) if at >= 0
    ]


def _finished(tables: ModelTables, slot_quantity: list[int]) -> tuple[list[int], list[int]]:
    """Return finished stock at the start and the cap on it, by site.

    The stock, left open, is one dispatch of every lane; for a site that only dispatches on order,
    the planned output of a day. The cap, left open, is the stock.
    """
    sites = tables.sites
    one_dispatch = [0] * len(sites.name)
    for lane, supplier in enumerate(tables.lanes.supplier.tolist()):
        one_dispatch[supplier] += slot_quantity[lane]
    finished, cap = [], []
    for s in range(len(sites.name)):
        sells = sites.kind[s] == "plant"
        usual = 0 if sells else one_dispatch[s] or int(sites.output_per_day[s])
        stock = usual if sites.output_stock[s] == UNSET else int(sites.output_stock[s])
        finished.append(stock)
        cap.append(stock if sites.output_cap[s] == UNSET else int(sites.output_cap[s]))
    return finished, cap
