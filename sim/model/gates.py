"""Which lanes need whose permission, when: gates turned into stages.

The stages of a lane are the desks of its gates, in the order in which the gates are written, each
desk once. A gate is about lanes that cross a border.

In:  `gates`, `control_lists` and `lanes` of a `Scenario`.
Out: stages of each lane, and the column `stages_needed` of `RegimeTable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.model.control import lists_of
from sim.model.dates import Dates
from sim.model.regimes import IntArray
from sim.model.selecting import FileKind, Wanted, file_kind, matches, wanted
from sim.scenario.schema import ControlList, Gate, Lane, Scenario

__all__ = ["Stages", "build_stages", "desks_by_lane", "gates_in_force"]


@dataclass(frozen=True)
class Stages:
    """What the gates ask for.

    Parameters
    ----------
    desks : tuple of tuple of str, shape (L,)
        Names of the desks that a lane's applications can have to pass, in turn.
    needed : tuple of ndarray of int64, shape (T, L)
        For each set of active triggers: `RegimeTable.stages_needed`.
    """

    desks: tuple[tuple[str, ...], ...]
    needed: tuple[IntArray, ...]


@dataclass(frozen=True)
class _Asked:
    """A gate on a lane; the lists that bring its goods under the gate, or None: they always are."""

    gate: Gate
    lists: tuple[ControlList, ...] | None

    def rows(self, dates: Dates) -> list[slice]:
        """Return the regimes in which the gate asks for a licence, in runs."""
        gate = dates.rows(self.gate)
        if self.lists is None:
            runs = [gate]
        else:
            runs = [_common(gate, dates.rows(entry)) for entry in self.lists]
        return [run for run in runs if run.start < run.stop]


def build_stages(scenario: Scenario, lanes: Sequence[str], worlds: Sequence[Dates]) -> Stages:
    """Work out the stages of every lane; a gate that is never in force adds none.

    Parameters
    ----------
    scenario : Scenario
        With a network without cycles.
    lanes : sequence of str, shape (L,)
        Names of lanes, in the order of `LaneTable`.
    worlds : sequence of Dates
        One for each set of active triggers.
    """
    asked = _asked(scenario)
    stages: list[tuple[str, ...]] = []
    needed = tuple(np.zeros((len(w.seconds), len(lanes)), dtype=np.int64) for w in worlds)
    for place, name in enumerate(lanes):
        timed = [(one.gate, [one.rows(world) for world in worlds]) for one in asked[name]]
        desks = _in_turn(gate for gate, runs in timed if any(runs))
        stages.append(desks)
        for gate, by_world in timed:
            for column, runs in zip(needed, by_world, strict=True):
                for run in runs:
                    column[run, place] |= _mask(gate, desks)
    return Stages(tuple(stages), needed)


def desks_by_lane(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return the desks that each lane's applications can have to pass at some date, in turn."""
    return {name: _in_turn(one.gate for one in asked) for name, asked in _asked(scenario).items()}


def gates_in_force(scenario: Scenario, lane: str, dates: Dates) -> dict[str, Gate]:
    """Return the gates that ask for a licence on a lane in the last regime of `dates`, by name."""
    last = len(dates.seconds) - 1
    asking = [
        one.gate
        for one in _asked(scenario)[lane]
        if any(run.start <= last < run.stop for run in one.rows(dates))
    ]
    return {
        name: gate
        for name, gate in scenario.gates.items()
        if any(gate is other for other in asking)
    }


def _asked(scenario: Scenario) -> dict[str, list[_Asked]]:
    """Match gates with lanes, whatever the date."""
    gates = [(gate, wanted(gate)) for gate in scenario.gates.values()]
    lists = lists_of(scenario) if gates else {}
    found: dict[str, list[_Asked]] = {}
    for name, lane in scenario.lanes.items():
        kind = file_kind(scenario, lane)
        found[name] = [
            one
            for gate, asks in gates
            if _on_lane(scenario, gate, asks, lane, kind)
            and (one := _under(scenario, gate, lane.supplier, lists)) is not None
        ]
    return found


def _on_lane(scenario: Scenario, gate: Gate, asks: Wanted, lane: Lane, kind: FileKind) -> bool:
    from_, to = scenario.sites[lane.supplier].country, scenario.sites[lane.customer].country
    return (
        from_ != to
        and (gate.leaves is None or (from_ in gate.leaves and to not in gate.leaves))
        and (gate.enters is None or (to in gate.enters and from_ not in gate.enters))
        and matches(asks, kind)
    )


def _under(
    scenario: Scenario, gate: Gate, supplier: str, lists: dict[str, frozenset[str]]
) -> _Asked | None:
    """Return how the goods of a supplier come under a gate, or None if they never do."""
    if not gate.controlled_only or scenario.items[scenario.sites[supplier].makes].controlled:
        return _Asked(gate, None)
    names = [
        name
        for name in scenario.control_lists
        if name in lists[supplier] and (gate.lists is None or name in gate.lists)
    ]
    return _Asked(gate, tuple(scenario.control_lists[name] for name in names)) if names else None


def _in_turn(gates: Iterable[Gate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(desk for gate in gates for desk in (*gate.before, gate.desk)))


def _mask(gate: Gate, desks: tuple[str, ...]) -> int:
    """Return the stages that a gate asks for, one bit each."""
    return sum(1 << desks.index(desk) for desk in {*gate.before, gate.desk})


def _common(one: slice, other: slice) -> slice:
    return slice(max(one.start, other.start), min(one.stop, other.stop))
