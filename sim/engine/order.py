"""What happens first within a second: phase, then rank (name), then ordinal.

The key of an event packs the three into one integer, smaller first. Ranks come from names, never
from the order in which things were created, so that a reordered file runs identically.
"""

from __future__ import annotations

from enum import IntEnum

from sim.errors import SimulationError

__all__ = ["Phase", "key"]

_RANK_BITS = 24
_ORDINAL_BITS = 32


class Phase(IntEnum):
    """The phases of a second, in order."""

    REGIME_CHANGE = 1
    LICENCE_EXPIRY = 2
    DECISION = 3
    CUSTOMS_RELEASE = 4
    ARRIVAL = 5
    OUTPUT_DONE = 6
    STOCK_OUT = 7
    RESTART = 8
    ORDER_REVIEW = 9
    FILING = 10
    DISPATCH = 11
    BUFFER_FULL = 12
    DATED_MEASURE = 13  # triggers look at what they watch, by rank; then a policy takes its step
    OBSERVATION = 14


def key(phase: Phase, rank: int, ordinal: int = 0) -> int:
    """Pack (phase, rank, ordinal) into one integer that sorts the same way.

    Raises
    ------
    SimulationError
        If rank or ordinal is negative or does not fit its 24 or 32 bits.

    Examples
    --------
    >>> key(Phase.ARRIVAL, 7) < key(Phase.STOCK_OUT, 0) < key(Phase.STOCK_OUT, 0, 1)
    True
    """
    if not (0 <= rank < 1 << _RANK_BITS and 0 <= ordinal < 1 << _ORDINAL_BITS):
        raise SimulationError(f"event order overflow: rank {rank}, ordinal {ordinal}")
    return (int(phase) << _RANK_BITS | rank) << _ORDINAL_BITS | ordinal
