"""Rows turned into columns, as every outcome table is handed on.

In:  names of columns; rows.
Out: lists by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["columns_of"]


def columns_of(names: Sequence[str], rows: Iterable[tuple[object, ...]]) -> dict[str, list[object]]:
    """Return the columns of rows that have a value for each name, in order.

    Examples
    --------
    >>> columns_of(("site", "days"), [("P", 3.0), ("Q", 5.0)]), columns_of(("site",), [])
    ({'site': ['P', 'Q'], 'days': [3.0, 5.0]}, {'site': []})
    """
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    return dict(zip(names, columns, strict=True))
