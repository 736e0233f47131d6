"""The seconds at which regimes change, and the regimes in which a record is in force."""

from datetime import date
from typing import Any

import pytest

from sim.model.dates import Dates, break_seconds, merge_spans, moment
from sim.scenario.schema import PolicyRule, Scenario
from sim.units import DAY_S
from tests.models import licensed

START = date(2025, 4, 7)


def days(seconds: tuple[int, ...]) -> list[float]:
    return [second / DAY_S for second in seconds]


def rule(**fields: Any) -> PolicyRule:
    return PolicyRule.model_validate(fields | {"approval_rate": 0.5})


def ten_days(*active: str) -> Dates:
    """A regime for each of ten days."""
    return Dates(START, tuple(day * DAY_S for day in range(10)), frozenset(active))


def changes(scenario: Scenario) -> list[tuple[float, str, bool]]:
    return [
        (entry.second / DAY_S, entry.name, entry.begins) for entry in break_seconds(scenario)[1]
    ]


def test_moments_are_dates_or_times_since_the_start() -> None:
    assert moment(START, date(2025, 4, 9)) == 2 * DAY_S
    assert moment(START, 5) == 5
    assert moment(START, date(2025, 4, 6)) == -DAY_S


def test_regimes_begin_where_something_changes() -> None:
    scenario = licensed(
        horizon="20 d",
        gates={"g": {"to": "12 d"}},
        policy={"later": {"from": "30 d", "approval_rate": 0.5},
                "past": {"from": "2025-01-01", "to": "2025-02-01", "approval_rate": 0.5},
                "weeks": {"from": "5 d", "to": "25 d", "approval_rate": 0.5}},
        control_lists={"c": {"from": "6 d", "elements": ["Dy"], "above_mass_share": 0.001}},
        demand={"d": {"site": ["P"], "from": "7 d", "to": "9 d", "factor": 0.5}},
        desks={"d": {"pauses": [{"from": "3 d", "to": "4 d"}],
                     "quota": [{"from": "8 d", "files_per_week": 3}]}},
    )  # fmt: skip

    assert days(break_seconds(scenario)[0]) == [0, 3, 4, 5, 6, 7, 8, 9, 12]
    assert changes(scenario) == [
        (0, "g", True),
        (0, "r", True),
        (3, "d pause", True),
        (4, "d pause", False),
        (5, "weeks", True),
        (6, "c", True),
        (7, "d", True),
        (8, "d quota", True),
        (9, "d", False),
        (12, "g", False),
    ]


def test_what_has_no_dates_is_no_dated_change() -> None:
    scenario = licensed(
        gates={"g": {"from": None}},
        policy={"r": {"from": None, "to": "5 d"}},
        control_lists={"c": {"elements": ["Dy"], "above_mass_share": 0.001}},
        measures={"m": {"add_cover": "5 d"}},
    )

    assert changes(scenario) == [(0, "r", True), (5, "r", False)]


def test_what_hangs_on_a_trigger_begins_regimes_but_is_no_dated_change() -> None:
    scenario = licensed(
        triggers={"t": {"when": "halted_share", "above": 0.5}},
        policy={"hard": {"on": "t", "from": "2 d", "to": "6 d", "approval_rate": 0.1}},
    )

    assert days(break_seconds(scenario)[0]) == [0, 2, 6]
    assert changes(scenario) == [(0, "g", True), (0, "r", True)]


def test_changes_that_nobody_dated_begin_regimes_within_the_run() -> None:
    seconds, _ = break_seconds(licensed(horizon="10 d"), more=[-5, 3 * DAY_S, 10 * DAY_S])

    assert days(seconds) == [0, 3]


@pytest.mark.parametrize(
    ("fields", "in_force"),
    [
        ({}, range(10)),
        ({"from": "3 d"}, range(3, 10)),
        ({"from": "3 d", "to": "5 d"}, range(3, 5)),
        ({"to": "2 d"}, range(2)),
        ({"from": "2025-04-01", "to": "2025-04-10"}, range(3)),
        ({"from": "2025-04-01", "to": "2025-04-07"}, range(0)),
        ({"from": "12 d"}, range(0)),
    ],
)
def test_a_record_is_in_force_from_to(fields: dict[str, Any], in_force: range) -> None:
    assert list(range(10))[ten_days().rows(rule(**fields))] == list(in_force)


def test_a_record_on_a_trigger_is_in_force_while_the_trigger_is_active() -> None:
    reaction = rule(**{"on": "t", "from": "3 d"})

    assert list(range(10))[ten_days().rows(reaction)] == []
    assert list(range(10))[ten_days("other").rows(reaction)] == []
    assert list(range(10))[ten_days("other", "t").rows(reaction)] == list(range(3, 10))


@pytest.mark.parametrize(
    ("spans", "merged"),
    [
        ([], ()),
        ([(3, 5), (1, 2)], ((1, 2), (3, 5))),
        ([(1, 3), (3, 5)], ((1, 5),)),
        ([(1, 9), (3, 5), (8, 10)], ((1, 10),)),
        ([(4, 4), (6, 5)], ()),
    ],
)
def test_spans_merge(spans: list[tuple[int, int]], merged: tuple[tuple[int, int], ...]) -> None:
    assert merge_spans(spans) == merged
