"""Logarithm, exponential and normal quantile, against the C library and scipy."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from sim.model.elementary import exp, log, normal_quantile


@given(st.floats(5e-324, 1e308))
def test_log_agrees_with_the_c_library(x: float) -> None:
    assert math.isclose(float(log(np.array(x))), math.log(x), rel_tol=4e-15, abs_tol=1e-15)


@given(st.floats(-699, 699))
def test_exp_agrees_with_the_c_library(x: float) -> None:
    assert math.isclose(float(exp(np.array(x))), math.exp(x), rel_tol=1e-14)


def test_exact_values() -> None:
    assert log(np.array([1.0, 2.0]))[0] == 0.0
    assert exp(np.array([0.0]))[0] == 1.0
    assert normal_quantile(np.array([0.5]))[0] == 0.0


@given(st.floats(1e-300, 1 - 1e-15))
def test_normal_quantile_agrees_with_scipy(u: float) -> None:
    found = float(normal_quantile(np.array(u)))

    assert math.isclose(found, float(special.ndtri(u)), rel_tol=1e-13, abs_tol=1e-15)


def test_normal_quantile_mirrors() -> None:
    u = (np.arange(2048) + 0.5) / 4096  # 1 - u is exact

    assert np.array_equal(normal_quantile(u), -normal_quantile(1 - u))


def test_shapes_are_kept() -> None:
    grid = np.full((2, 3), 0.25)

    assert log(grid).shape == exp(grid).shape == normal_quantile(grid).shape == (2, 3)
