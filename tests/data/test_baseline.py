"""The undisturbed exports by destination follow from the known months of 2024."""

import re
from importlib.resources import files
from math import fsum

import pytest

from sim.data import Baseline, figure, monthly_baseline, table


@pytest.fixture(scope="module")
def by_code() -> dict[str, Baseline]:
    return {row.destination: row for row in monthly_baseline()}


def test_destinations_are_named_and_in_order() -> None:
    codes = [row.destination for row in monthly_baseline()]

    assert codes == ["US", "DE", "EU", "JP", "KR", "IN", "VN", "XW"]


def test_shares_sum_to_1_and_none_is_negative() -> None:
    shares = [row.share for row in monthly_baseline()]

    assert fsum(shares) == pytest.approx(1.0, abs=1e-12)
    assert min(shares) > 0


def test_twelve_baseline_months_are_the_exports_of_2024() -> None:
    total = 12 * fsum(row.tonnes_per_month for row in monthly_baseline())

    assert total == pytest.approx(58152, abs=1e-6)


def test_366_baseline_days_are_the_exports_of_2024() -> None:
    total = 366 * fsum(row.tonnes_per_day for row in monthly_baseline())

    assert total == pytest.approx(figure("exports_china_2024_tonnes").value, abs=1e-6)


def test_a_destination_known_in_one_month_has_the_share_of_that_month(
    by_code: dict[str, Baseline],
) -> None:
    assert by_code["IN"].share == pytest.approx(261 / 5278)
    assert by_code["VN"].share == pytest.approx(386 / 4915)


def test_a_destination_known_in_two_months_has_the_mean_of_both(
    by_code: dict[str, Baseline],
) -> None:
    assert by_code["KR"].share == pytest.approx((463 / 4915 + 433 / 4725) / 2)
    assert by_code["KR"].n_months == 2


def test_the_eu_is_the_union_without_germany(by_code: dict[str, Baseline]) -> None:
    assert by_code["EU"].share + by_code["DE"].share == pytest.approx(1610 / 4794)


def test_months_of_2025_do_not_move_a_baseline(by_code: dict[str, Baseline]) -> None:
    assert by_code["US"].n_months == 9
    assert sum(row["destination"] == "United States" for row in table("exports")) == 16


def test_the_decision_record_shows_the_computed_table(by_code: dict[str, Baseline]) -> None:
    text = (
        files("sim")
        .joinpath("decisions/0001-monthly-baseline-by-destination.md")
        .read_text(encoding="utf-8")
    )
    rows = re.findall(r"\| (.+?) \| .+? \| (0\.\d{4}) \| ([\d,]+) \| (\d+\.\d{2}) \|", text)
    names = ["US", "DE", "EU without DE", "JP", "KR", "IN", "VN", "rest of world (XW)"]

    assert [row[0] for row in rows] == names
    for (_, share, month, day), found in zip(rows, by_code.values(), strict=True):
        assert share == f"{found.share:.4f}"
        assert month == f"{found.tonnes_per_month:,.0f}"
        assert day == f"{found.tonnes_per_day:.2f}"
