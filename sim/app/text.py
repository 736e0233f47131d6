"""Tables and numbers as plain text, the same on a terminal and in a file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["WIDTH", "amount", "cell", "heading", "interval", "number", "span", "table"]

WIDTH = 200
_NUMBER = re.compile(r"^[-+<>]?[\d,]+(\.\d+)?( |%|$)")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as text, numbers to the right.

    Parameters
    ----------
    title : str
        Line above the table; may be empty.
    columns : sequence of str
    rows : iterable of sequences
        Cells are shown with `cell`.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = [[cell(value) for value in row] for row in rows]
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title_justify="left")
    for i, column in enumerate(columns):
        numeric = bool(shown) and all(_is_number(row[i]) for row in shown)
        grid.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in shown:
        grid.add_row(*(Text(value) for value in row))
    console = Console(width=WIDTH, color_system=None, legacy_windows=False, highlight=False)
    with console.capture() as capture:
        console.print(grid)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    return "\n".join([title, *lines] if title else lines)


def _is_number(text: str) -> bool:
    return text in {"", "-", "not reached"} or _NUMBER.match(text) is not None


def cell(value: object) -> str:
    """Show one value: floats short, booleans as yes and no, what is not there as a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    return str(value)


def number(value: float) -> str:
    """Show a float with at most two decimals; NaN as a dash.

    Examples
    --------
    >>> number(45.0), number(0.256), number(12345.6), number(float("nan"))
    ('45', '0.26', '12,346', '-')
    """
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "no end"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def span(value: float, low: float, high: float) -> str:
    """Show a value with its interval.

    Examples
    --------
    >>> span(61.0, 58.25, 63.5)
    '61 (58.25 to 63.5)'
    """
    if math.isnan(value):
        return "not reached"
    if math.isnan(low) or math.isnan(high):
        return number(value)
    return f"{number(value)} ({number(low)} to {number(high)})"


def interval(row: Mapping[Any, Any], name: str, digits: int | None = None) -> str:
    """Show a figure of a table row with its interval.

    Parameters
    ----------
    row : mapping
        Has `name`, `name_low` and `name_high`.
    name : str
    digits : int, optional
        Decimals; default: at most two.

    Examples
    --------
    >>> interval({"days": 61.4, "days_low": 58.2, "days_high": 63.5}, "days", 0)
    '61 (58 to 64)'
    >>> interval({"units": -0.04, "units_low": -1234.5, "units_high": 2.0}, "units", 1)
    '0.0 (-1,234 to 2.0)'
    """
    value, low, high = (float(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    if digits is None or math.isnan(value):
        return span(value, low, high)
    if math.isnan(low) or math.isnan(high):
        return _fixed(value, digits)
    return f"{_fixed(value, digits)} ({_fixed(low, digits)} to {_fixed(high, digits)})"


def _fixed(value: float, digits: int) -> str:
    """Show a number with so many decimals, none from 1,000 on, and no minus before a zero."""
    places = 0 if abs(value) >= 1000 else digits
    return f"{round(value, places) + 0.0:,.{places}f}"


def heading(number: int, function: str, given: str, made: str, meaning: str) -> str:
    """Return the heading of a numbered hand-off: function, what goes in, what comes out."""
    line = f"{number}. {function}: {given} -> {made}"
    return f"{line}\n{'-' * len(line)}\n{meaning}"


def amount(quantity: float, kind: str) -> str:
    """Show an amount of an item: magnets in kg, everything else in pieces.

    Examples
    --------
    >>> amount(1400, "magnet"), amount(1400, "component")
    ('1.4 kg', '1,400 pieces')
    """
    if kind == "magnet":
        return f"{quantity / 1000:,.6g} kg"
    return "1 piece" if quantity == 1 else f"{quantity:,.0f} pieces"
