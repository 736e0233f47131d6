"""Tables of replications, built as seldom as possible.

What a scenario leaves to chance is drawn for each replication, and gives tables of its own;
replications in which the same came of it share them. Without chance there is one set of tables.

In:  the scenarios of alternatives.
Out: `ModelTables` of an alternative and a replication.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from sim.model import ModelTables, build_model
from sim.model.chances import Drawn, realise
from sim.scenario import Scenario

__all__ = ["Worlds"]

_KEPT: Final = 16
"""Tables of one alternative that are kept, in the hope that the same is drawn again."""


class Worlds:
    """Builds tables, and keeps those of the alternative that was asked for last.

    Parameters
    ----------
    scenario_of : callable
        Name of an alternative -> `Scenario`.
    """

    def __init__(self, scenario_of: Callable[[str], Scenario]) -> None:
        self._scenario_of = scenario_of
        self._alternative: tuple[str, Scenario] | None = None
        self._built: deque[tuple[Scenario, Drawn, ModelTables]] = deque(maxlen=_KEPT)

    def tables(self, alternative: str, replication: int) -> ModelTables:
        """Return the tables of a replication, those of an earlier one if they are the same.

        Raises
        ------
        NetworkError, DataError
            If the scenario cannot be built.
        """
        if self._alternative is None or self._alternative[0] != alternative:
            self._alternative = (alternative, self._scenario_of(alternative))
            self._built.clear()
        scenario = self._alternative[1]
        realised, drawn = realise(scenario, replication)
        for known, known_drawn, tables in self._built:
            # What is not left to chance is the same object in both, so this is quick.
            if known_drawn == drawn and known == realised:
                return tables
        tables = build_model(scenario, replication)
        self._built.append((realised, drawn, tables))
        return tables
