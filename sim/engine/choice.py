"""Which engine runs: the compiled one unless something is in its way, SimPy's if asked for.

Both give the same traces, so the choice is one of speed. Nothing of either is loaded before it is
asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.engine.base import Engine
from sim.engine.trace import Trace
from sim.errors import InputError
from sim.model.tables import ModelTables

if TYPE_CHECKING:
    from sim.engine.compiled.engine import Workbench
    from sim.engine.policies import PolicyFactory

__all__ = ["COMPILED", "ENGINES", "SIMPY", "Compiled", "engine_named", "in_the_way"]

COMPILED: Final = "compiled"
SIMPY: Final = "simpy"
ENGINES: Final = (COMPILED, SIMPY)

_KEPT = 16
"""Tables whose records are kept, in the hope that they are run again."""


def engine_named(name: str, policy: PolicyFactory | None = None) -> Engine:
    """Return an engine by its name, ready to run: a compiled one is compiled or loaded now.

    Parameters
    ----------
    name : str
    policy : callable, optional
        Makes the policy of every run of tables with triggers that wait for one, see
        `sim.engine.policies`; other tables run without.

    Raises
    ------
    InputError
        If there is no such engine.
    """
    if name == COMPILED:
        return Compiled(policy)
    if name == SIMPY:
        from sim.engine.reference.engine import simulate

        return simulate if policy is None else partial(_on_simpy, policy=policy)
    raise InputError(f"engine: got '{name}', need one of {', '.join(ENGINES)}")


def _on_simpy(tables: ModelTables, replication: int, policy: PolicyFactory) -> Trace:
    from sim.engine.reference.engine import simulate

    return simulate(tables, replication, policy if tables.triggers.switched else None)


def in_the_way(tables: ModelTables) -> list[str]:
    """Return what keeps the compiled engine from running a model, in words; nothing as a rule."""
    from sim.engine.compiled.limits import unsupported

    return unsupported(tables)


class Compiled:
    """The compiled engine as a function; it keeps the records of the tables it ran of late.

    One thread at a time: another one needs an engine of its own.
    """

    def __init__(self, policy: PolicyFactory | None = None) -> None:
        from sim.engine.compiled.library import kernel

        kernel()
        self._policy = policy
        self._benches: OrderedDict[int, tuple[ModelTables, Workbench]] = OrderedDict()

    def __call__(self, tables: ModelTables, replication: int) -> Trace:
        """Run one replication to the horizon."""
        bench = self._bench(tables)
        if self._policy is None or not tables.triggers.switched:
            return bench.run(replication)
        from sim.engine.compiled.engine import steered

        return steered(bench, replication, self._policy)

    def _bench(self, tables: ModelTables) -> Workbench:
        """Return the workbench of these very tables, made now if it is not there."""
        from sim.engine.compiled.engine import workbench

        kept = self._benches.get(id(tables))
        if kept is None:
            if len(self._benches) == _KEPT:
                self._benches.popitem(last=False)
            kept = tables, workbench(tables)
            self._benches[id(tables)] = kept
        return kept[1]
