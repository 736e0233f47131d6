"""The events to come: a heap of four children on keys of two words.

An event is (second, phase, rank) in one word and (ordinal, number) in another, smaller first, as in
`sim.engine.order`; the number counts what was scheduled, so that of two events with one place the
one scheduled first happens first, as in SimPy. A third word says what the event is about. Events at
or after the horizon are not kept.
"""

from __future__ import annotations

from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.memory import Record, at, compiled, int64
from sim.engine.compiled.layout import FAR, MORE_EVENTS, ORDINALS, TOO_LARGE

__all__ = ["KINDS", "KIND_BITS", "RANKS", "SECOND_SHIFT", "next_event", "schedule"]

PHASE_BITS, RANK_BITS = 4, 27
KIND_BITS, NUMBER_BITS = 5, 31
SECOND_SHIFT = PHASE_BITS + RANK_BITS
RANKS = (1 << RANK_BITS) - 1
KINDS = (1 << KIND_BITS) - 1
NUMBERS = (1 << NUMBER_BITS) - 1

COUNTED_LATE = sum(
    1 << kind
    for kind in (phases.E_STOCK_OUT, phases.E_FULL, phases.E_MADE_GOOD, phases.E_RESTART,
                 phases.E_OUTPUT_DONE, phases.E_REORDER, phases.E_REGIME)
)  # fmt: skip
"""Kinds that SimPy has on its calendar, and so counts, at and after the horizon, too."""

event_at = at["events"]


@compiled
def put(world: Record, hole: int, major: int, minor: int, about: int) -> None:
    """Put an event into a gap, or as far above it as it has to be."""
    while hole > 0:
        parent = (hole - 1) >> 2
        above = event_at(world, parent)
        if above.first < major or (above.first == major and above.second < minor):
            break
        below = event_at(world, hole)
        below.first = above.first
        below.second = above.second
        below.about = above.about
        hole = parent
    place = event_at(world, hole)
    place.first = major
    place.second = minor
    place.about = about


@compiled
def schedule(
    world: Record, second: int, phase: int, rank: int, ordinal: int, kind: int, index: int
) -> None:
    """Have something happen at a second, in its place among the events of that second."""
    if second >= world.horizon:
        world.events_late += COUNTED_LATE >> kind & 1
        return
    hole = world.events_used
    number = world.n_scheduled
    if hole + 4 >= world.n_events:
        world.status = MORE_EVENTS
        return
    if number >= NUMBERS:
        world.status = TOO_LARGE
        return
    world.events_used = hole + 1
    world.n_scheduled = number + 1
    major = ((second << PHASE_BITS | phase) << RANK_BITS) | rank
    minor = (ordinal & ORDINALS) << NUMBER_BITS | number
    put(world, hole, major, minor, index << KIND_BITS | kind)


@compiled
def exactly_first(world: Record, child: int) -> int:
    """Return the earliest of four children, some of which share a second, phase and rank."""
    chosen = child
    for other in range(child + 1, child + 4):
        best, rival = event_at(world, chosen), event_at(world, other)
        if rival.first < best.first or (rival.first == best.first and rival.second < best.second):
            chosen = other
    return chosen


@compiled
def first_child(world: Record, child: int) -> int:
    """Return the earliest of four children, as a rule without a branch that can be mispredicted."""
    a, b = event_at(world, child).first, event_at(world, child + 1).first
    c, d = event_at(world, child + 2).first, event_at(world, child + 3).first
    left, right = min(a, b), min(c, d)
    if a == b or c == d or left == right:
        return exactly_first(world, child)
    one = child + int64(b < a)
    other = child + 2 + int64(d < c)
    return one ^ ((one ^ other) & -int64(right < left))


@compiled
def next_event(world: Record) -> tuple[int, int, int]:
    """Take the earliest event off the calendar; the caller knows that there is one.

    The gap goes down to a leaf, the last event goes there and up again as far as it has to: it is
    late as a rule, so that this takes fewer comparisons than looking for its place on the way down.
    """
    top = event_at(world, 0)
    result = (top.first, top.second >> NUMBER_BITS, top.about)
    n = world.events_used - 1
    world.events_used = n
    last = event_at(world, n)
    major, minor, about = last.first, last.second, last.about
    last.first = FAR + n
    hole = 0
    child = 1
    while child < n:
        child = first_child(world, child)
        place, lower = event_at(world, hole), event_at(world, child)
        place.first = lower.first
        place.second = lower.second
        place.about = lower.about
        hole = child
        child = 4 * hole + 1
    if hole < n:
        put(world, hole, major, minor, about)
    return result
