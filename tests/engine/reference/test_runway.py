"""The runway that an office reckons with, against a second-by-second count."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.reference.runway import runway_s
from sim.model.tables import ALWAYS
from sim.units import DAY_S

USE = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5)), max_size=3).map(
    lambda steps: [(0, 2), *sorted(dict(steps).items())]
)
ARRIVALS = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 30)), max_size=4).map(sorted)


def counted(
    now: int, stock: int, arrivals: list[tuple[int, int]], use: list[tuple[int, int]]
) -> int:
    """Look at every second: what has come in by then, and what has been used up to then."""
    used = 0
    for second in range(now, 400):
        there = stock + sum(quantity for at, quantity in arrivals if at <= second)
        rate = next(rate for first, rate in reversed(use) if first <= second)
        if used > there or (used == there and rate):
            return second - now
        used += rate
    return ALWAYS


@settings(max_examples=400)
@given(st.integers(0, 20), st.integers(0, 60), ARRIVALS, USE)
def test_it_ends_in_the_first_second_in_which_more_is_needed_than_there_is(
    now: int, stock: int, arrivals: list[tuple[int, int]], use: list[tuple[int, int]]
) -> None:
    to_come = [(at, quantity) for at, quantity in arrivals if at > now]
    a_second = [(first, rate * DAY_S) for first, rate in use]

    runway = runway_s(now, stock, to_come, a_second)

    assert runway == counted(now, stock, to_come, use)


def test_without_use_it_never_ends() -> None:
    assert runway_s(5, 0, [], [(0, 0)]) == ALWAYS
