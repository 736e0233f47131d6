"""A refusal in the very dispatch that an order called for, under continuous review."""

import numpy as np

from sim.engine import Kind, simulate
from sim.model import build_model
from sim.scenario import load_scenario
from sim.scenario.shipped import shipped_scenarios
from sim.units import DAY_S

DAYS = 10


def test_an_order_refused_in_its_own_dispatch_is_made_good_at_the_next_use() -> None:
    path = shipped_scenarios() / "verification" / "base_stock.yaml"
    scenario = load_scenario(
        path,
        overrides=[
            f"horizon={DAYS} d",
            "sites.plant.use.pattern=batch",
            "sites.plant.use.quantity=1",
            "sites.plant.use.every=1 d",
            "policy.rule.mean_review_time=0 d",
            "policy.rule.approval_rate=0.0",
            "desks.office.refile_probability=0",
        ],
    )

    trace = simulate(build_model(scenario), 0)

    every_day = np.arange(DAYS) * DAY_S
    assert np.array_equal(trace.of(Kind.ORDERED)[:, 0], every_day)
    assert np.array_equal(trace.of(Kind.CANCELLED)[:, 0], every_day)
