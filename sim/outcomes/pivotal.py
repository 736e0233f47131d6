"""Which licence would have made the difference: runs again with one application granted at filing.

The applications on the causal chain of a halt are tried one by one, under the same random numbers.
One is pivotal if the halt then begins a day or more later, or does not happen. Under a queue a
single grant may not matter where many together do, so all of them together are tried, too.

In:  `Story`, a `Halt`, the engine.
Out: `Trial`s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.engine.trace import Trace
from sim.model.tables import ModelTables
from sim.outcomes.causes import Cause, Link
from sim.outcomes.halts import Halt
from sim.outcomes.story import Story, tell
from sim.units import DAY_S

__all__ = ["Application", "Trial", "candidates", "try_grants"]

Application = tuple[int, int]
"""Lane L and slot of the goods that are applied for."""

_MATTERS_S: Final = DAY_S


@dataclass(frozen=True, slots=True)
class Trial:
    """The same run with applications granted at filing.

    Parameters
    ----------
    granted : tuple of (int, int)
        Lanes L and slots of their goods.
    begin_s : int or None
        When the halt begins then; None if there is none up to the horizon.
    later_s : int
        How much later than it did; up to the horizon if there is none.
    """

    granted: tuple[Application, ...]
    begin_s: int | None
    later_s: int

    @property
    def pivotal(self) -> bool:
        """Whether the start moves by a day or more."""
        return self.begin_s is None or self.later_s >= _MATTERS_S


def candidates(story: Story, halt: Halt) -> list[Application]:
    """Return the applications on the causal chain of a halt, those of its causes first.

    On the chain are all goods for the inputs that were missing, at every tier, that had been filed
    for and not arrived when the question was asked there, or were lost to a refusal.
    """
    found: dict[Application, int] = {}
    for cause in halt.causes.values():
        for link in _links(cause):
            if link.goods is not None and (link.lane, link.goods.slot) in story.files_of:
                found.setdefault((link.lane, link.goods.slot), -1)
    for cause in halt.causes.values():
        for link in _links(cause):
            for lane in story.lanes_into[link.input]:
                for slot, goods in story.goods[lane].items():
                    files = story.files_of.get((lane, slot))
                    arrived = goods.arrival_s is not None and goods.arrival_s <= link.second
                    if files and files[0].filed_s < link.second and not arrived:
                        found.setdefault((lane, slot), files[0].filed_s)
    return sorted(found, key=lambda one: (found[one], one))


def _links(cause: Cause) -> list[Link]:
    """Return the tiers of a cause, and of what had held its goods up before."""
    return [*cause.links, *(_links(cause.before) if cause.before is not None else ())]


def try_grants(
    story: Story,
    halt: Halt,
    granted: Sequence[Application],
    simulate: Callable[[ModelTables, int], Trace],
) -> Trial:
    """Run again with applications granted at filing, and find the halt.

    It is the first halt of the site after the end of the one before it.

    Parameters
    ----------
    story, halt : Story, Halt
        The run as it was.
    granted : sequence of (lane, slot)
    simulate : callable
        Runs tables for a replication.
    """
    tables = replace(story.tables, granted_at_filing=frozenset(granted))
    other = tell(simulate(tables, story.trace.replication))
    site = halt.stop.site
    before = [stop.end_s for stop in story.halts(site) if stop.begin_s < halt.stop.begin_s]
    since_s = max(before, default=0)
    begin_s = next((s.begin_s for s in other.halts(site) if s.begin_s >= since_s), None)
    until_s = tables.horizon_s if begin_s is None else begin_s
    return Trial(tuple(granted), begin_s, until_s - halt.stop.begin_s)
