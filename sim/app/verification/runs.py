"""Runs of the scenario files that the verification table describes, and what is read off them.

In:  the name of a file in `scenarios/verification`, an alternative, overrides.
Out: `ModelTables`, traces, and single facts: when a plant first halts, how long files wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine import Kind, Trace
from sim.engine.draws import Draws
from sim.engine.reference.engine import Run
from sim.engine.rules import WORK
from sim.model import ModelTables, build_model
from sim.scenario import load_scenario
from sim.scenario.shipped import shipped_scenarios
from sim.units import DAY_S

__all__ = ["FileTimes", "FirstHalt", "file_times", "first_halt", "first_halts", "tables_of"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def tables_of(
    file: str, alternative: str | None = None, overrides: Sequence[str] = ()
) -> ModelTables:
    """Load one alternative of a verification scenario and build its tables.

    Parameters
    ----------
    file : str
        Name of a file in `scenarios/verification`, without `.yaml`.
    alternative : str, optional
        The file's baseline if not given.
    overrides : sequence of str
        `path=value`, as on the command line.
    """
    path = shipped_scenarios() / "verification" / f"{file}.yaml"
    return build_model(load_scenario(path, alternative, tuple(overrides)))


@dataclass(frozen=True)
class FirstHalt:
    """The first halt of any site in one run.

    Parameters
    ----------
    days : float
        When it begins [d]; infinite if there is none before the horizon.
    item : str
        The input that ran out; "" if there is none.
    """

    days: float
    item: str


def first_halt(tables: ModelTables, replication: int) -> FirstHalt:
    """Step the engine until a site halts or the horizon is reached."""
    run = Run(tables, replication)
    rows = run.rows.rows
    seen = 0
    while run.clock.peek() < tables.horizon_s:
        run.clock.step()
        for row in rows[seen:]:
            if row[1] == Kind.HALTED:
                out = [r[2] for r in rows if r[1] == Kind.STOCKED_OUT]
                return FirstHalt(row[0] / DAY_S, tables.inputs.item[out[-1]])
        seen = len(rows)
    return FirstHalt(float("inf"), "")


def first_halts(tables: ModelTables, n_replications: int) -> FloatArray:
    """Return the day of the first halt of each replication, shape (R,); infinite for none."""
    return np.array([first_halt(tables, r).days for r in range(n_replications)])


@dataclass(frozen=True)
class FileTimes:
    """What became of the files of one stream of applicants, in order of filing, axis K.

    Parameters
    ----------
    filed_s, decided_s : ndarray of int64, shape (K,)
        Seconds; a file still pending at the horizon is "decided" at 2^62.
    review_s : ndarray of int64, shape (K,)
        How long an officer needs for it [s], from its own draw of work.
    """

    filed_s: IntArray
    decided_s: IntArray
    review_s: IntArray

    @property
    def wait_days(self) -> FloatArray:
        """Time from filing until an officer takes the file up [d], shape (K,)."""
        return (self.decided_s - self.filed_s - self.review_s) / DAY_S

    @property
    def sojourn_days(self) -> FloatArray:
        """Time from filing to the decision [d], shape (K,)."""
        return (self.decided_s - self.filed_s) / DAY_S


def file_times(trace: Trace, stream: str) -> FileTimes:
    """Read a stream's files off a trace; files of the backlog are not among them.

    The review time is the file's work times the mean review time of the first regime: for
    scenarios in which that never changes.
    """
    tables = trace.tables
    a = tables.applicants.name.index(stream)
    source = len(tables.lanes.name) + a
    filed, decided = (
        rows[(rows[:, 2] == source) & (rows[:, 3] >= 0)]
        for rows in (trace.of(Kind.FILED), trace.of(Kind.DECIDED))
    )
    decided_s = np.full(len(filed), 2**62, dtype=np.int64)
    decided_s[decided[:, 3]] = decided[:, 0]
    draws = Draws(tables, trace.replication)
    work = np.array([draws.work(source, 0, k, 0) for k in range(len(filed))], dtype=np.int64)
    mean_s = int(tables.regimes.mean_review_s[0, tables.applicants.file_class[a]])
    return FileTimes(filed[:, 0], decided_s, -((-work * mean_s) // WORK))
