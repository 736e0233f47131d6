"""From a trace to the rows of every outcome table.

In:  `Trace`, the name of its alternative.
Out: for each table of `sim.columns.OUTCOME_TABLES`, its columns as lists of equal length.
"""

from __future__ import annotations

from sim.columns import OUTCOME_TABLES, names
from sim.engine.trace import Kind, Trace
from sim.model.tables import NEVER, ModelTables
from sim.outcomes.costs import cost_rows
from sim.outcomes.halts import cause_rows, halt_rows, halts_of
from sim.outcomes.licences import licence_rows, shipment_rows
from sim.outcomes.runway import runway_rows
from sim.outcomes.service import service_rows
from sim.outcomes.story import Story, tell
from sim.units import DAY_S, date_of

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
    halts = halts_of(story)
    tables = {
        "runs": _run_row(story),
        "halts": halt_rows(story, halts),
        "causes": cause_rows(story, halts),
        "runway": runway_rows(story),
        "licences": licence_rows(story),
        "shipments": shipment_rows(story),
        "service": service_rows(story),
        "costs": cost_rows(story),
    }
    return {name: _labelled(name, rows, trace, alternative) for name, rows in tables.items()}


def _run_row(story: Story) -> TableRows:
    tables = story.tables
    sites = range(len(tables.sites.name))
    halted = [s for s in sites if story.halts(s)]
    return {
        "seed": [tables.seed],
        "horizon_days": [tables.horizon_s / DAY_S],
        "n_events": [story.trace.n_events],
        "n_halts": [sum(len(story.halts(s)) for s in sites)],
        "n_plants_halted": [sum(tables.sites.kind[s] == "plant" for s in halted)],
        "chances": [_chances(tables)],
        "reactions": [_reactions(story)],
    }


def _chances(tables: ModelTables) -> str:
    """Say what was left to chance and came true: `truce renewed 2025-08-12; snapback: no`."""
    told = [
        f"{name}: no" if second == NEVER
        else f"{name}: yes" if second <= 0
        else f"{name} {date_of(tables.start, second)}"
        for name, second in tables.chances
    ]  # fmt: skip
    return "; ".join(told)


def _reactions(story: Story) -> str:
    """Say when triggers were active: `escalation 2025-06-08 to 2025-08-02`."""
    tables = story.tables
    begun: dict[int, int] = {}
    told = []
    for second, _, trigger, begins, *_ in story.trace.by_kind[Kind.REACTION]:
        if begins:
            begun.setdefault(trigger, second)
        elif trigger in begun:
            told.append((begun.pop(trigger), trigger, f" to {date_of(tables.start, second)}"))
    told += [(second, trigger, " on") for trigger, second in begun.items()]
    return "; ".join(
        f"{tables.triggers.name[trigger]} {date_of(tables.start, second)}{end}"
        for second, trigger, end in sorted(told)
    )


def _labelled(name: str, rows: TableRows, trace: Trace, alternative: str) -> TableRows:
    """Put the alternative and the replication in front, columns in the dictionary's order."""
    n = len(next(iter(rows.values())))
    every: TableRows = {
        "alternative": [alternative] * n,
        "replication": [trace.replication] * n,
        **rows,
    }
    return {column: every[column] for column in names(OUTCOME_TABLES[name])}
