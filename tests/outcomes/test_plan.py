"""Planned output over time, with demand that changes on a date."""

from __future__ import annotations

import math

import pytest

from sim.outcomes.plan import Plan, in_force, output_plans, use_plans
from sim.units import DAY_S
from tests.models import model, run

HALVED = {"demand": {"less": {"from": "4 d", "to": "6 d", "factor": 0.5}}}


def plan(**changes: object) -> Plan:
    return output_plans(in_force(run(model(**changes))))[1]


def test_planned_output_adds_up_over_the_regimes() -> None:
    assert plan(**HALVED).units(10 * DAY_S) == 4 * 10 + 2 * 5 + 4 * 10


def test_the_time_that_an_amount_lasts_is_the_inverse_of_planned_output() -> None:
    halved = plan(**HALVED)

    assert halved.seconds_for(3 * DAY_S, 15) == 2 * DAY_S
    assert halved.seconds_for(0, 45) == 5 * DAY_S


@pytest.mark.parametrize("second", [0, 3 * DAY_S, 5 * DAY_S, 9 * DAY_S])
@pytest.mark.parametrize("units", [0.5, 12.0, 60.0])
def test_planned_output_in_that_time_is_the_amount(second: int, units: float) -> None:
    halved = plan(**HALVED)

    assert halved.between(second, second + halved.seconds_for(second, units)) == pytest.approx(
        units
    )


def test_an_amount_lasts_for_ever_where_nothing_is_planned() -> None:
    none = plan(demand={"none": {"from": "4 d", "factor": 0}})

    assert none.seconds_for(0, 40) == 4 * DAY_S
    assert math.isinf(none.seconds_for(0, 41))


def test_nothing_left_lasts_until_something_is_planned() -> None:
    pause = plan(demand={"none": {"from": "4 d", "to": "6 d", "factor": 0}})

    assert pause.seconds_for(3 * DAY_S, 0) == 0
    assert pause.seconds_for(5 * DAY_S, 0) == 1 * DAY_S
    assert math.isinf(Plan([0, 5], [10, 0]).seconds_for(7, 0))


def test_planned_use_is_planned_output_times_what_a_piece_takes() -> None:
    trace = run(model(sites={"P": {"bill": {"m": {"per_unit": "3 g"}}}}, **HALVED))
    use = use_plans(trace.tables, in_force(trace))[0]

    assert (use.rate(0), use.rate(4 * DAY_S)) == (30, 15)


def test_what_a_trigger_brings_is_in_force_from_its_reaction_on() -> None:
    cut = {"when": "halted_share", "kind": ["plant"], "above": 0.0, "after": "1 d"}
    trace = run(
        model(
            lanes={"l": {"transit": "9 d"}},
            triggers={"alarm": cut},
            demand={"less": {"on": "alarm", "factor": 0.5}},
        )
    )
    regimes = in_force(trace)

    assert output_plans(regimes)[1].rate(6 * DAY_S - 1) == 10
    assert output_plans(regimes)[1].rate(6 * DAY_S) == 5
    assert (regimes.active_at(5 * DAY_S), regimes.active_at(6 * DAY_S)) == (0, 1)
