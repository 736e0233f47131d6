"""From a scenario to arrays: plans, factors, officers, rates."""

from typing import Any

import numpy as np
import pytest

from sim.errors import DataError
from sim.model import build_model
from sim.model.build import merge_spans
from sim.units import DAY_S
from tests.models import desk_model, licensed, model


def by_day(t_s: np.ndarray, values: np.ndarray) -> dict[float, int]:
    return dict(zip((t_s / DAY_S).tolist(), values.tolist(), strict=True))


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

    assert by_day(regimes.t_s, regimes.order_factor[:, 1]) == {
        0: 1_000_000, 2: 1_500_000, 4: 1_000_000,
    }  # fmt: skip
    assert set(regimes.order_factor[:, 0].tolist()) == {1_000_000}


def test_officers_by_date_whatever_the_order_in_which_they_are_written() -> None:
    officers = [{"from": "4 d", "count": 5}, {"from": "0 d", "count": 2}]

    regimes = build_model(licensed(desks={"d": {"setting": "queue", "officers": officers}})).regimes

    assert by_day(regimes.t_s, regimes.officers[:, 0]) == {0: 2, 4: 5}


def test_rates_begin_with_the_one_in_force_at_the_start() -> None:
    def steps(*rate: dict[str, Any]) -> tuple[tuple[int, float], ...]:
        scenario = desk_model({"s": {"rate": list(rate)}}, start="2025-04-07", horizon="9 d")
        return build_model(scenario).applicants.rate[0]

    early, late, never = (
        {"from": "2025-04-01", "per_day": 1.0},
        {"from": "3 d", "per_day": 2.0},
        {"from": "9 d", "per_day": 9.0},
    )

    assert steps(late, early, never) == ((0, 1.0), (3 * DAY_S, 2.0))
    assert steps(late) == ((0, 0.0), (3 * DAY_S, 2.0))


@pytest.mark.parametrize(
    ("spans", "merged"),
    [
        ([], ()),
        ([(3, 5), (1, 2)], ((1, 2), (3, 5))),
        ([(1, 3), (3, 5)], ((1, 5),)),
        ([(1, 9), (3, 5), (8, 10)], ((1, 10),)),
        ([(4, 4), (6, 5)], ()),
    ],
)
def test_spans_merge(spans: list[tuple[int, int]], merged: tuple[tuple[int, int], ...]) -> None:
    assert merge_spans(spans) == merged


def test_a_pause_from_before_the_start_begins_at_0() -> None:
    pause = {"from": "2025-04-01", "to": "2025-04-09"}

    assert build_model(licensed(desks={"d": {"pauses": [pause]}})).desks.pauses == (
        ((0, 2 * DAY_S),),
    )


def test_working_days_beyond_the_known_calendar_are_refused() -> None:
    days = {"r": {"mean_review_time": "45 working days"}}

    with pytest.raises(DataError):
        build_model(licensed(start="2032-01-01", policy=days))


def test_the_same_scenario_in_another_order_is_the_same_tables() -> None:
    plain, turned = (
        build_model(model(sites=dict(sites)))
        for sites in ([("A", {}), ("P", {})], [("P", {}), ("A", {})])
    )

    assert plain.sites.name == turned.sites.name
    assert np.array_equal(plain.regimes.plan_per_day, turned.regimes.plan_per_day)
