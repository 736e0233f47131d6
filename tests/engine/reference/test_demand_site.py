"""Plants whose demand comes in units or batches."""

from typing import Any

from sim.engine import Kind
from sim.engine.draws import Draws
from sim.model import build_model
from sim.units import DAY_S
from tests.models import model, run, story, told

BATCH = {"pattern": "batch", "quantity": 20, "every": "2 d"}


def cut_off(use: dict[str, Any], **changes: Any) -> Any:
    """The maker has nothing; the plant has 50 g."""
    return model(
        sites={"A": {"output_stock": "0 g"}, "P": {"use": use} | changes.pop("plant", {})},
        **changes,
    )


def test_a_batch_that_cannot_be_made_is_lost() -> None:
    assert [line for line in story(cut_off(BATCH, horizon="7 d")) if "ORDERED" not in line] == [
        "0 DEMANDED P #0 x20 =0",
        "2 DEMANDED P #1 x20 =0",
        "4 DEMANDED P #2 x0 =20",
        "4 STOCKED_OUT P / m =10",
        "4 HALTED P",
        "6 DEMANDED P #3 x0 =20",
    ]


def test_backordered_batches_are_served_at_the_restart() -> None:
    shipment = {"l": {"open_shipments": [{"quantity": "100 g", "arrives": "7 d"}]}}
    plant = cut_off(BATCH | {"unmet": "backordered"}, lanes=shipment, horizon="9 d")

    assert told(plant, Kind.DEMANDED, Kind.HALTED, Kind.ARRIVED, Kind.RESTARTED) == [
        "0 DEMANDED P #0 x20 =0",
        "2 DEMANDED P #1 x20 =0",
        "4 DEMANDED P #2 x0 =20",
        "4 HALTED P",
        "6 DEMANDED P #3 x0 =40",
        "7 ARRIVED l #-1 x100 =110",
        "7 RESTARTED P",
        "7 DEMANDED P x0 =0 late 40",
        "8 DEMANDED P #4 x20 =0",
    ]


def test_batches_follow_the_plan() -> None:
    slump = {"s": {"site": ["P"], "from": "1 d", "factor": 0.5}}

    assert told(cut_off(BATCH, demand=slump, horizon="5 d"), Kind.DEMANDED) == [
        "0 DEMANDED P #0 x20 =0",
        "2 DEMANDED P #1 x10 =0",
        "4 DEMANDED P #2 x10 =0",
    ]


def test_a_poisson_plant_is_out_when_less_than_one_unit_is_left() -> None:
    plant = cut_off({"pattern": "poisson"}, plant={"bill": {"m": {"stock": "3 g"}}})
    arrivals = Draws(build_model(plant), 0).demand_arrivals(1)

    trace = run(plant)

    demands = trace.of(Kind.DEMANDED)
    assert trace.of(Kind.HALTED)[:, 0].tolist() == [arrivals[2]]
    assert demands[:, 4].tolist() == [1] * 3 + [0] * (len(arrivals) - 3)
    assert demands[:, 5].tolist() == [0] * 3 + [1] * (len(arrivals) - 3)
    assert trace.totals.used.tolist() == [3]


def test_backordered_units_are_served_as_goods_come() -> None:
    shipment = {"l": {"open_shipments": [{"quantity": "2 g", "arrives": "9 d"}]}}
    poisson = {"pattern": "poisson", "unmet": "backordered"}
    plant = cut_off(poisson, plant={"bill": {"m": {"stock": "0 g"}}}, lanes=shipment)
    n_before = sum(t < 9 * DAY_S for t in Draws(build_model(plant), 0).demand_arrivals(1))

    rows = told(plant, Kind.RESTARTED, Kind.DEMANDED)
    n_after = len(rows) - n_before - 2

    assert rows[n_before : n_before + 2] == [
        "9 RESTARTED P",
        f"9 DEMANDED P x0 ={n_before - 2} late 2",
    ]
    assert rows[-1].endswith(f"={n_before - 2 + n_after}")


def test_one_for_one_ordering_keeps_the_position() -> None:
    plant = model(
        sites={"P": {"use": "poisson", "ordering": {"continuous": True, "order_up_to": "50 g"}}},
        lanes={"l": {"dispatch_every": "on order"}},
    )

    trace = run(plant)

    demands, orders = trace.of(Kind.DEMANDED), trace.of(Kind.ORDERED)
    assert orders[:, [0, 4]].tolist() == demands[:, [0, 4]].tolist()
