"""Changes of what is in force: on a date, or because a trigger begins or ends."""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.early import call_put_off
from sim.engine.compiled.kernel.licences import rearrange, reconsider
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.needs import enter_needs
from sim.engine.compiled.kernel.ordering import enter_input
from sim.engine.compiled.kernel.orders import split_afresh
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.site import enter_site
from sim.engine.compiled.kernel.triggers import update_triggers

__all__ = ["change_regime", "enter_ordering", "enter_supply", "react", "schedule_regime"]

date_at = at["dates"]
desk_at = at["desks"]
desk_rule_at = at["regime_desks"]
goods_at = at["goods"]
lane_at = at["lanes"]
lane_rule_at = at["regime_lanes"]
regime_at = at["regimes"]


@compiled
def schedule_regime(world: Record, t: int) -> None:
    """Have a regime begin at its second."""
    if t < world.n_regimes:
        second = regime_at(world, t).second
        schedule(world, second, phases.P_REGIME_CHANGE, 0, 0, phases.E_REGIME, t)


@compiled
def change_regime(world: Record, t: int) -> None:
    """Enter a regime at its second, and set the next."""
    regime = regime_at(world, t)
    for k in range(regime.first_date, regime.first_date + regime.n_dates):
        date = date_at(world, k)
        write(world, phases.REGIME, date.subject, date.begins, -1, -1, -1)
    if t:
        enter(world, t, update_triggers(world))
    schedule_regime(world, t + 1)


@compiled
def react(world: Record) -> None:
    """Enter the same regime under another set of active triggers."""
    before = world.mask
    active = update_triggers(world)
    if active != before:
        enter(world, world.t, active)


@compiled
def enter_supply(world: Record) -> None:
    """Follow what is in force: shares and openings of lanes, air."""
    for n in range(world.n_inputs):
        split_afresh(world, n)
    first = world.row * world.n_lanes
    for i in range(world.n_lanes):
        lane_at(world, i).air_below = lane_rule_at(world, first + i).air_below


@compiled
def enter_ordering(world: Record) -> None:
    """Follow what is in force: levels of inputs, hoarding."""
    for n in range(world.n_inputs):
        enter_input(world, n)


@compiled
def enter(world: Record, t: int, active: int) -> None:
    """Let what holds in a regime, under a set of active triggers, take effect."""
    world.t = t
    world.mask = active
    world.row = active * world.n_regimes + t
    enter_ordering(world)
    for s in range(world.n_sites):
        enter_site(world, s)
    enter_supply(world)
    for d in range(world.n_desks):
        desk_at(world, d).officers = desk_rule_at(world, world.row * world.n_desks + d).officers
    enter_needs(world)
    for i in range(world.n_lanes):
        if lane_at(world, i).changed:
            reconsider_lane(world, i)
    call_put_off(world)
    for d in range(world.n_desks):
        rearrange(world, d)


@compiled
def reconsider_lane(world: Record, i: int) -> None:
    """Look again at all goods that wait on a lane, by slot."""
    g = lane_at(world, i).first_goods
    while world.status == layout.FINE and g != layout.NOTHING:
        following = goods_at(world, g).next
        reconsider(world, g, phases.P_REGIME_CHANGE)
        g = following
