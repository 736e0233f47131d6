"""A table as CSV, with a description of its columns beside it.

A cell of text that a spreadsheet would take for a formula gets an apostrophe in front, as
spreadsheets themselves write it; numbers are written so that they read back the same.

In:  a data frame, a path.
Out: the CSV file, and `datapackage.json` in its folder (Frictionless Data).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.columns import COMPARISON_TABLES, OUTCOME_TABLES, Column
from sim.errors import DamagedResults, InputError, StorageError
from sim.experiment.folder import finish_file, read_json, temporary, write_json

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PACKAGE", "export_csv", "safe_frame", "safe_text"]

PACKAGE: Final = "datapackage.json"
_TYPES: Final = {
    "text": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "date": "date",
}
_FORMULA = re.compile(r"^\s*[=+\-@\t\r\n|%]|^[\t\r\n]")


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> safe_text("=HYPERLINK(1)"), safe_text("Leipzig"), safe_text(" @SUM(A1)")
    ("'=HYPERLINK(1)", 'Leipzig', "' @SUM(A1)")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def export_csv(frame: pd.DataFrame, path: str | Path, table: str | None = None) -> None:
    """Write a data frame as CSV and describe it in the `datapackage.json` beside it.

    Parameters
    ----------
    frame : DataFrame
    path : str or Path
        Ends in `.csv`. An existing file is replaced; a link is replaced, not followed.
    table : str, optional
        Name of the table in `sim.columns` whose words describe the columns; without it, columns
        are found by their names in any table.

    Raises
    ------
    InputError
        If the path does not end in `.csv`, or there is no such table.
    StorageError
        If it cannot be written.
    """
    target = Path(path)
    if target.suffix != ".csv":
        raise InputError(f"{target}: need a name that ends in .csv")
    known = _known(table)
    safe = safe_frame(frame)
    draft = temporary(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        safe.to_csv(draft, index=False, lineterminator="\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"cannot write {target}: {error.strerror}") from error
    finish_file(draft, target)
    fields = [_field(str(name), str(frame[name].dtype), known) for name in frame.columns]
    _describe(target, fields)


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in which no text and no column name is a formula to a spreadsheet."""
    named = frame.set_axis([safe_text(str(name)) for name in frame.columns], axis="columns")
    return named.apply(_safe_column)


def _safe_column(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column with safe text; numbers, dates and empty cells as they are."""
    if str(column.dtype) not in {"object", "category", "str", "string"}:
        return column
    words = column.astype(object)
    return words.map(lambda value: safe_text(value) if isinstance(value, str) else value)


def _known(table: str | None) -> dict[str, Column]:
    """Return the columns that may be described, by name; of two alike, the first."""
    tables = {**OUTCOME_TABLES, **COMPARISON_TABLES}
    if table is not None:
        if table not in tables:
            raise InputError(f"no table '{table}': need one of {', '.join(tables)}")
        return {column.name: column for column in tables[table]}
    found: dict[str, Column] = {}
    for columns in tables.values():
        for column in columns:
            found.setdefault(column.name, column)
    return found


def _field(name: str, dtype: str, known: dict[str, Column]) -> dict[str, str]:
    column = known.get(name)
    if column is not None:
        field = {"name": name, "type": _TYPES[column.dtype], "description": column.meaning}
        return field if column.unit == "-" else {**field, "unit": column.unit}
    kinds = {"int": "integer", "float": "number", "bool": "boolean", "datetime": "datetime"}
    found = [kind for start, kind in kinds.items() if dtype.startswith(start)]
    return {"name": name, "type": found[0] if found else "string"}


def _describe(target: Path, fields: list[dict[str, str]]) -> None:
    """Put the file into the description of its folder, next to files described before."""
    path = target.with_name(PACKAGE)
    resources: list[dict[str, Any]] = []
    if path.is_file() and not path.is_symlink():
        try:
            before = read_json(path).get("resources", [])
        except DamagedResults:
            before = []
        resources = [one for one in before if isinstance(one, dict)]
    resources = [one for one in resources if one.get("path") != target.name]
    resources.append(
        {
            "name": re.sub(r"[^a-z0-9._-]+", "-", target.stem.lower()),
            "path": target.name,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {"fields": fields, "missingValues": [""]},
        }
    )
    resources.sort(key=lambda one: str(one.get("path")))
    write_json(path, {"profile": "tabular-data-package", "resources": resources})
