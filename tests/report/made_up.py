"""Frames that look like a real comparison, made without running anything."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.columns import COMPARISON_TABLES, OUTCOME_TABLES, names
from sim.scenario import Scenario

START = date(2025, 4, 4)
HORIZON = 590.0
N_RUNS = 50
HOSTILE = "<script>alert(1)</script>"
MATHS = "$x^2$ & $y_1$"
TEMPLATE = "{{7*7}} {% raw %}"
PICTURE = "![x](http://e.example/x.png)"

# How much faster or slower each alternative makes the licences; the names include hostile ones.
ALTERNATIVES = {
    "as it happened": 1.0,
    "no controls": 0.0,
    "total stop": 6.0,
    "approvals at 25 %": 2.4,
    "approvals at 50 %": 1.7,
    "approvals at 75 %": 1.2,
    "approvals at 90 %": 0.9,
    "slow walk without truce": 2.0,
    "fast track for Europe": 0.95,
    "30 more days of cover": 0.55,
    "60 more days of cover": 0.3,
    "general licences from day 60": 0.5,
}
SECTORS = {"auto": 45.0, "chip_equipment": 90.0, "defence": 70.0, "other": 120.0}
COUNTRIES = {"US": 0.8, "DE": 1.1, "EU": 1.0, "JP": 1.6, "KR": 1.4, "IN": 0.7, "VN": 1.3, "XW": 1.2}


@dataclass(frozen=True)
class FakeFindings:
    """The fields of `sim.compare.Findings`, with tables that were made up."""

    summary: pd.DataFrame
    paired: pd.DataFrame
    halt_curves: pd.DataFrame
    waits: pd.DataFrame
    backlog: pd.DataFrame
    runway_fans: pd.DataFrame
    structural: pd.DataFrame
    cost_totals: pd.DataFrame
    design: str = "policies_2025"
    start: date = START
    horizon_days: float = HORIZON
    n_runs: int = N_RUNS
    baseline: str = "as it happened"
    alternatives: tuple[str, ...] = tuple(ALTERNATIVES)


@dataclass(frozen=True)
class FakeResults:
    """Stored tables by name."""

    halts: pd.DataFrame

    def table(self, name: str) -> pd.DataFrame:
        return {"halts": self.halts}[name]

    def replications(self) -> tuple[int, ...]:
        return tuple(range(N_RUNS))


@dataclass(frozen=True)
class FakeDesign:
    """The fields of `sim.scenario.Design` that a report reads."""

    name: str
    alternatives: dict[str, Scenario]
    baseline: str
    path: Path | None = None


def frame(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make a table with exactly the columns of the dictionary; what is missing is empty."""
    columns = names((COMPARISON_TABLES | OUTCOME_TABLES)[table])
    unknown = {key for row in rows for key in row} - set(columns)
    if unknown:
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    return pd.DataFrame(rows, columns=list(columns))


def with_interval(name: str, value: float, half: float, low: float = -np.inf,
                  high: float = np.inf) -> dict[str, float]:  # fmt: skip
    return {name: value, f"{name}_low": max(low, value - half),
            f"{name}_high": min(high, value + half)}  # fmt: skip


def halted_by(day: float, slowness: float, cover: float) -> float:
    """Share of plants that have halted by a day: a made-up curve with a plateau."""
    if slowness == 0:
        return 0.0
    most = 1 - np.exp(-slowness * 60 / cover)
    return float(most / (1 + np.exp(-(day - cover) / (9 + 8 / slowness))))


def plants() -> dict[str, dict[str, Any]]:
    found = {}
    for sector in SECTORS:
        for country in COUNTRIES:
            if sector == "chip_equipment" and country in {"IN", "VN", "XW"}:
                continue
            found[f"{country} {sector.replace('_', ' ')} plants"] = {
                "sector": sector,
                "country": country,
            }
    return found


def groups() -> list[tuple[str, str, str, int, float]]:
    sites = [("site", name, "plant", 1, SECTORS[p["sector"]] * COUNTRIES[p["country"]])
             for name, p in plants().items()]  # fmt: skip
    sectors = [("sector", name, "plant", 7, cover) for name, cover in SECTORS.items()]
    countries = [("country", name, "plant", 4, 75 * factor) for name, factor in COUNTRIES.items()]
    return sites + sectors + countries


def summary_rows() -> list[dict[str, Any]]:
    rows = []
    for alternative, slow in ALTERNATIVES.items():
        for level, name, kind, n_sites, cover in groups():
            days = np.arange(0, HORIZON, 5.0)
            halted = np.array([halted_by(day, slow, cover) for day in days])
            share, reached = float(halted[-1]), np.flatnonzero(halted >= 0.5)
            median = float(days[reached[0]]) if reached.size else np.nan
            mean = float(np.trapezoid(1 - halted, days)) + 5
            rows.append(
                {"alternative": alternative, "level": level, "name": name, "kind": kind,
                 "n_sites": n_sites, "n_runs": N_RUNS}
                | with_interval("halted_share", share, 0.07 if slow else 0.0, 0, 1)
                | with_interval("first_halt_days_median", median, 6)
                | with_interval("restricted_mean_days", mean, 14 if slow else 0, 0, HORIZON)
                | with_interval("downtime_days_mean", 70 * share * slow, 6 * share, 0)
                | with_interval("lost_units_mean", 900 * share * slow * n_sites, 90 * share, 0)
            )  # fmt: skip
    return rows


def paired_rows(summary: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    base = summary[summary.alternative == "as it happened"].set_index(["level", "name"])
    for row in summary.to_dict("records"):
        if row["alternative"] == "as it happened":
            continue
        other = base.loc[(row["level"], row["name"])]
        means = ("restricted_mean_days", "downtime_days_mean", "lost_units_mean")
        less = {mean: other[mean] - row[mean] for mean in means}
        rows.append(
            {key: row[key] for key in ("alternative", "level", "name", "kind", "n_sites", "n_runs")}
            | {"baseline": "as it happened"}
            | with_interval("later_halt_days", -less["restricted_mean_days"], 5)
            | with_interval("less_downtime_days", less["downtime_days_mean"], 3)
            | with_interval("less_lost_units", less["lost_units_mean"], 200)
            | {"p_halt_difference": row["halted_share"] - other["halted_share"]}
        )  # fmt: skip
    return rows


def curve_rows() -> list[dict[str, Any]]:
    rows = []
    levels = [("all", "all", 85.0)]
    levels += [("sector", name, cover) for name, cover in SECTORS.items()]
    levels += [("country", name, 75 * factor) for name, factor in COUNTRIES.items()]
    for alternative, slow in ALTERNATIVES.items():
        for level, name, cover in levels:
            for day in np.arange(0, HORIZON + 1, 10.0):
                share = 1 - halted_by(day, slow, cover)
                where = {"alternative": alternative, "level": level, "name": name}
                running = with_interval("running_share", share, 0.05 if slow else 0, 0, 1)
                rows.append(where | {"day": day} | running)
    return rows


def fan_rows() -> list[dict[str, Any]]:
    rows = []
    draw = np.random.default_rng(1)
    of = [("sector", name, cover) for name, cover in SECTORS.items()]
    of += [
        ("site", name, SECTORS[p["sector"]] * COUNTRIES[p["country"]])
        for name, p in plants().items()
    ]
    for alternative, slow in ALTERNATIVES.items():
        for level, name, cover in of:
            for day in np.arange(0, HORIZON, 14.0):
                dip = 1 / (1 + (day / cover - 1.2) ** 2 * 3) * min(1.0, 0.6 * slow)
                middle = max(0.0, cover * (1 - dip) * 0.8 + draw.normal(0, cover * 0.02))
                if slow > 5:
                    middle = max(0.0, cover * 0.8 - day)
                rows.append({"alternative": alternative, "level": level, "name": name, "day": day,
                             "runway_days_p10": middle * 0.6, "runway_days_p50": middle,
                             "runway_days_p90": middle * 1.3 + 4})  # fmt: skip
    return rows


def wait_rows() -> list[dict[str, Any]]:
    rows = []
    for alternative, slow in ALTERNATIVES.items():
        if slow == 0:
            continue
        for country, factor in COUNTRIES.items():
            wait = 40 * slow / factor
            granted = min(0.95, 0.6 / slow)
            row = {"alternative": alternative, "destination": country, "filed_mean": 60 * factor}
            row |= {"granted_share": granted, "pending_share": 1 - granted}
            row |= {"wait_days_p90": wait * 1.8 if slow < 5 else np.nan}
            row |= with_interval("wait_days_mean", wait if slow < 5 else np.nan, 4)
            rows.append(row | with_interval("longer_wait_days", 40 * (slow - 1) / factor, 4))
    return rows


def backlog_rows() -> list[dict[str, Any]]:
    rows = []
    for alternative, slow in ALTERNATIVES.items():
        if slow == 0:
            continue
        for destination in ("all", *COUNTRIES):
            size = 1 if destination == "all" else 0.12
            for day in np.arange(0, HORIZON, 14.0):
                pending = (
                    size * slow * 900 * (day / 70) * np.exp(1 - day / 70) + day * slow * 0.2 * size
                )
                share = 1 - np.exp(-day / (80 * slow)) if day else np.nan
                rows.append({"alternative": alternative, "destination": destination, "day": day,
                             "approved_so_far_share": share}
                            | with_interval("pending_files", pending, 0.15 * pending, 0)
                            )  # fmt: skip
    return rows


def halt_rows() -> list[dict[str, Any]]:
    rows = []
    draw = np.random.default_rng(2)
    for site, about in plants().items():
        cover = SECTORS[about["sector"]] * COUNTRIES[about["country"]]
        for replication in range(N_RUNS):
            start = cover + draw.normal(0, 8)
            if draw.random() > 0.7 or start > 150:
                continue
            length = draw.gamma(4, 12)
            cause = draw.choice(
                ["licence pending", "licence refused", "in transit"], p=[0.7, 0.1, 0.2]
            )
            rows.append({"alternative": "as it happened", "replication": replication, "site": site,
                         "kind": "plant", **about, "start_days": start, "end_days": start + length,
                         "duration_days": length, "open_at_horizon": False,
                         "blocking_item": "motors", "cause": str(cause)})  # fmt: skip
    return rows


def world() -> dict[str, Any]:
    """One maker in China, a component maker and the plants of each sector and country."""
    sites: dict[str, Any] = {
        "China makers": {"kind": "magnet_maker", "country": "CN", "makes": "controlled magnet",
                         "output_per_day": "60 t"},
        "Japan makers": {"kind": "magnet_maker", "country": "JP", "makes": "controlled magnet",
                         "output_per_day": "5 t"},
    }  # fmt: skip
    lanes: dict[str, Any] = {}
    for plant, about in plants().items():
        parts = plant.replace("plants", "suppliers")
        magnets = {"controlled magnet": {"per_unit": "700 g", "cover": "40 d"}}
        sites[parts] = {"kind": "component_maker", **about, "makes": "motors",
                        "output_per_day": 1000, "bill": magnets}  # fmt: skip
        sites[plant] = {"kind": "plant", **about, "makes": "car", "output_per_day": 1000,
                        "bill": {"motors": {"per_unit": 1, "cover": "10 d"}}}  # fmt: skip
        lanes[f"{parts} to {plant}"] = {"supplier": parts, "customer": plant, "transit": "2 d",
                                        "mode": "road"}  # fmt: skip
        source = "Japan makers" if about["country"] == "JP" else "China makers"
        lanes[f"magnets to {parts}"] = {"supplier": source, "customer": parts, "transit": "30 d"}
    return {"sites": sites, "lanes": lanes, "items": {
        "controlled magnet": {"kind": "magnet", "controlled": True},
        "motors": {"kind": "component"}, "car": {"kind": "product"}}}  # fmt: skip


def scenario_data() -> dict[str, Any]:
    return {
        "schema_version": 1, "name": "policies_2025", "title": "The 2025 licence regime",
        "question": "Which plants halt?", "start": "2025-04-04", "horizon": "590 d", "seed": 2025,
        **world(),
        "gates": {"announcement 18": {"desk": "mofcom", "leaves": ["CN"], "from": "2025-04-04"}},
        "desks": {"mofcom": {"setting": "queue", "officers": 30}},
        "policy": {
            "statutory clock": {"from": "2025-04-04", "mean_review_time": "45 working days",
                                "approval_rate": 0.8, "source": "Reuters explainer "
                                "https://example.org/a?b=1&c=2",
                                "note": "review_time_statutory_working_days"},
            HOSTILE: {"from": "2025-06-10", "destination": ["US"], "mean_review_time": "20 d",
                      "note": MATHS, "source": "javascript:alert(1) " + PICTURE},
            TEMPLATE: {"from": "2025-11-10", "to": "2026-11-10", "approval_rate": 0.95},
        },
        "events": [
            {"date": "2025-04-04", "label": "Announcement 18: licence rule begins"},
            {"date": "2025-05-12", "label": "Geneva truce"},
            {"date": "2025-06-02", "label": "first US carmakers' licences"},
            {"date": "2025-06-07", "label": "green channel offered to the EU"},
            {"date": "2025-06-10", "label": "London framework"},
            {"date": "2025-10-09", "label": "October announcements"},
            {"date": "2025-10-30", "label": "Busan truce " + MATHS},
            {"date": "2025-12-02", "label": "first general licences"},
            {"date": "2026-11-10", "label": "suspensions end"},
        ],
    }  # fmt: skip


def make_findings(**changes: Any) -> FakeFindings:
    summary = frame("summary", summary_rows())
    tables = {
        "summary": summary,
        "paired": frame("paired", paired_rows(summary)),
        "halt_curves": frame("halt_curves", curve_rows()),
        "waits": frame("waits", wait_rows()),
        "backlog": frame("backlog", backlog_rows()),
        "runway_fans": frame("runway_fans", fan_rows()),
        "structural": frame("structural", []),
        "cost_totals": frame("cost_totals", []),
    }
    return FakeFindings(**(tables | changes))


def renamed(findings: FakeFindings, new: dict[str, str]) -> FakeFindings:
    """Give alternatives and groups other names, everywhere."""
    tables = {}
    for table in COMPARISON_TABLES:
        changed = getattr(findings, table).copy()
        for column in set(changed) & {"alternative", "baseline", "name", "destination"}:
            changed[column] = changed[column].replace(new)
        tables[table] = changed
    alternatives = tuple(new.get(name, name) for name in findings.alternatives)
    return FakeFindings(
        **tables,
        baseline=new.get(findings.baseline, findings.baseline),
        alternatives=alternatives,
    )
