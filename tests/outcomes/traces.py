"""Traces written by hand: rows laid over a tiny model, for what a run would be long to bring about.

`told_by(model(), (0, Kind.ORDERED, "l", ...))` takes names for lanes, sites and inputs.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sim.engine.trace import NONE, Kind, Totals, Trace
from sim.model import build_model
from sim.outcomes.story import Story, tell
from sim.scenario import Scenario

Row = tuple[object, ...]


def told_by(scenario: Scenario, *rows: Row) -> Story:
    """Return the story of rows (second, kind, name, index, quantity, level, until)."""
    tables = build_model(scenario)
    names = (*tables.lanes.name, *tables.applicants.name, *tables.sites.name, *tables.inputs.name)
    axes = (tables.lanes.name + tables.applicants.name, tables.sites.name, tables.inputs.name,
            tables.triggers.name)  # fmt: skip
    listed = []
    for second, kind, subject, *rest in rows:
        index = subject
        if isinstance(subject, str):
            index = next(axis.index(subject) for axis in axes if subject in axis)
        numbers = [int(str(number)) for number in rest]
        numbers += [NONE] * (4 - len(numbers))
        listed.append((int(str(second)), int(Kind[str(kind)]), int(str(index)), *numbers))
    assert all(isinstance(row[2], int) or row[2] in names for row in rows)
    none = np.zeros(len(names), dtype=np.int64)
    totals = Totals(**{field.name: none for field in fields(Totals)})
    return tell(Trace(tables, 0, sorted(listed, key=lambda row: row[0]), totals, len(listed)))
