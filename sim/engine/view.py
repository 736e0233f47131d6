"""What a policy sees of a run: everything can be looked at, nothing changed.

Every figure comes from the tables, from the rows written so far, from what is in force, or from a
stock at this second. Engines agree on all of these, so a policy sees the same with either.

In:  `Stepped`, a run that stops where a policy takes its steps.
Out: `View`.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Protocol

import numpy as np

from sim.engine.reference.regime import planned_use
from sim.engine.trace import Kind, Outcome, stage_and_attempt
from sim.errors import PolicyError, did_you_mean
from sim.model.streams import Stream, Streams
from sim.model.tables import IntArray, ModelTables
from sim.units import DAY_S

__all__ = ["Seen", "View"]

_GRANTED = (Outcome.GRANTED,)
_REFUSED = (Outcome.REFUSED, Outcome.REFUSED_FOR_GOOD)


class Seen(Protocol):
    """The part of a run that a view reads."""

    @property
    def replication(self) -> int:
        """Index of the random history."""
        ...

    @property
    def tables(self) -> ModelTables:
        """What is run."""
        ...

    @property
    def second(self) -> int:
        """The second it is now."""
        ...

    @property
    def in_force(self) -> tuple[int, int]:
        """The dated regime T that holds, and the set of active triggers."""
        ...

    def stock(self, n: int) -> int:
        """Return what there is of an input at this second [g or pieces]."""
        ...

    def rows_from(self, first: int) -> IntArray:
        """Return the rows that have been written, from one of them on, shape (n, 7)."""
        ...


class View:
    """A run at the second of a policy's step, after all else that happens in that second.

    A policy may keep the view: it always shows the second that it is now.

    Parameters
    ----------
    run : Seen
    """

    def __init__(self, run: Seen) -> None:
        self._run = run
        self._tables = run.tables
        self._streams = Streams(run.tables.seed, run.replication)
        self._halts = _Halts(run)
        self._files = _Files(run, others=False), _Files(run, others=True)

    @property
    def day(self) -> float:
        """Days since the scenario's start."""
        return self._run.second / DAY_S

    @property
    def date(self) -> date:
        """The date it is."""
        return self._tables.start + timedelta(days=self._run.second // DAY_S)

    @property
    def active(self) -> frozenset[str]:
        """Names of the triggers that are active: what hangs on them is in force."""
        active = self._run.in_force[1]
        return frozenset(n for g, n in enumerate(self._tables.triggers.name) if active >> g & 1)

    def sites(self, *, kind: str = "", sector: str = "", country: str = "") -> tuple[str, ...]:
        """Return names of sites, in order of name; those of one kind, sector or country if stated.

        Raises
        ------
        PolicyError
            If there is no site of that kind, sector or country.
        """
        names = self._tables.sites.name
        return tuple(names[s] for s in _chosen(self._tables, kind, sector, country))

    def halted(self, *, kind: str = "", sector: str = "", country: str = "") -> tuple[str, ...]:
        """Return those of the same sites that stand still for lack of an input."""
        names, down = self._tables.sites.name, self._halts.now()
        return tuple(names[s] for s in _chosen(self._tables, kind, sector, country) if s in down)

    def stock(self, site: str, item: str) -> int:
        """Return what a site has of an input [g or pieces].

        Raises
        ------
        PolicyError
            If the site is not known, or has no such input.
        """
        return self._run.stock(_input(self._tables, site, item))

    def cover(self, site: str, item: str) -> float:
        """Return how long that lasts at the use that is planned now [days]; inf without use."""
        n = _input(self._tables, site, item)
        t, active = self._run.in_force
        use = planned_use(self._tables, self._tables.regimes_under(active), t, n)
        return self._run.stock(n) / use if use else float("inf")

    def pending(self, desk: str, *, other_applicants: bool = False) -> int:
        """Return how many files at a desk are not yet decided.

        Raises
        ------
        PolicyError
            If the desk is not known.
        """
        d = _number(self._tables.desks.name, desk, "desk")
        return sum(files.pending(d) for files in self._files[: 1 + other_applicants])

    def granted(self, desk: str, *, other_applicants: bool = False) -> int:
        """Return how many files a desk has granted so far."""
        d = _number(self._tables.desks.name, desk, "desk")
        return sum(files.decided(d, _GRANTED) for files in self._files[: 1 + other_applicants])

    def refused(self, desk: str, *, other_applicants: bool = False) -> int:
        """Return how often a desk has refused a file so far, for now or for good."""
        d = _number(self._tables.desks.name, desk, "desk")
        return sum(files.decided(d, _REFUSED) for files in self._files[: 1 + other_applicants])

    def uniform(self, name: str, number: int = 0) -> float:
        """Return a random number in (0, 1): always the same for a name and number in a replication.

        It is the same in every alternative, whatever else is drawn, and whenever it is asked for.
        """
        return self._streams.one(Stream.POLICY, name, number)


def _chosen(tables: ModelTables, kind: str, sector: str, country: str) -> list[int]:
    """Return the sites S of a kind, sector and country; "" stands for any."""
    sites = tables.sites
    chosen = list(range(len(sites.name)))
    for column, value in ((sites.kind, kind), (sites.sector, sector), (sites.country, country)):
        if value:
            _number(column, value, "sites of")
            chosen = [s for s in chosen if column[s] == value]
    return chosen


def _input(tables: ModelTables, site: str, item: str) -> int:
    """Return the input N of a site."""
    s = _number(tables.sites.name, site, "site")
    of_site = np.flatnonzero(tables.inputs.site == s).tolist()
    place = _number([tables.inputs.item[n] for n in of_site], item, f"input of '{site}',")
    return int(of_site[place])


def _number(names: tuple[str, ...] | list[str], name: str, what: str) -> int:
    """Return the place of a name among those that are known."""
    if name not in names:
        hint = did_you_mean(name, names)
        raise PolicyError(f"no {what} '{name}'" + (f" ({hint})" if hint else ""))
    return names.index(name)


class _Read:
    """The rows of some kinds, read on from where the last look ended."""

    def __init__(self, run: Seen, kinds: tuple[Kind, ...]) -> None:
        self._run = run
        self._is_read = np.zeros(len(Kind), dtype=np.bool_)
        self._is_read[list(kinds)] = True
        self._n_rows = 0

    def rows(self) -> IntArray:
        """Return what has been written since, shape (n, 7)."""
        rows = self._run.rows_from(self._n_rows)
        self._n_rows += len(rows)
        found: IntArray = rows[self._is_read[rows[:, 1]]]
        return found


class _Halts:
    """Which sites stand still."""

    def __init__(self, run: Seen) -> None:
        self._read = _Read(run, (Kind.HALTED, Kind.RESTARTED))
        self._down: set[int] = set()

    def now(self) -> set[int]:
        """Return the sites S that stand still."""
        for _, kind, site, *_ in self._read.rows().tolist():
            (self._down.add if kind == Kind.HALTED else self._down.discard)(site)
        return self._down


class _Files:
    """Files of the network, or of other applicants: those not yet decided, and decisions.

    A file is open as long as a trigger on a backlog counts it.
    """

    def __init__(self, run: Seen, *, others: bool) -> None:
        tables = run.tables
        self._others = others
        self._n_lanes = len(tables.lanes.name)
        self._desks = [*tables.lanes.stages, *((d,) for d in tables.applicants.desk.tolist())]
        self._read = _Read(run, (Kind.FILED, Kind.DECIDED, Kind.WITHDRAWN))
        self._open: set[tuple[int, int, int]] = set()
        self._pending: Counter[int] = Counter()
        self._decided: Counter[tuple[int, int]] = Counter()

    def pending(self, desk: int) -> int:
        """Return how many files at a desk are open."""
        self._catch_up()
        return self._pending[desk]

    def decided(self, desk: int, outcomes: tuple[Outcome, ...]) -> int:
        """Return how often a desk has decided in one of these ways."""
        self._catch_up()
        return sum(self._decided[desk, outcome] for outcome in outcomes)

    def _catch_up(self) -> None:
        rows = self._read.rows()
        ours = rows[(rows[:, 2] >= self._n_lanes) == self._others]
        for _, kind, source, slot, _, level, until in ours.tolist():
            stage, _ = stage_and_attempt(level if kind == Kind.FILED else until)
            desk = self._desks[source][stage]
            if kind == Kind.DECIDED:
                self._decided[desk, level] += 1
                if level == Outcome.RETURNED:
                    continue
            was, file = len(self._open), (source, stage, slot)
            (self._open.add if kind == Kind.FILED else self._open.discard)(file)
            self._pending[desk] += len(self._open) - was
