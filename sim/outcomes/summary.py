"""From a trace to the rows of every outcome table.

In:  `Trace`, the name of its alternative.
Out: for each table of `sim.columns.OUTCOME_TABLES`, its columns as lists of equal length.
"""

from __future__ import annotations

from sim.columns import OUTCOME_TABLES, names
from sim.engine.trace import Trace
from sim.outcomes.licences import licence_rows, shipment_rows
from sim.outcomes.runway import runway_rows
from sim.outcomes.service import halt_rows, service_rows
from sim.outcomes.story import Story, tell
from sim.units import DAY_S

__all__ = ["OutcomeRows", "summarise"]

TableRows = dict[str, list[object]]
OutcomeRows = dict[str, TableRows]


def summarise(trace: Trace, alternative: str) -> OutcomeRows:
    """Read the outcome tables of one run from its trace.

    Parameters
    ----------
    trace : Trace
        One run.
    alternative : str
        Name of the alternative that was run.

    Returns
    -------
    dict of str to dict of str to list
        Table name -> column name -> values; columns as in `sim.columns.OUTCOME_TABLES`.
    """
    story = tell(trace)
    tables = {
        "runs": _run_row(trace, story),
        "halts": halt_rows(trace, story),
        "runway": runway_rows(trace, story),
        "licences": licence_rows(story),
        "shipments": shipment_rows(story),
        "service": service_rows(trace, story),
    }
    return {name: _labelled(name, rows, trace, alternative) for name, rows in tables.items()}


def _run_row(trace: Trace, story: Story) -> TableRows:
    tables = trace.tables
    sites = range(len(tables.sites.name))
    halted = [s for s in sites if story.halts(s)]
    return {
        "seed": [tables.seed],
        "horizon_days": [tables.horizon_s / DAY_S],
        "n_events": [trace.n_events],
        "n_halts": [sum(len(story.halts(s)) for s in sites)],
        "n_plants_halted": [sum(tables.sites.kind[s] == "plant" for s in halted)],
    }


def _labelled(name: str, rows: TableRows, trace: Trace, alternative: str) -> TableRows:
    """Put the alternative and the replication in front, columns in the dictionary's order."""
    n = len(next(iter(rows.values())))
    every: TableRows = {
        "alternative": [alternative] * n,
        "replication": [trace.replication] * n,
        **rows,
    }
    return {column: every[column] for column in names(OUTCOME_TABLES[name])}
