"""`query`: SQL over the stored tables."""

from __future__ import annotations

import json
from pathlib import Path

from sim.app.text import table
from sim.errors import InputError

__all__ = ["answer", "find_results"]

_MOST_ROWS = 200
_MANIFEST = "manifest.json"


def answer(sql: str, folder: Path, *, as_json: bool, as_csv: bool) -> str:
    """Return the rows that a query gives, as a table, JSON or CSV.

    Raises
    ------
    InputError
        If both forms are asked for, or no single results folder is found.
    """
    if as_json and as_csv:
        raise InputError("query: --json and --csv exclude each other; give one")
    from sim.experiment import load

    frame = load(find_results(folder)).query(sql)
    if as_json:
        rows = json.loads(frame.to_json(orient="records", date_format="iso", double_precision=15))
        return json.dumps(rows, indent=2)
    if as_csv:
        from sim.experiment.export import safe_frame

        return str(safe_frame(frame).to_csv(index=False, lineterminator="\n")).rstrip("\n")
    rows = list(frame.head(_MOST_ROWS).itertuples(index=False, name=None))
    more = len(frame) - len(rows)
    text = table("", [str(column) for column in frame.columns], rows)
    return text + (f"\n... and {more} more rows (--csv or --json gives all)" if more else "")


def find_results(folder: Path) -> Path:
    """Return the results folder meant: the folder itself, or the only one in it.

    Raises
    ------
    InputError
        If there is none, or more than one.
    """
    if (folder / _MANIFEST).is_file():
        return folder
    inside = sorted(path.parent for path in folder.glob(f"*/{_MANIFEST}"))
    if len(inside) == 1:
        return inside[0]
    if not inside:
        raise InputError(f"{folder}: no results here; run a scenario first, or name --results")
    names = ", ".join(str(path) for path in inside)
    raise InputError(f"{folder}: several results here; name one with --results: {names}")
