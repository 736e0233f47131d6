"""A whole run: from second 0 to the horizon, all at once or step by step."""

import numpy as np
import pytest

from sim.engine import Kind, simulate
from sim.engine.reference.engine import Run
from sim.errors import NetworkError
from sim.model import build_model
from sim.scenario import load_design
from sim.scenario.shipped import shipped_scenarios
from sim.units import DAY_S
from tests.conservation import checked
from tests.models import licensed, model, run, story, told


def test_a_run_can_be_stepped_and_looked_at_on_the_way() -> None:
    tables = build_model(licensed())
    stepped = Run(tables, 0)

    while stepped.clock.peek() < 4 * DAY_S:
        stepped.clock.step()

    plant, lane = stepped.sites[1], 0
    assert stepped.clock.second == 3 * DAY_S
    assert plant.stock_now(plant.inputs[0]) == 20
    assert stepped.supply.transit.moving[lane] == 50
    stepped.clock.run(until=tables.horizon_s)
    assert np.array_equal(stepped.trace().rows, simulate(tables, 0).rows)


def test_the_horizon_is_exclusive() -> None:
    ending = model(horizon="5 d")

    # Stock lasts to day 7 and an order is due on day 5: neither is in a run of 5 days.
    assert story(ending) == [
        "0 ORDERED l x50 =50",
        "0 DISPATCHED l #0 x50 =950 @2",
        "2 ARRIVED l #0 x50 =80",
    ]
    assert run(ending).totals.stock.tolist() == [50]


def test_the_accounts_at_the_horizon() -> None:
    totals = run(licensed(horizon="4 d")).totals

    assert totals.start_finished.tolist() == [1000, 0]
    assert totals.made.tolist() == [50, 40]  # 50 g went into the store, 40 cars were sold
    assert totals.finished.tolist() == [1000, 0]
    assert totals.moving.tolist() == [50]
    assert totals.waiting.tolist() == [0]
    assert (totals.stock.tolist(), totals.used.tolist()) == ([10], [40])


def test_regimes_observations_and_stocks_are_noted() -> None:
    scenario = licensed(horizon="6 d", observe_every="3 d", policy={"r": {"to": "4 d"}})

    assert told(scenario, Kind.REGIME, Kind.OBSERVED, Kind.OBSERVED_OUTPUT) == [
        "0 REGIME g begins",
        "0 REGIME r begins",
        "0 OBSERVED P / m x50 =0",
        "0 OBSERVED_OUTPUT A x950",
        "0 OBSERVED_OUTPUT P x0",
        "3 OBSERVED P / m x20 =0",
        "3 OBSERVED_OUTPUT A x1000",
        "3 OBSERVED_OUTPUT P x0",
        "4 REGIME r ends",
    ]


def test_replications_differ_and_repeat() -> None:
    tables = build_model(model(horizon="60 d", lanes={"l": {"transit": "gamma 8 d, 0.5"}}))

    first, second, again = (simulate(tables, replication) for replication in (0, 1, 0))

    assert np.array_equal(first.rows, again.rows)
    assert not np.array_equal(first.rows, second.rows)


def test_two_names_with_one_random_address_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = build_model(model())
    monkeypatch.setattr("sim.model.streams.entity_of", lambda name: 7)

    with pytest.raises(NetworkError, match="one random-number address"):
        simulate(tables, 0)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"lanes": {"l": {"transit": "0 d"}}},
        {"policy": {"r": {"approval_rate": 0.5}}},
        {"policy": {"r": {"approval_rate": 0.0}}, "desks": {"d": {"refile_probability": 0.0}}},
        {"gates": {"g": {"to": "4 d"}}},
        {"sites": {"P": {"use": "poisson"}}},
    ],
)
def test_mass_is_kept_and_looking_changes_nothing(change: dict[str, object]) -> None:
    tables = build_model(licensed(horizon="60 d", **change))

    assert np.array_equal(checked(tables).rows, simulate(tables, 0).rows)


def test_the_smallest_shipped_scenario_tells_its_story() -> None:
    design = load_design(shipped_scenarios() / "tiny.yaml")

    halts = {
        name: told(scenario, Kind.HALTED)[:2] for name, scenario in design.alternatives.items()
    }

    # 20 days of magnets and the four consignments at sea bring the motor maker to day 48; the
    # car plant lives on its motors and what is on the road.
    assert halts["no_controls"] == []
    assert [line.split(maxsplit=1)[1] for line in halts["as_ruled"]] == [
        "HALTED motor maker",
        "HALTED car plant",
    ]
