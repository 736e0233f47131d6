"""Planned output: starts, ramps, demand."""

from typing import Any

import numpy as np

from sim.model import build_model
from sim.units import DAY_S
from tests.models import model


def plans(site: int, **changes: Any) -> dict[float, int]:
    """Planned output of a site from the days on which it changes."""
    regimes = build_model(model(**{"horizon": "400 d"} | changes)).regimes
    days, values = regimes.t_s / DAY_S, regimes.plan_per_day[:, site]
    kept = np.flatnonzero(np.diff(values, prepend=-1))
    return dict(zip(days[kept].tolist(), values[kept].tolist(), strict=True))


def test_demand_factors_in_force_at_the_same_time_multiply() -> None:
    demand = {
        "tariff": {"country": ["DE"], "from": "2 d", "factor": 0.5},
        "boom": {"kind": ["plant"], "from": "4 d", "to": "6 d", "factor": 3.0},
        "elsewhere": {"site": ["A"], "factor": 2.0},
    }

    assert plans(1, demand=demand) == {0: 10, 2: 5, 4: 15, 6: 5}
    assert plans(0, demand=demand) == {0: 200}


def test_a_site_makes_nothing_before_it_starts() -> None:
    assert plans(0, sites={"A": {"starts": "50 d"}}) == {0: 0, 50: 100}


def test_a_ramp_is_the_mean_of_its_line_over_each_30_days() -> None:
    ramp = {"starts": "50 d", "ramp": "120 d"}

    assert plans(0, sites={"A": ramp | {"output_per_day": "800 g"}}) == {
        0: 0, 50: 100, 80: 300, 110: 500, 140: 700, 170: 800,
    }  # fmt: skip


def test_the_last_step_of_a_ramp_may_be_shorter() -> None:
    ramp = {"starts": "0 d", "ramp": "40 d"}

    # The line is at 0, 3/4 and 1 on the days 0, 30 and 40.
    assert plans(0, sites={"A": ramp | {"output_per_day": "800 g"}}) == {0: 300, 30: 700, 40: 800}


def test_a_ramp_from_before_the_start_is_under_way() -> None:
    ramp = {"starts": "2025-03-08", "ramp": "60 d"}

    assert plans(0, sites={"A": ramp | {"output_per_day": "800 g"}}) == {0: 600, 30: 800}


def test_a_ramp_of_nothing_is_a_start() -> None:
    assert plans(0, sites={"A": {"starts": "50 d", "ramp": "0 d"}}) == {0: 0, 50: 100}


def test_demand_and_ramp_multiply() -> None:
    demand = {"less": {"site": ["A"], "from": "60 d", "factor": 0.5}}

    assert plans(0, sites={"A": {"starts": "50 d", "ramp": "30 d"}}, demand=demand) == {
        0: 0, 50: 50, 60: 25, 80: 50,
    }  # fmt: skip


def test_demand_on_a_trigger_holds_while_it_is_active() -> None:
    demand = {"less": {"site": ["P"], "on": "t", "factor": 0.5, "from": "20 d"}}
    triggers = {"t": {"when": "halted_share", "above": 0.1}}

    tables = build_model(model(horizon="99 d", demand=demand, triggers=triggers))

    assert tables.regimes.plan_per_day[:, 1].tolist() == [10, 10]
    assert tables.reactions[0].plan_per_day[:, 1].tolist() == [10, 5]
