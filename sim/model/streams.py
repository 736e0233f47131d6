"""Random numbers with an address: (seed, replication, stream, entity name, index).

No draw depends on another or on the order in which they are asked for. The generator is
Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC 2011): key = the two halves of the seed, counter = (index, entity, stream, replication), entity =
a stable hash of the name. The first 64 of the 128 bits give u = ((bits >> 12) + 0.5) * 2^-52, which
lies strictly between 0 and 1 and mirrors exactly to 1 - u.

The policy is never part of an address: two alternatives see the same luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import NetworkError, Problem

__all__ = ["Stream", "Streams", "check_collisions", "entity_of", "philox", "uniform"]

_MULTIPLIER = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (np.uint64(0x9E3779B9), np.uint64(0xBB67AE85))
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ROUNDS = 10
_LOW_INT = 0xFFFFFFFF


class Stream(IntEnum):
    """What a draw is for; the number is part of the address and never changes its meaning."""

    TRANSIT = 1
    WORK = 2
    OUTCOME = 3
    FINAL_REFUSAL = 4
    REFILE = 5
    APPLICANT_ARRIVAL = 6
    DEMAND = 7
    COVER = 8
    OPEN_PERIOD = 9
    CLOSED_PERIOD = 10
    QUERY = 11
    ANSWER = 12
    CHANCE = 13
    POLICY = 14


@cache
def entity_of(name: str) -> int:
    """Return the 32-bit number that stands for a name in an address.

    Examples
    --------
    >>> entity_of("Baotou magnets") == entity_of("Baotou magnets") != entity_of("Ningbo magnets")
    True
    """
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "little")


def check_collisions(names: Iterable[str]) -> None:
    """Refuse two names that share an entity number.

    Raises
    ------
    NetworkError
        Naming both; renaming either mends it.
    """
    seen: dict[int, str] = {}
    for name in sorted(set(names)):
        other = seen.setdefault(entity_of(name), name)
        if other != name:
            raise NetworkError(
                [
                    Problem(
                        path=name,
                        got=f"one random-number address for '{name}' and '{other}'",
                        need="need names with different hashes",
                        hint="rename one of them",
                        code="E_COLLISION",
                    )
                ]
            )


def philox(counter: Sequence[ArrayLike], key: tuple[int, int]) -> NDArray[np.uint64]:
    """Philox4x32-10: 128 random bits for each counter.

    Parameters
    ----------
    counter : sequence of four array_like of int, shape (n,)
        Counter words, each below 2^32.
    key : (int, int)
        Key words, each below 2^32.

    Returns
    -------
    ndarray of uint64, shape (4, n)
        Output words, each below 2^32.
    """
    c0, c1, c2, c3 = (np.asarray(word, dtype=np.uint64) for word in counter)
    k0, k1 = np.uint64(key[0]), np.uint64(key[1])
    for _ in range(_ROUNDS):
        p0 = _MULTIPLIER[0] * c0
        p1 = _MULTIPLIER[1] * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _WEYL[0]) & _LOW
        k1 = (k1 + _WEYL[1]) & _LOW
    return np.stack([c0, c1, c2, c3])


def uniform(
    seed: int, replication: int, stream: int, entity: ArrayLike, index: ArrayLike
) -> NDArray[np.float64]:
    """Uniform draws in (0, 1), one for each index.

    Parameters
    ----------
    seed : int
        Below 2^64.
    replication, stream : int
        Below 2^32.
    entity : array_like of int
        Below 2^32; broadcast against `index`.
    index : array_like of int, shape (n,)
        Taken modulo 2^32, so that slots before the start (negative) have an address too.

    Returns
    -------
    ndarray of float64, shape (n,)
        Multiples of 2^-53 strictly between 0 and 1.
    """
    words = np.asarray(index, dtype=np.int64).astype(np.uint64) & _LOW
    words, entities = np.broadcast_arrays(words, np.asarray(entity, dtype=np.uint64))
    ones = np.ones_like(words)
    counter = [
        words,
        entities,
        ones * np.uint64(stream),
        ones * np.uint64(replication),
    ]
    out = philox(counter, (seed & 0xFFFFFFFF, seed >> 32))
    bits = (out[1] << _HALF) | out[0]
    return np.asarray(((bits >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)


class Streams:
    """The draws of one replication.

    Parameters
    ----------
    seed, replication : int
        The first two parts of every address.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def many(
        self, stream: Stream, name: str, index: ArrayLike, part: int = 0
    ) -> NDArray[np.float64]:
        """Return draws for several indices of one name.

        `part` separates draws of the same kind and index, such as the attempts of a file.
        """
        address = int(stream) | part << 8
        return uniform(self.seed, self.replication, address, entity_of(name), index)

    def grid(self, stream: Stream, names: Sequence[str], index: ArrayLike) -> NDArray[np.float64]:
        """Return draws for several names at once, shape (names, indices); the same as `many`."""
        entities = np.array([entity_of(name) for name in names], dtype=np.int64)[:, np.newaxis]
        return uniform(self.seed, self.replication, int(stream), entities, index)

    def one(self, stream: Stream, name: str, index: int, part: int = 0) -> float:
        """Return the draw for a single index: the same number as `many`, without the arrays."""
        c0, c1 = index & _LOW_INT, entity_of(name)
        c2, c3 = int(stream) | part << 8, self.replication
        k0, k1 = self.seed & _LOW_INT, self.seed >> 32
        for _ in range(_ROUNDS):
            p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
            c0, c1, c2, c3 = p1 >> 32 ^ c1 ^ k0, p1 & _LOW_INT, p0 >> 32 ^ c3 ^ k1, p0 & _LOW_INT
            k0, k1 = k0 + 0x9E3779B9 & _LOW_INT, k1 + 0xBB67AE85 & _LOW_INT
        return ((c1 << 32 | c0) >> 12) * 2.0**-52 + 2.0**-53
