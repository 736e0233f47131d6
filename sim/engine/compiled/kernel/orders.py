"""What is ordered: split over the lanes that bring an input, owed until it is dispatched.

The functions of `sim.engine.reference.orders` and `lateness` on records.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel import phases
from sim.engine.compiled.kernel.arithmetic import modulo, times_over
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.kernel.rows import write
from sim.engine.compiled.kernel.site import call_dispatch, review_at
from sim.model.tables import ON_ORDER

__all__ = ["begin_book", "place", "place_on", "revoke", "settle_book", "split_afresh"]

book_at = at["books"]
feed_at = at["feeds"]
input_at = at["inputs"]
in_force_at = at["regime_lanes"]
lane_at = at["lanes"]
order_at = at["orders"]
share_at = at["scratch"]
site_at = at["sites"]


# ---------------------------------------------------------------- open orders by age


@compiled
def add_to_book(world: Record, book: Record, second: int, quantity: int) -> None:
    """Note an order."""
    if quantity == 0:
        return
    index = world.free_order
    if index != layout.NOTHING:
        world.free_order = order_at(world, index).next
    elif world.orders_used < world.n_orders:
        index = world.orders_used
        world.orders_used = index + 1
    else:
        world.status = layout.MORE_ORDERS
        return
    order = order_at(world, index)
    order.second = second
    order.quantity = quantity
    order.made_good = 0
    order.previous = book.last
    order.next = layout.NOTHING
    if book.last == layout.NOTHING:
        book.first = index
    else:
        order_at(world, book.last).next = index
    book.last = index


@compiled
def begin_book(world: Record, lane: Record) -> None:
    """Note what was on order on a lane at the start."""
    if lane.book != layout.NOTHING:
        add_to_book(world, book_at(world, lane.book), 0, lane.owed + lane.start_moving)


@compiled
def take_back(world: Record, book: Record, quantity: int) -> None:
    """Note that the latest orders have been revoked, as far as a quantity goes."""
    while world.status == layout.FINE and quantity and book.last != layout.NOTHING:
        index = book.last
        order = order_at(world, index)
        part = min(quantity, order.quantity)
        order.quantity -= part
        quantity -= part
        if order.quantity == 0:
            book.last = order.previous
            if book.last == layout.NOTHING:
                book.first = layout.NOTHING
            else:
                order_at(world, book.last).next = layout.NOTHING
            order.next = world.free_order
            world.free_order = index


@compiled
def settle_book(world: Record, book: Record, total: int) -> None:
    """Settle the oldest orders with what has come, or is known to be lost, since the start."""
    quantity = total - book.settled
    book.settled = total
    while world.status == layout.FINE and quantity and book.first != layout.NOTHING:
        index = book.first
        order = order_at(world, index)
        part = min(quantity, order.quantity)
        order.quantity -= part
        quantity -= part
        if order.quantity == 0:
            book.first = order.next
            if book.first == layout.NOTHING:
                book.last = layout.NOTHING
            else:
                order_at(world, book.first).previous = layout.NOTHING
            order.next = world.free_order
            world.free_order = index


# ---------------------------------------------------------------- orders


@compiled
def split_afresh(world: Record, n: int) -> None:
    """Order an input by the shares of the lanes that are open now; start afresh if they change."""
    stock = input_at(world, n)
    first, last = stock.first_feed, stock.first_feed + stock.n_feeds
    row = world.row * world.n_lanes
    changed = False
    was_open = is_open = 0
    for k in range(first, last):
        feed = feed_at(world, k)
        share = in_force_at(world, row + feed.lane).share
        was_open |= feed.share
        is_open |= share
        if share != feed.share:
            feed.share = share
            changed = True
    if changed:
        for k in range(first, last):
            feed_at(world, k).given = 0
    if is_open and not was_open and world.events_done:
        review_opened(world, n, stock)


@compiled
def review_opened(world: Record, n: int, stock: Record) -> None:
    """Review in this second what could not be ordered before; reviews at intervals will."""
    site = site_at(world, stock.site)
    if site.pattern == layout.STEADY and stock.review_every == ON_ORDER:
        review_at(world, world.now, site, n, stock)


@compiled
def behind(total: int, share: int, shares: int, given: int) -> int:
    """Return total x share - given x shares, which fits although the products may not."""
    due = times_over(total, share, shares)
    return (due - given) * shares + modulo(total, share, shares, due)


@compiled
def split_over_time(world: Record, stock: Record, quantity: int) -> bool:
    """Split an order over the feeds of an input, so that all orders together keep to the shares.

    The parts stand in the scratch, one for each feed. False if no lane is open.
    """
    n, first = stock.n_feeds, stock.first_feed
    total, shares = quantity, 0
    for i in range(first, first + n):
        total += feed_at(world, i).given
        shares += feed_at(world, i).share
    if shares == 0:
        return False
    if n == 1:
        share_at(world, 0).part = quantity
        feed_at(world, first).given += quantity
        return True
    left = quantity
    for i in range(n):
        feed = feed_at(world, first + i)
        part = max(0, times_over(total, feed.share, shares) - feed.given)
        share_at(world, i).part = part
        left -= part
    step = 1 if left > 0 else -1
    while left != 0:
        chosen, furthest = layout.NOTHING, 0
        for i in range(n):
            feed, part = feed_at(world, first + i), share_at(world, i).part
            if left < 0 and part == 0:
                continue
            late = behind(total, feed.share, shares, feed.given + part) * step
            if chosen == layout.NOTHING or late > furthest:
                chosen, furthest = i, late
        share_at(world, chosen).part += step
        left -= step
    for i in range(n):
        feed_at(world, first + i).given += share_at(world, i).part
    return True


@compiled
def place_on(world: Record, i: int, quantity: int) -> None:
    """Order an amount on one lane."""
    lane = lane_at(world, i)
    lane.owed += quantity
    input_at(world, lane.input).on_order += quantity
    write(world, phases.ORDERED, i, -1, quantity, lane.owed, -1)
    if lane.book != layout.NOTHING:
        add_to_book(world, book_at(world, lane.book), world.now, quantity)
    if lane.interval == ON_ORDER:
        call_dispatch(world, lane.supplier)


@compiled
def place(world: Record, stock: Record, quantity: int) -> None:
    """Order an amount of an input; nothing for 0 or less, or while no lane is open."""
    if quantity <= 0:
        return
    if quantity > layout.LARGEST:
        world.status = layout.TOO_LARGE
        return
    if split_over_time(world, stock, quantity):
        for i in range(stock.n_feeds):
            part = share_at(world, i).part
            if part:
                place_on(world, feed_at(world, stock.first_feed + i).lane, part)


@compiled
def revoke(world: Record, i: int, quantity: int) -> None:
    """Take back what is owed and not yet dispatched."""
    lane = lane_at(world, i)
    lane.owed -= quantity
    input_at(world, lane.input).on_order -= quantity
    write(world, phases.REVOKED, i, -1, quantity, lane.owed, -1)
    if lane.book != layout.NOTHING:
        take_back(world, book_at(world, lane.book), quantity)
