"""The state at second 0: what undisturbed flow would have left behind."""

from typing import Any

import numpy as np
import pytest

from sim.engine import Kind
from sim.engine.initial import InitialState, initial_state, order_up_to_in
from sim.model import build_model
from sim.model.delays import duration_quantile
from sim.model.streams import Stream, Streams
from sim.model.tables import UNSET
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.models import merged, model, run


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


GRADES: dict[str, Any] = {
    "items": {"h": {"kind": "magnet"}},
    "sites": {
        "H": {"kind": "magnet_maker", "country": "JP", "makes": "h", "output_per_day": "100 g"},
        "P": {"bill": {"h": {"per_unit": "1 g", "cover": "20 d", "spare": True}}},
    },
    "lanes": {"h": {"supplier": "H", "customer": "P", "transit": "12 d", "dispatch_every": "5 d"}},
}
OTHER: dict[str, Any] = {
    "sites": {"B": {"kind": "magnet_maker", "country": "US", "makes": "m",
                    "output_per_day": "100 g", "starts": "60 d"}},
    "lanes": {"k": {"supplier": "B", "customer": "P", "transit": "12 d", "dispatch_every": "5 d"}},
}  # fmt: skip
REST: dict[str, Any] = {"supplier": "A", "customer": "P", "transit": "1 d"}
PILE: dict[str, Any] = {
    "item": "m", "held_in": "DE", "quantity": "100 g", "below_cover": "10 d", "up_to_cover": "15 d",
    "start_share": 0.5, "refill": {"supplier": "A", "transit": "3 d", "per_review": "20 g"},
}  # fmt: skip


def changed(**changes: Any) -> Scenario:
    """The plant of `flowing`, 12 days away, with changes laid over."""
    usual = {
        "horizon": "300 d",
        "observe_every": "20 d",
        "sites": {"P": {"bill": {"m": {"stock": None, "cover": "20 d"}}},
                  "A": {"output_stock": None}},
        "lanes": {"l": {"transit": "12 d", "open_shipments": None}},
    }  # fmt: skip
    return model(**merged(usual, changes))


UNDISTURBED: dict[str, dict[str, Any]] = {
    "a chain that begins with rare earths": {
        "items": {"dy": {"kind": "rare_earth"}},
        "sites": {
            "S": {"kind": "separator", "country": "MY", "makes": "dy", "output_per_day": "40 g"},
            "A": {"output_per_day": "1 kg", "cover": "15 d", "bill": {"dy": "40 g"}},
            "P": {"output_per_day": 1000},
        },
        "lanes": {"f": {"supplier": "S", "customer": "A", "transit": "4 d",
                        "dispatch_every": "5 d"}},
    },
    "another source from day 60 on": OTHER,
    "another source that ramps up before it is qualified": merged(
        OTHER, {"sites": {"B": {"ramp": "120 d", "qualification": "150 d"}}}
    ),
    "a lane in the place of another": {
        "lanes": {"l": {"to": "60 d"}, "k": REST | {"transit": "12 d", "from": "60 d",
                                                    "dispatch_every": "5 d"}}
    },
    "fallbacks": {
        "lanes": {"k": REST | {"fallback": {"below_cover": "10 d"}},
                  "n": REST | {"fallback": {"late_by": "18 d"}}}
    },
    "a stockpile that is filled up": {"stockpiles": {"pile": PILE}},
    "a spare grade": GRADES,
    "another grade from the start": merged(
        GRADES, {"measures": {"s": {"substitute": {"item": "m", "by": "h", "share": 0.5,
                                                   "ratio": 1.2}}}}
    ),
    "a substitute for an emergency": merged(
        GRADES, {"measures": {"s": {"substitute": {"item": "m", "by": "h", "emergency": True}}}}
    ),
    "air for everything": {"measures": {"a": {"air": {"transit": "3 d"}}}},
    "air in need": {"measures": {"a": {"air": {"transit": "3 d", "below_cover": "9 d"}}}},
    "a forecast": {"sites": {"P": {"ordering": {"forecast": "moving_average 3"}}}},
    "rates and hoarding": {
        "measures": {"s": {"stretch": {"below": "9 d", "share": 0.5}}, "o": {"overtime": 1.5},
                     "h": {"hoarding": {"cap": 2}}}
    },
    "early filing": {"measures": {"e": {"file_early": "30 d"}}},
}  # fmt: skip


@pytest.mark.parametrize("mechanism", UNDISTURBED)
def test_undisturbed_flow_stays_as_it_is_with_every_mechanism(mechanism: str) -> None:
    trace = run(changed(**UNDISTURBED[mechanism]))

    observed = trace.of(Kind.OBSERVED)
    assert not len(trace.of(Kind.HALTED))
    for n in range(len(trace.tables.inputs.name)):
        assert np.ptp(observed[observed[:, 2] == n][1:, 4]) == 0


def test_what_has_not_started_holds_and_moves_nothing() -> None:
    state = start(changed(**merged(OTHER, {"sites": {"B": {"output_stock": "9 g"}}})))
    tables = build_model(changed(**OTHER))
    site, lane = tables.sites.name.index("B"), tables.lanes.name.index("k")

    assert (state.finished[site], state.cap[site]) == (0, 9)
    assert (state.under_way[lane], state.owed[lane], state.slot_quantity[lane]) == ([], 0, 0)


def test_a_plant_that_has_not_started_has_no_stock_but_what_is_stated() -> None:
    later = {"P": {"starts": "100 d"}}
    stated = merged(later, {"P": {"bill": {"m": {"cover": None, "stock": "7 g"}}}})

    assert start(changed(sites=later)).stock == [0]
    assert start(changed(sites=stated)).stock == [7]


def test_a_maker_has_room_for_the_largest_share_it_will_have() -> None:
    dated = merged(OTHER, {"lanes": {"l": {"share": 0.25}, "k": {"share": 0.75}}})
    state = start(changed(**dated))

    # A sends everything (50 g in a slot) until B starts on day 60, B three quarters after that.
    assert state.finished == [50, 0, 0]
    # A day of output beside it makes good a first dispatch for which nothing was made yet.
    assert state.cap == [50, 38 + 100, 0]


def test_a_stockpile_has_its_share_and_nothing_on_its_way() -> None:
    scenario = changed(stockpiles={"pile": PILE})
    state, tables = start(scenario), build_model(scenario)
    site, refill = tables.sites.name.index("pile"), tables.lanes.name.index("A to pile")

    assert (state.finished[site], state.cap[site]) == (50, 100)
    assert state.under_way[refill] == []
    assert state.order_up_to[tables.inputs.name.index("pile / m")] == UNSET


def test_air_at_the_start_is_what_is_under_way() -> None:
    flown = {"a": {"air": {"transit": "6 d"}}}

    assert start(changed(measures=flown)).under_way == [[(-1, 50, DAY_S)]]
    assert start(changed(measures=flown)).order_up_to == [10 * (20 + 5) + 50]


def levels(scenario: Scenario) -> dict[str, dict[float, int]]:
    """Order-up-to level of every input from the days on which it changes."""
    tables = build_model(scenario)
    state = initial_state(tables, Streams(scenario.seed, 0))
    found: dict[str, dict[float, int]] = {name: {} for name in tables.inputs.name}
    for t, second in enumerate(tables.regimes.t_s.tolist()):
        levels_now = order_up_to_in(tables, state, tables.regimes, t)
        for name, level in zip(tables.inputs.name, levels_now, strict=True):
            if level not in list(found[name].values())[-1:]:
                found[name][second / DAY_S] = level
    return found


def redesign(lead_time: str) -> Scenario:
    change = {"substitute": {"item": "m", "by": "h", "lead_time": lead_time}, "from": "50 d"}
    return changed(**merged(GRADES, {"measures": {"s": change}}))


def test_levels_follow_a_redesign_in_days() -> None:
    # 20 days of cover, 5 to the review, 10 in whole slots under way; the orders look 42 days ahead.
    assert levels(redesign("100 d")) == {
        "P / m": {0: 350, 150: 0},
        "P / h": {0: 0, 150 - 42: 350},
    }


def test_a_redesign_that_is_ordered_in_time_halts_nobody() -> None:
    trace = run(redesign("40 d"))

    assert not len(trace.of(Kind.HALTED))


def test_a_redesign_that_is_decided_too_late_halts_until_the_new_grade_arrives() -> None:
    trace = run(redesign("5 d"))

    # Ordered on day 50, there on day 62; used from day 55 on.
    assert (trace.of(Kind.HALTED)[:, 0] / DAY_S).tolist() == [55]
    assert (trace.of(Kind.RESTARTED)[:, 0] / DAY_S).tolist() == [62]


def test_levels_count_the_lead_times_of_the_lanes_that_are_open() -> None:
    longer = merged(OTHER, {"lanes": {"k": {"transit": "22 d"}}})

    # From day 60 on half of the flow is two slots of 5 days longer under way.
    assert levels(changed(**longer)) == {"P / m": {0: 350, 60: 400}}


def test_a_level_that_is_stated_does_not_follow() -> None:
    stated = merged(OTHER, {"sites": {"P": {"ordering": {"order_up_to": "500 g"}}},
                            "lanes": {"k": {"transit": "22 d"}}})  # fmt: skip

    assert levels(changed(**stated)) == {"P / m": {0: 500}}


def test_a_plant_that_starts_later_finds_its_inputs_there() -> None:
    trace = run(changed(sites={"P": {"starts": "100 d", "ramp": "60 d"}}))

    assert not len(trace.of(Kind.HALTED))
    assert trace.totals.made[-1] == round(10 * (0.25 * 30 + 0.75 * 30 + 140))


def test_undated_cover_raises_a_stated_level_too() -> None:
    more = {"more": {"country": ["DE"], "add_cover": "5 d"}}
    stated = {"P": {"ordering": {"order_up_to": "77 g"}}}

    assert start(model(sites=stated, measures=more)).order_up_to == [77 + 50]
