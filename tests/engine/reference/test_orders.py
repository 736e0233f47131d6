"""Which lanes orders go on: as they open and close, start and ramp up."""

from typing import Any

import pytest

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import merged, model, run, told

MAKER: dict[str, Any] = {
    "kind": "magnet_maker",
    "country": "JP",
    "makes": "m",
    "output_per_day": "100 g",
    "output_stock": "1 kg",
}


def two_lanes(lane: dict[str, Any], **changes: Any) -> Scenario:
    """l from A takes 60 %, k from B 40 % of 50 g every five days."""
    k = {
        "supplier": "B",
        "customer": "P",
        "transit": "2 d",
        "dispatch_every": "5 d",
        "share": 0.4,
        "open_shipments": [],
    }
    base = {
        "horizon": "8 d",
        "sites": {"B": MAKER},
        "lanes": {"l": {"share": 0.6}, "k": k | lane},
    }
    return model(**merged(base, changes))


def orders(scenario: Scenario) -> list[str]:
    return told(scenario, Kind.ORDERED)


def test_a_lane_is_ordered_on_from_the_second_in_which_it_opens() -> None:
    assert orders(two_lanes({"from": "5 d"})) == [
        "0 ORDERED l x50 =50",
        "5 ORDERED l x30 =30",
        "5 ORDERED k x20 =20",
    ]


def test_a_lane_is_not_ordered_on_in_the_second_in_which_it_closes() -> None:
    assert orders(two_lanes({"to": "5 d"})) == [
        "0 ORDERED l x30 =30",
        "0 ORDERED k x20 =20",
        "5 ORDERED l x50 =50",
    ]


def test_what_was_ordered_on_a_lane_that_closes_is_still_sent() -> None:
    slow = {"B": {"output_stock": "10 g", "output_per_day": "2 g"}}

    assert told(two_lanes({"to": "3 d"}, sites=slow), Kind.DISPATCHED)[1::2] == [
        "0 DISPATCHED k #0 x10 =0 @2",
        "5 DISPATCHED k #1 x10 =0 @7",
    ]


def test_nothing_is_ordered_while_no_lane_is_open() -> None:
    assert orders(model(horizon="11 d", lanes={"l": {"from": "5 d"}})) == [
        "5 ORDERED l x100 =100",
        "10 ORDERED l x30 =30",
    ]


@pytest.mark.parametrize("stock", ["50 g", "40 g"])
def test_a_continuous_review_orders_in_the_second_in_which_a_lane_opens(stock: str) -> None:
    ordering = {
        "rule": "s_q", "reorder_point": "45 g", "order_quantity": "30 g", "continuous": True,
    }  # fmt: skip
    plant = model(
        horizon="5 d",
        sites={"P": {"ordering": ordering, "bill": {"m": {"stock": stock}}}},
        lanes={"l": {"dispatch_every": "on order", "from": "2 d"}},
    )

    # 30 or 20 g are left on day 2, and a lot brings them to 60 or 50.
    again = {"50 g": "3.5", "40 g": "2.5"}[stock]
    assert [row.split(" =")[0] for row in orders(plant)[:2]] == [
        "2 ORDERED l x30",
        f"{again} ORDERED l x30",
    ]


def test_the_split_starts_afresh_when_shares_change() -> None:
    # One gram a day, 0.6 and 0.4 of it: l, k, l, k, l. When k opens it is not owed what it missed.
    constant = {"rule": "constant", "review_every": "1 d"}
    small = {"P": {"output_per_day": 1, "ordering": constant}}
    usual = two_lanes({}, horizon="10 d", sites=small)
    later = two_lanes({"from": "5 d"}, horizon="10 d", sites=small)

    assert [row.split()[2] for row in orders(usual)] == ["l", "k", "l", "k", "l"] * 2
    assert [row.split()[2] for row in orders(later)] == ["l"] * 5 + ["l", "k", "l", "k", "l"]


def test_a_supplier_that_starts_later_is_ordered_from_when_it_is_qualified() -> None:
    starting = two_lanes(
        {}, horizon="16 d", sites={"B": {"starts": "5 d", "qualification": "2 d"}}
    )  # fmt: skip

    assert orders(starting) == [
        "0 ORDERED l x50 =50",
        "5 ORDERED l x50 =50",
        "10 ORDERED l x30 =30",
        "10 ORDERED k x20 =20",
        "15 ORDERED l x30 =30",
        "15 ORDERED k x20 =20",
    ]


def test_a_ramp_makes_what_its_line_makes_by_the_end_of_each_step() -> None:
    ramp = {"starts": "5 d", "ramp": "60 d", "output_cap": "100 kg", "output_stock": None}
    trace = run(two_lanes({"share": 0.0}, horizon="70 d", sites={"B": ramp}))

    # 25 a day for 30 days, 75 for 30 more, then 100.
    b = trace.tables.sites.name.index("B")
    assert trace.totals.made[b] == 25 * 30 + 75 * 30 + 100 * 5


def test_a_plant_that_starts_later_has_its_stock_by_then() -> None:
    line = {"m": {"stock": None, "cover": "5 d"}}
    ahead = model(horizon="60 d", sites={"P": {"starts": "40 d", "bill": line}})

    assert told(ahead, Kind.HALTED) == []
    assert int(run(ahead).totals.made[1]) == 200


def test_mass_is_kept_as_lanes_open_and_sites_start() -> None:
    starting = {"B": {"starts": "5 d", "ramp": "20 d", "qualification": "2 d"}}

    checked(build_model(two_lanes({"to": "30 d"}, horizon="50 d", sites=starting)))
