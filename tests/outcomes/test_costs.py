"""What stocks and measures cost: mean stock, premiums, weight flown, overtime, piles."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.outcomes.costs import cost_rows
from sim.outcomes.story import tell
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.models import model, run
from tests.outcomes.traces import told_by

PRICES = {"holding_share_per_year": 0.365, "overtime_share": 0.5, "air_usd_per_kg": 4.0}


def costs_of(scenario: Scenario) -> list[dict[str, Any]]:
    rows = cost_rows(tell(run(scenario)))
    return [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]


def cost(scenario: Scenario, category: str, site: str = "P") -> dict[str, Any]:
    found = costs_of(scenario)
    (row,) = (row for row in found if (row["category"], row["site"]) == (category, site))
    return row


def priced(**changes: Any) -> Scenario:
    items = {"m": {"value_usd": 2.0}, "car": {"value_usd": 30.0}}
    return model(**({"items": items, "costs": PRICES, "observe_every": "1 d"} | changes))


def test_holding_is_the_mean_observed_stock_at_its_value_for_the_time() -> None:
    """Stock falls from 50 g to 10 g in five days of observation: 30 g on average."""
    row = cost(priced(horizon="5 d", lanes={"l": {"transit": "9 d"}}), "holding")

    assert row["item"] == "m"
    assert row["amount_usd"] == pytest.approx(30 * 2.0 * 0.365 * 5 / 365)


def test_an_item_without_a_value_costs_nothing_that_could_be_said() -> None:
    row = cost(priced(items={"m": {"value_usd": None}}), "holding")

    assert math.isnan(row["amount_usd"])
    assert row["missing"] == "value_usd"


def test_a_premium_is_paid_on_what_is_dispatched_on_its_lane() -> None:
    """Slots 0 and 1 send what is ordered; nothing else has a premium."""
    sent = sum(row[4] for row in run(priced()).listed if row[1] == 11)
    row = cost(priced(lanes={"l": {"premium_share": 0.25}}), "premium")

    assert row["amount_usd"] == pytest.approx(sent * 2.0 * 0.25)
    assert all(row["category"] != "premium" for row in costs_of(priced()))


def test_what_goes_by_air_costs_by_the_kilogram() -> None:
    air = {"measures": {"fly": {"air": {"transit": "1 d"}}}}
    sent = sum(row[4] for row in run(priced(**air)).listed if row[1] == 11)
    row = cost(priced(**air), "air")

    assert row["amount_usd"] == pytest.approx(sent / 1000 * 4.0)


def test_what_a_measure_of_air_says_it_costs_goes_before_the_usual_price() -> None:
    dear = {"measures": {"fly": {"air": {"transit": "1 d", "cost_usd_per_kg": 40.0}}}}
    usual = {"measures": {"fly": {"air": {"transit": "1 d"}}}}

    ratio = cost(priced(**dear), "air")["amount_usd"] / cost(priced(**usual), "air")["amount_usd"]
    assert ratio == pytest.approx(10.0)


def test_pieces_have_no_weight_so_their_air_freight_cannot_be_said() -> None:
    pieces = priced(
        items={"m": {"kind": "component", "controlled": False}, "raw": {"kind": "magnet"}},
        sites={"A": {"kind": "component_maker", "output_per_day": 100, "output_stock": 1000,
                     "bill": {"raw": {"per_unit": "1 g", "stock": "9 kg"}}},
               "R": {"kind": "magnet_maker", "country": "CN", "makes": "raw",
                     "output_per_day": "1 kg"},
               "P": {"bill": {"m": {"per_unit": 1, "stock": 50}}}},
        lanes={"raw": {"supplier": "R", "customer": "A", "transit": "1 d"}},
        measures={"fly": {"site": ["P"], "air": {"transit": "1 d"}}},
    )  # fmt: skip
    row = cost(pieces, "air")

    assert math.isnan(row["amount_usd"])
    assert row["missing"] == "weight of a piece"


def test_overtime_costs_a_share_of_the_value_of_what_it_makes_above_plan() -> None:
    story = told_by(
        priced(measures={"catch up": {"site": ["P"], "overtime": 1.5}}),
        (2 * DAY_S, "RATE", "P", -1, 15, 2),
        (4 * DAY_S, "RATE", "P", -1, 10, 0),
    )
    rows = cost_rows(story)
    place = rows["category"].index("overtime")

    assert rows["site"][place] == "P"
    assert rows["amount_usd"][place] == pytest.approx(10 * 30.0 * 0.5)


def test_a_stockpile_costs_what_it_keeps() -> None:
    pile = {"item": "m", "held_in": "DE", "quantity": "500 g", "below_cover": "1 h",
            "up_to_cover": "1 h", "country": ["DE"]}  # fmt: skip
    row = cost(priced(stockpiles={"reserve": pile}), "stockpile", "reserve")

    assert row["amount_usd"] == pytest.approx(500 * 2.0 * 0.365 * 10 / 365)
