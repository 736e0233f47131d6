"""Everything that a comparison of alternatives says, in small tables.

In:  `Source`, such as the results of a design.
Out: `Findings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sim.compare.alternatives import paired_of, summary_of
from sim.compare.costs import cost_totals_of
from sim.compare.halt_curves import halt_curves_of
from sim.compare.licences import backlog_of, files_of, waits_of
from sim.compare.panel import Source, panels_of
from sim.compare.resample import LEVEL
from sim.compare.runway import runway_fans_of
from sim.compare.structural import structural_of
from sim.errors import InputError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Findings", "Place", "compare"]


@dataclass(frozen=True, slots=True)
class Place:
    """What kind of site it is, in which sector (empty: none) and country."""

    kind: str
    sector: str
    country: str


@dataclass(frozen=True, eq=False)
class Findings:
    """A comparison; columns of each table as in `sim.columns.COMPARISON_TABLES`.

    Parameters
    ----------
    design, baseline : str
    alternatives : tuple of str
        In the order of the design.
    n_runs : int
        Replications of each alternative.
    start : date
        Day 0.
    horizon_days : float
        The longest run [d].
    level : float
        Nominal coverage of intervals.
    places : mapping of (alternative, site) to Place
        Of every site in the summary.
    summary, paired, structural, halt_curves, waits, backlog, runway_fans, cost_totals : DataFrame
    """

    design: str
    baseline: str
    alternatives: tuple[str, ...]
    n_runs: int
    start: date
    horizon_days: float
    level: float
    places: Mapping[tuple[str, str], Place]
    summary: pd.DataFrame
    paired: pd.DataFrame
    structural: pd.DataFrame
    halt_curves: pd.DataFrame
    waits: pd.DataFrame
    backlog: pd.DataFrame
    runway_fans: pd.DataFrame
    cost_totals: pd.DataFrame


def compare(source: Source, baseline: str | None = None, n: int | None = None) -> Findings:
    """Compare the alternatives of a design.

    Parameters
    ----------
    source : Source
        Such as `sim.experiment.load(folder)`.
    baseline : str, optional
        The alternative to compare with; the design's own by default.
    n : int, optional
        Use the first `n` replications; all by default.

    Raises
    ------
    InputError
        If there is no such alternative, or `n` is out of range.
    """
    base = source.baseline if baseline is None else baseline
    if base not in source.alternatives:
        hint = did_you_mean(base, source.alternatives) or ", ".join(source.alternatives)
        raise InputError(f"baseline: no alternative '{base}' ({hint})")
    panels = panels_of(source, n)
    files = files_of(source, n)
    summary = summary_of(panels)
    return Findings(
        design=source.design,
        baseline=base,
        alternatives=source.alternatives,
        n_runs=len(source.replications(n)),
        start=source.start,
        horizon_days=max(panel.horizon_days for panel in panels),
        level=LEVEL,
        places={
            (panel.alternative, site): Place(*place)
            for panel in panels
            for site, *place in zip(
                panel.site, panel.kind, panel.sector, panel.country, strict=True
            )
        },
        summary=summary,
        paired=paired_of(panels, base),
        structural=structural_of(summary),
        halt_curves=halt_curves_of(panels),
        waits=waits_of(files, base),
        backlog=backlog_of(files),
        runway_fans=runway_fans_of(source, panels, n),
        cost_totals=cost_totals_of(source, base, n),
    )
