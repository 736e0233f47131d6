"""Worlds with triggers that wait for a policy, and a policy that hangs on all that it can see.

What it switches follows from a checksum of everything a view shows, so that two engines that show
the least thing differently soon have different rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from hypothesis import strategies as st

from sim.engine.policies import View
from sim.model.tables import ModelTables
from sim.scenario import Scenario
from sim.scenario.schema import Gate, PolicyRule, Trigger
from tests.conformance.mixed import mixed_worlds

__all__ = ["LooksAtAll", "steered_worlds"]

SWITCHED = ("one", "two")


class LooksAtAll:
    """Looks at everything, every few days, and switches as a checksum of it says."""

    def __init__(self, tables: ModelTables, every: float, looks: list[Any]) -> None:
        self.tables = tables
        self.every = every
        self.looks = looks

    def step(self, view: View) -> Mapping[str, bool]:
        """Note what there is to see, and switch."""
        inputs = [name.split(" / ") for name in self.tables.inputs.name]
        look = (
            view.day,
            sorted(view.active),
            view.halted(),
            [(view.stock(site, item), view.cover(site, item)) for site, item in inputs],
            [self.files(view, desk) for desk in self.tables.desks.name],
        )
        self.looks.append(look)
        bits = crc32(repr((look, view.uniform("x", len(self.looks)))).encode())
        names = [self.tables.triggers.name[g] for g in self.tables.triggers.switched]
        return {name: bool(bits >> k & 1) for k, name in enumerate(names) if bits >> k + 8 & 1}

    def files(self, view: View, desk: str) -> list[int]:
        """Return every count of files at a desk."""
        return [
            count(desk, other_applicants=others)
            for count in (view.pending, view.granted, view.refused)
            for others in (False, True)
        ]


@st.composite
def steered_worlds(draw: st.DrawFn) -> Scenario:
    """The worlds of `mixed_worlds`, with rules and a gate that hang on a policy's triggers."""
    world = draw(mixed_worlds())
    effects = [{}, {"after": "1 d"}, {"lasts": "3 d"}, {"after": "30 h", "lasts": "2 d"}]
    triggers = {
        name: Trigger.model_validate({"when": "policy"} | draw(st.sampled_from(effects)))
        for name in SWITCHED
    }
    times = st.sampled_from(["never", "0 d", "1 d", "9 d"])
    rule = PolicyRule.model_validate({"on": "one", "mean_review_time": draw(times)})
    gate = Gate.model_validate({"on": "two", "desk": "d", "leaves": ["CN"]})
    return world.model_copy(
        update={
            "triggers": {**world.triggers, **triggers},
            "policy": {**world.policy, "by policy": rule},
            "gates": {**world.gates, "by policy": gate},
        }
    )
