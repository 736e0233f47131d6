"""Ordering, dispatch, transit: whole stories of a few days, worked out by hand."""

from typing import Any

import pytest

from sim.engine import Kind
from tests.models import licensed, model, run, story, told

TWO_MAKERS: dict[str, Any] = {
    "sites": {
        "B": {
            "kind": "magnet_maker",
            "country": "JP",
            "makes": "m",
            "output_per_day": "100 g",
            "output_stock": "1 kg",
        }
    },
    "lanes": {
        "l": {"share": 0.6},
        "k": {
            "supplier": "B",
            "customer": "P",
            "transit": "2 d",
            "dispatch_every": "5 d",
            "share": 0.4,
            "open_shipments": [],
        },
    },
}


def two_plants(**maker: Any) -> dict[str, Any]:
    """P uses 10 g a day, Q 20; the maker has 60 g for the 150 g that they order."""
    return {
        "horizon": "1 d",
        "sites": {
            "A": {"output_stock": "60 g", "output_per_day": "12 g", **maker},
            "Q": {
                "kind": "plant",
                "country": "FR",
                "makes": "car",
                "output_per_day": 20,
                "bill": {"m": {"per_unit": "1 g", "stock": "100 g"}},
            },
        },
        "lanes": {
            "q": {
                "supplier": "A",
                "customer": "Q",
                "transit": "2 d",
                "dispatch_every": "5 d",
                "open_shipments": [],
            }
        },
    }


def test_a_shipment_goes_from_the_maker_to_the_plant() -> None:
    assert story(model()) == [
        "0 ORDERED l x50 =50",  # level 50 + 5 days' use, 50 in stock
        "0 DISPATCHED l #0 x50 =950 @2",
        "2 ARRIVED l #0 x50 =80",  # 50 - 20 + 50
        "5 ORDERED l x50 =50",
        "5 DISPATCHED l #1 x50 =950 @7",  # the maker has filled up again meanwhile
        "7 ARRIVED l #1 x50 =80",
    ]


def test_goods_wait_for_their_licence_and_arrive_in_the_second_in_which_stock_ends() -> None:
    assert story(licensed()) == [
        "0 ORDERED l x50 =50",
        "0 FILED l #0 x50 try 0",
        "3 DECIDED l #0 x50 granted try 0",
        "3 DISPATCHED l #0 x50 =1000 @5",
        "5 ARRIVED l #0 x50 =50",  # 50 - 50 + 50: an arrival precedes a stock-out, so no halt
        "5 ORDERED l x50 =50",
        "5 FILED l #1 x50 try 0",
        "8 DECIDED l #1 x50 granted try 0",
        "8 DISPATCHED l #1 x50 =1000 @10",
    ]


def test_goods_under_way_at_the_start_arrive_under_any_regime() -> None:
    shipments = [{"quantity": "20 g", "arrives": "5 d"}, {"quantity": "30 g", "arrives": "12 d"}]

    rows = told(
        licensed(
            horizon="13 d",
            lanes={"l": {"open_shipments": shipments}},
            policy={"r": {"mean_review_time": "never"}},
        ),
        Kind.UNDER_WAY, Kind.ARRIVED, Kind.HALTED, Kind.RESTARTED,
    )  # fmt: skip

    assert rows == [
        "0 UNDER_WAY l #-1 x20 @5",
        "0 UNDER_WAY l #-2 x30 @12",
        "5 ARRIVED l #-1 x20 =20",
        "7 HALTED P",
        "12 ARRIVED l #-2 x30 =30",
        "12 RESTARTED P",
    ]


def test_a_delivery_without_transit_restarts_the_plant_one_second_later() -> None:
    ordering = {"order_up_to": "50 g"}
    plant = model(
        horizon="6 d", sites={"P": {"ordering": ordering}}, lanes={"l": {"transit": "0 d"}}
    )

    assert story(plant) == [
        "5 STOCKED_OUT P / m =0",
        "5 HALTED P",
        "5 ORDERED l x50 =50",
        "5 DISPATCHED l #1 x50 =950 @5",
        "5 ARRIVED l #1 x50 =50",
        "5+1s RESTARTED P",
    ]


def test_orders_are_split_by_share() -> None:
    assert story(model(horizon="3 d", **TWO_MAKERS)) == [
        "0 ORDERED l x30 =30",
        "0 ORDERED k x20 =20",
        "0 DISPATCHED l #0 x30 =970 @2",
        "0 DISPATCHED k #0 x20 =980 @2",
        "2 ARRIVED l #0 x30 =60",
        "2 ARRIVED k #0 x20 =80",
    ]


def test_a_short_supplier_rations_proportionally() -> None:
    assert story(model(**two_plants())) == [
        "0 ORDERED l x50 =50",
        "0 ORDERED q x100 =100",
        "0 DISPATCHED l #0 x20 =40 @2",
        "0 DISPATCHED q #0 x40 =0 @2",
    ]


def test_a_short_supplier_serves_the_first_priority_first() -> None:
    short = two_plants(allocation="priority")
    short["lanes"]["l"] = {"priority": 2}
    short["lanes"]["q"]["priority"] = 1

    assert told(model(**short), Kind.DISPATCHED) == ["0 DISPATCHED q #0 x60 =0 @2"]


@pytest.mark.parametrize(
    ("rule", "to_p", "to_q"), [("uniform", 30, 30), ("linear", 5, 55), ("proportional", 20, 40)]
)
def test_a_short_supplier_rations_by_its_rule(rule: str, to_p: int, to_q: int) -> None:
    # 60 g for 50 and 100: the same for both, or 45 less for both.
    assert told(model(**two_plants(allocation=rule)), Kind.DISPATCHED) == [
        f"0 DISPATCHED l #0 x{to_p} ={60 - to_p} @2",
        f"0 DISPATCHED q #0 x{to_q} =0 @2",
    ]


def test_turn_and_earn_goes_by_what_a_customer_has_had_and_not_by_what_it_asks_for() -> None:
    front_loading = {"site": ["P"], "order_factor": 2.0, "from": "0 d", "to": "1 d"}
    short = two_plants(allocation="turn_and_earn") | {"measures": {"f": front_loading}}

    # Both ask for 100 g; in undisturbed flow Q has twice as much as P.
    assert told(model(**short), Kind.DISPATCHED) == [
        "0 DISPATCHED l #0 x20 =40 @2",
        "0 DISPATCHED q #0 x40 =0 @2",
    ]


def test_what_is_owed_goes_in_the_next_slot() -> None:
    short = two_plants() | {"horizon": "6 d"}
    # Five days of output are 60 g; P is owed 30 + 50, Q 60 + 100.

    assert told(model(**short), Kind.DISPATCHED)[2:] == [
        "5 DISPATCHED l #1 x20 =40 @7",
        "5 DISPATCHED q #1 x40 =0 @7",
    ]


@pytest.mark.parametrize("review", ["1 d", "12 h"])
def test_s_q_orders_a_lot_at_or_below_the_reorder_point(review: str) -> None:
    ordering = {
        "rule": "s_q", "reorder_point": "40 g", "order_quantity": "30 g", "review_every": review,
    }  # fmt: skip
    plant = model(
        horizon="5 d",
        sites={"P": {"ordering": ordering}},
        lanes={"l": {"dispatch_every": "on order"}},
    )

    assert story(plant) == [
        "1 ORDERED l x30 =30",  # 40 left
        "1 DISPATCHED l #86400 x30 =970 @3",
        "3 ARRIVED l #86400 x30 =50",
        "4 ORDERED l x30 =30",
        "4 DISPATCHED l #345600 x30 =970 @6",
    ]


def test_s_q_orders_several_lots_when_one_is_not_enough() -> None:
    ordering = {
        "rule": "s_q", "reorder_point": "100 g", "order_quantity": "30 g", "review_every": "5 d",
    }  # fmt: skip

    # 50 in stock: one lot leaves 80, two leave 110, above the reorder point.
    assert told(model(horizon="1 d", sites={"P": {"ordering": ordering}}), Kind.ORDERED) == [
        "0 ORDERED l x60 =60"
    ]


def test_s_q_reviewed_continuously_orders_in_the_second_in_which_the_point_is_reached() -> None:
    ordering = {
        "rule": "s_q", "reorder_point": "45 g", "order_quantity": "30 g", "continuous": True,
    }  # fmt: skip
    plant = model(
        horizon="5 d",
        sites={"P": {"ordering": ordering}},
        lanes={"l": {"dispatch_every": "on order"}},
    )

    assert told(plant, Kind.ORDERED) == [
        "0.5 ORDERED l x30 =30",  # 45 left
        "3.5 ORDERED l x30 =30",  # 75 - 30
    ]


def test_constant_ordering_asks_for_planned_use_whatever_is_in_stock() -> None:
    for stock in ("0 g", "5 kg"):
        site = {"ordering": {"rule": "constant"}, "bill": {"m": {"stock": stock}}}

        assert told(model(sites={"P": site}), Kind.ORDERED) == [
            "0 ORDERED l x50 =50",
            "5 ORDERED l x50 =50",
        ]


def test_goods_under_licence_are_on_order() -> None:
    stopped = licensed(horizon="16 d", policy={"r": {"mean_review_time": "never"}})

    # The position is 100 after each review; only what has been used meanwhile is ordered again,
    # and nothing more once the plant stands.
    assert told(stopped, Kind.ORDERED, Kind.HALTED) == [
        "0 ORDERED l x50 =50",
        "5 HALTED P",
        "5 ORDERED l x50 =50",
    ]


def test_larger_orders_between_two_dates_stay_in_stock() -> None:
    front_loading = {"site": ["P"], "order_factor": 1.5, "from": "0 d", "to": "6 d"}

    assert told(model(horizon="11 d", measures={"f": front_loading}), Kind.ORDERED) == [
        "0 ORDERED l x75 =75",
        "5 ORDERED l x75 =75",
        "10 ORDERED l x50 =50",
    ]


def test_a_supplier_on_order_sends_what_it_has_and_the_rest_when_it_is_made() -> None:
    plant = model(
        horizon="2 d",
        sites={
            "A": {"output_stock": "20 g", "output_per_day": "60 g"},
            "P": {"ordering": {"review_every": "5 d", "order_up_to": "100 g"}},
        },
        lanes={"l": {"dispatch_every": "on order"}},
    )

    assert story(plant) == [
        "0 ORDERED l x50 =50",
        "0 DISPATCHED l #0 x20 =0 @2",
        "0+28800s DISPATCHED l #28800 x20 =0 @2+28800s",  # no more than 20 g fit into the store
        "0.5 DISPATCHED l #43200 x10 =0 @2.5",
    ]


def test_a_supplier_on_order_waits_through_a_change_of_its_plan() -> None:
    plant = model(
        horizon="5 d",
        sites={
            "A": {"output_stock": "0 g", "output_cap": "1 kg", "output_per_day": "50 g"},
            "P": {"ordering": {"review_every": "5 d", "order_up_to": "100 g"}},
        },
        lanes={"l": {"dispatch_every": "on order"}},
        demand={"stop": {"site": ["A"], "from": "0.5 d", "to": "4 d", "factor": 0.0}},
    )

    assert told(plant, Kind.DISPATCHED) == ["4.5 DISPATCHED l #388800 x50 =0 @6.5"]


def test_a_supplier_on_order_that_is_always_short_costs_no_more_events_over_time() -> None:
    short: dict[str, Any] = {
        "sites": {
            "A": {"output_stock": "5 g", "output_per_day": "5 g"},
            "P": {"ordering": {"rule": "constant", "review_every": "1 d"}},
        },
        "lanes": {"l": {"dispatch_every": "on order"}},
    }

    n_half = run(model(horizon="50 d", **short)).n_events
    n_full = run(model(horizon="100 d", **short)).n_events

    assert n_full < 2.2 * n_half


def test_a_cancelled_order_is_made_good_from_goods_that_are_back_in_stock() -> None:
    plant = licensed(
        horizon="5 d",
        sites={
            "A": {"output_stock": "50 g", "output_per_day": "1 g"},
            "P": {"ordering": {"review_every": "4 d", "order_up_to": "100 g"}},
        },
        lanes={"l": {"dispatch_every": "on order"}},
        desks={"d": {"refile_probability": 0.0}},
        policy={"no": {"from": "0 d", "to": "3.5 d", "approval_rate": 0.0}},
    )

    # Refused on day 3, the goods are back beside the 3 g made since: 90 are asked for on day 4,
    # and 53 can be sent.
    assert told(plant, Kind.ORDERED, Kind.FILED, Kind.CANCELLED) == [
        "0 ORDERED l x50 =50",
        "0 FILED l #0 x50 try 0",
        "3 CANCELLED l #0 x50",
        "4 ORDERED l x90 =90",
        "4 FILED l #345600 x53 try 0",
    ]
