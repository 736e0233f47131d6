"""Planned output over time, with demand that changes on a date."""

from __future__ import annotations

import math

import pytest

from sim.model import build_model
from sim.outcomes.plan import Plan
from sim.units import DAY_S
from tests.models import model

HALVED = {"demand": {"less": {"from": "4 d", "to": "6 d", "factor": 0.5}}}


def plan(**changes: object) -> Plan:
    return Plan(build_model(model(**changes)), 1)


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
