"""Applications made before their slot, and small amounts that wait for more.

The functions of `sim.engine.reference.early_filing` and `batching` on records.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.consignments import lapse
from sim.engine.compiled.kernel.files import find_goods
from sim.engine.compiled.kernel.licences import open_goods
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.needs import asks_for_application
from sim.engine.compiled.kernel.site import call_dispatch
from sim.model.tables import ON_ORDER, UNSET

__all__ = ["call_put_off", "file_early", "most", "puts_off", "schedule_filing", "slot_is_over"]

AFTER_DISPATCHES = 2

filing_at = at["filings"]
goods_at = at["goods"]
in_force_at = at["regime_lanes"]
lane_at = at["lanes"]


@compiled
def schedule_filing(world: Record, i: int) -> None:
    """Have the next slot of a lane applied for early."""
    lane = lane_at(world, i)
    if lane.filing < lane.n_filings:
        entry = filing_at(world, lane.first_filing + lane.filing)
        schedule(world, entry.second, phases.P_FILING, i, entry.slot, phases.E_EARLY, i)


@compiled
def file_early(world: Record, i: int) -> None:
    """Apply for a slot, if its lane needs applications now."""
    lane = lane_at(world, i)
    slot = filing_at(world, lane.first_filing + lane.filing).slot
    lane.filing += 1
    asked = in_force_at(world, world.row * world.n_lanes + i).asked
    least = max(1, lane.application_min)
    if asked >= least and lane.general == UNSET and asks_for_application(lane, asked):
        g = open_goods(world, i, slot, 0, asked, phases.P_FILING)
        schedule(
            world, slot * lane.interval, phases.P_DISPATCH, lane.supplier, AFTER_DISPATCHES + i,
            phases.E_SLOT_OVER, g,
        )  # fmt: skip
    schedule_filing(world, i)


@compiled
def slot_is_over(world: Record, g: int, i: int) -> None:
    """Let an application lapse whose slot has passed without goods."""
    goods = goods_at(world, g)
    this = goods.lane == i and goods.slot * lane_at(world, i).interval == world.now
    if goods.here and goods.quantity == 0 and this:
        lapse(world, g)


@compiled
def most(world: Record, i: int, slot: int, owed: int) -> int:
    """Return how much of what is owed can go in a slot."""
    g = find_goods(world, i, slot)
    return owed if g == layout.NOTHING else min(owed, goods_at(world, g).asked)


@compiled
def puts_off(world: Record, i: int, slot: int, quantity: int) -> bool:
    """Say whether an amount is too little to file for yet."""
    lane = lane_at(world, i)
    due = (
        quantity >= lane.application_min
        or find_goods(world, i, slot) != layout.NOTHING
        or not asks_for_application(lane, quantity)
    )
    if not due and lane.put_off_since == UNSET:
        lane.put_off_since = world.now
    if due or world.now >= lane.put_off_since + lane.application_wait:
        lane.put_off_since = UNSET
        return False
    if lane.put_off_since == world.now and lane.interval == ON_ORDER:
        second = world.now + lane.application_wait
        schedule(world, second, phases.P_FILING, i, 0, phases.E_CALL, lane.supplier)
    return True


@compiled
def call_put_off(world: Record) -> None:
    """Look again at lanes on order whose needs have changed."""
    if world.puts_off == 0:
        return
    for i in range(world.n_lanes):
        lane = lane_at(world, i)
        if lane.changed and lane.put_off_since != UNSET and lane.interval == ON_ORDER:
            call_dispatch(world, lane.supplier)
