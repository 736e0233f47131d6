"""Why a plant stands: the oldest undelivered goods of the missing input say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.engine import simulate
from sim.model import build_model
from sim.outcomes.causes import CAUSES, Cause, Tracer, cause_of
from sim.outcomes.story import tell
from sim.scenario import Scenario, load_scenario
from sim.units import DAY_S
from tests.models import licensed, model, run
from tests.outcomes.traces import told_by

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

    assert (cause.kind, cause.detail) == ("in transit", "after a licence wait")
    assert cause.filed_s == 0


def test_goods_that_left_on_time_are_in_transit() -> None:
    cause = first_cause(model(lanes={"l": {"transit": "6 d"}}))

    assert (cause.kind, cause.detail) == ("in transit", "")


def halted(second: int) -> tuple[tuple[object, ...], ...]:
    return (second, "STOCKED_OUT", "P / m", -1, -1, 0), (second, "HALTED", "P")


def test_goods_that_travel_longer_than_usual_are_late() -> None:
    """Two days are usual on this lane; these goods have been moving for five."""
    story = told_by(
        model(),
        (0, "ORDERED", "l", -1, 30, 30),
        (0, "DISPATCHED", "l", 0, 30, 0, 9 * DAY_S),
        *halted(5 * DAY_S),
    )
    cause = cause_of(story, story.stops[1][0])

    assert (cause.kind, cause.detail) == ("in transit", "late")


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

    assert (cause.kind, cause.filed_s) == ("licence refused", 4 * DAY_S)


def test_what_a_short_supplier_still_owes_after_a_refusal_is_missing_because_of_it() -> None:
    # 50 g are lost on day 2; of the 100 g ordered on day 5 there are 62, and these are lost on day
    # 7: P runs out a day later, with 38 g owed that were never sent.
    lost = licensed(
        desks={"d": {"refile_probability": 0}},
        policy={"r": {"approval_rate": 0.0, "mean_review_time": "2 d"}},
        sites={"A": {"output_per_day": "1 g", "output_stock": "60 g", "output_cap": "60 g"},
               "P": {"bill": {"m": {"stock": "78 g"}}}},
    )  # fmt: skip
    cause = first_cause(lost)

    assert (cause.kind, cause.filed_s) == ("licence refused", 5 * DAY_S)
    assert (cause.links[-1].goods, cause.links[-1].quantity) == (None, 38)


def test_goods_that_a_supplier_cannot_make_fast_enough_are_missing_for_capacity() -> None:
    short = maker(output_per_day="1 g", output_stock="0 g", output_cap="1 kg")

    assert (first_cause(short).kind, first_cause(short).detail) == ("capacity", "")


@pytest.mark.parametrize(
    ("factor", "detail"), [(0.0, "does not produce"), (0.5, "below its full rate")]
)
def test_a_supplier_below_its_rate_is_short_of_capacity_and_it_says_so(
    factor: float, detail: str
) -> None:
    short = model(
        sites={"A": {"output_per_day": "9 g", "output_stock": "0 g", "output_cap": "1 kg"}},
        demand={"less": {"site": ["A"], "factor": factor}},
    )

    assert (first_cause(short).kind, first_cause(short).detail) == ("capacity", detail)


def test_nothing_can_be_ordered_from_a_supplier_that_has_not_started() -> None:
    later = model(sites={"A": {"starts": "30 d", "output_stock": "0 g", "output_cap": "1 kg"}})

    assert first_cause(later).kind == "never ordered"


def test_goods_that_went_to_others_were_rationed() -> None:
    rival = {"kind": "plant", "country": "DE", "makes": "car", "output_per_day": 90,
             "bill": {"m": {"per_unit": "1 g", "stock": "900 g"}}}  # fmt: skip
    lane = {"supplier": "A", "customer": "Q", "transit": "2 d", "dispatch_every": "5 d",
            "priority": 0, "open_shipments": []}  # fmt: skip
    short = model(
        sites={"A": {"output_per_day": "20 g", "output_stock": "0 g", "output_cap": "1 kg",
                     "allocation": "priority"}, "Q": rival,
               "P": {"bill": {"m": {"stock": "70 g"}}}},
        lanes={"l": {"priority": 5}, "k": lane},
    )  # fmt: skip

    assert first_cause(short).kind == "rationed"


def test_a_customs_test_is_a_class_of_its_own() -> None:
    held = licensed(desks={"d": {"decides": "hold"}}, policy={"r": {"mean_review_time": "9 d"}})

    assert first_cause(held).kind == "customs hold"


def test_a_licence_that_ran_out_before_the_goods_could_leave_has_expired() -> None:
    """The ministry grants at once for 2 days; customs then holds for 4; the licence is void."""
    cause = first_cause(
        licensed(
            desks={"d": {"licence_term": "2 d"}, "customs": {"decides": "hold",
                   "setting": "unlimited", "work": {"law": "fixed"}}},
            gates={"tests": {"desk": "customs", "leaves": ["CN"]}},
            policy={"r": {"desk": ["d"], "mean_review_time": "1 d"},
                    "tests": {"desk": ["customs"], "mean_review_time": "9 d"}},
            sites={"P": {"bill": {"m": {"stock": "35 g"}}}},
        )
    )  # fmt: skip

    assert cause.kind == "licence expired"
    assert cause.file is not None
    assert (cause.file.stage, cause.file.attempt) == (0, 1)


def test_a_file_that_was_returned_is_pending_while_it_is_answered_and_after() -> None:
    def returned(answer: str) -> str:
        rules = {"r": {"return_share": 1.0, "mean_review_time": "2 d"}}
        return first_cause(licensed(desks={"d": {"answer_time": answer}}, policy=rules)).detail

    assert returned("9 d") == "returned for information"
    assert returned("2 d") == "filed again after a return"


def test_a_file_at_a_later_stage_names_its_desk() -> None:
    cause = first_cause(
        licensed(
            desks={"embassy": {"setting": "unlimited", "work": {"law": "fixed"}}},
            gates={"g": {"before": ["embassy"]}},
        )
    )
    assert cause.file is not None
    assert (cause.kind, cause.file.stage, cause.file.filed_s) == ("licence pending", 1, 3 * DAY_S)


def test_a_lasting_demand_above_plan_is_the_cause_when_orders_come_on_time() -> None:
    boom = model(
        sites={"P": {"bill": {"m": {"stock": "120 g"}}}},
        demand={"boom": {"from": "0 d", "factor": 3.0}},
        lanes={"l": {"transit": "5 d"}},
    )

    assert first_cause(boom).kind == "demand"


def test_parts_that_wait_for_their_dispatch_day_are_on_their_way() -> None:
    story = told_by(model(), (DAY_S, "ORDERED", "l", -1, 30, 30), *halted(4 * DAY_S))
    cause = cause_of(story, story.stops[1][0])

    assert (cause.kind, cause.detail) == ("in transit", "before its dispatch day")
    assert cause.links[0].ordered_s == DAY_S


def test_goods_held_back_for_a_larger_application_wait_for_a_licence() -> None:
    batched = licensed(lanes={"l": {"application_min": "90 g"}})
    story = told_by(batched, (0, "ORDERED", "l", -1, 30, 30), *halted(8 * DAY_S))
    cause = cause_of(story, story.stops[1][0])

    assert (cause.kind, cause.detail) == ("licence pending", "not filed yet: waits for more")


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


def test_the_cause_of_a_supplier_that_stood_is_asked_further_up() -> None:
    story = tell(simulate(build_model(load_scenario(TINY, "as_ruled")), 0))
    names, items = story.tables.sites.name, story.tables.inputs.item
    stop = story.stops[names.index("car plant")][0]
    cause = cause_of(story, stop)

    assert [names[link.site] for link in cause.links] == ["car plant", "motor maker"]
    assert [items[link.input] for link in cause.links] == ["motor", "magnet"]
    assert [link.second // DAY_S for link in cause.links] == [65, 65]


def test_goods_that_left_late_because_their_supplier_stood_say_what_it_had_lacked() -> None:
    """Motors leave the day the maker runs again, and the plant runs out while they travel."""
    tree = load_scenario(TINY, "as_ruled")
    long_way = tree.lanes["motors by lorry"].model_copy(
        update={"transit": tree.lanes["magnets by sea"].transit}
    )
    story = tell(run(tree.model_copy(update={"lanes": tree.lanes | {"motors by lorry": long_way}})))
    causes = [
        cause_of(story, stop) for stop in story.stops[story.tables.sites.name.index("car plant")]
    ]

    late = [cause for cause in causes if cause.detail == "after its supplier stood"]
    assert [cause.before.kind for cause in late if cause.before] == ["licence pending"] * len(late)


def test_every_blocking_input_has_a_cause_of_its_own() -> None:
    both = model(
        items={"w": {"kind": "magnet"}},
        sites={
            "W": {"kind": "magnet_maker", "country": "CN", "makes": "w", "output_per_day": "1 g",
                  "output_stock": "0 g", "output_cap": "1 kg"},
            "P": {"bill": {"w": {"per_unit": "1 g", "stock": "50 g"}}},
        },
        lanes={
            "l": {"transit": "9 d"},
            "k": {"supplier": "W", "customer": "P", "dispatch_every": "2 d", "transit": "9 d",
                  "open_shipments": []},
        },
    )  # fmt: skip
    story = tell(run(both))
    (stop,) = story.stops[story.tables.sites.name.index("P")]
    causes = Tracer(story).causes(stop)

    assert [story.tables.inputs.item[n] for n in causes] == ["m", "w"]
    assert all(cause.kind in CAUSES for cause in causes.values())
    assert next(iter(causes.values())).kind == "in transit"


def test_an_empty_stockpile_is_short_of_capacity() -> None:
    pile = {"item": "m", "held_in": "DE", "quantity": "1 g", "start_share": 0.0,
            "below_cover": "9 d", "up_to_cover": "9 d", "country": ["DE"]}  # fmt: skip
    story = told_by(
        model(stockpiles={"reserve": pile}),
        (1, "ORDERED", "reserve to P", -1, 30, 30),
        *halted(8 * DAY_S),
    )
    cause = cause_of(story, story.stops[story.tables.sites.name.index("P")][0])

    assert (cause.kind, cause.detail) == ("capacity", "the stockpile is empty")


def test_a_supplier_that_slows_down_to_last_longer_says_so() -> None:
    story = told_by(
        model(),
        (0, "ORDERED", "l", -1, 30, 30),
        (DAY_S, "RATE", "A", -1, 20, 1),
        *halted(8 * DAY_S),
    )

    assert cause_of(story, story.stops[1][0]).detail == "runs slowly to last longer"


def test_goods_that_left_late_because_their_supplier_was_short_say_so() -> None:
    """Ordered on day 0, when a slot passed; sent on day 5, under way when the plant runs out."""
    story = told_by(
        model(),
        (0, "ORDERED", "l", -1, 30, 30),
        (5 * DAY_S, "DISPATCHED", "l", 1, 30, 0, 7 * DAY_S),
        *halted(6 * DAY_S),
    )
    cause = cause_of(story, story.stops[1][0])

    assert (cause.kind, cause.detail) == ("in transit", "after its supplier was short")
    assert cause.before is not None
    assert (cause.before.kind, cause.before.links[0].second) == ("capacity", 5 * DAY_S)


@pytest.mark.parametrize(("owed", "detail"), [(20, "stood"), (0, "was short")])
def test_a_supplier_that_has_not_caught_up_since_it_stood_is_late_because_of_it(
    owed: int, detail: str
) -> None:
    """The motor maker stands on days 1 to 5, sends on day 7, and late on 21 what is due on 14."""
    story = told_by(
        load_scenario(TINY, "as_ruled"),
        (0, "ORDERED", "motors by lorry", -1, 70 + owed, 70 + owed),
        (DAY_S, "STOCKED_OUT", "motor maker / magnet", -1, -1, 0),
        (DAY_S, "HALTED", "motor maker"),
        (5 * DAY_S, "RESTARTED", "motor maker"),
        (7 * DAY_S, "DISPATCHED", "motors by lorry", 1, 70, 0, 9 * DAY_S),
        (14 * DAY_S, "ORDERED", "motors by lorry", -1, 70, 70 + owed),
        (21 * DAY_S, "DISPATCHED", "motors by lorry", 3, 70 + owed, 0, 23 * DAY_S),
        (22 * DAY_S, "STOCKED_OUT", "car plant / motor", -1, -1, 0),
        (22 * DAY_S, "HALTED", "car plant"),
    )
    cause = cause_of(story, story.stops[story.tables.sites.name.index("car plant")][0])

    assert (cause.kind, cause.detail) == ("in transit", f"after its supplier {detail}")
