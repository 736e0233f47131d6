"""Outcome tables written by hand, small enough to know every answer beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

HORIZON = 100.0
PLACES = {
    "Leipzig": ("plant", "auto", "DE"),
    "Munich": ("plant", "auto", "DE"),
    "Toledo": ("plant", "defence", "US"),
    "Linz": ("component_maker", "auto", "EU"),
    "Baotou": ("magnet_maker", "", "CN"),
}


@dataclass(frozen=True)
class Made:
    """Tables that stand in for a results folder."""

    frames: Mapping[str, pd.DataFrame]
    alternatives: tuple[str, ...]
    design: str = "made"
    start: date = date(2025, 4, 4)
    failed: frozenset[int] = field(default=frozenset())

    @property
    def baseline(self) -> str:
        return self.alternatives[0]

    def replications(self, n: int | None = None) -> tuple[int, ...]:
        every = sorted(set(self.frames["runs"]["replication"]))
        return tuple(int(number) for number in every if n is None or number < n)

    def table(
        self, name: str, n: int | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        frame = self.frames[name]
        kept = frame if n is None else frame[frame["replication"] < n]
        return kept if columns is None else kept[list(columns)]


def made(
    first_halts: Mapping[str, Mapping[str, Sequence[float | None]]],
    *,
    downtime: Mapping[str, Mapping[str, Sequence[float]]] | None = None,
    lost: Mapping[str, Mapping[str, Sequence[float]]] | None = None,
    licences: Sequence[Mapping[str, Any]] = (),
    runway: Sequence[Mapping[str, Any]] = (),
    costs: Sequence[Mapping[str, Any]] = (),
    horizon: Mapping[str, float] | None = None,
) -> Made:
    """Return a source; first halts by alternative and site, None where there was none."""
    service, runs = [], []
    horizons = horizon or {}
    for alternative, sites in first_halts.items():
        tau = horizons.get(alternative, HORIZON)
        n_runs = len(next(iter(sites.values())))
        for replication in range(n_runs):
            runs.append(
                {"alternative": alternative, "replication": replication, "horizon_days": tau}
            )
            for site, days in sites.items():
                kind, sector, country = PLACES[site]
                day = days[replication]
                service.append(
                    {
                        "alternative": alternative,
                        "replication": replication,
                        "site": site,
                        "kind": kind,
                        "sector": sector,
                        "country": country,
                        "first_halt_days": tau if day is None else float(day),
                        "halted": day is not None,
                        "downtime_days": _of(downtime, alternative, site, replication),
                        "lost_units": _of(lost, alternative, site, replication),
                    }
                )
    frames = {
        "service": pd.DataFrame(service),
        "runs": pd.DataFrame(runs),
        "licences": _licences(licences),
        "runway": pd.DataFrame(
            runway, columns=["alternative", "replication", "site", "day", "chain_runway_days"]
        ),
        "costs": pd.DataFrame(
            costs, columns=["alternative", "replication", "category", "item", "amount_usd"]
        ),
    }
    return Made(frames, tuple(first_halts))


def _of(
    given: Mapping[str, Mapping[str, Sequence[float]]] | None, name: str, site: str, number: int
) -> float:
    return float(given[name][site][number]) if given else 0.0


def _licences(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Fill in what follows: a wait lasts to the decision, or to the horizon."""
    full = []
    for row in rows:
        decided = row.get("decided_days")
        full.append(
            {
                "alternative": row.get("alternative", "base"),
                "replication": row.get("replication", 0),
                "decides": row.get("decides", "licence"),
                "destination": row.get("destination", "DE"),
                "filed_days": float(row["filed_days"]),
                "decided_days": np.nan if decided is None else float(decided),
                "outcome": row.get("outcome", "pending" if decided is None else "granted"),
                "wait_days": (HORIZON if decided is None else decided) - row["filed_days"],
            }
        )
    columns = [
        "alternative", "replication", "decides", "destination", "filed_days", "decided_days",
        "outcome", "wait_days",
    ]  # fmt: skip
    return pd.DataFrame(full, columns=columns)


def row_of(frame: pd.DataFrame, **labels: str) -> dict[str, Any]:
    """Return the one row with these labels."""
    for name, text in labels.items():
        frame = frame[frame[name] == text]
    (row,) = frame.to_dict("records")
    return row
