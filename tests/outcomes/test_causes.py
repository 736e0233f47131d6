"""Why a plant stands: the oldest undelivered goods of the missing input say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.engine import simulate
from sim.model import build_model
from sim.outcomes.causes import Cause, cause_of
from sim.outcomes.story import tell
from sim.scenario import Scenario, load_scenario
from tests.models import licensed, model, run

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"


def first_cause(scenario: Scenario) -> Cause:
    story = tell(run(scenario))
    stop = min((stop for stops in story.stops for stop in stops), key=lambda stop: stop.begin_s)
    return cause_of(story, stop)


def maker(**fields: Any) -> Scenario:
    return model(sites={"A": fields})


def test_goods_at_the_desk_make_the_cause_a_pending_licence_with_its_filing() -> None:
    cause = first_cause(licensed(policy={"r": {"mean_review_time": "8 d"}}))

    assert (cause.kind, cause.filed_s) == ("licence pending", 0)


def test_goods_that_left_late_are_in_transit_after_a_licence_wait() -> None:
    cause = first_cause(licensed(policy={"r": {"mean_review_time": "4 d"}}))

    assert cause.kind == "in transit after a licence wait"


def test_goods_that_left_on_time_are_in_transit() -> None:
    cause = first_cause(model(lanes={"l": {"transit": "6 d"}}))

    assert cause.kind == "in transit"


def test_a_cancelled_order_makes_the_cause_a_refusal() -> None:
    refused = licensed(desks={"d": {"refile_probability": 0}}, policy={"r": {"approval_rate": 0.0}})

    assert first_cause(refused).kind == "licence refused"


def test_goods_that_wait_again_after_a_refusal_are_missing_because_of_it() -> None:
    lost = licensed(
        desks={"d": {"refile_probability": 0}},
        policy={"r": {"approval_rate": 0.0, "mean_review_time": "2 d"}},
        sites={"P": {"bill": {"m": {"stock": "58 g"}}}},
        lanes={"l": {"dispatch_every": "2 d"}},
    )
    cause = first_cause(lost)

    assert (cause.kind, cause.filed_s) == ("licence refused", 4 * 86_400)


def test_goods_the_supplier_does_not_have_are_not_dispatched() -> None:
    short = maker(output_per_day="1 g", output_stock="0 g", output_cap="1 kg")

    assert first_cause(short).kind == "not dispatched"


def test_what_nobody_ordered_is_never_ordered() -> None:
    ordering = {"rule": "s_q", "reorder_point": "0 g", "order_quantity": "50 g",
                "review_every": "9 d"}  # fmt: skip
    late = model(sites={"P": {"ordering": ordering}})

    assert first_cause(late).kind == "never ordered"


def test_a_plant_without_motors_stands_because_of_the_magnets_at_the_desk() -> None:
    trace = simulate(build_model(load_scenario(TINY, "as_ruled")), 0)
    story = tell(trace)
    plant = trace.tables.sites.name.index("car plant")
    cause = cause_of(story, story.stops[plant][0])

    assert cause.kind == "licence pending"
    assert trace.tables.lanes.name[cause.lane] == "magnets by sea"
    assert trace.tables.sites.name[cause.site] == "magnet maker"


def test_between_a_refusal_and_the_next_filing_nothing_is_pending() -> None:
    late = licensed(
        desks={"d": {"refile_after": "30 d"}},
        policy={"r": {"approval_rate": 0.0, "mean_review_time": "1 d"}},
    )

    assert first_cause(late).kind == "licence refused"
