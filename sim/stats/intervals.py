"""How far an estimate may be off: shares, means, medians, and anything by resampling.

An interval is about Monte Carlo error only: what another set of replications would have given.
It says nothing about parameters or about the structure of the model.

In:  one value per replication, (R,), or whole replications, (R, ...); a confidence level.
Out: `Interval(low, high)`, in the unit of the values. An end that the sample cannot bound is
     infinite.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.stats._checks import FloatArray, checked_count, checked_sample, checked_share


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of a confidence interval, in the unit of what is estimated."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Pointwise confidence limits of a curve: two arrays of the curve's shape and unit."""

    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, standard deviation (divisor n - 1; 0 for n = 1) and size of a sample."""

    mean: float
    sd: float
    n: int


def moments(values: npt.ArrayLike) -> Moments:
    """Mean and standard deviation by exactly rounded sums, the same on every machine.

    Parameters
    ----------
    values : array_like of float, shape (R,)

    Raises
    ------
    ValueError
        If the sample is empty, not one-dimensional, or not finite.

    Examples
    --------
    >>> moments([1.0, 2.0, 6.0])
    Moments(mean=3.0, sd=2.6457513110645907, n=3)
    """
    sample = checked_sample(values, "values")
    if sample.min() == sample.max():  # dividing a sum may miss the common value by a last digit
        return Moments(float(sample[0]), 0.0, sample.size)
    mean = math.fsum(sample) / sample.size
    squares = math.fsum((value - mean) ** 2 for value in sample.tolist())
    return Moments(mean, math.sqrt(squares / max(sample.size - 1, 1)), sample.size)


def normal_quantile(level: float) -> float:
    """Two-sided normal factor: 1.96 for 95 %.

    Raises
    ------
    ValueError
        If `level` is not strictly between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return NormalDist().inv_cdf(0.5 + checked_share(level, "level") / 2.0)


def student_quantile(n: int, level: float) -> float:
    """Two-sided Student factor of a sample of `n`; infinite for n = 1.

    Raises
    ------
    ValueError
        If `n` is below 1 or `level` not strictly between 0 and 1.

    Examples
    --------
    >>> round(student_quantile(10, 0.95), 3)
    2.262
    """
    from scipy.special import stdtrit

    size = checked_count(n, "n", 1)
    upper = 0.5 + checked_share(level, "level") / 2.0
    return float(stdtrit(size - 1, upper)) if size > 1 else math.inf


def wilson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Wilson's score interval of a share: `successes` out of `n` independent trials.

    Inside [0, 1] always, and of positive width at 0 and at `n`, where the textbook interval
    (share plus or minus z times its standard error) claims certainty. Of nothing, everything is
    possible: [0, 1] for n = 0. Trials must be independent: replications, not plants.

    Parameters
    ----------
    successes, n : int
        0 <= successes <= n.
    level : float
        Nominal coverage (0 to 1).

    Returns
    -------
    Interval
        Shares [0 to 1].

    Raises
    ------
    ValueError
        If the counts are not whole or out of range, or the level not strictly between 0 and 1.

    Examples
    --------
    >>> interval = wilson(1, 10)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0179, 0.4042)
    >>> wilson(0, 10).low
    0.0

    References
    ----------
    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; Brown, Cai and DasGupta (2001), Stat. Sci. 16.
    """
    total = checked_count(n, "n", 0)
    count = checked_count(successes, "successes", 0)
    z_squared = normal_quantile(level) ** 2
    if count > total:
        raise ValueError(f"successes: got {count} out of {total}, need at most n")
    if total == 0:
        return Interval(0.0, 1.0)
    failures = total - count
    centre = count + z_squared / 2.0
    spread = math.sqrt(z_squared * (count * failures / total + z_squared / 4.0))
    whole = total + z_squared
    low = 0.0 if count == 0 else max(0.0, (centre - spread) / whole)
    high = 1.0 if failures == 0 else min(1.0, (centre + spread) / whole)
    return Interval(low, high)


def upper_bound_when_none(n: int, level: float = 0.95) -> float:
    """Largest share that still gives no event in `n` independent runs with chance 1 - level.

    "No halt seen" is reported as "below this", never as 0. Close to 3/n at 95 %.

    Returns
    -------
    float
        Share [0 to 1], `1 - (1 - level) ** (1 / n)`.

    Raises
    ------
    ValueError
        If `n` is below 1 or `level` not strictly between 0 and 1.

    Examples
    --------
    >>> round(upper_bound_when_none(100), 6), round(upper_bound_when_none(1000), 6)
    (0.029513, 0.002991)

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, one-sided limit at 0; Hanley and Lippman-Hand
    (1983), J. Am. Med. Assoc. 249, 1743-1745 ("rule of three").
    """
    runs = checked_count(n, "n", 1)
    return -math.expm1(math.log1p(-checked_share(level, "level")) / runs)


def t_interval(values: npt.ArrayLike, level: float = 0.95) -> Interval:
    """Student's interval of a mean, from one value per replication.

    Parameters
    ----------
    values : array_like of float, shape (R,)
    level : float
        Nominal coverage (0 to 1), exact for normal values.

    Returns
    -------
    Interval
        In the unit of `values`; (-inf, inf) for a single value.

    Raises
    ------
    ValueError
        If the sample is empty, not one-dimensional or not finite, or the level out of range.

    Examples
    --------
    >>> t_interval([4.0, 4.0, 4.0])
    Interval(low=4.0, high=4.0)
    >>> t_interval([4.0])
    Interval(low=-inf, high=inf)

    References
    ----------
    Student (1908), Biometrika 6, 1-25.
    """
    sample = moments(values)
    factor = student_quantile(sample.n, level)
    if sample.n == 1:
        return Interval(-math.inf, math.inf)
    half_width = factor * sample.sd / math.sqrt(sample.n)
    return Interval(sample.mean - half_width, sample.mean + half_width)


def quantile_interval(values: npt.ArrayLike, share: float = 0.5, level: float = 0.95) -> Interval:
    """Interval of a quantile between two order statistics; no law assumed, ties allowed.

    A censored run enters as `math.inf` ("later than we looked"); an end that falls on one is
    infinite, which is to be printed as "not reached". Covers at least `level`.

    Parameters
    ----------
    values : array_like of float, shape (R,)
        One value per replication; infinity allowed, NaN not.
    share : float
        Which quantile (0 to 1); 0.5 is the median.
    level : float
        Coverage (0 to 1).

    Returns
    -------
    Interval
        Two of the values; -inf or inf where the sample is too small for a bound.

    Raises
    ------
    ValueError
        If the sample is empty, not one-dimensional or holds NaN, or a share is out of range.

    Examples
    --------
    Ten runs, four of them censored. The limits are the 2nd and the 9th:

    >>> quantile_interval([30, 35, 40, 44, 52, 60] + 4 * [math.inf])
    Interval(low=35.0, high=inf)

    References
    ----------
    Thompson (1936), Ann. Math. Stat. 7, 122-128; Conover (1999), Practical Nonparametric
    Statistics, section 3.2.
    """
    from scipy.special import bdtr

    sample: FloatArray = np.sort(np.asarray(values, dtype=np.float64))
    if sample.ndim != 1 or sample.size == 0 or bool(np.isnan(sample).any()):
        raise ValueError(f"values: got shape {sample.shape} or NaN, need (R,) without NaN")
    tail = (1.0 - checked_share(level, "level")) / 2.0
    n = sample.size
    at_most = bdtr(np.arange(n + 1), n, checked_share(share, "share"))
    below = int(np.searchsorted(at_most, tail, side="right"))
    above = int(np.searchsorted(at_most, 1.0 - tail, side="left"))
    low = float(sample[below - 1]) if below > 0 else -math.inf
    high = float(sample[above]) if above < n else math.inf
    return Interval(low, high)


def bootstrap_over_replications(
    data: npt.ArrayLike,
    statistic: Callable[[npt.NDArray[Any]], float],
    *,
    seed: int,
    n_boot: int = 999,
    level: float = 0.95,
) -> Interval:
    """Percentile bootstrap interval that resamples whole replications.

    Sites within a replication share a licence desk; resampling them one by one would pretend to
    S times as much evidence. For a statistic of several arrays pass `np.arange(R)` as `data` and
    index them inside `statistic`. Two alternatives with the same R and `seed` draw the same rows.

    Parameters
    ----------
    data : array_like, shape (R, ...)
    statistic : callable
        Array of shape (R, ...) -> float; may be infinite (a median not reached), not NaN.
    seed : int
        Same seed, same interval.
    n_boot : int
        Resamples; one less than a round number puts the limits on order statistics.
    level : float
        Nominal coverage (0 to 1), reached for large R.

    Raises
    ------
    ValueError
        If there is no replication, `n_boot` is too small for `level`, or the statistic is NaN
        or not a single number.

    Examples
    --------
    >>> halted = np.array([[1, 1], [0, 0], [1, 1], [0, 0]])
    >>> bootstrap_over_replications(halted, lambda rows: float(rows.mean()), seed=1)
    Interval(low=0.0, high=1.0)

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, section 13.3; resampling the
    independent unit: Davison and Hinkley (1997), Bootstrap Methods, section 3.8.
    """
    band = bootstrap_band(data, statistic, seed=seed, n_boot=n_boot, level=level)
    if band.low.ndim:
        raise ValueError(f"statistic: got shape {band.low.shape}, need one number; see the band")
    return Interval(float(band.low), float(band.high))


def bootstrap_band(
    data: npt.ArrayLike,
    statistic: Callable[[npt.NDArray[Any]], npt.ArrayLike],
    *,
    seed: int,
    n_boot: int = 999,
    level: float = 0.95,
) -> Band:
    """Pointwise percentile limits of a curve; see `bootstrap_over_replications`.

    Parameters
    ----------
    statistic : callable
        Array of shape (R, ...) -> array of one fixed shape, such as a survival curve on a grid.

    Returns
    -------
    Band
        Two arrays of the shape that `statistic` returns.

    Raises
    ------
    ValueError
        As in `bootstrap_over_replications`.

    Examples
    --------
    >>> days = np.array([10.0, 20.0, 30.0])
    >>> band = bootstrap_band(days, lambda rows: [rows.min(), rows.max()], seed=1)
    >>> band.low, band.high
    (array([10., 10.]), array([30., 30.]))
    """
    rows = np.asarray(data)
    if rows.ndim == 0 or rows.shape[0] == 0:
        raise ValueError(f"data: got shape {rows.shape}, need at least one replication, (R, ...)")
    resamples = checked_count(n_boot, "n_boot", 1)
    tail = (1.0 - checked_share(level, "level")) / 2.0
    cut = math.floor((resamples + 1) * tail + 1e-9)  # 1 - 0.9 is a little less than 0.1
    if cut < 1:
        need = math.ceil(1.0 / tail - 1e-9) - 1
        raise ValueError(f"n_boot: got {resamples}, need at least {need} for level {level}")
    n = rows.shape[0]
    generator = np.random.Generator(np.random.PCG64(seed))
    found = np.sort(
        np.array(
            [statistic(rows[generator.integers(0, n, size=n)]) for _ in range(resamples)],
            dtype=np.float64,
        ),
        axis=0,
    )
    if bool(np.isnan(found).any()):
        raise ValueError("statistic: got NaN from a resample, need numbers (infinity is allowed)")
    return Band(np.asarray(found[cut - 1]), np.asarray(found[resamples - cut]))
