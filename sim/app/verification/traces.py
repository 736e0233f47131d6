"""Traces held against each other: with names for numbers, at another pace, at another mass.

In:  traces.
Out: rows, shape (n, 7), or tuples with names; and how many of them differ.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.app.verification.changes import ADDED
from sim.engine import Kind, Trace
from sim.engine.trace import NONE, stage_and_attempt
from sim.model.tables import ON_ORDER, IntArray

__all__ = ["Row", "differences", "heavier_rows", "named", "slower_rows", "without",
           "without_added"]  # fmt: skip

_SECOND, _KIND, _SUBJECT, _INDEX, _QUANTITY, _LEVEL, _UNTIL = range(7)
_OF_SITES: Final = (
    Kind.HALTED, Kind.RESTARTED, Kind.FULL, Kind.DEMANDED, Kind.OBSERVED_OUTPUT, Kind.RATE,
)  # fmt: skip
_OF_INPUTS: Final = (Kind.STOCKED_OUT, Kind.OBSERVED, Kind.SUBSTITUTED)
_OF_FILES: Final = (Kind.DECIDED, Kind.WITHDRAWN, Kind.EXPIRED, Kind.SET_ASIDE)
_OF_TRIGGERS: Final = (Kind.TRIGGERED, Kind.REACTION)
_WITH_SECOND: Final = (Kind.UNDER_WAY, Kind.DISPATCHED, Kind.TRIGGERED)
_WITH_SLOT: Final = (
    Kind.UNDER_WAY, Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN, Kind.DISPATCHED, Kind.ARRIVED,
    Kind.CANCELLED, Kind.EXPIRED, Kind.SET_ASIDE, Kind.EXPEDITED,
)  # fmt: skip
_NOT_A_LEVEL: Final = (Kind.FILED, Kind.DECIDED, Kind.RATE)
_WITHOUT_MASS: Final = (Kind.HALTED, Kind.RESTARTED, Kind.REGIME, Kind.DEMANDED, *_OF_TRIGGERS)

Row = tuple[int, str, str, int, int, int, int]
"""A row with names: second, kind, subject, index, quantity, level, until."""


def differences(first: IntArray, second: IntArray) -> int:
    """Return the number of rows in which two logs differ, counted in order."""
    n = min(len(first), len(second))
    unequal = np.any(first[:n] != second[:n], axis=1)
    return int(unequal.sum()) + abs(len(first) - len(second))


def without(trace: Trace, *kinds: Kind) -> IntArray:
    """Return the rows of all other kinds."""
    return trace.rows[~np.isin(trace.rows[:, _KIND], kinds)]


def named(trace: Trace) -> list[Row]:
    """Return the rows with the names of kinds, subjects and desks in place of their numbers."""
    lanes = trace.tables.lanes
    rows = []
    for second, number, subject, index, quantity, level, until in trace.rows.tolist():
        kind = Kind(number)
        name = _name(trace, kind, subject)
        part = level if kind is Kind.FILED else until if kind in _OF_FILES else NONE
        if part != NONE and subject < len(lanes.name):
            stage, attempt = stage_and_attempt(part)
            name += f" / {trace.tables.desks.name[lanes.stages[subject][stage]]}"
            level, until = (attempt, until) if kind is Kind.FILED else (level, attempt)
        rows.append((second, kind.name, name, index, quantity, level, until))
    return rows


def _name(trace: Trace, kind: Kind, subject: int) -> str:
    tables = trace.tables
    if kind in _OF_SITES:
        return tables.sites.name[subject]
    if kind in _OF_INPUTS:
        return tables.inputs.name[subject]
    if kind in _OF_TRIGGERS:
        return tables.triggers.name[subject]
    if kind is Kind.REGIME:
        return tables.regimes.dates[subject].name
    return [*tables.lanes.name, *tables.applicants.name][subject]


def without_added(rows: list[Row]) -> list[Row]:
    """Leave out the rows of what `with_uncoupled_plant` has added."""
    return [row for row in rows if not row[2].endswith(ADDED)]


def slower_rows(trace: Trace, factor: int) -> IntArray:
    """Return the rows that the same world at 1 / factor of the pace must have."""
    rows = trace.rows.copy()
    rows[:, _SECOND] *= factor
    rows[np.isin(rows[:, _KIND], _WITH_SECOND), _UNTIL] *= factor
    rows[rows[:, _KIND] == Kind.RATE, _QUANTITY] //= factor
    on_order = np.flatnonzero(trace.tables.lanes.interval_s == ON_ORDER)
    in_seconds = np.isin(rows[:, _KIND], _WITH_SLOT) & np.isin(rows[:, _SUBJECT], on_order)
    rows[in_seconds & (rows[:, _INDEX] >= 0), _INDEX] *= factor
    return rows


def heavier_rows(trace: Trace, factor: int) -> IntArray:
    """Return the rows that the same world with heavier magnets must have."""
    tables = trace.tables
    kind_of = dict(zip(tables.items, tables.item_kind, strict=True))
    rows = trace.rows.copy()
    for row in rows:
        kind, subject = Kind(row[_KIND]), row[_SUBJECT]
        if kind in _WITHOUT_MASS:
            continue
        if kind in _OF_SITES:
            item = tables.sites.makes[subject]
        elif kind in _OF_INPUTS:
            item = tables.inputs.item[subject]
        elif subject < len(tables.lanes.item):
            item = tables.lanes.item[subject]
        else:
            continue
        if kind_of[item] == "magnet":
            columns = [_QUANTITY] if kind in _NOT_A_LEVEL else [_QUANTITY, _LEVEL]
            row[columns] = np.where(row[columns] >= 0, row[columns] * factor, row[columns])
    return rows
