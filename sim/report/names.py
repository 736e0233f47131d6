"""What things are called for a reader: alternatives, sectors, countries, kinds.

Names that a scenario's author chose are never changed, but for `_` in plain words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from sim.scenario.countries import GROUPS
from sim.scenario.variants import family

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

__all__ = [
    "ALL_PLANTS",
    "Compared",
    "Tables",
    "alternative_labels",
    "country_label",
    "group_label",
    "in_order",
    "level_names",
    "records",
    "runs_text",
    "spaced",
]

ALL_PLANTS = "all plants"
_PLAIN = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")

_COUNTRIES: Mapping[str, str] = {
    **GROUPS,
    "EU": "rest of the EU",
    "CN": "China",
    "DE": "Germany",
    "FR": "France",
    "GB": "United Kingdom",
    "IN": "India",
    "JP": "Japan",
    "KR": "South Korea",
    "MX": "Mexico",
    "TW": "Taiwan",
    "US": "United States",
    "VN": "Vietnam",
}


class ComparisonTables(Protocol):
    """Tables with exactly the columns of `sim.columns.COMPARISON_TABLES`."""

    @property
    def summary(self) -> pd.DataFrame: ...
    @property
    def paired(self) -> pd.DataFrame: ...
    @property
    def structural(self) -> pd.DataFrame: ...
    @property
    def halt_curves(self) -> pd.DataFrame: ...
    @property
    def waits(self) -> pd.DataFrame: ...
    @property
    def backlog(self) -> pd.DataFrame: ...
    @property
    def runway_fans(self) -> pd.DataFrame: ...
    @property
    def cost_totals(self) -> pd.DataFrame: ...


class Compared(ComparisonTables, Protocol):
    """What a report needs to know of a comparison: `sim.compare.Findings`, or its like."""

    @property
    def design(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> date: ...  # noqa: D102
    @property
    def horizon_days(self) -> float: ...  # noqa: D102
    @property
    def n_runs(self) -> int: ...  # noqa: D102
    @property
    def baseline(self) -> str: ...  # noqa: D102
    @property
    def alternatives(self) -> Sequence[str]: ...  # noqa: D102


class Tables(Protocol):
    """Stored results: `sim.experiment.Results`, or its like."""

    def table(self, name: str) -> pd.DataFrame:
        """Return one of `sim.columns.OUTCOME_TABLES`."""
        ...

    def replications(self) -> Sequence[int]:
        """Return the replications that the tables hold, in order."""
        ...


def alternative_labels(findings: Compared) -> dict[str, str]:
    """Label of each alternative: its name, with spaces if it is plain, such as `cover_plus_30`.

    Names that would become the same keep their underscores.
    """
    shown = {name: spaced(name) for name in findings.alternatives}
    times = Counter(shown.values())
    return {name: label if times[label] == 1 else name for name, label in shown.items()}


def spaced(name: str) -> str:
    """Return a plain name with spaces; so are the brackets of a variant of it.

    Examples
    --------
    >>> spaced("slow_walk [bare_minimum]"), spaced("A_1")
    ('slow walk [bare minimum]', 'A_1')
    """
    return name.replace("_", " ") if _PLAIN.fullmatch(family(name)) else name


def country_label(code: str) -> str:
    """Name of a country by its code; the code itself where the list has no name.

    Examples
    --------
    >>> country_label("XW"), country_label("NO")
    ('rest of the world', 'NO')
    """
    return _COUNTRIES.get(code, code)


def group_label(level: str, name: str) -> str:
    """Name of a site, sector, country or of all plants, for a reader."""
    if level == "sector":
        return spaced(name) or "no sector"
    if level == "country":
        return country_label(name)
    return ALL_PLANTS if level == "all" else name


def in_order(values: Iterable[Any]) -> tuple[str, ...]:
    """Return the distinct values as text, in the order in which they first appear."""
    return tuple(dict.fromkeys(str(value) for value in values))


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries from column name to value."""
    rows: Any = table.to_dict("records")
    return list(rows)


def runs_text(n_runs: int) -> str:
    """Return `1 replication` or `50 replications`."""
    return f"{n_runs} replication" + ("" if n_runs == 1 else "s")


def level_names(table: pd.DataFrame, level: str) -> tuple[str, ...]:
    """Names of one level of a table, in the order in which they first appear."""
    return in_order(table.loc[table["level"] == level, "name"])
