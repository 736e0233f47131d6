"""The arithmetic of the model, in whole numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.rules import (
    WORK,
    allocate,
    flow,
    scaled,
    seconds_to_flow,
    seconds_to_review,
    split_by_share,
    work_done,
)
from sim.units import DAY_S

AMOUNTS = st.integers(0, 10**12)
RATES = st.integers(1, 10**9)
RULES = ("proportional", "uniform", "linear", "priority", "turn_and_earn")


@given(RATES, st.lists(st.integers(0, 10**7), max_size=6))
def test_a_flow_in_pieces_is_the_flow_as_a_whole(per_day: int, pieces: list[int]) -> None:
    whole, _ = flow(per_day, sum(pieces), 0)

    total, remainder = 0, 0
    for dt_s in pieces:
        part, remainder = flow(per_day, dt_s, remainder)
        total += part

    assert total == whole


@given(AMOUNTS, RATES, st.integers(0, DAY_S - 1))
def test_an_amount_has_flowed_by_the_second_foretold_and_not_before(
    amount: int, per_day: int, remainder: int
) -> None:
    end = seconds_to_flow(amount, per_day, remainder)

    assert flow(per_day, end, remainder)[0] >= amount
    assert end == 0 or flow(per_day, end - 1, remainder)[0] < amount


@given(st.integers(1, 80 * WORK), st.integers(1, 1000 * DAY_S))
def test_a_review_is_done_when_its_work_is(work: int, mean_s: int) -> None:
    end = seconds_to_review(work, mean_s)

    assert work_done(end, mean_s) >= work
    assert work_done(end - 1, mean_s) < work


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_shares_add_up_and_are_within_one_unit_of_exact(quantity: int, shares: list[int]) -> None:
    shares[0] += 1

    parts = split_by_share(quantity, shares)

    assert sum(parts) == quantity
    for part, share in zip(parts, shares, strict=True):
        assert abs(part * sum(shares) - quantity * share) < sum(shares)


def test_the_odd_unit_goes_to_the_largest_remainder_then_to_the_first() -> None:
    assert split_by_share(10, [1, 1, 1]) == [4, 3, 3]
    assert split_by_share(11, [1, 1, 1]) == [4, 4, 3]
    assert split_by_share(150, [30, 80, 100]) == [22, 57, 71]


@pytest.mark.parametrize("rule", RULES)
@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=8), st.data())
def test_allocation_gives_what_there_is_and_nobody_more_than_wanted(
    rule: str, available: int, wanted: list[int], data: st.DataObject
) -> None:
    levels = data.draw(st.lists(st.integers(0, 2), min_size=len(wanted), max_size=len(wanted)))
    earned = data.draw(st.lists(AMOUNTS, min_size=len(wanted), max_size=len(wanted)))

    parts = allocate(rule, available, wanted, levels, earned)

    assert sum(parts) == min(available, sum(wanted))
    assert all(0 <= part <= want for part, want in zip(parts, wanted, strict=True))


def shared(rule: str, available: int, wanted: list[int], *, earned: list[int]) -> list[int]:
    return allocate(rule, available, wanted, [0] * len(wanted), earned)


def test_rationing_of_150_among_orders_of_30_80_and_100() -> None:
    exact = {"proportional": [22, 57, 71], "uniform": [30, 60, 60], "linear": [10, 60, 80]}

    for rule, parts in exact.items():
        assert shared(rule, 150, [30, 80, 100], earned=[1, 1, 1]) == parts


def test_uniform_allocation_gives_out_again_what_exceeds_a_small_want() -> None:
    assert shared("uniform", 101, [30, 80, 80], earned=[]) == [30, 36, 35]
    assert shared("uniform", 2, [5, 5, 5], earned=[]) == [1, 1, 0]


def test_linear_allocation_leaves_out_who_wants_less_than_all_lack() -> None:
    # 20 lack 40 / 3 each at first; without the 10, the other two lack 30 / 2.
    assert shared("linear", 60, [10, 40, 50], earned=[]) == [0, 25, 35]
    assert shared("linear", 61, [10, 40, 50], earned=[]) == [0, 26, 35]


def test_turn_and_earn_goes_by_what_was_earned_and_then_by_what_is_wanted() -> None:
    assert shared("turn_and_earn", 150, [30, 80, 100], earned=[100, 40, 10]) == [30, 80, 40]
    assert shared("turn_and_earn", 150, [100, 100, 100], earned=[2, 1, 0]) == [100, 50, 0]
    assert shared("turn_and_earn", 60, [40, 80], earned=[0, 0]) == [20, 40]


def test_a_lower_priority_gets_what_is_left() -> None:
    assert allocate("priority", 100, [50, 60, 50], [2, 1, 2], []) == [20, 60, 20]
    assert allocate("priority", 40, [50, 60, 50], [2, 1, 2], []) == [0, 40, 0]


@pytest.mark.parametrize(("quantity", "share", "found"), [(5, 0.5, 3), (10, 1.5, 15), (7, 0, 0)])
def test_scaling_rounds_half_up(quantity: int, share: float, found: int) -> None:
    assert scaled(quantity, int(share * 1_000_000), 1_000_000) == found


def test_the_arithmetic_stays_within_64_bits_for_the_largest_scenario() -> None:
    largest = np.iinfo(np.int64).max

    assert largest > 800 * WORK * 1000 * DAY_S  # the longest review
    assert largest > 10**9 * 20 * 366 * DAY_S  # 1,000 t a day over the longest horizon
