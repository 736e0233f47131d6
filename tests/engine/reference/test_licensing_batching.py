"""From orders to applications: small amounts wait for more, and goods granted when filed."""

from dataclasses import replace
from typing import Any

from sim.engine import Kind, simulate
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import licensed, merged, told

SEEN = (Kind.FILED, Kind.DISPATCHED, Kind.WITHDRAWN)


def batched(least: str, wait: str = "90 d", **changes: Any) -> Scenario:
    """Ten grams a day are ordered, in daily slots."""
    base: dict[str, Any] = {
        "horizon": "7.5 d",
        "lanes": {"l": {"dispatch_every": "1 d", "application_min": least,
                        "application_wait": wait}},
        "sites": {"P": {"ordering": {"rule": "constant"}}},
    }  # fmt: skip
    return licensed(**merged(base, changes))


ON_ORDER = {"lanes": {"l": {"dispatch_every": "on order"}},
            "sites": {"P": {"ordering": {"rule": "constant", "review_every": "1 d"}}}}  # fmt: skip


def test_less_than_the_least_waits_for_more() -> None:
    for place, name in (({}, ("#2", "#5")), (ON_ORDER, ("#172800", "#432000"))):
        assert told(batched("30 g", **place), Kind.FILED) == [
            f"2 FILED l {name[0]} x30 try 0",
            f"5 FILED l {name[1]} x30 try 0",
        ]


def test_less_is_filed_for_when_it_has_waited_long_enough() -> None:
    # First put off on day 0, and again on day 3.
    assert told(batched("90 g", "2 d"), Kind.FILED) == [
        "2 FILED l #2 x30 try 0",
        "5 FILED l #5 x30 try 0",
    ]


def test_what_goes_on_order_is_filed_for_in_the_second_in_which_its_time_is_up() -> None:
    plant = batched("90 g", "1.5 d", **ON_ORDER)

    assert told(plant, Kind.FILED) == [
        "1.5 FILED l #129600 x20 try 0",
        "3.5 FILED l #302400 x20 try 0",
        "5.5 FILED l #475200 x20 try 0",
    ]
    checked(build_model(plant))


def test_a_supplier_that_puts_off_on_order_does_not_look_again_every_second() -> None:
    trace = simulate(build_model(batched("30 g", **ON_ORDER)), 0)

    assert trace.n_events < 60


def test_a_lane_that_needs_no_licence_puts_nothing_off() -> None:
    free = told(batched("30 g", gates={"g": {"from": "3 d"}}), *SEEN)

    assert free == [
        "0 DISPATCHED l #0 x10 =990 @2",
        "1 DISPATCHED l #1 x10 =990 @3",
        "2 DISPATCHED l #2 x10 =990 @4",
        "5 FILED l #5 x30 try 0",
    ]


def test_what_was_put_off_on_order_goes_when_the_gate_ends() -> None:
    plant = batched("90 g", gates={"g": {"to": "2.5 d"}}, **ON_ORDER)

    assert told(plant, *SEEN)[0] == "2.5 DISPATCHED l #216000 x30 =970 @4.5"


def test_what_fits_a_general_licence_is_not_put_off() -> None:
    pair = {"pair": {"from": "0 d", "general_licence": True, "general_quantity": "25 g"}}

    assert told(batched("30 g", policy=pair, horizon="4.5 d"), *SEEN) == [
        "0 DISPATCHED l #0 x10 =990 @2",
        "1 DISPATCHED l #1 x10 =990 @3",
        "4 FILED l #4 x30 try 0",
    ]


def test_a_least_amount_that_every_dispatch_reaches_moves_nothing() -> None:
    assert told(batched("10 g"), *Kind) == told(batched("0 g"), *Kind)


def test_what_is_granted_when_filed_passes_every_stage_at_once() -> None:
    embassy = {"e": {"setting": "queue", "officers": 0}}
    plant = licensed(
        horizon="4 d", gates={"g": {"before": ["e"]}}, desks=embassy,
        lanes={"l": {"dispatch_every": "1 d"}}, sites={"P": {"ordering": {"rule": "constant"}}},
        policy={"no": {"from": "0 d", "approval_rate": 0.0}},
    )  # fmt: skip
    tables = replace(build_model(plant), granted_at_filing=frozenset({(0, 1)}))

    trace = simulate(tables, 0)

    assert [row[:4] for row in trace.of(Kind.DECIDED).tolist()] == [
        [86_400, Kind.DECIDED, 0, 1],
        [86_400, Kind.DECIDED, 0, 1],
    ]
    assert [row[:4] for row in trace.of(Kind.DISPATCHED).tolist()] == [
        [86_400, Kind.DISPATCHED, 0, 1]
    ]


def test_a_grant_at_filing_needs_neither_round_nor_quota() -> None:
    for desk in (
        {"setting": "bare_minimum", "rest_per_round": "0 g",
         "protected": {"a": {"site": ["A"], "target": "1 d"}}},
        {"setting": "unlimited", "quota": [{"from": "0 d", "files_per_week": 0}]},
    ):  # fmt: skip
        tables = build_model(licensed(desks={"d": desk}))

        trace = simulate(replace(tables, granted_at_filing=frozenset({(0, 0)})), 0)

        assert [row[3] for row in trace.of(Kind.DECIDED).tolist()] == [0]
        assert not len(simulate(tables, 0).of(Kind.DECIDED))
