"""What reviews aim at: cover added between dates, factors on single inputs, moving averages."""

from typing import Any

import numpy as np

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.conservation import checked
from tests.models import merged, model, run, told

AVERAGE = {"ordering": {"forecast": "moving_average 2"}, "bill": {"m": {"stock": "200 g"}}}


def orders(scenario: Scenario) -> list[str]:
    return told(scenario, Kind.ORDERED)


def test_cover_added_between_two_dates_is_ordered_once_and_then_used_up() -> None:
    more = {"x": {"site": ["P"], "add_cover": "3 d", "from": "4 d", "to": "9 d"}}

    assert orders(model(horizon="16 d", measures=more)) == [
        "0 ORDERED l x50 =50",
        "5 ORDERED l x80 =80",
        "10 ORDERED l x20 =20",
        "15 ORDERED l x50 =50",
    ]


def test_added_cover_is_seen_in_a_review_of_its_first_second() -> None:
    more = {"x": {"site": ["P"], "add_cover": "3 d", "from": "5 d"}}

    assert orders(model(horizon="6 d", measures=more))[-1] == "5 ORDERED l x80 =80"


def test_a_measure_may_be_about_one_input_only() -> None:
    two: dict[str, Any] = {
        "items": {"f": {"kind": "magnet"}},
        "sites": {
            "F": {"kind": "magnet_maker", "country": "CN", "makes": "f", "output_per_day": "1 kg"},
            "P": {"bill": {"f": {"per_unit": "2 g", "stock": "100 g"}}},
        },
        "lanes": {
            "k": {
                "supplier": "F",
                "customer": "P",
                "transit": "2 d",
                "dispatch_every": "5 d",
                "open_shipments": [],
            }
        },
        "measures": {
            "x": {"site": ["P"], "item": ["f"], "order_factor": 1.5, "from": "0 d", "to": "1 d"},
            "y": {"site": ["P"], "item": ["m"], "add_cover": "2 d", "from": "0 d"},
        },
    }

    assert sorted(orders(model(horizon="1 d", **two))) == [
        "0 ORDERED k x150 =150",
        "0 ORDERED l x70 =70",
    ]


def test_a_moving_average_follows_what_is_demanded() -> None:
    boom = {"d": {"site": ["P"], "from": "5 d", "factor": 2.0}}
    plant = model(horizon="26 d", sites={"P": AVERAGE}, demand=boom)

    # The level is 250 for 50 an interval: 375 on day 10 (50 and 100 seen), 500 from day 15 on.
    assert orders(plant) == [
        "0 ORDERED l x50 =50",
        "5 ORDERED l x50 =50",
        "10 ORDERED l x225 =225",  # 250 - 100, up to 375
        "15 ORDERED l x225 =225",
        "20 ORDERED l x100 =100",
        "25 ORDERED l x100 =100",
    ]


def test_a_moving_average_counts_demand_that_is_not_met() -> None:
    boom = {"d": {"site": ["P"], "from": "5 d", "factor": 2.0}}
    short = merged(AVERAGE, {"bill": {"m": {"stock": "20 g"}}})
    closed = {"l": {"from": "10 d"}}

    # P stands from day 2 to day 10 and beyond; half the level's 70 g are for the first interval.
    rows = orders(model(horizon="11 d", sites={"P": short}, lanes=closed, demand=boom))

    assert rows == ["10 ORDERED l x105 =105"]


def test_a_moving_average_of_steady_use_changes_nothing() -> None:
    plain = merged(AVERAGE, {"ordering": None})

    with_it = run(model(horizon="60 d", sites={"P": AVERAGE}))

    assert with_it.listed == run(model(horizon="60 d", sites={"P": plain})).listed


def test_orders_swing_more_than_the_demand_they_follow() -> None:
    # Chen et al. (2000): 1 + 2 L/p + 2 (L/p)^2 for L reviews of stock and a mean of p.
    plant = model(
        horizon="700 d",
        sites={
            "A": {"output_per_day": "1 kg", "output_stock": "100 kg"},
            "P": {
                "output_per_day": 100,
                "use": {"pattern": "poisson", "unmet": "backordered"},
                "ordering": {"review_every": "1 d", "forecast": "moving_average 5"},
                "bill": {"m": {"per_unit": "1 g", "stock": None, "cover": "1 d"}},
            },
        },
        lanes={"l": {"transit": "2 d", "dispatch_every": "1 d", "open_shipments": None}},
    )
    trace = run(plant)

    asked = trace.of(Kind.DEMANDED)
    # A demand at midnight comes before the review of that second.
    demand = np.bincount((asked[asked[:, 3] >= 0, 0] - 1) // DAY_S, minlength=700)
    rows = trace.of(Kind.ORDERED)
    ordered = np.bincount(rows[:, 0] // DAY_S, weights=rows[:, 4], minlength=700)
    # In every review: what was demanded, and 4 / 5 of what it exceeds that of five days ago by.
    exact = demand[5:-1] + 0.8 * (demand[5:-1] - demand[:-6])

    assert np.abs(ordered[6:] - exact).max() <= 1.0
    assert 3.3 < np.var(ordered[6:]) / np.var(demand) < 4.5


def test_mass_is_kept_while_levels_move() -> None:
    measures = {
        "x": {"site": ["P"], "add_cover": "3 d", "from": "4 d", "to": "9 d"},
        "y": {"site": ["P"], "order_factor": 2.0, "from": "12 d", "to": "21 d"},
    }

    checked(build_model(model(horizon="40 d", sites={"P": AVERAGE}, measures=measures)))
