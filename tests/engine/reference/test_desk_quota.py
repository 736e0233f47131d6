"""A weekly quota: up to so many decisions, in the order in which the work was done."""

from typing import Any

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.engine.reference.test_desk import decided, files
from tests.models import licensed, one_file, told


def quota_of(*limits: dict[str, Any], **desk: Any) -> dict[str, Any]:
    return {"d": {"quota": [{"from": "0 d"} | limit for limit in limits]} | desk}


def test_files_beyond_the_quota_wait_for_monday() -> None:
    # Day 0 is a Monday. All are done on day 4.
    desks = quota_of({"files_per_week": 2}, setting="unlimited")
    desk = files(dict.fromkeys("abcde", 0), desks=desks)

    assert decided(desk) == ["4 a", "4 b", "7 c", "7 d", "14 e"]


def test_quota_of_a_week_that_is_not_used_lapses() -> None:
    desks = quota_of({"files_per_week": 1}, setting="unlimited")

    assert decided(files({"a": 15, "b": 15, "c": 15}, desks=desks)) == ["19 a", "21 b", "28 c"]


def test_a_week_begins_on_monday_whatever_the_day_of_the_start() -> None:
    desks = quota_of({"files_per_week": 1}, setting="unlimited")
    desk = files({"a": 0, "b": 0}, desks=desks, start="2025-04-04")  # a Friday

    # Monday is day 3: by day 4 its week has begun, and the next one begins on day 10.
    assert decided(desk) == ["4 a", "10 b"]


def test_a_file_that_waits_for_the_quota_needs_no_officer() -> None:
    desks = quota_of({"files_per_week": 1}, officers=1)
    desk = files({"a": 0, "b": 0, "c": 0}, review="2 d", desks=desks)

    # Done on days 2, 4 and 6.
    assert decided(desk) == ["2 a", "7 b", "14 c"]


def test_a_quota_alone_limits_a_queue_without_officers() -> None:
    desks = {"d": {"officers": None} | quota_of({"files_per_week": 1})["d"]}

    assert decided(files({"a": 0, "b": 0}, review="2 d", desks=desks)) == ["2 a", "7 b"]


def test_what_is_done_on_monday_at_midnight_comes_after_those_who_wait() -> None:
    desks = quota_of({"files_per_week": 1}, setting="unlimited")
    desk = files({"z": 0, "y": 0, "a": 3}, desks=desks)

    # y and z are done on day 4, a on day 7, the Monday.
    assert decided(desk) == ["4 y", "7 z", "14 a"]


def test_another_quota_acts_from_its_day_on() -> None:
    desks = quota_of({"files_per_week": 0}, {"from": "9 d", "files_per_week": 2})
    desks["d"] |= {"setting": "unlimited"}

    assert decided(files({"a": 0, "b": 0, "c": 0}, desks=desks)) == ["9 a", "9 b", "14 c"]


def test_nobody_decides_on_a_monday_in_a_pause() -> None:
    desks = quota_of({"files_per_week": 1}, setting="unlimited",
                     pauses=[{"from": "6 d", "to": "9 d"}])  # fmt: skip

    assert decided(files({"a": 0, "b": 0, "c": 0}, desks=desks)) == ["4 a", "9 b", "14 c"]


def test_refusals_use_up_decisions() -> None:
    desks = quota_of({"files_per_week": 1}, setting="unlimited")
    no = {"no": {"from": "0 d", "to": "5 d", "approval_rate": 0.0}}
    desk = files({"a": 0, "b": 0}, desks=desks, policy=no)

    assert told(desk, Kind.DECIDED) == [
        "4 DECIDED a #0 x0 refused try 0",
        "7 DECIDED b #0 x0 granted try 0",
    ]


def ten_a_day(amount: str, **changes: Any) -> Scenario:
    """Files of 10 g, one a day, done after a day, under a quota of so much a week."""
    base: dict[str, Any] = {
        "horizon": "15.5 d",
        "lanes": {"l": {"dispatch_every": "1 d"}},
        "sites": {"P": {"ordering": {"rule": "constant"}}},
        "desks": quota_of({"amount_per_week": amount}, setting="unlimited"),
        "policy": {"r": {"mean_review_time": "1 d"}},
    }
    return licensed(**base | changes)


def test_a_quota_of_an_amount_is_used_up_by_grants() -> None:
    sent = [line.split(" x")[0] for line in told(ten_a_day("25 g"), Kind.DISPATCHED)]

    assert sent == [
        "1 DISPATCHED l #0", "2 DISPATCHED l #1",
        "7 DISPATCHED l #2", "7 DISPATCHED l #3",
        "14 DISPATCHED l #4", "14 DISPATCHED l #5",
    ]  # fmt: skip
    checked(build_model(ten_a_day("25 g")))


def test_refusals_use_up_no_amount() -> None:
    no = {"r": {"mean_review_time": "1 d"}, "no": {"from": "0 d", "to": "2.5 d",
                                                   "approval_rate": 0.0}}  # fmt: skip
    desks = ten_a_day("25 g").desks["d"]
    assert desks.refile_after == 5 * 86_400

    lines = told(ten_a_day("25 g", policy=no, horizon="5.5 d"), Kind.DECIDED)

    assert [line.split()[0] + line.split()[-3] for line in lines] == [
        "1refused", "2refused", "3granted", "4granted",
    ]  # fmt: skip


def test_a_file_for_more_than_a_week_allows_goes_alone() -> None:
    sent = [line.split(" x")[0] for line in told(ten_a_day("8 g"), Kind.DISPATCHED)]

    assert sent == ["1 DISPATCHED l #0", "7 DISPATCHED l #1", "14 DISPATCHED l #2"]
    assert not told(ten_a_day("0 g"), Kind.DISPATCHED)


def test_goods_that_leave_without_a_licence_do_not_hold_up_the_line() -> None:
    others = {"desk": "d", "destination": "US", "arrivals": "even", "rate": one_file(3)}
    two = ten_a_day(
        "1 kg", horizon="8 d", gates={"g": {"to": "5 d"}}, other_applicants={"o": others},
        desks=quota_of({"files_per_week": 1}, setting="unlimited"),
    )  # fmt: skip

    # One decision on day 1; those who wait are withdrawn on day 5; the others' file goes on day 7.
    assert told(two, Kind.DECIDED) == [
        "1 DECIDED l #0 x10 granted try 0",
        "7 DECIDED o #0 x0 granted try 0",
    ]


def test_a_quota_that_nobody_reaches_moves_nothing() -> None:
    desks = quota_of({"files_per_week": 99}, setting="unlimited")

    limited, free = ten_a_day("9 kg"), ten_a_day("9 kg", desks={"d": {"setting": "unlimited"}})
    in_files = ten_a_day("9 kg", desks=desks)

    everything = tuple(kind for kind in Kind if kind is not Kind.REGIME)
    assert told(limited, *everything) == told(free, *everything) == told(in_files, *everything)
