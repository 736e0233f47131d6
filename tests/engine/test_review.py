"""When a review ends, against a second-by-second count."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.engine.review import ReviewClock, Stretch, WorkingTime, same_between
from sim.engine.rules import WORK
from sim.model import build_model
from sim.model.dates import merge_spans
from sim.units import DAY_S
from tests.models import licensed

SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1])), max_size=6
).map(merge_spans)


def idle(second: int, spans: tuple[tuple[int, int], ...]) -> bool:
    return any(begins <= second < ends for begins, ends in spans)


@given(SPANS, st.integers(0, 70), st.integers(0, 70))
def test_working_time_is_a_count_of_working_seconds(
    spans: tuple[tuple[int, int], ...], begins: int, length: int
) -> None:
    time = WorkingTime(spans)

    counted = sum(not idle(second, spans) for second in range(begins, begins + length))

    assert time.worked(begins, begins + length) == counted
    assert time.works_at(begins) is not idle(begins, spans)


@given(SPANS, st.integers(0, 70), st.integers(1, 40))
def test_work_ends_after_so_many_working_seconds(
    spans: tuple[tuple[int, int], ...], begins: int, seconds: int
) -> None:
    time = WorkingTime(spans)

    end = time.after(begins, seconds)

    assert time.worked(begins, end) == seconds
    assert not idle(end - 1, spans)


def test_no_work_is_done_in_the_first_working_second() -> None:
    time = WorkingTime([(10, 20)])

    assert (time.after(4, 0), time.after(10, 0), time.after(19, 0)) == (4, 20, 20)


def clock_of(policy: dict[str, Any], **desk: Any) -> ReviewClock:
    tables = build_model(licensed(horizon="60 d", policy=policy, desks={"d": desk}))
    return ReviewClock(tables, 0, [])


def end(clock: ReviewClock, work: int, begins: int = 0, *, wait: bool = True) -> int | None:
    """The end of a review of the first class, while no trigger is active."""
    return clock.end(clock.stretches(0, 0), work, begins, wait=wait)


def test_speeds_in_turn() -> None:
    policy = {
        "r": {"from": "0 d", "mean_review_time": "10 d"},
        "slow": {"from": "4 d", "mean_review_time": "20 d"},
        "stop": {"from": "8 d", "to": "10 d", "mean_review_time": "never"},
    }
    clock = clock_of(policy)

    # 0.4 by day 4, 0.6 by day 8, nothing until day 10, then 0.05 a day.
    assert end(clock, WORK) == 18 * DAY_S
    assert end(clock, WORK, wait=False) is None
    assert end(clock, WORK // 2, wait=False) == 6 * DAY_S
    assert clock.left(clock.stretches(0, 0), WORK, 0, 8 * DAY_S) == WORK * 4 // 10
    assert end(clock, WORK * 4 // 10, 10 * DAY_S, wait=False) == 18 * DAY_S


def test_a_pause_and_weekends_stop_a_clock_of_working_days() -> None:
    # Monday 7 April 2025 is day 0; the weekend is days 5 and 6.
    policy = {"r": {"from": "0 d", "mean_review_time": "6 working days"}}
    clock = clock_of(policy, pauses=[{"from": "1 d", "to": "3 d"}])

    assert end(clock, WORK) == 10 * DAY_S  # days 0, 3, 4, 7, 8, 9
    assert clock.works_at(5 * DAY_S)
    assert not clock.works_at(2 * DAY_S)


def test_a_review_that_outlasts_the_horizon_has_no_end() -> None:
    policy = {"r": {"from": "0 d", "mean_review_time": "100 d"}}

    assert end(clock_of(policy), WORK) is None


@given(st.integers(1, 59), st.integers(1, 59), st.integers(1, 90))
def test_equal_neighbours_are_one_stretch(first: int, second: int, mean: int) -> None:
    mean_review = {"mean_review_time": f"{mean} d"}
    plain = clock_of({"r": {"from": "0 d"} | mean_review})
    cut = clock_of(
        {"r": {"from": "0 d"} | mean_review, "s": {"from": f"{first} d"} | mean_review,
         "t": {"from": f"{second} d"} | mean_review}
    )  # fmt: skip

    for work in (1, WORK // 3, WORK):
        assert end(cut, work) == end(plain, work)


def test_every_set_of_active_triggers_has_its_own_stretches() -> None:
    trigger = {"when": "halted_share", "above": 0.5}
    scenario = licensed(
        horizon="60 d",
        triggers={"alarm": trigger},
        policy={"r": {"mean_review_time": "10 d"},
                "hurry": {"on": "alarm", "from": "20 d", "mean_review_time": "2 d"}},
    )  # fmt: skip
    clock = ReviewClock(build_model(scenario), 0, [])

    day = DAY_S
    assert clock.stretches(0, 0) == (Stretch(10 * day, False, 0, 60 * day),)
    assert clock.stretches(1, 0) == (
        Stretch(10 * day, False, 0, 20 * day),
        Stretch(2 * day, False, 20 * day, 60 * day),
    )


@given(st.integers(0, 90), st.integers(0, 90), st.integers(1, 89), st.integers(1, 89))
def test_stretches_are_the_same_as_long_as_every_second_is(
    begins: int, length: int, cut: int, other_cut: int
) -> None:
    one = [Stretch(5, False, 0, cut), Stretch(9, False, cut, 90)]
    other = [Stretch(5, False, 0, other_cut), Stretch(9, False, other_cut, 90)]
    ends = begins + length

    seconds = range(begins, min(ends, 90))
    equal = all((second < cut) is (second < other_cut) for second in seconds)

    assert same_between(begins, ends, one, other) is equal
