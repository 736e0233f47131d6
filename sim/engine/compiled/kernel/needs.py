"""Which stages goods have to pass now: gates in force, less what a general licence stands for."""

from __future__ import annotations

from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.model.tables import UNSET

__all__ = ["asks_for_application", "enter_needs", "next_stage"]

UNLIMITED = -1
"""What is left of a general licence without a limit."""

general_at = at["general_licences"]
in_force_at = at["regime_lanes"]
lane_at = at["lanes"]


@compiled
def enter_needs(world: Record) -> None:
    """Let another regime hold; mark the lanes whose needs it changes."""
    first = world.row * world.n_lanes
    for i in range(world.n_lanes):
        lane, now = lane_at(world, i), in_force_at(world, first + i)
        lane.changed = 1 if now.mask != lane.mask or now.general != lane.general else 0
        if now.general != lane.general:
            if lane.left > 0:
                write(world, phases.GENERAL_LAPSED, i, lane.general, lane.left, -1, -1)
            lane.left = UNLIMITED
            if now.general != UNSET:
                lane.left = general_at(world, now.general).quantity
        lane.mask = now.mask
        lane.general = now.general


@compiled
def covers(lane: Record, goods: Record) -> bool:
    """Charge goods to the general licence of their lane, once; say whether it covers them."""
    if lane.left == UNLIMITED or goods.general == lane.general:
        return True
    if goods.quantity <= 0 or goods.quantity > lane.left:
        return False
    goods.general = lane.general
    lane.left -= goods.quantity
    return True


@compiled
def next_stage(world: Record, goods: Record, first: int) -> int:
    """Return the first stage from `first` on that goods have to pass; past the last if none."""
    lane = lane_at(world, goods.lane)
    mask = lane.mask >> first << first
    if lane.general != UNSET and mask & lane.licences and covers(lane, goods):
        mask &= ~lane.licences
    stage = first
    while stage < lane.n_stages and not mask >> stage & 1:
        stage += 1
    return stage if mask else lane.n_stages


@compiled
def asks_for_application(lane: Record, quantity: int) -> bool:
    """Say whether an amount on a lane needs an application of its own now."""
    if lane.mask & lane.licences == 0:
        return False
    if lane.general == UNSET:
        return True
    return lane.left != UNLIMITED and quantity > lane.left
