"""Goods that wait: what they are booked as, what is taken back, how they leave or are lost.

The functions of `sim.engine.reference.consignments` and `licences` that no desk has a part in.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.decisions import queries
from sim.engine.compiled.kernel.files import forget_goods, let_file
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.transit import cancel, end_licensed, return_goods, send
from sim.engine.compiled.kernel.watching import count_file

__all__ = ["account", "has_a_licence_to_now", "is_not_queried", "lapse", "later", "latest_file",
           "lose", "note", "part_of", "release", "tell_buyer", "withdraw"]  # fmt: skip

ATTEMPT_BITS = 16
desk_at = at["desks"]
file_at = at["files"]
goods_at = at["goods"]
lane_at = at["lanes"]
site_at = at["sites"]
stage_at = at["goods_stages"]
station_at = at["stations"]


@compiled
def part_of(file: Record) -> int:
    """Return stage and attempt of a file as one number."""
    return file.stage << ATTEMPT_BITS | file.attempt


@compiled
def note(world: Record, kind: int, file: Record) -> None:
    """Note that a file is withdrawn, or that its licence has expired."""
    write(world, kind, file.source, file.slot, file.quantity, -1, part_of(file))
    end_licensed(world, lane_at(world, file.source), file.slot)


@compiled
def later(world: Record, lag: int, phase: int, f: int, kind: int) -> None:
    """Have something happen to a file after a lag, in the place of its source and slot."""
    file = file_at(world, f)
    schedule(world, world.now + lag, phase, file.source, file.slot, kind, f)


@compiled
def account(world: Record, goods: Record, held: int) -> None:
    """Book goods as held at customs, or as waiting for a licence."""
    if held != goods.held:
        goods.held = held
        amount = goods.quantity if held else -goods.quantity
        lane = lane_at(world, goods.lane)
        lane.held += amount
        lane.waiting -= amount


@compiled
def withdraw(world: Record, goods: Record) -> None:
    """Take back the file in hand, if there is one."""
    f = goods.file
    if f != layout.NOTHING:
        file = file_at(world, f)
        file.withdrawn = 1
        note(world, phases.WITHDRAWN, file)
        count_file(world, file, False)
        goods.file = layout.NOTHING
        let_file(world, f)


@compiled
def latest_file(world: Record, g: int) -> int:
    """Return the file in hand, or else the licence of the last stage passed, or NOTHING."""
    goods = goods_at(world, g)
    if goods.file != layout.NOTHING:
        return goods.file
    stage = lane_at(world, goods.lane).n_stages - 1
    while stage >= 0:
        licence = stage_at(world, g * world.most_stages + stage).licence
        if licence != layout.NOTHING:
            return licence
        stage -= 1
    return layout.NOTHING


@compiled
def drop(world: Record, g: int) -> None:
    """Forget goods that have left or are lost, and applications that are given up."""
    account(world, goods_at(world, g), 0)
    forget_goods(world, g)


@compiled
def lapse(world: Record, g: int) -> None:
    """Give up an application whose goods will not come, or need none."""
    f = latest_file(world, g)
    if f != layout.NOTHING:
        file = file_at(world, f)
        file.withdrawn = 1
        note(world, phases.WITHDRAWN, file)
        count_file(world, file, False)
    drop(world, g)


@compiled
def release(world: Record, g: int, phase: int) -> None:
    """Let goods go that waited."""
    goods = goods_at(world, g)
    i, slot, quantity, by_air = goods.lane, goods.slot, goods.quantity, goods.by_air != 0
    drop(world, g)
    lane = lane_at(world, i)
    lane.waiting -= quantity
    send(world, i, slot, quantity, site_at(world, lane.supplier).stock, by_air, phase)


@compiled
def is_not_queried(world: Record, goods: Record, stage: int) -> bool:
    """Say whether goods pass customs without being held."""
    station = station_at(world, lane_at(world, goods.lane).first_station + stage)
    if desk_at(world, station.desk).holds == 0 or goods.quantity == 0:
        return False
    return not queries(world, station, goods.slot)


@compiled
def has_a_licence_to_now(world: Record, g: int) -> bool:
    """Say whether a licence that goods have is no longer valid from this second on."""
    for k in range(lane_at(world, goods_at(world, g).lane).n_stages):
        licence = stage_at(world, g * world.most_stages + k).licence
        if licence != layout.NOTHING and file_at(world, licence).valid_to == world.now:
            return True
    return False


@compiled
def tell_buyer(world: Record, f: int) -> None:
    """Let the buyer know that an order is lost."""
    file = file_at(world, f)
    cancel(world, file.source, file.slot, file.quantity)
    let_file(world, f)


@compiled
def lose(world: Record, desk: Record, f: int) -> None:
    """Return the goods of a cancelled order; the buyer learns of it after a lag."""
    file = file_at(world, f)
    if file.source >= world.n_lanes:
        let_file(world, f)
        return
    g = file.goods
    quantity = goods_at(world, g).quantity
    drop(world, g)
    if quantity == 0:
        let_file(world, f)
        return
    return_goods(world, file.source, quantity)
    file.quantity = quantity
    if desk.known_after == 0:
        tell_buyer(world, f)
    else:
        later(world, desk.known_after, desk.phase, f, phases.E_CANCEL)
