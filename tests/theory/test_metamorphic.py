"""Metamorphic rows, on their own scenario and on every shipped one, with every mechanism.

Of each file in `scenarios/` the baseline is run, and each alternative that uses a mechanism that no
world before it has used: so a new scenario is covered by being there. Worlds that bring a mechanism
run to their end, because many act late; baselines that bring none run for 150 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from sim.app.mechanisms import MECHANISMS, mechanisms_of
from sim.app.verification import metamorphic, run_rows
from sim.app.verification.changes import shortened
from sim.engine import Trace, simulate
from sim.model import build_model
from sim.scenario import Scenario, load_design
from sim.units import DAY_S
from tests.conformance.test_shipped import waits_for_policy
from tests.theory.mechanism_evidence import EVIDENCE

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DAYS = 150
"""Length of worlds that bring no mechanism of their own."""

ALSO = {("other_sources", "as_announced")}
"""The baseline has stand-ins on paper, but the makers behind them never start."""

REPLICATION = {"stockpiles": 1}
"""Where goods are not short in replication 0: one in which the stockpiles are drawn on."""

IDLE = {
    "trigger that a policy in Python switches": "it needs one: tests/conformance/test_policies.py",
}
"""Mechanisms that act in no world here, and why."""


@dataclass(frozen=True)
class World:
    """A scenario, and the replication to run it in."""

    scenario: Scenario
    replication: int

    @property
    def half(self) -> int:
        """A day in the middle."""
        return self.scenario.horizon // DAY_S // 2


@cache
def shipped() -> dict[str, World]:
    """Worlds by file and alternative."""
    worlds, known = {}, set[str]()
    for path in sorted(SCENARIOS.glob("*.yaml")):
        design = load_design(path)
        names = dict.fromkeys([design.baseline, *design.alternatives])
        for name in names:
            scenario = design.alternatives[name]
            if waits_for_policy(scenario):
                continue
            new = mechanisms_of(scenario) - known
            known |= new
            if not new and (path.stem, name) not in ALSO:
                scenario = shortened(scenario, DAYS)
            if new or name == design.baseline or (path.stem, name) in ALSO:
                worlds[f"{path.stem}-{name}"] = World(scenario, REPLICATION.get(path.stem, 0))
    return worlds


@cache
def trace_of(world: str) -> Trace:
    scenario, replication = shipped()[world].scenario, shipped()[world].replication
    return simulate(build_model(scenario, replication), replication)


WORLDS = pytest.mark.parametrize("world", shipped())


@pytest.mark.parametrize("row", metamorphic.CHECKS)
def test_the_row_holds(row: str) -> None:
    assert [finding for finding in run_rows([row]) if not finding.passed] == []


def test_every_mechanism_is_asked_for() -> None:
    assert list(EVIDENCE) == [label for label, _ in MECHANISMS]
    assert IDLE.keys() <= EVIDENCE.keys()


@pytest.mark.parametrize("mechanism", EVIDENCE)
def test_a_mechanism_acts_in_some_world_that_is_checked(mechanism: str) -> None:
    using = [name for name, w in shipped().items() if mechanism in mechanisms_of(w.scenario)]
    using.sort(key=lambda name: len(shipped()[name].scenario.lanes))

    acts = any(EVIDENCE[mechanism](shipped()[name].scenario, trace_of(name)) for name in using)

    assert acts == (mechanism not in IDLE)


@WORLDS
def test_licences_that_cost_nothing_change_nothing(world: str) -> None:
    w = shipped()[world]

    assert metamorphic.free_against_none(w.scenario, w.replication) == 0


@WORLDS
def test_every_gram_is_in_one_account_after_every_event(world: str) -> None:
    begun = shortened(shipped()[world].scenario, 40)

    faults, looks, changed = metamorphic.unbalanced_looks(begun, shipped()[world].replication)

    assert (faults, changed) == (0, 0)
    assert looks > 30


@WORLDS
def test_every_gram_is_in_one_account_to_the_end(world: str) -> None:
    w = shipped()[world]

    faults, looks, changed = metamorphic.unbalanced_looks(w.scenario, w.replication, every=10)

    assert (faults, changed) == (0, 0)
    assert looks > 20


@WORLDS
def test_the_order_of_the_file_changes_nothing(world: str) -> None:
    w = shipped()[world]

    assert metamorphic.another_order(w.scenario, w.replication) == 0


@WORLDS
def test_an_uncoupled_plant_changes_nothing_elsewhere(world: str) -> None:
    w = shipped()[world]

    assert metamorphic.added_plant(w.scenario, w.replication) == 0


@WORLDS
def test_observing_changes_nothing(world: str) -> None:
    w = shipped()[world]

    assert metamorphic.more_observations(w.scenario, w.replication, hours=31) == 0


@WORLDS
def test_a_change_acts_from_its_day_on(world: str) -> None:
    w = shipped()[world]

    early, late = metamorphic.rows_before(w.scenario, w.half, w.replication)

    assert early == 0
    assert late > 0


@WORLDS
def test_a_run_does_not_know_when_it_ends(world: str) -> None:
    w = shipped()[world]

    assert metamorphic.another_end(w.scenario, w.half, w.replication) == 0


@WORLDS
def test_a_run_can_be_made_again(world: str) -> None:
    begun = shortened(shipped()[world].scenario, DAYS)

    assert metamorphic.twice(begun, shipped()[world].replication) == 0
