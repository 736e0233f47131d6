"""Small random worlds with everything at once: every measure, every rule, and chance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from sim.errors import NetworkError
from sim.model import build_model
from sim.model.tables import ModelTables
from sim.scenario import Scenario
from tests.engine.generated import dated
from tests.engine.generated_supply import supply_tree
from tests.engine.licence_worlds import licence_patch
from tests.models import merged

__all__ = ["mixed_worlds", "tables_of"]

TRANSITS = ["triangular 1 d, 2 d, 9 d", "weibull 8 d, 2.5", "fixed 3 d", "gamma 12 d, 0.9",
            "lognormal 20 d, 0.8"]  # fmt: skip
WORKS = [{"law": "weibull", "shape": 3.1}, {"law": "lognormal", "cv": 0.8},
         {"law": "gamma", "cv": 1.3}]  # fmt: skip


@st.composite
def mixed_worlds(draw: st.DrawFn) -> Scenario:
    """The worlds of `supply_worlds` and of `licence_worlds` in one."""
    base = supply_tree(draw)
    world = merged(base, licence_patch(draw, list(base["lanes"])))
    world["desks"]["d"]["work"] = draw(st.sampled_from([*WORKS, world["desks"]["d"]["work"]]))
    crowd = {"rate": [{"from": "0 d", "per_day": draw(st.sampled_from([0.5, 4.0]))}]}
    world["other_applicants"]["others"] |= crowd
    if draw(st.booleans()):
        begins = draw(st.integers(5, 40))
        stop = {"from": f"{begins} d", "to": f"{begins + 6} d", "mean_review_time": "never"}
        world["policy"] |= {"stop": stop | draw(st.sampled_from([{}, {"destination": ["DE"]}]))}
    bought_beside(draw, world["lanes"])
    for lane in world["lanes"].values():
        if draw(st.sampled_from([False, False, True])):
            lane["transit"] = draw(st.sampled_from(TRANSITS))
        if draw(st.sampled_from([False, False, True])):
            lane["open_shipments"] = shipments(draw)
    if draw(st.booleans()):
        truce = {"probability": 0.5, "from": "9 d", "latest": "40 d"}
        world["chances"] = {"truce": truce}
        world["policy"] |= {"renewed": {"if": "truce", "mean_review_time": "6 h"}}
    elif draw(st.booleans()):
        later = dated(draw, 20) | {"probability": 0.7, "approval_rate": 0.2}
        world["policy"] |= {"perhaps": later}
    return Scenario.model_validate(world)


def bought_beside(draw: st.DrawFn, lanes: dict[str, dict[str, Any]]) -> None:
    """Let some customers of the second maker turn to it only when their cover is short."""
    for name, lane in lanes.items():
        if name.startswith("N ") and draw(st.booleans()):
            below = draw(st.sampled_from(["9 d", "20 d"]))
            lane |= {"fallback": {"below_cover": below, "up_to_cover": "25 d"}, "share": 1.0}


def shipments(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {
            "quantity": draw(st.integers(1, 90)),
            "arrives": draw(st.sampled_from(["0 d", "31 s", "4 d"])),
        }
        for _ in range(draw(st.integers(1, 3)))
    ]


def tables_of(world: Scenario, replication: int, granted: tuple[int, ...] = ()) -> ModelTables:
    """Return the tables of a world; some slots of its first lane may be granted at filing."""
    try:
        tables = build_model(world, replication)
    except NetworkError:
        assume(condition=False)
        raise
    return replace(tables, granted_at_filing=frozenset((0, slot) for slot in granted))
