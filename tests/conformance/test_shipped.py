"""Every scenario that is shipped runs the same on both engines, in all its alternatives."""

from pathlib import Path

import pytest

from sim.model import build_model
from sim.scenario import Scenario, load_design
from tests.conformance.agreement import difference

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))
VERIFICATION = sorted((SCENARIOS / "verification").glob("*.yaml"))


def first_difference(scenario: Scenario, replications: tuple[int, ...]) -> str:
    """Return where the engines differ first in replications of a scenario."""
    found = (difference(build_model(scenario, number), number) for number in replications)
    return next(filter(None, found), "")


def waits_for_policy(scenario: Scenario) -> bool:
    """Whether a scenario runs with a policy only, which somebody writes in Python."""
    return any(trigger.when == "policy" for trigger in scenario.triggers.values())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_runs_the_same_on_both_engines(path: Path) -> None:
    for name, scenario in load_design(path).alternatives.items():
        if waits_for_policy(scenario):
            continue  # test_policies.py runs it with one
        found = first_difference(scenario, (0,))

        assert not found, f"{name}: {found}"


@pytest.mark.parametrize("path", VERIFICATION, ids=lambda path: path.stem)
def test_a_verification_scenario_runs_the_same_on_both_engines(path: Path) -> None:
    for name, scenario in load_design(path).alternatives.items():
        found = first_difference(scenario, (0, 1))

        assert not found, f"{name}: {found}"
