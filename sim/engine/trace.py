"""What happened in one run, row by row: the only thing an engine hands on.

A row is (second, kind, subject, index, quantity, level, until). What subject, index, quantity,
level and until mean depends on the kind; the table in `Kind` says so. Everything measured later is
read from these rows and the totals beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.model.tables import ModelTables

__all__ = ["COLUMNS", "NONE", "Kind", "Outcome", "Totals", "Trace", "TraceRows", "part_of",
           "stage_and_attempt"]  # fmt: skip

IntArray = NDArray[np.int64]
Row = tuple[int, int, int, int, int, int, int]

NONE: Final = -1
"""A column that a kind of row does not use."""

_ATTEMPT_BITS: Final = 16

COLUMNS: Final = ("second", "kind", "subject", "index", "quantity", "level", "until")


class Kind(IntEnum):
    """Kinds of rows.

    | kind | subject | index | quantity | level | until |
    |---|---|---|---|---|---|
    | UNDER_WAY | lane | slot | moving at the start | - | arrival second |
    | REGIME | dated change | 1 begins, 0 ends | - | - | - |
    | DECIDED | file source | slot | amount on the file | outcome | part |
    | WITHDRAWN | file source | slot | amount on the file | - | part |
    | ARRIVED | lane | slot | amount | customer's stock after | - |
    | STOCKED_OUT | input | - | - | stock left | - |
    | HALTED | site | - | - | - | - |
    | RESTARTED | site | - | - | - | - |
    | ORDERED | lane | - | amount | owed after | - |
    | CANCELLED | lane | slot | amount the buyer gives up | - | - |
    | FILED | file source | slot | amount | part | - |
    | DISPATCHED | lane | slot | amount | supplier's finished stock after | arrival second |
    | FULL | site | - | - | finished stock | - |
    | DEMANDED | site | number | met at once | left unmet | served late |
    | OBSERVED | input | - | stock | owed to customers | - |
    | OBSERVED_OUTPUT | site | - | finished stock | - | - |
    | EXPIRED | lane | slot | amount on the licence | - | part |
    | GENERAL_LAPSED | lane | general licence | amount not used | - | - |
    | SET_ASIDE | lane | slot | amount | supplier's finished stock after | part |
    | EXPEDITED | lane | slot | amount that goes by air | - | - |
    | RATE | site | - | output a day from now on | 0 plan, 1 stretched, 2 overtime | - |
    | SUBSTITUTED | input | 1 begins, 0 ends | - | - | - |
    | REVOKED | lane | - | amount the buyer takes back | owed after | - |
    | TRIGGERED | trigger | 1 fires, 0 is armed again | quantity it watches | - | effect second |
    | REACTION | trigger | 1 begins, 0 ends | - | - | - |

    File sources are lanes (0 to L-1), then streams of other applicants (L to L+A-1). The part of a
    file is its stage and attempt in one number, see `part_of`.
    """

    UNDER_WAY = 0
    REGIME = 1
    DECIDED = 2
    WITHDRAWN = 3
    ARRIVED = 4
    STOCKED_OUT = 5
    HALTED = 6
    RESTARTED = 7
    ORDERED = 8
    CANCELLED = 9
    FILED = 10
    DISPATCHED = 11
    FULL = 12
    DEMANDED = 13
    OBSERVED = 14
    OBSERVED_OUTPUT = 15
    EXPIRED = 16
    GENERAL_LAPSED = 17
    SET_ASIDE = 18
    EXPEDITED = 19
    RATE = 20
    SUBSTITUTED = 21
    REVOKED = 22
    TRIGGERED = 23
    REACTION = 24


class Outcome(IntEnum):
    """How an application was decided."""

    GRANTED = 0
    REFUSED = 1
    REFUSED_FOR_GOOD = 2
    RETURNED = 3


def part_of(stage: int, attempt: int) -> int:
    """Return stage and attempt of a file as one number.

    Examples
    --------
    >>> part_of(0, 3), stage_and_attempt(part_of(2, 1))
    (3, (2, 1))
    """
    return stage << _ATTEMPT_BITS | attempt


def stage_and_attempt(part: int) -> tuple[int, int]:
    """Return the stage and the attempt of a part."""
    return part >> _ATTEMPT_BITS, part & (1 << _ATTEMPT_BITS) - 1


@dataclass(frozen=True)
class Totals:
    """Accounts of each thing when the run ends, in whole units.

    Parameters
    ----------
    made, finished : ndarray of int64, shape (S,)
        Output since the start; finished stock at the end.
    start_finished : ndarray of int64, shape (S,)
    stock, used, start_stock : ndarray of int64, shape (N,)
    waiting, held, moving, start_moving : ndarray of int64, shape (L,)
        Goods waiting for a licence; held at customs; in transit; in transit at the start.
    """

    made: IntArray
    finished: IntArray
    start_finished: IntArray
    stock: IntArray
    used: IntArray
    start_stock: IntArray
    waiting: IntArray
    held: IntArray
    moving: IntArray
    start_moving: IntArray


@dataclass(frozen=True)
class Trace:
    """One run.

    Parameters
    ----------
    tables : ModelTables
        What was run; names and units of every index.
    replication : int
    listed : list of tuple of int
        Every row, in order of happening; columns as in `COLUMNS`.
    totals : Totals
        Accounts at the horizon.
    n_events : int
        Events the engine worked through.
    """

    tables: ModelTables
    replication: int
    listed: list[Row]
    totals: Totals
    n_events: int

    @cached_property
    def rows(self) -> IntArray:
        """Every row as an array, shape (n, 7)."""
        return _as_array(self.listed)

    @cached_property
    def by_kind(self) -> dict[int, list[Row]]:
        """The rows of each kind, in order; kinds without rows have an empty list."""
        kinds: dict[int, list[Row]] = {int(kind): [] for kind in Kind}
        for row in self.listed:
            kinds[row[1]].append(row)
        return kinds

    def of(self, kind: Kind) -> IntArray:
        """Return the rows of one kind, shape (m, 7), in order."""
        return _as_array(self.by_kind[kind])


class TraceRows:
    """Rows as they are written."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(
        self,
        second: int,
        kind: int,
        subject: int,
        index: int = NONE,
        quantity: int = NONE,
        level: int = NONE,
        until: int = NONE,
    ) -> None:
        """Write one row; columns as in `COLUMNS`."""
        self.rows.append((second, kind, subject, index, quantity, level, until))


def _as_array(rows: list[Row]) -> IntArray:
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(COLUMNS))
