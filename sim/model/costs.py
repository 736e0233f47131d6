"""What measures cost, where the scenario does not say: from the figures.

In:  `Scenario`.
Out: `CostTable`.
"""

from __future__ import annotations

from sim.data import figure
from sim.model.tables import CostTable
from sim.scenario.schema import Scenario

__all__ = ["build_costs", "usual_air_cost"]


def build_costs(scenario: Scenario) -> CostTable:
    """Return the costs that belong to no lane; see `CostTable`."""
    costs = scenario.costs
    return CostTable(
        holding_share_per_year=_or_figure(
            costs.holding_share_per_year, "holding_cost_share_per_year"
        ),
        overtime_share=_or_figure(costs.overtime_share, "overtime_premium_share"),
    )


def usual_air_cost(scenario: Scenario) -> float:
    """Return what air costs more [USD/kg] where a measure does not say."""
    return _or_figure(scenario.costs.air_usd_per_kg, "air_freight_premium_usd_per_kg")


def _or_figure(stated: float | None, key: str) -> float:
    return figure(key).value if stated is None else stated
