"""Stockpiles as sites with lanes: who draws on them, how they are filled, what their names are."""

from typing import Any

import pytest

from sim.errors import NetworkError
from sim.model import build_model
from sim.model.stockpiles import expand
from sim.model.tables import ON_ORDER, UNSET, ModelTables
from sim.units import DAY_S
from tests.models import BASE, licensed, merged, model

PILE: dict[str, Any] = {
    "item": "m",
    "held_in": "FR",
    "quantity": "1 kg",
    "below_cover": "3 d",
    "up_to_cover": "9 d",
    "transit": "1 d",
}
REFILL: dict[str, Any] = {"supplier": "A", "transit": "4 d", "per_review": "40 g"}


def piled(pile: dict[str, Any] | None = None, **changes: Any) -> ModelTables:
    return build_model(model(**{"stockpiles": {"pile": PILE | (pile or {})}} | changes))


def test_a_scenario_without_stockpiles_is_left_as_it_is() -> None:
    scenario = model()

    assert expand(scenario) is scenario


def test_a_stockpile_is_a_site_that_makes_nothing_of_its_own() -> None:
    sites = piled().sites
    s = sites.name.index("pile")

    assert (sites.kind[s], sites.country[s], sites.makes[s]) == ("stockpile", "FR", "m")
    assert (sites.output_stock[s], sites.output_cap[s]) == (1000, 1000)
    assert (sites.output_per_day[s], sites.start_per_day[s], sites.tier[s]) == (0, 0, 0)
    assert piled({"start_share": 0.25}).sites.output_stock[s] == 250


def test_each_eligible_site_has_a_fallback_lane_from_it() -> None:
    another = merged(BASE["sites"]["P"], {"country": "JP"})
    sites = {"Q": another, "R": another}
    lanes = {
        name: BASE["lanes"]["l"] | {"customer": site} for name, site in (("q", "Q"), ("r", "R"))
    }

    tables = piled({"country": ["JP"]}, sites=sites, lanes=lanes)
    lane = tables.lanes.name.index("pile to Q")

    assert [name for name in tables.lanes.name if "pile" in name] == ["pile to Q", "pile to R"]
    assert (tables.lanes.fallback[lane], tables.lanes.interval_s[lane]) == ("below_cover", ON_ORDER)
    assert (tables.lanes.fallback_s[lane], tables.lanes.up_to_s[lane]) == (3 * DAY_S, 9 * DAY_S)
    assert tables.lanes.transit[lane].value == DAY_S
    assert tables.inputs.name[tables.lanes.input[lane]] == "Q / m"
    assert not tables.regimes.lane_share[:, lane].any()


def test_a_refilled_stockpile_buys_one_for_one_from_its_maker() -> None:
    tables = piled({"refill": REFILL})
    n, lane = tables.inputs.name.index("pile / m"), tables.lanes.name.index("A to pile")

    assert (tables.inputs.rule[n], tables.inputs.order_quantity[n]) == ("refill", 40)
    assert (tables.inputs.per_unit[n], tables.inputs.per[n], tables.inputs.stock[n]) == (1, 1, 0)
    assert tables.inputs.review_every_s[n] == 28 * DAY_S
    assert (tables.lanes.interval_s[lane], tables.lanes.fallback[lane]) == (ON_ORDER, "")
    assert tables.sites.tier.tolist() == [0, 1, 2]
    assert tables.sites.name == ("A", "pile", "P")
    assert "pile / m" not in piled().inputs.name


def test_a_refill_from_abroad_needs_a_licence_like_any_shipment() -> None:
    pile = {"stockpiles": {"pile": PILE | {"refill": REFILL}}}
    lanes = build_model(licensed(**pile)).lanes

    assert dict(zip(lanes.name, lanes.stages, strict=True)) == {
        "A to pile": (0,), "l": (0,), "pile to P": (),
    }  # fmt: skip


def test_a_stockpile_on_a_trigger_can_be_drawn_on_while_it_is_active() -> None:
    triggers = {"t": {"when": "halted_share", "above": 0.1}}
    tables = piled({"on": "t", "refill": REFILL}, triggers=triggers)
    drawn, refill = tables.lanes.name.index("pile to P"), tables.lanes.name.index("A to pile")

    assert not tables.regimes.lane_open[:, drawn].any()
    assert tables.regimes.lane_open[:, refill].all()
    assert tables.reactions[0].lane_open[:, drawn].all()


def test_usual_orders_and_reviews_are_as_without_a_stockpile() -> None:
    with_pile, without = piled({"refill": REFILL}), build_model(model())
    n, lane = with_pile.inputs.name.index("P / m"), with_pile.lanes.name.index("l")

    assert with_pile.inputs.review_every_s[n] == without.inputs.review_every_s[0]
    assert with_pile.lanes.share[lane] == without.lanes.share[0]
    assert with_pile.inputs.order_up_to[n] == UNSET


def test_a_lane_named_like_one_of_a_stockpile_is_refused() -> None:
    lanes = {"pile to P": BASE["lanes"]["l"] | {"share": 0.5}, "l": {"share": 0.5}}

    with pytest.raises(NetworkError) as caught:
        piled(lanes=lanes)

    assert [(problem.path, problem.code) for problem in caught.value.problems] == [
        ("lanes.pile to P", "E_DUP")
    ]


def test_two_stockpiles_may_serve_the_same_site() -> None:
    piles = {"a": PILE, "b": PILE | {"held_in": "DE"}}
    lanes = build_model(model(stockpiles=piles)).lanes

    assert lanes.name == ("l", "a to P", "b to P")
