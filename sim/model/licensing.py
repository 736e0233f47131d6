"""The licence side of the tables, put together: stages, classes, rules, general licences, quotas.

In:  a `Scenario` without chance, the names of lanes and desks, the axis T.
Out: `Licensing`, what the lanes and regimes of `ModelTables` say about licences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from sim.model.dates import Dates
from sim.model.desks import desk_columns
from sim.model.gates import build_stages
from sim.model.policy import Rules, build_general, build_timeline
from sim.model.regimes import GeneralLicence
from sim.model.selecting import FileKind, file_kind, stream_kind
from sim.scenario.schema import Scenario

__all__ = ["Licensing", "build_licensing"]

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Licensing:
    """What holds for licences.

    Parameters
    ----------
    stages, stage_class : tuple of tuple of int, shape (L,)
        See `LaneTable`.
    file_class : dict of (desk, FileKind) to int
        Class C of every file that can be filed.
    licences : tuple of GeneralLicence
    columns : tuple of dict
        For each set of active triggers: columns of `RegimeTable`, by name.
    """

    stages: tuple[tuple[int, ...], ...]
    stage_class: tuple[tuple[int, ...], ...]
    file_class: dict[tuple[str, FileKind], int]
    licences: tuple[GeneralLicence, ...]
    columns: tuple[Columns, ...]


def build_licensing(
    scenario: Scenario, lanes: Sequence[str], desks: Sequence[str], worlds: Sequence[Dates]
) -> Licensing:
    """Resolve gates, lists and rules.

    Parameters
    ----------
    scenario : Scenario
        With a network without cycles.
    lanes, desks : sequence of str, shapes (L,) and (D,)
        Names, in the order of their tables.
    worlds : sequence of Dates
        One for each set of active triggers.
    """
    stages = build_stages(scenario, lanes, worlds)
    kinds = [file_kind(scenario, scenario.lanes[name]) for name in lanes]
    of_lanes = list(zip(kinds, stages.desks, strict=True))
    places = [(desk, kind) for kind, turn in of_lanes for desk in turn]
    places += [(one.desk, stream_kind(one)) for one in scenario.other_applicants.values()]
    rules = Rules(scenario, worlds)
    timeline = build_timeline(rules, places)
    offices = {name for name, desk in scenario.desks.items() if desk.decides == "licence"}
    general = build_general(
        rules,
        [(kind, tuple(desk for desk in turn if desk in offices)) for kind, turn in of_lanes],
    )
    by_desk = desk_columns(scenario, desks, worlds[0])
    return Licensing(
        stages=tuple(tuple(map(desks.index, turn)) for turn in stages.desks),
        stage_class=tuple(
            tuple(timeline.file_class[desk, kind] for desk in turn) for kind, turn in of_lanes
        ),
        file_class=timeline.file_class,
        licences=general.licences,
        columns=tuple(
            by_class | by_desk | {"stages_needed": needed, "general_licence": covers}
            for by_class, needed, covers in zip(
                timeline.columns, stages.needed, general.covers, strict=True
            )
        ),
    )
