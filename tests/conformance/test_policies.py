"""A policy written in Python sees the same and does the same on both engines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from sim.engine import simulate
from sim.engine.compiled import engine
from sim.engine.compiled.engine import simulate_compiled
from sim.engine.policies import View
from sim.model import build_model
from sim.model.tables import ModelTables
from sim.scenario import Scenario, load_design
from tests.conformance.agreement import in_accounts, in_rows
from tests.conformance.mixed import mixed_worlds, tables_of
from tests.conformance.steered import LooksAtAll, steered_worlds

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SOME = settings(
    max_examples=60,
    deadline=None,
    database=None,
    phases=(Phase.generate,),  # shrinking a world takes minutes
    suppress_health_check=list(HealthCheck),
)


class Idle:
    """Steps every week, and switches nothing."""

    every = 7

    def step(self, view: View) -> Mapping[str, bool]:
        return {}


def check(tables: ModelTables, replication: int = 0, every: float = 2.6) -> None:
    """Fail with the first difference, in rows or in what a policy saw."""
    ours: list[Any] = []
    theirs: list[Any] = []
    expected = simulate(tables, replication, partial(LooksAtAll, tables, every, ours))
    got = simulate_compiled(tables, replication, partial(LooksAtAll, tables, every, theirs))
    first = next(
        (i for i, both in enumerate(zip(ours, theirs, strict=False)) if both[0] != both[1]), None
    )
    seen = "" if first is None else f"step {first}: SimPy {ours[first]}, compiled {theirs[first]}"
    found = in_rows(expected, got) or in_accounts(expected, got) or seen

    assert not found, f"{found}\n{seen}"


@seed(4)
@SOME
@given(steered_worlds())
def test_generated_worlds_with_a_policy_run_the_same_on_both_engines(world: Scenario) -> None:
    check(tables_of(world, 0))


@seed(5)
@SOME
@given(mixed_worlds())
def test_an_idle_policy_changes_nothing_in_generated_worlds(world: Scenario) -> None:
    tables = tables_of(world, 0)
    expected = simulate_compiled(tables, 0)
    for run in (simulate, simulate_compiled):
        got = run(tables, 0, Idle)

        assert np.array_equal(got.rows, expected.rows)
        assert got.n_events == expected.n_events


def test_an_idle_policy_changes_nothing_in_april_2025() -> None:
    tables = build_model(load_design(SCENARIOS / "april_2025.yaml").alternatives["base"])

    assert np.array_equal(simulate_compiled(tables, 0, Idle).rows, simulate(tables, 0).rows)


@pytest.mark.parametrize("replication", [0, 1])
def test_the_shipped_scenario_for_policies_runs_the_same_on_both_engines(replication: int) -> None:
    own = load_design(SCENARIOS / "your_own_policy.yaml").alternatives["your_own"]

    check(build_model(own, replication), replication)


def test_a_run_that_begins_anew_for_want_of_room_asks_no_policy_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = load_design(SCENARIOS / "your_own_policy.yaml").alternatives["your_own"]
    tables = build_model(own)
    looks: list[Any] = []
    roomy = simulate_compiled(tables, 0, partial(LooksAtAll, tables, 1, looks))
    monkeypatch.setattr(engine, "_LEAST", dict.fromkeys(engine._LEAST, 8))
    again: list[Any] = []

    tight = simulate_compiled(tables, 0, partial(LooksAtAll, tables, 1, again))

    assert again == looks
    assert (in_rows(roomy, tight), in_accounts(roomy, tight)) == ("", "")
