"""Licences are valid from the issue lag on, for a term; goods that are still here file again."""

from typing import Any

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.engine.reference.test_licensing_stages import DECISIONS, staged
from tests.models import one_file, told


def attested_for(term: str, **changes: Any) -> Scenario:
    """An embassy that takes a day and whose word is good for so long, before three days more."""
    desks = {"e": {"licence_term": term}} | changes.pop("desks", {})
    return staged(desks=desks, **changes)


def test_a_licence_that_expires_under_way_is_applied_for_again_and_so_is_what_follows() -> None:
    faster = {"faster": {"from": "4 d", "desk": ["d"], "mean_review_time": "1 d"}}

    assert told(attested_for("2 d", policy=faster), *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "1 DECIDED l #0 x50 granted try 0",
        "1 FILED l #0 x50 stage 1 try 0",
        "3 EXPIRED l #0 x50 try 0",
        "3 WITHDRAWN l #0 x50 stage 1 try 0",
        "3 FILED l #0 x50 try 1",
        "4 DECIDED l #0 x50 granted try 1",
        "4 FILED l #0 x50 stage 1 try 1",
        "5 DECIDED l #0 x50 granted stage 1 try 1",
        "5 DISPATCHED l #0 x50 =1000 @7",
    ]


def test_a_licence_is_not_valid_in_its_last_second() -> None:
    # Valid [1, 4), and the office would decide at 4.
    assert told(attested_for("3 d", horizon="4.5 d"), *DECISIONS)[3:] == [
        "4 EXPIRED l #0 x50 try 0",
        "4 WITHDRAWN l #0 x50 stage 1 try 0",
        "4 FILED l #0 x50 try 1",
    ]
    assert told(attested_for("3.00002 d", horizon="4.5 d"), *DECISIONS)[3:] == [
        "4 DECIDED l #0 x50 granted stage 1 try 0",
        "4 DISPATCHED l #0 x50 =1000 @6",
    ]


def test_the_term_runs_from_the_second_in_which_the_licence_is_issued() -> None:
    desks = {"e": {"licence_term": "2 d", "issue_lag": "1 d"}}

    assert told(staged(desks=desks, horizon="4.5 d"), *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "1 DECIDED l #0 x50 granted try 0",
        "2 FILED l #0 x50 stage 1 try 0",
        "4 EXPIRED l #0 x50 try 0",
        "4 WITHDRAWN l #0 x50 stage 1 try 0",
        "4 FILED l #0 x50 try 1",
    ]


def test_a_licence_that_expires_in_the_second_in_which_its_gate_ends_is_not_missed() -> None:
    gates = {"g": {"to": "3 d"}, "still": {"desk": "d", "leaves": ["CN"]}}

    assert told(attested_for("2 d", gates=gates), *DECISIONS)[2:] == [
        "1 FILED l #0 x50 stage 1 try 0",
        "4 DECIDED l #0 x50 granted stage 1 try 0",
        "4 DISPATCHED l #0 x50 =1000 @6",
    ]


def test_what_is_under_review_as_its_ground_expires_keeps_its_officer_but_is_not_decided() -> None:
    office = {"d": {"setting": "queue", "officers": 1}}
    later = {"desk": "d", "destination": "US", "arrivals": "even", "rate": one_file(2)}
    queue = attested_for("2 d", desks=office, other_applicants={"others": later}, horizon="8 d")

    # The officer is busy with what nobody wants until 4, then takes the others' file of day 2.
    assert told(queue, Kind.DECIDED) == [
        "1 DECIDED l #0 x50 granted try 0",
        "4 DECIDED l #0 x50 granted try 1",
        "7 DECIDED l #0 x50 granted try 2",
        "7 DECIDED others #0 x0 granted try 0",
    ]


def test_a_term_that_nothing_outlasts_moves_nothing() -> None:
    assert told(attested_for("90 d"), *Kind) == told(attested_for("4 d"), *Kind)


def test_goods_whose_licences_expire_again_and_again_are_still_somewhere() -> None:
    trace = checked(build_model(attested_for("2 d")))

    assert len(trace.of(Kind.EXPIRED)) == 6  # every three days: 3, 6, ... 18
    assert trace.totals.waiting.tolist() == [50]


def test_a_gate_that_ends_as_the_licence_before_it_expires_keeps_the_goods() -> None:
    gates = {"g": {"to": "3 d"}, "attest": {"desk": "e", "leaves": ["CN"]}}

    # The embassy's word is good for [1, 3); from day 3 on only that is asked for.
    assert told(attested_for("2 d", gates=gates), *DECISIONS)[2:] == [
        "1 FILED l #0 x50 stage 1 try 0",
        "3 WITHDRAWN l #0 x50 stage 1 try 0",
        "3 EXPIRED l #0 x50 try 0",
        "3 FILED l #0 x50 try 1",
        "4 DECIDED l #0 x50 granted try 1",
        "4 DISPATCHED l #0 x50 =1000 @6",
    ]


def test_goods_go_when_all_gates_end_as_their_licence_expires() -> None:
    assert told(attested_for("2 d", gates={"g": {"to": "3 d"}}), *DECISIONS)[2:] == [
        "1 FILED l #0 x50 stage 1 try 0",
        "3 WITHDRAWN l #0 x50 stage 1 try 0",
        "3 DISPATCHED l #0 x50 =1000 @5",
    ]
