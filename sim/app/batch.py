"""Commands that run a scenario file and show what came out."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.app.files import scenario_files
from sim.app.options import Options
from sim.app.planning import plan_text, prepare_all, refuse_if_large, why_text
from sim.app.progress import in_parts, progress
from sim.app.study import Prepared, Study
from sim.app.text import cell, interval, number, table
from sim.errors import ReplicationsFailed
from sim.scenario.shipped import shipped_scenarios
from sim.units import DAY_S, date_of

if TYPE_CHECKING:
    from sim.compare import Findings

__all__ = [
    "demo_batch", "run_file", "run_files", "write_report",
]  # fmt: skip


def run_file(file: Path, options: Options, *, quiet: bool) -> Study:
    """Run one scenario file and return what came out.

    Raises
    ------
    ReplicationsFailed
        If some replications failed.
    """
    return _run(_planned([file], options, quiet=quiet), quiet=quiet)[0]


def run_files(
    named: Sequence[Path],
    options: Options,
    *,
    as_json: bool,
    csv_folder: Path | None,
    dry_run: bool,
    why: bool,
    quiet: bool,
) -> None:
    """Run scenario files, and those in folders, and print the summary of each.

    Raises
    ------
    ReplicationsFailed
        At the end, if some replications failed; everything else was shown.
    """
    prepared = _planned(scenario_files(named), options, quiet=quiet, why=why, dry_run=dry_run)
    if dry_run:
        return
    failures: list[str] = []
    studies = _run(prepared, quiet=quiet, failures=failures)
    if not studies:
        raise ReplicationsFailed("\n".join(failures))
    several = len(studies) > 1
    if csv_folder is not None:
        for study in studies:
            _export(study, csv_folder / study.design.name if several else csv_folder)
    if as_json:
        from sim.compare.as_json import as_json as to_json

        told = [to_json(study.findings(), study.design.name) for study in studies]
        click.echo(json.dumps(told if several else told[0], indent=2, allow_nan=False))
    else:
        for number, study in enumerate(studies):
            click.echo(("\n" if number else "") + halt_table(study, study.findings()))
            click.echo(f"\nresults: {study.results.folder}", err=True)
    if failures:
        raise ReplicationsFailed("\n".join(failures))


def _planned(
    files: Sequence[Path],
    options: Options,
    *,
    quiet: bool,
    why: bool = False,
    dry_run: bool = False,
) -> tuple[Prepared, ...]:
    """Read all files and say what is going to be done; a dry run says so on stdout."""
    prepared = prepare_all(files, options)
    refuse_if_large(prepared)
    notes = [f"{it.file}: note: {it}" for one in prepared for it in one.design.warnings]
    read = {one.design.path for one in prepared}
    notes += [f"{file}: note: left out, as it needs a policy written in Python (sim.run)"
              for file in files if file not in read]  # fmt: skip
    plans = [one.plan() for one in prepared]
    if not quiet:
        for note in notes:
            click.echo(note, err=True)
    if why:
        click.echo(why_text(prepared, plans), err=not dry_run)
    if dry_run or not quiet:
        click.echo(plan_text(prepared, plans), err=not dry_run)
    return prepared


def _run(
    prepared: Sequence[Prepared], *, quiet: bool, failures: list[str] | None = None
) -> list[Study]:
    """Run one design after another, under one count of runs; note or raise failed replications."""
    totals = [one.plan().n_runs for one in prepared]
    name = prepared[0].design.name if len(prepared) == 1 else f"{len(prepared)} designs"
    from sim.experiment.claim import foreign_files

    studies = []
    with progress(name, quiet=quiet) as show:
        for one, part in zip(prepared, in_parts(show, totals), strict=True):
            try:
                studies.append(one.run(part))
            except ReplicationsFailed as error:
                if failures is None:
                    raise
                failures.append(str(error))
                stored = one.stored()
                studies += [stored] if len(stored.table("runs")) else []
    for study in studies:
        for foreign in () if quiet else foreign_files(study.results.folder):
            click.echo(f"note: {study.results.folder / foreign} is not ours: left alone", err=True)
    return studies


def _export(study: Study, folder: Path) -> None:
    from sim.columns import OUTCOME_TABLES
    from sim.experiment.export import export_csv

    for name in OUTCOME_TABLES:
        export_csv(study.table(name), folder / f"{name}.csv", name)
    click.echo(f"tables: {folder}", err=True)


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


def write_report(study: Study) -> tuple[Path, ...]:
    """Draw every figure and the page; return the paths, the page last."""
    from sim.report import draw

    drawn = draw(study.findings(), study.results, study.design, study.results.folder / "report")
    return (*drawn.figures.values(), drawn.page)


def demo_batch(results: Path, replications: int, workers: int | None, *, quiet: bool) -> None:
    """Run the shipped policies, print the table, draw the report, and say what to try next."""
    file = shipped_scenarios() / "policies_2025.yaml"
    began = time.monotonic()
    options = Options(replications=replications, workers=workers, results=results)
    study = run_file(file, options, quiet=quiet)
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
