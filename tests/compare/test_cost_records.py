"""What an alternative costs stands beside the days that its plants stand."""

from dataclasses import dataclass

import pandas as pd
import pytest

from sim.compare.cost_records import costs_of

NAN = float("nan")


@dataclass
class Made:
    alternatives: tuple[str, ...]
    summary: pd.DataFrame
    cost_totals: pd.DataFrame


def cost(
    alternative: str, category: str, usd: float, more: float, missing: str = ""
) -> dict[str, object]:
    return {
        "alternative": alternative, "category": category, "cost_usd_mean": usd,
        "baseline": "as_is",
        "more_cost_usd": more, "more_cost_usd_low": more - 1, "more_cost_usd_high": more + 1,
        "missing": missing,
    }  # fmt: skip


def days(alternative: str, sector: str, n_sites: int, value: float) -> dict[str, object]:
    ends = {f"downtime_days_mean{end}": value for end in ("", "_low", "_high")}
    return {"alternative": alternative, "level": "sector", "kind": "plant", "name": sector,
            "n_sites": n_sites, **ends}  # fmt: skip


@pytest.fixture
def made() -> Made:
    return Made(
        ("as_is", "stocked"),
        pd.DataFrame(
            [days("as_is", "auto", 3, 20.0), days("as_is", "other", 1, 40.0),
             days("stocked", "auto", 3, 4.0), days("stocked", "other", 1, 40.0)]
        ),
        pd.DataFrame(
            [
                cost("as_is", "holding", 100.0, 0.0, "drive"), cost("as_is", "air", 0.0, 0.0),
                cost("as_is", "premium", NAN, NAN, "pump"), cost("as_is", "all", 100.0, 0.0),
                cost("stocked", "holding", 130.0, 30.0), cost("stocked", "air", 0.0, 0.0),
                cost("stocked", "premium", NAN, NAN, "pump"), cost("stocked", "all", 130.0, 30.0),
            ]
        ),
    )  # fmt: skip


def test_a_record_holds_cost_difference_and_downtime_of_all_plants(made: Made) -> None:
    as_is, stocked = costs_of(made)

    assert (as_is.name, as_is.cost, as_is.downtime_days) == ("as_is", 100.0, 25.0)
    assert (stocked.cost, stocked.more, stocked.downtime_days) == (130.0, (30.0, 29.0, 31.0), 13.0)


def test_a_category_that_nobody_spends_on_is_left_out_and_one_without_a_price_is_not(
    made: Made,
) -> None:
    for one in costs_of(made):
        assert list(one.parts) == ["holding", "premium"]
        assert one.missing == "drive, pump"


def test_where_nothing_has_a_price_there_are_no_records(made: Made) -> None:
    made.cost_totals["cost_usd_mean"] = NAN

    assert costs_of(made) == ()


def test_without_costs_there_are_no_records(made: Made) -> None:
    made.cost_totals = made.cost_totals.iloc[:0]

    assert costs_of(made) == ()
