"""Settings of a licence desk side by side, apart from Monte Carlo error."""

from __future__ import annotations

import math

import pytest

from sim.columns import STRUCTURAL, names
from sim.compare import Findings, compare
from tests.compare.outcomes import made, row_of

QUEUE = {"Leipzig": [20, 40]}
UNLIMITED = {"Leipzig": [None, None]}
BARE = {"Leipzig": [60, None]}
THREE = {
    "ruled [queue]": QUEUE,
    "ruled [unlimited]": UNLIMITED,
    "ruled [bare_minimum]": BARE,
}
DOWNTIME = {
    "ruled [queue]": {"Leipzig": [30.0, 10.0]},
    "ruled [unlimited]": {"Leipzig": [0.0, 0.0]},
    "ruled [bare_minimum]": {"Leipzig": [5.0, 3.0]},
}


@pytest.fixture(scope="module")
def findings() -> Findings:
    return compare(made(THREE, downtime=DOWNTIME))


def test_each_setting_has_its_mean_in_a_column_of_its_own(findings: Findings) -> None:
    row = row_of(findings.structural, level="sector", name="auto")

    assert row["alternative"] == "ruled"
    assert [row[f"restricted_mean_days_{s}"] for s in ("queue", "unlimited", "bare_minimum")] == [
        30.0, 100.0, 80.0,
    ]  # fmt: skip
    assert [row[f"downtime_days_mean_{s}"] for s in ("queue", "unlimited", "bare_minimum")] == [
        20.0, 0.0, 4.0,
    ]  # fmt: skip


def test_the_structural_range_is_the_lowest_and_highest_over_settings(findings: Findings) -> None:
    row = row_of(findings.structural, level="sector", name="auto")

    assert (row["restricted_mean_days_lowest"], row["restricted_mean_days_highest"]) == (30, 100)
    assert (row["halted_share_lowest"], row["halted_share_highest"]) == (0.0, 1.0)


def test_monte_carlo_error_is_half_the_widest_interval_of_the_summary(findings: Findings) -> None:
    row = row_of(findings.structural, level="sector", name="auto")
    widest = max(
        (one["downtime_days_mean_high"] - one["downtime_days_mean_low"]) / 2
        for one in (row_of(findings.summary, level="sector", alternative=name) for name in THREE)
    )

    assert row["downtime_days_mean_monte_carlo"] == widest > 0


def test_every_site_sector_and_country_has_a_row_with_the_columns_of_the_dictionary(
    findings: Findings,
) -> None:
    assert tuple(findings.structural.columns) == names(STRUCTURAL)
    assert list(findings.structural["level"]) == ["site", "sector", "country"]


def test_a_setting_that_was_not_run_is_empty_and_does_not_count() -> None:
    two = {name: THREE[name] for name in ("ruled [queue]", "ruled [bare_minimum]")}
    row = row_of(compare(made(two)).structural, level="sector", name="auto")

    assert math.isnan(row["restricted_mean_days_unlimited"])
    assert row["restricted_mean_days_highest"] == 80.0


@pytest.mark.parametrize("names_of", [("ruled",), ("ruled [queue]",), ("a", "b")])
def test_without_a_second_setting_there_is_no_structural_row(names_of: tuple[str, ...]) -> None:
    assert compare(made(dict.fromkeys(names_of, QUEUE))).structural.empty


def test_values_of_a_sweep_have_a_row_each() -> None:
    halts = {f"ruled [officers={n}] [{s}]": QUEUE for n in (1, 2) for s in ("queue", "unlimited")}
    sectors = compare(made(halts)).structural.query("level == 'sector'")

    assert list(sectors["alternative"]) == ["ruled [officers=1]", "ruled [officers=2]"]


def test_an_alternative_is_compared_with_the_baseline_in_the_same_setting() -> None:
    halts = {
        "ruled [queue]": {"Leipzig": [20]},
        "ruled [unlimited]": {"Leipzig": [50]},
        "free [queue]": {"Leipzig": [90]},
        "free [unlimited]": {"Leipzig": [90]},
    }
    paired = compare(made(halts)).paired.query("level == 'sector'")

    assert [
        tuple(row) for row in paired[["alternative", "baseline", "later_halt_days"]].to_numpy()
    ] == [
        ("ruled [unlimited]", "ruled [queue]", 30.0),
        ("free [queue]", "ruled [queue]", 70.0),
        ("free [unlimited]", "ruled [unlimited]", 40.0),
    ]
