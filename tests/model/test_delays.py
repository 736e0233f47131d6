"""Laws of durations and of work, against scipy.stats."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.engine.rules import WORK
from sim.model.delays import (
    duration_quantile,
    is_fixed,
    mean_duration,
    mean_slots_under_way,
    work_quantile,
)
from sim.scenario.laws import Law, WorkLaw
from sim.units import DAY_S

U = np.array([1e-9, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1 - 1e-9])
GRID = (np.arange(20_000) + 0.5) / 20_000


def law(**fields: Any) -> Law:
    return Law.model_validate(fields)


def log_normal(mean: float, cv: float) -> Any:
    variance = math.log(1 + cv**2)
    return stats.lognorm(math.sqrt(variance), scale=mean * math.exp(-variance / 2))


CONTINUOUS = [
    (law(law="uniform", low="10 d", high="20 d"), stats.uniform(10, 10)),
    (law(law="triangular", low="14 d", mode="30 d", high="56 d"),
     stats.triang((30 - 14) / 42, 14, 42)),
    (law(law="triangular", low="14 d", mode="14 d", high="56 d"), stats.triang(0, 14, 42)),
    (law(law="exponential", mean="45 d"), stats.expon(scale=45)),
    (law(law="weibull", mean="45 d", shape=3.1),
     stats.weibull_min(3.1, scale=45 / math.gamma(1 + 1 / 3.1))),
    (law(law="lognormal", mean="30 d", cv=0.4), log_normal(30, 0.4)),
    (law(law="lognormal", mean="30 d", cv=2.0), log_normal(30, 2.0)),
    (law(law="gamma", mean="30 d", cv=0.4), stats.gamma(1 / 0.16, scale=30 * 0.16)),
    (law(law="gamma", mean="30 d", cv=1.5), stats.gamma(1 / 2.25, scale=30 * 2.25)),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "scipy_law"), CONTINUOUS)
def test_quantiles_agree_with_scipy_to_a_second(ours: Law, scipy_law: Any) -> None:
    expected = scipy_law.ppf(U) * DAY_S

    # Gamma laws are read from a table, which is coarse one time in a thousand and beyond.
    close = (3e-3, 2.0) if ours.law == "gamma" else (1e-9, 0.51)
    np.testing.assert_allclose(duration_quantile(ours, U), expected, *close)


def test_the_gamma_table_is_fine_where_it_matters() -> None:
    ours, inside = law(law="gamma", mean="30 d", cv=0.4), GRID[200:-200]
    expected = stats.gamma(1 / 0.16, scale=30 * 0.16).ppf(inside) * DAY_S

    np.testing.assert_allclose(duration_quantile(ours, inside), expected, rtol=2e-6)


@pytest.mark.parametrize(("ours", "scipy_law"), CONTINUOUS)
def test_the_mean_is_the_one_stated(ours: Law, scipy_law: Any) -> None:
    mean = duration_quantile(ours, GRID).mean()

    assert mean_duration(ours) == pytest.approx(scipy_law.mean() * DAY_S, rel=1e-9)
    assert mean == pytest.approx(mean_duration(ours), rel=5e-3)


def test_antithetic_draws_of_a_symmetric_law_mirror_exactly() -> None:
    uniform = law(law="uniform", low="10 d", high="20 d")

    pairs = duration_quantile(uniform, GRID) + duration_quantile(uniform, 1 - GRID)

    assert np.all(np.abs(pairs - 30 * DAY_S) <= 1)


@pytest.mark.parametrize("ours", [ours for ours, _ in CONTINUOUS])
def test_quantiles_never_fall(ours: Law) -> None:
    assert np.all(np.diff(duration_quantile(ours, GRID)) >= 0)


def test_a_fixed_law_is_its_value() -> None:
    fixed = law(law="fixed", value="35 d")

    assert is_fixed(fixed)
    assert duration_quantile(fixed, U).tolist() == [35 * DAY_S] * len(U)
    assert mean_duration(fixed) == 35 * DAY_S


def test_geometric_days_are_whole_and_have_the_mean() -> None:
    ours = law(law="geometric", mean="4 d")

    between = GRID + 1e-7  # not on a step, where one rounding decides
    days = duration_quantile(ours, between) / DAY_S

    assert np.array_equal(days, stats.geom(0.25).ppf(between))
    assert days.mean() == pytest.approx(4, rel=2e-3)
    assert duration_quantile(law(law="geometric", mean="1 h"), U).tolist() == [DAY_S] * len(U)


def test_empirical_values_are_equally_likely() -> None:
    ours = law(law="empirical", values=["9 d", "1 d", "1 d", "5 d"])

    days = duration_quantile(ours, np.array([0.1, 0.3, 0.6, 0.8, 1 - 2.0**-53])) / DAY_S

    assert days.tolist() == [1, 1, 5, 9, 9]
    assert mean_duration(ours) == 4 * DAY_S


@pytest.mark.parametrize(
    ("fields", "scipy_law"),
    [
        ({"law": "exponential"}, stats.expon()),
        ({"law": "weibull", "shape": 2.0}, stats.weibull_min(2, scale=1 / math.gamma(1.5))),
        ({"law": "gamma", "cv": 0.5}, stats.gamma(4, scale=0.25)),
        ({"law": "lognormal", "cv": 1.0}, log_normal(1, 1.0)),
    ],
)  # fmt: skip
def test_work_has_mean_one_and_the_law_s_shape(fields: dict[str, Any], scipy_law: Any) -> None:
    ours = WorkLaw.model_validate(fields)

    found = work_quantile(ours, U, WORK) / WORK

    np.testing.assert_allclose(found, scipy_law.ppf(U), rtol=1e-3, atol=2e-5)


def test_work_is_bounded_and_fixed_work_is_one() -> None:
    heavy = WorkLaw(law="lognormal", cv=10.0)

    assert work_quantile(heavy, np.array([1 - 2.0**-53]), WORK)[0] == 800 * WORK
    assert work_quantile(WorkLaw(law="fixed"), U, WORK).tolist() == [WORK] * len(U)


def test_slots_under_way() -> None:
    fixed = law(law="fixed", value="12 d")
    random = law(law="uniform", low="0 d", high="20 d")

    assert mean_slots_under_way(fixed, 5 * DAY_S) == 2.0
    assert mean_slots_under_way(law(law="fixed", value="10 d"), 5 * DAY_S) == 2.0
    assert mean_slots_under_way(random, 5 * DAY_S) == pytest.approx((0 + 1 + 2 + 3) / 4, abs=1e-3)
