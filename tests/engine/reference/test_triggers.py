"""Reactions to what happens in a run: when they fire, from when to when they act, on what."""

from typing import Any

import pytest

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import desk_model, licensed, merged, one_file, told

SEEN = (Kind.TRIGGERED, Kind.REACTION)


def halting(**changes: Any) -> Scenario:
    """Nothing is decided, and the plant halts on day 5; in alarm, files take no time."""
    base: dict[str, Any] = {
        "horizon": "12 d",
        "policy": {"r": {"mean_review_time": "never"}},
        "triggers": {"alarm": {"when": "halted_share", "above": 0.0, "kind": ["plant"]}},
    }
    return licensed(**merged(base, changes))


HURRY = {"hurry": {"on": "alarm", "mean_review_time": "0 d"}}


def test_a_halt_fires_and_the_rule_acts_a_second_later() -> None:
    plant = halting(policy=HURRY)

    assert told(plant, Kind.HALTED, Kind.RESTARTED, Kind.DECIDED, *SEEN) == [
        "5 HALTED P",
        "5 TRIGGERED alarm #1 x1 @5+1s",
        "5+1s REACTION alarm begins",
        "5+1s DECIDED l #0 x50 granted try 0",
        "5+1s DECIDED l #1 x50 granted try 0",
        "7+1s RESTARTED P",
        "7+1s TRIGGERED alarm #0 x0 @7+2s",
        "7+2s REACTION alarm ends",
    ]
    checked(build_model(plant))


def test_it_acts_after_its_lag_and_for_as_long_as_it_lasts() -> None:
    trigger = {"alarm": {"after": "2 d", "lasts": "3 d"}}

    assert told(halting(policy=HURRY, triggers=trigger), *SEEN)[:3] == [
        "5 TRIGGERED alarm #1 x1 @7",
        "7 REACTION alarm begins",
        "9 TRIGGERED alarm #0 x0",
    ]
    assert told(halting(policy=HURRY, triggers=trigger), Kind.REACTION) == [
        "7 REACTION alarm begins",
        "10 REACTION alarm ends",
    ]


def test_without_a_length_it_ends_as_long_after_the_quantity_is_back() -> None:
    trigger = {"alarm": {"after": "1 d"}}

    assert told(halting(policy=HURRY, triggers=trigger), Kind.RESTARTED, *SEEN) == [
        "5 TRIGGERED alarm #1 x1 @6",
        "6 REACTION alarm begins",
        "8 RESTARTED P",
        "8 TRIGGERED alarm #0 x0 @9",
        "9 REACTION alarm ends",
    ]


def backlog(days: dict[str, int], trigger: dict[str, Any], **changes: Any) -> Scenario:
    """Files of other applicants before one officer, who needs two days for each."""
    streams = {name: {"rate": one_file(day)} for name, day in days.items()}
    watched = {"when": "backlog", "desk": "d", "other_applicants": True, "above": 1}
    base: dict[str, Any] = {
        "horizon": "20 d",
        "policy": {"r": {"mean_review_time": "2 d"}},
        "triggers": {"crowd": watched | trigger},
    }
    return desk_model(streams, **merged(base, changes))


def test_it_fires_at_each_upward_crossing_and_not_while_above() -> None:
    # Three files from day 1, one less on days 2, 4 and 6; two from day 9, one less on day 11.
    files = backlog({"a": 0, "b": 1, "c": 1, "e": 9, "f": 9}, {"lasts": "1 d"})

    assert told(files, Kind.TRIGGERED) == [
        "1 TRIGGERED crowd #1 x3 @1+1s",
        "4 TRIGGERED crowd #0 x1",
        "9 TRIGGERED crowd #1 x2 @9+1s",
        "11 TRIGGERED crowd #0 x1",
    ]


def test_it_is_armed_again_only_when_the_quantity_is_down_to_until() -> None:
    files = backlog({"a": 0, "b": 0, "c": 3}, {"lasts": "1 h", "until": 0})

    # Two, then one from day 2, two again on day 3, and none from day 6.
    assert told(files, Kind.TRIGGERED) == [
        "0 TRIGGERED crowd #1 x2 @0+1s",
        "6 TRIGGERED crowd #0 x0",
    ]


def test_a_new_firing_while_it_is_active_makes_it_last_longer() -> None:
    files = backlog({"a": 0, "b": 0, "c": 3, "e": 3}, {"lasts": "4 d"})

    # Fires on day 0 and, after one file was left on day 2, on day 3.
    assert told(files, Kind.REACTION) == [
        "0+1s REACTION crowd begins",
        "7+1s REACTION crowd ends",
    ]


def test_without_a_length_a_new_firing_calls_off_the_end() -> None:
    files = backlog({"a": 0, "b": 0, "c": 3}, {"after": "2 d"})

    # Back at one on day 2, so that it would end on day 4; two again on day 3, one on day 4.
    assert told(files, *SEEN) == [
        "0 TRIGGERED crowd #1 x2 @2",
        "2 REACTION crowd begins",
        "2 TRIGGERED crowd #0 x1 @4",
        "3 TRIGGERED crowd #1 x2 @5",
        "4 TRIGGERED crowd #0 x1 @6",
        "6 REACTION crowd ends",
    ]


def test_what_comes_and_goes_within_a_second_is_not_seen() -> None:
    at_once = {"r": {"mean_review_time": "0 d"}}

    assert not told(backlog({"a": 0, "b": 0}, {"above": 0}, policy=at_once), *SEEN)


def test_it_watches_only_between_its_dates() -> None:
    days = {"a": 0, "b": 0, "c": 6, "e": 6, "f": 12, "g": 12}

    assert told(backlog(days, {"from": "5 d", "to": "12 d", "lasts": "1 d"}), Kind.TRIGGERED) == [
        "6 TRIGGERED crowd #1 x2 @6+1s",
        "8 TRIGGERED crowd #0 x1",
    ]


def test_a_quantity_that_is_high_when_the_watch_begins_has_not_crossed() -> None:
    assert not told(backlog({"a": 0, "b": 0}, {"from": "1 d", "lasts": "1 d"}), *SEEN)


def test_other_applicants_count_only_if_stated() -> None:
    stream = {"desk": "d", "destination": "US", "arrivals": "even", "rate": one_file(0)}
    trigger = {"when": "backlog", "desk": "d", "above": 0, "lasts": "1 d"}
    alone = licensed(triggers={"crowd": trigger}, other_applicants={"o": stream | {"backlog": 3}})
    together = licensed(
        triggers={"crowd": trigger | {"other_applicants": True}},
        other_applicants={"o": stream | {"backlog": 3}},
    )

    assert told(alone, Kind.TRIGGERED)[0] == "0 TRIGGERED crowd #1 x1 @0+1s"
    assert told(together, Kind.TRIGGERED)[0] == "0 TRIGGERED crowd #1 x5 @0+1s"


def test_returned_files_count_and_refused_ones_do_not() -> None:
    trigger = {"crowd": {"when": "backlog", "desk": "d", "above": 0, "lasts": "1 h"}}
    twenty = {"answer_time": "20 d", "refile_after": "20 d"}
    fate = {"returned": {"return_share": 1.0}, "refused": {"approval_rate": 0.0}}

    for name, lines in (("returned", 1), ("refused", 2)):
        plant = licensed(horizon="4 d", triggers=trigger, desks={"d": twenty},
                         policy={"r": fate[name]})  # fmt: skip
        assert len(told(plant, Kind.TRIGGERED)) == lines


def test_a_rule_on_a_trigger_overrules_all_dated_ones_and_then_they_return() -> None:
    dated = {"later": {"from": "6 d", "mean_review_time": "9 d"}}
    on = {"hurry": {"on": "crowd", "mean_review_time": "1 d"}}
    files = backlog({"a": 0, "b": 0, "c": 0}, {"lasts": "7 d"}, policy=dated | on)

    # a has a second of its two days behind it when it begins; c is at half its day when it ends.
    decided = [line.split(" #")[0] for line in told(files, Kind.DECIDED)]
    assert decided == ["1+1s DECIDED a", "2+1s DECIDED b", "3+1s DECIDED c"]


def test_reviews_keep_the_work_done_when_the_speed_changes_and_changes_back() -> None:
    on = {"slow": {"on": "crowd", "mean_review_time": "8 d"}}
    trigger = {"after": "1 d", "lasts": "2 d"}
    files = backlog({"a": 0, "b": 0}, trigger, policy={"r": {"mean_review_time": "4 d"}} | on,
                    desks={"d": {"officers": 2}})  # fmt: skip

    # A quarter by day 1, another by day 3, the other half at four days a file by day 5.
    assert told(files, Kind.DECIDED) == [
        "5 DECIDED a #0 x0 granted try 0",
        "5 DECIDED b #0 x0 granted try 0",
    ]


@pytest.mark.parametrize("desk", [{"officers": 2}, {"setting": "unlimited"}])
def test_a_stop_by_reaction_keeps_the_work_done(desk: dict[str, Any]) -> None:
    on = {"stop": {"on": "crowd", "mean_review_time": "never"}}
    files = backlog({"a": 0, "b": 0}, {"after": "1 d", "lasts": "5 d"}, policy=on,
                    desks={"d": desk})  # fmt: skip

    assert [line.split()[0] for line in told(files, Kind.DECIDED)] == ["7", "7"]


def test_a_review_that_would_end_in_the_second_of_a_stop_is_stopped() -> None:
    on = {"stop": {"on": "crowd", "mean_review_time": "never"}}
    files = backlog({"a": 0, "b": 0}, {"after": "2 d", "lasts": "1 d"}, policy=on)

    # As with dated stops: the regime change comes before the decision.
    assert told(files, Kind.DECIDED)[0] == "3+1s DECIDED a #0 x0 granted try 0"


@pytest.mark.parametrize(
    "same",
    [
        {"mean_review_time": "2 d"},
        {"approval_rate": 1.0},
        {"mean_review_time": "9 d", "from": "15 d"},
    ],
)
def test_a_reaction_that_changes_nothing_yet_moves_nothing(same: dict[str, Any]) -> None:
    days = {"a": 0, "b": 0, "c": 3, "e": 4}
    watched = backlog(days, {"after": "1.00001 d"}, policy={"on": {"on": "crowd"} | same})
    plain = backlog(days, {}, policy={"on": None}, triggers={"crowd": None})

    everything = tuple(kind for kind in Kind if kind not in (*SEEN, Kind.REGIME))
    assert told(watched, *everything) == told(plain, *everything)
    assert len(told(watched, Kind.REACTION)) >= 2


def test_a_dated_change_and_a_reaction_in_the_same_second_act_together() -> None:
    # The gate ends by date when the trigger's gate begins: goods have no second to slip through.
    gates = {"g": {"to": "7 d"}, "again": {"desk": "d", "leaves": ["CN"], "on": "alarm"}}
    plant = halting(gates=gates, triggers={"alarm": {"after": "2 d"}})

    assert told(plant, Kind.DISPATCHED, Kind.WITHDRAWN, Kind.REACTION) == [
        "7 REACTION alarm begins"
    ]


def test_a_gate_on_a_trigger_lets_goods_go_when_its_effect_ends() -> None:
    stream = {"desk": "e", "destination": "US", "arrivals": "even", "rate": one_file(1)}
    plant = licensed(
        horizon="9 d",
        desks={"e": {"setting": "unlimited", "work": {"law": "fixed"}}},
        gates={"g": {"on": "crowd"}},
        other_applicants={"o": stream | {"backlog": 1}},
        policy={"r": {"mean_review_time": "6 d"}},
        triggers={"crowd": {"when": "backlog", "desk": "e", "other_applicants": True, "above": 1,
                            "after": "3 d"}},
    )  # fmt: skip

    # Two files at the other desk from day 1, one from day 6: the gate is there from day 4 to 9.
    assert told(plant, Kind.FILED, Kind.DISPATCHED, Kind.REACTION) == [
        "0 FILED o #-1 x0 try 0",
        "0 DISPATCHED l #0 x50 =950 @2",
        "1 FILED o #0 x0 try 0",
        "4 REACTION crowd begins",
        "5 FILED l #1 x50 try 0",
    ]


def test_two_triggers_can_be_active_together() -> None:
    more = {"panic": {"when": "halted_share", "above": 0.0, "after": "1 d"}}
    rules = {
        "slow": {"on": "alarm", "mean_review_time": "8 d"},
        "quick": {"on": "panic", "mean_review_time": "2 d"},
    }
    plant = halting(triggers=more, policy=rules)

    # From 5+1s on an eighth a day, from day 6 on a half a day (the rule written last): 7/8 of two
    # days after day 6, and a second for the one that was missed.
    assert told(plant, Kind.DECIDED, Kind.REACTION) == [
        "5+1s REACTION alarm begins",
        "6 REACTION panic begins",
        "7.5+21601s DECIDED l #0 x50 granted try 0",
        "7.5+21601s DECIDED l #1 x50 granted try 0",
        "9.5+21602s REACTION alarm ends",
        "10.5+21601s REACTION panic ends",
    ]


def test_a_trigger_that_cannot_fire_moves_nothing() -> None:
    never = {"alarm": {"to": "4 d"}}
    watched = halting(triggers=never, policy=HURRY)
    plain = halting(triggers={"alarm": None})

    everything = tuple(kind for kind in Kind if kind is not Kind.REGIME)
    assert told(watched, *everything) == told(plain, *everything)
