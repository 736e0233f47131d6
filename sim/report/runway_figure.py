"""Inventory runway by date: how long each sector or plant could go on without another licence.

In:  `runway_fans` of a comparison, and the scenario's dated events.
Out: a picture with one panel for each sector or plant.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.errors import InputError, Problem, did_you_mean
from sim.outcomes.runway import CHAIN_LIMIT_DAYS
from sim.report.events import EventMarks
from sim.report.layout import Sheet, date_axis
from sim.report.legend import line_legend
from sim.report.names import (
    Compared,
    alternative_labels,
    group_label,
    level_names,
    runs_text,
)
from sim.report.style import GRID, LineLook, Picture, line_looks, styled
from sim.scenario.schema import Scenario

__all__ = ["runway_figure"]

_WIDTH = 9.0
_LEFT, _RIGHT = 0.65, 0.2
_PANEL, _GAP = 1.75, 0.62
_BAND_ALPHA = 0.16


def runway_figure(
    findings: Compared,
    scenario: Scenario,
    level: str = "sector",
    names: Sequence[str] | None = None,
    alternatives: Sequence[str] | None = None,
) -> Picture:
    """Runway [days] by calendar date, one panel for each sector or plant.

    Lines are medians over plants and replications. The band runs from the 10 % to the 90 %
    quantile; it is drawn for the baseline, and for every alternative if at most two are asked for.

    Parameters
    ----------
    findings : Findings
        A comparison.
    scenario : Scenario
        Its events are marked.
    level : str
        `sector` or `site`.
    names : sequence of str, optional
        Sectors or sites; by default all of them.
    alternatives : sequence of str, optional
        By default all of them.

    Returns
    -------
    Picture
        A matplotlib figure.

    Raises
    ------
    InputError
        If a name is not in the comparison.
    """
    known = level_names(findings.runway_fans, level)
    groups = _chosen(names, known, level) if names is not None else known
    shown = _chosen(alternatives, findings.alternatives, "alternative")
    with styled():
        return _drawn(findings, scenario, level, groups, shown)


def _chosen(wanted: Sequence[str] | None, known: Sequence[str], what: str) -> tuple[str, ...]:
    if wanted is None:
        return tuple(known)
    missing = [name for name in wanted if name not in known]
    if missing:
        raise InputError(
            Problem(name, "unknown", f"need a {what} of the comparison", did_you_mean(name, known))
            for name in missing
        )
    return tuple(wanted)


def _drawn(findings: Compared, scenario: Scenario, level: str, groups: Sequence[str],
           shown: Sequence[str]) -> Picture:  # fmt: skip
    looks = line_looks(findings.alternatives, findings.baseline)
    labels = alternative_labels(findings)
    banded = set(shown) if len(shown) <= 2 else {findings.baseline} & set(shown)
    width = _WIDTH - _LEFT - _RIGHT
    marks = EventMarks(scenario.events, findings.start, findings.horizon_days, width)
    legend = line_legend([(labels[name], looks[name]) for name in shown], _WIDTH - 0.3)
    top = legend.height + 0.3 + marks.strip_height
    step = _PANEL + _GAP
    body = top + step * len(groups) - 0.1 + marks.key_height(_WIDTH - 0.3)
    table = findings.runway_fans[findings.runway_fans["level"] == level]
    by_group = {group: table[table["name"] == group] for group in groups}
    tops = {group: _top(rows, shown, banded, findings.baseline) for group, rows in by_group.items()}
    above = any(
        _highest(by_group[group]["runway_days_p50"], np.inf) > top for group, top in tops.items()
    )
    sheet = Sheet(
        _WIDTH, body, "How long the stock lasts, by date",
        "Inventory runway: days until what is in stock, licensed and moving, or free of licences "
        "runs out in some tier. At 0 a plant stands.",
        _caption(findings, [labels[name] for name in shown if name in banded],
                 above=above, events=marks.any),
    )  # fmt: skip
    legend.draw(sheet, 0.15, 0.0)
    panels = []
    for number, group in enumerate(groups):
        axes = sheet.panel(_LEFT, top + number * step, width, _PANEL)
        _panel(axes, by_group[group], [(name, looks[name]) for name in shown], banded)
        axes.set_ylim(0.0, tops[group] * 1.05)
        date_axis(axes, findings.start, findings.horizon_days)
        pad = 6 + (marks.strip_height * 72 if number == 0 else 0)
        axes.set_title(group_label(level, group), loc="left", size=9.5, weight="bold", pad=pad)
        panels.append(axes)
    marks.draw(panels)
    marks.draw_key(sheet, 0.15, top + step * len(groups) - 0.05, _WIDTH - 0.3)
    return sheet.picture


def _top(table: pd.DataFrame, shown: Sequence[str], banded: set[str], baseline: str) -> float:
    """Top of a panel [days].

    Half as much again as the highest median of the baseline, so that the low runways, which matter,
    have room; a runway of a year or more does not count. Never more than there is to show.
    """
    seen = table[table["alternative"].isin(list(shown))]
    of = baseline if baseline in set(seen["alternative"]) else next(iter(shown), "")
    middle = seen.loc[seen["alternative"] == of, "runway_days_p50"]
    begin = seen.loc[seen["day"] == seen["day"].min(), "runway_days_p50"]
    wanted = max(1.5 * _highest(middle), _highest(begin))
    high = seen.loc[seen["alternative"].isin(banded), "runway_days_p90"]
    least = max(_highest(seen["runway_days_p50"], np.inf), _highest(high, np.inf))
    return min(wanted, least) or min(least, CHAIN_LIMIT_DAYS) or 1.0


def _highest(days: pd.Series[float], below: float = CHAIN_LIMIT_DAYS) -> float:
    known = days.to_numpy(dtype=np.float64)
    return float(np.max(known[np.isfinite(known) & (known < below)], initial=0.0))


def _panel(axes: Axes, table: pd.DataFrame, looks: Sequence[tuple[str, LineLook]],
           banded: set[str]) -> None:  # fmt: skip
    for order, (name, look) in enumerate(looks):
        rows = table[table["alternative"] == name].sort_values("day")
        day, low, middle, high = (
            rows[column].to_numpy(dtype=np.float64)
            for column in ("day", "runway_days_p10", "runway_days_p50", "runway_days_p90")
        )
        axes.plot(day, middle, zorder=4 if name in banded else 3 - order / 100, **look.line)
        if name in banded:
            axes.fill_between(day, low, high, color=look.colour, alpha=_BAND_ALPHA, linewidth=0)
    axes.set_ylabel("runway [days]")
    axes.grid(visible=True, axis="y", color=GRID)


def _caption(findings: Compared, banded: Sequence[str], *, above: bool, events: bool) -> str:
    band = f" Band: 10 to 90 % of them ({', '.join(banded)})." if banded else ""
    marks = " Numbered lines: dated events, listed below the panels." if events else ""
    cut = (
        " Lines and bands that leave at the top run longer, up to a year or more." if above else ""
    )
    return (
        f"Lines: median over plants and {runs_text(findings.n_runs)} of each alternative."
        f"{band}{cut}{marks} Conditional on the policy calendar; plants are archetypes, not firms."
    )
