"""First ordered, first delivered: what was the oldest order of a lane that had not come."""

from __future__ import annotations

from sim.outcomes.orders import BEFORE_START, Orders
from tests.models import licensed, model
from tests.outcomes.traces import told_by

DAY = 86_400


def orders(*rows: tuple[object, ...]) -> Orders:
    return Orders(told_by(model(lanes={"l": {"dispatch_every": "1 d"}}), *rows))


def test_an_order_that_has_not_left_is_owed_from_the_second_after_it_was_placed() -> None:
    placed = orders((5, "ORDERED", "l", -1, 30, 30))

    assert placed.oldest(0, 5) is None
    owed = placed.oldest(0, 6)
    assert owed is not None
    assert (owed.ordered_s, owed.goods, owed.quantity) == (5, None, 30)


def test_goods_belong_to_the_order_that_their_middle_unit_fills() -> None:
    left_over = orders(
        (0, "ORDERED", "l", -1, 30, 30),
        (2, "DISPATCHED", "l", 0, 29, 0, 3),
        (5, "ORDERED", "l", -1, 30, 31),
        (6, "DISPATCHED", "l", 1, 31, 0, 99),
    )

    under_way = left_over.oldest(0, 50)
    assert under_way is not None
    assert under_way.ordered_s == 5


def test_what_is_left_of_an_order_is_as_old_as_the_order() -> None:
    placed = orders(
        (0, "ORDERED", "l", -1, 30, 30),
        (1, "ORDERED", "l", -1, 20, 50),
        (2, "DISPATCHED", "l", 0, 30, 0, 3),
        (4, "DISPATCHED", "l", 1, 15, 0, 99),
    )

    under_way = placed.oldest(0, 50)
    assert under_way is not None
    assert under_way.goods is not None
    assert (under_way.ordered_s, under_way.goods.slot) == (1, 1)
    rest = placed.oldest(0, 99)
    assert rest is not None
    assert (rest.ordered_s, rest.goods, rest.quantity) == (1, None, 5)
    assert placed.owed(0, 4) == 20


def test_what_was_owed_at_the_start_comes_before_the_first_order() -> None:
    placed = orders((7, "ORDERED", "l", -1, 30, 42))

    assert placed.placed(0) == [(BEFORE_START, 12), (7, 30)]
    owed = placed.oldest(0, 9)
    assert owed is not None
    assert owed.ordered_s == BEFORE_START


def test_what_the_buyer_cancels_comes_off_the_newest_order() -> None:
    placed = orders(
        (0, "ORDERED", "l", -1, 30, 30),
        (1, "ORDERED", "l", -1, 20, 50),
        (2, "REVOKED", "l", -1, 25, 25),
    )

    assert placed.placed(0) == [(0, 25)]


def test_goods_lost_to_a_refusal_are_no_longer_undelivered_once_the_buyer_knows() -> None:
    story = told_by(
        licensed(),
        (0, "ORDERED", "l", -1, 30, 30),
        (0, "FILED", "l", 0, 30, 0),
        (5, "DECIDED", "l", 0, 30, 2, 0),
        (8, "CANCELLED", "l", 0, 30),
    )

    assert Orders(story).oldest(0, 7) is not None
    assert Orders(story).oldest(0, 8) is None
