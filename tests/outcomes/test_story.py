"""The trace by thing: goods, files and stops carry the seconds at which things happened to them."""

from __future__ import annotations

from sim.engine import Kind
from sim.outcomes.story import tell
from sim.units import DAY_S
from tests.models import licensed, model, run

SLOW = {"policy": {"r": {"mean_review_time": "4 d"}}}


def test_goods_that_wait_leave_stock_at_filing_and_the_exporter_at_the_grant() -> None:
    goods = tell(run(licensed(**SLOW))).goods[0][0]

    assert (goods.left_stock_s, goods.dispatched_s, goods.arrival_s) == (0, 4 * DAY_S, 6 * DAY_S)


def test_goods_that_need_no_licence_leave_both_at_once() -> None:
    goods = tell(run(model())).goods[0][0]

    assert goods.left_stock_s == goods.dispatched_s == 0


def test_goods_under_way_at_the_start_are_marked_and_dated_before_it() -> None:
    story = tell(run(model(lanes={"l": {"open_shipments": None, "transit": "7 d"}})))

    slot, goods = next(iter(story.goods[0].items()))
    assert (slot, goods.opening, goods.dispatched_s) == (-1, True, -5 * DAY_S)


def test_a_refused_file_keeps_its_outcome_and_its_goods_are_cancelled() -> None:
    refused = licensed(desks={"d": {"refile_probability": 0}}, policy={"r": {"approval_rate": 0.0}})
    story = tell(run(refused))

    file = story.files[0]
    assert (file.outcome, file.decided_s) == ("refused", 3 * DAY_S)
    assert story.goods[0][0].cancelled_s == 3 * DAY_S


def test_a_refiled_application_is_a_second_file_of_the_same_goods() -> None:
    story = tell(run(licensed(desks={"d": {"refile_after": "1 d"}}, policy={"r": {
        "approval_rate": 0.0}})))  # fmt: skip

    attempts = [(file.attempt, file.filed_s) for file in story.files if file.slot == 0]
    assert attempts[:2] == [(0, 0), (1, 4 * DAY_S)]


def test_a_stop_knows_what_blocks_it_and_when_it_ends() -> None:
    (stop,) = tell(run(licensed(**SLOW))).stops[1]

    assert (stop.begin_s, stop.end_s, stop.open_at_horizon) == (5 * DAY_S, 6 * DAY_S, False)
    assert stop.blocking == [0]


def test_a_stop_that_is_open_at_the_horizon_ends_there_and_says_so() -> None:
    (stop,) = tell(run(licensed(policy={"r": {"mean_review_time": "never"}}))).stops[1]

    assert (stop.end_s, stop.open_at_horizon) == (10 * DAY_S, True)


def test_a_stop_shorter_than_min_halt_is_no_halt() -> None:
    short = licensed(**SLOW, halts={"min_halt": "2 d"})
    story = tell(run(short))

    assert len(story.stops[1]) == 1
    assert story.halts(1) == []


def test_every_file_of_the_trace_is_told() -> None:
    trace = run(licensed())

    assert len(tell(trace).files) == len(trace.of(Kind.FILED))
