"""Lanes that are ordered on in need: short cover, late orders, and stocks kept for it."""

from typing import Any

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import licensed, merged, model, run, story, told

BELOW = {"below_cover": "3 d", "up_to_cover": "6 d"}
LATE = {"late_by": "2 d"}


def second(supplier: str, fallback: dict[str, Any], **lane: Any) -> dict[str, Any]:
    """A fallback lane from a supplier to P."""
    return {
        "supplier": supplier,
        "customer": "P",
        "transit": "2 d",
        "dispatch_every": "on order",
        "fallback": fallback,
    } | lane


def other_maker(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "magnet_maker",
        "country": "JP",
        "makes": "m",
        "output_per_day": "100 g",
        "output_stock": "1 kg",
    } | changes


def plant(fallback: dict[str, Any], **changes: Any) -> Scenario:
    """P has 50 g and reviews daily up to 100 g; A sends nothing, B has a kilogram on lane k."""
    base: dict[str, Any] = {
        "horizon": "8 d",
        "sites": {
            "A": {"output_stock": "0 g"},
            "B": other_maker(),
            "P": {"ordering": {"review_every": "1 d", "order_up_to": "100 g"}},
        },
        "demand": {"none": {"site": ["A"], "factor": 0.0}},
        "lanes": {"l": {"dispatch_every": "on order"}, "k": second("B", fallback)},
    }
    return model(**merged(base, changes))


def test_short_cover_is_filled_up_elsewhere() -> None:
    # Below 30 g on day 3: 60 less the 20 in stock. What is moving counts until it arrives.
    assert story(plant(BELOW)) == [
        "0 ORDERED l x50 =50",
        "1 ORDERED l x10 =60",
        "2 ORDERED l x10 =70",
        "3 ORDERED k x40 =40",  # so that the position is 130, and nothing more is ordered on l
        "3 DISPATCHED k #259200 x40 =960 @5",
        "5 ARRIVED k #259200 x40 =40",
        "7 ORDERED k x40 =40",
        "7 DISPATCHED k #604800 x40 =960 @9",
    ]


def test_what_waits_for_a_licence_is_no_cover_and_is_ordered_elsewhere_once() -> None:
    stuck = licensed(
        horizon="8 d",
        sites={"B": other_maker(), "P": {"ordering": {"review_every": "1 d"}}},
        lanes={
            "l": {"dispatch_every": "on order"},
            "k": second("B", BELOW | {"up_to_cover": "4 d"}, transit="10 d"),
        },
        policy={"r": {"mean_review_time": "never"}},
    )

    # 40 less 20 on day 3; then 20 are moving, and on day 5 they alone are less than 30.
    assert told(stuck, Kind.ORDERED)[-2:] == ["3 ORDERED k x20 =20", "5 ORDERED k x20 =20"]


def test_fallbacks_are_asked_by_priority_for_what_they_have_and_the_last_for_the_rest() -> None:
    more = {
        "sites": {"B": {"output_stock": "15 g"}, "C": other_maker(output_stock="5 g")},
        "lanes": {
            "k": {"priority": 2},
            "j": second("C", BELOW, priority=1),
        },
    }

    assert told(plant(BELOW, horizon="4 d", **more), Kind.ORDERED)[-2:] == [
        "3 ORDERED j x5 =5",
        "3 ORDERED k x35 =35",  # though B has only 15 g
    ]


def test_what_is_late_is_ordered_again_once() -> None:
    # Each order is more than two days old at the third review after it.
    assert told(plant(LATE), Kind.ORDERED) == [
        "0 ORDERED l x50 =50",
        "1 ORDERED l x10 =60",
        "2 ORDERED l x10 =70",
        "3 ORDERED k x50 =50",
        "4 ORDERED k x10 =10",
        "5 ORDERED k x10 =10",
    ]


def test_what_has_come_is_not_late() -> None:
    # A sends the 30 g it has at once; of the 50 ordered on day 0, 20 are late.
    some = plant(LATE, horizon="4 d", sites={"A": {"output_stock": "30 g"}})

    assert told(some, Kind.ORDERED)[-2:] == ["2 ORDERED l x10 =40", "3 ORDERED k x20 =20"]


def test_goods_owed_at_the_start_were_ordered_then() -> None:
    weekly = {
        "l": {"dispatch_every": "7 d", "open_shipments": None},
        "k": {"fallback": {"late_by": "8 d"}},
    }

    # Six days of use are owed before the first slot, and never sent.
    late = told(plant(LATE, horizon="10 d", lanes=weekly), Kind.ORDERED)

    assert late[0] == "2 ORDERED l x10 =70"
    assert late[-1] == "9 ORDERED k x60 =60"


def test_a_lost_order_is_not_late() -> None:
    refused = licensed(
        horizon="7 d",
        sites={"B": other_maker(), "P": {"ordering": {"review_every": "10 d"}}},
        lanes={"l": {"dispatch_every": "on order"}, "k": second("B", {"late_by": "5 d"})},
        desks={"d": {"refile_probability": 0.0}},
        policy={"no": {"from": "0 d", "approval_rate": 0.0}},
    )

    assert [row for row in told(refused, Kind.ORDERED) if " k " in row] == []


def test_a_fallback_is_ordered_on_while_it_is_open() -> None:
    until_day_5 = plant(BELOW, horizon="12 d", lanes={"k": {"from": "4 d", "to": "5 d"}})

    assert [row for row in told(until_day_5, Kind.ORDERED) if " k " in row] == [
        "4 ORDERED k x50 =50"  # 10 are left
    ]


def test_a_fallback_that_is_never_needed_changes_nothing() -> None:
    for fallback in ({"below_cover": "2 d"}, {"late_by": "6 d"}):
        lanes = {"k": second("B", fallback)}

        with_it = run(model(horizon="40 d", sites={"B": other_maker()}, lanes=lanes))

        # B stands beside the others: its site and lane come after theirs, so numbers agree.
        plain = run(model(horizon="40 d"))
        kinds = (Kind.ORDERED, Kind.DISPATCHED, Kind.ARRIVED, Kind.HALTED)
        assert [with_it.by_kind[k] for k in kinds] == [plain.by_kind[k] for k in kinds]


def test_mass_is_kept_on_fallback_lanes() -> None:
    for fallback in (BELOW, LATE):
        checked(build_model(plant(fallback, horizon="40 d")))
