"""Metamorphic rows, on their own scenario and on every shipped one."""

from functools import cache
from pathlib import Path

import pytest

from sim.app.verification import metamorphic, run_rows
from sim.app.verification.changes import shortened
from sim.scenario import Scenario, load_design
from tests.conformance.test_shipped import waits_for_policy

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DAYS = 75


@cache
def shipped() -> dict[str, Scenario]:
    """The first 75 days of every shipped file: its baseline and its last alternative."""
    worlds = {}
    for path in sorted(SCENARIOS.glob("*.yaml")):
        design = load_design(path)
        for name in dict.fromkeys([design.baseline, list(design.alternatives)[-1]]):
            if not waits_for_policy(design.alternatives[name]):
                worlds[f"{path.stem}-{name}"] = shortened(design.alternatives[name], DAYS)
    return worlds


WORLDS = pytest.mark.parametrize("world", shipped())


@pytest.mark.parametrize("row", metamorphic.CHECKS)
def test_the_row_holds(row: str) -> None:
    assert [finding for finding in run_rows([row]) if not finding.passed] == []


@WORLDS
def test_licences_that_cost_nothing_change_nothing(world: str) -> None:
    assert metamorphic.free_against_none(shipped()[world]) == 0


@WORLDS
def test_every_gram_is_in_one_account_after_every_event(world: str) -> None:
    faults, looks, changed = metamorphic.unbalanced_looks(shortened(shipped()[world], 40))

    assert (faults, changed) == (0, 0)
    assert looks > 30


@WORLDS
def test_the_order_of_the_file_changes_nothing(world: str) -> None:
    assert metamorphic.another_order(shipped()[world]) == 0


@WORLDS
def test_an_uncoupled_plant_changes_nothing_elsewhere(world: str) -> None:
    assert metamorphic.added_plant(shipped()[world]) == 0


@WORLDS
def test_observing_changes_nothing(world: str) -> None:
    assert metamorphic.more_observations(shipped()[world]) == 0


@WORLDS
def test_a_change_acts_from_its_day_on(world: str) -> None:
    early, late = metamorphic.rows_before(shipped()[world], 30)

    assert early == 0
    assert late > 0


@WORLDS
def test_a_run_can_be_made_again(world: str) -> None:
    assert metamorphic.twice(shipped()[world]) == 0
