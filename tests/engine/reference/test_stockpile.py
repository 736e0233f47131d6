"""Stocks of firms and states: who draws on them, who gets what, and how they are filled again."""

from typing import Any

import pytest

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import merged, model, run, told

PILE: dict[str, Any] = {
    "item": "m",
    "held_in": "DE",
    "quantity": "100 g",
    "below_cover": "3 d",
    "up_to_cover": "6 d",
    "transit": "1 d",
    "site": ["P"],
}


def plant(pile: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """P has 50 g and reviews daily; A sends nothing; 100 g of m are kept for P in S."""
    base: dict[str, Any] = {
        "horizon": "16 d",
        "sites": {
            "A": {"output_stock": "0 g"},
            "P": {"ordering": {"review_every": "1 d", "order_up_to": "100 g"}},
        },
        "demand": {"none": {"site": ["A"], "factor": 0.0}},
        "lanes": {"l": {"dispatch_every": "on order"}},
        "stockpiles": {"S": merged(PILE, pile or {})},
    }
    return model(**merged(base, changes))


def drawn(scenario: Scenario) -> list[str]:
    rows = told(
        scenario, Kind.ORDERED, Kind.DISPATCHED, Kind.ARRIVED, Kind.REVOKED, Kind.HALTED
    )  # fmt: skip
    return [row for row in rows if " l " not in row]


def test_a_plant_draws_on_its_stockpile_until_it_is_empty() -> None:
    assert drawn(plant()) == [
        "3 ORDERED S to P x40 =40",  # 20 g left, up to 60
        "3 DISPATCHED S to P #259200 x40 =60 @4",
        "4 ARRIVED S to P #259200 x40 =50",
        "7 ORDERED S to P x40 =40",
        "7 DISPATCHED S to P #604800 x40 =20 @8",
        "8 ARRIVED S to P #604800 x40 =50",
        "11 ORDERED S to P x40 =40",
        "11 DISPATCHED S to P #950400 x20 =0 @12",
        "11 REVOKED S to P x20 =0",  # what is not there is not owed
        "12 ARRIVED S to P #950400 x20 =30",
        "15 HALTED P",  # 50 + 100 g are 15 days
    ]


def test_an_empty_stockpile_leaves_no_orders_behind() -> None:
    # On day 13, 30 g less 10 are in stock, 70 are owed by A: the position is 90, so 10 are missing.
    assert told(plant(), Kind.ORDERED)[-3:] == [
        "13 ORDERED l x10 =80",
        "14 ORDERED l x10 =90",
        "15 ORDERED l x10 =100",
    ]


def test_a_stockpile_that_starts_half_full() -> None:
    assert drawn(plant({"start_share": 0.5}))[-1] == "10 HALTED P"


@pytest.mark.parametrize(("arrives", "draws"), [("4 d", False), ("4.1 d", True), ("20 d", True)])
def test_goods_at_sea_are_cover_if_they_come_as_soon_as_the_stockpile_s(
    arrives: str, draws: bool
) -> None:
    at_sea = {"l": {"open_shipments": [{"quantity": "500 g", "arrives": arrives}]}}

    # 20 g are left on day 3, and what is drawn then comes on day 4.
    rows = told(plant(horizon="4 d", lanes=at_sea), Kind.ORDERED)

    assert ("3 ORDERED S to P x40 =40" in rows) == draws


def test_plants_share_what_is_left_by_the_rule_of_the_stockpile() -> None:
    twins: dict[str, Any] = {
        "horizon": "4 d",
        "sites": {
            "Q": {
                "kind": "plant",
                "country": "FR",
                "makes": "car",
                "output_per_day": 20,
                "ordering": {"review_every": "1 d", "order_up_to": "200 g"},
                "bill": {"m": {"per_unit": "1 g", "stock": "100 g"}},
            },
        },
        "lanes": {
            "q": {
                "supplier": "A",
                "customer": "Q",
                "transit": "2 d",
                "dispatch_every": "on order",
                "open_shipments": [],
            }
        },
    }
    short = {"quantity": "60 g", "site": ["P", "Q"]}

    def sent(allocation: str) -> list[str]:
        rows = told(plant(short | {"allocation": allocation}, **twins), Kind.DISPATCHED)
        return [row.split(" =")[0] for row in rows]

    # P asks for 40 g, Q for 80.
    at_3 = "3 DISPATCHED S to"
    assert sent("proportional") == [f"{at_3} P #259200 x20", f"{at_3} Q #259200 x40"]
    assert sent("uniform") == [f"{at_3} P #259200 x30", f"{at_3} Q #259200 x30"]
    assert sent("linear") == [f"{at_3} P #259200 x10", f"{at_3} Q #259200 x50"]


def test_a_stockpile_is_filled_again_in_orders_of_at_most_so_much() -> None:
    refill = {
        "supplier": "B",
        "transit": "1 d",
        "per_review": "30 g",
        "review_every": "2 d",
    }
    maker = {
        "kind": "magnet_maker",
        "country": "JP",
        "makes": "m",
        "output_per_day": "100 g",
        "output_stock": "1 kg",
    }
    filled = plant({"refill": refill, "start_share": 0.2}, horizon="7 d", sites={"B": maker})

    assert drawn(filled) == [
        "0 ORDERED B to S x30 =30",
        "0 DISPATCHED B to S #0 x30 =970 @1",
        "1 ARRIVED B to S #0 x30 =50",
        "2 ORDERED B to S x30 =30",  # 50 are missing
        "2 DISPATCHED B to S #172800 x30 =970 @3",
        "3 ARRIVED B to S #172800 x30 =80",
        "3 ORDERED S to P x40 =40",
        "3 DISPATCHED S to P #259200 x40 =40 @4",
        "4 ARRIVED S to P #259200 x40 =50",
        "4 ORDERED B to S x30 =30",  # 60 are missing
        "4 DISPATCHED B to S #345600 x30 =970 @5",
        "5 ARRIVED B to S #345600 x30 =70",
        "6 ORDERED B to S x30 =30",
        "6 DISPATCHED B to S #518400 x30 =970 @7",
    ]


def test_a_refill_never_asks_for_more_than_is_missing_and_not_yet_on_order() -> None:
    refill = {"supplier": "A", "transit": "1 d", "per_review": "30 g", "review_every": "1 d"}
    never = plant(
        {"refill": refill, "start_share": 0.5}, sites={"P": {"bill": {"m": {"stock": "1 kg"}}}}
    )

    assert told(never, Kind.ORDERED) == ["0 ORDERED A to S x30 =30", "1 ORDERED A to S x20 =50"]


def test_a_stockpile_on_a_trigger_is_open_while_the_trigger_is_active() -> None:
    trigger = {"when": "halted_share", "site": ["P"], "above": 0.5, "until": 0.0, "lasts": "3 d"}
    opened = plant({"on": "t"}, horizon="9 d", triggers={"t": trigger})

    # P halts on day 5; a second later the stockpile opens, and the review of day 6 draws 60 g.
    assert drawn(opened)[:3] == [
        "5 HALTED P",
        "6 ORDERED S to P x60 =60",
        "6 DISPATCHED S to P #518400 x60 =40 @7",
    ]


def test_a_stockpile_that_nobody_needs_changes_nothing_for_others() -> None:
    kinds = (Kind.ORDERED, Kind.DISPATCHED, Kind.ARRIVED, Kind.HALTED)
    beside = run(model(horizon="40 d", stockpiles={"S": PILE | {"below_cover": "2 d"}}))
    plain = run(model(horizon="40 d"))

    def told_of(trace: Any) -> list[tuple[str, tuple[int, ...]]]:
        return [
            (trace.tables.lanes.name[row[2]], (row[0], *row[3:]))
            for kind in kinds
            for row in trace.by_kind[kind]
        ]

    assert told_of(beside) == told_of(plain)


def test_mass_is_kept_in_stockpiles() -> None:
    refill = {"supplier": "A", "transit": "1 d", "per_review": "30 g", "review_every": "2 d"}
    again = {"none": {"site": ["A"], "factor": 0.0, "to": "9 d"}}

    checked(build_model(plant({"refill": refill}, horizon="40 d", demand=again)))
