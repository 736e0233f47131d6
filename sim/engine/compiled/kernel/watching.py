"""Quantities that triggers watch: halted sites and files that are not yet decided."""

from __future__ import annotations

from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.memory import Record, at, compiled

__all__ = ["count_file", "count_halt"]

watch_at = at["watches"]
watched_at = at["watch_sites"]
goods_at = at["goods"]
station_at = at["stations"]


@compiled
def count(world: Record, g: int, change: int) -> None:
    """Take note of a change, and look at the quantity at the end of this second."""
    watch = watch_at(world, g)
    watch.counted += change
    if watch.looks_at != world.now:
        watch.looks_at = world.now
        schedule(world, world.now, phases.P_DATED_MEASURE, g, 0, phases.E_LOOK, g)


@compiled
def count_halt(world: Record, s: int, change: int) -> None:
    """Count a site that halts (1) or restarts (-1)."""
    for g in range(world.n_watches):
        if watched_at(world, g * world.n_sites + s).watched:
            count(world, g, change)


@compiled
def count_file(world: Record, file: Record, is_open: bool) -> None:
    """Count a file that is filed or still to be decided, or no longer."""
    if world.n_watches == 0:
        return
    others = file.source >= world.n_lanes
    if others:
        was_open = file.counted != 0
        file.counted = 1 if is_open else 0
    else:
        goods = goods_at(world, file.goods)
        bit = 1 << file.stage
        was_open = goods.counted & bit != 0
        goods.counted = (goods.counted | bit) if is_open else (goods.counted & ~bit)
    change = (1 if is_open else 0) - (1 if was_open else 0)
    desk = station_at(world, file.station).desk
    for g in range(world.n_watches):
        watch = watch_at(world, g)
        if watch.desk == desk and (watch.others != 0 or not others):
            count(world, g, change)
