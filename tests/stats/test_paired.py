"""Pairing is worth what the textbook says, and sampling stops when it should."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from sim.stats.intervals import t_interval
from sim.stats.paired import (
    adjusted_relative_error,
    paired_difference,
    relative_precision,
    replications_for_half_width,
    replications_for_relative_error,
)

pairs = st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), min_size=2, max_size=40)


def correlated(sd: float, correlation: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two samples with exactly these standard deviations and this correlation."""
    raw = np.random.default_rng(5).normal(size=(2, n))
    raw -= raw.mean(axis=1, keepdims=True)
    raw[1] -= raw[0] * (raw[0] @ raw[1]) / (raw[0] @ raw[0])
    x, y = raw / raw.std(axis=1, ddof=1, keepdims=True)
    return 100.0 + sd * x, 90.0 + sd * (correlation * x + math.sqrt(1.0 - correlation**2) * y)


def first_stop(values: np.ndarray, relative: float, n_min: int) -> int:
    """First n at which z * sd / sqrt(n) <= relative * mean: running sums, normal factor."""
    n = np.arange(1, values.size + 1)
    mean = np.cumsum(values) / n
    variance = (np.cumsum(values**2) - n * mean**2) / np.maximum(n - 1, 1)
    factor = stats.t.ppf(0.975, np.maximum(n - 1, 1))
    enough = (n >= n_min) & (factor * np.sqrt(np.maximum(variance, 0.0) / n) <= relative * mean)
    return int(n[enough][0])


def test_correlation_of_nine_tenths_divides_the_variance_by_ten() -> None:
    found = paired_difference(*correlated(10.0, 0.9, 200))

    assert found.mean == pytest.approx(10.0)
    assert found.sd**2 == pytest.approx(20.0)
    assert found.sd_independent**2 == pytest.approx(200.0)
    assert found.correlation == pytest.approx(0.9)
    assert found.variance_ratio == pytest.approx(10.0)


def test_paired_runs_need_77_replications_where_independent_ones_need_769() -> None:
    found = paired_difference(*correlated(10.0, 0.9, 200))

    assert replications_for_half_width(found.sd, 1.0) == 77
    assert replications_for_half_width(found.sd_independent, 1.0) == 769


@given(pairs)
def test_paired_interval_is_the_interval_of_the_differences(
    values: list[tuple[float, float]],
) -> None:
    a, b = (np.array(column) for column in zip(*values, strict=True))

    found = paired_difference(a, b)

    interval = t_interval(a - b)
    assert (found.low, found.high, found.n) == (interval.low, interval.high, len(values))
    assert found.low <= found.mean <= found.high


@given(pairs)
def test_variance_of_the_difference_is_the_sum_less_twice_the_covariance(
    values: list[tuple[float, float]],
) -> None:
    a, b = (np.array(column) for column in zip(*values, strict=True))
    covariance = np.cov(a, b)
    assume(covariance[0, 0] > 1e-6 and covariance[1, 1] > 1e-6)

    found = paired_difference(a, b)

    scale = covariance[0, 0] + covariance[1, 1]
    assert found.sd_independent**2 == pytest.approx(scale)
    assert found.sd**2 == pytest.approx(scale - 2.0 * covariance[0, 1], abs=1e-6 * scale)
    assert found.correlation == pytest.approx(np.corrcoef(a, b)[0, 1], abs=1e-6)


@given(pairs)
def test_swapping_the_alternatives_turns_the_sign_and_nothing_else(
    values: list[tuple[float, float]],
) -> None:
    a, b = zip(*values, strict=True)

    there, back = paired_difference(a, b), paired_difference(b, a)

    assert (there.mean, there.low, there.high) == (-back.mean, -back.high, -back.low)
    assert (there.sd, there.variance_ratio) == (back.sd, back.variance_ratio)


def test_a_constant_difference_is_known_exactly() -> None:
    found = paired_difference([55.0, 71.0, 90.0], [45.0, 61.0, 80.0])

    assert (found.mean, found.low, found.high, found.sd) == (10.0, 10.0, 10.0, 0.0)
    assert found.variance_ratio == math.inf


def test_an_alternative_that_never_varies_has_no_correlation() -> None:
    found = paired_difference([365.0, 365.0, 365.0], [40.0, 50.0, 60.0])

    assert math.isnan(found.correlation)
    assert found.variance_ratio == 1.0


def test_two_alternatives_that_never_vary_gain_nothing_from_pairing() -> None:
    assert paired_difference([365.0, 365.0], [365.0, 365.0]).variance_ratio == 1.0


def test_ten_percent_of_a_cv_of_one_takes_465_runs_not_384() -> None:
    assert (1.959964 / adjusted_relative_error(0.10)) ** 2 == pytest.approx(464.8, abs=0.05)
    assert replications_for_relative_error(cv=1.0, gamma=0.10) == 465
    assert replications_for_half_width(1.0, 0.10) == 385  # what gamma itself would give


@given(st.floats(0.01, 0.9), st.floats(0.1, 1e3), st.floats(-1.0, 1.0))
def test_adjusted_half_width_keeps_the_error_relative_to_the_truth(
    gamma: float, mean: float, position: float
) -> None:
    truth = mean * (1.0 + position * adjusted_relative_error(gamma))

    assert abs(mean - truth) <= gamma * abs(truth) * (1.0 + 1e-12)


@given(st.floats(0.0, 1e3), st.floats(0.01, 1e3), st.floats(0.5, 0.999))
def test_planned_replications_are_enough_and_one_fewer_is_not(
    sd: float, half_width: float, level: float
) -> None:
    n = replications_for_half_width(sd, half_width, level)

    z = stats.norm.ppf(0.5 + level / 2.0)
    assert n >= 2
    assert z * sd / math.sqrt(n) <= half_width * (1.0 + 1e-9)
    assert n == 2 or z * sd / math.sqrt(n - 1) > half_width * (1.0 - 1e-9)


def test_sequential_rule_stops_exponential_runs_near_465() -> None:
    runs = np.random.default_rng(2025).exponential(45.0, size=(400, 1500))

    stops = [first_stop(row, adjusted_relative_error(0.10), n_min=20) for row in runs]
    naive = [first_stop(row, 0.10, n_min=20) for row in runs]

    assert np.mean(stops) == pytest.approx(464.8, rel=0.05)
    assert np.mean(naive) == pytest.approx(384.1, rel=0.05)
    for row, stop in zip(runs[:40], stops[:40], strict=True):
        assert relative_precision(row[:stop], gamma=0.10).reached
        assert not relative_precision(row[: stop - 1], gamma=0.10).reached


def test_stopping_after_a_handful_of_runs_is_what_n_min_prevents() -> None:
    lucky = [10.0, 10.1, 9.9]

    assert not relative_precision(lucky, gamma=0.10).reached
    assert relative_precision(lucky, gamma=0.10, n_min=2).reached


def test_precision_says_how_far_there_is_to_go() -> None:
    found = relative_precision([9.0, 11.0] * 10, gamma=0.25)

    assert (found.n, found.mean, found.target) == (20, 10.0, 2.0)
    # sd sqrt(20/19), factor 2.093024 at 19 degrees of freedom
    assert found.half_width == pytest.approx(2.093024 * math.sqrt(20 / 19 / 20), abs=1e-6)


def test_a_thousand_zeros_are_not_a_precise_zero() -> None:
    assert not relative_precision([0.0] * 1000, gamma=0.10).reached


def test_one_run_has_no_precision() -> None:
    assert relative_precision([5.0], gamma=0.10).half_width == math.inf


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1.0], [2.0]),
        ([1.0, 2.0], [1.0, 2.0, 3.0]),
        ([], []),
        ([1.0, math.inf], [1.0, 2.0]),
        ([[1.0, 2.0]], [[1.0, 2.0]]),
    ],
)
def test_what_cannot_be_paired_is_refused(a: list[float], b: list[float]) -> None:
    with pytest.raises(ValueError, match="need"):
        paired_difference(a, b)


@pytest.mark.parametrize(
    ("sd", "half_width", "level"),
    [(-1.0, 1.0, 0.95), (math.nan, 1.0, 0.95), (1.0, 0.0, 0.95), (1.0, 1.0, 95.0)],
)
def test_a_plan_that_makes_no_sense_is_refused(sd: float, half_width: float, level: float) -> None:
    with pytest.raises(ValueError, match="need"):
        replications_for_half_width(sd, half_width, level)


@pytest.mark.parametrize("gamma", [0.0, 1.0, -0.1, math.nan])
def test_a_relative_error_outside_zero_and_one_is_refused(gamma: float) -> None:
    with pytest.raises(ValueError, match="gamma"):
        relative_precision([1.0, 2.0], gamma)
