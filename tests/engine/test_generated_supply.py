"""What holds in every world in which firms do something: mass, orders, plans, second runs."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, assume, given, settings

from sim.app.verification import metamorphic
from sim.engine import simulate
from sim.engine.reference.engine import Run
from sim.errors import NetworkError
from sim.model import ModelTables, build_model
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.conservation import checked
from tests.engine.generated_supply import supply_worlds

MIXED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.filter_too_much],
)  # fmt: skip


def built(world: Scenario) -> ModelTables:
    """Build a world, leaving out those that contradict themselves."""
    try:
        return build_model(world)
    except NetworkError:
        assume(False)
        raise


@MIXED
@given(supply_worlds())
def test_mass_is_kept_after_every_event_and_nothing_is_below_0(world: Scenario) -> None:
    tables = built(world)

    trace = checked(tables)

    assert np.array_equal(trace.rows, simulate(tables, 0).rows)
    assert np.all(np.diff(trace.rows[:, 0]) >= 0)


def unaccounted(run: Run) -> list[int]:
    """What is on order of each input beyond what its lanes owe, hold and carry."""
    supply = run.supply
    lanes = [supply.owed, supply.waiting, supply.held, supply.transit.moving]
    on_the_way = [0] * len(run.tables.inputs.name)
    for lane, n in enumerate(run.tables.lanes.input.tolist()):
        on_the_way[n] += sum(account[lane] for account in lanes)
    stocks = [stock for site in run.sites for stock in site.inputs]
    assert all(stock.excess >= 0 for stock in stocks)
    return [stock.on_order - on_the_way[stock.index] for stock in stocks]


@MIXED
@given(supply_worlds())
def test_what_is_on_order_is_owed_held_or_moving_or_not_yet_known_to_be_lost(
    world: Scenario,
) -> None:
    run = Run(built(world), 0)
    known_at_once = run.tables.desks.refusal_known_after_s[0] == 0

    while run.clock.peek() < run.tables.horizon_s:
        run.clock.step()
        left = unaccounted(run)

        assert min(left, default=0) >= 0
        assert not known_at_once or max(left, default=0) == 0


@MIXED
@given(supply_worlds())
def test_a_plant_never_makes_more_than_its_plan_but_for_the_last_second_of_overtime(
    world: Scenario,
) -> None:
    run = Run(built(world), 0)
    run.clock.run(until=run.tables.horizon_s)

    for site in run.sites:
        site.settle()
        if site.finished.sells and run.tables.sites.pattern[site.index] == "steady":
            assert site.finished.made * DAY_S <= site.demanded() + site.finished.per_day


@MIXED
@given(supply_worlds())
def test_a_run_can_be_made_again_in_any_order_of_the_file(world: Scenario) -> None:
    built(world)

    assert metamorphic.twice(world) == 0
    assert metamorphic.another_order(world) == 0


@settings(MIXED, max_examples=25)
@given(supply_worlds())
def test_free_licences_strangers_and_what_is_yet_to_come_change_nothing(world: Scenario) -> None:
    built(world)

    assert metamorphic.free_against_none(world) == 0
    assert metamorphic.added_plant(world) == 0
    assert metamorphic.rows_before(world, 25)[0] == 0
