"""Which control lists goods are on, at and beside their thresholds."""

from typing import Any

import pytest

from sim.model.control import lists_of
from tests.models import model

HEAVY = {"elements": ["Dy", "Tb"], "above_mass_share": 0.001}
DE_MINIMIS = {"from_value_share": 0.001}


def on_list(entry: dict[str, Any], **item: Any) -> bool:
    scenario = model(items={"m": {"controlled": False} | item}, control_lists={"list": entry})
    return lists_of(scenario)["A"] == {"list"}


@pytest.mark.parametrize(
    ("composition", "listed"),
    [
        ({"Dy": 0.001}, False),
        ({"Dy": 0.0010001}, True),
        ({"Dy": 0.0007, "Tb": 0.0003}, False),
        ({"Dy": 0.0007, "Tb": 0.0004}, True),
        ({"Dy": 0.0009, "Nd": 0.3}, False),
        ({"Nd": 0.3}, False),
        ({}, False),
    ],
)
def test_mass_shares_of_listed_elements_add_up_and_must_be_above_the_threshold(
    composition: dict[str, float], listed: bool
) -> None:
    assert on_list(HEAVY, composition=composition) is listed


def test_ten_shares_of_a_tenth_of_the_threshold_are_not_above_it() -> None:
    # In binary their sum is 1.0000000000000002 times the threshold.
    elements = ["La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho"]
    entry = {"elements": elements, "above_mass_share": 0.3}

    assert not on_list(entry, composition=dict.fromkeys(elements, 0.03))


def test_an_element_written_twice_counts_once() -> None:
    twice = {"elements": ["Dy", "Dy"], "above_mass_share": 0.001}

    assert not on_list(twice, composition={"Dy": 0.0006})


@pytest.mark.parametrize(("share", "listed"), [(0.00099, False), (0.00100, True), (0.00101, True)])
def test_a_value_share_of_the_threshold_is_enough(share: float, listed: bool) -> None:
    assert on_list(DE_MINIMIS, chinese_rare_earth_value_share=share) is listed


def test_value_is_not_mass() -> None:
    assert not on_list(DE_MINIMIS, composition={"Dy": 0.5}, chinese_rare_earth_value_share=0.0)
    assert not on_list(HEAVY, composition={"Nd": 0.3}, chinese_rare_earth_value_share=1.0)


def test_goods_whose_value_share_is_not_known_are_on_no_list_by_value() -> None:
    assert not on_list(DE_MINIMIS, composition={"Dy": 0.5})


@pytest.mark.parametrize(
    ("kinds", "listed"), [(["magnet"], True), (["component", "product"], False)]
)
def test_a_list_speaks_of_its_kinds_of_items(kinds: list[str], listed: bool) -> None:
    assert on_list(HEAVY | {"item_kind": kinds}, composition={"Dy": 0.02}) is listed
