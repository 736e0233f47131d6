"""What a scenario leaves to chance, drawn once per replication, before anything else.

What does not happen is taken out, what happens gets its date, and the scenario that is left has
no chance in it: everything after this reads plain dates.

In:  a `Scenario`, the number of a replication.
Out: a `Scenario` without chance, and what was drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.model.dates import moment
from sim.model.regimes import NEVER
from sim.model.streams import Stream, Streams, check_collisions
from sim.scenario.schema import Chance, Dated, Scenario

__all__ = ["Drawn", "has_chances", "realise"]

Drawn = tuple[tuple[str, int], ...]
"""Names in order, each with the second from which it is true, or NEVER."""

_GROUPS = ("policy", "gates", "control_lists", "demand", "measures")
_WHETHER, _WHEN = 0, 1


def has_chances(scenario: Scenario) -> bool:
    """Tell whether replications of a scenario can differ before they begin."""
    return bool(scenario.chances) or any(
        _is_private(record) for group in _GROUPS for record in getattr(scenario, group).values()
    )


def realise(scenario: Scenario, replication: int) -> tuple[Scenario, Drawn]:
    """Draw what is left to chance, and put in what came of it.

    Chances have the address of their name, a record with a probability or a latest time of its
    own that of "section/name": nobody's luck depends on what else there is, and two alternatives
    see the same.

    Parameters
    ----------
    scenario : Scenario
    replication : int

    Returns
    -------
    Scenario
        The same one if nothing is left to chance.
    tuple of (str, int)
        What was drawn, in order of name; see `ModelTables.chances`.

    Raises
    ------
    NetworkError
        If two names share an address.
    """
    if not has_chances(scenario):
        return scenario, ()
    streams = Streams(scenario.seed, replication)
    drawn = {
        name: _second(scenario, streams, name, chance) for name, chance in scenario.chances.items()
    }
    private: dict[str, int | None] = {}
    realised: dict[str, Any] = {"chances": {}}
    for group in _GROUPS:
        realised[group] = {}
        for name, record in getattr(scenario, group).items():
            address = f"{group}/{name}"
            if _is_private(record):
                private[address] = _second(scenario, streams, address, record)
            if _happens(record, drawn) and private.get(address, 0) is not None:
                realised[group][name] = _dated(record, private.get(address), drawn)
    check_collisions([*drawn, *private])
    found = sorted((drawn | private).items())
    listed = tuple((name, NEVER if when is None else max(0, when)) for name, when in found)
    return scenario.model_copy(update=realised), listed


def _is_private(record: Dated) -> bool:
    return record.probability is not None or record.latest is not None


def _second(
    scenario: Scenario, streams: Streams, address: str, record: Chance | Dated
) -> int | None:
    """Draw when something begins, or None if it does not happen."""
    probability = record.probability
    if probability is not None and streams.one(Stream.CHANCE, address, 0, _WHETHER) >= probability:
        return None
    first = 0 if record.from_ is None else moment(scenario.start, record.from_)
    if record.latest is None:
        return first
    last = moment(scenario.start, record.latest)
    return first + int(streams.one(Stream.CHANCE, address, 0, _WHEN) * (last - first + 1))


def _happens(record: Dated, drawn: Mapping[str, int | None]) -> bool:
    wished = record.if_ is None or drawn[record.if_] is not None
    return wished and (record.unless is None or drawn[record.unless] is None)


def _dated(record: Dated, own: int | None, drawn: Mapping[str, int | None]) -> Dated:
    """Return a record that happens, with its date put in; the same one if nothing was open."""
    if own is None and record.if_ is None and record.unless is None:
        return record
    update: dict[str, Any] = {"probability": None, "latest": None, "if_": None, "unless": None}
    if record.latest is not None:
        update["from_"] = own
    elif record.from_ is None and record.if_ is not None:
        update["from_"] = drawn[record.if_]
    return record.model_copy(update=update)
