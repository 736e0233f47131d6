"""When an input is ordered, and how far ahead its orders look."""

from typing import Any

import pytest

from sim.errors import NetworkError
from sim.model import build_model
from sim.model.ordering import Buying
from sim.model.tables import ON_ORDER
from sim.units import DAY_S
from tests.model.test_sites import FEED, TWO
from tests.models import merged, model


def test_an_input_is_reviewed_when_its_fastest_lane_leaves_unless_it_says_otherwise() -> None:
    fast = {"lanes": {"k": {"dispatch_every": "1 d"}}}
    stated = {"sites": {"P": {"ordering": {"review_every": "3 d"}}}}

    for changes, every in (({}, 5), (fast, 1), (merged(fast, stated), 3)):
        tables = build_model(model(**merged(TWO, changes)))
        assert tables.inputs.review_every_s[1] == every * DAY_S


def test_a_fallback_lane_does_not_say_when_to_order() -> None:
    fast = {"dispatch_every": "1 d", "share": None, "fallback": {"below_cover": "9 d"}}

    tables = build_model(model(**merged(TWO, {"lanes": {"k": fast, "l": {"share": 1}}})))

    assert tables.inputs.review_every_s[1] == 5 * DAY_S


def test_lanes_on_order_need_to_know_when_to_order() -> None:
    on_order = {"l": {"dispatch_every": "on order"}}

    with pytest.raises(NetworkError, match=r"review_every or ordering\.continuous"):
        build_model(model(lanes=on_order))

    tables = build_model(model(lanes=on_order, sites={"P": {"ordering": {"review_every": "2 d"}}}))
    assert tables.lanes.interval_s[0] == ON_ORDER


def test_steady_use_cannot_be_reviewed_continuously_up_to_a_level() -> None:
    with pytest.raises(NetworkError, match="continuous order_up_to ordering with steady use"):
        build_model(model(sites={"P": {"ordering": {"continuous": True}}}))


@pytest.mark.parametrize("later", [{"starts": "5 d"}, {"bill": {"m": {"spare": True}}}])
def test_a_use_to_come_cannot_be_learned_from_the_past(later: dict[str, Any]) -> None:
    ordering = {"ordering": {"forecast": "moving_average 5"}}

    with pytest.raises(NetworkError, match="a forecast of a use that is not yet there"):
        build_model(model(sites={"P": later | ordering}))


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ({"stock": None, "cover": "20 d"}, 20 + 5 + 5 + 2),
        ({"stock": None, "cover": {"law": "uniform", "low": "10 d", "high": "20 d"}}, 15 + 12),
        ({"stock": "50 g"}, 5 + 12),
    ],
)
def test_orders_look_ahead_by_cover_review_dispatch_and_transit(
    line: dict[str, Any], days: int
) -> None:
    buying = Buying(model(sites={"P": {"bill": {"m": line}}}))

    assert buying.level_time("P", "m") == days * DAY_S


def test_the_slowest_lane_that_is_ordered_on_counts() -> None:
    slow = {"lanes": {"k": {"transit": "uniform 20 d, 40 d"}}}
    in_need = {"lanes": {"k": {"share": None, "fallback": {"late_by": "9 d"}}, "l": {"share": 1}}}

    usual = merged(TWO, slow)

    for changes, days in ((usual, 5 + 5 + 5 + 30), (merged(usual, in_need), 5 + 5 + 5 + 2)):
        assert Buying(model(**changes)).level_time("P", "m") == days * DAY_S


def test_a_stock_of_feed_is_days_of_what_a_kilogram_takes() -> None:
    line = {"dy": {"per_unit": "40 g", "cover": None, "stock": "80 g"}}

    assert (
        Buying(model(**merged(FEED, {"sites": {"A": {"bill": line}}}))).level_time("A", "dy")
        == (2 + 7 + 7 + 1) * DAY_S
    )
