"""Applications and the goods that wait for them: where they are kept, and who holds them.

A file is held by whoever has it to deal with it (a desk, a coming event) and by its goods; its
place is free again when nobody holds it. It is in at most one list of its desk: a queue, the files
under review, the line before a quota, the pool of a round (links `earlier`, `later`). Goods are in
the list of their lane, by slot, while they wait; those whose application was given up are
remembered until their slot is over, for the numbers of their attempts.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel.memory import Record, at, compiled

__all__ = ["begin_goods_record", "dequeue", "end_review", "enqueue", "find_goods", "forget_goods",
           "let_file", "let_licences", "line_up", "new_file", "put_back", "rules_of",
           "start_review", "stop_waiting", "take_from_line"]  # fmt: skip

desk_at = at["desks"]
file_at = at["files"]
goods_at = at["goods"]
lane_at = at["lanes"]
queue_at = at["queues"]
rule_at = at["regime_classes"]
stage_at = at["goods_stages"]
station_at = at["stations"]


@compiled
def rules_of(world: Record, file_class: int) -> Record:
    """Return what is in force now for a class of files."""
    return rule_at(world, world.row * world.n_classes + file_class)


# ---------------------------------------------------------------- files


@compiled
def new_file(world: Record, holders: int) -> int:
    """Return the index of an unused file, with the number of those who hold it."""
    index = world.free_file
    if index != layout.NOTHING:
        world.free_file = file_at(world, index).later
    else:
        index = world.files_used
        if index >= world.n_files:
            world.status = layout.MORE_FILES
            index = 0
        else:
            world.files_used = index + 1
    file = file_at(world, index)
    file.holders = holders
    file.state = layout.AT_DESK
    file.withdrawn = 0
    file.counted = 0
    return index


@compiled
def let_file(world: Record, f: int) -> None:
    """Hold a file no longer."""
    file = file_at(world, f)
    file.holders -= 1
    if file.holders == 0:
        file.state = layout.FREE
        file.later = world.free_file
        world.free_file = f


@compiled
def queue_of(world: Record, file: Record) -> Record:
    """Return the queue of a file at its desk."""
    return queue_at(world, station_at(world, file.station).queue)


@compiled
def enqueue(world: Record, desk: Record, f: int) -> None:
    """Put a file at the end of its queue."""
    file = file_at(world, f)
    queue = queue_of(world, file)
    desk.n_queued += 1
    file.later = layout.NOTHING
    if queue.last == layout.NOTHING:
        queue.first = f
    else:
        file_at(world, queue.last).later = f
    queue.last = f


@compiled
def put_back(world: Record, desk: Record, f: int) -> None:
    """Put a file at the head of its queue."""
    file = file_at(world, f)
    queue = queue_of(world, file)
    desk.n_queued += 1
    file.state = layout.AT_DESK
    file.later = queue.first
    queue.first = f
    if queue.last == layout.NOTHING:
        queue.last = f


@compiled
def dequeue(world: Record, desk: Record, queue: Record) -> int:
    """Take the first file off a queue."""
    f = queue.first
    desk.n_queued -= 1
    queue.first = file_at(world, f).later
    if queue.first == layout.NOTHING:
        queue.last = layout.NOTHING
    return f


@compiled
def start_review(world: Record, desk: Record, f: int) -> None:
    """Put a file among those under review."""
    file = file_at(world, f)
    file.state = layout.IN_REVIEW
    file.earlier = layout.NOTHING
    file.later = desk.first_review
    if desk.first_review != layout.NOTHING:
        file_at(world, desk.first_review).earlier = f
    desk.first_review = f
    desk.under_review += 1


@compiled
def end_review(world: Record, desk: Record, f: int) -> None:
    """Take a file off the list of those under review."""
    file = file_at(world, f)
    file.state = layout.AT_DESK
    if file.earlier == layout.NOTHING:
        desk.first_review = file.later
    else:
        file_at(world, file.earlier).later = file.later
    if file.later != layout.NOTHING:
        file_at(world, file.later).earlier = file.earlier
    desk.under_review -= 1


@compiled
def line_up(world: Record, desk: Record, f: int) -> None:
    """Put a file at the end of the line before a quota."""
    file_at(world, f).later = layout.NOTHING
    if desk.line_last == layout.NOTHING:
        desk.line_first = f
    else:
        file_at(world, desk.line_last).later = f
    desk.line_last = f


@compiled
def take_from_line(world: Record, desk: Record) -> int:
    """Take the first file off the line before a quota."""
    f = desk.line_first
    desk.line_first = file_at(world, f).later
    if desk.line_first == layout.NOTHING:
        desk.line_last = layout.NOTHING
    return f


# ---------------------------------------------------------------- goods


@compiled
def find_goods(world: Record, i: int, slot: int) -> int:
    """Return the goods of a slot that wait on a lane, or NOTHING."""
    g = lane_at(world, i).last_goods
    while world.status == layout.FINE and g != layout.NOTHING and goods_at(world, g).slot > slot:
        g = goods_at(world, g).previous
    if g != layout.NOTHING and goods_at(world, g).slot == slot:
        return g
    return layout.NOTHING


@compiled
def start_waiting(world: Record, g: int) -> None:
    """Put goods among those that wait on their lane, in the order of their slots."""
    goods = goods_at(world, g)
    lane = lane_at(world, goods.lane)
    before = lane.last_goods
    while (
        world.status == layout.FINE
        and before != layout.NOTHING
        and goods_at(world, before).slot > goods.slot
    ):
        before = goods_at(world, before).previous
    after = lane.first_goods if before == layout.NOTHING else goods_at(world, before).next
    goods.previous = before
    goods.next = after
    if before == layout.NOTHING:
        lane.first_goods = g
    else:
        goods_at(world, before).next = g
    if after == layout.NOTHING:
        lane.last_goods = g
    else:
        goods_at(world, after).previous = g


@compiled
def stop_waiting(world: Record, g: int) -> None:
    """Take goods off the list of their lane."""
    goods = goods_at(world, g)
    lane = lane_at(world, goods.lane)
    if goods.previous == layout.NOTHING:
        lane.first_goods = goods.next
    else:
        goods_at(world, goods.previous).next = goods.next
    if goods.next == layout.NOTHING:
        lane.last_goods = goods.previous
    else:
        goods_at(world, goods.next).previous = goods.previous


@compiled
def free_goods(world: Record, g: int) -> None:
    """Let the place of goods be used again."""
    goods_at(world, g).next = world.free_goods
    world.free_goods = g


@compiled
def recall(world: Record, lane: Record, slot: int) -> int:
    """Return the remembered goods of a slot, or NOTHING; those of slots gone by are forgotten."""
    before, g, found = layout.NOTHING, lane.remembered, layout.NOTHING
    while world.status == layout.FINE and g != layout.NOTHING:
        goods = goods_at(world, g)
        following = goods.next
        gone_by = goods.slot * lane.interval < world.now
        if goods.slot == slot or gone_by:
            if before == layout.NOTHING:
                lane.remembered = following
            else:
                goods_at(world, before).next = following
            if goods.slot == slot:
                found = g
            else:
                free_goods(world, g)
        else:
            before = g
        g = following
    return found


@compiled
def begin_goods_record(world: Record, i: int, slot: int, quantity: int, asked: int) -> int:
    """Return new goods, waiting on their lane; attempts are numbered on if they were there."""
    lane = lane_at(world, i)
    g = layout.NOTHING
    if lane.remembered != layout.NOTHING:
        g = recall(world, lane, slot)
    if g == layout.NOTHING:
        g = world.free_goods
        if g != layout.NOTHING:
            world.free_goods = goods_at(world, g).next
        else:
            g = world.goods_used
            if g >= world.n_goods:
                world.status = layout.MORE_GOODS
                g = 0
            else:
                world.goods_used = g + 1
        for k in range(lane.n_stages):
            stage_at(world, g * world.most_stages + k).attempts = 0
    for k in range(lane.n_stages):
        stage_at(world, g * world.most_stages + k).licence = layout.NOTHING
    world.n_opened += 1
    goods = goods_at(world, g)
    goods.lane = i
    goods.slot = slot
    goods.quantity = quantity
    goods.asked = asked
    goods.stage = 0
    goods.passed = 0
    goods.file = layout.NOTHING
    goods.general = layout.NOTHING
    goods.held = 0
    goods.here = 1
    goods.by_air = 1 if lane.air_slot == slot else 0
    goods.counted = 0
    goods.uid = world.n_opened
    start_waiting(world, g)
    return g


@compiled
def let_licences(world: Record, g: int, first: int) -> None:
    """Forget the licences of goods from a stage on."""
    n_stages = lane_at(world, goods_at(world, g).lane).n_stages
    for k in range(first, n_stages):
        stage = stage_at(world, g * world.most_stages + k)
        if stage.licence != layout.NOTHING:
            let_file(world, stage.licence)
            stage.licence = layout.NOTHING


@compiled
def forget_goods(world: Record, g: int) -> None:
    """Take goods that have left, are lost or given up off the list; free or remember them.

    An application that is given up is remembered, should its slot be filed for again.
    """
    goods = goods_at(world, g)
    stop_waiting(world, g)
    let_licences(world, g, 0)
    if goods.file != layout.NOTHING:
        let_file(world, goods.file)
        goods.file = layout.NOTHING
    goods.here = 0
    if goods.quantity:
        free_goods(world, g)
    else:
        lane = lane_at(world, goods.lane)
        goods.next = lane.remembered
        lane.remembered = g
