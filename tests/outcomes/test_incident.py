"""The facts of a halt: what was on its way, which applications, which rules were in force."""

from __future__ import annotations

from typing import Any

from sim.outcomes.halts import halts_of
from sim.outcomes.incident import Incident, incident_of
from sim.outcomes.story import tell
from sim.units import DAY_S
from tests.models import licensed, run

RULES: dict[str, Any] = {
    "r": {"mean_review_time": "9 d", "source": "a notice", "note": "as reported"},
    "other desk": {"desk": ["elsewhere"], "mean_review_time": "1 d"},
    "other country": {"destination": ["CN"], "mean_review_time": "1 d"},
    "ended": {"from": "0 d", "to": "2 d", "approval_rate": 0.3},
    "rate": {"from": "1 d", "approval_rate": 0.9},
    "later": {"from": "8 d", "mean_review_time": "1 d"},
}


def incident(**changes: Any) -> Incident:
    elsewhere = {"elsewhere": {"setting": "unlimited"}}
    scenario = licensed(**({"policy": RULES, "desks": elsewhere} | changes))
    story = tell(run(scenario))
    halts = halts_of(story, [1])
    return incident_of(scenario, story, halts, halts[0])


def test_rules_in_force_are_those_that_hold_for_the_file_when_the_site_stops() -> None:
    (missing,) = incident().missing
    said = {entry.name: set(entry.says) for entry in missing.regulations if entry.kind == "rule"}

    assert said == {"r": {"mean_review_time"}, "rate": {"approval_rate"}}


def test_a_rule_comes_with_its_dates_and_its_source() -> None:
    (missing,) = incident().missing
    by_name = {entry.name: entry for entry in missing.regulations}

    assert (by_name["r"].source, by_name["r"].from_s, by_name["r"].to_s) == ("a notice", 0, None)
    assert by_name["rate"].from_s == DAY_S


def test_the_gate_that_asks_for_the_licence_is_named() -> None:
    (missing,) = incident().missing
    gates = [entry.name for entry in missing.regulations if entry.kind == "gate"]

    assert gates == ["g"]


def test_a_rule_on_a_trigger_that_is_active_goes_before_a_dated_one() -> None:
    """Parts are short from day 5 on; the halt that the rule is in force for is the second."""
    alarm = {"when": "backlog", "desk": "d", "above": 0, "after": "1 d"}
    alarmed = RULES | {"alarm rule": {"on": "alarm", "mean_review_time": "20 d"}}
    (missing,) = incident(policy=alarmed, triggers={"alarm": alarm}).missing

    said = {entry.name: set(entry.says) for entry in missing.regulations if entry.kind == "rule"}
    assert said == {"alarm rule": {"mean_review_time"}, "rate": {"approval_rate"}}


def test_a_rule_on_a_trigger_is_dated_by_the_reaction_in_which_it_held() -> None:
    alarm = {"when": "backlog", "desk": "d", "above": 0, "after": "1 d", "lasts": "7 d"}
    alarmed = RULES | {"alarm rule": {"on": "alarm", "mean_review_time": "20 d"}}
    (missing,) = incident(policy=alarmed, triggers={"alarm": alarm}).missing
    by_name = {entry.name: entry for entry in missing.regulations}

    assert (by_name["alarm rule"].from_s, by_name["alarm rule"].to_s) == (DAY_S, 8 * DAY_S)
    assert (by_name["alarm rule"].trigger, by_name["rate"].trigger) == ("alarm", None)


def test_what_is_refused_and_the_buyer_does_not_know_of_it_waits_no_more() -> None:
    refused = {"r": {"mean_review_time": "2 d", "approval_rate": 0.0}}
    desk = {"refile_probability": 0, "refusal_known_after": "9 d"}
    (missing,) = incident(policy=refused, desks={"d": desk}).missing

    assert not missing.pipeline.waiting
    assert [(lane, goods.slot) for lane, goods in missing.pipeline.refused] == [(0, 0)]


def test_the_pipeline_is_what_moves_what_waits_and_what_is_owed() -> None:
    """Slot -1 is under way until day 30; slot 0 waits for its licence; A has no more to send."""
    (missing,) = incident(
        lanes={"l": {"open_shipments": [{"quantity": "7 g", "arrives": "30 d"}]}},
        sites={"A": {"output_stock": "20 g", "output_per_day": "1 g"}},
        horizon="40 d",
    ).missing
    pipeline = missing.pipeline

    assert [(goods.quantity, goods.arrival_s) for _, goods in pipeline.moving] == [(7, 30 * DAY_S)]
    assert [goods.quantity for _, goods in pipeline.waiting] == [20]
    assert pipeline.owed > 0


def test_the_applications_are_all_of_those_goods_in_order_of_filing() -> None:
    refused = {"r": {"mean_review_time": "2 d", "approval_rate": 0.0}}
    (missing,) = incident(policy=refused, desks={"d": {"refile_after": "1 d"}}).missing

    assert [file.attempt for file in missing.files[:2]] == [0, 1]
    assert [file.filed_s for file in missing.files[:2]] == [0, 3 * DAY_S]


def test_other_halts_are_listed_without_the_one_in_question() -> None:
    found = incident(policy={"r": {"mean_review_time": "6 d"}}, horizon="40 d")

    assert [halt.number for halt in found.others] == list(range(2, len(found.others) + 2))
    assert found.halt.number == 1


def test_a_file_shares_its_desk_with_those_that_are_undecided() -> None:
    (missing,) = incident().missing

    assert missing.queue is not None
    assert (missing.queue.officers, missing.queue.undecided, missing.queue.before) == (None, 2, 0)


def test_files_that_were_there_before_are_counted_until_they_are_decided() -> None:
    """P stands on day 10; its file of day 5 lies there since, and another one of day 10."""
    others = {"desk": "d", "destination": "DE", "arrivals": "even", "backlog": 3,
              "rate": [{"from": "0 d", "per_day": 0.5}]}  # fmt: skip
    two = {"setting": "queue", "officers": 2, "work": {"law": "fixed"}}
    (missing,) = incident(
        horizon="40 d", desks={"elsewhere": {"setting": "unlimited"}, "d": two},
        gates={"g": {"from": "1 d"}}, other_applicants={"o": others},
        policy={"r": {"mean_review_time": "9 d"}},
    ).missing  # fmt: skip

    # Three of the start, one every other day from day 0; the first two were decided on day 9.
    assert missing.queue is not None
    assert (missing.queue.officers, missing.queue.undecided, missing.queue.before) == (2, 9, 4)
