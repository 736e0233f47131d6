"""Desks and what waits for them: files are taken in, reviewed and decided, and goods go on.

The functions of `sim.engine.reference.desk`, `quota`, `licences` and `consignments` on records.
They call each other in a circle: a grant lets goods go on to the next desk, which takes in a file,
which may be decided at once. The circle is closed in one place only, `file_goods`.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.decisions import (
    answer_time,
    outcome_of,
    queries,
    refiles,
    work_needed,
)
from sim.engine.compiled.kernel.files import (
    begin_goods_record,
    dequeue,
    end_review,
    enqueue,
    find_goods,
    forget_goods,
    let_file,
    let_licences,
    line_up,
    new_file,
    put_back,
    rules_of,
    start_review,
    take_from_line,
)
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.needs import asks_for_application, next_stage
from sim.engine.compiled.kernel.review import review_end, same_between, work_left, works_at
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.transit import cancel, end_licensed, return_goods, send
from sim.engine.compiled.kernel.watching import count_file
from sim.model.tables import NEVER, UNSET
from sim.units import DAY_S

__all__ = ["announce", "apply", "back", "expires", "file_after_expiry", "file_other", "finish",
           "go_on", "is_valid", "join", "lapse", "open_goods", "rearrange", "reconsider",
           "serve_quota", "take_up", "tell_buyer"]  # fmt: skip

WEEK_S = 7 * DAY_S
ATTEMPT_BITS = 16

desk_at = at["desks"]
desk_rule_at = at["regime_desks"]
file_at = at["files"]
goods_at = at["goods"]
granted_at = at["granted"]
lane_at = at["lanes"]
queue_at = at["queues"]
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


# ---------------------------------------------------------------- a desk takes in a file


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
        decide_without_work(world, desk, phase)
    while desk.under_review < desk.officers:
        f = next_file(world, desk)
        if f == layout.NOTHING:
            return
        begin(world, desk, f, phase)


@compiled
def decide_without_work(world: Record, desk: Record, phase: int) -> None:
    """Decide what waits in classes that need no work any more."""
    for q in range(desk.first_queue, desk.first_queue + desk.n_queues):
        queue = queue_at(world, q)
        while queue.first != layout.NOTHING and rules_of(world, queue.file_class).mean == 0:
            f = dequeue(world, desk, queue)
            if file_at(world, f).withdrawn:
                let_file(world, f)
            else:
                reviewed(world, f, phase)


@compiled
def next_file(world: Record, desk: Record) -> int:
    """Take the file whose turn it is off its queue: by priority, then first come."""
    best, best_priority, best_place = layout.NOTHING, 0, 0
    for q in range(desk.first_queue, desk.first_queue + desk.n_queues):
        queue = queue_at(world, q)
        while queue.first != layout.NOTHING and file_at(world, queue.first).withdrawn:
            let_file(world, dequeue(world, desk, queue))
        if queue.first == layout.NOTHING:
            continue
        rules = rules_of(world, queue.file_class)
        if rules.mean == NEVER:
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


# ---------------------------------------------------------------- decisions


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
    while desk.line_first != layout.NOTHING:
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
    go_on(world, g, file.stage + 1, phase)
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


@compiled
def tell_buyer(world: Record, f: int) -> None:
    """Let the buyer know that an order is lost."""
    file = file_at(world, f)
    cancel(world, file.source, file.slot, file.quantity)
    let_file(world, f)


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
    if next_stage(world, goods, file.stage) == file.stage:
        note(world, phases.EXPIRED, file)
        withdraw(world, goods)
        goods.stage = file.stage
        let_licences(world, g, file.stage)
        account(world, goods, 0)
        later(world, 0, phases.P_FILING, f, phases.E_REFILE)
        return True
    licence.licence = layout.NOTHING
    stage = file.stage
    let_file(world, f)
    let_file(world, f)
    if goods.file == layout.NOTHING:
        goods.stage = min(goods.stage, stage)
        if goods.quantity:
            go_on(world, g, goods.stage, phases.P_LICENCE_EXPIRY)
    return False


@compiled
def file_after_expiry(world: Record, f: int) -> None:
    """File again at the stage whose licence has expired."""
    file = file_at(world, f)
    g, uid, stage = file.goods, file.goods_uid, file.stage
    let_file(world, f)
    if goods_at(world, g).here and goods_at(world, g).uid == uid:
        go_on(world, g, stage, phases.P_FILING)


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


# ---------------------------------------------------------------- goods go on


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
def drop(world: Record, g: int) -> None:
    """Forget goods that have left or are lost, and applications that are given up."""
    account(world, goods_at(world, g), 0)
    forget_goods(world, g)


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
def go_on(world: Record, g: int, first: int, phase: int) -> None:
    """File at the first stage that is needed from `first` on; leave if there is none."""
    goods = goods_at(world, g)
    if phase <= phases.P_LICENCE_EXPIRY and has_a_licence_to_now(world, g):
        goods.stage = first
        return
    lane = lane_at(world, goods.lane)
    stage = next_stage(world, goods, first)
    while stage < lane.n_stages and is_not_queried(world, goods, stage):
        stage = next_stage(world, goods, stage + 1)
    if stage == lane.n_stages:
        if goods.quantity:
            release(world, g, phase)
        else:
            goods.stage = first
        return
    goods.stage = stage
    holds = desk_at(world, station_at(world, lane.first_station + stage).desk).holds
    if goods.quantity or not holds:
        account(world, goods, holds)
        file_goods(world, g, phase)


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
def reconsider(world: Record, g: int, phase: int) -> None:
    """Look again whether goods need the stage they are at; if not, on they go."""
    goods = goods_at(world, g)
    lane = lane_at(world, goods.lane)
    if goods.quantity == 0 and not asks_for_application(lane, goods.asked):
        lapse(world, g)
    elif next_stage(world, goods, goods.stage) != goods.stage:
        withdraw(world, goods)
        go_on(world, g, goods.stage, phase)


@compiled
def open_goods(world: Record, i: int, slot: int, quantity: int, asked: int, phase: int) -> int:
    """Begin with the first stage; the goods may have left when this returns."""
    g = begin_goods_record(world, i, slot, quantity, asked)
    go_on(world, g, 0, phase)
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
        go_on(world, g, goods.stage, phases.P_DISPATCH)
    else:
        reconsider(world, g, phases.P_DISPATCH)


# ---------------------------------------------------------------- another regime


@compiled
def rearrange(world: Record, d: int) -> None:
    """Let another regime act: stopped classes give their officers back, others may be taken."""
    desk = desk_at(world, d)
    stopped = layout.NOTHING
    f = desk.first_review
    while f != layout.NOTHING:
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
    while stopped != layout.NOTHING:
        f = stopped
        stopped = file_at(world, f).later
        put_back(world, desk, f)
    take_up(world, d, phases.P_REGIME_CHANGE)


@compiled
def insert_by_place(world: Record, first: int, f: int) -> int:
    """Put a file into a list that runs from the last place to the first; return its new head."""
    before, after = layout.NOTHING, first
    while after != layout.NOTHING and file_at(world, after).place > file_at(world, f).place:
        before = after
        after = file_at(world, after).later
    file_at(world, f).later = after
    if before == layout.NOTHING:
        return f
    file_at(world, before).later = f
    return first
