"""`bench` on the command line: measures, writes what it found, prints it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from sim.app.bench.parts import PARTS, Row
from sim.app.text import number, table

__all__ = ["bench"]


def bench(names: Sequence[str], folder: Path, *, as_json: bool, quiet: bool) -> None:
    """Measure the parts named (default: all), write `bench.json`, and print figures.

    Parameters
    ----------
    names : sequence of str
        Names of parts.
    folder : Path
        Where `bench.json` goes.
    as_json : bool
        Print the file instead of a table.
    quiet : bool
        Say nothing on stderr.
    """
    rows: list[Row] = []
    for name in names or PARTS:
        if not quiet:
            click.echo(f"measuring: {name} ...", err=True)
        rows += PARTS[name]()
    told = {"machine": _machine(), "rows": [asdict(row) | {"met": row.met} for row in rows]}
    text = json.dumps(told, indent=2, allow_nan=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(text + "\n", encoding="utf-8")
    click.echo(text if as_json else _shown(rows))
    if not quiet:
        click.echo(f"\nwritten: {folder / 'bench.json'}", err=True)


def _shown(rows: Sequence[Row]) -> str:
    columns = ("part", "what", "value", "unit", "target", "met")
    words = {None: "", True: "yes", False: "no"}
    lines = [
        (row.part, row.what, number(row.value), row.unit, _target(row), words[row.met])
        for row in rows
    ]
    return table("CPU time, least of several rounds unless it says median.", columns, lines)


def _target(row: Row) -> str:
    if row.at_least is not None:
        return f"at least {number(row.at_least)}"
    return "" if row.at_most is None else f"at most {number(row.at_most)}"


def _machine() -> dict[str, object]:
    """Say where and with what it was measured."""
    from sim.experiment.design import versions
    from sim.experiment.manifest import commit

    load = os.getloadavg() if hasattr(os, "getloadavg") else (0.0, 0.0, 0.0)
    return {
        "measured": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(one, 2) for one in load],
        "system": platform.platform(),
        "commit": commit(),
        "versions": versions(),
    }


def _processor() -> str:
    """Return the name of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
