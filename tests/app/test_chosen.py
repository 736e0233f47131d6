"""A design cut down to some of its alternatives."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.app.chosen import known_alternative, only
from sim.errors import InputError
from sim.scenario import load_design

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"


def test_the_alternatives_chosen_are_kept_in_the_order_asked_for() -> None:
    small = only(load_design(TINY), ["slow_walk", "as_ruled"])

    assert list(small.alternatives) == ["slow_walk", "as_ruled"]


def test_the_baseline_stays_if_it_is_among_them_else_it_is_the_first() -> None:
    design = load_design(TINY)

    assert only(design, ["slow_walk", "as_ruled"]).baseline == "as_ruled"
    assert only(design, ["slow_walk"]).baseline == "slow_walk"


def test_a_name_that_is_not_there_is_refused_with_a_suggestion() -> None:
    with pytest.raises(InputError, match="did you mean 'slow_walk'"):
        known_alternative(load_design(TINY), "slow_wlak")
