"""The supply side of regimes: levels that look ahead to a start or a ramp."""

from typing import Any

import numpy as np

from sim.model import build_model
from sim.model.tables import MILLION, ModelTables
from sim.units import DAY_S
from tests.models import merged, model

COVERED: dict[str, Any] = {"bill": {"m": {"stock": None, "cover": "20 d"}}}
AHEAD = 20 + 5 + 5 + 2
"""Cover, review, dispatch and transit in days."""


def built(**plant: Any) -> ModelTables:
    return build_model(model(horizon="300 d", sites={"P": merged(COVERED, plant)}))


def levels(tables: ModelTables) -> dict[float, int]:
    values = tables.regimes.level_share[:, 0]
    kept = np.flatnonzero(np.diff(values, prepend=-1))
    return dict(
        zip((tables.regimes.t_s[kept] / DAY_S).tolist(), values[kept].tolist(), strict=True)
    )


def test_a_level_is_for_the_whole_plan_where_nothing_changes_it() -> None:
    assert levels(built()) == {0: MILLION}
    assert levels(built(starts="0 d")) == {0: MILLION}


def test_demand_factors_leave_levels_alone() -> None:
    tables = build_model(
        model(
            horizon="300 d", sites={"P": COVERED}, demand={"less": {"from": "9 d", "factor": 0.5}}
        )
    )

    assert levels(tables) == {0: MILLION}


def test_levels_rise_ahead_of_a_start_and_of_every_step_of_a_ramp() -> None:
    assert levels(built(starts="100 d")) == {0: 0, 100 - AHEAD: MILLION}
    assert levels(built(starts="100 d", ramp="60 d")) == {
        0: 0, 100 - AHEAD: 250_000, 130 - AHEAD: 750_000, 160 - AHEAD: MILLION,
    }  # fmt: skip


def test_a_start_that_is_nearer_than_orders_look_is_ordered_for_at_once() -> None:
    assert levels(built(starts="10 d")) == {0: MILLION}


def test_a_scenario_without_ramps_and_redesigns_has_no_more_regimes() -> None:
    assert build_model(model(horizon="300 d")).regimes.t_s.tolist() == [0]
