"""How far results depend on how the licence desk works, which nobody outside knows.

A Monte Carlo interval says how much more replications would move a figure; it says nothing about
the model. So the three settings of the desk stand side by side: their lowest and highest value is
the structural uncertainty, and it has columns of its own.

In:  `Panel`s of alternatives that were run in several settings, such as `ruled [queue]`.
Out: the table `structural`; empty if no alternative was run in more than one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sim.compare.frames import frame_of_rows
from sim.scenario.variants import SETTINGS, setting_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MEASURES", "structural_of"]

MEASURES: Final = ("halted_share", "restricted_mean_days", "downtime_days_mean")
"""Columns of the summary whose spread over settings is shown."""

_LABELS: Final = ("alternative", "level", "name", "kind", "n_sites", "n_runs")


def structural_of(summary: pd.DataFrame) -> pd.DataFrame:
    """Return each figure under every setting of the desk, and how far settings lie apart.

    Parameters
    ----------
    summary : DataFrame
        The table `summary`.

    Returns
    -------
    DataFrame
        Columns of `sim.columns.STRUCTURAL`, in the order of the summary; NaN for a setting that
        was not run.
    """
    found: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
    for row in _records(summary):
        name, setting = setting_of(str(row["alternative"]))
        if setting:
            found.setdefault((name, str(row["level"]), str(row["name"])), {})[setting] = row
    rows = [
        _row(name, by_setting) for (name, *_), by_setting in found.items() if len(by_setting) > 1
    ]
    return frame_of_rows("structural", rows)


def _records(frame: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    records: Any = frame.to_dict("records")
    return list(records)


def _row(alternative: str, by_setting: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    first = next(iter(by_setting.values()))
    row: dict[str, Any] = {label: first[label] for label in _LABELS} | {"alternative": alternative}
    for measure in MEASURES:
        values = {name: float(one[measure]) for name, one in by_setting.items()}
        row |= {f"{measure}_{name}": values.get(name, math.nan) for name in SETTINGS}
        row[f"{measure}_lowest"] = min(values.values())
        row[f"{measure}_highest"] = max(values.values())
        row[f"{measure}_monte_carlo"] = max(
            (float(one[f"{measure}_high"]) - float(one[f"{measure}_low"])) / 2
            for one in by_setting.values()
        )
    return row
