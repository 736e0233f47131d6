"""The summary as `run --json` prints it: nested by alternative, null where nothing was reached.

In:  `Findings`.
Out: dictionaries, lists, texts and numbers that JSON can hold.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from sim.compare.findings import Findings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "as_json"]

MEASURES: Final = (
    "halted_share",
    "first_halt_days_median",
    "restricted_mean_days",
    "downtime_days_mean",
    "lost_units_mean",
)
_LISTS: Final = {"site": "sites", "sector": "sectors", "country": "countries"}


def as_json(findings: Findings, design_name: str | None = None) -> dict[str, Any]:
    """Return the summary of every alternative.

    Parameters
    ----------
    findings : Findings
    design_name : str, optional
        Name to print; the design's own by default.

    Returns
    -------
    dict
        `{design, runs, alternatives: [{alternative, sites, sectors, countries}]}`. Each entry has
        `name`, the `MEASURES` and the ends of their intervals (`<name>_low`, `<name>_high`); a
        site also its `kind`, `sector` and `country`. Null: not reached, or no bound.
    """
    by_alternative = dict(list(findings.summary.groupby("alternative", sort=False)))
    return {
        "design": findings.design if design_name is None else design_name,
        "runs": findings.n_runs,
        "alternatives": [
            {"alternative": name, **_lists(findings, name, by_alternative.get(name))}
            for name in findings.alternatives
        ],
    }


def _lists(
    findings: Findings, alternative: str, rows: pd.DataFrame | None
) -> dict[str, list[dict[str, Any]]]:
    lists: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS.values()}
    if rows is None:
        return lists
    for row in rows.to_dict("records"):
        level, name = str(row["level"]), str(row["name"])
        entry: dict[str, Any] = {"name": name}
        if level == "site":
            place = findings.places[alternative, name]
            entry |= {"kind": place.kind, "sector": place.sector, "country": place.country}
        for measure in MEASURES:
            for column in (measure, f"{measure}_low", f"{measure}_high"):
                value = float(row[column])
                entry[column] = value if math.isfinite(value) else None
        lists[_LISTS[level]].append(entry)
    return lists
