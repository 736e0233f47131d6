"""Orders that grow in a shortage, within bounds, and are cancelled afterwards."""

from typing import Any

from sim.engine import Kind
from sim.model import build_model
from sim.scenario import Scenario
from tests.conservation import checked
from tests.models import merged, model, run, told

HOARDING: dict[str, Any] = {"h": {"site": ["P"], "hoarding": {"cap": 3.0, "reviews": 1}}}


def plant(**changes: Any) -> Scenario:
    """P uses 10 g a day and orders daily up to 60 g; A makes 5 a day, 100 from day 3.5 on."""
    base: dict[str, Any] = {
        "horizon": "8 d",
        "sites": {
            "A": {"output_stock": "0 g", "output_cap": "1 kg", "output_per_day": "5 g"},
            "P": {
                "ordering": {"review_every": "1 d", "order_up_to": "60 g"},
                "bill": {"m": {"stock": "60 g"}},
            },
        },
        "lanes": {"l": {"transit": "0 d", "dispatch_every": "1 d"}},
        "demand": {"more": {"site": ["A"], "factor": 20.0, "from": "3.5 d"}},
        "measures": HOARDING,
    }
    return model(**merged(base, changes))


def orders(scenario: Scenario) -> list[str]:
    return told(scenario, Kind.ORDERED, Kind.REVOKED)


def test_orders_grow_as_the_fill_falls_and_the_excess_is_cancelled_when_it_is_back() -> None:
    assert orders(plant()) == [
        "1 ORDERED l x10 =10",  # and 5 come
        "2 ORDERED l x20 =25",  # 10 are needed; half of what was ordered came
        "3 ORDERED l x30 =50",  # a quarter came, but no more than three times as much
        "4 ORDERED l x30 =75",  # a sixth came; A now has 52
        "5 REVOKED l x23 =0",  # 52 came for 30: of 50 ordered too much, 23 have not been sent
        "7 ORDERED l x3 =3",  # 57 in stock
    ]


def test_the_excess_is_not_cancelled_while_deliveries_of_all_reviews_looked_at_fall_short() -> None:
    # 67 came for 90 since day 1.
    patient = plant(measures={"h": {"hoarding": {"reviews": 4}}})

    assert orders(patient)[-1] == "4 ORDERED l x30 =75"


def test_who_stands_and_orders_nothing_has_not_seen_supply_recover() -> None:
    # A makes nothing from day 2.5 to 9.5; P stands from day 5.2 on and needs no more.
    stop = {
        "more": None,
        "nothing": {"site": ["A"], "factor": 0.0, "from": "2.5 d", "to": "9.5 d"},
        "much": {"site": ["A"], "factor": 20.0, "from": "9.5 d"},
    }
    line = {"bill": {"m": {"stock": "40 g"}}, "ordering": {"order_up_to": "40 g"}}
    plain = plant(demand=stop, sites={"P": line}, horizon="13 d")

    assert orders(plain)[5:] == [
        "6 ORDERED l x6 =114",
        "11 REVOKED l x64 =0",  # 50 came on day 10, and nothing had been ordered since day 6
        "12 ORDERED l x9 =9",
    ]


def test_what_was_hoarded_is_left_out_of_the_position_until_it_comes() -> None:
    # Without the excess, 10 are needed every day, whatever has been ordered beyond.
    plain = plant(measures=None)

    assert orders(plain)[:4] == [
        "1 ORDERED l x10 =10",
        "2 ORDERED l x10 =15",
        "3 ORDERED l x10 =20",
        "4 ORDERED l x10 =25",
    ]


def test_orders_inflate_use_never_does() -> None:
    assert run(plant()).totals.used.tolist() == run(plant(measures=None)).totals.used.tolist()


def test_hoarding_is_what_the_regime_says() -> None:
    until_day_3 = {"h": HOARDING["h"] | {"to": "3 d"}}

    # On day 3, 10 of the excess are outstanding; they are cancelled when the fill is back.
    assert orders(plant(measures=until_day_3)) == [
        "1 ORDERED l x10 =10",
        "2 ORDERED l x20 =25",
        "3 ORDERED l x10 =30",
        "4 ORDERED l x10 =35",
        "6 ORDERED l x10 =10",
        "7 ORDERED l x10 =10",
    ]


def test_orders_are_not_hoarded_before_anything_has_been_ordered() -> None:
    assert orders(plant(horizon="2 d")) == ["1 ORDERED l x10 =10"]


def test_hoarders_take_more_of_a_proportional_supplier_than_those_who_order_what_they_need() -> (
    None
):
    twins: dict[str, Any] = {
        "sites": {
            "Q": {
                "kind": "plant",
                "country": "FR",
                "makes": "car",
                "output_per_day": 10,
                "ordering": {"review_every": "1 d", "order_up_to": "60 g"},
                "bill": {"m": {"per_unit": "1 g", "stock": "60 g"}},
            }
        },
        "lanes": {
            "q": {
                "supplier": "A",
                "customer": "Q",
                "transit": "0 d",
                "dispatch_every": "1 d",
                "open_shipments": [],
            }
        },
    }

    trace = run(plant(horizon="4 d", demand=None, **twins))

    sent = trace.of(Kind.DISPATCHED)
    lanes = trace.tables.lanes.name
    got = {name: int(sent[sent[:, 2] == lane, 4].sum()) for lane, name in enumerate(lanes)}
    # 5 g a day: 3 and 2 (the odd gram to the first), then by what is owed.
    assert got["l"] > got["q"]
    assert got["l"] + got["q"] == 15


def test_without_a_shortage_nobody_hoards() -> None:
    full = {"open_shipments": None}

    with_it = model(horizon="60 d", lanes={"l": full}, measures=HOARDING)

    assert run(with_it).listed == run(model(horizon="60 d", lanes={"l": full})).listed


def test_mass_is_kept_while_orders_are_hoarded_and_cancelled() -> None:
    checked(build_model(plant(horizon="40 d")))
