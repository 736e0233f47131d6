"""What depends on the replication before its first event: covers, goods under way, closures.

Levels and slot quantities come from `sim.engine.initial`; what is drawn is drawn here.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.draws import duration, uniform
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.orders import begin_book
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.transit import depart, travel_time
from sim.model.streams import Stream
from sim.units import DAY_S

__all__ = ["begin_closures", "begin_goods"]

COVER, OPEN, CLOSED = int(Stream.COVER), int(Stream.OPEN_PERIOD), int(Stream.CLOSED_PERIOD)

desk_at = at["desks"]
feed_at = at["feeds"]
hoard_at = at["hoards"]
input_at = at["inputs"]
lane_at = at["lanes"]
law_at = at["laws"]
listed_at = at["listed"]
pause_at = at["pauses"]
span_at = at["spans"]


# ---------------------------------------------------------------- goods


@compiled
def begin_goods(world: Record) -> None:
    """Put stocks in place and goods on their way."""
    for n in range(world.n_inputs):
        stock = input_at(world, n)
        if stock.cover != layout.NOTHING:
            u = uniform(world, COVER, stock.entity, 0, 0)
            stock.cover_s = duration(world, law_at(world, stock.cover), u)
            stock.stock += (2 * stock.usual_use * stock.cover_s + DAY_S) // (2 * DAY_S)
        stock.start_stock = stock.stock
        if stock.follows_stock:
            stock.order_up_to += stock.stock
        stock.start_level = stock.order_up_to
        stock.level = stock.order_up_to
    for i in range(world.n_lanes):
        begin_lane(world, i)
    for n in range(world.n_inputs):
        begin_hoard(world, input_at(world, n))


@compiled
def begin_lane(world: Record, i: int) -> None:
    """Put the goods of a lane on their way that left before the start."""
    lane = lane_at(world, i)
    input_at(world, lane.input).on_order += lane.owed
    for k in range(lane.n_listed):
        listed = listed_at(world, lane.first_listed + k)
        under_way(world, i, lane, -1 - k, listed.quantity, listed.arrival)
    for slot in range(-1, -lane.most_slots - 1, -1):
        arrival = slot * lane.slots_every + travel_time(world, lane, lane.start_law, slot)
        if arrival >= 0:
            under_way(world, i, lane, slot, lane.slot_quantity, arrival)
    begin_book(world, lane)


@compiled
def under_way(world: Record, i: int, lane: Record, slot: int, quantity: int, arrival: int) -> None:
    """Put goods on their way that left before the start."""
    input_at(world, lane.input).on_order += quantity
    lane.moving += quantity
    lane.start_moving += quantity
    write(world, phases.UNDER_WAY, i, slot, quantity, -1, arrival)
    depart(world, i, slot, quantity, arrival)


@compiled
def begin_hoard(world: Record, stock: Record) -> None:
    """Note what is on order at the start on the lanes of a hoarded input, but for fallbacks."""
    if stock.hoard == layout.NOTHING:
        return
    hoard = hoard_at(world, stock.hoard)
    for k in range(stock.first_feed, stock.first_feed + stock.n_feeds):
        lane = lane_at(world, feed_at(world, k).lane)
        if lane.fallback == 0:
            hoard.on_order += lane.owed + lane.start_moving


# ---------------------------------------------------------------- closures


@compiled
def add_span(world: Record, begins: int, ends: int) -> None:
    """Add a span at the end of the table."""
    index = world.spans_used
    if index >= world.n_spans:
        world.status = layout.MORE_SPANS
        return
    world.spans_used = index + 1
    span = span_at(world, index)
    span.begins = begins
    span.ends = ends
    span.idle_before = 0


@compiled
def copy_pauses(world: Record, first: int, n: int) -> int:
    """Copy pauses to the end of the spans; return where they begin."""
    begins = world.spans_used
    for k in range(first, first + n):
        pause = pause_at(world, k)
        add_span(world, pause.begins, pause.ends)
    return begins


@compiled
def period(world: Record, law_index: int, stream: int, entity: int, number: int) -> int:
    """Return the length of an open or closed period [s]."""
    law = law_at(world, law_index)
    if law.kind == layout.FIXED:
        return law.first
    return duration(world, law, uniform(world, stream, entity, number, 0))


@compiled
def add_closed(world: Record, desk: Record) -> int:
    """Add the random closed periods of a desk; return where they begin."""
    first, now, number = world.spans_used, 0, 0
    while world.status == layout.FINE:
        begins = now + period(world, desk.open_law, OPEN, desk.entity, number)
        now = begins + period(world, desk.closed_law, CLOSED, desk.entity, number)
        if begins >= world.horizon:
            break
        add_span(world, begins, now)
        number += 1
    return first


@compiled
def add_merged(world: Record, one: int, one_ends: int, other: int, other_ends: int) -> int:
    """Add the union of two lists of spans in order; return where it begins."""
    first = world.spans_used
    while (one < one_ends or other < other_ends) and world.status == layout.FINE:
        takes_other = one == one_ends or (
            other < other_ends and span_at(world, other).begins < span_at(world, one).begins
        )
        span = span_at(world, other if takes_other else one)
        if takes_other:
            other += 1
        else:
            one += 1
        if span.ends <= span.begins:
            continue
        if world.spans_used > first:
            last = span_at(world, world.spans_used - 1)
            if span.begins <= last.ends:
                last.ends = max(last.ends, span.ends)
                continue
        add_span(world, span.begins, span.ends)
    idle = 0
    for k in range(first, world.spans_used):
        span = span_at(world, k)
        span.idle_before = idle
        idle += span.ends - span.begins
    return first


@compiled
def begin_closures(world: Record) -> None:
    """Draw when desks that close at random are closed."""
    for d in range(world.n_desks):
        desk = desk_at(world, d)
        if desk.open_law == layout.NOTHING:
            continue
        closed = add_closed(world, desk)
        pauses = copy_pauses(world, desk.first_pause, desk.n_pauses)
        desk.first_span = add_merged(world, closed, pauses, pauses, world.spans_used)
        off_days = copy_pauses(world, world.first_off_day, world.n_off_days)
        desk.n_spans = off_days - desk.first_span
        desk.first_off = add_merged(world, desk.first_span, off_days, off_days, world.spans_used)
        desk.n_off = world.spans_used - desk.first_off
