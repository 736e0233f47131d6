"""The Python way in: run a scenario file, get tidy frames and figures.

In:  a scenario file.
Out: `Study`: halts, comparison, pictures.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.app.checking import build_all, engine_for
from sim.app.chosen import only
from sim.app.options import Options
from sim.engine.base import waits_for_policy
from sim.errors import InputError, PolicyError
from sim.scenario import Design, load_design
from sim.scenario.variants import Variation

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from sim.compare import Findings
    from sim.engine.policies import PolicyFactory
    from sim.experiment import Results
    from sim.experiment.cluster import Cluster
    from sim.experiment.design import Plan

__all__ = ["Prepared", "Study", "prepare", "run"]


@dataclass(frozen=True)
class Study:
    """A scenario that has been run.

    Parameters
    ----------
    design : Design
        What was run.
    results : Results
        The stored tables.
    n_runs : int
        Replications of every alternative that tables use.
    is_kept : bool
        False if a policy was run: its results go when the study does.
    """

    design: Design
    results: Results
    n_runs: int
    is_kept: bool = True

    def __repr__(self) -> str:
        """Name the study; its tables are asked for."""
        names = ", ".join(self.design.alternatives)
        return f"Study({self.design.name}: {self.n_runs} runs of each of {names})"

    def table(self, name: str) -> DataFrame:
        """Return an outcome table, such as halts; the names are those of `OUTCOME_TABLES`."""
        return self.results.table(name, n=self.n_runs)

    def halts(self) -> DataFrame:
        """Return every halt, one row each; columns as in `sim.columns`."""
        return self.table("halts")

    def findings(self, baseline: str | None = None) -> Findings:
        """Return all comparison tables against the baseline (default: the scenario's)."""
        from sim.compare import compare

        return compare(self.results, baseline=baseline or self.design.baseline, n=self.n_runs)

    def summary(self) -> DataFrame:
        """Return halted share, first halt, restricted mean, downtime and loss by alternative."""
        return self.findings().summary

    def compare(self, baseline: str | None = None) -> DataFrame:
        """Return paired differences against the baseline, run by run under the same luck."""
        return self.findings(baseline).paired

    def structural(self) -> DataFrame:
        """Return figures under each setting of the licence desks, and how far they lie apart."""
        return self.findings().structural

    def costs(self) -> DataFrame:
        """Return what stocks and measures cost by alternative and category [USD]."""
        return self.findings().cost_totals

    def plot_runway(self, by: str = "sector", names: Sequence[str] | None = None) -> Figure:
        """Return the runway figure: one panel for each sector (or site), with its fans."""
        from sim.report.figures import runway_figure
        from sim.report.settings import in_one_setting

        scenario = self.design.alternatives[self.design.baseline]
        return runway_figure(in_one_setting(self.findings()), scenario, level=by, names=names)

    def report(self, folder: str | Path | None = None) -> Path:
        """Draw every figure, write report.html, and return its path.

        Raises
        ------
        InputError
            If the results are not kept, and no folder is named.
        """
        from sim.report import draw

        if folder is None and not self.is_kept:
            raise InputError("report: name a folder, as results of a policy are not kept")

        where = Path(folder) if folder is not None else self.results.folder / "report"
        return draw(self.findings(), self.results, self.design, where).page


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario file that was read and found good, ready to be run.

    Parameters
    ----------
    design : Design
        What is to be run.
    n_runs : int
        Replications of every alternative.
    folder : Path
        Where results go.
    options : Options
        What was asked for.
    in_way : tuple of str
        What keeps the compiled engine from running it, in words.
    """

    design: Design
    n_runs: int
    folder: Path
    options: Options
    in_way: tuple[str, ...]

    @property
    def engine(self) -> str:
        """Which engine runs it."""
        return engine_for(self.options.engine, self.in_way)

    def plan(self) -> Plan:
        """Return the shards."""
        from sim.experiment.design import plan_of

        return plan_of(self.design, self.n_runs, self.options.seed, self.engine)

    def run(self, progress: Callable[[int, int], None] | None = None) -> Study:
        """Run what is not stored yet.

        Raises
        ------
        ReplicationsFailed, StorageError, Refused, FolderInUse
            As `sim.experiment.run_design`.
        """
        from sim.experiment import run_design

        asked = self.options
        if asked.policy is not None:
            return self._with_policy(asked.policy, progress)
        stored = run_design(
            self.design, self.n_runs, asked.workers, self.folder, asked.seed, progress,
            allow_large=asked.allow_large, cluster=asked.cluster, engine=self.engine,
        )  # fmt: skip
        return Study(self.design, stored, self.n_runs)

    def _with_policy(
        self, policy: PolicyFactory, progress: Callable[[int, int], None] | None
    ) -> Study:
        """Run everything in this process, into a folder that goes when the study does.

        A policy is Python: it may depend on anything, so no key could say when it is another one,
        and results that were stored under one could be passed off as those of another.
        """
        from sim.experiment import run_design

        folder = Path(tempfile.mkdtemp(prefix="magnet-runway-policy-"))
        try:
            stored = run_design(
                self.design, self.n_runs, 1, folder / self.design.name, self.options.seed,
                progress, allow_large=self.options.allow_large, engine=self.engine, policy=policy,
            )  # fmt: skip
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        weakref.finalize(stored, shutil.rmtree, folder, ignore_errors=True)
        return Study(self.design, stored, self.n_runs, is_kept=False)

    def stored(self) -> Study:
        """Open what was run before."""
        from sim.experiment import load

        return Study(self.design, load(self.folder), self.n_runs)


def prepare(file: str | Path, options: Options) -> Prepared:
    """Read a scenario file and build every alternative, so that faults show before any run.

    Raises
    ------
    ScenarioError, NetworkError
        With every fault of the file.
    InputError
        If an alternative is not known, the engine that is asked for cannot run it, or a policy is
        missing, or waited for by nothing, or to run on a cluster.
    Refused
        If a sweep makes too many alternatives.
    """
    variation = Variation(options.sweeps, options.desks, options.allow_large)
    design = load_design(file, options.overrides, variation)
    if options.alternatives:
        design = only(design, options.alternatives)
    in_way = build_all(design)
    _check_policy(design, options)
    engine_for(options.engine, in_way)
    n_runs = options.replications or next(iter(design.alternatives.values())).replications
    return Prepared(design, n_runs, options.folder(design.name), options, in_way)


def _check_policy(design: Design, options: Options) -> None:
    """Refuse triggers that wait for a policy without one, and a policy that nothing waits for."""
    waiting = sorted(
        {
            name
            for scenario in design.alternatives.values()
            for name, trigger in scenario.triggers.items()
            if trigger.when == "policy"
        }
    )
    if options.policy is None:
        if waiting:
            raise PolicyError(waits_for_policy(design.name, waiting))
    elif not waiting:
        raise PolicyError(f"policy: no trigger of {design.name} says `when: policy`")
    elif options.cluster is not None:
        raise PolicyError("policy: it runs in this process; leave out cluster")


def run(
    file: str | Path,
    replications: int | None = None,
    *,
    alternatives: Sequence[str] = (),
    overrides: Sequence[str] = (),
    sweeps: Sequence[str] = (),
    desks: str = "",
    seed: int | None = None,
    workers: int | None = None,
    results: str | Path = "results",
    cluster: str | Cluster | None = None,
    engine: str = "",
    policy: PolicyFactory | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Run every alternative of a scenario file; what is already stored is not run again.

    Parameters
    ----------
    file : str or Path
        Scenario file.
    replications : int, optional
        For every alternative; default: the scenario's. Whole shards of 25 are run.
    alternatives : sequence of str
        Only these; default: all.
    overrides : sequence of str
        `path=value`, as `--set` on the command line.
    sweeps : sequence of str
        `path=value,value`, as `--sweep`: an alternative for each value.
    desks : str
        A setting for every licence desk, or `all` for each in turn; default: as in the file.
    seed : int, optional
        Default: the scenario's.
    workers : int, optional
        Processes; default: one for each core.
    results : str or Path
        Where results are kept: a folder for each design, and one beside it for each choice.
    cluster : str or Cluster, optional
        `local`, or the address of a Dask scheduler, see `sim.experiment.cluster.Cluster`.
    engine : str
        compiled or simpy; default: compiled, unless something in the scenario is in its way.
    policy : callable, optional
        Makes your own policy for each replication, see `sim.engine.policies`; nothing is stored.
    progress : callable (done, total), optional
        Called as shards are done.

    Raises
    ------
    ScenarioError, NetworkError, PolicyError
        With every fault of the file, or with the day on which the policy failed.
    """
    from sim.experiment.cluster import Cluster

    where = Cluster(cluster) if isinstance(cluster, str) else cluster
    options = Options(
        replications, tuple(alternatives), tuple(overrides), tuple(sweeps), desks, seed, workers,
        Path(results), cluster=where, engine=engine, policy=policy,
    )  # fmt: skip
    return prepare(file, options).run(progress)
