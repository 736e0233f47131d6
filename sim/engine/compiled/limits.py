"""What the compiled engine cannot run, said before it starts.

It runs everything that a scenario file can say, as long as numbers fit 64 bits and ranks fit the
key of an event. `unsupported` names what does not; the SimPy engine knows no such limits.
"""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.errors import SimulationError
from sim.model.tables import ModelTables
from sim.units import DAY_S

__all__ = ["Unsupported", "check", "unsupported"]

_MOST_SECONDS = 1 << 31
_MOST_RANKS = 1 << 24
_MOST_PER_DAY = (1 << 62) // _MOST_SECONDS // 4


class Unsupported(SimulationError):
    """The compiled engine cannot run a scenario; the SimPy engine can."""


def unsupported(tables: ModelTables) -> list[str]:
    """Return what the compiled engine cannot run of a scenario, in words; nothing for most.

    Parameters
    ----------
    tables : ModelTables

    Returns
    -------
    list of str
        One line for each thing that is in the way.
    """
    inputs, sites = tables.inputs, tables.sites
    n_ranks = len(tables.lanes.name) + len(tables.applicants.name) + len(tables.desks.name)
    per_unit = int(inputs.per_unit.max(initial=0)) * int(sites.output_per_day.max(initial=0))
    amounts = [
        int(table.max(initial=0))
        for table in (inputs.stock, inputs.order_up_to, inputs.order_quantity, sites.output_stock,
                      sites.output_cap)
    ]  # fmt: skip
    found = [
        (tables.horizon_s >= _MOST_SECONDS, "a horizon of more than 68 years"),
        (max(n_ranks, len(sites.name), len(inputs.name)) >= _MOST_RANKS, "more than 2^24 lanes"),
        (per_unit * 1_000_000 >= 1 << 61, "a site that uses more than 2 x 10^12 units a day"),
        (int(sites.output_per_day.max(initial=0)) >= _MOST_PER_DAY, "more than 5 x 10^8 a day"),
        (max(amounts) >= layout.LARGEST, f"a stock of more than {layout.LARGEST:,} units"),
        (tables.observe_every_s > tables.horizon_s + 400 * DAY_S * 365, "no observations at all"),
    ]
    return [words for is_so, words in found if is_so]


def check(tables: ModelTables) -> None:
    """Refuse a scenario that the compiled engine cannot run.

    Raises
    ------
    Unsupported
        Naming what is in the way.
    """
    words = unsupported(tables)
    if words:
        raise Unsupported("the compiled engine cannot run " + ", ".join(words))
