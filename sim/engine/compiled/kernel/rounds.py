"""Bare minimum: licences are granted in rounds, so that protected sites just keep going.

The functions of `sim.engine.reference.rounds` and `runway` on records. What the office sees is kept
as it happens, instead of being read off the trace: shipments under way by lane, and its licences
for goods that have not left.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.files import let_file
from sim.engine.compiled.kernel.licensing import announce
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.review import works_at
from sim.engine.compiled.kernel.stocks import need, stock_now
from sim.model.tables import ALWAYS, UNSET
from sim.units import DAY_S

__all__ = ["hold_round", "schedule_round"]

desk_at = at["desks"]
due_at = at["due"]
feed_at = at["feeds"]
file_at = at["files"]
input_at = at["inputs"]
lane_at = at["lanes"]
licensed_at = at["licensed"]
regime_at = at["regimes"]
serves_at = at["serves"]
shipment_at = at["shipments"]
site_at = at["sites"]
station_at = at["stations"]
use_at = at["regime_inputs"]


@compiled
def schedule_round(world: Record, d: int, second: int) -> None:
    """Have a desk hold a round."""
    desk = desk_at(world, d)
    rank = world.n_lanes + world.n_streams + d
    schedule(world, second, desk.phase, rank, 0, phases.E_ROUND, d)


# ---------------------------------------------------------------- runways


@compiled
def will_arrive(world: Record, stock: Record, second: int, quantity: int) -> None:
    """Count a quantity that will arrive, in the order of arrival and quantity."""
    index = world.due_used
    if index >= world.n_due:
        world.status = layout.MORE_DUE
        return
    world.due_used = index + 1
    entry = due_at(world, index)
    entry.second = second
    entry.quantity = quantity
    before, after = layout.NOTHING, stock.first_due
    while (
        world.status == layout.FINE
        and after != layout.NOTHING
        and (
            due_at(world, after).second < second
            or (due_at(world, after).second == second and due_at(world, after).quantity < quantity)
        )
    ):
        before = after
        after = due_at(world, after).next
    entry.next = after
    if before == layout.NOTHING:
        stock.first_due = index
    else:
        due_at(world, before).next = index


@compiled
def look_up(world: Record, d: int, n: int) -> None:
    """Look up what an input has in stock, and what is moving or licensed towards it."""
    stock = input_at(world, n)
    site = site_at(world, stock.site)
    stock.round_stock = stock_now(world, site, stock) - need(stock, site.owed_units)
    stock.first_due = layout.NOTHING
    for k in range(stock.first_feed, stock.first_feed + stock.n_feeds):
        lane = lane_at(world, feed_at(world, k).lane)
        index = lane.first_moving
        while world.status == layout.FINE and index != layout.NOTHING:
            shipment = shipment_at(world, index)
            if shipment.arrival > world.now:
                will_arrive(world, stock, shipment.arrival, shipment.quantity)
            index = shipment.next
        index = lane.first_licensed
        while world.status == layout.FINE and index != layout.NOTHING:
            entry = licensed_at(world, index)
            if entry.desk == d:
                will_arrive(world, stock, world.now + lane.mean_transit, entry.quantity)
            index = entry.next


@compiled
def used_up(world: Record, n: int, amount: int) -> int:
    """Return the second by which so much of an input will have been used; ALWAYS if never."""
    left = max(0, amount) * DAY_S
    masked = world.row - world.t
    for t in range(world.t, world.n_regimes):
        begins = max(regime_at(world, t).second, world.now)
        use = use_at(world, (masked + t) * world.n_inputs + n).use
        if t + 1 == world.n_regimes:
            return begins - (-left // use) if use else ALWAYS
        span = regime_at(world, t + 1).second - begins
        if left < use * span:
            return begins - (-left // use)
        left -= use * max(0, span)
    return ALWAYS


@compiled
def runway(world: Record, n: int) -> int:
    """Return the seconds from now until an input is used up; ALWAYS if it never is."""
    stock = input_at(world, n)
    amount = stock.round_stock
    index = stock.first_due
    while world.status == layout.FINE and index != layout.NOTHING:
        entry = due_at(world, index)
        ends = used_up(world, n, amount)
        if ends < entry.second:
            return ends - world.now
        amount += entry.quantity
        index = entry.next
    ends = used_up(world, n, amount)
    return ends if ends == ALWAYS else ends - world.now


# ---------------------------------------------------------------- a round


@compiled
def comes_before(world: Record, f: int, g: int) -> bool:
    """Say whether a file is gone through before another one."""
    one, other = file_at(world, f), file_at(world, g)
    if one.weight != other.weight:
        return one.weight < other.weight
    if one.runway != other.runway:
        return one.runway < other.runway
    if one.filed != other.filed:
        return one.filed < other.filed
    name, other_name = (
        station_at(world, one.station).name_rank, station_at(world, other.station).name_rank
    )  # fmt: skip
    if name != other_name:
        return name < other_name
    return one.slot < other.slot


@compiled
def merged(world: Record, one: int, other: int) -> int:
    """Merge two sorted lists of files; return the first of all."""
    first, last = layout.NOTHING, layout.NOTHING
    while world.status == layout.FINE and (one != layout.NOTHING or other != layout.NOTHING):
        takes_other = one == layout.NOTHING or (
            other != layout.NOTHING and comes_before(world, other, one)
        )
        f = other if takes_other else one
        if takes_other:
            other = file_at(world, f).later
        else:
            one = file_at(world, f).later
        if last == layout.NOTHING:
            first = f
        else:
            file_at(world, last).later = f
        last = f
    if last != layout.NOTHING:
        file_at(world, last).later = layout.NOTHING
    return first


@compiled
def sorted_files(world: Record, first: int, n: int) -> int:
    """Sort a list of n files by runs of 1, 2, 4, ...; return the first."""
    run = 1
    while run < n:
        head, tail, rest = layout.NOTHING, layout.NOTHING, first
        while world.status == layout.FINE and rest != layout.NOTHING:
            one, other = rest, cut(world, rest, run)
            rest = cut(world, other, run)
            part = merged(world, one, other)
            if head == layout.NOTHING:
                head = part
            else:
                file_at(world, tail).later = part
            tail = part
            while world.status == layout.FINE and file_at(world, tail).later != layout.NOTHING:
                tail = file_at(world, tail).later
        first = head
        run *= 2
    return first


@compiled
def cut(world: Record, first: int, n: int) -> int:
    """End a list after n files; return the first of what follows."""
    f = first
    for _ in range(n - 1):
        if f != layout.NOTHING:
            f = file_at(world, f).later
    if f == layout.NOTHING:
        return layout.NOTHING
    following = file_at(world, f).later
    file_at(world, f).later = layout.NOTHING
    return following


@compiled
def take_pool(world: Record, d: int, desk: Record) -> int:
    """Take the files of the pool that are still wanted, with weight and runway; return how many.

    Files that serve nobody protected come last, in the order in which they were filed.
    """
    f, n = desk.first_pool, 0
    desk.first_pool = layout.NOTHING
    kept = layout.NOTHING
    while world.status == layout.FINE and f != layout.NOTHING:
        file = file_at(world, f)
        following = file.later
        if file.withdrawn:
            let_file(world, f)
        else:
            weight = UNSET
            if file.source < world.n_lanes:
                weight = serves_at(world, d * world.n_lanes + file.source).weight
            file.weight = layout.FAR if weight == UNSET else weight
            file.runway = 0
            file.later = kept
            kept = f
            n += 1
        f = following
    desk.first_pool = kept
    return n


@compiled
def look_up_all(world: Record, d: int, first: int) -> None:
    """Look up stocks and arrivals of every input that files of the pool lengthen the runway of."""
    world.due_used = 0
    f = first
    while world.status == layout.FINE and f != layout.NOTHING:
        file = file_at(world, f)
        if file.weight != layout.FAR:
            input_at(world, lane_at(world, file.source).input).first_due = layout.UNKNOWN
        f = file.later
    f = first
    while world.status == layout.FINE and f != layout.NOTHING:
        file = file_at(world, f)
        if file.weight != layout.FAR:
            n = lane_at(world, file.source).input
            if input_at(world, n).first_due == layout.UNKNOWN:
                look_up(world, d, n)
            file.runway = runway(world, n)
        f = file.later


@compiled
def add_licensed(world: Record, d: int, file: Record) -> None:
    """Count a licence for goods that have not left, in place of one for the same slot."""
    lane = lane_at(world, file.source)
    index = lane.first_licensed
    while world.status == layout.FINE and index != layout.NOTHING:
        entry = licensed_at(world, index)
        if entry.desk == d and entry.slot == file.slot:
            entry.quantity = file.quantity
            return
        index = entry.next
    index = world.free_licensed
    if index != layout.NOTHING:
        world.free_licensed = licensed_at(world, index).next
    elif world.licensed_used < world.n_licensed:
        index = world.licensed_used
        world.licensed_used = index + 1
    else:
        world.status = layout.MORE_LICENSED
        return
    entry = licensed_at(world, index)
    entry.desk = d
    entry.slot = file.slot
    entry.quantity = file.quantity
    entry.next = lane.first_licensed
    lane.first_licensed = index


@compiled
def is_granted(world: Record, d: int, file: Record, rest: int) -> bool:
    """Say whether a round grants a file: its runway is too short, or the rest suffices."""
    if file.weight == layout.FAR:
        return file.quantity <= rest
    lane = lane_at(world, file.source)
    target = serves_at(world, d * world.n_lanes + file.source).target
    if runway(world, lane.input) >= target:
        return False
    stock = input_at(world, lane.input)
    will_arrive(world, stock, world.now + lane.mean_transit, file.quantity)
    return True


@compiled
def hold_round(world: Record, d: int) -> None:
    """Hold a round, but not in a pause, and set the next."""
    desk = desk_at(world, d)
    schedule_round(world, d, world.now + desk.round_every)
    if not works_at(world, desk, world.now):
        return
    n = take_pool(world, d, desk)
    if n == 0:
        return
    look_up_all(world, d, desk.first_pool)
    f = sorted_files(world, desk.first_pool, n)
    desk.first_pool = layout.NOTHING
    rest = desk.rest
    while world.status == layout.FINE and f != layout.NOTHING:
        file = file_at(world, f)
        following = file.later
        granted = is_granted(world, d, file, rest)
        if file.weight == layout.FAR:
            rest = rest - file.quantity if granted else UNSET
        if granted:
            if file.source < world.n_lanes:
                add_licensed(world, d, file)
            announce(world, f, phases.GRANTED, desk.phase)
        else:
            file.later = desk.first_pool
            desk.first_pool = f
        f = following
