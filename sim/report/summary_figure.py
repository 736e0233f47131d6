"""One glance: how many plants halt and how long they stand, by alternative.

In:  `summary` and `halt_curves` of a comparison.
Out: a picture with one row for each alternative, the worst on top.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.compare.overall import Overall, overall
from sim.report.layout import Sheet, fitted, text_width
from sim.report.names import (
    Compared,
    alternative_labels,
    group_label,
    level_names,
    records,
    runs_text,
)
from sim.report.style import GRID, INK, SIZE, LineLook, Picture, line_looks, styled
from sim.stats.intervals import upper_bound_when_none

__all__ = ["summary_figure"]

_WIDTH = 9.0
_ROW = 0.3
_PERCENT = 100.0
_SECTOR_MARKERS = ("s", "^", "D", "v", "P", "X", "*", "p")
_SECTOR_COLOUR = "#8c8c8c"


def summary_figure(findings: Compared, alternatives: Sequence[str] | None = None) -> Picture:
    """Share of plants that halt, and mean downtime, by alternative, sorted.

    Parameters
    ----------
    findings : Findings
        A comparison.
    alternatives : sequence of str, optional
        By default all of them.

    Returns
    -------
    Picture
        A matplotlib figure.
    """
    shown = tuple(alternatives) if alternatives is not None else tuple(findings.alternatives)
    downtime = {name: overall(findings.summary, name, "downtime_days_mean").value for name in shown}
    halted = {name: overall(findings.summary, name, "halted_share").value for name in shown}
    # Rounded, so that a last digit does not decide; ties stay in the order of the file.
    order = sorted(shown, key=lambda n: (-round(halted[n], 3), -round(downtime[n], 1)))
    with styled():
        return _drawn(findings, order)


def _drawn(findings: Compared, order: Sequence[str]) -> Picture:
    labels = alternative_labels(findings)
    looks = line_looks(findings.alternatives, findings.baseline)
    room = min(2.9, max(text_width(labels[name], SIZE.text, bold=True) for name in order) + 0.15)
    height = _ROW * len(order)
    left, gap, right = room + 0.15, 0.75, 0.6
    width = (_WIDTH - left - gap - right) / 2
    sectors = level_names(findings.summary, "sector")
    key = 0.26 if sectors else 0.0
    sheet = Sheet(
        _WIDTH, key + 0.3 + height + 0.5, "How many plants halt, and how long they stand",
        "One row for each alternative, by the share that halts; the dot is the mean of all plants.",
        f"{runs_text(findings.n_runs)} of each alternative, up to "
        f"{findings.horizon_days:,.0f} days. Bars: 95 % intervals of the dots (Monte Carlo error "
        "only; wide, as if all sectors moved together). Shares and days count every plant alike, "
        "whatever its size; '<': no halt seen, 95 % bound for a plant. Conditional on the "
        "policy calendar; plants are archetypes, not firms.",
    )  # fmt: skip
    _key(sheet, sectors)
    panels = [
        ("Plants that halt at least once", "plants [%]", "halted_share", _PERCENT, "{:.0f} %"),
        ("Time halted, mean of a plant", "downtime [days]", "downtime_days_mean", 1.0, "{:.1f} d"),
    ]
    for number, (title, unit, column, scale, form) in enumerate(panels):
        axes = sheet.panel(left + number * (width + gap), key + 0.3, width, height, title)
        _panel(axes, findings, order, looks, column, scale, form, sectors)
        axes.set_xlabel(unit)
        names = [fitted(labels[name], room - 0.12, SIZE.text, 1) for name in order]
        axes.set_yticks(range(len(order)), names if number == 0 else [""] * len(order))
        for name, tick in zip(order, axes.get_yticklabels(), strict=True):
            tick.set_fontweight("bold" if name == findings.baseline else "normal")
    return sheet.picture


def _key(sheet: Sheet, sectors: Sequence[str]) -> None:
    x = 0.15
    entries = [("o", INK, "all plants"), *(
        (_SECTOR_MARKERS[n % len(_SECTOR_MARKERS)], _SECTOR_COLOUR, group_label("sector", name))
        for n, name in enumerate(sectors))]  # fmt: skip
    for marker, colour, label in entries if sectors else []:
        label = fitted(label, 2.0, SIZE.text, 1)
        face = colour if marker == "o" else "none"
        dot = Line2D([], [], marker=marker, color=colour, markerfacecolor=face, markersize=5,
                     linestyle="none")  # fmt: skip
        sheet.line(x + 0.06, x + 0.06, 0.09, dot)
        sheet.text(x + 0.18, 0.025, label)
        x += 0.18 + text_width(label, SIZE.text) + 0.25


def _panel(axes: Axes, findings: Compared, order: Sequence[str], looks: dict[str, LineLook],
           column: str, scale: float, form: str, sectors: Sequence[str]) -> None:  # fmt: skip
    table = findings.summary[findings.summary["level"] == "sector"]
    by_sector = {(row["alternative"], row["name"]): float(row[column]) for row in records(table)}
    for row, name in enumerate(order):
        colour = looks[name].colour
        whole = overall(findings.summary, name, column)
        axes.plot([whole.low * scale, whole.high * scale], [row, row], color=colour, linewidth=1.6)
        axes.plot([whole.value * scale], [row], "o", color=colour, markersize=6.5, zorder=4)
        for number, sector in enumerate(sectors):
            if (name, sector) in by_sector:
                axes.plot([by_sector[(name, sector)] * scale], [row], color=_SECTOR_COLOUR,
                          marker=_SECTOR_MARKERS[number % len(_SECTOR_MARKERS)], markersize=4,
                          markerfacecolor="none", zorder=2)  # fmt: skip
        axes.annotate(_written(whole, form, scale, findings.n_runs), (1.0, row),
                      xycoords=("axes fraction", "data"), xytext=(6, 0),
                      textcoords="offset points", va="center", size=SIZE.text,
                      weight="bold" if name == findings.baseline else "normal")  # fmt: skip
    axes.set_ylim(len(order) - 0.5, -0.5)
    finite = pd.Series(axes.dataLim.get_points()[:, 0]).replace([np.inf, -np.inf], np.nan)
    limit = _PERCENT if scale == _PERCENT else max(float(finite.max()), 1.0)
    axes.set_xlim(-0.03 * limit, limit * 1.03)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="both", color=GRID)


def _written(whole: Overall, form: str, scale: float, n_runs: int) -> str:
    """Value in figures; nothing seen is a bound for a share, and a word for days."""
    if whole.value > 0:
        return form.format(whole.value * scale)
    if np.isnan(whole.value):
        return "-"
    return f"< {upper_bound_when_none(n_runs) * scale:.0f} %" if scale == _PERCENT else "none"
