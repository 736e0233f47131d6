"""When each plant stands, and for which cause: a row for each plant along the calendar.

In:  the outcome table `halts`, and the scenario's sites and events.
Out: a picture; the height of a row's filling is the share of replications in which it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.report.events import EventMarks
from sim.report.layout import Sheet, date_axis, fitted, text_width
from sim.report.legend import patch_legend
from sim.report.names import group_label, runs_text
from sim.report.style import CAUSE_COLOURS, GRID, SIZE, Picture, cause_colour, styled
from sim.scenario.schema import Scenario, Site
from sim.units import DAY_S

__all__ = ["halt_timeline_figure", "standing_share"]

_WIDTH = 9.0
_LEAST_LEFT, _MOST_LEFT, _RIGHT = 1.6, 3.2, 0.2
_ROW, _HEADER = 0.235, 0.3
_FULL = 0.92 * _ROW
_BINS = 148  # along the horizon: four days each over a year and a half


def halt_timeline_figure(
    halts: pd.DataFrame,
    scenario: Scenario,
    alternative: str,
    n_runs: int,
    replication: int | None = None,
) -> Picture:
    """When each plant stands, by date and cause.

    Parameters
    ----------
    halts : DataFrame
        The outcome table `halts`, of the replications to count.
    scenario : Scenario
        Its plants make the rows, grouped by sector in the order of the file; its events are marked.
    alternative : str
        Which alternative.
    n_runs : int
        How many replications that is, those without a halt included.
    replication : int, optional
        Draw this one alone: a row is either full or empty.

    Returns
    -------
    Picture
        A matplotlib figure. Plants that never stand have no row; the caption counts them.
    """
    mine = halts[(halts["alternative"] == alternative) & (halts["kind"] == "plant")]
    if replication is not None:
        mine = mine[mine["replication"] == replication]
    with styled():
        return _drawn(mine, scenario, alternative, n_runs, replication)


def standing_share(
    starts: NDArray[np.float64], ends: NDArray[np.float64], edges: NDArray[np.float64], n_runs: int
) -> NDArray[np.float64]:
    """Share of replications that stand, on average over each bin.

    Parameters
    ----------
    starts, ends : ndarray of float64, shape (n,)
        Halts, [from, to) [days].
    edges : ndarray of float64, shape (B + 1,)
        Edges of the bins, ascending [days].
    n_runs : int
        Replications, those without a halt included.

    Returns
    -------
    ndarray of float64, shape (B,)

    Examples
    --------
    >>> standing_share(np.array([1.0]), np.array([4.0]), np.array([0.0, 2.0, 4.0, 6.0]), 2)
    array([0.25, 0.5 , 0.  ])
    """
    overlap = np.minimum(ends[:, None], edges[None, 1:]) - np.maximum(
        starts[:, None], edges[None, :-1]
    )
    total: NDArray[np.float64] = np.clip(overlap, 0.0, None).sum(axis=0)
    return total / np.diff(edges) / n_runs


def _drawn(halts: pd.DataFrame, scenario: Scenario, alternative: str, n_runs: int,
           replication: int | None) -> Picture:  # fmt: skip
    horizon = scenario.horizon / DAY_S
    plants = {name: site for name, site in scenario.sites.items() if site.kind == "plant"}
    halted = set(halts["site"])
    rows = _rows({name: site for name, site in plants.items() if name in halted})
    causes = _causes(halts)
    widest = max((text_width(name, SIZE.text) for name in halted), default=0.0)
    left = min(_MOST_LEFT, max(_LEAST_LEFT, widest + 0.35))
    width = _WIDTH - left - _RIGHT
    marks = EventMarks(scenario.events, scenario.start, horizon, width)
    legend = patch_legend([(cause, cause_colour(cause)) for cause in causes], _WIDTH - 0.3)
    top = legend.height + 0.12 + marks.strip_height
    height = sum(_HEADER if plant is None else _ROW for _, plant in rows) + 0.05
    height = max(height, 0.6)
    sheet = Sheet(
        _WIDTH, top + height + 0.55 + marks.key_height(_WIDTH - 0.3),
        f"When plants stand, and why: {alternative}",
        _subtitle(replication),
        _caption(len(plants), len(plants) - len(halted), n_runs, replication, marks.any),
    )  # fmt: skip
    legend.draw(sheet, 0.15, 0.0)
    axes = sheet.panel(left, top, width, height)
    edges = np.linspace(0.0, horizon, _BINS + 1)
    _fill(axes, rows, halts, edges, n_runs if replication is None else 1, causes, left, height)
    date_axis(axes, scenario.start, horizon)
    marks.draw([axes])
    marks.draw_key(sheet, 0.15, top + height + 0.5, _WIDTH - 0.3)
    return sheet.picture


def _rows(plants: Mapping[str, Site]) -> list[tuple[str, str | None]]:
    """(sector, None) for a header, then (sector, plant) for each of its plants."""
    sectors = list(dict.fromkeys(site.sector or "" for site in plants.values()))
    rows: list[tuple[str, str | None]] = []
    for sector in sectors:
        rows.append((sector, None))
        rows += [(sector, name) for name, site in plants.items() if (site.sector or "") == sector]
    return rows


def _causes(halts: pd.DataFrame) -> list[str]:
    found = set(halts["cause"])
    return [cause for cause in CAUSE_COLOURS if cause in found] + sorted(found - set(CAUSE_COLOURS))


def _fill(axes: Axes, rows: Sequence[tuple[str, str | None]], halts: pd.DataFrame,
          edges: NDArray[np.float64], n_runs: int, causes: Sequence[str],
          left: float, height: float) -> None:  # fmt: skip
    by_plant = dict(tuple(halts.groupby("site", sort=False)))
    ticks, place = [], 0.0
    for sector, plant in rows:
        place += _HEADER if plant is None else _ROW
        if plant is None:
            axes.annotate(
                group_label("sector", sector), (0.0, place), xycoords=("axes fraction", "data"),
                xytext=(-left * 72 + 11, 2), textcoords="offset points",
                weight="bold", size=SIZE.text, va="bottom",
            )  # fmt: skip
            continue
        axes.axhline(place, color=GRID, linewidth=0.6, zorder=1)
        ticks.append((place - _ROW / 2, fitted(plant, left - 0.3, SIZE.text, 1)))
        mine = by_plant[plant]
        if n_runs == 1:
            for cause, halt in mine.groupby("cause", sort=False):
                spans = list(zip(halt["start_days"], halt["duration_days"], strict=True))
                axes.broken_barh(spans, (place - _FULL, _FULL), color=cause_colour(str(cause)),
                                 linewidth=0, zorder=2)  # fmt: skip
        else:
            _fill_row(axes, place, mine, edges, n_runs, causes)
    axes.set_ylim(height, 0.0)
    axes.set_yticks([at for at, _ in ticks], [label for _, label in ticks])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _fill_row(axes: Axes, place: float, halts: pd.DataFrame, edges: NDArray[np.float64],
              n_runs: int, causes: Sequence[str]) -> None:  # fmt: skip
    """Stack the causes of one plant, each only over the dates at which it occurs."""
    base = np.zeros(edges.size - 1)
    for cause in causes:
        mine = halts[halts["cause"] == cause]
        if mine.empty:
            continue
        share = base + standing_share(
            mine["start_days"].to_numpy(dtype=np.float64),
            mine["end_days"].to_numpy(dtype=np.float64), edges, n_runs,
        )  # fmt: skip
        there = np.flatnonzero(share > base)
        if there.size:
            part = slice(int(there[0]), int(there[-1]) + 1)
            axes.stairs(
                place - share[part] * _FULL, edges[part.start : part.stop + 1],
                baseline=place - base[part] * _FULL, fill=True, color=cause_colour(cause),
                linewidth=0, zorder=2,
            )  # fmt: skip
        base = share


def _subtitle(replication: int | None) -> str:
    if replication is None:
        return (
            "A full row: the plant stands in every replication on that date; an empty one: in none."
        )
    return f"One replication, number {replication}: the plant stands where its row is filled."


def _caption(
    n_plants: int, n_never: int, n_runs: int, replication: int | None, events: bool
) -> str:
    height = (
        f"Height of a row: 100 % of {runs_text(n_runs)}; filled: the share that stands, averaged "
        "over a few days. "
        if replication is None
        else f"One of {runs_text(n_runs)}. "
    )
    never = f"{n_never} of {n_plants} plants never stand and have no row. " if n_never else ""
    marks = "Numbered lines: dated events, listed below. " if events else ""
    return (
        f"{height}Colour: where the oldest missing goods were when the halt began. {never}{marks}"
        "Conditional on the policy calendar; plants are archetypes, not firms."
    )
