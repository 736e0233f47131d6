"""Stocks that fall and rise linearly, looked at as often as one likes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.reference.stocks import FinishedStock, InputStock
from sim.model.tables import UNSET
from sim.units import DAY_S


def input_of(stock: int, use_per_day: int) -> InputStock:
    made = InputStock(0, per_unit=1, per=1, stock=stock, order_up_to=UNSET)
    made.use_per_day = use_per_day
    return made


@given(
    stock=st.integers(0, 10**12),
    use=st.integers(1, 10**9),
    cuts=st.lists(st.integers(0, 10**7), max_size=5),
)
def test_looking_in_between_changes_nothing(stock: int, use: int, cuts: list[int]) -> None:
    at_once, often = input_of(stock, use), input_of(stock, use)

    at_once.settle(sum(cuts))
    for dt_s in cuts:
        often.settle(dt_s)

    assert (often.stock, often.used) == (at_once.stock, at_once.used)


@given(stock=st.integers(1, 10**12), use=st.integers(1, 10**9))
def test_stock_ends_in_the_second_that_was_foretold(stock: int, use: int) -> None:
    left = input_of(stock, use).seconds_left()

    assert input_of(stock, use).stock_after(left) == 0
    assert input_of(stock, use).stock_after(left - 1) > 0


def test_what_is_due_beyond_the_stock_is_used_from_the_next_arrival() -> None:
    stock = input_of(1, 3 * DAY_S)  # 3 g a second

    stock.settle(1)
    stock.stock += 10
    stock.settle(1)

    assert (stock.stock, stock.used) == (11 - 6, 6)


def test_without_use_a_stock_never_ends() -> None:
    assert input_of(5, 0).seconds_left() == UNSET


@pytest.mark.parametrize(("sells", "stock", "made"), [(False, 100, 20), (True, 80, 30)])
def test_a_store_takes_no_more_than_its_cap_and_a_plant_sells(
    sells: bool, stock: int, made: int
) -> None:
    finished = FinishedStock(80, 100, sells=sells)
    finished.per_day = 10

    finished.settle(3 * DAY_S)

    assert (finished.stock, finished.made) == (stock, made)


def test_times_to_full_and_to_an_amount() -> None:
    finished = FinishedStock(80, 100, sells=False)
    finished.per_day = 10

    assert finished.seconds_to_full() == 2 * DAY_S
    assert finished.seconds_to_reach(85) == DAY_S // 2
    assert finished.seconds_to_reach(80) == 0
