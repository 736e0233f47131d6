"""Who is to blame for how much of a halt: downtime shared out among the inputs that were missing.

An input is missing from its stock-out, even if another took its place for a time, to the arrival
that ends it. Each second of a halt belongs to
the input that has then been missing longest (first cause), and in equal parts to all that are then
missing (Shapley). What is left to wait once all are back, for enough of them or for the restart,
belongs to the input that was blocked last. Both add up to the length of the halt, in whole seconds.

In:  spans in which each input was missing; or `Story` and a stop.
Out: `Blame` by name or input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from sim.engine.trace import Kind
from sim.outcomes.story import Stop, Story

__all__ = ["Blame", "back_s", "blame", "blame_of"]


@dataclass(slots=True)
class Blame:
    """Whole seconds of a halt that are put down to one input.

    Parameters
    ----------
    first_cause_s, shapley_s : int
    """

    first_cause_s: int = 0
    shapley_s: int = 0


def blame(
    missing: Mapping[str, tuple[int, int]], begin_s: int, end_s: int, last: str
) -> dict[str, Blame]:
    """Share a halt out among the inputs that were missing.

    Parameters
    ----------
    missing : mapping of str to (int, int)
        Seconds [from, to) in which each input was missing.
    begin_s, end_s : int
        The halt.
    last : str
        Whose are the seconds in which nothing is missing.

    Returns
    -------
    dict of str to Blame
        Equal parts are in whole seconds; those left over go one each to the first by name.

    Examples
    --------
    >>> shares = blame({"A": (10, 40), "B": (30, 60)}, 10, 60, "B")
    >>> [(name, share.first_cause_s, share.shapley_s) for name, share in shares.items()]
    [('A', 30, 25), ('B', 20, 25)]
    """
    shares = {name: Blame() for name in sorted(missing)}
    together: dict[tuple[str, ...], int] = {}
    cuts = {begin_s, end_s, *(cut for span in missing.values() for cut in span)}
    times = [second for second in sorted(cuts) if begin_s <= second <= end_s]
    for begins, ends in pairwise(times):
        out = tuple(n for n in shares if missing[n][0] <= begins < missing[n][1]) or (last,)
        longest = min(out, key=lambda name: (missing[name][0], name))
        shares[longest].first_cause_s += ends - begins
        together[out] = together.get(out, 0) + ends - begins
    for out, length_s in together.items():
        each_s, left_s = divmod(length_s, len(out))
        for place, name in enumerate(out):
            shares[name].shapley_s += each_s + (place < left_s)
    return shares


def blame_of(story: Story, stop: Stop) -> dict[int, Blame]:
    """Share a stop out among its blocking inputs N, in order of the item's name."""
    item = story.tables.inputs.item
    inputs = {item[n]: n for n in stop.blocking}
    spans = {name: (_out_s(story, n, stop), back_s(story, n, stop)) for name, n in inputs.items()}
    last = item[_last_blocked(story, stop)]
    shares = blame(spans, stop.begin_s, stop.end_s, last)
    return {inputs[name]: share for name, share in shares.items()}


def _out_s(story: Story, n: int, stop: Stop) -> int:
    """Return the second at which a blocking input ran out: earlier where another took its place."""
    rows = story.trace.by_kind[Kind.SUBSTITUTED]
    changes = [(row[0], row[3]) for row in rows if row[2] == n and row[0] <= stop.begin_s]
    if len(changes) < 2 or changes[-1] != (stop.begin_s, 0):
        return stop.begin_s
    return changes[-2][0]


def back_s(story: Story, n: int, stop: Stop) -> int:
    """Return the second at which a blocking input was in stock again; the end of the stop if not.

    In stock is what output can be made of: anything where use is steady, what a unit or a batch
    takes where demand comes in units or batches.
    """
    sites, inputs = story.tables.sites, story.tables.inputs
    need = 1
    if sites.pattern[stop.site] == "poisson":
        need = int(inputs.per_unit[n])
    elif sites.pattern[stop.site] == "batch":
        need = int(inputs.per_unit[n]) * int(sites.batch_quantity[stop.site])
    enough = (
        second
        for second, level in story.arrivals[n]
        if stop.begin_s <= second <= stop.end_s and level >= need
    )
    return next(enough, stop.end_s)


def _last_blocked(story: Story, stop: Stop) -> int:
    """Return the input whose arrival let the site restart: the latest before the restart delay.

    Where a stop has not ended, the input that came back last.
    """
    item = story.tables.inputs.item
    delay_s = int(story.tables.sites.restart_delay_s[stop.site])
    until_s = stop.end_s if stop.open_at_horizon else stop.end_s - delay_s
    came = {
        n: max((at for at, _ in story.arrivals[n] if stop.begin_s <= at <= until_s), default=-1)
        for n in stop.blocking
    }
    if stop.open_at_horizon:
        came = {n: back_s(story, n, stop) for n in stop.blocking}
    return min(stop.blocking, key=lambda n: (-came[n], item[n]))
