"""The same run with a licence granted at filing: does the halt begin a day later?"""

from __future__ import annotations

from typing import Any

from sim.engine import simulate
from sim.outcomes.halts import Halt, halts_of
from sim.outcomes.pivotal import Trial, candidates, try_grants
from sim.outcomes.story import Story, tell
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.models import licensed, model, run

STOPPED: dict[str, Any] = {"policy": {"r": {"mean_review_time": "never"}}, "horizon": "30 d"}


def first_halt(scenario: Scenario) -> tuple[Story, Halt]:
    story = tell(run(scenario))
    return story, halts_of(story)[0]


def tried(scenario: Scenario, *granted: tuple[int, int]) -> Trial:
    story, halt = first_halt(scenario)
    return try_grants(story, halt, granted, simulate)


def test_candidates_are_all_that_had_been_filed_and_had_not_arrived() -> None:
    """Slot 0 was filed on day 0; slot 1, of day 5, comes after the stock-out of that day."""
    story, halt = first_halt(licensed(**STOPPED))

    assert candidates(story, halt) == [(0, 0)]


def test_a_grant_of_fifty_grams_moves_the_halt_by_five_days() -> None:
    trial = tried(licensed(**STOPPED), (0, 0))

    assert (trial.begin_s, trial.later_s, trial.pivotal) == (10 * DAY_S, 5 * DAY_S, True)


def test_a_grant_for_goods_that_come_too_late_anyway_is_not_pivotal() -> None:
    far = licensed(**STOPPED, lanes={"l": {"transit": "12 d"}})

    assert not tried(far, (0, 0)).pivotal
    assert tried(far, (0, 0)).later_s == 0


def test_a_halt_that_does_not_happen_is_pivotal_up_to_the_horizon() -> None:
    short = licensed(policy={"r": {"mean_review_time": "4 d", "to": "5 d"}})
    trial = tried(short, (0, 0))

    assert (trial.begin_s, trial.later_s, trial.pivotal) == (None, 5 * DAY_S, True)


def test_an_application_lost_to_a_refusal_is_tried_too() -> None:
    refused = licensed(
        desks={"d": {"refile_probability": 0}},
        policy={"r": {"approval_rate": 0.0, "mean_review_time": "2 d"}},
    )
    story, halt = first_halt(refused)

    assert (0, 0) in candidates(story, halt)


def test_without_licences_nothing_can_be_tried() -> None:
    story, halt = first_halt(model(lanes={"l": {"transit": "6 d"}}))

    assert candidates(story, halt) == []


def test_a_later_halt_is_compared_with_the_first_after_the_one_before_it() -> None:
    stopped = licensed(policy={"r": {"mean_review_time": "6 d"}}, horizon="40 d")
    story = tell(run(stopped))
    first, second = halts_of(story)[:2]
    trial = try_grants(story, second, candidates(story, second), simulate)

    assert second.stop.begin_s > first.stop.end_s
    assert trial.begin_s is None or trial.begin_s >= first.stop.end_s
