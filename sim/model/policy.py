"""When the licence office says yes: what is in force for each class of file, from when to when.

The timeline is data, not behaviour. It is read from the scenario's rules, turned into arrays
before the run starts, and never changed while a run is going.

In:  `policy` of a `Scenario`, and the kinds of files that can be filed.
Out: the class of every kind, what holds for each class, and who has a general licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.model.dates import Dates
from sim.model.regimes import NEVER, UNSET, GeneralLicence, IntArray
from sim.model.selecting import FileKind, matches, wanted
from sim.scenario.fields import ReviewTime
from sim.scenario.schema import PolicyRule, Scenario

__all__ = [
    "DEFAULTS",
    "General",
    "Rules",
    "Timeline",
    "build_general",
    "build_timeline",
    "rules_in_force",
]

DEFAULTS: Final[dict[str, Any]] = {
    "mean_review_time": ReviewTime(0),
    "approval_rate": 1.0,
    "final_refusal_share": 0.0,
    "return_share": 0.0,
    "query_share": 1.0,
    "priority": 100,
}
"""What holds where no rule states a field: decided at once, and always granted."""

_Painted = tuple[tuple[int, ...], ...]
"""For each set of active triggers: the number of the value that holds in each regime."""


@dataclass(frozen=True)
class Timeline:
    """Resolved policy.

    Parameters
    ----------
    file_class : dict of (desk, FileKind) to int
        Class C; kinds that the rules never tell apart share one.
    columns : tuple of dict
        For each set of active triggers: the columns (T, C) of `RegimeTable`, by name.
    """

    file_class: dict[tuple[str, FileKind], int]
    columns: tuple[dict[str, NDArray[Any]], ...]


@dataclass(frozen=True)
class General:
    """General licences.

    Parameters
    ----------
    licences : tuple of GeneralLicence
        In the order in which their rules are written.
    covers : tuple of ndarray of int64, shape (T, L)
        For each set of active triggers: `RegimeTable.general_licence`.
    """

    licences: tuple[GeneralLicence, ...]
    covers: tuple[IntArray, ...]


def build_timeline(rules: Rules, places: Iterable[tuple[str, FileKind]]) -> Timeline:
    """Resolve the rules for every desk and kind of file, and merge those they never tell apart.

    Parameters
    ----------
    rules : Rules
    places : iterable of (desk, FileKind)
        Every combination that can be filed.
    """
    charts = {field: rules.chart(field, default) for field, default in DEFAULTS.items()}
    classes: dict[tuple[str, tuple[_Painted, ...]], int] = {}
    file_class: dict[tuple[str, FileKind], int] = {}
    for desk, kind in sorted(set(places)):
        about = rules.about((desk,), kind)
        painted = tuple(chart.painted(about) for chart in charts.values())
        file_class[desk, kind] = classes.setdefault((desk, painted), len(classes))
    columns = []
    for world in range(rules.n_worlds):
        shape = (len(classes), len(charts), rules.n_regimes)
        numbers = np.array(
            [[of[world] for of in painted] for _, painted in classes], dtype=np.int64
        )
        by_field = numbers.reshape(shape).transpose(1, 2, 0)
        columns.append(_columns(charts, dict(zip(charts, by_field, strict=True))))
    return Timeline(file_class, tuple(columns))


def build_general(rules: Rules, lanes: Sequence[tuple[FileKind, tuple[str, ...]]]) -> General:
    """Resolve which general licence covers which lane.

    Parameters
    ----------
    rules : Rules
    lanes : sequence of (FileKind, names of desks), shape (L,)
        What is filed for a lane, and the desks that decide on its licences, if any.
    """
    chart = rules.chart("general_licence", None)
    licences = [value for value in chart.values if isinstance(value, GeneralLicence)]
    numbers = [licences.index(v) if isinstance(v, GeneralLicence) else UNSET for v in chart.values]
    shape = (rules.n_regimes, len(lanes))
    covers = tuple(np.full(shape, UNSET, dtype=np.int64) for _ in range(rules.n_worlds))
    for place, (kind, desks) in enumerate(lanes):
        if licences and desks:
            painted = chart.painted(rules.about(desks, kind))
            for column, values in zip(covers, painted, strict=True):
                column[:, place] = [numbers[value] for value in values]
    return General(tuple(licences), covers)


def rules_in_force(scenario: Scenario, dates: Dates, desk: str, kind: FileKind) -> dict[str, str]:
    """Return the name of the rule that says what holds for a file, by field.

    Parameters
    ----------
    scenario : Scenario
        Without chance.
    dates : Dates
        Its last regime is the one asked about.
    desk : str
    kind : FileKind

    Returns
    -------
    dict of str to str
        Fields that no rule states are left out.
    """
    return Rules(scenario, [dates]).in_force(desk, kind)


@dataclass(frozen=True)
class _Chart:
    """What the rules say of one field, as strokes: a later one covers an earlier one.

    Parameters
    ----------
    values : list
        Everything that is said of the field, the default first.
    n_regimes : int
    strokes : list of list of (int, slice, int)
        For each set of active triggers: place of a rule, its regimes, number of its value.
    """

    values: list[Any]
    n_regimes: int
    strokes: list[list[tuple[int, slice, int]]]

    def painted(self, about: frozenset[int]) -> _Painted:
        """Return what the rules at these places come to."""
        result = []
        for strokes in self.strokes:
            column = [0] * self.n_regimes
            for place, rows, value in strokes:
                if place in about:
                    column[rows] = [value] * (rows.stop - rows.start)
            result.append(tuple(column))
        return tuple(result)


class Rules:
    """The rules of a scenario, prepared for being asked about many kinds of files.

    Parameters
    ----------
    scenario : Scenario
        Its `policy` rules, in the order written.
    worlds : sequence of Dates
        One for each set of active triggers.
    """

    def __init__(self, scenario: Scenario, worlds: Sequence[Dates]) -> None:
        self.n_worlds = len(worlds)
        self.n_regimes = len(worlds[0].seconds)
        self._rules = list(scenario.policy.items())
        self._asks = [wanted(rule) for _, rule in self._rules]
        self._in_order = [self._ranked(dates) for dates in worlds]
        self._about: dict[tuple[tuple[str, ...], FileKind], frozenset[int]] = {}

    def _ranked(self, dates: Dates) -> list[tuple[int, slice]]:
        """Return the rules that are ever in force and their regimes; what comes last wins.

        Of dated rules the latest to begin, of two that begin in the same second the one written
        last; a rule on an active trigger wins over all of them.
        """
        ranked = []
        for place, (_, rule) in enumerate(self._rules):
            rows = dates.rows(rule)
            if rows.start < rows.stop:
                reacts = rule.on is not None
                ranked.append((reacts, 0 if reacts else dates.begins(rule), place, rows))
        return [(place, rows) for _, _, place, rows in sorted(ranked, key=lambda one: one[:3])]

    def about(self, desks: tuple[str, ...], kind: FileKind) -> frozenset[int]:
        """Return the places of the rules about a kind of file at any of these desks."""
        if (desks, kind) not in self._about:
            here = frozenset(desks)
            self._about[desks, kind] = frozenset(
                place
                for place, ((_, rule), asks) in enumerate(zip(self._rules, self._asks, strict=True))
                if (rule.desk is None or not here.isdisjoint(rule.desk)) and matches(asks, kind)
            )
        return self._about[desks, kind]

    def in_force(self, desk: str, kind: FileKind) -> dict[str, str]:
        """Return who states each field in the last regime of the first world."""
        about, last = self.about((desk,), kind), self.n_regimes - 1
        found: dict[str, str] = {}
        for place, rows in self._in_order[0]:
            if place in about and rows.start <= last < rows.stop:
                name, rule = self._rules[place]
                stated = (field for field in DEFAULTS if getattr(rule, field) is not None)
                found.update(dict.fromkeys(stated, name))
        return found

    def chart(self, field: str, default: object) -> _Chart:
        """Return what the rules say of one field."""
        stated = [_stated(name, rule, field) for name, rule in self._rules]
        number: dict[object, int] = {default: 0}
        for value in stated:
            if value is not None:
                number.setdefault(value, len(number))
        strokes = [
            [
                (place, rows, number[stated[place]])
                for place, rows in ranked
                if stated[place] is not None
            ]
            for ranked in self._in_order
        ]
        return _Chart(list(number), self.n_regimes, strokes)


def _stated(name: str, rule: PolicyRule, field: str) -> object:
    """Return what a rule says of a field, or None; a general licence is the rule's own."""
    value: object = getattr(rule, field)
    if field == "general_licence" and value is True:
        quantity = UNSET if rule.general_quantity is None else rule.general_quantity
        return GeneralLicence(name, quantity)
    return value


def _columns(charts: dict[str, _Chart], numbers: dict[str, IntArray]) -> dict[str, NDArray[Any]]:
    """Turn the numbers of values, each (T, C), into values."""

    def read(field: str, values: list[Any], dtype: type) -> NDArray[Any]:
        return np.array(values, dtype=dtype)[np.ascontiguousarray(numbers[field])]

    reviews: list[ReviewTime] = charts["mean_review_time"].values
    seconds = [NEVER if review.never else review.seconds for review in reviews]
    shares = {
        field: read(field, charts[field].values, np.float64)
        for field in ("approval_rate", "final_refusal_share", "return_share", "query_share")
    }
    return shares | {
        "mean_review_s": read("mean_review_time", seconds, np.int64),
        "working_days": read("mean_review_time", [review.working for review in reviews], np.bool_),
        "file_priority": read("priority", charts["priority"].values, np.int64),
    }
