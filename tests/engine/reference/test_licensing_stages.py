"""Stages in turn: embassy, province, ministry; the gates of the day say which are needed."""

from typing import Any

import pytest

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import licensed, merged, told

DECISIONS = (Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN, Kind.EXPIRED, Kind.DISPATCHED)

EMBASSY: dict[str, Any] = {
    "gates": {"g": {"before": ["e"]}},
    "desks": {"e": {"setting": "unlimited", "work": {"law": "fixed"}}},
    "policy": {"attested": {"desk": ["e"], "mean_review_time": "1 d"}},
}


def staged(**changes: Any) -> Scenario:
    """An embassy that takes a day comes before the office that takes three; one order in 30 d."""
    once = {"sites": {"P": {"ordering": {"review_every": "30 d", "order_up_to": "100 g"}}}}
    return licensed(**merged(merged(EMBASSY, once), {"horizon": "20 d"} | changes))


def test_the_office_takes_up_what_the_embassy_has_attested() -> None:
    assert told(staged(), *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "1 DECIDED l #0 x50 granted try 0",
        "1 FILED l #0 x50 stage 1 try 0",
        "4 DECIDED l #0 x50 granted stage 1 try 0",
        "4 DISPATCHED l #0 x50 =1000 @6",
    ]


def test_a_stage_more_leaves_the_draws_of_the_others_as_they_are() -> None:
    random = {"d": {"work": {"law": "weibull", "shape": 3.1}}}
    alone = told(licensed(horizon="9 d", desks=random), Kind.DECIDED)
    without_embassy = {"attested": {"desk": ["e"], "mean_review_time": "0 d"}}

    both = told(staged(horizon="9 d", desks=random, policy=without_embassy), Kind.DECIDED)

    assert both[1] == alone[0].replace("try", "stage 1 try")


def test_stages_that_take_no_time_pass_within_the_dispatch() -> None:
    at_once = {"r": {"mean_review_time": "0 d"}, "attested": {"mean_review_time": "0 d"}}

    assert told(staged(horizon="1 d", policy=at_once), *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "0 DECIDED l #0 x50 granted try 0",
        "0 FILED l #0 x50 stage 1 try 0",
        "0 DECIDED l #0 x50 granted stage 1 try 0",
        "0 DISPATCHED l #0 x50 =950 @2",
    ]


def test_a_refusal_is_filed_again_at_its_own_stage() -> None:
    no = {"no": {"from": "0 d", "to": "5 d", "desk": ["d"], "approval_rate": 0.0}}
    desk = {"d": {"refile_after": "2 d"}}

    assert told(staged(policy=no, desks=desk), *DECISIONS)[2:] == [
        "1 FILED l #0 x50 stage 1 try 0",
        "4 DECIDED l #0 x50 refused stage 1 try 0",
        "6 FILED l #0 x50 stage 1 try 1",
        "9 DECIDED l #0 x50 granted stage 1 try 1",
        "9 DISPATCHED l #0 x50 =1000 @11",
    ]


def test_the_next_stage_begins_when_the_licence_of_the_last_is_valid() -> None:
    desk = {"e": {"issue_lag": "2 d"}, "d": {"issue_lag": "1 d"}}

    assert told(staged(desks=desk), Kind.FILED, Kind.DISPATCHED) == [
        "0 FILED l #0 x50 try 0",
        "3 FILED l #0 x50 stage 1 try 0",
        "7 DISPATCHED l #0 x50 =1000 @9",
    ]


@pytest.mark.parametrize("setting", [{"setting": "unlimited"}, {"setting": "queue", "officers": 1}])
def test_a_stage_that_is_no_longer_asked_for_is_left_for_the_next(setting: dict[str, Any]) -> None:
    until = {"gates": {"g": {"to": "2 d"}, "still": {"desk": "d", "leaves": ["CN"]}}}
    slow = {"policy": {"attested": {"mean_review_time": "9 d"}}, "desks": {"e": setting}}
    plant = staged(**merged(until, slow))

    assert told(plant, *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "2 WITHDRAWN l #0 x50 try 0",
        "2 FILED l #0 x50 stage 1 try 0",
        "5 DECIDED l #0 x50 granted stage 1 try 0",
        "5 DISPATCHED l #0 x50 =1000 @7",
    ]


def test_goods_leave_when_no_stage_is_asked_for_any_more() -> None:
    assert told(staged(gates={"g": {"to": "2 d"}}), *DECISIONS)[2:] == [
        "1 FILED l #0 x50 stage 1 try 0",
        "2 WITHDRAWN l #0 x50 stage 1 try 0",
        "2 DISPATCHED l #0 x50 =1000 @4",
    ]


def test_an_earlier_stage_that_is_asked_for_late_is_passed_before_the_goods_leave() -> None:
    late = {"g": {"from": "2 d"}, "before": {"desk": "d", "leaves": ["CN"]}}

    assert told(staged(gates=late), *DECISIONS) == [
        "0 FILED l #0 x50 stage 1 try 0",
        "3 DECIDED l #0 x50 granted stage 1 try 0",
        "3 FILED l #0 x50 try 0",
        "4 DECIDED l #0 x50 granted try 0",
        "4 DISPATCHED l #0 x50 =1000 @6",
    ]


def test_a_grant_in_the_second_in_which_the_next_gate_ends_lets_the_goods_go() -> None:
    gates = {"g": {"to": "1 d"}, "attest": {"desk": "e", "leaves": ["CN"]}}

    assert told(staged(gates=gates), *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "1 DECIDED l #0 x50 granted try 0",
        "1 DISPATCHED l #0 x50 =1000 @3",
    ]


def test_goods_lost_at_a_later_stage_go_back_and_the_buyer_learns_of_it_later() -> None:
    denial = {"denied": {"from": "0 d", "desk": ["d"], "final_refusal_share": 1.0}}
    plant = staged(horizon="6 d", policy=denial, desks={"d": {"refusal_known_after": "1 d"}})

    trace = checked(build_model(plant))

    assert trace.totals.finished[0] == 1050
    assert told(plant, Kind.DECIDED, Kind.CANCELLED) == [
        "1 DECIDED l #0 x50 granted try 0",
        "4 DECIDED l #0 x50 refused_for_good stage 1 try 0",
        "5 CANCELLED l #0 x50",
    ]
