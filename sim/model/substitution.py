"""One input in the place of another: use that moves, and help in an emergency.

In:  `Scenario` (measures), `InputTable`, `Dates`.
Out: the columns `use_share` and `substitute` of `RegimeTable`, the ratios of `InputTable`, and the
     seconds at which use moves.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.errors import NetworkError, Problem
from sim.model.dates import Dates, moment
from sim.model.measures import in_turn, reaches
from sim.model.regimes import MILLION, UNSET, FloatArray, IntArray
from sim.model.tables import InputTable
from sim.scenario.schema import Measure, Scenario

__all__ = ["Move", "Substitution"]


@dataclass(frozen=True)
class Move:
    """Use of one input of a site that another takes over.

    Parameters
    ----------
    site, item, by : str
    share, ratio : float
        Share of the item's use; amount of `by` for one of the item.
    known_s, begins_s : int
        The measure's first second, and that from which the use moves, a lead time later.
    ends_s : int or None
    trigger : str or None
        It moves only while this trigger is active.
    emergency : bool
        It moves only while the item is out of stock.
    """

    site: str
    item: str
    by: str
    share: float
    ratio: float
    known_s: int
    begins_s: int
    ends_s: int | None
    trigger: str | None
    emergency: bool

    def rows(self, dates: Dates, ahead_s: int = 0) -> slice:
        """Return the regimes in which the use moves; or, seen ahead, will move so much later."""
        if self.trigger is not None and self.trigger not in dates.active:
            return slice(0, 0)
        first = bisect_left(dates.seconds, max(self.begins_s - ahead_s, self.known_s))
        if self.ends_s is None:
            return slice(first, len(dates.seconds))
        return slice(first, max(first, bisect_left(dates.seconds, self.ends_s - ahead_s)))


class Substitution:
    """All substitutions of a scenario, by the inputs that they move.

    Raises
    ------
    NetworkError
        With all of: emergency substitutes of one input that differ in ratio, and those that have a
        substitute themselves.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.moves: list[Move] = []
        self.emergencies: list[Move] = []
        for _, measure in in_turn(scenario):
            if measure.substitute is not None:
                for move in _moves(scenario, measure):
                    (self.emergencies if move.emergency else self.moves).append(move)
        problems = _clashes(self.emergencies)
        if problems:
            raise NetworkError(problems)
        self.moved = {(m.site, m.item) for m in self.moves} | {(m.site, m.by) for m in self.moves}

    def ratio(self, site: str, item: str) -> int:
        """Return the amount of the emergency substitute for one of an input, in millionths."""
        for move in self.emergencies:
            if (move.site, move.item) == (site, item):
                return round(move.ratio * MILLION)
        return MILLION

    def use_of(self, site: str, item: str, dates: Dates, ahead_s: int = 0) -> FloatArray:
        """Use of an input, as a factor on `per_unit` (T,): now, or so much later.

        Raises
        ------
        NetworkError
            If measures that hold together move more than all of the use.
        """
        bill = self.scenario.sites[site].bill
        usual = {name: 0.0 if line.spare else 1.0 for name, line in bill.items()}
        factor = np.full(len(dates.seconds), usual[item])
        moved = np.zeros(len(dates.seconds))
        for move in self.moves:
            rows = move.rows(dates, ahead_s)
            if (move.site, move.item) == (site, item):
                moved[rows] += move.share
            elif (move.site, move.by) == (site, item):
                taken = move.share * move.ratio * bill[move.item].per_unit * usual[move.item]
                factor[rows] += taken / bill[item].per_unit
        if moved.max() > 1 + 1e-9:
            got, need = f"{moved.max():g} of its use moved at the same time", "need at most 1"
            raise NetworkError([_problem(site, item, got, need, "lower a share")])
        return np.asarray(factor - usual[item] * moved)

    def use_share(self, sites: tuple[str, ...], inputs: InputTable, dates: Dates) -> IntArray:
        """Use of every input as a factor on `per_unit` (T, N), in millionths."""
        share = np.full((len(dates.seconds), len(inputs.name)), MILLION, dtype=np.int64)
        for n, (s, item) in enumerate(zip(inputs.site.tolist(), inputs.item, strict=True)):
            spare = self.scenario.sites[sites[s]].bill[item].spare
            if spare or (sites[s], item) in self.moved:
                share[:, n] = np.rint(self.use_of(sites[s], item, dates) * MILLION)
        return share

    def substitutes(self, inputs: InputTable, dates: Dates) -> IntArray:
        """Input that serves while another is out of stock (T, N), or UNSET."""
        index = {name: n for n, name in enumerate(inputs.name)}
        serves = np.full((len(dates.seconds), len(inputs.name)), UNSET, dtype=np.int64)
        for move in self.emergencies:
            serves[move.rows(dates), index[f"{move.site} / {move.item}"]] = index[
                f"{move.site} / {move.by}"
            ]
        return serves


def _moves(scenario: Scenario, measure: Measure) -> Iterator[Move]:
    """Yield what a measure moves at each of its sites that buys both inputs."""
    change = measure.substitute
    if change is None:
        return
    known_s = 0 if measure.from_ is None else moment(scenario.start, measure.from_)
    for site, record in sorted(scenario.sites.items()):
        both = change.item in record.bill and change.by in record.bill
        if both and reaches(scenario, measure, site):
            yield Move(
                site=site,
                item=change.item,
                by=change.by,
                share=change.share,
                ratio=change.ratio,
                known_s=known_s,
                begins_s=known_s + change.lead_time,
                ends_s=None if measure.to is None else moment(scenario.start, measure.to),
                trigger=measure.on,
                emergency=change.emergency,
            )


def _clashes(emergencies: list[Move]) -> list[Problem]:
    """Find emergency substitutes of one input that differ, and substitutes of substitutes."""
    problems = []
    ratios: dict[tuple[str, str], float] = {}
    for move in emergencies:
        if ratios.setdefault((move.site, move.item), move.ratio) != move.ratio:
            got, need = "emergency substitutes with different ratios", "need one ratio"
            problems.append(_problem(move.site, move.item, got, need, "state the same in both"))
    for move in emergencies:
        if (move.site, move.by) in ratios:
            got = f"'{move.by}' in its place, which has a substitute itself"
            need = "need one that stands for itself"
            problems.append(_problem(move.site, move.item, got, need, "remove one of the two"))
    return problems


def _problem(site: str, item: str, got: str, need: str, hint: str) -> Problem:
    return Problem(f"sites.{site}.bill.{item}", got, need, hint, code="E_MEASURE")
