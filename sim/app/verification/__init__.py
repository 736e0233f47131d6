"""The verification table, run: every row through scenario files and the real engine.

`CHECKS` names the rows in the order in which they are shown; `run_rows` runs some or all of them.
Rows named V.. are those of `sim/data/verification.csv`; rows named P.. are public numbers of
neighbouring tools (`peers`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sim.app.verification import (
    licences,
    metamorphic,
    peers,
    queues,
    shortages,
    statistics,
    stock_and_halts,
    supply_chain,
)
from sim.app.verification.table import Finding, RowCheck
from sim.errors import InputError, Problem, did_you_mean

__all__ = ["CHECKS", "Finding", "RowCheck", "run_rows"]

CHECKS: Final[Mapping[str, RowCheck]] = MappingProxyType(
    {
        **stock_and_halts.CHECKS,
        **licences.CHECKS,
        **queues.CHECKS,
        **supply_chain.CHECKS,
        **shortages.CHECKS,
        **statistics.CHECKS,
        **metamorphic.CHECKS,
        **peers.CHECKS,
    }
)
"""Every row that is held, by its identifier."""


def run_rows(ids: Sequence[str] | None = None) -> list[Finding]:
    """Run rows of the table.

    Parameters
    ----------
    ids : sequence of str, optional
        Rows to run, in this order; all of them if not given.

    Returns
    -------
    list of Finding
        One for each number of each row; a wrong number is a finding that has not passed.

    Raises
    ------
    InputError
        If a row is not in the table; the message names the closest one.

    Examples
    --------
    >>> [finding.passed for finding in run_rows(["V74"])]
    [True, True]
    """
    wanted = list(CHECKS) if ids is None else list(ids)
    unknown = [row for row in wanted if row not in CHECKS]
    if unknown:
        raise InputError([_unknown(row) for row in unknown])
    return [finding for row in wanted for finding in CHECKS[row]()]


def _unknown(row: str) -> Problem:
    hint = did_you_mean(row, CHECKS) or "rows are " + ", ".join(CHECKS)
    return Problem("", f"'{row}'", "need a row of the verification table", hint, code="E_REF")
