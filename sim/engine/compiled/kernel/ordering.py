"""How sites order: at reviews, or at every use, what the rule of each input says.

The functions of `sim.engine.reference.ordering`, `forecast`, `hoarding` and `fallback` on records.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.arithmetic import flow, scaled, scaled_far
from sim.engine.compiled.kernel.calendar import schedule
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.orders import place, place_on, revoke, settle_book
from sim.engine.compiled.kernel.site import above_point, choose_pace, wait_for_output, watch_orders
from sim.engine.compiled.kernel.stocks import demanded, finished_now, need, settle
from sim.model.tables import MILLION, ON_ORDER, UNSET
from sim.units import DAY_S

__all__ = ["enter_input", "reorder", "review", "review_all"]

book_at = at["books"]
fallback_at = at["fallbacks"]
feed_at = at["feeds"]
forecast_at = at["forecasts"]
hoard_at = at["hoards"]
in_force_at = at["regime_inputs"]
input_at = at["inputs"]
interval_at = at["intervals"]
lane_at = at["lanes"]
open_at = at["regime_lanes"]
order_at = at["orders"]
review_at = at["reviews"]
seen_at = at["seen"]
share_at = at["scratch"]
shipment_at = at["shipments"]
site_at = at["sites"]


# ---------------------------------------------------------------- what is in force


@compiled
def level_in(world: Record, n: int, start: int) -> int:
    """Return the order-up-to level of an input in the regime of now."""
    stock = input_at(world, n)
    now = in_force_at(world, world.row * world.n_inputs + n)
    if now.level_moves == 0:
        return start
    in_cover = 0
    if stock.cover != layout.NOTHING:
        in_cover = (2 * now.level_use * stock.cover_s + DAY_S) // (2 * DAY_S)
    return in_cover + now.level_rest


@compiled
def enter_input(world: Record, n: int) -> None:
    """Follow what is in force: level, hoarding."""
    stock = input_at(world, n)
    level = level_in(world, n, stock.start_level)
    if level != stock.level:
        if stock.forecast == layout.NOTHING:
            stock.order_up_to += level - stock.level
        stock.level = level
    if stock.hoard != layout.NOTHING:
        now = in_force_at(world, world.row * world.n_inputs + n)
        hoard = hoard_at(world, stock.hoard)
        hoard.cap = now.hoarding_cap
        hoard.n_reviews = max(1, now.hoarding_reviews)


# ---------------------------------------------------------------- forecasts


@compiled
def common_divisor(a: int, b: int) -> int:
    """Return the greatest common divisor."""
    while b:
        a, b = b, a % b
    return a


@compiled
def forecast_level(world: Record, site: Record, stock: Record) -> int:
    """Return the order-up-to level at a review: the fixed one, for the use seen of late."""
    forecast = forecast_at(world, stock.forecast)
    total = demanded(world, site)
    if world.now:
        entry = interval_at(world, forecast.first + forecast.next)
        forecast.seen += total - forecast.demanded - entry.demanded
        entry.demanded = total - forecast.demanded
        forecast.next = (forecast.next + 1) % forecast.n
    forecast.demanded = total
    common = common_divisor(stock.use_share, forecast.share)
    seen = forecast.seen * (stock.use_share // common)
    usual = forecast.usual * (forecast.share // common)
    return scaled_far(stock.order_up_to, seen, usual)


# ---------------------------------------------------------------- hoarding


@compiled
def review_hoard(world: Record, stock: Record, hoard: Record) -> None:
    """Compare deliveries with orders; cancel the excess when they no longer fall short."""
    received, lost = 0, 0
    for k in range(stock.first_feed, stock.first_feed + stock.n_feeds):
        lane = lane_at(world, feed_at(world, k).lane)
        if lane.fallback == 0:
            received += lane.received
            lost += lane.lost
    outstanding = hoard.on_order + hoard.ordered - received - lost
    stock.excess = min(stock.excess, outstanding)
    ordered, delivered = 0, 0
    if hoard.n:
        back = min(hoard.n_reviews, hoard.n)
        before = seen_at(world, hoard.first + (hoard.next - back) % hoard.most)
        ordered, delivered = hoard.ordered - before.ordered, received - before.received
    if ordered > 0 or delivered > 0 or outstanding == 0:
        hoard.fill_delivered = delivered
        hoard.fill_ordered = ordered if delivered < ordered else UNSET
    if hoard.fill_ordered == UNSET and stock.excess:
        cancel_excess(world, stock, hoard)
    last = seen_at(world, hoard.first + hoard.next)
    last.ordered = hoard.ordered
    last.received = received
    hoard.next = (hoard.next + 1) % hoard.most
    hoard.n = min(hoard.n + 1, hoard.most)


@compiled
def cancel_excess(world: Record, stock: Record, hoard: Record) -> None:
    """Cancel what was hoarded and not yet dispatched."""
    left = stock.excess
    for k in range(stock.first_feed, stock.first_feed + stock.n_feeds):
        i = feed_at(world, k).lane
        lane = lane_at(world, i)
        part = min(left, lane.owed)
        if part and lane.fallback == 0:
            revoke(world, i, part)
            wait_for_output(world, lane.supplier, site_at(world, lane.supplier))
            hoard.ordered -= part
            left -= part
    stock.excess = 0


@compiled
def place_hoarding(world: Record, stock: Record, hoard: Record, quantity: int) -> None:
    """Order what is needed, and more while deliveries fall short."""
    if quantity <= 0:
        return
    inflated = quantity
    if hoard.fill_ordered != UNSET:
        inflated = scaled_far(quantity, hoard.cap, MILLION)
        if hoard.fill_delivered:
            by_fill = scaled_far(quantity, hoard.fill_ordered, hoard.fill_delivered)
            inflated = min(inflated, by_fill)
    before = stock.on_order
    place(world, stock, inflated)
    if stock.on_order != before:
        hoard.ordered += inflated
        stock.excess += inflated - quantity


# ---------------------------------------------------------------- fallbacks


@compiled
def review_fallbacks(world: Record, stock: Record) -> None:
    """Order elsewhere what is needed now: where cover is short, and what is late."""
    order_short_cover(world, stock)
    if stock.late_fallbacks:
        for k in range(stock.first_feed, stock.first_feed + stock.n_feeds):
            lane = lane_at(world, feed_at(world, k).lane)
            if lane.book != layout.NOTHING and is_asked_when_late(world, stock):
                make_good(world, stock, lane)


@compiled
def is_open(world: Record, i: int) -> bool:
    """Say whether a lane can be ordered on now."""
    return open_at(world, world.row * world.n_lanes + i).open != 0


@compiled
def is_asked_when_late(world: Record, stock: Record) -> bool:
    """Say whether a fallback is open that is asked for what other lanes are late with."""
    for k in range(stock.first_fallback, stock.first_fallback + stock.n_fallbacks):
        entry = fallback_at(world, k)
        if entry.kind == layout.LATE_BY and is_open(world, entry.lane):
            return True
    return False


@compiled
def due_within(world: Record, stock: Record, takes: int) -> int:
    """Return what will have arrived in a time on lanes that are ordered on by share."""
    due = 0
    for k in range(stock.first_feed, stock.first_feed + stock.n_feeds):
        lane = lane_at(world, feed_at(world, k).lane)
        index = layout.NOTHING if lane.fallback else lane.first_moving
        while world.status == layout.FINE and index != layout.NOTHING:
            shipment = shipment_at(world, index)
            if world.now < shipment.arrival <= world.now + takes:
                due += shipment.quantity
            index = shipment.next
    return due


@compiled
def order_short_cover(world: Record, stock: Record) -> None:
    """Order up to the target of the fallbacks that the cover is too short for."""
    here, use, behind, asked = stock.stock, stock.planned, 0, 0
    for k in range(stock.first_fallback, stock.first_fallback + stock.n_fallbacks):
        lane = lane_at(world, fallback_at(world, k).lane)
        here += lane.moving
        behind += lane.waiting + lane.held + lane.owed
    for k in range(stock.first_fallback, stock.first_fallback + stock.n_fallbacks):
        entry = fallback_at(world, k)
        if entry.kind != layout.BELOW_COVER or not is_open(world, entry.lane):
            continue
        takes = lane_at(world, entry.lane).mean_transit
        cover = here + due_within(world, stock, takes)
        if cover * DAY_S < entry.limit * use:
            target = share_at(world, asked)
            target.lane = entry.lane
            target.wanted = scaled(use, entry.up_to, DAY_S) - cover - behind
            asked += 1
    order_up_to_targets(world, asked)


@compiled
def make_good(world: Record, stock: Record, lane: Record) -> None:
    """Order once more what another lane is late with."""
    book = book_at(world, lane.book)
    settle_book(world, book, lane.received + lane.lost)
    index = book.first
    while world.status == layout.FINE and index != layout.NOTHING:
        order = order_at(world, index)
        asked = 0
        if order.made_good == 0:
            for k in range(stock.first_fallback, stock.first_fallback + stock.n_fallbacks):
                entry = fallback_at(world, k)
                late = entry.kind == layout.LATE_BY and entry.limit < world.now - order.second
                if late and is_open(world, entry.lane):
                    target = share_at(world, asked)
                    target.lane = entry.lane
                    target.wanted = order.quantity
                    asked += 1
        if asked:
            order.made_good = 1
            order_up_to_targets(world, asked)
        index = order.next


@compiled
def order_up_to_targets(world: Record, n: int) -> None:
    """Order up to the target of each lane, in turn; what is there first, the rest on the last."""
    if n == 0:
        return
    given, last, last_given = 0, layout.NOTHING, layout.NOTHING
    for k in range(n):
        target = share_at(world, k)
        supplier = lane_at(world, target.lane).supplier
        site = site_at(world, supplier)
        there = finished_now(world, site)
        for j in range(k):
            if lane_at(world, share_at(world, j).lane).supplier == supplier:
                there -= share_at(world, j).part
        target.part = max(0, min(target.wanted - given, there))
        given += target.part
        if site.lapses == 0:
            last = k
        if target.part:
            last_given = k
    if last == layout.NOTHING:
        last = last_given
    if last != layout.NOTHING:
        share_at(world, last).part += max(0, share_at(world, last).wanted - given)
    for k in range(n):
        target = share_at(world, k)
        if target.part:
            place_on(world, target.lane, target.part)


# ---------------------------------------------------------------- reviews


@compiled
def wanted(world: Record, site: Record, n: int, interval: int) -> int:
    """Return what the rule of an input orders now; may be negative."""
    stock = input_at(world, n)
    now = in_force_at(world, world.row * world.n_inputs + n)
    if stock.rule == layout.CONSTANT:
        due, stock.order_remainder = flow(stock.planned, interval, stock.order_remainder)
        return scaled_far(due, now.order_factor, MILLION)
    position = stock.stock + stock.on_order - stock.excess
    if site.owed_units:
        position -= need(stock, site.owed_units)
    if stock.rule == layout.S_Q:
        if position > stock.reorder_point:
            return 0
        lot = stock.order_quantity
        return -(-(stock.reorder_point - position + 1) // lot) * lot
    if stock.rule == layout.REFILL:
        return min(site.cap - site.stock - position, stock.order_quantity)
    if now.order_factor != MILLION and interval:
        in_interval = stock.planned * interval // DAY_S
        stock.order_up_to += scaled(in_interval, now.order_factor, MILLION) - in_interval
    level = stock.order_up_to
    if stock.forecast != layout.NOTHING:
        level = forecast_level(world, site, stock)
    return level + now.extra - position


@compiled
def review_input(world: Record, site: Record, n: int, interval: int) -> None:
    """Order what is needed elsewhere first, then what the rule says, hoarded or not."""
    stock = input_at(world, n)
    if stock.n_fallbacks:
        review_fallbacks(world, stock)
    if stock.hoard == layout.NOTHING:
        place(world, stock, wanted(world, site, n, interval))
    else:
        hoard = hoard_at(world, stock.hoard)
        review_hoard(world, stock, hoard)
        place_hoarding(world, stock, hoard, wanted(world, site, n, interval))


@compiled
def review_all(world: Record, s: int, interval: int) -> None:
    """Review every input of a site that is reviewed at an interval."""
    site = site_at(world, s)
    for n in range(site.first_input, site.first_input + site.n_inputs):
        if input_at(world, n).review_every == interval:
            review_input(world, site, n, interval)


@compiled
def review(world: Record, r: int) -> None:
    """Review at 0, interval, 2 interval, ..."""
    entry = review_at(world, r)
    site = site_at(world, entry.site)
    settle(world, site)
    choose_pace(world, entry.site, site)
    review_all(world, entry.site, entry.every)
    schedule(
        world, world.now + entry.every, phases.P_ORDER_REVIEW, site.review_rank, entry.ordinal,
        phases.E_REVIEW, r,
    )  # fmt: skip


@compiled
def reorder(world: Record, n: int) -> None:
    """Review one input continuously, unless a later estimate has replaced this one.

    What cannot be ordered, for want of an open lane, waits until it can.
    """
    stock = input_at(world, n)
    if stock.reorder_at != world.now:
        return
    stock.reorder_at = UNSET
    site = site_at(world, stock.site)
    settle(world, site)
    choose_pace(world, stock.site, site)
    review_input(world, site, n, ON_ORDER)
    if above_point(stock) > 0:
        watch_orders(world, site)
