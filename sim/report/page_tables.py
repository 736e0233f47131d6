"""The table beneath each picture of the page, as text ready to be set.

In:  a comparison, the outcome table `halts`, a scenario.
Out: `PageTable` records; every cell is plain text, escaped by the page.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from sim.compare.cost_records import MILLION, costs_of
from sim.report.map_figure import network_flows
from sim.report.names import (
    Compared,
    alternative_labels,
    country_label,
    group_label,
    level_names,
    records,
    runs_text,
    spaced,
)
from sim.scenario.schema import Scenario
from sim.scenario.variants import SETTINGS

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PageTable",
    "costs_table",
    "curves_table",
    "network_table",
    "plants_table",
    "runway_table",
    "structural_table",
    "summary_table",
    "waits_table",
]


_STRUCTURAL = (
    ("halted_share", "halted [%]", 100.0),
    ("restricted_mean_days", "time to the first halt [d]", 1.0),
    ("downtime_days_mean", "downtime of a plant [d]", 1.0),
)


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of the page.

    Parameters
    ----------
    caption : str
        What it shows, with replications.
    columns : tuple of str
        Headings with units.
    rows : tuple of tuple of str
        Cells; the first `n_names` of each row are its names.
    n_names : int
        Leading columns that are names, not numbers.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_names: int = 1


def summary_table(findings: Compared) -> PageTable:
    """Every sector and country under every alternative."""
    labels = alternative_labels(findings)
    table = findings.summary[findings.summary["level"].isin(["sector", "country"])]
    rows = [
        (
            labels[str(row["alternative"])],
            group_label(str(row["level"]), str(row["name"])),
            str(row["n_sites"]),
            _share(row, "halted_share"),
            _median(findings, row),
            _days(row, "restricted_mean_days"),
            _days(row, "downtime_days_mean"),
            _count(row, "lost_units_mean"),
        )
        for row in records(table)
    ]
    return PageTable(
        f"Plants by sector and country; {runs_text(findings.n_runs)} of each alternative, 95 % "
        "intervals in brackets",
        ("Alternative", "Sector or country", "Plants", "Halted [%]", "Half have halted by",
         "Mean time to the first halt, cut off at the end [d]", "Downtime of a plant [d]",
         "Lost output of all [units]"),
        tuple(rows), 2,
    )  # fmt: skip


def curves_table(findings: Compared) -> PageTable:
    """Share of all plants that have not halted so far, about once a month."""
    names = level_names(findings.halt_curves, "all")[:1]
    table = findings.halt_curves
    table = table[(table["level"] == "all") & table["name"].isin(names)]
    return _by_date(
        findings, table, "running_share", 100.0,
        f"All plants, not halted so far [%]; {runs_text(findings.n_runs)} of each alternative",
    )  # fmt: skip


def runway_table(findings: Compared, level: str = "sector") -> PageTable:
    """Median runway of each sector, about once a month."""
    table = findings.runway_fans[findings.runway_fans["level"] == level]
    parts = []
    columns: tuple[str, ...] = ()
    for name in level_names(findings.runway_fans, level):
        part = _by_date(findings, table[table["name"] == name], "runway_days_p50", 1.0, "")
        columns = (level.capitalize(), *part.columns)
        parts += [(group_label(level, name), *row) for row in part.rows]
    return PageTable(
        f"Median inventory runway [days, at most 365], {runs_text(findings.n_runs)} of each "
        "alternative",
        columns, tuple(parts), 2,
    )  # fmt: skip


def _by_date(
    findings: Compared, table: pd.DataFrame, column: str, scale: float, caption: str
) -> PageTable:
    """One row about every 28 days, one column for each alternative."""
    labels = alternative_labels(findings)
    wide = table.pivot_table(
        index="day", columns="alternative", values=column, aggfunc="first", observed=True
    )
    days = wide.index.to_numpy(dtype=np.float64)
    wanted = np.arange(0.0, findings.horizon_days + 1, 28.0)
    at = np.unique(np.searchsorted(days, wanted).clip(max=days.size - 1)) if days.size else days
    shown = [name for name in findings.alternatives if name in wide.columns]
    rows = tuple(
        (
            _iso(findings.start, float(days[n])),
            *(_plain(wide[name].iloc[n] * scale) for name in shown),
        )
        for n in at.astype(np.int64).tolist()
    )
    return PageTable(caption, ("Date", *(labels[name] for name in shown)), rows)


def plants_table(findings: Compared, halts: pd.DataFrame, alternative: str) -> PageTable:
    """Every plant under one alternative: when, how long, and the commonest cause."""
    table = findings.summary
    table = table[(table["alternative"] == alternative) & (table["level"] == "site")
                  & (table["kind"] == "plant")]  # fmt: skip
    mine = halts[(halts["alternative"] == alternative) & (halts["kind"] == "plant")]
    # Text may come as categories; as plain text, groups without a row do not appear.
    by_cause = mine.assign(site=mine["site"].astype(str), cause=mine["cause"].astype(str))
    lasting = by_cause.groupby(["site", "cause"])["duration_days"].sum()
    rows = []
    for row in records(table):
        name = str(row["name"])
        causes = lasting.loc[name] if name in lasting.index.get_level_values(0) else None
        rows.append(
            (
                name,
                _share(row, "halted_share"),
                _median(findings, row),
                _days(row, "downtime_days_mean"),
                _count(row, "lost_units_mean"),
                str(causes.idxmax()) if causes is not None else "-",
            )
        )
    return PageTable(
        f"Plants under {alternative_labels(findings).get(alternative, alternative)}, "
        f"{runs_text(findings.n_runs)}, 95 % intervals in brackets",
        ("Plant", "Halted [%]", "Halted by then in half of the replications", "Downtime [d]",
         "Lost output [units]", "Cause of most halted days"),
        tuple(rows),
    )  # fmt: skip


def structural_table(findings: Compared) -> PageTable:
    """Figures of each sector under every setting of the licence desks; no rows if there is one."""
    table = findings.structural[findings.structural["level"] == "sector"]
    rows = tuple(
        (
            spaced(str(row["alternative"])),
            group_label("sector", str(row["name"])),
            label,
            *(_plain(row[f"{name}_{setting}"] * scale) for setting in SETTINGS),
            f"{_plain(row[f'{name}_lowest'] * scale)} to {_plain(row[f'{name}_highest'] * scale)}",
            f"± {_plain(row[f'{name}_monte_carlo'] * scale)}",
        )
        for row in records(table)
        for name, label, scale in _STRUCTURAL
    )
    return PageTable(
        f"Plants by sector, {runs_text(findings.n_runs)} of each alternative in each setting",
        ("Alternative", "Sector", "Figure", "Queue", "Unlimited", "Bare minimum",
         "Structural: lowest to highest", "Monte Carlo: half of the widest 95 % interval"),
        rows, 3,
    )  # fmt: skip


def costs_table(findings: Compared) -> PageTable:
    """Cost and downtime of each alternative; no rows if nothing is counted."""
    labels = alternative_labels(findings)
    found = costs_of(findings)
    categories = tuple(found[0].parts) if found else ()
    rows = tuple(
        (
            labels[one.name],
            _millions(one.cost),
            *(_millions(usd) for usd in one.parts.values()),
            "" if one.name == one.baseline else _with_ends(one.more),
            f"{one.downtime_days:.1f}",
        )
        for one in found
    )
    left_out = found[0].missing if found else ""
    unpriced = f"; left out, for want of a price: {left_out}" if left_out else ""
    return PageTable(
        f"Costs over the whole run, means of {runs_text(findings.n_runs)}, 95 % intervals in "
        f"brackets{unpriced}",
        ("Alternative", "All [USD m]", *(f"{name.capitalize()} [USD m]" for name in categories),
         "More than its baseline [USD m]", "Downtime of a plant [d]"),
        rows,
    )  # fmt: skip


def waits_table(findings: Compared) -> PageTable:
    """Applications and waits by alternative and destination."""
    labels = alternative_labels(findings)
    rows = tuple(
        (
            labels[str(row["alternative"])],
            country_label(str(row["destination"])),
            _plain(row["filed_mean"]),
            _plain(row["granted_share"] * 100),
            _plain(row["pending_share"] * 100),
            _days(row, "wait_days_mean"),
            _plain(row["wait_days_p90"]),
            _days(row, "longer_wait_days"),
        )
        for row in records(findings.waits)
    )
    return PageTable(
        f"Applications by destination of the end user, means of {runs_text(findings.n_runs)}, "
        "95 % intervals in brackets",
        ("Alternative", "Destination", "Filed [count]", "Granted by the end [%]",
         "Undecided at the end [%]", "Mean wait of decided ones [d]",
         "90 % have waited less than [d], undecided ones counted as longer",
         f"Longer on the desk than under {labels[findings.baseline]} [d], to the end if undecided"),
        rows, 2,
    )  # fmt: skip


def network_table(scenario: Scenario) -> PageTable:
    """Lanes joined by supplier and customer, the largest flow first."""
    nodes, flows = network_flows(scenario)
    rows = tuple(
        (
            nodes[flow.source].label,
            nodes[flow.target].label,
            " and ".join(flow.desks) or "-",
            f"{flow.tonnes_per_year:,.1f}",
        )
        for flow in flows
    )
    columns = ("Supplier", "Customer", "Can need a licence of", "Magnets planned [t a year]")
    return PageTable("Lanes of the scenario, the largest flow first", columns, rows, 3)


def _share(row: Mapping[str, object], name: str) -> str:
    value, low, high = (100 * part for part in _three(row, name))
    if value == 0 and high > 0:
        return f"none seen, below {high:.1f}"
    return _with_interval(value, low, high, "{:.0f}")


def _days(row: Mapping[str, object], name: str) -> str:
    return _with_interval(*_three(row, name), "{:.1f}")


def _count(row: Mapping[str, object], name: str) -> str:
    return _with_interval(*_three(row, name), "{:,.0f}")


def _median(findings: Compared, row: Mapping[str, object]) -> str:
    value, low, high = _three(row, "first_halt_days_median")
    if not math.isfinite(value):
        return "not reached"
    ends = [
        _iso(findings.start, end) if math.isfinite(end) else "not reached" for end in (low, high)
    ]
    interval = f" ({ends[0]} to {ends[1]})" if not math.isnan(low) and low != high else ""
    return _iso(findings.start, value) + interval


def _three(row: Mapping[str, object], name: str) -> tuple[float, float, float]:
    value, low, high = (float(str(row[f"{name}{end}"])) for end in ("", "_low", "_high"))
    return value, low, high


def _with_interval(value: float, low: float, high: float, form: str) -> str:
    if math.isnan(value):
        return "-"
    shown = form.format(value)
    if math.isnan(low) or math.isnan(high) or low == high:
        return shown
    return f"{shown} ({form.format(low)} to {form.format(high)})"


def _plain(value: object) -> str:
    number = float(str(value))
    return (
        "-"
        if not math.isfinite(number)
        else f"{number:,.0f}"
        if abs(number) >= 10
        else f"{number:.1f}"
    )


def _millions(usd: float) -> str:
    return "-" if usd != usd else f"{usd / MILLION:,.2f}"


def _with_ends(three: tuple[float, float, float]) -> str:
    value, low, high = (_millions(usd) for usd in three)
    return value if "-" in (low, high) else f"{value} ({low} to {high})"


def _iso(start: date, day: float) -> str:
    return (start + timedelta(days=math.floor(day))).isoformat()
