"""The arithmetic of the model, in whole numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.rules import (
    WORK,
    allocate_by_priority,
    allocate_proportionally,
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


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=8), st.data())
def test_allocation_gives_what_there_is_and_nobody_more_than_wanted(
    available: int, wanted: list[int], data: st.DataObject
) -> None:
    levels = data.draw(st.lists(st.integers(0, 2), min_size=len(wanted), max_size=len(wanted)))

    for parts in (
        allocate_proportionally(available, wanted),
        allocate_by_priority(available, wanted, levels),
    ):
        assert sum(parts) == min(available, sum(wanted))
        assert all(0 <= part <= want for part, want in zip(parts, wanted, strict=True))


def test_a_lower_priority_gets_what_is_left() -> None:
    assert allocate_by_priority(100, [50, 60, 50], [2, 1, 2]) == [20, 60, 20]
    assert allocate_by_priority(40, [50, 60, 50], [2, 1, 2]) == [0, 40, 0]


@pytest.mark.parametrize(("quantity", "share", "found"), [(5, 0.5, 3), (10, 1.5, 15), (7, 0, 0)])
def test_scaling_rounds_half_up(quantity: int, share: float, found: int) -> None:
    assert scaled(quantity, int(share * 1_000_000), 1_000_000) == found


def test_the_arithmetic_stays_within_64_bits_for_the_largest_scenario() -> None:
    largest = np.iinfo(np.int64).max

    assert largest > 800 * WORK * 1000 * DAY_S  # the longest review
    assert largest > 10**9 * 20 * 366 * DAY_S  # 1,000 t a day over the longest horizon
