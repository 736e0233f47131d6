"""From a scenario to arrays: what the parts come to when they are put together."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from sim.model import ModelTables, build_model
from sim.units import DAY_S
from tests.models import LICENSED, licensed, model

REGIME_ONLY = ("t_s", "dates")


def by_day(t_s: np.ndarray, values: np.ndarray) -> dict[float, int]:
    return dict(zip((t_s / DAY_S).tolist(), values.tolist(), strict=True))


def same(one: ModelTables, other: ModelTables) -> bool:
    """Whether all regimes hold the same, whatever they are called."""
    return all(
        np.array_equal(getattr(one.regimes, field.name), getattr(other.regimes, field.name))
        for field in fields(one.regimes)
        if field.name not in REGIME_ONLY
    )


def test_demand_factors_in_force_at_the_same_time_multiply() -> None:
    demand = {
        "tariff": {"country": ["DE"], "from": "2 d", "factor": 0.5},
        "boom": {"kind": ["plant"], "from": "4 d", "to": "6 d", "factor": 3.0},
        "elsewhere": {"site": ["A"], "from": "0 d", "factor": 2.0},
    }

    regimes = build_model(model(demand=demand)).regimes

    assert by_day(regimes.t_s, regimes.plan_per_day[:, 1]) == {0: 10, 2: 5, 4: 15, 6: 5}
    assert set(regimes.plan_per_day[:, 0].tolist()) == {200}


def test_order_factors_hold_between_their_dates() -> None:
    measures = {"f": {"site": ["P"], "order_factor": 1.5, "from": "2 d", "to": "4 d"}}

    regimes = build_model(model(measures=measures)).regimes

    assert by_day(regimes.t_s, regimes.order_factor[:, 0]) == {
        0: 1_000_000, 2: 1_500_000, 4: 1_000_000,
    }  # fmt: skip


def test_the_same_scenario_in_another_order_is_the_same_tables() -> None:
    plain, turned = (
        build_model(model(sites=dict(sites)))
        for sites in ([("A", {}), ("P", {})], [("P", {}), ("A", {})])
    )

    assert plain.sites.name == turned.sites.name
    assert np.array_equal(plain.regimes.plan_per_day, turned.regimes.plan_per_day)


@pytest.mark.parametrize(
    "null",
    [
        {"control_lists": {"c": {"elements": ["Dy"], "above_mass_share": 0.001}}},
        {"gates": {"never": {"desk": "d", "leaves": ["CN"], "probability": 0.0}}},
        {"gates": {"again": {"desk": "d", "leaves": ["CN"]}}},
        {"policy": {"as before": {"approval_rate": 1.0, "return_share": 0.0, "query_share": 1.0}}},
        {"policy": {"elsewhere": {"customer": ["A"], "mean_review_time": "never"}}},
        {"policy": {"by chance": {"if": "c", "approval_rate": 0.0}},
         "chances": {"c": {"probability": 0.0}}},
        {"policy": {"reaction": {"on": "t", "approval_rate": 0.0}},
         "triggers": {"t": {"when": "halted_share", "above": 0.9}}},
        {"desks": {"d": {"answer_time": {"law": "fixed", "value": "9 d"}}}},
    ],
)  # fmt: skip
def test_what_asks_for_nothing_moves_nothing(null: dict[str, Any]) -> None:
    plain, other = build_model(licensed()), build_model(licensed(**null))

    assert same(plain, other)
    assert other.lanes.stages == plain.lanes.stages
    assert other.lanes.stage_class == plain.lanes.stage_class
    assert other.regimes.dates == plain.regimes.dates


def test_without_chances_every_replication_has_the_same_tables() -> None:
    scenario = licensed()

    first, other = build_model(scenario), build_model(scenario, replication=7)

    assert same(first, other)
    assert first.regimes.dates == other.regimes.dates
    assert (first.chances, first.granted_at_filing) == ((), frozenset())


def test_a_dated_change_is_told_and_an_undated_one_is_not() -> None:
    gate = {"from": None}
    policy = {"r": LICENSED["policy"]["r"] | {"from": "2 d"}}

    dates = build_model(licensed(gates={"g": gate}, policy=policy)).regimes.dates

    assert [(entry.name, entry.second // DAY_S) for entry in dates] == [("r", 2)]
