"""The trace, as it is written: one record a row, of the kinds that are asked for."""

from __future__ import annotations

from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.engine.compiled.layout import MORE_ROWS

__all__ = ["write"]

row_at = at["rows"]


@compiled
def write(
    world: Record, kind: int, subject: int, index: int, quantity: int, level: int, until: int
) -> None:
    """Write one row that happens now; columns as in `sim.engine.trace.COLUMNS`."""
    if not (world.record >> kind) & 1:
        return
    n = world.rows_used
    if n >= world.n_rows:
        world.status = MORE_ROWS
        return
    world.rows_used = n + 1
    row = row_at(world, n)
    row.second = world.now
    row.kind = kind
    row.subject = subject
    row.index = index
    row.quantity = quantity
    row.level = level
    row.until = until
