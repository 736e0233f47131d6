"""What goods are worth in Chinese rare earths: stated, or worked out through bills and values."""

from fractions import Fraction
from typing import Any

import pytest

from sim.model.content import exact, value_shares
from tests.models import model

# A makes magnets at 0.05 USD a gram, W a motor of 40 g for 20 USD, P a car of 2 motors.
CHAIN: dict[str, Any] = {
    "items": {
        "m": {"value_usd": 0.05, "chinese_rare_earth_value_share": 0.3},
        "motor": {"kind": "component", "value_usd": 20},
        "car": {"value_usd": 40_000},
    },
    "sites": {
        "W": {"kind": "component_maker", "country": "JP", "makes": "motor", "output_per_day": 20,
              "bill": {"m": {"per_unit": "40 g", "stock": "1 kg"}}},
        "P": {"bill": {"m": None, "motor": {"per_unit": 2, "stock": 10}}},
    },
    "lanes": {
        "l": {"customer": "W"},
        "w": {"supplier": "W", "customer": "P", "transit": "2 d"},
    },
}  # fmt: skip


def chain(**changes: Any) -> dict[str, Fraction | None]:
    from tests.models import merged

    return value_shares(model(**merged(CHAIN, changes)))


def other(country: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "magnet_maker", "country": country, "output_per_day": "1 kg"} | fields


def test_decimal_numbers_are_taken_as_they_are_written() -> None:
    assert exact(0.001) == Fraction(1, 1000)
    assert sum(map(exact, [0.0001] * 10)) == exact(0.001) != Fraction(0.001)


def test_shares_go_through_bills_by_value() -> None:
    # 40 g x 0.05 USD x 0.3 of 20 USD; two motors of 20 USD x 0.03 of 40,000 USD.
    assert chain() == {"A": exact(0.3), "W": exact(0.03), "P": exact(0.00003)}


def test_what_an_item_states_is_not_worked_out() -> None:
    assert chain(items={"motor": {"chinese_rare_earth_value_share": 0.5}})["W"] == exact(0.5)


def test_makers_of_one_item_differ_by_what_they_buy() -> None:
    # B's magnets are worth 0.05 USD a gram, too, but free of Chinese rare earths.
    shares = chain(
        items={"other magnet": {"kind": "magnet", "value_usd": 0.05,
                                "chinese_rare_earth_value_share": 0}},
        sites={"B": other("DE", makes="other magnet"),
               "V": {"kind": "component_maker", "country": "DE", "makes": "motor",
                     "output_per_day": 20,
                     "bill": {"other magnet": {"per_unit": "40 g", "stock": "1 kg"}}}},
        lanes={"b": {"supplier": "B", "customer": "V", "transit": "2 d"},
               "v": {"supplier": "V", "customer": "P", "transit": "2 d", "share": 0.25},
               "w": {"share": 0.75}},
    )  # fmt: skip

    assert (shares["W"], shares["V"]) == (exact(0.03), 0)
    # Three quarters of its motors have them.
    assert shares["P"] == exact(0.00003) * Fraction(3, 4)


def test_lanes_that_are_ordered_on_in_need_only_are_left_out() -> None:
    fallback = {"supplier": "C", "customer": "W", "transit": "2 d", "fallback": {"late_by": "9 d"}}

    shares = chain(sites={"C": other("US", makes="m")}, lanes={"c": fallback})

    assert shares["W"] == exact(0.03)


@pytest.mark.parametrize(("country", "share"), [("CN", Fraction(3, 10)), ("AU", Fraction(0))])
def test_rare_earths_are_chinese_if_they_are_separated_in_china(
    country: str, share: Fraction
) -> None:
    # A kilogram of magnets is worth 50 USD and holds 15 USD of rare earths: 15 g at 1 USD.
    shares = chain(
        items={"m": {"chinese_rare_earth_value_share": None},
               "dysprosium": {"kind": "rare_earth", "value_usd": 1}},
        sites={"S": {"kind": "separator", "country": country, "makes": "dysprosium",
                     "output_per_day": "1 kg"},
               "A": {"bill": {"dysprosium": {"per_unit": "15 g", "stock": "1 kg"}}}},
        lanes={"s": {"supplier": "S", "customer": "A", "transit": "2 d"}},
    )  # fmt: skip

    assert (shares["S"], shares["A"]) == (country == "CN", share)


@pytest.mark.parametrize(
    ("items", "known"),
    [
        ({"m": {"value_usd": None}}, ["A"]),
        ({"m": {"chinese_rare_earth_value_share": None}}, []),
        ({"motor": {"value_usd": None}}, ["A"]),
        ({"motor": {"value_usd": 0}}, ["A"]),
        ({"m": {"value_usd": None, "chinese_rare_earth_value_share": 0}}, ["A", "P", "W"]),
    ],
)
def test_nothing_is_said_where_a_value_or_a_share_is_missing(
    items: dict[str, Any], known: list[str]
) -> None:
    shares = chain(items=items)

    assert sorted(name for name, share in shares.items() if share is not None) == known
