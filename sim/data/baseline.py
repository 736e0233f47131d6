"""What China would export to each destination in an undisturbed month.

The monthly baseline of a destination is its known months of 2024 scaled to the world row: the mean
of its shares of the world's exports in those months, times the mean world month of 2024. What no
destination claims goes to the rest of the world. Why so: `decisions/0001`.

In:  `exports.csv` and the figure `exports_china_2024_tonnes`.
Out: one `Baseline` a destination, tonnes a month and a day.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from math import fsum

from sim.data.figures import figure, table

__all__ = ["BASE_YEAR", "Baseline", "monthly_baseline"]

BASE_YEAR = 2024
"""The last year whose every month lies before the controls of April 2025."""

_MONTHS_PER_YEAR = 12
_EU, _GERMANY, _WORLD = "EU27", "Germany", "World"
_REPORTED = (("US", "United States"), ("DE", _GERMANY), ("JP", "Japan"), ("KR", "South Korea"),
             ("IN", "India"), ("VN", "Vietnam"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Baseline:
    """Undisturbed exports from China to one destination.

    Parameters
    ----------
    destination : str
        US, DE, EU (without Germany), JP, KR, IN, VN or XW (rest of the world).
    n_months : int
        Known months the share was read from; 0 where it is the remainder of others.
    share : float
        Its share of the world's exports.
    tonnes_per_month, tonnes_per_day : float
        The flow, in a mean month and on a mean day of the base year.
    """

    destination: str
    n_months: int
    share: float
    tonnes_per_month: float
    tonnes_per_day: float


def monthly_baseline() -> tuple[Baseline, ...]:
    """Baseline exports by destination; the shares sum to 1.

    For a destination `d` with known months `m` of 2024,

        share(d) = mean over m of tonnes(d, m) / tonnes(World, m)
        tonnes_per_month(d) = share(d) * tonnes(World, 2024) / 12
        tonnes_per_day(d) = share(d) * tonnes(World, 2024) / 366

    The EU without Germany is the share of the 27 members less Germany's; the rest of the world is
    1 less all others. Both carry `n_months` 0: they are remainders.

    Returns
    -------
    tuple of Baseline
        US, DE, EU, JP, KR, IN, VN, XW, in this order.

    Examples
    --------
    >>> for row in monthly_baseline():
    ...     print(f"{row.destination} {row.share:.4f} {row.tonnes_per_month:.0f}")
    US 0.1292 626
    DE 0.1798 871
    EU 0.1560 756
    JP 0.0367 178
    KR 0.0929 450
    IN 0.0495 240
    VN 0.0785 381
    XW 0.2774 1344
    """
    tonnes = _known_tonnes()
    shares = {code: _mean_share(tonnes, name) for code, name in _REPORTED}
    eu_rest = _mean_share(tonnes, _EU) - shares["DE"]
    ordered = {"US": shares["US"], "DE": shares["DE"], "EU": eu_rest}
    ordered |= {code: shares[code] for code in ("JP", "KR", "IN", "VN")}
    ordered["XW"] = 1.0 - fsum(ordered.values())

    n_months = {code: len(tonnes[name]) for code, name in _REPORTED}
    year_tonnes = figure("exports_china_2024_tonnes").value
    n_days = 366 if isleap(BASE_YEAR) else 365
    return tuple(
        Baseline(
            destination=code,
            n_months=n_months.get(code, 0),
            share=share,
            tonnes_per_month=share * year_tonnes / _MONTHS_PER_YEAR,
            tonnes_per_day=share * year_tonnes / n_days,
        )
        for code, share in ordered.items()
    )


def _known_tonnes() -> dict[str, dict[str, float]]:
    """Tonnes of the base year by destination and month."""
    known: dict[str, dict[str, float]] = {}
    for row in table("exports"):
        if row["month"].startswith(f"{BASE_YEAR}-"):
            known.setdefault(row["destination"], {})[row["month"]] = float(row["tonnes"])
    return known


def _mean_share(tonnes: dict[str, dict[str, float]], destination: str) -> float:
    """Mean over its known months of a destination's share of the world's exports."""
    world = tonnes[_WORLD]
    shares = [value / world[month] for month, value in tonnes[destination].items()]
    return fsum(shares) / len(shares)
