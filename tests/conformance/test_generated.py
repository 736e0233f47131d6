"""Hundreds of generated worlds run the same on both engines, in several parts that run at once."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from sim.scenario import Scenario
from tests.conformance.agreement import difference
from tests.conformance.mixed import mixed_worlds, tables_of
from tests.engine.generated import worlds
from tests.engine.generated_supply import supply_worlds
from tests.engine.licence_worlds import licence_worlds

WORLDS: dict[str, tuple[Callable[[], SearchStrategy[Scenario]], int]] = {
    "networks": (worlds, 60),
    "supply": (supply_worlds, 60),
    "licences": (licence_worlds, 60),
    "mixed": (mixed_worlds, 60),
}
"""Kinds of worlds, and how many of them a part runs."""
PARTS = {"networks": 2, "supply": 2, "licences": 2, "mixed": 4}


def check(world: Scenario) -> None:
    """Fail with the first difference of a world."""
    for replication in (0, 1):
        found = difference(tables_of(world, replication), replication)

        assert not found, found


def examples(kind: str, part: int) -> Any:
    """Return a test of one part: as many worlds of a kind, drawn from a seed of their own."""
    strategy, n_worlds = WORLDS[kind]
    many = settings(
        max_examples=n_worlds,
        deadline=None,
        database=None,
        phases=(Phase.generate,),  # shrinking a world takes minutes
        suppress_health_check=list(HealthCheck),
    )
    return seed(part)(many(given(strategy())(check)))


@pytest.mark.parametrize(
    ("kind", "part"), [(kind, part) for kind, parts in PARTS.items() for part in range(parts)]
)
def test_generated_worlds_run_the_same_on_both_engines(kind: str, part: int) -> None:
    examples(kind, part)()


@seed(9)
@settings(max_examples=30, deadline=None, database=None, phases=(Phase.generate,),
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(mixed_worlds())
def test_what_is_granted_at_filing_is_granted_by_both_engines(world: Scenario) -> None:
    found = difference(tables_of(world, 0, granted=(0, 2)), 0)

    assert not found, found
