"""Separators and magnet makers: bills for a kilogram, and what a missing feed stops."""

from typing import Any

import pytest

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import merged, model, run, told


def chain(**changes: Any) -> Scenario:
    """S separates dysprosium for A, which takes 20 g of it for a kilogram: 20 g a day."""
    base: dict[str, Any] = {
        "horizon": "40 d",
        "items": {"dy": {"kind": "rare_earth"}},
        "sites": {
            "S": {"kind": "separator", "country": "CN", "makes": "dy", "output_per_day": "50 g"},
            "A": {
                "output_per_day": "1 kg",
                "output_stock": "50 g",
                "output_cap": "9 t",
                "bill": {"dy": {"per_unit": "20 g", "stock": "100 g"}},
            },
        },
        "lanes": {
            "feed": {
                "supplier": "S",
                "customer": "A",
                "transit": "2 d",
                "dispatch_every": "5 d",
                "open_shipments": [],
            }
        },
    }
    return model(**merged(base, changes))


def test_a_magnet_maker_uses_its_feed_by_the_kilogram() -> None:
    cut = chain(lanes={"feed": {"from": "90 d"}})

    assert told(cut, Kind.HALTED)[0] == "5 HALTED A"
    assert run(cut).totals.made[1] == 5_000


def test_a_feed_that_comes_keeps_the_maker_going() -> None:
    assert told(chain(), Kind.HALTED) == []


@pytest.mark.parametrize(("per_kilogram", "days"), [("25 g", 4), ("50 g", 2), ("10 g", 10)])
def test_the_bill_sets_how_long_a_feed_lasts(per_kilogram: str, days: int) -> None:
    bill = {"A": {"bill": {"dy": {"per_unit": per_kilogram}}}}

    assert told(chain(sites=bill, lanes={"feed": {"from": "90 d"}}), Kind.HALTED) == [
        f"{days} HALTED A"
    ]  # fmt: skip


def test_a_fraction_of_a_gram_a_day_is_rounded_half_up() -> None:
    # 0.33 kg at 50 g is 16.5 g a day, taken for 17.
    some = {"A": {"output_per_day": "330 g", "bill": {"dy": {"per_unit": "50 g", "stock": "34 g"}}}}

    assert told(chain(sites=some, lanes={"feed": {"from": "90 d"}}), Kind.HALTED)[0] == "2 HALTED A"


def test_a_missing_feed_stops_the_plant_when_the_magnets_between_are_used_up() -> None:
    cut = chain(
        lanes={"feed": {"from": "90 d"}},
        sites={"A": {"output_cap": "50 g", "bill": {"dy": {"stock": "1 g"}}}},
    )

    # 1 g is used in a twentieth of a day, for 50 g of magnets. P has 50 g, and gets these and the
    # 50 in stock.
    assert told(cut, Kind.HALTED) == ["0+4320s HALTED A", "15 HALTED P"]


def test_mass_is_kept_along_the_feed() -> None:
    checked(build_model(chain(sites={"A": {"output_cap": "1 kg"}})))
