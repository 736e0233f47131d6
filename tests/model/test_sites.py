"""Sites and inputs as tables: their order, their defaults."""

from typing import Any

import pytest

from sim.model import build_model
from sim.model.network import build_network
from sim.model.sites import site_order
from sim.model.tables import UNSET
from sim.units import DAY_S
from tests.models import BASE, merged, model

TWO: dict[str, Any] = {
    "sites": {
        "B": BASE["sites"]["A"] | {"country": "JP"},
        "0 plant": merged(BASE["sites"]["P"], {"bill": {"m": {"stock": "9 g"}}}),
    },
    "lanes": {
        "z": BASE["lanes"]["l"] | {"supplier": "A", "customer": "0 plant"},
        "l": {"share": 0.25},
        "k": BASE["lanes"]["l"] | {"supplier": "B", "share": 0.75},
    },
}

FEED: dict[str, Any] = {
    "items": {"dy": {"kind": "rare_earth"}},
    "sites": {
        "S": {"kind": "separator", "country": "MY", "makes": "dy", "output_per_day": "90 g"},
        "A": {"output_per_day": "1 kg", "bill": {"dy": {"per_unit": "40 g", "cover": "9 d"}}},
    },
    "lanes": {"f": {"supplier": "S", "customer": "A", "transit": "1 d"}},
}


def test_suppliers_come_before_customers_then_names() -> None:
    assert site_order(build_network(model(**TWO))) == ["A", "B", "0 plant", "P"]


def test_customers_review_first() -> None:
    tables = build_model(model(**TWO))

    ranked = sorted(zip(tables.sites.review_rank.tolist(), tables.sites.name, strict=True))

    assert [name for _, name in ranked] == ["0 plant", "P", "A", "B"]


def test_cover_and_stock_of_a_line_come_before_those_of_the_site() -> None:
    site = {"cover": "8 d"}
    of_site = build_model(model(sites={"P": site | {"bill": {"m": {"stock": None}}}}))
    of_line = build_model(
        model(sites={"P": site | {"bill": {"m": {"stock": None, "cover": "3 d"}}}})
    )
    as_stock = build_model(model(sites={"P": site}))

    assert of_site.inputs.cover[0].value == 8 * DAY_S  # type: ignore[union-attr]
    assert of_line.inputs.cover[0].value == 3 * DAY_S  # type: ignore[union-attr]
    assert as_stock.inputs.cover[0] is None
    assert (of_site.inputs.stock[0], as_stock.inputs.stock[0]) == (UNSET, 50)


def test_halt_rules_of_a_site_replace_those_of_the_scenario() -> None:
    tables = build_model(model(sites={"P": {"halts": {"restart_cover": "4 d"}}}))

    assert tables.sites.restart_cover_s.tolist() == [0, 4 * DAY_S]
    assert tables.sites.min_halt_s.tolist() == [0, 8 * 3600]


def test_the_bill_of_what_is_weighed_is_for_a_kilogram() -> None:
    inputs = build_model(model(**FEED)).inputs

    assert inputs.name == ("A / dy", "P / m")
    assert inputs.per.tolist() == [1000, 1]
    assert inputs.per_unit.tolist() == [40, 1]


def test_a_forecast_is_the_number_of_reviews_it_looks_back_on() -> None:
    averaged = model(sites={"P": {"ordering": {"forecast": "moving_average 5"}}})

    assert build_model(model()).inputs.forecast_reviews.tolist() == [UNSET]
    assert build_model(averaged).inputs.forecast_reviews.tolist() == [5]


@pytest.mark.parametrize(
    ("starts", "ramp", "at_start"),
    [
        ({"starts": "1 d"}, {}, 0),
        ({"starts": "0 d"}, {}, 100),
        ({"starts": "2025-04-06"}, {"ramp": "60 d"}, 25),
        ({}, {"ramp": "60 d"}, 100),
    ],
)
def test_output_at_the_start_is_what_has_started_by_then(
    starts: dict[str, Any], ramp: dict[str, Any], at_start: int
) -> None:
    sites = build_model(model(sites={"A": starts | ramp})).sites

    assert sites.start_per_day.tolist() == [at_start, 10]
    assert sites.output_per_day.tolist() == [100, 10]
