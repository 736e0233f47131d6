"""Costs by category: means over replications, and how much more than the baseline."""

from __future__ import annotations

import math
from typing import Any

from sim.compare.costs import cost_totals
from tests.compare.outcomes import Made, made, row_of

HALTS = {"base": {"Leipzig": [None, None]}, "air": {"Leipzig": [None, None]}}


def cost(alternative: str, run: int, category: str, usd: float, item: str = "m") -> dict[str, Any]:
    return {"alternative": alternative, "replication": run, "category": category, "item": item,
            "amount_usd": usd}  # fmt: skip


def source(*costs: dict[str, Any]) -> Made:
    return made(HALTS, costs=costs)


def test_costs_are_added_up_over_sites_and_items_and_averaged_over_replications() -> None:
    frame = cost_totals(
        source(
            cost("base", 0, "holding", 10.0),
            cost("base", 0, "holding", 5.0, "n"),
            cost("base", 1, "holding", 25.0),
        )
    )

    row = row_of(frame, alternative="base", category="holding")
    assert (row["cost_usd_mean"], row["n_runs"], row["missing"]) == (20.0, 2, "")
    assert row["cost_usd_mean_low"] < 20.0 < row["cost_usd_mean_high"]


def test_a_difference_is_paired_so_what_all_runs_share_does_not_widen_it() -> None:
    frame = cost_totals(
        source(
            *(cost("base", run, "holding", usd) for run, usd in ((0, 10.0), (1, 90.0))),
            *(cost("air", run, "holding", usd) for run, usd in ((0, 13.0), (1, 93.0))),
        )
    )

    row = row_of(frame, alternative="air", category="holding")
    assert (row["more_cost_usd"], row["more_cost_usd_low"]) == (3.0, 3.0)
    assert row_of(frame, alternative="base", category="holding")["more_cost_usd"] == 0.0


def test_a_category_that_an_alternative_does_not_have_costs_it_nothing() -> None:
    frame = cost_totals(source(cost("air", 0, "air", 7.0), cost("air", 1, "air", 9.0)))

    assert row_of(frame, alternative="base", category="air")["cost_usd_mean"] == 0.0
    assert row_of(frame, alternative="air", category="air")["more_cost_usd"] == 8.0


def test_an_item_without_a_price_is_named_and_a_category_without_any_price_has_no_sum() -> None:
    frame = cost_totals(
        source(
            cost("base", 0, "holding", 4.0),
            cost("base", 1, "holding", 4.0),
            cost("base", 0, "holding", math.nan, "unpriced"),
            cost("base", 0, "air", math.nan, "motor"),
        )
    )

    holding = row_of(frame, alternative="base", category="holding")
    assert (holding["cost_usd_mean"], holding["missing"]) == (4.0, "unpriced")
    air = row_of(frame, alternative="base", category="air")
    assert math.isnan(air["cost_usd_mean"])
    assert air["missing"] == "motor"


def test_all_categories_together_have_a_row_of_their_own() -> None:
    frame = cost_totals(
        source(*(cost("air", run, kind, 2.0) for run in (0, 1) for kind in ("air", "holding")))
    )

    assert row_of(frame, alternative="air", category="all")["cost_usd_mean"] == 4.0


def test_a_single_replication_has_a_mean_and_no_interval() -> None:
    frame = cost_totals(made({"base": {"Leipzig": [None]}}, costs=[cost("base", 0, "air", 3.0)]))

    row = row_of(frame, alternative="base", category="air")
    assert row["cost_usd_mean"] == 3.0
    assert math.isnan(row["cost_usd_mean_low"])
