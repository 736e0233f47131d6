"""Which stages goods have to pass now: gates in force, less what a general licence stands for."""

from __future__ import annotations

from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.model.tables import UNSET

__all__ = ["asks", "asks_for_application", "enter_needs", "next_stage"]

NO_ACCOUNT = -1
"""What is left of a general licence without a limit, or that has not stood for a stage yet."""

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
            lane.left = NO_ACCOUNT
        if now.general != UNSET and now.mask & lane.licences and lane.left == NO_ACCOUNT:
            lane.left = general_at(world, now.general).quantity
        lane.mask = now.mask
        lane.general = now.general


@compiled
def covers(lane: Record, goods: Record) -> bool:
    """Charge goods to the general licence of their lane, once; say whether it covers them."""
    if lane.left == NO_ACCOUNT or goods.general == lane.general:
        return True
    if goods.quantity <= 0 or goods.quantity > lane.left:
        return False
    goods.general = lane.general
    lane.left -= goods.quantity
    return True


@compiled
def next_stage(world: Record, goods: Record) -> int:
    """Return the first stage that goods have yet to pass; past the last if none."""
    lane = lane_at(world, goods.lane)
    mask = lane.mask & ~goods.passed
    if lane.general != UNSET and mask & lane.licences and covers(lane, goods):
        mask &= ~lane.licences
    stage = 0
    while stage < lane.n_stages and not mask >> stage & 1:
        stage += 1
    return stage


@compiled
def asks(world: Record, goods: Record, stage: int) -> bool:
    """Say whether goods have to pass a stage now, be it again."""
    lane, bit = lane_at(world, goods.lane), 1 << stage
    if lane.mask & bit == 0:
        return False
    if lane.general == UNSET or lane.licences & bit == 0:
        return True
    return not covers(lane, goods)


@compiled
def asks_for_application(lane: Record, quantity: int) -> bool:
    """Say whether an amount on a lane needs an application of its own now."""
    if lane.mask & lane.licences == 0:
        return False
    if lane.general == UNSET:
        return True
    return lane.left != NO_ACCOUNT and quantity > lane.left
