"""What is in force when, for whom."""

from typing import Any

import numpy as np
import pytest

from sim.model import ModelTables, build_model
from sim.model.tables import NEVER, UNSET, RegimeTable
from sim.units import DAY_S
from tests.models import licensed

TRIGGERS = {"t": {"when": "halted_share", "above": 0.5}}


def tables(**changes: Any) -> ModelTables:
    return build_model(licensed(**{"horizon": "20 d"} | changes))


def by_day(regimes: RegimeTable, values: Any) -> dict[int, Any]:
    """What holds from which day on."""
    return dict(zip((regimes.t_s // DAY_S).tolist(), values.tolist(), strict=True))


def rates(*rules: dict[str, Any], active: int = 0, **changes: Any) -> list[float]:
    """Approval rate in force on days 0 to 9; 1 where no rule states it."""
    written = {f"rule {number}": rule for number, rule in enumerate(rules)}
    regimes = tables(horizon="10 d", policy=written, **changes).regimes_under(active)
    days = np.arange(10) * DAY_S
    rows = np.searchsorted(regimes.t_s, days, side="right") - 1
    return regimes.approval_rate[rows, 0].tolist()


def test_the_latest_rule_to_begin_wins_and_the_earlier_returns_when_it_ends() -> None:
    early = {"from": "1 d", "approval_rate": 0.1}
    late = {"from": "4 d", "to": "7 d", "approval_rate": 0.4}

    expected = [1, 0.1, 0.1, 0.1, 0.4, 0.4, 0.4, 0.1, 0.1, 0.1]
    assert rates(early, late) == rates(late, early) == expected


def test_of_two_with_the_same_date_the_one_written_last_wins() -> None:
    one, other = ({"from": "3 d", "approval_rate": rate} for rate in (0.1, 0.9))

    assert rates(one, other)[3:] == [0.9] * 7
    assert rates(other, one)[3:] == [0.1] * 7


def test_a_rule_speaks_only_of_the_fields_it_states() -> None:
    speed = {"from": "2 d", "mean_review_time": "9 d"}

    assert rates({"from": "0 d", "approval_rate": 0.5}, speed) == [0.5] * 10


def test_of_two_rules_from_before_the_start_the_later_wins() -> None:
    old = {"from": "2025-03-01", "approval_rate": 0.1}
    new = {"from": "2025-04-01", "to": "2025-04-10", "approval_rate": 0.5}

    assert rates(new, old) == rates(old, new) == [0.5] * 3 + [0.1] * 7


def test_a_rule_without_dates_holds_from_the_start_and_gives_way_to_later_ones() -> None:
    assert rates({"approval_rate": 0.2}, {"from": "6 d", "approval_rate": 0.6}) == (
        [0.2] * 6 + [0.6] * 4
    )


def test_a_rule_on_an_active_trigger_wins_over_all_dated_ones() -> None:
    reaction = {"on": "t", "from": "2 d", "to": "8 d", "approval_rate": 0.0}
    dated = {"from": "5 d", "approval_rate": 0.5}

    assert rates(reaction, dated, triggers=TRIGGERS) == [1] * 5 + [0.5] * 5
    assert rates(reaction, dated, triggers=TRIGGERS, active=1) == ([1, 1] + [0] * 6 + [0.5, 0.5])


def test_of_two_rules_on_active_triggers_the_one_written_last_wins() -> None:
    triggers = TRIGGERS | {"u": {"when": "backlog", "desk": "d", "above": 3}}
    late = {"on": "t", "from": "5 d", "approval_rate": 0.1}
    early = {"on": "u", "approval_rate": 0.9}

    assert rates(late, early, triggers=triggers, active=3) == [0.9] * 10
    assert rates(early, late, triggers=triggers, active=3) == [0.9] * 5 + [0.1] * 5
    assert rates(early, late, triggers=triggers, active=1) == [1] * 5 + [0.1] * 5


def test_files_that_no_rule_tells_apart_share_a_class() -> None:
    streams = {
        name: {"desk": "d", "destination": place, "sector": name,
               "rate": [{"from": "0 d", "per_day": 1.0}]}
        for name, place in (("a", "FR"), ("b", "US"), ("c", "VN"))
    }  # fmt: skip
    fast = {"from": "1 d", "destination": ["FR", "US"], "priority": 1}

    built = tables(other_applicants=streams, policy={"fast": fast})

    first, second, third = built.applicants.file_class.tolist()
    assert first == second != third == built.lanes.stage_class[0][0]
    assert built.regimes.file_priority[1, [first, third]].tolist() == [1, 100]


def test_files_that_only_a_reaction_tells_apart_have_classes_of_their_own() -> None:
    streams = {
        place: {"desk": "d", "destination": place, "rate": [{"from": "0 d", "per_day": 1.0}]}
        for place in ("FR", "US")
    }
    reaction = {"on": "t", "destination": ["US"], "mean_review_time": "never"}

    built = tables(other_applicants=streams, policy={"hit": reaction}, triggers=TRIGGERS)

    france, america = built.applicants.file_class.tolist()
    assert france == built.lanes.stage_class[0][0]
    assert built.regimes.mean_review_s[0, [france, america]].tolist() == [3 * DAY_S] * 2
    assert built.reactions[0].mean_review_s[0, [france, america]].tolist() == [3 * DAY_S, NEVER]


def test_a_rule_that_states_what_holds_anyway_tells_nothing_apart() -> None:
    stream = {"desk": "d", "destination": "US", "rate": [{"from": "0 d", "per_day": 1.0}]}
    null = {"destination": ["US"], "approval_rate": 1.0, "priority": 100, "return_share": 0.0}

    built = tables(other_applicants={"s": stream}, policy={"null": null})

    assert built.applicants.file_class[0] == built.lanes.stage_class[0][0]


def test_defaults_are_at_once_always_granted_and_always_queried() -> None:
    built = tables(policy={"r": {"from": "3 d", "mean_review_time": "never"}})

    regimes = built.regimes
    assert regimes.mean_review_s[:, 0].tolist() == [0, NEVER]
    assert np.all(regimes.approval_rate == 1)
    assert np.all(regimes.final_refusal_share == 0)
    assert np.all(regimes.return_share == 0)
    assert np.all(regimes.query_share == 1)


def test_shares_returned_and_queried_move_with_their_rules() -> None:
    rule = {"from": "5 d", "return_share": 0.25, "query_share": 0.1}

    regimes = tables(policy={"strict": rule}).regimes

    assert by_day(regimes, regimes.return_share[:, 0]) == {0: 0.0, 5: 0.25}
    assert by_day(regimes, regimes.query_share[:, 0]) == {0: 1.0, 5: 0.1}


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


def test_working_days_that_only_a_reaction_counts_are_read_too() -> None:
    reaction = {"on": "t", "mean_review_time": "45 working days"}

    assert len(tables(policy={"slow": reaction}, triggers=TRIGGERS).off_days) == 3


def licences(*rules: dict[str, Any], **changes: Any) -> tuple[ModelTables, dict[int, Any]]:
    """The tables, and the licence that covers the lane from which day on."""
    built = tables(policy={f"rule {n}": rule for n, rule in enumerate(rules)}, **changes)
    return built, by_day(built.regimes, built.regimes.general_licence[:, 0])


def test_a_general_licence_covers_the_pair_until_it_ends_or_a_later_rule_takes_it_away() -> None:
    built, covered = licences(
        {"from": "5 d", "to": "8 d", "general_licence": True},
        {"from": "7 d", "general_licence": False},
        {"from": "15 d", "general_licence": True, "general_quantity": "3 kg"},
    )

    assert covered == {0: UNSET, 5: 0, 7: UNSET, 8: UNSET, 15: 1}
    assert [(one.name, one.quantity) for one in built.general_licences] == [
        ("rule 0", UNSET),
        ("rule 2", 3000),
    ]
    assert set(built.regimes.stages_needed[:, 0].tolist()) == {1}


@pytest.mark.parametrize(
    ("rule", "covers"),
    [
        ({}, True),
        ({"exporter_size": ["large"]}, True),
        ({"exporter_size": ["small"]}, False),
        ({"desk": ["d"]}, True),
        ({"desk": ["customs"]}, False),
        ({"customer": ["P"], "end_use": ["civil"]}, True),
    ],
)
def test_a_general_licence_is_for_the_files_of_its_rule(rule: dict[str, Any], covers: bool) -> None:
    customs = {"setting": "unlimited", "decides": "hold"}

    _, covered = licences({"general_licence": True} | rule, desks={"customs": customs})

    assert covered == {0: 0 if covers else UNSET}


def test_a_lane_that_is_only_held_has_no_general_licence() -> None:
    _, covered = licences({"general_licence": True}, desks={"d": {"decides": "hold"}})

    assert covered == {0: UNSET}
