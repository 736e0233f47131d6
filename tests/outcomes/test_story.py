"""The trace by thing: goods, files and stops carry the seconds at which things happened to them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from sim.engine import Kind
from sim.outcomes.story import tell
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.engine.generated import worlds
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


EARLY: dict[str, Any] = {"measures": {"early": {"file_early": "3 d"}}, "horizon": "20 d"}


def test_goods_filed_for_ahead_leave_stock_in_their_slot_not_at_the_filing() -> None:
    story = tell(run(licensed(**EARLY)))
    file, goods = story.files_of[0, 1][0], story.goods[0][1]

    assert (file.filed_s, goods.left_stock_s, goods.dispatched_s) == (
        2 * DAY_S,
        5 * DAY_S,
        5 * DAY_S,
    )


def test_an_application_that_lapses_for_want_of_goods_leaves_no_goods_behind() -> None:
    """Nobody orders anything, so there is nothing to send in any slot."""
    idle = {"rule": "s_q", "reorder_point": "0 g", "order_quantity": "1 g", "review_every": "30 d"}
    story = tell(
        run(licensed(**EARLY, sites={"P": {"bill": {"m": {"stock": "900 g"}}, "ordering": idle}}))
    )

    lapsed = {file.slot for file in story.files if file.outcome == "withdrawn"}
    assert lapsed
    assert not lapsed & set(story.goods[0])


def test_a_licence_that_ran_out_says_when_and_its_goods_are_filed_for_again() -> None:
    customs = {"decides": "hold", "setting": "unlimited", "work": {"law": "fixed"}}
    story = tell(
        run(
            licensed(
                desks={"d": {"licence_term": "2 d"}, "customs": customs},
                gates={"tests": {"desk": "customs", "leaves": ["CN"]}},
                policy={"r": {"desk": ["d"], "mean_review_time": "1 d"},
                        "tests": {"desk": ["customs"], "mean_review_time": "9 d"}},
            )
        )
    )  # fmt: skip
    licence, hold, again = story.files_of[0, 0][:3]

    assert (licence.stage, licence.outcome, licence.expired_s) == (0, "granted", 3 * DAY_S)
    assert (hold.stage, hold.outcome, hold.decided_s) == (1, "withdrawn", 3 * DAY_S)
    assert (again.stage, again.attempt, again.filed_s) == (0, 1, 3 * DAY_S)
    assert story.tables.desks.name[hold.desk] == "customs"


def test_a_returned_file_keeps_that_outcome() -> None:
    story = tell(run(licensed(policy={"r": {"return_share": 1.0}})))

    assert story.files[0].outcome == "returned"


def test_goods_sent_by_air_are_marked() -> None:
    flown = tell(run(model(measures={"fly": {"air": {"transit": "1 d"}}})))

    assert [goods.by_air for goods in flown.goods[0].values()] == [True, True]


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_goods_on_their_way_at_the_end_are_those_of_the_accounts(scenario: Scenario) -> None:
    trace = run(scenario)
    story, horizon_s = tell(trace), trace.tables.horizon_s

    for lane, goods in enumerate(story.goods):
        moving = [
            one.quantity
            for one in goods.values()
            if one.dispatched_s is not None and (one.arrival_s or 0) >= horizon_s
        ]
        assert sum(moving) == trace.totals.moving[lane]


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_goods_whose_file_is_open_at_the_end_are_those_that_wait(scenario: Scenario) -> None:
    trace = run(scenario)
    story = tell(trace)

    for lane, goods in enumerate(story.goods):
        waiting = [
            one.quantity
            for slot, one in goods.items()
            if one.dispatched_s is None
            and one.cancelled_s is None
            and not story.files_of[lane, slot][-1].outcome.startswith("refused")
        ]
        account = trace.totals.waiting[lane] + trace.totals.held[lane]
        refused = [f for f in story.files if f.source == lane and f.outcome.startswith("refused")]
        assert sum(waiting) == account or (refused and sum(waiting) < account)
