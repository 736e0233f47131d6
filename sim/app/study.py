"""The Python way in: run a scenario file, get tidy frames and figures.

In:  a scenario file.
Out: `Study`: halts, comparison, pictures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sim.app.checking import build_all
from sim.app.chosen import only
from sim.scenario import Design, load_design

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from sim.compare import Findings
    from sim.experiment import Results

__all__ = ["Study", "run"]


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
    """

    design: Design
    results: Results
    n_runs: int

    def __repr__(self) -> str:
        """Name the study; its tables are asked for."""
        names = ", ".join(self.design.alternatives)
        return f"Study({self.design.name}: {self.n_runs} runs of each of {names})"

    def table(self, name: str) -> DataFrame:
        """Return an outcome table: runs, halts, runway, licences, shipments or service."""
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

    def plot_runway(self, by: str = "sector", names: Sequence[str] | None = None) -> Figure:
        """Return the runway figure: one panel for each sector (or site), with its fans."""
        from sim.report.figures import runway_figure

        scenario = self.design.alternatives[self.design.baseline]
        return runway_figure(self.findings(), scenario, level=by, names=names)

    def report(self, folder: str | Path | None = None) -> Path:
        """Draw every figure, write report.html, and return its path."""
        from sim.report import draw

        where = Path(folder) if folder is not None else self.results.folder / "report"
        return draw(self.findings(), self.results, self.design, where).page


def run(
    file: str | Path,
    replications: int | None = None,
    *,
    alternatives: Sequence[str] = (),
    overrides: Sequence[str] = (),
    seed: int | None = None,
    workers: int | None = None,
    results: str | Path = "results",
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
    seed : int, optional
        Default: the scenario's.
    workers : int, optional
        Processes; default: one for each core.
    results : str or Path
        Folder in which results are kept: one folder for each design, and one beside it for each
        choice of alternatives, overrides and seed.
    progress : callable (done, total), optional
        Called as shards are done.

    Raises
    ------
    ScenarioError, NetworkError
        With every fault of the file.
    """
    from sim.experiment import run_design

    design = load_design(file, overrides)
    build_all(design)
    if alternatives:
        design = only(design, alternatives)
    n_runs = replications or next(iter(design.alternatives.values())).replications
    folder = Path(results) / _folder_name(design.name, alternatives, overrides, seed)
    stored = run_design(
        design, n_runs, workers=workers, folder=folder, seed=seed, progress=progress
    )
    return Study(design, stored, n_runs)


def _folder_name(
    name: str, alternatives: Sequence[str], overrides: Sequence[str], seed: int | None
) -> str:
    """Return the design's name, with a short digest where it is not run as written."""
    if not alternatives and not overrides and seed is None:
        return name
    chosen = json.dumps([list(alternatives), list(overrides), seed])
    return f"{name}-{sha256(chosen.encode()).hexdigest()[:8]}"
