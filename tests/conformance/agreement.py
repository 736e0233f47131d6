"""Two engines, one answer: where a run of the compiled engine differs from one of SimPy first.

`difference(tables)` is "" if every row, every account and the number of events are the same, else a
text for people: the second as a date, the names of what the row is about, both rows, and what had
happened just before.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, time, timedelta

import numpy as np

from sim.engine import Kind, Trace, simulate
from sim.engine.compiled.engine import simulate_compiled
from sim.engine.trace import COLUMNS, Row, Totals
from sim.model.tables import ModelTables

__all__ = ["difference", "told"]

BEFORE = 6
"""Rows that are shown before the first difference."""
LANES = {Kind.UNDER_WAY, Kind.ARRIVED, Kind.ORDERED, Kind.CANCELLED, Kind.DISPATCHED, Kind.EXPIRED,
         Kind.GENERAL_LAPSED, Kind.SET_ASIDE, Kind.EXPEDITED, Kind.REVOKED}  # fmt: skip
SOURCES = {Kind.DECIDED, Kind.WITHDRAWN, Kind.FILED}
INPUTS = {Kind.STOCKED_OUT, Kind.OBSERVED, Kind.SUBSTITUTED}
TRIGGERS = {Kind.TRIGGERED, Kind.REACTION}


def difference(tables: ModelTables, replication: int = 0) -> str:
    """Say where the two engines differ first in one replication; "" if they do not.

    Parameters
    ----------
    tables : ModelTables
    replication : int
    """
    expected = simulate(tables, replication)
    got = simulate_compiled(tables, replication)
    return in_rows(expected, got) or in_accounts(expected, got)


def in_rows(expected: Trace, got: Trace) -> str:
    """Say where the rows of two traces differ first."""
    if expected.rows.shape == got.rows.shape and np.array_equal(expected.rows, got.rows):
        return ""
    ours, theirs = expected.listed, got.listed
    n = min(len(ours), len(theirs))
    first = next((i for i in range(n) if ours[i] != theirs[i]), n)
    tables = expected.tables
    lines = [f"{tables.scenario}, replication {expected.replication}: row {first} of {len(ours)}"]
    lines += [f"  both      {told(tables, row)}" for row in ours[max(0, first - BEFORE) : first]]
    lines += [f"  SimPy     {told(tables, row)}" for row in ours[first : first + 3]]
    lines += [f"  compiled  {told(tables, row)}" for row in theirs[first : first + 3]]
    return "\n".join(lines)


def in_accounts(expected: Trace, got: Trace) -> str:
    """Say which account at the horizon differs, or whether the number of events does."""
    for field in fields(Totals):
        ours, theirs = getattr(expected.totals, field.name), getattr(got.totals, field.name)
        if not np.array_equal(ours, theirs):
            at = int(np.flatnonzero(np.asarray(ours) != np.asarray(theirs))[0])
            return (f"{expected.tables.scenario}: total '{field.name}' of number {at} is "
                    f"{ours[at]} with SimPy, {theirs[at]} compiled")  # fmt: skip
    if expected.n_events != got.n_events:
        return (f"{expected.tables.scenario}: {expected.n_events} events with SimPy, "
                f"{got.n_events} compiled")  # fmt: skip
    return ""


def told(tables: ModelTables, row: Row) -> str:
    """Return a row in words."""
    second, kind, subject = row[0], Kind(row[1]), row[2]
    when = datetime.combine(tables.start, time()) + timedelta(seconds=second)
    rest = " ".join(
        f"{name}={value}" for name, value in zip(COLUMNS[3:], row[3:], strict=True) if value != -1
    )
    return f"{when} {kind.name} {_name(tables, kind, subject)}: {rest}"


def _name(tables: ModelTables, kind: Kind, subject: int) -> str:
    if kind in LANES:
        return tables.lanes.name[subject]
    if kind in SOURCES:
        return (*tables.lanes.name, *tables.applicants.name)[subject]
    if kind in INPUTS:
        return tables.inputs.name[subject]
    if kind in TRIGGERS:
        return tables.triggers.name[subject]
    return str(subject) if kind == Kind.REGIME else tables.sites.name[subject]
