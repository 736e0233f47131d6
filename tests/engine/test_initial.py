"""The state at second 0: what undisturbed flow would have left behind."""

from typing import Any

import numpy as np
import pytest

from sim.engine import Kind
from sim.engine.initial import InitialState, initial_state
from sim.engine.streams import Stream, Streams
from sim.model import build_model
from sim.model.delays import duration_quantile
from sim.model.tables import UNSET
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.models import model, run


def start(scenario: Scenario) -> InitialState:
    return initial_state(build_model(scenario), Streams(scenario.seed, 0))


def flowing(
    transit: str | dict[str, Any], every: str = "5 d", review: str | None = None
) -> Scenario:
    """The plant has 20 days in stock, and goods are under way as in undisturbed flow."""
    ordering = {} if review is None else {"review_every": review}
    return model(
        horizon="300 d",
        observe_every="60 d",
        sites={"P": {"bill": {"m": {"stock": None, "cover": "20 d"}}, "ordering": ordering},
               "A": {"output_stock": None}},
        lanes={"l": {"transit": transit, "dispatch_every": every, "open_shipments": None}},
    )  # fmt: skip


def test_dispatches_before_the_start_are_under_way() -> None:
    state = start(flowing("12 d"))

    # Sent on days -5 and -10; the one of day -15 has arrived.
    assert state.under_way == [[(-1, 50, 7 * DAY_S), (-2, 50, 2 * DAY_S)]]
    assert state.slot_quantity == [50]
    assert state.finished == [50, 0]
    assert state.cap == [50, 0]


def test_one_that_arrives_at_second_0_is_still_under_way() -> None:
    assert [slot for slot, _, _ in start(flowing("10 d")).under_way[0]] == [-1, -2]


def test_the_order_up_to_level_is_use_times_cover_interval_and_lead_time() -> None:
    assert start(flowing("10 d")).order_up_to == [10 * (20 + 5 + 10)]


def test_goods_owed_between_reviews_and_dispatches_count() -> None:
    daily_reviews = start(flowing("10 d", every="5 d", review="1 d"))

    assert daily_reviews.owed == [40]  # four of five daily orders wait for the slot
    assert daily_reviews.order_up_to == [10 * 20 + 100 + 40 + 10]


@pytest.mark.parametrize("transit", ["0 d", "10 d", "12 d", "3.3 d"])
@pytest.mark.parametrize(("every", "review"), [("5 d", None), ("5 d", "1 d"), ("1 d", "5 d"),
                                               ("2 d", "6 d"), ("12 h", "1 d")])  # fmt: skip
def test_undisturbed_flow_neither_drifts_nor_halts(
    transit: str, every: str, review: str | None
) -> None:
    trace = run(flowing(transit, every, review))

    observed = trace.of(Kind.OBSERVED)
    assert not len(trace.of(Kind.HALTED))
    assert np.ptp(observed[1:, 4]) == 0


@pytest.mark.parametrize(
    "transit",
    ["uniform 4 d, 20 d", "gamma 12 d, 0.5", "lognormal 12 d, 0.4", "exponential 10 d"],
)
def test_undisturbed_flow_with_random_transit_stays_around_its_cover(transit: str) -> None:
    means = []
    for replication in range(12):
        trace = run(flowing(transit), replication)
        means.append(trace.of(Kind.OBSERVED)[:, 4].mean())

    # 200 g on the eve of an arrival; each cycle brings 50 g.
    assert abs(np.mean(means) - 200) < 30


def test_a_cover_law_is_drawn_at_the_address_of_the_input() -> None:
    cover = {"law": "uniform", "low": "10 d", "high": "20 d"}
    scenario = model(sites={"P": {"bill": {"m": {"stock": None, "cover": cover}}}})
    law = build_model(scenario).inputs.cover[0]
    assert law is not None

    for replication in range(5):
        streams = Streams(scenario.seed, replication)
        drawn_s = int(duration_quantile(law, streams.many(Stream.COVER, "P / m", [0]))[0])

        state = initial_state(build_model(scenario), streams)

        assert state.stock == [round(10 * drawn_s / DAY_S)]


def test_added_cover_raises_stock_and_level_alike() -> None:
    more = {"more": {"country": ["DE"], "add_cover": "5 d"}}
    plain, covered = start(model()), start(model(measures=more))

    assert covered.stock == [100]
    assert covered.order_up_to == [150]
    assert (plain.stock, plain.order_up_to) == ([50], [100])


def test_a_level_that_is_stated_is_kept_and_other_rules_have_none() -> None:
    stated = model(sites={"P": {"ordering": {"order_up_to": "77 g"}}})
    constant = model(sites={"P": {"ordering": {"rule": "constant"}}})

    assert start(stated).order_up_to == [77]
    assert start(constant).order_up_to == [UNSET]


def test_listed_shipments_replace_the_flow() -> None:
    listed = model(lanes={"l": {"open_shipments": [{"quantity": "7 g", "arrives": "3 d"}]}})

    assert start(listed).under_way == [[(-1, 7, 3 * DAY_S)]]


def test_a_supplier_keeps_one_dispatch_of_every_lane_unless_it_says_otherwise() -> None:
    capped = model(sites={"A": {"output_stock": "10 g", "output_cap": "90 g"}})
    covered = model(sites={"A": {"output_stock": None, "output_cover": "3 d"}})

    assert start(model(sites={"A": {"output_stock": None}})).finished[0] == 50
    assert (start(capped).finished[0], start(capped).cap[0]) == (10, 90)
    assert start(covered).finished[0] == 300


def test_a_maker_that_only_dispatches_on_order_keeps_a_day_of_output() -> None:
    ordering = {
        "rule": "s_q",
        "continuous": True,
        "reorder_point": "20 g",
        "order_quantity": "50 g",
    }
    state = start(
        model(
            sites={"A": {"output_stock": None}, "P": {"ordering": ordering}},
            lanes={"l": {"dispatch_every": "on order"}},
        )
    )

    assert (state.finished[0], state.cap[0]) == (100, 100)


def test_a_lane_on_order_of_a_site_with_reviews_flows_like_one_with_slots() -> None:
    ordering = {"review_every": "5 d"}
    changes = {"transit": "12 d", "open_shipments": None}
    on_order = start(
        model(
            lanes={"l": changes | {"dispatch_every": "on order"}},
            sites={"P": {"ordering": ordering}},
        )
    )
    in_slots = start(model(lanes={"l": changes | {"dispatch_every": "5 d"}}))

    assert on_order.under_way == in_slots.under_way
    assert on_order.order_up_to == in_slots.order_up_to


def test_the_state_at_the_start_knows_no_demand_factor() -> None:
    halved = {"demand": {"less": {"from": "0 d", "to": "9 d", "factor": 0.5}}}

    assert start(model(**halved)) == start(model())
