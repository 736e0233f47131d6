"""Holds at customs: who is queried, when the answer comes, and where the goods are meanwhile."""

from typing import Any

from sim.engine import Kind
from sim.engine.draws import Draws
from sim.model import build_model
from sim.model.streams import Stream
from sim.scenario import Scenario
from tests.conservation import checked
from tests.engine.reference.test_licensing_stages import DECISIONS
from tests.models import licensed, merged, told

CUSTOMS: dict[str, Any] = {
    "gates": {"test": {"desk": "customs", "leaves": ["CN"]}},
    "desks": {"customs": {"decides": "hold", "setting": "unlimited", "work": {"law": "fixed"}}},
    "policy": {"tested": {"desk": ["customs"], "mean_review_time": "2 d"}},
    "sites": {"P": {"ordering": {"review_every": "30 d", "order_up_to": "100 g"}}},
}


def held(**changes: Any) -> Scenario:
    """A licence that takes three days, then a test at customs that takes two."""
    return licensed(**merged(CUSTOMS, {"horizon": "20 d"} | changes))


def test_goods_are_held_after_their_licence_and_booked_as_held() -> None:
    assert told(held(), *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "3 DECIDED l #0 x50 granted try 0",
        "3 FILED l #0 x50 stage 1 try 0",
        "5 DECIDED l #0 x50 granted stage 1 try 0",
        "5 DISPATCHED l #0 x50 =1000 @7",
    ]
    for days, waiting, at_customs in ((2, 50, 0), (4, 0, 50), (6, 0, 0)):
        totals = checked(build_model(held(horizon=f"{days} d"))).totals
        assert (totals.waiting.tolist(), totals.held.tolist()) == ([waiting], [at_customs])


def test_who_is_not_queried_passes_without_a_file() -> None:
    assert told(held(policy={"tested": {"query_share": 0.0}}), *DECISIONS)[1:] == [
        "3 DECIDED l #0 x50 granted try 0",
        "3 DISPATCHED l #0 x50 =1000 @5",
    ]


def test_queries_are_drawn_by_the_address_of_the_consignment() -> None:
    often = {
        "horizon": "40 d",
        "lanes": {"l": {"dispatch_every": "1 d"}},
        "sites": {"P": {"ordering": {"review_every": "1 d"}}},
        "policy": {"tested": {"query_share": 0.4}, "r": {"mean_review_time": "0 d"}},
    }
    tables = build_model(held(**often))
    draws = Draws(tables, 0)
    queried = [slot for slot in range(38) if draws.outcome(Stream.QUERY, 0, 1, slot, 0) < 0.4]

    decided = told(held(**often), Kind.DECIDED)

    slots = [int(line.split("#")[1].split()[0]) for line in decided if "stage 1" in line]
    assert slots == queried
    assert 5 < len(queried) < 33


def test_the_test_begins_when_the_answer_has_come_if_the_desk_asks_for_one() -> None:
    assert told(held(desks={"customs": {"answer_time": "7 d"}}), *DECISIONS)[2:] == [
        "3 FILED l #0 x50 stage 1 try 0",
        "12 DECIDED l #0 x50 granted stage 1 try 0",
        "12 DISPATCHED l #0 x50 =1000 @14",
    ]


def test_goods_that_go_before_the_answer_has_come_are_not_tested_any_more() -> None:
    plant = held(desks={"customs": {"answer_time": "7 d"}}, gates={"test": {"to": "5 d"}})

    assert told(plant, *DECISIONS)[2:] == [
        "3 FILED l #0 x50 stage 1 try 0",
        "5 WITHDRAWN l #0 x50 stage 1 try 0",
        "5 DISPATCHED l #0 x50 =1000 @7",
    ]
    assert checked(build_model(plant)).totals.held.tolist() == [0]


def test_another_answer_time_from_a_day_on_is_a_desk_of_its_own() -> None:
    slower = {"decides": "hold", "setting": "unlimited", "work": {"law": "fixed"},
              "answer_time": "7 d"}  # fmt: skip
    gates = {"test": {"to": "2 d"}, "later": {"desk": "customs later", "from": "2 d"}}
    dated = {"tested": {"desk": ["customs", "customs later"]}}
    plant = held(gates=gates, desks={"customs later": slower}, policy=dated)

    assert told(plant, Kind.DECIDED, Kind.DISPATCHED) == [
        "3 DECIDED l #0 x50 granted try 0",
        "12 DECIDED l #0 x50 granted stage 2 try 0",  # seven days for the answer, two for the test
        "12 DISPATCHED l #0 x50 =1000 @14",
    ]


def test_a_general_licence_does_not_spare_the_test() -> None:
    general = {"pair": {"from": "0 d", "general_licence": True}}

    assert told(held(policy=general), *DECISIONS) == [
        "0 FILED l #0 x50 stage 1 try 0",
        "2 DECIDED l #0 x50 granted stage 1 try 0",
        "2 DISPATCHED l #0 x50 =1000 @4",
    ]


def test_a_licence_that_expires_at_customs_sends_the_goods_back_to_wait() -> None:
    short = held(desks={"d": {"licence_term": "1 d"}}, horizon="6.5 d")

    assert told(short, *DECISIONS)[2:] == [
        "3 FILED l #0 x50 stage 1 try 0",
        "4 EXPIRED l #0 x50 try 0",
        "4 WITHDRAWN l #0 x50 stage 1 try 0",
        "4 FILED l #0 x50 try 1",
    ]
    totals = checked(build_model(short)).totals
    assert (totals.waiting.tolist(), totals.held.tolist()) == ([50], [0])


def test_customs_have_nothing_that_expires() -> None:
    one_day = {"customs": {"licence_term": "1 d"}}
    gates = {"test": None, "first": {"desk": "customs", "leaves": ["CN"]},
             "g": {"desk": "d", "before": ["customs"]}}  # fmt: skip

    assert told(held(desks=one_day, gates=gates), *DECISIONS) == [
        "0 FILED l #0 x50 try 0",
        "2 DECIDED l #0 x50 granted try 0",
        "2 FILED l #0 x50 stage 1 try 0",
        "5 DECIDED l #0 x50 granted stage 1 try 0",
        "5 DISPATCHED l #0 x50 =1000 @7",
    ]


def test_goods_at_customs_whose_general_licence_ends_need_a_single_one() -> None:
    pair = {"pair": {"from": "0 d", "to": "1 d", "general_licence": True}}
    ended = held(policy=pair, horizon="5.5 d")

    assert told(ended, *DECISIONS) == [
        "0 FILED l #0 x50 stage 1 try 0",
        "2 DECIDED l #0 x50 granted stage 1 try 0",
        "2 FILED l #0 x50 try 0",
        "5 DECIDED l #0 x50 granted try 0",
        "5 DISPATCHED l #0 x50 =1000 @7",
    ]
    totals = checked(build_model(held(policy=pair, horizon="4 d"))).totals
    assert (totals.waiting.tolist(), totals.held.tolist()) == ([50], [0])


def test_a_gate_that_opens_reaches_what_is_still_at_customs() -> None:
    late = held(gates={"g": {"from": "1 d"}}, horizon="5.5 d")

    assert told(late, *DECISIONS)[:3] == [
        "0 FILED l #0 x50 stage 1 try 0",
        "2 DECIDED l #0 x50 granted stage 1 try 0",
        "2 FILED l #0 x50 try 0",
    ]
