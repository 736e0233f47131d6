"""`compare`: alternatives against a baseline, settings of the desk, and costs, as text or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sim.app.study import Study
from sim.app.text import interval, number, table
from sim.compare.cost_records import MILLION, Cost, costs_of
from sim.scenario.variants import SETTINGS

if TYPE_CHECKING:
    from pandas import DataFrame


__all__ = ["cost_table", "show_comparison", "structural_table"]

_STRUCTURAL = (
    ("halted_share", "plants that halt [%]", 100.0),
    ("restricted_mean_days", "first halt [d]", 1.0),
    ("downtime_days_mean", "halted days", 1.0),
)
_PAIRED = ("later_halt_days", "less_downtime_days", "less_lost_units")


def show_comparison(
    study: Study, baseline: str | None, level: str, *, json_table: str | None
) -> None:
    """Print paired differences against the baseline, and how far desk settings lie apart.

    Parameters
    ----------
    study : Study
    baseline : str, optional
        Alternative to compare with; default: the design's.
    level : str
        sector, country or site.
    json_table : str, optional
        Print this comparison table as JSON instead; a name of `sim.columns.COMPARISON_TABLES`.
    """
    if baseline is not None:
        from sim.app.chosen import known_alternative

        known_alternative(study.design, baseline)
    findings = study.findings(baseline)
    paired = findings.paired[findings.paired["level"] == level]
    if json_table is not None:
        rows: DataFrame = getattr(findings, json_table)
        shown = rows[rows["level"] == level] if "level" in rows else rows
        click.echo(shown.to_json(orient="records", indent=2, double_precision=15))
        return
    title = (
        f"Against {findings.baseline}, {study.n_runs} paired runs, 95 % intervals. "
        "Positive: halts come later, fewer days are lost."
    )
    several = paired["baseline"].nunique() > 1
    columns = (
        level, "alternative", *(("against",) if several else ()),
        "later first halt [d]", "fewer halted days", "less lost units",
    )  # fmt: skip
    lines = [
        (row["name"], row["alternative"], *((row["baseline"],) if several else ()),
         *(interval(row, name, 1) for name in _PAIRED))
        for row in paired.to_dict("records")
    ]  # fmt: skip
    click.echo(table(title, columns, sorted(lines, key=lambda line: str(line[0]))))
    structural = findings.structural[findings.structural["level"] == level]
    if len(structural):
        click.echo("\n" + structural_table(study, structural, level))
    costs = costs_of(findings)
    if costs:
        click.echo("\n" + cost_table(costs, study.n_runs))


def structural_table(study: Study, structural: DataFrame, level: str) -> str:
    """Return figures under each setting of the desks, their range, and Monte Carlo error beside."""
    columns = (
        level, "alternative", "figure", "queue", "unlimited", "bare minimum",
        "structural: lowest to highest", "Monte Carlo (95 %)",
    )  # fmt: skip
    lines = []
    for row in structural.to_dict("records"):
        for name, label, scale in _STRUCTURAL:
            shown = {
                end: number(scale * float(row[f"{name}_{end}"]))
                for end in (*SETTINGS, "lowest", "highest", "monte_carlo")
            }
            span = f"{shown['lowest']} to {shown['highest']}"
            settings = (shown[setting] for setting in SETTINGS)
            error = f"± {shown['monte_carlo']}"
            lines.append((row["name"], row["alternative"], label, *settings, span, error))
    title = (
        f"The same under each setting of the licence desk, {study.n_runs} runs each. How far "
        "settings lie apart is structural uncertainty; more runs do not lessen it."
    )
    return table(title, columns, sorted(lines, key=lambda line: str(line[0])))


def cost_table(costs: Sequence[Cost], n_runs: int) -> str:
    """Return what each alternative costs beside the days that its plants stand."""
    lines = []
    for one in costs:
        millions = (number(usd / MILLION) for usd in (one.cost, *one.parts.values()))
        more = "" if one.name == one.baseline else _in_millions(one.more)
        lines.append((one.name, *millions, more, number(one.downtime_days)))
    columns = ("alternative", "cost [USD m]", *costs[0].parts, "more than its baseline",
               "halted days a plant")  # fmt: skip
    title = (
        f"What stocks and measures cost over the run, {n_runs} runs each; prices and rates are "
        "figures of the scenario, many of them assumed."
    )
    missing = costs[0].missing
    return table(title, columns, lines) + (
        f"\nLeft out, for want of a price: {missing}." if missing else ""
    )


def _in_millions(three: tuple[float, float, float]) -> str:
    value, low, high = (number(usd / MILLION) for usd in three)
    return f"{value} ({low} to {high})"
