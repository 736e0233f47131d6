"""The licence desk: whose turn it is, when a review ends, what follows from the decision."""

from typing import Any

import pytest

from sim.engine import Kind
from sim.scenario import Scenario
from tests.models import desk_model, licensed, one_file, run, story, told


def files(days: dict[str, int], review: str = "4 d", **changes: Any) -> Scenario:
    """Files called a, b, ... that are filed at the start of the given days."""
    streams = {name: {"rate": one_file(day)} for name, day in days.items()}
    policy = {"r": {"from": "0 d", "mean_review_time": review}} | changes.pop("policy", {})
    for name, stream in changes.pop("streams", {}).items():
        streams[name] |= stream
    return desk_model(streams, policy=policy, horizon=changes.pop("horizon", "30 d"), **changes)


def decided(scenario: Scenario) -> list[str]:
    """When each file was decided: `4 a`."""
    return [
        line.replace("DECIDED ", "").partition(" #")[0] for line in told(scenario, Kind.DECIDED)
    ]


def test_three_files_before_two_officers() -> None:
    desk = files({"a": 0, "b": 0, "c": 1}, desks={"d": {"officers": 2}})

    assert told(desk, Kind.FILED, Kind.DECIDED) == [
        "0 FILED a #0 x0 try 0",
        "0 FILED b #0 x0 try 0",
        "1 FILED c #0 x0 try 0",
        "4 DECIDED a #0 x0 granted try 0",
        "4 DECIDED b #0 x0 granted try 0",
        "8 DECIDED c #0 x0 granted try 0",
    ]


def test_files_of_the_same_second_are_taken_in_the_order_in_which_they_came() -> None:
    later = {"from": "200 d", "destination": ["FR"], "priority": 5}
    lanes = {
        name: {
            "supplier": "A",
            "customer": customer,
            "transit": "2 d",
            "dispatch_every": every,
            "open_shipments": [],
        }
        for name, customer, every in (("l", "P", "on order"), ("m", "Q", "5 d"))
    }
    plants = {
        name: {
            "kind": "plant",
            "country": country,
            "makes": "car",
            "output_per_day": 10,
            "ordering": {"review_every": "5 d", "order_up_to": "100 g"},
            "bill": {"m": {"per_unit": "1 g", "stock": "50 g"}},
        }
        for name, country in (("P", "DE"), ("Q", "FR"))
    }
    desk = {"d": {"setting": "queue", "officers": 0}}

    # Slots come before what goes on order. A rule of another year makes two classes of the files,
    # and must not change whose turn it is today.
    for policy in ({}, {"later": later}):
        queue = licensed(
            horizon="12 d",
            sites=plants,
            lanes=lanes,
            desks={"d": desk["d"] | {"officers": [{"from": "0 d", "count": 0},
                                                  {"from": "1 d", "count": 1}]}},
            policy=policy,
        )  # fmt: skip
        assert decided(queue) == ["4 m", "7 l", "10 m"]


def test_an_unlimited_desk_works_on_every_file_from_the_day_it_arrives() -> None:
    desk = files({"a": 0, "b": 0, "c": 1}, desks={"d": {"setting": "unlimited"}})

    assert decided(desk) == ["4 a", "4 b", "5 c"]


def test_a_fast_track_overtakes_those_who_wait_but_not_the_file_in_hand() -> None:
    fast = {"from": "0 d", "destination": ["FR"], "priority": 1}
    desk = files(
        {"a": 0, "b": 1, "c": 2}, streams={"c": {"destination": "FR"}}, policy={"fast": fast}
    )

    assert decided(desk) == ["4 a", "8 c", "12 b"]


def test_a_class_stopped_under_review_goes_back_to_the_head_with_its_work_kept() -> None:
    stop = {"from": "2 d", "to": "6 d", "destination": ["US"], "mean_review_time": "never"}
    american = {"destination": "US"}
    desk = files(
        {"a": 0, "b": 1, "c": 1},
        streams={"a": american, "c": american},
        policy={"stop": stop},
    )

    # a: two days done, stopped; b: 2 to 6; a again for its other two days; then c.
    assert decided(desk) == ["6 b", "8 a", "12 c"]


@pytest.mark.parametrize("setting", ["queue", "unlimited"])
def test_a_stop_in_the_second_in_which_a_review_would_end_comes_first(setting: str) -> None:
    stop = {"from": "4 d", "to": "6 d", "mean_review_time": "never"}
    desk = files({"a": 0}, policy={"stop": stop}, desks={"d": {"setting": setting}})

    assert decided(desk) == ["6+1s a"]


def test_a_review_ends_in_the_second_in_which_another_speed_begins() -> None:
    slower = {"from": "4 d", "mean_review_time": "40 d"}

    assert decided(files({"a": 0}, policy={"slower": slower})) == ["4 a"]


def test_a_change_of_speed_acts_on_files_under_review() -> None:
    faster = {"from": "4 d", "mean_review_time": "2 d"}
    desk = files({"a": 0}, review="10 d", policy={"faster": faster})

    # 4 of 10 days done; the other 0.6 of a file take 1.2 days.
    assert decided(desk) == ["5+17280s a"]


def test_a_rule_that_repeats_the_speed_moves_nothing() -> None:
    again = {"from": "1 d", "mean_review_time": "7 d"}

    assert decided(files({"a": 0}, review="7 d", policy={"again": again})) == ["7 a"]


def test_nobody_works_in_a_pause() -> None:
    pause = {"from": "2 d", "to": "5 d"}
    desk = files({"a": 0, "b": 3}, desks={"d": {"pauses": [pause], "officers": 2}})

    # a: 2 days before and 2 after the pause; b is taken up when it ends.
    assert decided(desk) == ["7 a", "9 b"]


def test_random_closed_periods_stop_the_clock_too() -> None:
    by_turns = {"open": "2 d", "closed": "1 d"}

    # Worked on in [0, 2) and [3, 5).
    assert decided(files({"a": 0}, desks={"d": {"open_closed": by_turns}})) == ["5 a"]


def test_working_days_are_those_of_the_chinese_calendar() -> None:
    # Day 0 is Monday 7 April 2025; a is filed on a Friday, b on a Saturday.
    desk = files({"a": 4, "b": 5}, review="2 working days", desks={"d": {"setting": "unlimited"}})

    assert decided(desk) == ["8 a", "9 b"]


def test_another_officer_from_a_day_on() -> None:
    officers = [{"from": "0 d", "count": 1}, {"from": "2 d", "count": 2}]

    desk = files({"a": 0, "b": 0}, desks={"d": {"officers": officers}})

    assert decided(desk) == ["4 a", "6 b"]


def test_an_officer_who_leaves_finishes_the_file_in_hand() -> None:
    officers = [{"from": "0 d", "count": 2}, {"from": "1 d", "count": 1}]

    desk = files({"a": 0, "b": 0, "c": 0, "e": 0}, desks={"d": {"officers": officers}})

    assert decided(desk) == ["4 a", "4 b", "8 c", "12 e"]


def test_a_backlog_is_worked_off_first() -> None:
    desk = files({"a": 0, "b": 0}, streams={"b": {"backlog": 2, "rate": one_file(90)}})

    assert told(desk, Kind.DECIDED) == [
        "4 DECIDED b #-1 x0 granted try 0",
        "8 DECIDED b #-2 x0 granted try 0",
        "12 DECIDED a #0 x0 granted try 0",
    ]


def test_other_applicants_keep_goods_waiting() -> None:
    stream = {"desk": "d", "destination": "US", "arrivals": "even", "rate": one_file(90)}
    queue = licensed(
        horizon="8 d",
        desks={"d": {"setting": "queue", "officers": 1}},
        other_applicants={"others": stream | {"backlog": 1}},
    )

    assert told(queue, Kind.DISPATCHED) == ["6 DISPATCHED l #0 x50 =1000 @8"]


def test_a_refused_file_is_filed_again_and_a_new_decision_falls() -> None:
    no = {"from": "0 d", "to": "4 d", "approval_rate": 0.0}
    plant = licensed(policy={"no": no}, desks={"d": {"refile_after": "1 d"}})

    assert story(plant) == [
        "0 ORDERED l x50 =50",
        "0 FILED l #0 x50 try 0",
        "3 DECIDED l #0 x50 refused try 0",
        "4 FILED l #0 x50 try 1",
        "5 STOCKED_OUT P / m =0",
        "5 HALTED P",
        "5 ORDERED l x50 =50",
        "5 FILED l #1 x50 try 0",
        "7 DECIDED l #0 x50 granted try 1",
        "7 DISPATCHED l #0 x50 =1000 @9",
        "8 DECIDED l #1 x50 granted try 0",
        "8 DISPATCHED l #1 x50 =1000 @10",
        "9 ARRIVED l #0 x50 =50",
        "9 RESTARTED P",
    ]


def test_a_final_refusal_returns_the_goods_and_the_buyer_learns_of_it_later() -> None:
    denial = {"from": "0 d", "end_use": ["defence"], "final_refusal_share": 1.0}
    plant = licensed(
        horizon="6 d",
        lanes={"l": {"end_use": "defence"}},
        desks={"d": {"refusal_known_after": "1 d"}},
        policy={"denial": denial},
    )

    assert story(plant) == [
        "0 ORDERED l x50 =50",
        "0 FILED l #0 x50 try 0",
        "3 DECIDED l #0 x50 refused_for_good try 0",
        "4 CANCELLED l #0 x50",
        "5 STOCKED_OUT P / m =0",
        "5 HALTED P",
        "5 ORDERED l x100 =100",
        "5 FILED l #1 x100 try 0",
    ]
    assert run(plant).totals.finished.tolist() == [1000, 0]  # 1,050 - 100, and full again


def test_a_refusal_without_refiling_is_a_cancelled_order() -> None:
    plant = licensed(
        horizon="4 d",
        desks={"d": {"refile_probability": 0.0}},
        policy={"r": {"approval_rate": 0.0}},
    )

    assert story(plant)[2:] == ["3 DECIDED l #0 x50 refused try 0", "3 CANCELLED l #0 x50"]


def test_a_licence_is_valid_after_the_issue_lag() -> None:
    plant = licensed(horizon="6 d", desks={"d": {"issue_lag": "2 d"}})

    assert told(plant, Kind.DECIDED, Kind.DISPATCHED) == [
        "3 DECIDED l #0 x50 granted try 0",
        "5 DISPATCHED l #0 x50 =1000 @7",
    ]


GENERAL = {"from": "3 d", "to": "6 d", "general_licence": True}


def test_a_general_licence_lets_waiting_goods_go_and_ends_before_its_last_second() -> None:
    plant = licensed(
        horizon="6.5 d", lanes={"l": {"dispatch_every": "1 d"}}, policy={"pair": GENERAL}
    )

    assert [line for line in story(plant) if "ORDERED" not in line] == [
        "0 FILED l #0 x30 try 0",  # level 80: 50 + 2 days under way + 1 day
        "1 FILED l #1 x10 try 0",
        "2 FILED l #2 x10 try 0",
        "3 WITHDRAWN l #0 x30 try 0",
        "3 DISPATCHED l #0 x30 =1000 @5",
        "3 WITHDRAWN l #1 x10 try 0",
        "3 DISPATCHED l #1 x10 =1000 @5",
        "3 WITHDRAWN l #2 x10 try 0",
        "3 DISPATCHED l #2 x10 =1000 @5",
        "3 DISPATCHED l #3 x10 =990 @5",
        "4 DISPATCHED l #4 x10 =990 @6",
        "5 ARRIVED l #0 x30 =30",
        "5 ARRIVED l #1 x10 =40",
        "5 ARRIVED l #2 x10 =50",
        "5 ARRIVED l #3 x10 =60",
        "5 DISPATCHED l #5 x10 =990 @7",
        "6 ARRIVED l #4 x10 =60",
        "6 FILED l #6 x10 try 0",  # [from, to): at `to` the pair needs a licence again
    ]


def test_a_general_licence_of_another_desk_does_not_open_this_gate() -> None:
    elsewhere = {"from": "0 d", "general_licence": True, "desk": ["other"]}
    plant = licensed(
        horizon="1 d", policy={"pair": elsewhere}, desks={"other": {"setting": "unlimited"}}
    )

    assert told(plant, Kind.FILED) == ["0 FILED l #0 x50 try 0"]


def test_goods_go_when_the_gate_ends() -> None:
    plant = licensed(horizon="6 d", gates={"g": {"to": "2 d"}})

    assert story(plant) == [
        "0 ORDERED l x50 =50",
        "0 FILED l #0 x50 try 0",
        "2 WITHDRAWN l #0 x50 try 0",
        "2 DISPATCHED l #0 x50 =1000 @4",
        "4 ARRIVED l #0 x50 =60",
        "5 ORDERED l x50 =50",
        "5 DISPATCHED l #1 x50 =950 @7",
    ]


@pytest.mark.parametrize(
    ("review", "desk"),
    [
        ("0 d", {"refile_after": "20 d"}),  # refused on filing, not filed again yet
        ("1 d", {"refile_after": "20 d"}),  # refused after a day
        ("20 d", {}),  # under review
        ("20 d", {"setting": "queue", "officers": 0}),  # waiting for an officer
        ("20 d", {"pauses": [{"from": "0 d", "to": "9 d"}]}),  # in a pause
    ],
)
def test_goods_go_when_the_gate_ends_wherever_their_file_is(
    review: str, desk: dict[str, Any]
) -> None:
    refusal = {"mean_review_time": review, "approval_rate": 0.0}
    plant = licensed(horizon="4 d", gates={"g": {"to": "2 d"}}, desks={"d": desk},
                     policy={"r": refusal})  # fmt: skip

    assert told(plant, Kind.DISPATCHED) == ["2 DISPATCHED l #0 x50 =1000 @4"]


@pytest.mark.parametrize("review", ["0 d", "1 d"])
def test_goods_whose_licence_is_being_issued_go_when_the_gate_ends_and_only_once(
    review: str,
) -> None:
    plant = licensed(
        horizon="4.5 d",
        gates={"g": {"to": "2 d"}},
        desks={"d": {"issue_lag": "2 d"}},
        policy={"r": {"mean_review_time": review}},
    )

    assert told(plant, Kind.DISPATCHED) == ["2 DISPATCHED l #0 x50 =1000 @4"]


def test_a_withdrawn_file_keeps_its_officer_until_the_review_would_have_ended() -> None:
    stream = {"desk": "d", "destination": "US", "arrivals": "even", "rate": one_file(1)}
    queue = licensed(
        gates={"g": {"to": "2 d"}},
        desks={"d": {"setting": "queue", "officers": 1}},
        other_applicants={"others": stream},
    )

    assert told(queue, Kind.DECIDED) == ["6 DECIDED others #0 x0 granted try 0"]


def test_a_delivery_on_refiling_restarts_the_plant_one_second_later() -> None:
    no = {"from": "0 d", "to": "1 d", "approval_rate": 0.0}
    plant = licensed(
        horizon="8 d",
        lanes={"l": {"transit": "0 d"}},
        sites={"P": {"ordering": {"review_every": "30 d", "order_up_to": "100 g"}}},
        desks={"d": {"refile_after": "6 d"}},
        policy={"r": {"mean_review_time": "0 d"}, "no": no},
    )

    # Filing comes after restarts in the order of a second.
    assert told(plant, Kind.HALTED, Kind.ARRIVED, Kind.RESTARTED) == [
        "5 HALTED P",
        "6 ARRIVED l #0 x50 =50",
        "6+1s RESTARTED P",
    ]


def test_files_that_need_no_work_any_more_need_no_officer_either() -> None:
    streams = {"others": {"rate": one_file(0)}}
    nobody = desk_model(
        streams,
        desks={"d": {"officers": 0}},
        policy={
            "slow": {"from": "0 d", "mean_review_time": "3 d"},
            "free": {"from": "4 d", "mean_review_time": "0 d"},
        },
    )

    assert told(nobody, Kind.DECIDED) == ["4 DECIDED others #0 x0 granted try 0"]


@pytest.mark.parametrize("apart", [{}, {"other": {"from": "20 d", "sector": ["b"]}}])
def test_files_that_need_no_work_any_more_are_decided_in_the_order_in_which_they_came(
    apart: dict[str, Any],
) -> None:
    rate = [*one_file(0), {"from": "2 d", "per_day": 1.0}, {"from": "3 d", "per_day": 0.0}]
    policy = {"free": {"from": "5 d", "mean_review_time": "0 d"}} | {
        name: rule | {"approval_rate": 0.0} for name, rule in apart.items()
    }

    desk = files(
        {"a": 0, "b": 1}, streams={"a": {"rate": rate}}, policy=policy,
        desks={"d": {"officers": 0}},
    )  # fmt: skip

    assert decided(desk) == ["5 a", "5 b", "5 a"]
