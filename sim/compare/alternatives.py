"""What each alternative does to each site, sector and country, and by how much it beats another.

A site's share of halts has a Wilson interval: its replications are independent. Plants of a group
share a licence desk, so a group's share and median are resampled by whole replications, and its
means are taken per replication first. Where nothing halted in n runs, the share is below
1 - 0.05^(1/n), never 0; where everything halted, Wilson's lower end stands on the other side.

In:  `Source`.
Out: the tables `summary` and `paired`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.compare.frames import frame_of_rows
from sim.compare.panel import Group, Panel, Source, groups_of, panels_of
from sim.compare.resample import LEVEL, Resamples
from sim.scenario.variants import sibling
from sim.stats.intervals import (
    Interval,
    moments,
    quantile_interval,
    t_interval,
    upper_bound_when_none,
    wilson,
)
from sim.stats.paired import paired_difference
from sim.stats.survival import kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["paired", "paired_of", "summary", "summary_of"]

FloatArray = NDArray[np.float64]


def summary(source: Source, n: int | None = None) -> pd.DataFrame:
    """Return how each site, sector and country fares under each alternative.

    Parameters
    ----------
    source : Source
    n : int, optional
        Use the first `n` replications; all by default.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.SUMMARY`. A median or an end of an interval that was not reached,
        or cannot be bounded, is NaN.
    """
    return summary_of(panels_of(source, n))


def summary_of(panels: Iterable[Panel]) -> pd.DataFrame:
    """Return the summary of panels that were laid out before."""
    rows = []
    for panel in panels:
        resamples = Resamples.of(panel.n_runs)
        groups = [group for group in groups_of(panel) if group.level != "all"]
        rows += [_summary_row(panel, group, resamples) for group in groups]
    return frame_of_rows("summary", rows)


def paired(source: Source, baseline: str | None = None, n: int | None = None) -> pd.DataFrame:
    """Return each alternative minus the baseline, replication by replication.

    Sites that only one of the two has are left out. With a single replication there is a
    difference but no interval (NaN).

    Parameters
    ----------
    source : Source
    baseline : str, optional
        The design's by default.
    n : int, optional
        Use the first `n` replications; all by default.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.PAIRED`; positive is better than the baseline.
    """
    return paired_of(panels_of(source, n), source.baseline if baseline is None else baseline)


def paired_of(panels: Iterable[Panel], baseline: str) -> pd.DataFrame:
    """Return the differences of panels that were laid out before.

    Of alternatives in several variants (values of a sweep, settings of a desk), each is compared
    with the baseline's variant of the same values, if there is one.
    """
    every = {panel.alternative: panel for panel in panels}
    rows = []
    for panel in every.values():
        base = every[sibling(panel.alternative, baseline, every)]
        if panel is base:
            continue
        groups = [group for group in groups_of(_common(panel, base)) if group.level != "all"]
        rows += [_paired_row(panel, base, group) for group in groups]
    return frame_of_rows("paired", rows)


def halted_share(panel: Panel, group: Group, resamples: Resamples) -> tuple[float, Interval]:
    """Return the share of sites that halt, and its interval.

    Parameters
    ----------
    panel, group : Panel, Group
    resamples : Resamples
        Of the replications of the panel.
    """
    halted = panel.halted[:, group.columns(panel)]
    n_runs, n_sites = halted.shape
    counts = halted.sum(axis=1)
    total = int(counts.sum())
    share = total / (n_runs * n_sites)
    if total == 0:
        return 0.0, Interval(0.0, upper_bound_when_none(n_runs, LEVEL))
    if total == n_runs * n_sites:
        return 1.0, wilson(n_runs, n_runs, LEVEL)
    if group.level == "site":
        return share, wilson(total, n_runs, LEVEL)
    return share, resamples.share(counts.astype(np.float64), n_sites)


def _summary_row(panel: Panel, group: Group, resamples: Resamples) -> dict[str, Any]:
    columns = group.columns(panel)
    halted, first = panel.halted[:, columns], panel.first_halt_days[:, columns]
    days = np.where(halted, first, math.inf)
    median = kaplan_meier(first, halted).median
    if group.level == "site":
        median_ends = quantile_interval(days[:, 0], 0.5, LEVEL)
    else:
        median_ends = resamples.median(days)
    horizon = panel.horizon_days
    share, share_ends = halted_share(panel, group, resamples)
    return {
        **_labels(panel, group),
        **_triple("halted_share", share, share_ends),
        **_triple("first_halt_days_median", median, median_ends),
        **_mean("restricted_mean_days", _site_mean(first), horizon),
        **_mean("downtime_days_mean", _site_mean(panel.downtime_days[:, columns]), horizon),
        **_mean("lost_units_mean", _site_sum(panel.lost_units[:, columns]), math.inf),
    }


def _paired_row(panel: Panel, base: Panel, group: Group) -> dict[str, Any]:
    ours, theirs = group.columns(panel), group.columns(base)
    tau = min(panel.horizon_days, base.horizon_days)

    def later(one: Panel, columns: NDArray[np.int64]) -> FloatArray:
        return _site_mean(np.minimum(one.first_halt_days[:, columns], tau))

    mine, other = panel.halted[:, ours], base.halted[:, theirs]
    return {
        **_labels(panel, group),
        "baseline": base.alternative,
        **_difference("later_halt_days", later(panel, ours), later(base, theirs)),
        **_difference(
            "less_downtime_days",
            _site_mean(base.downtime_days[:, theirs]),
            _site_mean(panel.downtime_days[:, ours]),
        ),
        **_difference(
            "less_lost_units",
            _site_sum(base.lost_units[:, theirs]),
            _site_sum(panel.lost_units[:, ours]),
        ),
        "p_halt_difference": (int(mine.sum()) - int(other.sum())) / mine.size,
    }


def _labels(panel: Panel, group: Group) -> dict[str, Any]:
    return {
        "alternative": panel.alternative,
        "level": group.level,
        "name": group.name,
        "kind": group.kind,
        "n_sites": len(group.sites),
        "n_runs": panel.n_runs,
    }


def _triple(name: str, value: float, ends: Interval) -> dict[str, float]:
    """Return a value and its interval; what is infinite was not reached, or has no bound: NaN."""
    found = {name: value, f"{name}_low": ends.low, f"{name}_high": ends.high}
    return {key: number if math.isfinite(number) else math.nan for key, number in found.items()}


def _mean(name: str, per_run: FloatArray, most: float) -> dict[str, float]:
    """Return a mean over replications with Student's interval, within what is possible."""
    ends = t_interval(per_run, LEVEL)
    return _triple(name, moments(per_run).mean, Interval(max(0.0, ends.low), min(most, ends.high)))


def _difference(name: str, better: FloatArray, worse: FloatArray) -> dict[str, float]:
    if better.size < 2:
        return _triple(name, moments(better - worse).mean, Interval(-math.inf, math.inf))
    found = paired_difference(better, worse, LEVEL)
    return _triple(name, found.mean, Interval(found.low, found.high))


def _site_sum(values: FloatArray) -> FloatArray:
    """Add up over sites, (R, S) -> (R,), one site after another: the same digits everywhere."""
    total: FloatArray = np.add.reduce(np.ascontiguousarray(values.T), axis=0)
    return total


def _site_mean(values: FloatArray) -> FloatArray:
    mean: FloatArray = _site_sum(values) / values.shape[1]
    return mean


def _common(panel: Panel, base: Panel) -> Panel:
    """Return a panel that has only the sites of both (labels; its arrays are not used)."""
    both = [number for number, site in enumerate(panel.site) if site in set(base.site)]

    def pick(labels: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(labels[number] for number in both)

    return Panel(
        panel.alternative,
        panel.horizon_days,
        pick(panel.site),
        pick(panel.kind),
        pick(panel.sector),
        pick(panel.country),
        panel.first_halt_days[:, both],
        panel.halted[:, both],
        panel.downtime_days[:, both],
        panel.lost_units[:, both],
    )
