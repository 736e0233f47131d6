"""At the licence desk: files that wait, the share approved so far, and waits by destination.

In:  `backlog` and `waits` of a comparison.
Out: a picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from sim.report.layout import Sheet, ceiling, date_axis, fitted
from sim.report.legend import line_legend
from sim.report.names import (
    Compared,
    alternative_labels,
    country_label,
    in_order,
    records,
    runs_text,
)
from sim.report.style import GRID, MUTED, SIZE, LineLook, Picture, line_looks, styled

__all__ = ["licences_figure"]

_WIDTH = 9.0
_LEFT, _RIGHT = 0.75, 0.2
_PANEL, _GAP = 1.9, 0.75
_DOT_STEP = 0.105  # inches between two alternatives in one destination's row
_BAND_ALPHA = 0.16


def licences_figure(findings: Compared, alternatives: Sequence[str] | None = None) -> Picture:
    """Backlog and approved share by date, and the mean wait of each destination.

    Parameters
    ----------
    findings : Findings
        A comparison.
    alternatives : sequence of str, optional
        By default all under which an application is ever filed.

    Returns
    -------
    Picture
        A matplotlib figure.
    """
    pending = findings.backlog[findings.backlog["pending_files_high"] > 0]
    filed = set(findings.waits["alternative"]) | set(pending["alternative"])
    wanted = tuple(alternatives) if alternatives is not None else tuple(findings.alternatives)
    shown = [name for name in wanted if name in filed]
    with styled():
        return _drawn(findings, shown, [name for name in wanted if name not in filed])


def _drawn(findings: Compared, shown: Sequence[str], without: Sequence[str]) -> Picture:
    looks = line_looks(findings.alternatives, findings.baseline)
    labels = alternative_labels(findings)
    pairs = [(name, looks[name]) for name in shown]
    legend = line_legend([(labels[name], look) for name, look in pairs], _WIDTH - 0.3)
    destinations = in_order(findings.waits["destination"])
    n_columns = 2 if len(destinations) > 3 else 1
    n_rows = max(1, -(-len(destinations) // n_columns))
    row = _DOT_STEP * max(len(shown), 2) + 0.12
    table = findings.backlog[findings.backlog["destination"] == "all"]
    top_files, beyond = _files_ceiling(table, findings.baseline)
    top = legend.height + 0.35
    third = top + 2 * (_PANEL + _GAP)
    columns = [("wait_days_mean", "Mean wait of decided applications, by destination",
                "wait from filing to decision [days]")]  # fmt: skip
    if np.isfinite(findings.waits["longer_wait_days"]).any() and len(shown) > 1:
        columns.append(
            ("longer_wait_days",
             "Longer on the desk than under the baseline; undecided files count up to the end",
             "more days on the desk")
        )  # fmt: skip
    block = row * n_rows + 0.75
    sheet = Sheet(
        _WIDTH, third + block * len(columns) - 0.25,
        "At the licence desk: how many wait, and how long",
        "What one destination gains, others wait for. The share approved is a censored figure.",
        _caption(findings, [labels[name] for name in without],
                 [f"{labels[name]} (up to {files:,.0f} files)" for name, files in beyond]),
    )  # fmt: skip
    legend.draw(sheet, 0.15, 0.0)
    width = _WIDTH - _LEFT - _RIGHT
    files = sheet.panel(_LEFT, top, width, _PANEL, "Files waiting for a decision, all destinations")
    _files_panel(files, table, pairs, findings.baseline, top_files)
    date_axis(files, findings.start, findings.horizon_days)
    share = sheet.panel(_LEFT, top + _PANEL + _GAP, width, _PANEL,
                        "Approved so far over filed so far, as the press counts it")  # fmt: skip
    _share_panel(share, table, pairs)
    date_axis(share, findings.start, findings.horizon_days)
    room = _WIDTH / n_columns
    for block_number, (name, title, unit) in enumerate(columns):
        low, high = _ends(findings.waits, name)
        for column in range(n_columns):
            mine = destinations[column * n_rows : (column + 1) * n_rows]
            waits = sheet.panel(column * room + 1.45, third + block * block_number,
                                room - 1.45 - _RIGHT, row * n_rows)  # fmt: skip
            waits.set_title("" if column else title, loc="left", size=SIZE.subtitle, weight="bold",
                            pad=5)  # fmt: skip
            _waits_panel(waits, findings.waits, pairs, mine, row, name)
            waits.set_ylim(row * n_rows, 0.0)
            waits.set_xlim(low, high)
            waits.set_xlabel(unit, size=SIZE.text)
    return sheet.picture


def _ends(waits: pd.DataFrame, name: str) -> tuple[float, float]:
    """Ends of the axis for a number of the table and its interval [days]."""
    values = waits[[name, f"{name}_low", f"{name}_high"]].to_numpy(dtype=np.float64)
    found = values[np.isfinite(values)]
    low, high = float(np.min(found, initial=0.0)), float(np.max(found, initial=1.0))
    room = 0.04 * (high - low)
    return (low - room if low < 0 else 0.0), high + room


def _files_ceiling(table: pd.DataFrame, baseline: str) -> tuple[float, list[tuple[str, float]]]:
    """Top of the axis for files, and the alternatives beyond it with their peaks [files]."""
    found = table.groupby("alternative", sort=False, observed=True)["pending_files"].max()
    peaks = {str(name): float(peak) for name, peak in found.items()}
    top, beyond = ceiling(peaks, baseline)
    band = table[table["alternative"] == baseline]["pending_files_high"].max()
    return max(top, float(np.nan_to_num(band))) * 1.08, [(name, peaks[name]) for name in beyond]


def _files_panel(axes: Axes, table: pd.DataFrame, pairs: Sequence[tuple[str, LineLook]],
                 baseline: str, top: float) -> None:  # fmt: skip
    for name, look in pairs:
        rows = table[table["alternative"] == name].sort_values("day")
        day = rows["day"].to_numpy(dtype=np.float64)
        axes.plot(day, rows["pending_files"].to_numpy(dtype=np.float64), zorder=3, **look.line)
        if name == baseline:
            axes.fill_between(day, rows["pending_files_low"].to_numpy(dtype=np.float64),
                              rows["pending_files_high"].to_numpy(dtype=np.float64),
                              color=look.colour, alpha=_BAND_ALPHA, linewidth=0)  # fmt: skip
    axes.set_ylim(0.0, top)
    axes.set_ylabel("files waiting [count]")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(visible=True, axis="y", color=GRID)


def _share_panel(axes: Axes, table: pd.DataFrame, pairs: Sequence[tuple[str, LineLook]]) -> None:
    for name, look in pairs:
        rows = table[table["alternative"] == name].sort_values("day")
        share = rows["approved_so_far_share"].to_numpy(dtype=np.float64)
        axes.plot(rows["day"].to_numpy(dtype=np.float64), share, **look.line)
    axes.set_ylim(0.0, 1.02)
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=""))
    axes.set_ylabel("approved so far [%]")
    axes.grid(visible=True, axis="y", color=GRID)


def _waits_panel(axes: Axes, waits: pd.DataFrame, pairs: Sequence[tuple[str, LineLook]],
                 destinations: Sequence[str], row: float, column: str) -> None:  # fmt: skip
    for number, destination in enumerate(destinations):
        rows = records(waits[waits["destination"] == destination])
        mine = {str(row["alternative"]): row for row in rows}
        if number % 2:
            axes.axhspan(number * row, (number + 1) * row, color="#f4f4f4", linewidth=0, zorder=0)
        for order, (name, look) in enumerate(pairs):
            if name not in mine:
                continue
            place = number * row + 0.06 + (order + 0.5) * _DOT_STEP
            mean, low, high = (
                float(mine[name][end]) for end in (column, f"{column}_low", f"{column}_high")
            )
            axes.plot([low, high], [place, place], color=look.colour, linewidth=1.1, zorder=2)
            hollow = look.marker != "o" or bool(look.dashes)
            axes.plot([mean], [place], marker=look.marker, markersize=3.6, color=look.colour,
                      markerfacecolor="white" if hollow else look.colour, zorder=3)  # fmt: skip
    middles = [(number + 0.5) * row for number in range(len(destinations))]
    axes.set_yticks(middles, [fitted(country_label(name), 1.2, SIZE.text) for name in destinations])
    axes.tick_params(axis="y", length=0)
    axes.axvline(0.0, color=MUTED, linewidth=0.8, zorder=1)
    axes.grid(visible=True, axis="x", color=GRID)
    axes.spines["left"].set_color(MUTED)


def _caption(findings: Compared, without: Sequence[str], beyond: Sequence[str]) -> str:
    cut = f" Beyond the top of the first panel: {', '.join(beyond)}." if beyond else ""
    none = f" No application is filed under: {', '.join(without)}." if without else ""
    return (
        f"Means over {runs_text(findings.n_runs)} of each alternative. Band: 10 to 90 % of the "
        "replications (baseline only). Bars at the dots: 95 % intervals of the mean (Monte Carlo "
        "error only); a destination without a dot had no decision. Applications still undecided at "
        f"the end are not in the mean wait; see the table.{cut}{none} Conditional on the policy "
        "calendar."
    )
