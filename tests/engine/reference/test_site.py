"""A site at work: stock-outs, halts, restarts, full stores, changes of plan."""

from typing import Any

from sim.engine import Kind
from tests.models import model, story, told

CUT: dict[str, Any] = {"A": {"output_stock": "0 g"}}
"""A maker without a store makes nothing: the plant lives on what it has."""


def shipments(*arrivals: tuple[int, str]) -> dict[str, Any]:
    """Nothing is sent; what is under way arrives on the given days."""
    return {"l": {"open_shipments": [{"quantity": q, "arrives": f"{d} d"} for d, q in arrivals]}}


def halts(**changes: Any) -> list[str]:
    plant = changes.pop("plant", {})
    scenario = model(sites=CUT | {"P": plant}, **{"horizon": "20 d"} | changes)
    return told(scenario, Kind.HALTED, Kind.RESTARTED)


def test_a_plant_runs_for_stock_over_use() -> None:
    assert halts() == ["5 HALTED P"]


def test_the_instant_of_a_stock_out_is_the_first_whole_second_without_stock() -> None:
    # 7 g at 10 g a day are 60,480 s; 7 g at 9 g a day are 67,200 s; 1 g at 7: 12,342.9 s.
    seven = {"bill": {"m": {"stock": "7 g"}}}

    assert halts(plant=seven) == ["0.5+17280s HALTED P"]
    assert halts(plant=seven | {"output_per_day": 9}) == ["0.5+24000s HALTED P"]
    assert halts(plant={"output_per_day": 7, "bill": {"m": {"stock": "1 g"}}}) == [
        "0+12343s HALTED P"
    ]


def test_a_plant_without_stock_halts_at_second_0() -> None:
    assert halts(plant={"bill": {"m": {"stock": "0 g"}}}) == ["0 HALTED P"]


def test_a_shipment_after_the_stock_out_makes_two_halts() -> None:
    assert halts(lanes=shipments((10, "20 g"))) == ["5 HALTED P", "10 RESTARTED P", "12 HALTED P"]


def test_the_remainder_of_a_flow_is_carried_over_every_look_at_it() -> None:
    # Observed every hour: 10 g a day are 0.41 g an hour, and still 50 g last 5 days.
    assert halts(observe_every="1 h") == ["5 HALTED P"]


def test_a_restart_waits_for_the_restart_cover() -> None:
    rules = {"restart_cover": "3 d"}

    assert halts(halts=rules, lanes=shipments((6, "20 g"), (8, "20 g"))) == [
        "5 HALTED P",
        "8 RESTARTED P",  # 20 g are not 3 days; 40 g are
        "12 HALTED P",
    ]


def test_the_restart_cover_is_no_more_than_the_order_up_to_level() -> None:
    rules = {"restart_cover": "20 d"}
    plant = {"ordering": {"order_up_to": "40 g"}}

    assert halts(plant=plant, halts=rules, lanes=shipments((6, "40 g"))) == [
        "5 HALTED P",
        "6 RESTARTED P",
        "10 HALTED P",
    ]


def test_the_restart_cover_is_no_more_than_what_s_q_orders_bring_back() -> None:
    ordering = {
        "rule": "s_q", "reorder_point": "10 g", "order_quantity": "30 g", "review_every": "1 d",
    }  # fmt: skip
    plant = model(
        horizon="9 d",
        halts={"restart_cover": "20 d"},
        sites={"P": {"ordering": ordering}},
        lanes={"l": {"dispatch_every": "1 d"}},
    )

    # Ordered on day 4 with 10 g left; no second lot comes while the first is under way.
    assert told(plant, Kind.HALTED, Kind.RESTARTED) == ["5 HALTED P", "6 RESTARTED P"]


def test_a_restart_takes_its_delay() -> None:
    rules = {"restart_cover": "3 d", "restart_delay": "1 d"}

    assert halts(halts=rules, lanes=shipments((8, "30 g"), (9, "10 g"))) == [
        "5 HALTED P",
        "9 RESTARTED P",
        "13 HALTED P",
    ]


def test_a_plant_that_needs_less_restarts_on_what_is_there() -> None:
    slump = {"s": {"site": ["P"], "from": "8 d", "factor": 0.5}}

    # 15 g are not 2 days' use at 10 g a day, but 3 days' at 5.
    assert halts(halts={"restart_cover": "2 d"}, lanes=shipments((6, "15 g")), demand=slump) == [
        "5 HALTED P",
        "8 RESTARTED P",
        "11 HALTED P",
    ]


def test_demand_that_changes_on_the_way() -> None:
    slump = {"s": {"site": ["P"], "from": "2 d", "to": "4 d", "factor": 0.5}}
    stop = {"s": {"site": ["P"], "from": "2 d", "to": "4 d", "factor": 0.0}}
    boom = {"s": {"site": ["P"], "from": "2 d", "factor": 3.0}}

    assert halts(demand=slump) == ["6 HALTED P"]  # 30 left at 2, 20 at 4
    assert halts(demand=stop) == ["7 HALTED P"]
    assert halts(demand=boom) == ["3 HALTED P"]


def two_inputs(first: str, second: str) -> dict[str, Any]:
    """P needs m and f; both makers' stores are empty."""
    return {
        "horizon": "20 d",
        "items": {"f": {"kind": "magnet"}},
        "sites": {
            "A": {"output_stock": "0 g"},
            "F": {
                "kind": "magnet_maker",
                "country": "CN",
                "makes": "f",
                "output_per_day": "1 kg",
                "output_stock": "0 g",
            },
            "P": {
                "bill": {
                    "m": {"per_unit": "1 g", "stock": first},
                    "f": {"per_unit": "2 g", "stock": second},
                }
            },
        },
        "lanes": {
            "l": {"open_shipments": [{"quantity": "30 g", "arrives": "8 d"}]},
            "k": {"supplier": "F", "customer": "P", "transit": "2 d", "open_shipments": []},
        },
    }


def test_one_input_stops_the_plant_and_the_other_stays_in_stock() -> None:
    assert told(
        model(**two_inputs("50 g", "160 g")), Kind.STOCKED_OUT, Kind.HALTED, Kind.RESTARTED
    ) == [
        "5 STOCKED_OUT P / m =0",
        "5 HALTED P",
        "8 RESTARTED P",  # m: 30 g, three days
        "11 STOCKED_OUT P / f =0",  # 160 g at 20 g a day, three days of them lost
        "11 STOCKED_OUT P / m =0",
        "11 HALTED P",
    ]


def test_items_do_not_stand_in_for_each_other() -> None:
    # 40 g a day of either would last longer together than the m alone.
    assert told(model(**two_inputs("20 g", "1 kg")), Kind.HALTED)[0] == "2 HALTED P"


def test_a_store_is_full_in_the_second_in_which_the_cap_is_reached() -> None:
    assert told(model(), Kind.DISPATCHED, Kind.FULL) == [
        "0 DISPATCHED l #0 x50 =950 @2",
        "0.5 FULL A =1000",
        "5 DISPATCHED l #1 x50 =950 @7",
        "5.5 FULL A =1000",
    ]


def test_a_component_maker_s_halt_reaches_its_customer_when_the_stocks_between_are_empty() -> None:
    chain = model(
        horizon="30 d",
        items={"c": {"kind": "component"}},
        sites=CUT
        | {
            "C": {
                "kind": "component_maker",
                "country": "DE",
                "makes": "c",
                "output_per_day": 10,
                "output_stock": 20,
                "bill": {"m": {"per_unit": "1 g", "stock": "30 g"}},
            },
            "P": {
                "ordering": {"rule": "constant"},
                "bill": {"m": None, "c": {"per_unit": 1, "stock": 10}},
            },
        },
        lanes={
            "l": {"customer": "C"},
            "k": {
                "supplier": "C",
                "customer": "P",
                "transit": "1 d",
                "dispatch_every": "1 d",
                "open_shipments": [],
            },
        },
    )

    # C sends 10 a day: 20 from its store and 30 that it can make, the last on day 4. P starts with
    # 10 and gets 10 on days 1 to 5: 60 pieces are 6 days.
    assert told(chain, Kind.HALTED) == ["3 HALTED C", "6 HALTED P"]


def test_a_plant_sells_what_it_makes() -> None:
    assert [line for line in story(model()) if "FULL P" in line] == []
