"""One alternative as arrays: what happened to every site in every replication.

Replications are axis R and sites axis S. A group is a set of sites: one site, the plants of a
sector, of a country, or all plants.

In:  outcome tables of a results folder, or of anything else that has them.
Out: `Panel`, and the `Group`s that its sites form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ALL",
    "Codes",
    "Group",
    "Panel",
    "Source",
    "codes_of",
    "groups_of",
    "panels_of",
    "quantiles",
]

ALL: Final = "all plants"
"""Name of the group of every plant."""

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

_SERVICE = (
    "alternative", "replication", "site", "kind", "sector", "country",
    "first_halt_days", "halted", "downtime_days", "lost_units",
)  # fmt: skip


class Source(Protocol):
    """Where outcome tables come from; `sim.experiment.Results` is one."""

    @property
    def design(self) -> str:
        """Name of the design."""
        ...

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives, in order."""
        ...

    @property
    def baseline(self) -> str:
        """The alternative that others are compared with."""
        ...

    @property
    def start(self) -> date:
        """Day 0."""
        ...

    def replications(self, n: int | None = None) -> tuple[int, ...]:
        """Return the first `n` replications."""
        ...

    def table(
        self, name: str, n: int | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return an outcome table, of the first `n` replications."""
        ...


@dataclass(frozen=True, eq=False)
class Panel:
    """What happened to the sites of one alternative.

    Parameters
    ----------
    alternative : str
    horizon_days : float
        Length of the runs [d].
    site, kind, sector, country : tuple of str, shape (S,)
        In order of the site's name.
    first_halt_days : ndarray of float64, shape (R, S)
        Start of the first halt, or the horizon [d].
    halted : ndarray of bool, shape (R, S)
        Whether a halt was observed.
    downtime_days, lost_units : ndarray of float64, shape (R, S)
    """

    alternative: str
    horizon_days: float
    site: tuple[str, ...]
    kind: tuple[str, ...]
    sector: tuple[str, ...]
    country: tuple[str, ...]
    first_halt_days: FloatArray
    halted: BoolArray
    downtime_days: FloatArray
    lost_units: FloatArray

    @property
    def n_runs(self) -> int:
        """Replications."""
        return int(self.halted.shape[0])


@dataclass(frozen=True, slots=True)
class Group:
    """Sites that are looked at together.

    Parameters
    ----------
    level : str
        site, sector, country or all.
    name, kind : str
    sites : tuple of str
    """

    level: str
    name: str
    kind: str
    sites: tuple[str, ...]

    def columns(self, panel: Panel) -> IntArray:
        """Return the positions of the sites along axis S of a panel."""
        place = {site: number for number, site in enumerate(panel.site)}
        return np.array([place[site] for site in self.sites], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Codes:
    """A text column as whole numbers: `words[codes[i]]` is the text of row i."""

    codes: IntArray
    words: tuple[str, ...]


def codes_of(column: pd.Series[Any], words: Sequence[str] | None = None) -> Codes:
    """Return a text column as numbers, words in order of the alphabet unless they are given."""
    category = column.astype("category")
    known = [str(word) for word in category.cat.categories]
    order = sorted(known) if words is None else list(words)
    places = np.array([order.index(word) if word in order else -1 for word in known] or [-1])
    codes = np.asarray(category.cat.codes, dtype=np.int64)
    return Codes(np.where(codes >= 0, places[codes], -1), tuple(order))


def panels_of(source: Source, n: int | None = None) -> tuple[Panel, ...]:
    """Return one panel for each alternative, in the order of the source.

    Raises
    ------
    ValueError
        If a replication of a site is missing or comes twice, or a run that never halted is said
        to have been watched for less than the horizon.
    """
    service = source.table("service", n, columns=_SERVICE)
    runs = source.table("runs", n, columns=("alternative", "horizon_days"))
    horizons = runs.groupby("alternative", observed=True)["horizon_days"].max()
    alternative = codes_of(service["alternative"], source.alternatives)
    return tuple(
        _panel(name, float(horizons[name]), service[alternative.codes == number])
        for number, name in enumerate(source.alternatives)
    )


def groups_of(panel: Panel) -> tuple[Group, ...]:
    """Return every component maker and plant, then sectors and countries of plants, then all."""
    plants = [number for number, kind in enumerate(panel.kind) if kind == "plant"]
    groups = [
        Group("site", site, kind, (site,))
        for site, kind in zip(panel.site, panel.kind, strict=True)
        if kind in {"plant", "component_maker"}
    ]
    for level, labels in (("sector", panel.sector), ("country", panel.country)):
        for name in sorted({labels[number] for number in plants} - {""}):
            members = tuple(panel.site[number] for number in plants if labels[number] == name)
            groups.append(Group(level, name, "plant", members))
    if plants:
        groups.append(Group("all", ALL, "plant", tuple(panel.site[number] for number in plants)))
    return tuple(groups)


def quantiles(values: FloatArray, shares: Sequence[float]) -> FloatArray:
    """Return quantiles along the last axis: values that occurred, not ones between them.

    So an infinite value ("later than we looked") is as good as any other. NaN is left out.

    Parameters
    ----------
    values : ndarray of float64, shape (..., n)
    shares : sequence of float
        Between 0 and 1, shape (q,).

    Returns
    -------
    ndarray of float64, shape (..., q)
        NaN where there is no value at all.

    Examples
    --------
    >>> quantiles(np.array([4.0, 1.0, np.inf, 2.0]), [0.25, 0.5, 0.9])
    array([ 1.,  2., inf])
    """
    ordered = np.sort(values, axis=-1)
    counted = np.count_nonzero(~np.isnan(ordered), axis=-1)[..., None]
    at = np.ceil(np.asarray(shares) * counted - 1e-9).astype(np.int64) - 1
    found: FloatArray = np.take_along_axis(ordered, np.clip(at, 0, None), axis=-1)
    return np.where(counted > 0, found, np.nan)


def _panel(alternative: str, horizon_days: float, service: pd.DataFrame) -> Panel:
    """Lay the rows of one alternative out as replications by sites."""
    replication, row = np.unique(service["replication"].to_numpy(), return_inverse=True)
    site = codes_of(service["site"])
    present, column = np.unique(site.codes, return_inverse=True)
    shape = (replication.size, present.size)
    cells = row * present.size + column
    if cells.size != shape[0] * shape[1] or np.unique(cells).size != cells.size:
        raise ValueError(f"service of '{alternative}': need one row for each site and replication")
    first_of_site = np.argsort(column, kind="stable")[:: max(shape[0], 1)]

    def laid_out(name: str, kind: type) -> Any:
        grid: NDArray[Any] = np.empty(shape[0] * shape[1], dtype=kind)
        grid[cells] = service[name].to_numpy()
        return grid.reshape(shape)

    def label(name: str) -> tuple[str, ...]:
        column_of_text = service[name].astype(object).to_numpy()
        return tuple(str(column_of_text[number]) for number in first_of_site)

    halted, first = laid_out("halted", bool), laid_out("first_halt_days", float)
    if bool((first[~halted] < horizon_days).any()):
        raise ValueError(f"service of '{alternative}': a run without a halt ends early")
    return Panel(
        alternative,
        horizon_days,
        label("site"),
        label("kind"),
        label("sector"),
        label("country"),
        first,
        halted,
        laid_out("downtime_days", float),
        laid_out("lost_units", float),
    )
