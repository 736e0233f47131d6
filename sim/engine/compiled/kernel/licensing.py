"""Desks and what waits for them: files are taken in, reviewed and decided, and goods go on.

The functions of `sim.engine.reference.desk`, `quota`, `licences` and `consignments` on records that
call each other in a circle: a grant lets goods go on to the next desk, which takes in a file, which
may be decided at once. The circle is closed in one place only, `file_goods`.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.consignments import (
    account,
    has_a_licence_to_now,
    is_not_queried,
    later,
    lose,
    part_of,
    release,
)
from sim.engine.compiled.kernel.decisions import answer_time, outcome_of, refiles, work_needed
from sim.engine.compiled.kernel.files import (
    dequeue,
    enqueue,
    let_file,
    line_up,
    new_file,
    rules_of,
    start_review,
    take_from_line,
)
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.needs import next_stage
from sim.engine.compiled.kernel.review import review_end, works_at
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.watching import count_file
from sim.model.tables import NEVER, UNSET
from sim.units import DAY_S

__all__ = ["announce", "begin", "file_goods", "go_on", "is_valid", "join", "receive_file",
           "reviewed", "serve_quota", "take_up"]  # fmt: skip

WEEK_S = 7 * DAY_S
desk_at = at["desks"]
desk_rule_at = at["regime_desks"]
file_at = at["files"]
goods_at = at["goods"]
granted_at = at["granted"]
lane_at = at["lanes"]
queue_at = at["queues"]
stage_at = at["goods_stages"]
station_at = at["stations"]


@compiled
def is_granted_when_filed(world: Record, file: Record) -> bool:
    """Say whether an application is granted when filed, whatever the desk would say."""
    for k in range(world.n_granted):
        entry = granted_at(world, k)
        if entry.lane == file.source and entry.slot == file.slot:
            return True
    return False


@compiled
def receive_file(world: Record, f: int, phase: int) -> None:
    """Take in an application; one that needs no work is decided at once."""
    file = file_at(world, f)
    desk = desk_at(world, station_at(world, file.station).desk)
    write(world, phases.FILED, file.source, file.slot, file.quantity, part_of(file), -1)
    count_file(world, file, True)
    file.filed = world.now
    if is_granted_when_filed(world, file):
        announce(world, f, phases.GRANTED, phase)
        return
    file.work = work_needed(world, desk, file)
    answer = 0
    if desk.holds:
        answer = answer_time(world, desk, file)
    if answer == 0:
        join(world, f, phase)
    else:
        later(world, answer, phases.P_FILING, f, phases.E_JOIN)


@compiled
def join(world: Record, f: int, phase: int) -> None:
    """Let a file that is complete have its turn."""
    file = file_at(world, f)
    if file.withdrawn:
        let_file(world, f)
        return
    station = station_at(world, file.station)
    desk = desk_at(world, station.desk)
    file.place = desk.n_joined
    desk.n_joined += 1
    if rules_of(world, station.file_class).mean == 0 and works_at(world, desk, world.now):
        reviewed(world, f, phase)
    elif desk.unlimited:
        begin(world, desk, f, phase)
    else:
        enqueue(world, desk, f)
        take_up(world, station.desk, phase)


@compiled
def take_up(world: Record, d: int, phase: int) -> None:
    """Decide what a new week's quota allows, and give files to officers who are free."""
    desk = desk_at(world, d)
    if desk.has_quota:
        serve_quota(world, d, phase)
    if desk.n_queued == 0 or not works_at(world, desk, world.now):
        return
    if desk_rule_at(world, world.row * world.n_desks + d).no_work:
        f = next_file(world, desk, True)
        while world.status == layout.FINE and f != layout.NOTHING:
            reviewed(world, f, phase)
            f = next_file(world, desk, True)
    while world.status == layout.FINE and desk.under_review < desk.officers:
        f = next_file(world, desk, False)
        if f == layout.NOTHING:
            return
        begin(world, desk, f, phase)


@compiled
def next_file(world: Record, desk: Record, without_work: bool) -> int:
    """Take the file whose turn it is off its queue: by priority, then first come; or NOTHING.

    Of all classes that are worked on, or only of those that need no work.
    """
    best, best_priority, best_place = layout.NOTHING, 0, 0
    for q in range(desk.first_queue, desk.first_queue + desk.n_queues):
        queue = queue_at(world, q)
        while (
            world.status == layout.FINE
            and queue.first != layout.NOTHING
            and file_at(world, queue.first).withdrawn
        ):
            let_file(world, dequeue(world, desk, queue))
        if queue.first == layout.NOTHING:
            continue
        rules = rules_of(world, queue.file_class)
        if rules.mean == NEVER or (without_work and rules.mean != 0):
            continue
        place = file_at(world, queue.first).place
        if (
            best == layout.NOTHING
            or rules.priority < best_priority
            or (rules.priority == best_priority and place < best_place)
        ):
            best, best_priority, best_place = q, rules.priority, place
    if best == layout.NOTHING:
        return layout.NOTHING
    return dequeue(world, desk, queue_at(world, best))


@compiled
def begin(world: Record, desk: Record, f: int, phase: int) -> None:
    """Start or go on with a review; its end is known unless its class is stopped before."""
    file = file_at(world, f)
    file_class = station_at(world, file.station).file_class
    file.since = world.now
    file.mask = world.mask
    wait = desk.unlimited != 0
    end = review_end(world, desk, file.mask, file_class, file.work, world.now, wait)
    if end == world.now and phase >= desk.phase:
        reviewed(world, f, phase)
        return
    file.end = world.horizon if end == layout.NOTHING else end
    start_review(world, desk, f)
    if end != layout.NOTHING:
        schedule(world, end, desk.phase, file.source, file.slot, phases.E_FINISH, f)


@compiled
def reviewed(world: Record, f: int, phase: int) -> None:
    """Decide a file whose work is done, unless it has to wait for a quota or a round."""
    file = file_at(world, f)
    d = station_at(world, file.station).desk
    desk = desk_at(world, d)
    if desk.has_quota:
        line_up(world, desk, f)
        serve_quota(world, d, phase)
        return
    outcome = outcome_of(world, file)
    if desk.in_rounds and outcome == phases.GRANTED:
        file.later = desk.first_pool
        desk.first_pool = f
    else:
        announce(world, f, outcome, phase)


@compiled
def quota_allows(desk: Record, rule: Record, granted: int) -> bool:
    """Say whether a week's quota allows one more decision, granting an amount."""
    if rule.quota_files != UNSET and desk.files_used >= rule.quota_files:
        return False
    if rule.quota_amount == UNSET or granted == 0:
        return True
    alone = desk.amount_used == 0 and rule.quota_amount > 0
    return alone or desk.amount_used + granted <= rule.quota_amount


@compiled
def serve_quota(world: Record, d: int, phase: int) -> None:
    """Decide as many as the quota of this week allows, in the order of the line."""
    desk = desk_at(world, d)
    if desk.line_first == layout.NOTHING or not works_at(world, desk, world.now):
        return
    week = (world.now - desk.monday) // WEEK_S
    if week != desk.week:
        desk.week = week
        desk.files_used = 0
        desk.amount_used = 0
    rule = desk_rule_at(world, world.row * world.n_desks + d)
    while world.status == layout.FINE and desk.line_first != layout.NOTHING:
        file = file_at(world, desk.line_first)
        if file.withdrawn:
            let_file(world, take_from_line(world, desk))
            continue
        outcome = outcome_of(world, file)
        granted = file.quantity if outcome == phases.GRANTED else 0
        if not quota_allows(desk, rule, granted):
            break
        desk.files_used += 1
        desk.amount_used += granted
        announce(world, take_from_line(world, desk), outcome, phase)
    monday = desk.monday + (week + 1) * WEEK_S
    if desk.line_first != layout.NOTHING and monday < desk.quota_look:
        desk.quota_look = monday
        schedule(
            world, monday, desk.phase, world.n_lanes + world.n_streams + d, 0, phases.E_QUOTA, d
        )


@compiled
def announce(world: Record, f: int, outcome: int, phase: int) -> None:
    """Let a decision fall."""
    file = file_at(world, f)
    desk = desk_at(world, station_at(world, file.station).desk)
    write(world, phases.DECIDED, file.source, file.slot, file.quantity, outcome, part_of(file))
    count_file(world, file, outcome == phases.RETURNED)
    if outcome == phases.GRANTED:
        if file.source >= world.n_lanes:
            let_file(world, f)
        elif desk.issue_lag == 0:
            is_valid(world, f, phase)
        else:
            later(world, desk.issue_lag, desk.phase, f, phases.E_VALID)
    elif outcome == phases.RETURNED:
        lag = max(1, answer_time(world, desk, file))
        later(world, lag, phases.P_FILING, f, phases.E_BACK)
    elif outcome == phases.REFUSED and refiles(world, desk, file):
        later(world, max(1, desk.refile_after), phases.P_FILING, f, phases.E_BACK)
    else:
        lose(world, desk, f)


@compiled
def is_valid(world: Record, f: int, phase: int) -> None:
    """Let the goods go on in the second in which their licence is valid."""
    file = file_at(world, f)
    if file.withdrawn:
        let_file(world, f)
        return
    desk = desk_at(world, station_at(world, file.station).desk)
    g, uid = file.goods, file.goods_uid
    goods = goods_at(world, g)
    goods.file = layout.NOTHING
    goods.passed |= 1 << file.stage
    go_on(world, g, phase)
    if goods.here and goods.uid == uid and desk.holds == 0:
        licence = stage_at(world, g * world.most_stages + file.stage)
        if licence.licence != layout.NOTHING:
            let_file(world, licence.licence)
        licence.licence = f
        file.valid_to = world.now + desk.term
        later(world, desk.term, phases.P_LICENCE_EXPIRY, f, phases.E_EXPIRE)
    else:
        let_file(world, f)
        let_file(world, f)


@compiled
def go_on(world: Record, g: int, phase: int) -> None:
    """File at the first stage that goods still have to pass; leave if there is none."""
    goods = goods_at(world, g)
    if phase <= phases.P_LICENCE_EXPIRY and has_a_licence_to_now(world, g):
        return
    lane = lane_at(world, goods.lane)
    stage = next_stage(world, goods)
    while stage < lane.n_stages and is_not_queried(world, goods, stage):
        goods.passed |= 1 << stage
        stage = next_stage(world, goods)
    if stage == lane.n_stages:
        if goods.quantity:
            release(world, g, phase)
        return
    goods.stage = stage
    holds = desk_at(world, station_at(world, lane.first_station + stage).desk).holds
    if goods.quantity or not holds:
        account(world, goods, holds)
        file_goods(world, g, phase)


@compiled
def file_goods(world: Record, g: int, phase: int) -> None:
    """File at the stage that goods are at."""
    goods = goods_at(world, g)
    stage = stage_at(world, g * world.most_stages + goods.stage)
    f = new_file(world, 2)
    goods.file = f
    file = file_at(world, f)
    file.source = goods.lane
    file.stage = goods.stage
    file.station = lane_at(world, goods.lane).first_station + goods.stage
    file.slot = goods.slot
    file.quantity = goods.asked
    file.attempt = stage.attempts
    file.goods = g
    file.goods_uid = goods.uid
    stage.attempts += 1
    if file.attempt >= layout.MOST_ATTEMPTS:
        world.status = layout.TOO_MANY_ATTEMPTS
    receive_file(world, f, phase)
