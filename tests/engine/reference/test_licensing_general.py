"""General licences: a pair ships without single applications, as far as the quantity goes."""

from typing import Any

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.engine.reference.test_licensing_stages import DECISIONS
from tests.models import licensed, merged, told

SEEN = (*DECISIONS, Kind.GENERAL_LAPSED)


def general(quantity: str, begins: str, ends: str, **changes: Any) -> Scenario:
    """Ten grams a day are ordered and sent; a pair has a general licence for a while."""
    daily: dict[str, Any] = {
        "horizon": "7 d",
        "lanes": {"l": {"dispatch_every": "1 d"}},
        "sites": {"P": {"ordering": {"rule": "constant"}}},
        "policy": {"pair": {"from": begins, "to": ends, "general_licence": True,
                            "general_quantity": quantity}},
    }  # fmt: skip
    return licensed(**merged(daily, changes))


def test_what_does_not_fit_any_more_needs_an_application_and_the_rest_lapses() -> None:
    assert told(general("25 g", "0 d", "4 d", horizon="4.5 d"), *SEEN) == [
        "0 DISPATCHED l #0 x10 =990 @2",
        "1 DISPATCHED l #1 x10 =990 @3",
        "2 FILED l #2 x10 try 0",
        "3 FILED l #3 x10 try 0",
        "4 GENERAL_LAPSED l #0 x5",
        "4 FILED l #4 x10 try 0",
    ]


def test_goods_that_wait_leave_in_the_order_of_their_slots_as_far_as_they_fit() -> None:
    assert told(general("25 g", "2.5 d", "3.5 d", horizon="3 d"), *SEEN) == [
        "0 FILED l #0 x10 try 0",
        "1 FILED l #1 x10 try 0",
        "2 FILED l #2 x10 try 0",
        "2.5 WITHDRAWN l #0 x10 try 0",
        "2.5 DISPATCHED l #0 x10 =1000 @4.5",
        "2.5 WITHDRAWN l #1 x10 try 0",
        "2.5 DISPATCHED l #1 x10 =1000 @4.5",
    ]


def test_a_quantity_that_is_used_up_leaves_nothing_to_lapse() -> None:
    assert not told(general("20 g", "0 d", "3 d"), Kind.GENERAL_LAPSED)


def test_a_general_licence_is_not_in_force_in_its_last_second() -> None:
    lines = told(general("1 kg", "0 d", "2 d", horizon="2.5 d"), *SEEN)

    assert lines[2:] == ["2 GENERAL_LAPSED l #0 x980", "2 FILED l #2 x10 try 0"]


def test_a_licence_that_begins_again_is_filled_again() -> None:
    pause = {"none": {"from": "1 d", "to": "2 d", "general_licence": False}}

    assert told(general("15 g", "0 d", "5 d", policy=pause, horizon="3.5 d"), *SEEN) == [
        "0 DISPATCHED l #0 x10 =990 @2",
        "1 GENERAL_LAPSED l #0 x5",
        "1 FILED l #1 x10 try 0",
        "2 WITHDRAWN l #1 x10 try 0",
        "2 DISPATCHED l #1 x10 =1000 @4",
        "2 FILED l #2 x10 try 0",
        "3 FILED l #3 x10 try 0",
    ]


def test_an_account_is_opened_when_a_gate_makes_the_licence_count() -> None:
    gate = {"g": {"from": "2 d", "to": "3 d"}}
    told_of = ["3.5 GENERAL_LAPSED l #0 x5"]

    assert told(general("15 g", "0 d", "3.5 d", gates=gate), Kind.GENERAL_LAPSED) == told_of
    assert told(general("15 g", "0 d", "1.5 d", gates=gate), Kind.GENERAL_LAPSED) == []


def test_every_pair_has_an_account_of_its_own() -> None:
    two = {
        "sites": {"Q": {"kind": "plant", "country": "FR", "makes": "car", "output_per_day": 10,
                        "ordering": {"rule": "constant"},
                        "bill": {"m": {"per_unit": "1 g", "stock": "50 g"}}}},
        "lanes": {"k": {"supplier": "A", "customer": "Q", "transit": "2 d",
                        "dispatch_every": "1 d", "open_shipments": []}},
    }  # fmt: skip

    sent = told(general("10 g", "0 d", "7 d", horizon="1.5 d", **two), Kind.DISPATCHED)

    assert sent == ["0 DISPATCHED k #0 x10 =990 @2", "0 DISPATCHED l #0 x10 =980 @2"]


def test_more_than_can_ever_be_sent_is_as_good_as_no_limit() -> None:
    limited = general("1000 kg", "1 d", "9 d")
    unlimited = general("1000 kg", "1 d", "9 d", policy={"pair": {"general_quantity": None}})

    assert told(limited, *Kind) == told(unlimited, *Kind)
    checked(build_model(limited))
