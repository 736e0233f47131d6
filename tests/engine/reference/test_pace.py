"""Slower output to last longer, overtime to catch up: chosen at reviews, ended to the second."""

from typing import Any

import pytest

from sim.engine import Kind, Trace
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import merged, model, run, told

STRETCH = {"x": {"site": ["P"], "stretch": {"below": "3 d", "share": 0.5}}}
OVERTIME = {"y": {"site": ["P"], "overtime": 1.5}}


def plant(*arrivals: tuple[float, str], **changes: Any) -> Scenario:
    """P has 50 g, reviews every day, and gets what is listed and nothing else."""
    shipments = [{"quantity": quantity, "arrives": f"{day} d"} for day, quantity in arrivals]
    base = {
        "horizon": "30 d",
        "sites": {"P": {"ordering": {"review_every": "1 d", "order_up_to": "100 g"}}},
        "lanes": {"l": {"from": "90 d", "open_shipments": shipments}},
    }
    return model(**merged(base, changes))


def rates(scenario: Scenario) -> list[str]:
    return told(scenario, Kind.RATE, Kind.HALTED, Kind.RESTARTED)


def made(trace: Trace) -> int:
    return int(trace.totals.made[1])


def test_a_stretched_plant_lasts_longer() -> None:
    assert rates(plant(measures=STRETCH)) == [
        "3 RATE P x5 stretched",  # 20 g are less than 3 days of the plan; 30 g were not
        "7 HALTED P",
    ]


def test_a_stretched_plant_runs_at_its_plan_again_from_the_review_that_finds_more() -> None:
    assert rates(plant((4.5, "100 g"), horizon="13 d", measures=STRETCH)) == [
        "3 RATE P x5 stretched",
        "5 RATE P x10 plan",
    ]


def test_a_share_of_the_plan_is_rounded_half_up_to_whole_units_a_day() -> None:
    slower = {"x": {"site": ["P"], "stretch": {"below": "3 d", "share": 0.35}}}

    assert rates(plant(measures=slower)) == ["3 RATE P x4 stretched", "8 HALTED P"]


def test_a_measure_that_ends_ends_at_once() -> None:
    until_day_4 = {"x": STRETCH["x"] | {"to": "4 d"}}

    assert rates(plant(measures=until_day_4)) == [
        "3 RATE P x5 stretched",
        "4 RATE P x10 plan",
        "5.5 HALTED P",  # 15 g left on day 4
    ]


def test_a_stretched_plant_follows_its_plan() -> None:
    boom = {"d": {"site": ["P"], "from": "4 d", "factor": 2.0}}

    assert rates(plant(measures=STRETCH, demand=boom)) == [
        "3 RATE P x5 stretched",
        "4 RATE P x10 stretched",
        "5.5 HALTED P",
    ]


def test_only_the_cover_of_inputs_that_are_used_counts() -> None:
    spare = {
        "items": {"f": {"kind": "magnet"}},
        "sites": {
            "F": {"kind": "magnet_maker", "country": "CN", "makes": "f", "output_per_day": "1 g"},
            "P": {"bill": {"f": {"per_unit": "1 g", "stock": "0 g", "spare": True}}},
        },
        "lanes": {"k": {"supplier": "F", "customer": "P", "transit": "1 d", "from": "90 d"}},
    }

    assert rates(plant(measures=STRETCH, **spare))[0] == "3 RATE P x5 stretched"


def test_what_was_lost_is_made_good_in_overtime() -> None:
    late = plant((7, "200 g"), measures=OVERTIME)

    # Two days are lost, 20 units. 5 a day above the plan make that good in four days; from the
    # restart on 60 g are used until then, and the other 140 g last another 14 days.
    assert rates(late) == [
        "5 HALTED P",
        "6 RATE P x15 overtime",  # chosen at the review; it restarts at that pace
        "7 RESTARTED P",
        "11 RATE P x10 plan",
        "25 HALTED P",
        "26 RATE P x15 overtime",
    ]
    assert made(run(late)) == 250


def test_overtime_ends_in_the_second_in_which_the_plan_is_made_good() -> None:
    faster = {"y": {"site": ["P"], "overtime": 1.7}}
    late = plant((7, "200 g"), horizon="15 d", measures=faster)

    # 20 units at 7 a day above the plan: 246,857.1 s after day 7, so in second 246,858.
    assert rates(late)[-1] == "9.5+30858s RATE P x10 plan"
    assert made(run(late)) == 150


def test_overtime_goes_on_after_another_halt() -> None:
    late = plant((7, "30 g"), (12, "300 g"), measures=OVERTIME)

    # 20 are lost by day 7, 10 of them made good by day 9; 30 more are lost by day 12: 8 days.
    assert rates(late) == [
        "5 HALTED P",
        "6 RATE P x15 overtime",
        "7 RESTARTED P",
        "9 HALTED P",
        "12 RESTARTED P",
        "20 RATE P x10 plan",
    ]


def test_what_stretching_lost_is_made_good_too() -> None:
    late = plant((4.5, "400 g"), measures=STRETCH | OVERTIME)

    assert rates(late) == [
        "3 RATE P x5 stretched",
        "5 RATE P x15 overtime",  # 10 units behind
        "7 RATE P x10 plan",
    ]
    assert made(run(late)) == 300


def test_overtime_ends_before_a_stock_out_of_the_same_second() -> None:
    late = plant((7, "60 g"), horizon="12 d", measures=OVERTIME)

    assert told(late, Kind.RATE, Kind.STOCKED_OUT, Kind.HALTED)[-3:] == [
        "11 RATE P x10 plan",
        "11 STOCKED_OUT P / m =0",
        "11 HALTED P",
    ]


def test_a_change_of_plan_in_overtime_moves_its_end() -> None:
    boom = {"d": {"site": ["P"], "from": "9 d", "factor": 2.0}}
    late = plant((7, "400 g"), horizon="25 d", measures=OVERTIME, demand=boom)

    # 10 of 20 are made good by day 9; from then on 30 a day against a plan of 20.
    assert rates(late)[2:] == ["7 RESTARTED P", "9 RATE P x30 overtime", "10 RATE P x20 plan"]


def test_a_factor_that_adds_no_whole_unit_is_no_overtime() -> None:
    small = {"P": {"output_per_day": 1, "bill": {"m": {"stock": "5 g"}}}}
    hardly = {"y": {"site": ["P"], "overtime": 1.3}}

    assert rates(plant((7, "200 g"), sites=small, measures=hardly)) == [
        "5 HALTED P",
        "7 RESTARTED P",
    ]


def test_a_full_store_is_not_a_loss_to_be_made_good() -> None:
    chain = {
        "horizon": "40 d",
        "items": {"c": {"kind": "component"}},
        "sites": {
            "C": {
                "kind": "component_maker",
                "country": "DE",
                "makes": "c",
                "output_per_day": 25,
                "output_stock": 60,
                "bill": {"m": {"per_unit": "1 g", "cover": "20 d"}},
            },
            "P": {"bill": {"m": None, "c": {"per_unit": 1, "stock": 50}}},
        },
        "lanes": {
            "l": {"customer": "C", "open_shipments": None},
            "k": {"supplier": "C", "customer": "P", "transit": "1 d", "dispatch_every": "5 d"},
        },
        "measures": {"y": {"site": ["C"], "overtime": 1.5}},
    }

    assert len(told(model(**chain), Kind.FULL)) > 5
    assert told(model(**chain), Kind.RATE) == []


@pytest.mark.parametrize(
    "measures", [OVERTIME, {"x": {"site": ["P"], "stretch": {"below": "1 d", "share": 0.5}}}]
)
def test_a_measure_that_is_never_needed_changes_nothing(measures: dict[str, Any]) -> None:
    assert run(model(horizon="40 d", measures=measures)).listed == run(model(horizon="40 d")).listed


def test_mass_is_kept_at_every_pace() -> None:
    checked(build_model(plant((7, "30 g"), (12, "33 g"), measures=STRETCH | OVERTIME)))
