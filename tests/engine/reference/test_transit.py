"""Goods on their way: by sea, and by air where cover is short."""

from typing import Any

import pytest

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import licensed, model, run, story, told


def air(transit: str = "1 d", **when: Any) -> dict[str, Any]:
    """A measure that sends P's goods by air; `below_cover` if that is short."""
    below = {"below_cover": when.pop("below_cover")} if "below_cover" in when else {}
    return {"x": {"site": ["P"], "air": {"transit": transit} | below} | when}


def flown(scenario: Scenario) -> list[str]:
    return told(scenario, Kind.EXPEDITED, Kind.DISPATCHED, Kind.ARRIVED)


def days_of(scenario: Scenario) -> dict[int, float]:
    """Transit of each slot."""
    rows = run(scenario).of(Kind.DISPATCHED).tolist()
    return {slot: (arrival - second) / 86_400 for second, _, _, slot, _, _, arrival in rows}


def test_goods_go_by_air_from_the_first_second_of_the_measure_on() -> None:
    assert story(model(horizon="8 d", measures=air(**{"from": "5 d"}))) == [
        "0 ORDERED l x50 =50",
        "0 DISPATCHED l #0 x50 =950 @2",
        "2 ARRIVED l #0 x50 =80",
        "5 ORDERED l x50 =50",
        "5 EXPEDITED l #1 x50",
        "5 DISPATCHED l #1 x50 =950 @6",
        "6 ARRIVED l #1 x50 =90",
    ]


@pytest.mark.parametrize(("stock", "flies"), [("49 g", True), ("50 g", False)])
def test_goods_go_by_air_while_the_customer_s_cover_is_short(stock: str, flies: bool) -> None:
    site = {"P": {"bill": {"m": {"stock": stock}}}}
    plant = model(horizon="1 d", sites=site, measures=air(below_cover="5 d"))

    assert ("0 EXPEDITED l #0 x50" in flown(plant)) == flies


def test_the_freight_is_chosen_at_the_filing_and_kept() -> None:
    # 40 g are less than 5 days when filed; when licensed on day 3, the measure has ended.
    short = {"P": {"bill": {"m": {"stock": "40 g"}}}}
    plant = licensed(horizon="5 d", sites=short, measures=air(below_cover="5 d", to="1 d"))

    assert flown(plant) == [
        "0 EXPEDITED l #0 x50",
        "3 DISPATCHED l #0 x50 =1000 @4",
        "4 ARRIVED l #0 x50 =50",
    ]


def test_air_has_the_luck_of_the_sea() -> None:
    # The same uniform for the same slot, whatever the law: ten times as long by sea.
    sea = {"l": {"transit": "uniform 10 d, 50 d"}}

    slow = days_of(model(horizon="99 d", lanes=sea))
    fast = days_of(model(horizon="99 d", lanes=sea, measures=air("uniform 1 d, 5 d")))

    both = slow.keys() & fast.keys()
    assert len(both) > 10
    assert all(abs(slow[slot] - 10 * fast[slot]) < 0.001 for slot in both)


def test_air_that_is_never_chosen_changes_nothing() -> None:
    never = air(below_cover="1 d")

    assert run(model(horizon="60 d", measures=never)).listed == run(model(horizon="60 d")).listed


def test_mass_is_kept_in_the_air() -> None:
    checked(build_model(licensed(horizon="40 d", measures=air(below_cover="9 d"))))
