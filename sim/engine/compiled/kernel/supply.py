"""Suppliers: what is owed is dispatched in slots or on order, and rationed when short."""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.early import most, puts_off
from sim.engine.compiled.kernel.licences import apply
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.orders import revoke
from sim.engine.compiled.kernel.sharing import allocate
from sim.engine.compiled.kernel.site import call_dispatch, make_room, wait_for_output
from sim.engine.compiled.kernel.stocks import settle
from sim.engine.compiled.kernel.transit import choose_mode, send
from sim.model.tables import ON_ORDER, UNSET

__all__ = ["dispatch_on_order", "dispatch_slots", "output_done"]

lane_at = at["lanes"]
share_at = at["scratch"]
site_at = at["sites"]


@compiled
def slot_of(world: Record, lane: Record) -> int:
    """Return the slot of a dispatch now."""
    return world.now if lane.interval == ON_ORDER else world.now // lane.interval


@compiled
def allocate_to_lanes(world: Record, site: Record, n: int) -> None:
    """Ration finished stock to the n lanes in the scratch; the parts go to the lanes."""
    available, asked = site.stock, 0
    for k in range(n):
        entry = share_at(world, k)
        lane = lane_at(world, entry.lane)
        entry.wanted = lane.owed
        if world.early:
            entry.wanted = most(world, entry.lane, slot_of(world, lane), lane.owed)
        asked += entry.wanted
    if asked > available:
        for k in range(n):
            entry = share_at(world, k)
            lane = lane_at(world, entry.lane)
            entry.weight = 1
            if site.allocation == layout.BY_PRIORITY:
                entry.weight = lane.priority
            elif site.allocation == layout.TURN_AND_EARN:
                entry.weight = lane.slot_quantity + lane.sent
        allocate(world, site.allocation, available, n)
    for k in range(n):
        entry = share_at(world, k)
        lane_at(world, entry.lane).part = entry.part if asked > available else entry.wanted


@compiled
def hand_over(world: Record, i: int, slot: int, quantity: int) -> None:
    """Take goods out of finished stock: on their way, or to wait for a licence."""
    lane = lane_at(world, i)
    site = site_at(world, lane.supplier)
    lane.owed -= quantity
    site.stock -= quantity
    left = site.stock
    if lane.air_below:
        choose_mode(world, i, slot, quantity)
    if lane.mask:
        lane.waiting += quantity
        apply(world, i, slot, quantity)
    else:
        send(world, i, slot, quantity, left, lane.air_slot == slot, phases.P_DISPATCH)


@compiled
def is_due(world: Record, lane: Record, on_order: bool) -> bool:
    """Say whether a lane dispatches now."""
    if lane.owed <= 0 or (lane.interval == ON_ORDER) != on_order:
        return False
    return on_order or world.now % lane.interval == 0


@compiled
def dispatch(world: Record, s: int, site: Record, on_order: bool) -> None:
    """Send what is owed on the lanes that are due, as far as finished stock goes."""
    n = 0
    for i in range(site.first_lane, site.first_lane + site.n_lanes):
        lane = lane_at(world, i)
        lane.part = UNSET
        if is_due(world, lane, on_order):
            share_at(world, n).lane = i
            n += 1
    if n == 0:
        return
    settle(world, site)
    allocate_to_lanes(world, site, n)
    for i in range(site.first_lane, site.first_lane + site.n_lanes):
        lane = lane_at(world, i)
        if lane.part > 0:
            slot = slot_of(world, lane)
            if not world.puts_off or not puts_off(world, i, slot, lane.part):
                hand_over(world, i, slot, lane.part)
    make_room(world, s, site)
    if site.lapses:
        for i in range(site.first_lane, site.first_lane + site.n_lanes):
            lane = lane_at(world, i)
            if lane.part != UNSET and lane.owed:
                revoke(world, i, lane.owed)


@compiled
def dispatch_slots(world: Record, s: int) -> None:
    """Dispatch in the slots of a supplier's lanes, all lanes that are due together."""
    site = site_at(world, s)
    dispatch(world, s, site, False)
    following = layout.FAR
    for i in range(site.first_lane, site.first_lane + site.n_lanes):
        every = lane_at(world, i).interval
        if every != ON_ORDER:
            following = min(following, world.now - world.now % every + every)
    schedule(world, following, phases.P_DISPATCH, s, 0, phases.E_DISPATCH, s)


@compiled
def dispatch_on_order(world: Record, s: int) -> None:
    """Dispatch what was ordered in this second, or has been made since it was."""
    site = site_at(world, s)
    site.called = 0
    dispatch(world, s, site, True)
    wait_for_output(world, s, site)


@compiled
def output_done(world: Record, s: int) -> None:
    """Dispatch what has been made, unless a later estimate has replaced this one."""
    site = site_at(world, s)
    if site.output_at == world.now:
        site.output_at = UNSET
        call_dispatch(world, s)
