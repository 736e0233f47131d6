"""The calendar alone: events that cause one another and do nothing else, to measure what is left.

How many stand on the calendar is in `world.t`, how many are to happen in `world.row`.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import SECOND_SHIFT, next_event, schedule
from sim.engine.compiled.kernel.memory import Record, compiled

__all__ = ["bare_loop"]

SPREAD = 604_800
"""Seconds over which an event schedules the next one, by a fixed rule."""


@compiled
def bare_loop(world: Record) -> int:
    """Take events off the calendar and put others on it."""
    for i in range(world.t):
        schedule(world, i * 7_919 % SPREAD, phases.P_ARRIVAL, i, 0, phases.E_ARRIVE, i)
    while world.events_done < world.row and world.status == layout.FINE:
        major, _, about = next_event(world)
        now = major >> SECOND_SHIFT
        world.events_done += 1
        second = now + 1 + (now * 48_271 + about * 7_919) % SPREAD
        schedule(world, second, phases.P_ARRIVAL, about, 0, phases.E_ARRIVE, about & 0xFFFF)
    return world.status
