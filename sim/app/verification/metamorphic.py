"""Rows that hold for any scenario: what must not change a run, and what must.

Each row is a comparison of two runs of nearly the same world, row by row of the trace. The
comparisons take any scenario and any replication; the rows of the table make them on a network
with a little of everything (`metamorphic.yaml`) and on two identical plants (`twins.yaml`).

In:  scenario files for verification.
Out: findings of the area "metamorphic".
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

import numpy as np

from sim.app.verification.accounts import audited
from sim.app.verification.changes import (
    changed_from,
    free_licences,
    heavier,
    no_licences,
    reordered,
    shortened,
    slower,
    with_uncoupled_plant,
)
from sim.app.verification.table import Finding, RowCheck
from sim.app.verification.traces import (
    Row,
    differences,
    heavier_rows,
    named,
    slower_rows,
    without,
    without_added,
)
from sim.engine import Kind, Trace, simulate
from sim.model import build_model
from sim.scenario import Scenario, load_scenario
from sim.scenario.shipped import shipped_scenarios
from sim.units import DAY_S, HOUR_S

__all__ = [
    "CHECKS",
    "added_plant",
    "another_end",
    "another_mass",
    "another_order",
    "another_pace",
    "free_against_none",
    "more_observations",
    "rows_before",
    "twice",
    "unbalanced_looks",
]

_LICENCE_ROWS: Final = (
    Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN, Kind.SET_ASIDE, Kind.REGIME,
)  # fmt: skip
_OBSERVED: Final = (Kind.OBSERVED, Kind.OBSERVED_OUTPUT)
_REPLICATIONS: Final = (0, 1)


def free_against_none(scenario: Scenario, replication: int = 0) -> int:
    """V61: rows in which licences that cost nothing differ from none, licence rows aside."""
    free, none = (
        without(_run(changed(scenario), replication), *_LICENCE_ROWS)
        for changed in (free_licences, no_licences)
    )
    return differences(free, none)


def unbalanced_looks(
    scenario: Scenario, replication: int = 0, every: int = 1
) -> tuple[int, int, int]:
    """V62: looks at which mass is missing, all looks, rows that the looking has changed."""
    tables = build_model(scenario, replication)
    audit = audited(tables, replication, every)
    alone = simulate(tables, replication)
    return len(audit.faults), audit.n_looks, differences(audit.trace.rows, alone.rows)


def another_pace(scenario: Scenario, factor: int, replication: int = 0) -> int:
    """V63: rows that differ between a run and the same world slowed down."""
    plain = _run(scenario, replication)
    slow = _run(slower(scenario, factor), replication)
    return differences(slower_rows(plain, factor), slow.rows)


def another_mass(scenario: Scenario, factor: int, replication: int = 0) -> int:
    """V64: rows that differ between a run and the same world with heavier magnets."""
    plain = _run(scenario, replication)
    heavy = _run(heavier(scenario, factor), replication)
    return differences(heavier_rows(plain, factor), heavy.rows)


def another_order(scenario: Scenario, replication: int = 0) -> int:
    """V65: rows that differ when the file is written in another order."""
    backwards = _run(reordered(scenario), replication)
    return differences(_run(scenario, replication).rows, backwards.rows)


def added_plant(scenario: Scenario, replication: int = 0) -> int:
    """V66: rows of anybody else that an uncoupled plant changes."""
    alone = named(_run(scenario, replication))
    together = without_added(named(_run(with_uncoupled_plant(scenario), replication)))
    return _unequal(alone, together)


def more_observations(scenario: Scenario, replication: int = 0, hours: int = 6) -> int:
    """V66: rows other than observations that observing every so many hours changes."""
    often = scenario.model_copy(update={"observe_every": hours * HOUR_S})
    seldom = without(_run(scenario, replication), *_OBSERVED)
    return differences(seldom, without(_run(often, replication), *_OBSERVED))


def rows_before(scenario: Scenario, days: int, replication: int = 0) -> tuple[int, int]:
    """V69: rows before a change of everything that it changes; rows after it that it does."""
    plain = named(_run(scenario, replication))
    changed = named(_run(changed_from(scenario, days), replication))
    early, late = (
        [[row for row in rows if (row[0] < days * DAY_S) is before] for rows in (plain, changed)]
        for before in (True, False)
    )
    return _unequal(*early), sum(a != b for a, b in zip(*late, strict=False))


def another_end(scenario: Scenario, days: int, replication: int = 0) -> int:
    """V69: rows before a day that differ when the run ends on it."""
    whole = named(_run(scenario, replication))
    begun = named(_run(shortened(scenario, days), replication))
    return _unequal([row for row in whole if row[0] < days * DAY_S], begun)


def twice(scenario: Scenario, replication: int = 0) -> int:
    """V70: rows that differ when a run is made again, after and between others."""
    tables = build_model(scenario, replication)
    first = simulate(tables, replication)
    simulate(tables, replication + 1)
    again = simulate(tables, replication)
    fresh = simulate(build_model(scenario, replication), replication)
    return differences(first.rows, again.rows) + differences(first.rows, fresh.rows)


def _unequal(first: list[Row], second: list[Row]) -> int:
    unequal = sum(a != b for a, b in zip(first, second, strict=False))
    return unequal + abs(len(first) - len(second))


def _run(scenario: Scenario, replication: int) -> Trace:
    return simulate(build_model(scenario, replication), replication)


def _scenario(alternative: str, file: str = "metamorphic") -> Scenario:
    return load_scenario(shipped_scenarios() / "verification" / f"{file}.yaml", alternative)


def _none(row: str, quantity: str, found: int, note: str) -> Finding:
    return Finding(row, quantity, 0.0, float(found), 0.0, "rows", note)


def _over_replications(
    row: str, quantity: str, compared: Callable[[Scenario, int], int]
) -> tuple[Finding, ...]:
    scenario = _scenario("random")
    found = sum(compared(scenario, replication) for replication in _REPLICATIONS)
    return (_none(row, quantity, found, f"{len(_REPLICATIONS)} replications, whole trace"),)


def _null_policy() -> tuple[Finding, ...]:
    return _over_replications("V61", "rows that free licences change", free_against_none)


def _conservation() -> tuple[Finding, ...]:
    faults, looks, changed = unbalanced_looks(_scenario("random"))
    note = f"accounts of every item closed after each of {looks:,} events"
    return (
        _none("V62", "looks at which mass is missing", faults, note),
        _none("V62", "rows that the looking has changed", changed, note),
    )


def _time_rescaling() -> tuple[Finding, ...]:
    fixed = _scenario("fixed")
    return tuple(
        _none("V63", f"rows that differ at 1/{k} of the pace", another_pace(fixed, k), "whole log")
        for k in (16, 24)
    )


def _mass_rescaling() -> tuple[Finding, ...]:
    found = another_mass(_scenario("fixed"), 1000)
    return (_none("V64", "rows that differ at 1000 times the mass", found, "whole log"),)


def _reordering() -> tuple[Finding, ...]:
    return _over_replications("V65", "rows that another order of the file changes", another_order)


def _uncoupled() -> tuple[Finding, ...]:
    plant = _over_replications("V66", "rows of others that an added plant changes", added_plant)
    quantity = "rows that more observations change"
    return plant + _over_replications("V66", quantity, more_observations)


def _twins() -> tuple[Finding, ...]:
    queue = _run(_scenario("one officer", "twins"), 0)
    arrived = queue.of(Kind.ARRIVED)
    first = np.where(arrived[:, 2] == 0, arrived[:, 4], -arrived[:, 4])
    apart = np.abs(np.cumsum(first)).max() / arrived[:, 4].max()
    receipts, error = _mean_difference(_scenario("at random", "twins"), 40)
    note = f"unlimited desk, random reviews, refusals and transits; standard error {error:.0f} g"
    return (
        Finding("V67", "receipts apart by at most one shipment", 1.0, float(apart > 0) * math.ceil(
            apart), 0.0, "shipments", "one officer, equal files, 365 days"),
        Finding("V67", "mean difference of receipts", 0.0, receipts, 4 * error, "g", note),
    )  # fmt: skip


def _mean_difference(scenario: Scenario, n: int) -> tuple[float, float]:
    """Mean of what the first twin receives more than the second, and its standard error [g]."""
    tables = build_model(scenario)
    gaps = []
    for replication in range(n):
        arrived = simulate(tables, replication).of(Kind.ARRIVED)
        gaps.append(np.where(arrived[:, 2] == 0, arrived[:, 4], -arrived[:, 4]).sum())
    return float(np.mean(gaps)), float(np.std(gaps, ddof=1) / math.sqrt(n))


def _simultaneous() -> tuple[Finding, ...]:
    trace = _run(_scenario("arrival as stock ends", "twins"), 0)
    early = trace.of(Kind.HALTED)
    n_arrived = len(trace.of(Kind.ARRIVED))
    note = f"{n_arrived} shipments arrive in the second in which stock ends, one between seconds"
    halts = early[early[:, 0] <= 45 * DAY_S]
    return (
        Finding("V68", "halts before the shipments are used up", 0.0,
                float(len(halts[halts[:, 2] == 1])), 0.0, "halts", note),
        Finding("V68", "first halt of the plant with 900 kg and 100 kg", 50.0,
                float(early[early[:, 2] == 1][0, 0] / DAY_S), 0.0, "d", note),
    )  # fmt: skip


def _causality() -> tuple[Finding, ...]:
    scenario = _scenario("random")
    early, late = rows_before(scenario, 120)
    note = "every kind of dated change on day 120"
    return (
        _none("V69", "rows before the change that differ", early, note),
        Finding("V69", "rows after it differ", True, late > 0, 0.0, "", note),
    )


def _same_seed() -> tuple[Finding, ...]:
    again = _over_replications("V70", "rows that differ when run again", twice)
    here = _digest(0)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.map(_digest, [1, 0])[1]
    note = "SHA-256 of the whole log, in another process and another order"
    return (*again, Finding("V70", "digest of the log elsewhere", here, there, 0.0, "", note))


def _digest(replication: int) -> str:
    """Digest of a short run, to be made in any process."""
    trace = _run(shortened(_scenario("random"), 60), replication)
    return hashlib.sha256(trace.rows.tobytes()).hexdigest()[:16]


CHECKS: Final = MappingProxyType[str, RowCheck](
    {
        "V61": _null_policy,
        "V62": _conservation,
        "V63": _time_rescaling,
        "V64": _mass_rescaling,
        "V65": _reordering,
        "V66": _uncoupled,
        "V67": _twins,
        "V68": _simultaneous,
        "V69": _causality,
        "V70": _same_seed,
    }
)
"""The rows of this area."""
