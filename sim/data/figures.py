"""Look up a figure by its key, or a table of facts by its name.

A figure is never known without its source: the lookup hands back the whole row, and a row without
a source fails the tests.

In:  the CSV files of this folder.
Out: `Figure` records; tables as tuples of dictionaries, every value as the text of the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from sim.errors import DataError, Problem, did_you_mean

__all__ = ["CONFIDENCES", "Figure", "figure", "figure_keys", "table"]

CONFIDENCES = ("confirmed", "single", "derived", "memory", "assumed")
"""How sure a source is: two or more published copies, one, arithmetic, memory, our own choice."""

_TABLE_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number from the world.

    Parameters
    ----------
    key : str
        Its name, ending in its unit: `review_time_mean_days`.
    value : float
        The number to use when nothing else is asked for.
    low, high : float
        The range to sweep; both equal the value where no range is known.
    unit : str
        Its unit in words.
    what : str
        What is measured.
    source : str
        Where it is from; an assumed figure says why it was chosen.
    confidence : str
        One of `CONFIDENCES`.
    note : str
        Anything a reader must know; may be empty.
    """

    key: str
    value: float
    low: float
    high: float
    unit: str
    what: str
    source: str
    confidence: str
    note: str

    @property
    def has_range(self) -> bool:
        """Whether a range is known."""
        return self.low < self.high


def figure(key: str) -> Figure:
    """Figure with this key.

    Returns
    -------
    Figure
        The row of `figures.csv`, numbers read.

    Raises
    ------
    DataError
        If there is no such key; the message names the closest one.

    Examples
    --------
    >>> figure("review_time_statutory_working_days").value
    45.0
    """
    known = _figures()
    if key in known:
        return known[key]
    hint = did_you_mean(key, known) or "add a row with its source"
    raise DataError([_unknown(key, "a key of this file", hint, "sim/data/figures.csv")])


def figure_keys() -> tuple[str, ...]:
    """Every key of `figures.csv`, in the order of the file.

    Examples
    --------
    >>> "officers_authorised" in figure_keys()
    True
    """
    return tuple(_figures())


def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one table of this folder, by the file's name without `.csv`.

    The rows are fresh copies: changing one changes nothing elsewhere.

    Returns
    -------
    tuple of dict
        One dictionary a row, header to text, in the order of the file.

    Raises
    ------
    DataError
        If there is no such table; the message names the closest one.

    Examples
    --------
    >>> table("halts")[0]["country"]
    'US'
    """
    known = _table_names()
    if _TABLE_NAME.match(name) is None or name not in known:
        hint = did_you_mean(name, known) or "tables are " + ", ".join(known)
        raise DataError([_unknown(name, "a table of this folder", hint, "sim/data")])
    return tuple(dict(row) for row in _rows(name))


@cache
def _table_names() -> tuple[str, ...]:
    names = (entry.name for entry in files("sim.data").iterdir())
    return tuple(sorted(name.removesuffix(".csv") for name in names if name.endswith(".csv")))


@cache
def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    text = files("sim.data").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    reader = csv.DictReader(text.splitlines(), strict=True)
    return tuple(MappingProxyType(row) for row in reader)


@cache
def _figures() -> Mapping[str, Figure]:
    read = {row["key"]: _figure(row) for row in _rows("figures")}
    return MappingProxyType(read)


def _figure(row: Mapping[str, str]) -> Figure:
    return Figure(
        key=row["key"],
        value=float(row["value"]),
        low=float(row["low"] or row["value"]),
        high=float(row["high"] or row["value"]),
        unit=row["unit"],
        what=row["what"],
        source=row["source"],
        confidence=row["confidence"],
        note=row["note"],
    )


def _unknown(word: str, need: str, hint: str, file: str) -> Problem:
    return Problem(path=word, got="unknown", need=need, hint=hint, file=file, code="E_UNKNOWN")
