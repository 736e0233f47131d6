"""Who still runs, by date: halt-free curves by alternative, and when each plant stands and why.

In:  `halt_curves` of a comparison; the outcome table `halts`.
Out: two pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from sim.report.layout import Sheet, date_axis, fitted, spread, text_width
from sim.report.names import (
    ALL_PLANTS,
    Compared,
    alternative_labels,
    group_label,
    level_names,
    runs_text,
)
from sim.report.style import GRID, MUTED, SIZE, LineLook, Picture, line_looks, styled

__all__ = ["halt_curves_figure"]

_WIDTH = 9.0
_LEFT = 0.65
_TALL, _SMALL, _GAP = 3.3, 1.55, 0.72
_BAND_ALPHA = 0.15
_SEEN = 0.002
_LABEL_GAP = 0.17  # inches between two labels beside the lines


def halt_curves_figure(
    findings: Compared,
    groups: Sequence[tuple[str, str]] | None = None,
    alternatives: Sequence[str] | None = None,
) -> Picture:
    """Share of plants that have not halted by each date, one line for each alternative.

    Parameters
    ----------
    findings : Findings
        A comparison.
    groups : sequence of (level, name), optional
        The first is drawn large, with the names of the alternatives beside their lines; by default
        all plants, then each sector.
    alternatives : sequence of str, optional
        By default all of them.

    Returns
    -------
    Picture
        A matplotlib figure.
    """
    if groups is None:
        names = [("all", name) for name in level_names(findings.halt_curves, "all")[:1]]
        sectors = [("sector", name) for name in level_names(findings.halt_curves, "sector")]
        groups = names + (sectors if len(sectors) > 1 or not names else [])
    shown = tuple(alternatives) if alternatives is not None else tuple(findings.alternatives)
    with styled():
        return _drawn(findings, groups, shown)


def _drawn(findings: Compared, groups: Sequence[tuple[str, str]], shown: Sequence[str]) -> Picture:
    looks = line_looks(findings.alternatives, findings.baseline)
    labels = alternative_labels(findings)
    beside = min(2.6, max(text_width(labels[name], SIZE.text) for name in shown) + 0.55)
    n_rows = len(groups) // 2
    sheet = Sheet(
        _WIDTH, 0.3 + _TALL + 0.55 + n_rows * (_SMALL + _GAP),
        "Which policy keeps plants running, and until when",
        "Share of plants that have not halted even once by each date.",
        f"Halt-free curves (Kaplan-Meier) over plants and {runs_text(findings.n_runs)} of each "
        "alternative. Bands: 95 % intervals from resampling replications (Monte Carlo error only; "
        "in the small panels for the baseline alone); where no halt is seen, a plant's bound. "
        f"Thick line: {labels[findings.baseline]}, the baseline. Conditional on the policy "
        "calendar; plants are archetypes, not firms.",
    )  # fmt: skip
    for number, (level, name) in enumerate(groups):
        table = findings.halt_curves
        rows = table[(table["level"] == level) & (table["name"] == name)]
        if number == 0:
            width = _WIDTH - _LEFT - beside - 0.15
            axes = sheet.panel(_LEFT, 0.3, width, _TALL, _title(level, name))
        else:
            row, column = divmod(number - 1, 2)
            half = (_WIDTH - 2 * _LEFT - 0.35) / 2
            left = _LEFT + column * (half + _LEFT + 0.15)
            top = 0.3 + _TALL + _GAP + row * (_SMALL + _GAP)
            axes = sheet.panel(left, top, half, _SMALL, _title(level, name))
        banded = set(shown) if number == 0 else {findings.baseline}
        ends = _panel(
            axes, rows, [(alternative, looks[alternative]) for alternative in shown], banded
        )
        date_axis(axes, findings.start, findings.horizon_days)
        if number == 0:
            _label_lines(axes, ends, labels, looks, beside)
    return sheet.picture


def _title(level: str, name: str) -> str:
    title = group_label(level, name)
    return title if title != ALL_PLANTS else "All plants"


def _panel(axes: Axes, table: pd.DataFrame, looks: Sequence[tuple[str, LineLook]],
           banded: set[str]) -> dict[str, float]:  # fmt: skip
    """Draw the curves; return the share at the end of each."""
    ends = {}
    for name, look in looks:
        rows = table[table["alternative"] == name].sort_values("day")
        if rows.empty:
            continue
        day, share, low, high = (
            rows[column].to_numpy(dtype=np.float64)
            for column in ("day", "running_share", "running_share_low", "running_share_high")
        )
        line = _corners(share)
        axes.plot(day[line], share[line], drawstyle="steps-post", zorder=3, **look.line)
        if name in banded:
            band = _corners(low, high)
            axes.fill_between(day[band], low[band], high[band], step="post", color=look.colour,
                              alpha=_BAND_ALPHA, linewidth=0, zorder=2)  # fmt: skip
        ends[name] = float(share[-1])
    axes.set_ylim(0.0, 1.02)
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=""))
    axes.set_ylabel("not halted so far [%]")
    axes.grid(visible=True, axis="y", color=GRID)
    return ends


def _corners(*steps: NDArray[np.float64]) -> NDArray[np.int64]:
    """Places at which a step function has changed by more than a line's width, and both ends."""
    kept = [0]
    for place in range(1, steps[0].size):
        if any(not abs(step[place] - step[kept[-1]]) <= _SEEN for step in steps):
            kept.append(place)
    return np.unique(np.array([*kept, steps[0].size - 1], dtype=np.int64))


def _label_lines(axes: Axes, ends: dict[str, float], labels: dict[str, str],
                 looks: dict[str, LineLook], room: float) -> None:  # fmt: skip
    """Write each name beside the end of its line, moved apart where lines end together."""
    height = 1.02
    gap = _LABEL_GAP / _TALL * height
    # Ties keep the order of the file, the first on top.
    order = sorted(ends, key=lambda name: (ends[name], -list(ends).index(name)))
    places = spread([ends[name] for name in order], gap, 0.02, height)
    for name, place in zip(order, places.tolist(), strict=True):
        look = looks[name]
        end = axes.get_xlim()[1]
        axes.annotate(
            fitted(labels[name], room - 0.45, SIZE.text, 1), (end, ends[name]),
            xytext=(28, (place - ends[name]) / height * _TALL * 72), textcoords="offset points",
            va="center", ha="left", size=SIZE.text, annotation_clip=False,
            weight="bold" if look.width > 2 else "normal",
        )  # fmt: skip
        axes.annotate(
            "", (end, ends[name]), annotation_clip=False,
            xytext=(25, (place - ends[name]) / height * _TALL * 72), textcoords="offset points",
            arrowprops={"arrowstyle": "-", "color": look.colour, "linewidth": look.width,
                        "linestyle": look.line["linestyle"], "shrinkA": 0, "shrinkB": 1},
        )  # fmt: skip
    axes.spines["right"].set_visible(True)
    axes.spines["right"].set_color(MUTED)
