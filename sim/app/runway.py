"""`plot runway`: the figure, and the same days as a table that can be read off."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.app.study import Study
from sim.app.text import table
from sim.units import DAY_S, date_of

if TYPE_CHECKING:
    from sim.compare import Findings

__all__ = ["show_runway"]

_Row = Mapping[Any, Any]


def show_runway(study: Study, by: str, names: tuple[str, ...], out: Path | None) -> None:
    """Draw the runway figure as PNG and SVG; print the paths and the days of each group.

    Parameters
    ----------
    study : Study
    by : str
        sector or site.
    names : tuple of str
        Only these; all if empty.
    out : Path, optional
        Folder of the figures; default: `report` in the folder of the results.
    """
    from sim.report.figures import save

    figure = study.plot_runway(by, names or None)
    paths = save(figure, out or study.results.folder / "report", "runway")
    click.echo(_days(study, study.findings(), by, names))
    for path in paths:
        click.echo(path)


def _days(study: Study, findings: Findings, by: str, names: tuple[str, ...]) -> str:
    """Return how long stocks last under the baseline: at the start, and when they are lowest."""
    fans, summary = (
        rows[(rows["alternative"] == findings.baseline) & (rows["level"] == by)]
        for rows in (findings.runway_fans, findings.summary)
    )
    halted = {str(row["name"]): row for row in summary.to_dict("records")}
    lasts: dict[str, list[_Row]] = {}
    for row in fans.sort_values("day", kind="stable").to_dict("records"):
        if str(row["name"]) in halted and (not names or row["name"] in names):
            lasts.setdefault(str(row["name"]), []).append(row)
    lowest = {name: min(rows, key=_median) for name, rows in lasts.items()}
    order = sorted(lasts, key=lambda name: (_median(lowest[name]), _median(lasts[name][0])))
    columns = (
        by, "at the start [d]", "10 to 90 %", "lowest median [d]", "on", "halts in", "half by",
    )  # fmt: skip
    title = (
        f"Chain runway under {findings.baseline}, {findings.n_runs} runs: days until a plant lacks "
        "a part if no further licence is granted. The shortest first."
    )
    lines = [
        (name, *_at_start(lasts[name][0]), f"{_median(lowest[name]):.0f}",
         _date(study, float(lowest[name]["day"])), *_first_halt(halted[name], study))
        for name in order
    ]  # fmt: skip
    return table(title, columns, lines)


def _median(row: _Row) -> float:
    return float(row["runway_days_p50"])


def _at_start(row: _Row) -> tuple[str, str]:
    """Return the runway with its band."""
    band = f"{row['runway_days_p10']:.0f} to {row['runway_days_p90']:.0f}"
    return f"{_median(row):.0f}", band


def _date(study: Study, day: float) -> str:
    start = study.design.alternatives[study.design.baseline].start
    return date_of(start, int(day * DAY_S)).isoformat()


def _first_halt(row: _Row, study: Study) -> tuple[str, str]:
    """Return the share of sites and runs with a halt, and the day by which half have one."""
    median = float(row["first_halt_days_median"])
    return (
        f"{100 * float(row['halted_share']):.0f} %",
        "not reached" if math.isnan(median) else _date(study, median),
    )
