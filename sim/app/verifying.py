"""`verify`: the verification table, and the check of a results folder."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import click

from sim.app.text import cell, table
from sim.errors import CheckFailed, InputError, Problem, did_you_mean

__all__ = ["verify_folder", "verify_rows"]


def verify_rows(rows: tuple[str, ...], *, as_json: bool) -> None:
    """Run rows of the verification table and print what was expected and found.

    Raises
    ------
    CheckFailed
        If a row is outside its tolerance.
    InputError
        If a row is not known.
    """
    from sim.app.verification import CHECKS, run_rows

    unknown = [row for row in rows if row not in CHECKS]
    if unknown:
        raise InputError(
            [
                Problem(
                    path="rows", got=f"'{row}'", need=f"need a row such as {next(iter(CHECKS))}",
                    hint=did_you_mean(row, CHECKS), file="command line", code="E_REF",
                )
                for row in unknown
            ]
        )  # fmt: skip
    findings = run_rows(rows or None)
    failed = sorted({finding.row for finding in findings if not finding.passed})
    if as_json:
        click.echo(json.dumps([_record(finding) for finding in findings], indent=2))
    else:
        click.echo(
            table(
                "", ("row", "what", "expected", "found", "tolerance", "unit", "passed"),
                [
                    (f.row, f.quantity, *_figures(f), f.unit, f.passed)
                    for f in findings
                ],
            )
        )  # fmt: skip
    n_rows = len({finding.row for finding in findings})
    if failed:
        raise CheckFailed(f"{len(failed)} of {n_rows} rows failed: {', '.join(failed)}")
    click.echo(f"{n_rows} rows, {len(findings)} figures: all as expected.", err=as_json)


def _figures(finding: Any) -> tuple[str, str, str]:
    return _exact(finding.expected), _exact(finding.found), _exact(finding.tolerance)


def _exact(value: object) -> str:
    """Show a figure with enough digits to be compared with the table."""
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.6g}"
    return cell(value)


def _record(finding: Any) -> dict[str, object]:
    return {
        "row": finding.row,
        "quantity": finding.quantity,
        "expected": finding.expected,
        "found": finding.found,
        "tolerance": finding.tolerance,
        "unit": finding.unit,
        "note": finding.note,
        "passed": finding.passed,
    }


def verify_folder(folder: Path) -> str:
    """Check every file of a results folder against its receipts.

    Raises
    ------
    DamagedResults
        Naming each damaged file.
    """
    from sim.experiment import load

    results = load(folder)
    return f"{folder}: good, {len(results.alternatives)} alternatives, {results.n_runs} runs each."
