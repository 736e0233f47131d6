"""The state at second 0, before any event: consistent with undisturbed flow.

What is in force at second 0 is taken to have been so for ever: plans before any demand factor, the
shares of the lanes that are open, the uses of inputs, air where goods always fly. A site that has
not started holds and moves nothing but what the scenario states.

With planned use u, review interval R and dispatch interval g, the effective interval of a lane is
e = max(g, R), and undisturbed flow sends e x u in every slot. Slots at -e, -2e, ... are drawn at
their own addresses; what would arrive at 0 or later is under way. The order-up-to level is the
position this flow has right after a review:

    S = stock at 0 + goods under way on average + goods owed + R u.

For a transit that is a whole number of intervals this is u x (cover + interval + lead time), as
model.md writes it; for any other, and for random transits, it is the same counted in whole slots,
which is what keeps an undisturbed run from drifting (decision 0002).

In:  `ModelTables`, the draws of a replication.
Out: `InitialState`, the same for every engine; the order-up-to levels of later regimes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.engine.rules import scaled, split_by_share
from sim.model.delays import duration_quantile, is_fixed, mean_slots_under_way
from sim.model.streams import Stream, Streams
from sim.model.tables import (
    ALWAYS,
    BILLION,
    MILLION,
    ON_ORDER,
    UNSET,
    IntArray,
    ModelTables,
    RegimeTable,
)
from sim.scenario.laws import Law
from sim.units import DAY_S

__all__ = ["InitialState", "initial_state", "order_up_to_in", "slots_of"]

_MOST_SLOTS = 100_000
"""Earlier slots that are looked at; only the far tail of a heavy-tailed transit lies beyond."""


@dataclass(frozen=True)
class InitialState:
    """Where every gram and piece is at second 0, and the levels that orders aim at.

    Parameters
    ----------
    use, stock : list of int, shape (N,)
        Planned use [g or pieces a day] before any demand factor; stock.
    cover_s : list of int, shape (N,)
        Cover that the stock is [s]; UNSET where the scenario states the stock as an amount.
    order_up_to : list of int, shape (N,)
        UNSET where the ordering rule has no such level. What it is in a later regime is the
        matter of `order_up_to_in`.
    finished, cap : list of int, shape (S,)
    owed : list of int, shape (L,)
        Ordered and not yet dispatched.
    slot_quantity : list of int, shape (L,)
        What undisturbed flow sends in a slot.
    under_way : list of list of (slot, quantity, arrival second), shape (L,)
    """

    use: list[int]
    stock: list[int]
    cover_s: list[int]
    order_up_to: list[int]
    finished: list[int]
    cap: list[int]
    owed: list[int]
    slot_quantity: list[int]
    under_way: list[list[tuple[int, int, int]]]

    def on_order(self, lane: int) -> int:
        """Return what is on order on a lane: owed, and under way [g or pieces]."""
        return self.owed[lane] + sum(quantity for _, quantity, _ in self.under_way[lane])


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
    inputs = tables.inputs
    use = planned_use(tables)
    cover_s = [_cover(tables, streams, n) for n in range(len(use))]
    stock = [_stock(tables, n, use[n], use[n], cover_s[n]) for n in range(len(use))]
    flows = _flows(tables)
    slot_quantity, owed = [0] * len(tables.lanes.name), [0] * len(tables.lanes.name)
    order_up_to = [UNSET] * len(use)
    for n, lanes in enumerate(flows):
        shares = tables.lanes.share[lanes].tolist()
        for lane, quantity, behind in _in_slots(tables, n, lanes, use[n], shares):
            slot_quantity[lane], owed[lane] = quantity, behind
        if inputs.order_up_to[n] != UNSET:
            added = _over(use[n], int(inputs.added_cover_s[n]))
            order_up_to[n] = int(inputs.order_up_to[n]) + added
        elif inputs.rule[n] == "order_up_to":
            order_up_to[n] = stock[n] + _position(tables, n, lanes, use[n], shares)
    under_way = [
        _under_way(tables, streams, lane, quantity) for lane, quantity in enumerate(slot_quantity)
    ]
    finished, cap = _finished(tables, slot_quantity)
    return InitialState(
        use, stock, cover_s, order_up_to, finished, cap, owed, slot_quantity, under_way
    )


def order_up_to_in(
    tables: ModelTables, start: InitialState, regimes: RegimeTable, regime: int
) -> list[int]:
    """Order-up-to level of every input in a regime [g or pieces], shape (N,).

    The level at the start, in days, for what is planned in the regime and the lanes that are open
    in it: planned use x (cover + interval + mean lead time). Levels that the scenario states stay;
    so does UNSET. What measures with dates add comes on top, and is not in it.
    """
    share, lane_share = regimes.level_share[regime], regimes.lane_share[regime]
    use = _use_of(tables, tables.sites.output_per_day.tolist(), share)
    if use == start.use and np.array_equal(lane_share, tables.lanes.share):
        return start.order_up_to
    levels = list(start.order_up_to)
    for n, lanes in enumerate(_flows(tables)):
        shares, usual = lane_share[lanes].tolist(), tables.lanes.share[lanes].tolist()
        moves = use[n] != start.use[n] or (shares != usual and any(shares))
        if moves and levels[n] != UNSET and tables.inputs.order_up_to[n] == UNSET:
            levels[n] = _stock(tables, n, use[n], start.use[n], start.cover_s[n])
            levels[n] += _position(tables, n, lanes, use[n], shares)
    return levels


def planned_use(tables: ModelTables) -> list[int]:
    """Return use of every input at second 0, before any demand factor [a day], shape (N,)."""
    return _use_of(tables, tables.sites.start_per_day.tolist(), tables.regimes.use_share[0])


def _use_of(tables: ModelTables, output: list[int], share: IntArray) -> list[int]:
    """Return use of every input when sites make `output` a day, (S,), at shares of it, (N,)."""
    inputs = tables.inputs
    lines = zip(
        inputs.site.tolist(), inputs.per_unit.tolist(), inputs.per.tolist(), share.tolist(),
        strict=True,
    )  # fmt: skip
    return [
        scaled(output[site] * per_unit, part, per * MILLION) for site, per_unit, per, part in lines
    ]


def _over(per_day: int, seconds: int) -> int:
    """Return what is used in a time, to the nearest whole unit."""
    return (2 * per_day * seconds + DAY_S) // (2 * DAY_S)


def _cover(tables: ModelTables, streams: Streams, n: int) -> int:
    """Return the cover that an input starts with [s], without what measures add."""
    law = tables.inputs.cover[n]
    if law is None:
        return UNSET
    if is_fixed(law):
        return law.value or 0
    return int(duration_quantile(law, streams.many(Stream.COVER, tables.inputs.name[n], [0]))[0])


def _stock(tables: ModelTables, n: int, use: int, use_at_start: int, cover_s: int) -> int:
    """Return the stock that a level keeps at some use; an amount stands for days at the start."""
    added = _over(use, int(tables.inputs.added_cover_s[n]))
    if cover_s != UNSET:
        return _over(use, cover_s) + added
    amount = int(tables.inputs.stock[n])
    return added + (scaled(amount, use, use_at_start) if use_at_start else amount)


def _flows(tables: ModelTables) -> list[list[int]]:
    """Return the lanes that bring each input, (N,)."""
    flows: list[list[int]] = [[] for _ in tables.inputs.name]
    for lane, n in enumerate(tables.lanes.input.tolist()):
        flows[n].append(lane)
    return flows


def _in_slots(
    tables: ModelTables, n: int, lanes: list[int], use: int, shares: list[int]
) -> Iterator[tuple[int, int, int]]:
    """Yield lane, what undisturbed flow sends in a slot, and what is owed before the first review.

    Lanes on which nothing happens at intervals are left out.
    """
    if not any(shares):
        return
    in_review = split_by_share(_over(use, int(tables.inputs.review_every_s[n])), shares)
    for i, lane in enumerate(lanes):
        interval = slots_of(tables, lane)
        if interval != ON_ORDER:
            quantity = split_by_share(_over(use, interval), shares)[i]
            yield lane, quantity, max(0, quantity - in_review[i])


def _position(tables: ModelTables, n: int, lanes: list[int], use: int, shares: list[int]) -> int:
    """Return what is under way on average, owed, and used in a review interval."""
    position = _over(use, int(tables.inputs.review_every_s[n]))
    for lane, quantity, owed in _in_slots(tables, n, lanes, use, shares):
        slots = mean_slots_under_way(_transit(tables, lane), slots_of(tables, lane))
        position += round(slots * quantity) + owed
    return position


def _transit(tables: ModelTables, lane: int) -> Law:
    """Return the law that undisturbed flow moves by: air where goods always fly at second 0."""
    air = tables.lanes.air_transit[lane]
    flies = air is not None and tables.regimes.air_below_s[0, lane] == ALWAYS
    return air if air is not None and flies else tables.lanes.transit[lane]


def _under_way(
    tables: ModelTables, streams: Streams, lane: int, quantity: int
) -> list[tuple[int, int, int]]:
    listed = tables.lanes.open_shipments[lane]
    if listed is not None:
        return [(-i, amount, arrives) for i, (amount, arrives) in enumerate(listed, start=1)]
    interval = slots_of(tables, lane)
    if interval == ON_ORDER or quantity == 0:
        return []
    law = _transit(tables, lane)
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
    the planned output of a day. The cap, left open, is the stock, or one dispatch of every lane
    when it has its largest share, if that is more. A site that has not started has no stock yet;
    its cap leaves room for a day's output more, so that it can make good its first dispatch.
    """
    sites = tables.sites
    one_dispatch, largest = [0] * len(sites.name), [0] * len(sites.name)
    for lane, supplier in enumerate(tables.lanes.supplier.tolist()):
        one_dispatch[supplier] += slot_quantity[lane]
    for lane, quantity in enumerate(_largest_slots(tables, slot_quantity)):
        largest[int(tables.lanes.supplier[lane])] += quantity
    finished, cap = [], []
    for s in range(len(sites.name)):
        per_day = int(sites.output_per_day[s])
        usual = 0 if sites.kind[s] == "plant" else one_dispatch[s] or per_day
        stock = usual if sites.output_stock[s] == UNSET else int(sites.output_stock[s])
        most = stock if sites.output_stock[s] != UNSET else max(stock, largest[s])
        if sites.start_per_day[s] == 0 < per_day:
            stock, most = 0, most if sites.output_stock[s] != UNSET else largest[s] + per_day
        finished.append(stock)
        cap.append(most if sites.output_cap[s] == UNSET else int(sites.output_cap[s]))
    return finished, cap


def _largest_slots(tables: ModelTables, slot_quantity: list[int]) -> list[int]:
    """Return the most that undisturbed flow ever sends in a slot of each lane, (L,)."""
    every = (tables.regimes, *tables.reactions)
    share = np.max([regimes.lane_share.max(axis=0) for regimes in every], axis=0)
    use_share = np.max([regimes.use_share.max(axis=0) for regimes in every], axis=0)
    use = _use_of(tables, tables.sites.output_per_day.tolist(), use_share)
    usual = planned_use(tables)
    largest = list(slot_quantity)
    for lane, n in enumerate(tables.lanes.input.tolist()):
        grows = share[lane] > tables.lanes.share[lane] or use[n] > usual[n]
        if grows and slots_of(tables, lane) != ON_ORDER:
            in_slot = scaled(_over(use[n], slots_of(tables, lane)), int(share[lane]), BILLION)
            largest[lane] = max(largest[lane], in_slot)
    return largest
