"""What every engine is: a function from tables and a replication number to a trace.

Engines agree row for row; which one runs is a matter of speed, not of results.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sim.engine.trace import Trace
from sim.errors import PolicyError
from sim.model.tables import ModelTables

__all__ = ["Engine", "refuse_without_policy", "waits_for_policy"]


class Engine(Protocol):
    """An engine."""

    def __call__(self, tables: ModelTables, replication: int) -> Trace:
        """Run one replication to the horizon.

        Parameters
        ----------
        tables : ModelTables
            From `sim.model.build_model`.
        replication : int
            Index of the random history, from 0; the same for every alternative.
        """
        ...


def refuse_without_policy(tables: ModelTables) -> None:
    """Refuse to run what waits for a policy: nothing would ever switch its triggers.

    Raises
    ------
    PolicyError
        Naming the triggers.
    """
    names = [tables.triggers.name[g] for g in tables.triggers.switched]
    if names:
        raise PolicyError(waits_for_policy(tables.scenario, names))


def waits_for_policy(scenario: str, triggers: Iterable[str]) -> str:
    """Return what to say of a scenario whose triggers nobody switches."""
    named = ", ".join(f"'{name}'" for name in triggers)
    return (
        f"{scenario}: a policy written in Python switches {named} (`when: policy`), and none is "
        "given: run it from Python with sim.run(file, policy=...)"
    )
