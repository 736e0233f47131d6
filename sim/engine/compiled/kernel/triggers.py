"""Reactions to what happens in a run: a quantity crosses a threshold, and later rules change."""

from __future__ import annotations

from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.model.tables import ALWAYS, UNSET

__all__ = ["look_at_switched", "look_at_trigger", "update_triggers"]

watch_at = at["watches"]


@compiled
def change_at(world: Record, second: int, g: int) -> None:
    """Look again at a second, among its regime changes, which triggers are active."""
    schedule(world, second, phases.P_REGIME_CHANGE, 0, 1 + g, phases.E_REACT, g)


@compiled
def end_at(world: Record, watch: Record, second: int, g: int) -> None:
    """Have an effect end at a second."""
    watch.ends = second
    change_at(world, second, g)


@compiled
def fire(world: Record, watch: Record, effect: int, g: int) -> None:
    """Begin an effect, or go on with one that has begun or is about to."""
    if watch.begins == UNSET:
        watch.begins = effect
        change_at(world, effect, g)
    if watch.lasts == UNSET:
        watch.ends = ALWAYS
    else:
        end_at(world, watch, max(watch.ends, effect + watch.lasts), g)


@compiled
def look_at_trigger(world: Record, g: int) -> None:
    """Fire at an upward crossing; be armed again when the quantity is back."""
    watch = watch_at(world, g)
    if watch.armed and watch.counted > watch.above:
        watch.armed = 0
        watch.fired = 1 if watch.from_s <= world.now < watch.to_s else 0
        if watch.fired:
            effect = world.now + watch.lag
            fire(world, watch, effect, g)
            write(world, phases.TRIGGERED, g, 1, watch.counted, -1, effect)
    elif not watch.armed and watch.counted <= watch.until:
        watch.armed = 1
        if watch.fired:
            effect = UNSET
            if watch.lasts == UNSET:
                effect = world.now + watch.lag
                end_at(world, watch, effect, g)
            write(world, phases.TRIGGERED, g, 0, watch.counted, -1, effect)


@compiled
def look_at_switched(world: Record) -> None:
    """Let what a policy has switched on or off fire, or be armed again."""
    for g in range(world.n_watches):
        watch = watch_at(world, g)
        if watch.switched:
            watch.switched = 0
            look_at_trigger(world, g)


@compiled
def update_triggers(world: Record) -> int:
    """Begin and end the effects that are due; return the set of active triggers."""
    active = world.active
    for g in range(world.n_watches):
        watch, bit = watch_at(world, g), 1 << g
        if not active & bit and watch.begins == world.now:
            active |= bit
            write(world, phases.REACTION, g, 1, -1, -1, -1)
        if active & bit and watch.ends == world.now:
            active &= ~bit
            watch.begins = UNSET
            watch.ends = UNSET
            write(world, phases.REACTION, g, 0, -1, -1, -1)
    world.active = active
    return active
