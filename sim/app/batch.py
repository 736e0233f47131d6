"""Commands that run a scenario file and show what came out."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.app.progress import progress
from sim.app.study import Study
from sim.app.study import run as run_study
from sim.app.text import cell, interval, number, table
from sim.scenario.shipped import shipped_scenarios
from sim.units import DAY_S, date_of

if TYPE_CHECKING:
    from sim.compare import Findings

__all__ = [
    "demo_batch", "run_file", "save_runway", "show_comparison", "show_run", "write_report",
]  # fmt: skip

_PAIRED = ("later_halt_days", "less_downtime_days", "less_lost_units")


def run_file(
    file: Path,
    overrides: tuple[str, ...],
    replications: int | None,
    workers: int | None,
    seed: int | None,
    alternatives: tuple[str, ...],
    results: Path,
    quiet: bool,
) -> Study:
    """Run a scenario file with the options of the command line."""
    with progress(file.stem, quiet=quiet) as show:
        return run_study(
            file, replications, alternatives=alternatives, overrides=overrides, seed=seed,
            workers=workers, results=results, progress=show,
        )  # fmt: skip


def show_run(study: Study, *, as_json: bool, csv_folder: Path | None) -> None:
    """Print the summary of a run, and export its tables if asked."""
    findings = study.findings()
    if csv_folder is not None:
        from sim.columns import OUTCOME_TABLES
        from sim.experiment.export import export_csv

        for name in OUTCOME_TABLES:
            export_csv(study.table(name), csv_folder / f"{name}.csv", name)
        click.echo(f"tables: {csv_folder}", err=True)
    if as_json:
        from sim.compare.as_json import as_json as to_json

        click.echo(json.dumps(to_json(findings, study.design.name), indent=2, allow_nan=False))
        return
    click.echo(halt_table(study, findings))
    click.echo(f"\nresults: {study.results.folder}", err=True)


def halt_table(study: Study, findings: Findings) -> str:
    """Return the table of halt dates by alternative, one line for each and each sector."""
    summary = findings.summary
    rows = summary[summary["level"] == "sector"].to_dict("records")
    order = {name: i for i, name in enumerate(study.design.alternatives)}
    rows.sort(key=lambda row: (str(row["name"]), order[str(row["alternative"])]))
    start = next(iter(study.design.alternatives.values())).start
    columns = (
        "sector", "alternative", "plants that halt", "half halted by", "first halt [d]",
        "halted days",
    )  # fmt: skip
    lines = [
        (row["name"], row["alternative"], _percent(row), _date(start, row),
         interval(row, "restricted_mean_days", 0), interval(row, "downtime_days_mean", 1))
        for row in rows
    ]  # fmt: skip
    title = (
        f"{study.design.name}: {study.n_runs} replications of each alternative, 95 % intervals.\n"
        f"First halt: mean of min(first halt, {cell(findings.horizon_days)} d) over plants; halted "
        "days: mean per plant."
    )
    return table(title, columns, lines)


def _percent(row: dict[Any, Any]) -> str:
    low, high = (100 * row[f"halted_share_{end}"] for end in ("low", "high"))
    return f"{100 * row['halted_share']:.0f} % ({low:.0f} to {high:.0f})"


def _date(start: date, row: dict[Any, Any]) -> str:
    middle, low, high = (
        _day(start, row[f"first_halt_days_median{end}"]) for end in ("", "_low", "_high")
    )
    return middle if low == high == middle else f"{middle} ({low} to {high})"


def _day(start: date, days: float) -> str:
    return str(date_of(start, round(days * DAY_S))) if days < float("inf") else "not reached"


def show_comparison(study: Study, baseline: str | None, level: str, *, as_json: bool) -> None:
    """Print paired differences against the baseline."""
    if baseline is not None:
        from sim.app.chosen import known_alternative

        known_alternative(study.design, baseline)
    paired = study.compare(baseline)
    rows = paired[paired["level"] == level]
    if as_json:
        click.echo(rows.to_json(orient="records", indent=2, double_precision=15))
        return
    title = (
        f"Against {baseline or study.design.baseline}, {study.n_runs} paired runs, 95 % intervals. "
        "Positive: halts come later, fewer days are lost."
    )
    columns = (level, "alternative", "later first halt [d]", "fewer halted days", "less lost units")
    lines = [
        (row["name"], row["alternative"], *(interval(row, name, 1) for name in _PAIRED))
        for row in rows.to_dict("records")
    ]
    click.echo(table(title, columns, sorted(lines, key=lambda line: str(line[0]))))


def save_runway(study: Study, by: str, names: tuple[str, ...], out: Path) -> tuple[Path, ...]:
    """Draw the runway figure as PNG and SVG and return the paths."""
    from sim.report.figures import save

    return save(study.plot_runway(by, names or None), out, "runway")


def write_report(study: Study) -> tuple[Path, ...]:
    """Draw every figure and the page; return the paths, the page last."""
    from sim.report import draw

    drawn = draw(study.findings(), study.results, study.design, study.results.folder / "report")
    return (*drawn.figures.values(), drawn.page)


def demo_batch(results: Path, replications: int, workers: int | None, *, quiet: bool) -> None:
    """Run the shipped policies, print the table, draw the report, and say what to try next."""
    file = shipped_scenarios() / "policies_2025.yaml"
    began = time.monotonic()
    study = run_file(file, (), replications, workers, None, (), results, quiet)
    ran_s = time.monotonic() - began
    findings = study.findings()
    click.echo(halt_table(study, findings))
    click.echo("\n" + _precision(findings))
    paths = write_report(study)
    click.echo(f"\nRun in {ran_s:.0f} s, drawn in {time.monotonic() - began - ran_s:.0f} s.")
    click.echo(f"report:  {paths[-1]}")
    click.echo(f"figures: {paths[-1].parent}{'/*.png, *.svg'}")
    click.echo(f"results: {study.results.folder}")
    click.echo(_NEXT.format(file=_short(file), results=study.results.folder, n=replications))


_NEXT = """
What to try next:
  python3 -m sim walk {file} --alternative total_stop
  python3 -m sim compare {file} -n {n} --baseline no_controls --level country
  python3 -m sim query "select alternative, country, count(*) as halts from halts
      where kind = 'plant' group by all order by halts desc" --results {results}
  python3 -m sim run {file} -n {n} -a as_it_happened --set desks.mofcom.setting=unlimited"""


def _short(path: Path) -> Path:
    """Show a path from here if it lies below the working directory."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _precision(findings: Findings) -> str:
    """Say how precise the figures are: the widest half-widths over sectors and alternatives."""
    rows = findings.summary[findings.summary["level"] == "sector"]
    parts = []
    for name, unit, factor in (
        ("halted_share", "points of the share that halts", 100.0),
        ("restricted_mean_days", "days of the mean first halt", 1.0),
        ("downtime_days_mean", "halted days a plant", 1.0),
    ):
        half = (rows[f"{name}_high"] - rows[f"{name}_low"]) / 2 * factor
        parts.append(f"{number(float(half.max()))} {unit}")
    return "Half-widths of the 95 % intervals, the widest by sector: " + "; ".join(parts) + "."
