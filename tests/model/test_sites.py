"""Sites, inputs and lanes as tables: their order, their defaults."""

from typing import Any

import pytest

from sim.errors import NetworkError
from sim.model import build_model
from sim.model.network import build_network
from sim.model.sites import site_order
from sim.model.tables import ON_ORDER, UNSET
from sim.units import DAY_S
from tests.models import BASE, merged, model

TWO: dict[str, Any] = {
    "sites": {
        "B": BASE["sites"]["A"] | {"country": "JP"},
        "0 plant": merged(BASE["sites"]["P"], {"bill": {"m": {"stock": "9 g"}}}),
    },
    "lanes": {
        "l": {"share": 0.25},
        "z": BASE["lanes"]["l"] | {"supplier": "A", "customer": "0 plant"},
        "k": BASE["lanes"]["l"] | {"supplier": "B", "share": 0.75},
    },
}


def test_suppliers_come_before_customers_then_names() -> None:
    assert site_order(build_network(model(**TWO))) == ["A", "B", "0 plant", "P"]


def test_customers_review_first() -> None:
    tables = build_model(model(**TWO))

    ranked = sorted(zip(tables.sites.review_rank.tolist(), tables.sites.name, strict=True))

    assert [name for _, name in ranked] == ["0 plant", "P", "A", "B"]


def test_lanes_are_in_the_order_of_their_supplier_then_name() -> None:
    tables = build_model(model(**TWO))

    assert tables.lanes.name == ("l", "z", "k")
    assert tables.lanes.supplier.tolist() == [0, 0, 1]
    assert tables.lanes.share.tolist() == [250_000_000, 10**9, 750_000_000]
    assert [tables.inputs.name[n] for n in tables.lanes.input] == [
        "P / m", "0 plant / m", "P / m",
    ]  # fmt: skip


def test_an_input_is_reviewed_when_its_fastest_lane_leaves_unless_it_says_otherwise() -> None:
    fast = {"lanes": {"k": {"dispatch_every": "1 d"}}}
    stated = {"sites": {"P": {"ordering": {"review_every": "3 d"}}}}

    for changes, every in (({}, 5), (fast, 1), (merged(fast, stated), 3)):
        tables = build_model(model(**merged(TWO, changes)))
        assert tables.inputs.review_every_s[1] == every * DAY_S


def test_lanes_on_order_need_to_know_when_to_order() -> None:
    on_order = {"l": {"dispatch_every": "on order"}}

    with pytest.raises(NetworkError, match=r"review_every or ordering\.continuous"):
        build_model(model(lanes=on_order))

    tables = build_model(model(lanes=on_order, sites={"P": {"ordering": {"review_every": "2 d"}}}))
    assert tables.lanes.interval_s[0] == ON_ORDER


def test_steady_use_cannot_be_reviewed_continuously_up_to_a_level() -> None:
    with pytest.raises(NetworkError, match="continuous order_up_to ordering with steady use"):
        build_model(model(sites={"P": {"ordering": {"continuous": True}}}))


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


def test_measures_add_cover_where_they_apply() -> None:
    measures = {
        "one": {"country": ["DE"], "add_cover": "2 d"},
        "two": {"kind": ["plant"], "add_cover": "3 d"},
        "elsewhere": {"site": ["A"], "add_cover": "9 d"},
    }

    assert build_model(model(measures=measures)).inputs.added_cover_s.tolist() == [5 * DAY_S]


def test_a_lane_s_end_user_is_the_customer_unless_stated() -> None:
    tables = build_model(model(lanes={"l": {"destination": "US", "end_use": "defence"}}))
    plain = build_model(model(sites={"P": {"sector": "auto"}}))

    assert (tables.lanes.destination, tables.lanes.end_use) == (("US",), ("defence",))
    assert tables.lanes.sector == ("other",)
    assert (plain.lanes.destination, plain.lanes.sector) == (("DE",), ("auto",))
