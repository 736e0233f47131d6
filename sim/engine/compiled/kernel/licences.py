"""What makes goods be filed for: orders, answers, licences that expire, another regime.

The functions of `sim.engine.reference.licences`, `consignments` and `desk` that stand outside of
the circle in `licensing`.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.consignments import (
    account,
    lapse,
    later,
    latest_file,
    note,
    part_of,
    withdraw,
)
from sim.engine.compiled.kernel.files import (
    begin_goods_record,
    end_review,
    find_goods,
    let_file,
    let_licences,
    new_file,
    put_back,
    rules_of,
)
from sim.engine.compiled.kernel.licensing import (
    begin,
    file_goods,
    go_on,
    receive_file,
    reviewed,
    take_up,
)
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.needs import asks, asks_for_application
from sim.engine.compiled.kernel.review import same_between, work_left
from sim.engine.compiled.kernel.rows import write
from sim.model.tables import NEVER

__all__ = ["apply", "back", "expires", "file_after_expiry", "file_other", "finish", "open_goods",
           "rearrange", "reconsider"]  # fmt: skip

desk_at = at["desks"]
file_at = at["files"]
goods_at = at["goods"]
lane_at = at["lanes"]
site_at = at["sites"]
stage_at = at["goods_stages"]
station_at = at["stations"]


@compiled
def file_other(world: Record, source: int, station: int, number: int, phase: int) -> None:
    """File for another applicant."""
    f = new_file(world, 1)
    file = file_at(world, f)
    file.source = source
    file.station = station
    file.stage = 0
    file.slot = number
    file.quantity = 0
    file.attempt = 0
    receive_file(world, f, phase)


@compiled
def finish(world: Record, f: int, source: int, ordinal: int) -> None:
    """End a review, unless it was broken off since."""
    file = file_at(world, f)
    if (
        file.state != layout.IN_REVIEW
        or file.end != world.now
        or file.source != source
        or (file.slot & layout.ORDINALS) != ordinal
    ):
        return
    d = station_at(world, file.station).desk
    desk = desk_at(world, d)
    end_review(world, desk, f)
    if file.withdrawn:
        let_file(world, f)
    else:
        reviewed(world, f, desk.phase)
    take_up(world, d, desk.phase)


@compiled
def back(world: Record, f: int) -> None:
    """File again, at the same desk; the goods may be fewer than were applied for."""
    file = file_at(world, f)
    if file.withdrawn:
        let_file(world, f)
    elif file.source < world.n_lanes:
        g = file.goods
        goods_at(world, g).file = layout.NOTHING
        let_file(world, f)
        let_file(world, f)
        file_goods(world, g, phases.P_FILING)
    else:
        file.attempt += 1
        if file.attempt >= layout.MOST_ATTEMPTS:
            world.status = layout.TOO_MANY_ATTEMPTS
        receive_file(world, f, phases.P_FILING)


@compiled
def expires(world: Record, f: int) -> bool:
    """Have goods that are still here file again, later in the same second; say if they do.

    A licence that nobody asks for any more is only remembered as missing.
    """
    file = file_at(world, f)
    g = file.goods
    goods = goods_at(world, g)
    if goods.here == 0 or goods.uid != file.goods_uid:
        let_file(world, f)
        return False
    licence = stage_at(world, g * world.most_stages + file.stage)
    if licence.licence != f:
        let_file(world, f)
        return False
    if asks(world, goods, file.stage):
        note(world, phases.EXPIRED, file)
        withdraw(world, goods)
        goods.passed &= (1 << file.stage) - 1
        let_licences(world, g, file.stage)
        account(world, goods, 0)
        later(world, 0, phases.P_FILING, f, phases.E_REFILE)
        return True
    licence.licence = layout.NOTHING
    stage = file.stage
    let_file(world, f)
    let_file(world, f)
    goods.passed &= ~(1 << stage)
    if goods.file == layout.NOTHING and goods.quantity:
        go_on(world, g, phases.P_LICENCE_EXPIRY)
    return False


@compiled
def file_after_expiry(world: Record, f: int) -> None:
    """File again at the stage whose licence has expired."""
    file = file_at(world, f)
    g, uid = file.goods, file.goods_uid
    let_file(world, f)
    if goods_at(world, g).here and goods_at(world, g).uid == uid:
        go_on(world, g, phases.P_FILING)


@compiled
def open_goods(world: Record, i: int, slot: int, quantity: int, asked: int, phase: int) -> int:
    """Begin with the first stage; the goods may have left when this returns."""
    g = begin_goods_record(world, i, slot, quantity, asked)
    go_on(world, g, phase)
    return g


@compiled
def apply(world: Record, i: int, slot: int, quantity: int) -> None:
    """Have goods wait at the exporter for what they need, by the application made before them."""
    g = find_goods(world, i, slot)
    if g == layout.NOTHING:
        open_goods(world, i, slot, quantity, quantity, phases.P_DISPATCH)
        return
    goods = goods_at(world, g)
    goods.quantity = quantity
    goods.asked = quantity
    goods.by_air = 1 if lane_at(world, i).air_slot == slot else 0
    f = latest_file(world, g)
    left = site_at(world, lane_at(world, i).supplier).stock
    part = part_of(file_at(world, f)) if f != layout.NOTHING else -1
    write(world, phases.SET_ASIDE, i, slot, quantity, left, part)
    if goods.file == layout.NOTHING:
        go_on(world, g, phases.P_DISPATCH)
    else:
        reconsider(world, g, phases.P_DISPATCH)


@compiled
def reconsider(world: Record, g: int, phase: int) -> None:
    """Look again whether goods need the stage they are at; if not, on they go."""
    goods = goods_at(world, g)
    lane = lane_at(world, goods.lane)
    if goods.quantity == 0 and not asks_for_application(lane, goods.asked):
        lapse(world, g)
    elif goods.file == layout.NOTHING or not asks(world, goods, goods.stage):
        withdraw(world, goods)
        go_on(world, g, phase)


@compiled
def rearrange(world: Record, d: int) -> None:
    """Let another regime act: stopped classes give their officers back, others may be taken."""
    desk = desk_at(world, d)
    stopped = layout.NOTHING
    f = desk.first_review
    while world.status == layout.FINE and f != layout.NOTHING:
        file = file_at(world, f)
        following = file.later
        file_class = station_at(world, file.station).file_class
        stops = desk.unlimited == 0 and rules_of(world, file_class).mean == NEVER
        if stops or not same_between(world, file_class, file.mask, world.now, file.end + 1):
            end_review(world, desk, f)
            file.work = work_left(
                world, desk, file.mask, file_class, file.work, file.since, world.now
            )
            # Files that go on come to the front of the list, where this loop does not see them.
            if stops:
                stopped = insert_by_place(world, stopped, f)
            else:
                begin(world, desk, f, phases.P_REGIME_CHANGE)
        f = following
    while world.status == layout.FINE and stopped != layout.NOTHING:
        f = stopped
        stopped = file_at(world, f).later
        put_back(world, desk, f)
    take_up(world, d, phases.P_REGIME_CHANGE)


@compiled
def insert_by_place(world: Record, first: int, f: int) -> int:
    """Put a file into a list that runs from the last place to the first; return its new head."""
    before, after = layout.NOTHING, first
    while (
        world.status == layout.FINE
        and after != layout.NOTHING
        and file_at(world, after).place > file_at(world, f).place
    ):
        before = after
        after = file_at(world, after).later
    file_at(world, f).later = after
    if before == layout.NOTHING:
        return f
    file_at(world, before).later = f
    return first
