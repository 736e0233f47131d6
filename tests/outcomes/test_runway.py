"""Cover counts stock; runway what is moving, when it arrives; the chain counts every tier."""

from __future__ import annotations

import pytest

from sim.outcomes import summarise
from sim.outcomes.plan import Plan
from sim.outcomes.runway import cover_s, runway_s
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.models import licensed, merged, model, run, scenario_of

STOPPED = {"policy": {"r": {"mean_review_time": "never"}}}


def plan() -> Plan:
    return Plan([0], [10])


def runway_column(scenario: Scenario, site: str, column: str = "runway_days") -> list[object]:
    rows = summarise(run(scenario), "base")["runway"]
    return [value for name, value in zip(rows["site"], rows[column], strict=True) if name == site]


def test_runway_ends_at_the_first_gap_whatever_arrives_later() -> None:
    late = [(10 * DAY_S, 1000.0)]

    assert runway_s(plan(), 0, 50.0, late) == 5 * DAY_S


def test_an_arrival_in_the_second_of_the_stock_out_is_in_time() -> None:
    just = [(5 * DAY_S, 20.0)]

    assert runway_s(plan(), 0, 50.0, just) == 7 * DAY_S


def test_runway_is_not_stock_plus_pipeline_over_use() -> None:
    arrivals = [(6 * DAY_S, 100.0)]

    assert runway_s(plan(), 0, 50.0, arrivals) < (50 + 100) / 10 * DAY_S


def test_cover_is_stock_over_planned_use() -> None:
    assert cover_s(plan(), 0, 45.0) == 4.5 * DAY_S


def test_cover_of_what_is_owed_is_nothing() -> None:
    assert cover_s(plan(), 0, -5.0) == 0


def test_runway_counts_down_a_day_a_day_when_nothing_is_licensed() -> None:
    stopped = licensed(**STOPPED, observe_every="1 d")

    assert runway_column(stopped, "P") == [5.0, 4.0, 3.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_goods_at_the_desk_count_only_once_they_move() -> None:
    slow = licensed(policy={"r": {"mean_review_time": "4 d"}}, observe_every="1 d")

    runway = runway_column(slow, "P")
    assert runway[3] == 2.0
    assert runway[4] == 1.0
    assert runway[6] == 5.0


def chain() -> Scenario:
    """Magnets 45 d at the component maker, 5 d of components, 7 d under way, 3 d at the plant."""
    tree = {
        "horizon": "70 d", "observe_every": "5 d",
        "items": {"part": {"kind": "component"}},
        "sites": {
            "C": {"kind": "component_maker", "country": "DE", "makes": "part",
                  "output_per_day": 10, "output_cover": "5 d",
                  "bill": {"m": {"per_unit": "1 g", "stock": "450 g"}}},
            "P": {"bill": {"m": None, "part": {"per_unit": 1, "cover": "3 d"}}},
        },
        "lanes": {
            "l": {"customer": "C"},
            "k": {"supplier": "C", "customer": "P", "transit": "7 d", "dispatch_every": "1 d"},
        },
    }  # fmt: skip
    from tests.models import BASE, LICENSED

    return scenario_of(merged(merged(merged(BASE, LICENSED), STOPPED), tree))


def test_the_chain_adds_up_the_tiers() -> None:
    at_start = runway_column(chain(), "P", "chain_runway_days")

    assert at_start[0] == 60.0
    assert at_start[4] == 40.0


def test_the_chain_runway_is_the_halt_that_comes() -> None:
    halts = summarise(run(chain()), "base")["halts"]

    assert dict(zip(halts["site"], halts["start_days"], strict=True)) == {"C": 45.0, "P": 60.0}


def test_a_chain_that_needs_no_licence_lasts_a_year_or_more() -> None:
    free = model(observe_every="5 d")

    assert runway_column(free, "P", "chain_runway_days") == [365.0, 365.0]


def test_a_general_licence_lets_the_chain_go_on_and_a_customs_test_does_not() -> None:
    general = {"g": {"general_licence": True}}
    tests = {"desks": {"customs": {"decides": "hold", "setting": "unlimited"}},
             "gates": {"tests": {"desk": "customs", "leaves": ["CN"]}}}  # fmt: skip
    licensed_, held = (
        licensed(observe_every="5 d", policy=STOPPED["policy"] | general, **extra)
        for extra in ({}, tests)
    )

    assert runway_column(licensed_, "P", "chain_runway_days")[0] == 365.0
    assert runway_column(held, "P", "chain_runway_days")[0] == 5.0


@pytest.mark.parametrize("column", ["runway_days", "cover_days", "chain_runway_days"])
def test_no_runway_is_negative(column: str) -> None:
    assert min(float(str(v)) for v in runway_column(licensed(**STOPPED), "P", column)) >= 0
