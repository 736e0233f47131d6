"""One input in the place of another: in an emergency, and as planned."""

from typing import Any

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import merged, model, run, told

EMERGENCY = {"item": "m", "by": "f", "ratio": 2.0, "emergency": True}


def plant(m: str, f: dict[str, Any], change: dict[str, Any], **changes: Any) -> Scenario:
    """P uses 10 g a day of m, and f as stated; both makers send nothing."""
    base: dict[str, Any] = {
        "horizon": "20 d",
        "items": {"f": {"kind": "magnet"}},
        "sites": {
            "F": {"kind": "magnet_maker", "country": "CN", "makes": "f", "output_per_day": "1 g"},
            "P": {"bill": {"m": {"stock": m}, "f": {"per_unit": "2 g"} | f}},
        },
        "lanes": {
            "l": {"from": "90 d"},
            "k": {"supplier": "F", "customer": "P", "transit": "1 d", "from": "90 d"},
        },
        "measures": {"s": {"site": ["P"], "substitute": change}},
    }
    return model(**merged(base, changes))


def arrivals(lane: str, *shipments: tuple[float, str]) -> dict[str, Any]:
    return {
        lane: {
            "open_shipments": [{"quantity": q, "arrives": f"{d} d"} for d, q in shipments]
        }
    }  # fmt: skip


def turns(scenario: Scenario) -> list[str]:
    return told(scenario, Kind.SUBSTITUTED, Kind.STOCKED_OUT, Kind.HALTED, Kind.RESTARTED)


def test_a_substitute_serves_until_it_is_out_itself() -> None:
    # f: 160 g, 20 a day of its own; from day 5 on 10 x 2 more, so that 60 g last 1.5 days.
    assert turns(plant("50 g", {"stock": "160 g"}, EMERGENCY)) == [
        "5 SUBSTITUTED P / m begins",
        "6.5 SUBSTITUTED P / m ends",
        "6.5 STOCKED_OUT P / f =0",
        "6.5 STOCKED_OUT P / m =0",
        "6.5 HALTED P",
    ]


def test_a_spare_input_is_used_in_an_emergency_only() -> None:
    # 60 g of f at 10 x 2 a day: three days.
    assert turns(plant("50 g", {"stock": "60 g", "spare": True}, EMERGENCY)) == [
        "5 SUBSTITUTED P / m begins",
        "8 SUBSTITUTED P / m ends",
        "8 STOCKED_OUT P / f =0",
        "8 STOCKED_OUT P / m =0",
        "8 HALTED P",
    ]


def test_an_input_that_comes_back_takes_its_place_again() -> None:
    spare = {"stock": "60 g", "spare": True}

    assert turns(plant("50 g", spare, EMERGENCY, lanes=arrivals("l", (6, "30 g")))) == [
        "5 SUBSTITUTED P / m begins",
        "6 SUBSTITUTED P / m ends",
        "9 SUBSTITUTED P / m begins",  # 30 g are three days
        "11 SUBSTITUTED P / m ends",  # 20 g of f went on day 5
        "11 STOCKED_OUT P / f =0",
        "11 STOCKED_OUT P / m =0",
        "11 HALTED P",
    ]


def test_either_of_the_two_brings_a_plant_back() -> None:
    spare = {"stock": "0 g", "spare": True}
    by_itself = plant("50 g", spare, EMERGENCY, lanes=arrivals("l", (7, "30 g")))
    by_the_other = plant("50 g", spare, EMERGENCY, lanes=arrivals("k", (7, "40 g")))

    assert turns(by_itself)[3:5] == ["7 RESTARTED P", "10 STOCKED_OUT P / f =0"]
    assert turns(by_the_other)[3:6] == [
        "7 RESTARTED P",
        "7 SUBSTITUTED P / m begins",
        "9 SUBSTITUTED P / m ends",
    ]


def test_a_substitute_with_a_use_of_its_own_must_be_back_for_that() -> None:
    # m is back on day 8, but nothing stands in for f.
    both = arrivals("l", (8, "30 g")) | arrivals("k", (9, "100 g"))

    rows = turns(plant("50 g", {"stock": "160 g"}, EMERGENCY, lanes=both))

    assert rows[4:6] == ["6.5 HALTED P", "9 RESTARTED P"]


def test_the_restart_cover_of_a_substitute_is_for_both_uses() -> None:
    # Two days of m by f are 40 g: 30 g are not enough, 45 are.
    spare = {"stock": "0 g", "spare": True, "ordering": {"order_up_to": "100 g"}}
    shipments = arrivals("k", (7, "30 g"), (8, "15 g"))

    rows = turns(
        plant("50 g", spare, EMERGENCY, lanes=shipments, halts={"restart_cover": "2 d"})
    )  # fmt: skip

    assert rows[3:5] == ["8 RESTARTED P", "8 SUBSTITUTED P / m begins"]


def test_a_substitute_that_is_admitted_later_brings_a_halted_plant_back() -> None:
    spare = {"stock": "60 g", "spare": True}
    from_day_7 = plant("50 g", spare, EMERGENCY, measures={"s": {"from": "7 d"}})

    assert turns(from_day_7)[:4] == [
        "5 STOCKED_OUT P / m =0",
        "5 HALTED P",
        "7 RESTARTED P",
        "7 SUBSTITUTED P / m begins",
    ]


def test_a_redesign_without_an_input_brings_back_a_plant_that_stood_for_want_of_it() -> None:
    # From day 7 on nothing takes m any more: 60 g of f at 10 x 2 a day are three days.
    redesign = {"item": "m", "by": "f", "ratio": 2.0}
    from_day_7 = {"s": {"from": "7 d"}}

    assert turns(
        plant("50 g", {"stock": "60 g", "spare": True}, redesign, measures=from_day_7)
    ) == [
        "5 STOCKED_OUT P / m =0",
        "5 HALTED P",
        "7 RESTARTED P",
        "10 STOCKED_OUT P / f =0",
        "10 HALTED P",
    ]  # fmt: skip


def test_a_substitute_that_is_no_longer_admitted_stops_the_plant_in_that_second() -> None:
    spare = {"stock": "60 g", "spare": True}

    assert turns(plant("50 g", spare, EMERGENCY, measures={"s": {"to": "6 d"}})) == [
        "5 SUBSTITUTED P / m begins",
        "6 SUBSTITUTED P / m ends",
        "6 STOCKED_OUT P / m =0",
        "6 HALTED P",
    ]


def test_what_is_due_in_the_second_of_the_change_is_taken_from_the_substitute() -> None:
    # 1 g at 7 a day is gone 12,342.9 s from the start: the rest of that second's use is f's.
    one_for_one = EMERGENCY | {"ratio": 1.0}
    spare = {"stock": "100 g", "spare": True, "per_unit": "1 g"}
    totals = run(
        plant("1 g", spare, one_for_one, horizon="10 d", sites={"P": {"output_per_day": 7}})
    ).totals  # fmt: skip

    assert sorted(totals.used.tolist()) == [1, 69]
    assert totals.made[-1] == 70


def test_a_substitute_serves_batches_as_long_as_it_has_enough_for_one() -> None:
    one_for_one = EMERGENCY | {"ratio": 1.0}
    batches = {
        "P": {
            "output_per_day": 15,
            "use": {"pattern": "batch", "quantity": 15, "every": "1 d"},
            "ordering": {"review_every": "5 d"},
        }
    }
    spare = {"stock": "40 g", "spare": True, "per_unit": "1 g"}

    # 15 of 20 g of m, then twice 15 of 40 g of f; nothing can make the fourth batch whole.
    assert turns(plant("20 g", spare, one_for_one, sites=batches)) == [
        "1 SUBSTITUTED P / m begins",
        "3 SUBSTITUTED P / m ends",
        "3 STOCKED_OUT P / f =10",
        "3 STOCKED_OUT P / m =5",
        "3 HALTED P",
    ]


def test_use_moves_as_planned_from_the_lead_time_on() -> None:
    moved = {"item": "m", "by": "f", "share": 0.4, "ratio": 1.0, "lead_time": "2 d"}
    spare = {"stock": "90 g", "spare": True, "per_unit": "1 g"}
    planned = plant("50 g", spare, moved, measures={"s": {"from": "1 d"}})

    # 20 g are left on day 3; at 6 a day they last 3.333 days, and 4 a day of f went meanwhile.
    assert turns(planned) == ["6+28800s STOCKED_OUT P / m =0", "6+28800s HALTED P"]
    assert sorted(run(planned).totals.used.tolist()) == [13, 50]


def test_a_substitute_that_is_never_needed_changes_nothing() -> None:
    spare = {"stock": "60 g", "spare": True}
    stocked = plant("500 g", spare, EMERGENCY)

    assert run(stocked).listed == run(plant("500 g", spare, EMERGENCY, measures={"s": None})).listed


def test_mass_is_kept_while_one_input_stands_in_for_another() -> None:
    shipments = arrivals("l", (6, "33 g"), (13, "7 g")) | arrivals("k", (12, "41 g"))

    checked(build_model(plant("50 g", {"stock": "111 g"}, EMERGENCY, lanes=shipments)))
