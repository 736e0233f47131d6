"""What is in force when, for whom."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from sim.errors import NetworkError
from sim.model import ModelTables, build_model
from sim.model.policy import break_seconds, moment, value_in_force
from sim.model.tables import NEVER
from sim.scenario.schema import PolicyRule
from sim.units import DAY_S
from tests.models import licensed

START = date(2025, 4, 7)


def rules(*fields: dict[str, Any]) -> list[PolicyRule]:
    return [PolicyRule.model_validate(one) for one in fields]


def rates(*fields: dict[str, Any]) -> list[object]:
    """Approval rate in force on days 0 to 9."""
    return [value_in_force(rules(*fields), "approval_rate", START, d * DAY_S) for d in range(10)]


def test_the_latest_rule_to_begin_wins_and_the_earlier_returns_when_it_ends() -> None:
    early = {"from": "1 d", "approval_rate": 0.1}
    late = {"from": "4 d", "to": "7 d", "approval_rate": 0.4}

    expected = [None, 0.1, 0.1, 0.1, 0.4, 0.4, 0.4, 0.1, 0.1, 0.1]
    assert rates(early, late) == rates(late, early) == expected


def test_of_two_with_the_same_date_the_one_written_last_wins() -> None:
    one, other = ({"from": "3 d", "approval_rate": rate} for rate in (0.1, 0.9))

    assert rates(one, other)[3:] == [0.9] * 7
    assert rates(other, one)[3:] == [0.1] * 7


def test_a_rule_speaks_only_of_the_fields_it_states() -> None:
    speed = {"from": "2 d", "mean_review_time": "9 d"}

    assert rates({"from": "0 d", "approval_rate": 0.5}, speed) == [0.5] * 10


def test_a_rule_from_before_the_start_is_in_force_at_second_0() -> None:
    dated = {"from": "2025-04-01", "to": "2025-04-10", "approval_rate": 0.5}

    assert rates(dated) == [0.5] * 3 + [None] * 7


def test_moments_are_dates_or_times_since_the_start() -> None:
    assert moment(START, date(2025, 4, 9)) == 2 * DAY_S
    assert moment(START, 5) == 5
    assert moment(START, date(2025, 4, 6)) == -DAY_S


def tables(**changes: Any) -> ModelTables:
    return build_model(licensed(horizon="20 d", **changes))


def test_regimes_begin_where_something_changes() -> None:
    scenario = licensed(
        horizon="20 d",
        gates={"g": {"to": "12 d"}},
        policy={"later": {"from": "30 d", "approval_rate": 0.5},
                "past": {"from": "2025-01-01", "to": "2025-02-01", "approval_rate": 0.5},
                "weeks": {"from": "5 d", "to": "25 d", "approval_rate": 0.5}},
        demand={"d": {"site": ["P"], "from": "7 d", "to": "9 d", "factor": 0.5}},
        desks={"d": {"pauses": [{"from": "3 d", "to": "4 d"}]}},
    )  # fmt: skip

    t_s, dates = break_seconds(scenario)

    assert (t_s / DAY_S).tolist() == [0, 3, 4, 5, 7, 9, 12]
    assert [(entry.second // DAY_S, entry.name, entry.begins) for entry in dates] == [
        (0, "g", True),
        (0, "r", True),
        (3, "d pause", True),
        (4, "d pause", False),
        (5, "weeks", True),
        (7, "d", True),
        (9, "d", False),
        (12, "g", False),
    ]


def test_a_licence_is_needed_from_to_and_not_under_a_general_licence() -> None:
    built = tables(
        gates={"g": {"from": "2 d", "to": "12 d"}},
        policy={"pair": {"from": "5 d", "to": "8 d", "general_licence": True},
                "end": {"from": "7 d", "general_licence": False}},
    )  # fmt: skip

    days = (built.regimes.t_s / DAY_S).tolist()
    needed = built.regimes.needs_licence[:, 0].tolist()

    # The rule of day 7 is the latest, also after the pair's own licence has ended.
    assert dict(zip(days, needed, strict=True)) == {
        0: False, 2: True, 5: False, 7: True, 8: True, 12: False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "gated"),
    [
        ({}, True),
        ({"sites": {"P": {"country": "CN"}}}, False),  # does not leave
        ({"items": {"m": {"controlled": False}}}, False),  # not on the list
        ({"items": {"m": {"controlled": False}}, "gates": {"g": {"controlled_only": False}}}, True),
        ({"gates": {"g": {"end_use": ["defence"]}}}, False),
        ({"gates": {"g": {"end_use": ["defence"]}}, "lanes": {"l": {"end_use": "defence"}}}, True),
        ({"gates": {"g": {"destination": ["DE"]}}}, True),
        ({"lanes": {"l": {"destination": "US"}}, "gates": {"g": {"destination": ["US"]}}}, True),
    ],
)
def test_a_gate_is_on_the_lanes_that_it_names(change: dict[str, Any], gated: bool) -> None:
    built = tables(**change)

    assert bool(built.regimes.needs_licence.any()) is gated
    assert (built.lanes.desk[0] >= 0) == gated


def test_two_gates_of_different_desks_on_a_lane_are_refused() -> None:
    with pytest.raises(NetworkError, match="several desks: d, e"):
        tables(
            gates={"h": {"desk": "e", "leaves": ["CN"], "from": "0 d"}},
            desks={"e": {"setting": "unlimited"}},
        )


def test_files_that_no_rule_tells_apart_share_a_class() -> None:
    streams = {
        name: {"desk": "d", "destination": place, "sector": name,
               "rate": [{"from": "0 d", "per_day": 1.0}]}
        for name, place in (("a", "FR"), ("b", "US"), ("c", "VN"))
    }  # fmt: skip
    fast = {"from": "1 d", "destination": ["FR", "US"], "priority": 1}

    built = tables(other_applicants=streams, policy={"fast": fast})

    first, second, third = built.applicants.file_class.tolist()
    assert first == second != third == int(built.lanes.file_class[0])
    assert built.regimes.file_priority[1, [first, third]].tolist() == [1, 100]


def test_defaults_are_at_once_and_always_granted() -> None:
    built = tables(policy={"r": {"from": "3 d", "mean_review_time": "never"}})

    regimes = built.regimes
    assert regimes.mean_review_s[:, 0].tolist() == [0, NEVER]
    assert np.all(regimes.approval_rate == 1)
    assert np.all(regimes.final_refusal_share == 0)


def test_working_days_are_marked_and_their_calendar_is_read() -> None:
    built = tables(policy={"r": {"mean_review_time": "45 working days"}})

    assert built.regimes.mean_review_s[0, 0] == 45 * DAY_S
    assert bool(built.regimes.working_days[0, 0])
    # Weekends from Monday 7 April 2025 on.
    assert built.off_days == (
        (5 * DAY_S, 7 * DAY_S),
        (12 * DAY_S, 14 * DAY_S),
        (19 * DAY_S, 20 * DAY_S),
    )
    assert tables().off_days == ()
