"""What measures cost: as the scenario says, else as the figures say."""

from typing import Any

import pytest

from sim.data import figure
from sim.model import build_model
from sim.model.costs import usual_air_cost
from tests.models import model


def test_costs_left_out_are_those_of_the_figures() -> None:
    costs = build_model(model()).costs

    assert costs.holding_share_per_year == figure("holding_cost_share_per_year").value
    assert costs.overtime_share == figure("overtime_premium_share").value
    assert usual_air_cost(model()) == figure("air_freight_premium_usd_per_kg").value


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({"holding_share_per_year": 0.0}, (0.0, 0.1)),
        ({"overtime_share": 0.5}, (0.2, 0.5)),
    ],
)
def test_costs_that_are_stated_are_kept_a_zero_too(
    stated: dict[str, Any], found: tuple[float, float]
) -> None:
    costs = build_model(model(costs=stated)).costs

    assert (costs.holding_share_per_year, costs.overtime_share) == found


def test_air_costs_what_its_measure_says_else_what_the_scenario_says() -> None:
    by_measure = {"a": {"air": {"transit": "3 d", "cost_usd_per_kg": 9}}}
    by_scenario = {"a": {"air": {"transit": "3 d"}}}
    costs = {"air_usd_per_kg": 4}

    for measures, usd_per_kg in ((by_measure, 9), (by_scenario, 4)):
        lanes = build_model(model(measures=measures, costs=costs)).lanes
        assert lanes.air_usd_per_kg.tolist() == [usd_per_kg]
