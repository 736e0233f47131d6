"""The difference of two alternatives under the same luck, and how many replications it needs.

Replication r of both alternatives draws the same random numbers (CRN), so r by r their
difference is mostly the policy. The interval is taken over the differences; what independent
runs would have cost is reported beside it.

In:  one value per replication, (R,), of each alternative, in the same order.
Out: `PairedDifference`; numbers of replications; `Precision` for a sequential stop.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.stats._checks import checked_count, checked_positive, checked_sample, checked_share
from sim.stats.intervals import moments, normal_quantile, student_quantile, t_interval


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Mean of `a - b` over replications, its interval, and what pairing was worth.

    Attributes
    ----------
    mean, low, high : float
        Mean difference and its Student interval, in the unit of the values.
    sd : float
        Standard deviation of one difference, same unit.
    n : int
        Replications.
    sd_independent : float
        What `sd` would be if the two had not shared their luck, same unit.
    correlation : float
        Between the two alternatives [-1 to 1]; NaN where one of them does not vary.
    variance_ratio : float
        Independent over paired variance: how many times more replications the same interval
        would need without pairing. 1 if neither varies; `math.inf` if the difference never does.
    """

    mean: float
    low: float
    high: float
    sd: float
    n: int
    sd_independent: float
    correlation: float
    variance_ratio: float


@dataclass(frozen=True, slots=True)
class Precision:
    """How precise a mean is so far, and whether that is enough to stop.

    Attributes
    ----------
    n : int
        Replications so far.
    mean, half_width : float
        In the unit of the values.
    target : float
        Largest half-width that would do, same unit.
    reached : bool
        Whether sampling may stop.
    """

    n: int
    mean: float
    half_width: float
    target: float
    reached: bool


def paired_difference(a: npt.ArrayLike, b: npt.ArrayLike, level: float = 0.95) -> PairedDifference:
    """Mean of `a - b`, replication by replication, with its Student interval.

    Parameters
    ----------
    a, b : array_like of float, shape (R,)
        Values of two alternatives for the same replications in the same order, such as
        `min(T, tau)` in days. Average over sites first: replications are the independent unit.
    level : float
        Nominal coverage (0 to 1).

    Raises
    ------
    ValueError
        If the lengths differ, there are fewer than 2 replications, or a value is not finite.

    Examples
    --------
    Ten more days of stock buy ten more days, whatever the luck:

    >>> found = paired_difference([55.0, 71.0, 90.0], [45.0, 61.0, 80.0])
    >>> found.mean, found.low, found.high, found.variance_ratio
    (10.0, 10.0, 10.0, inf)

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, 5th ed., sections 10.2.1 and 11.2.
    """
    first, second = checked_sample(a, "a"), checked_sample(b, "b")
    if first.size != second.size or first.size < 2:
        raise ValueError(
            f"a and b: got {first.size} and {second.size} values, "
            "need the same number of replications, at least 2"
        )
    difference = first - second
    both = moments(difference)
    interval = t_interval(difference, level)
    sd_a, sd_b = moments(first).sd, moments(second).sd
    independent = math.hypot(sd_a, sd_b)
    return PairedDifference(
        mean=both.mean,
        low=interval.low,
        high=interval.high,
        sd=both.sd,
        n=both.n,
        sd_independent=independent,
        correlation=_correlation(first, second, sd_a, sd_b),
        variance_ratio=_variance_ratio(independent, both.sd),
    )


def replications_for_half_width(sd: float, half_width: float, level: float = 0.95) -> int:
    """Replications after which a mean is known to within `half_width`.

    By the normal factor, as planning does before the sample exists; Student's would add two.

    Parameters
    ----------
    sd : float
        Standard deviation of one replication (of one *difference*, for a paired comparison).
    half_width : float
        Half the width of the interval, above 0, same unit.
    level : float
        Nominal coverage (0 to 1).

    Returns
    -------
    int
        At least 2: one replication has no interval.

    Raises
    ------
    ValueError
        If `sd` is negative or not finite, `half_width` not above 0, or the level out of range.

    Examples
    --------
    Two policies with standard deviation 10 each, correlated 0.9 and not at all:

    >>> [replications_for_half_width(math.sqrt(variance), 1) for variance in (20, 200)]
    [77, 769]

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, 5th ed., section 9.4.1, equation 9.2.
    """
    if not (sd >= 0.0 and math.isfinite(sd)):
        raise ValueError(f"sd: got {sd}, need a finite number of at least 0")
    ratio = normal_quantile(level) * sd / checked_positive(half_width, "half_width")
    return max(2, math.ceil(ratio * ratio))


def adjusted_relative_error(gamma: float) -> float:
    """Relative half-width of the *estimate* that keeps the relative *error* below `gamma`.

    The half-width is measured against the sample mean, the error against the true one; if the
    sample mean is high, `gamma` of it is more than `gamma` of the truth. `gamma / (1 + gamma)`
    makes up for that.

    Raises
    ------
    ValueError
        If `gamma` is not strictly between 0 and 1.

    Examples
    --------
    >>> round(adjusted_relative_error(0.10), 6)
    0.090909

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, 5th ed., section 9.4.1, on relative error.
    """
    return checked_share(gamma, "gamma") / (1.0 + gamma)


def replications_for_relative_error(cv: float, gamma: float, level: float = 0.95) -> int:
    """Replications after which a mean is known to within the share `gamma` of itself.

    Parameters
    ----------
    cv : float
        Coefficient of variation of one replication (standard deviation over mean).
    gamma : float
        Relative error allowed (0 to 1).
    level : float
        Nominal coverage (0 to 1).

    Raises
    ------
    ValueError
        If `cv` is negative or not finite, or a share is out of range.

    Examples
    --------
    >>> replications_for_relative_error(cv=1.0, gamma=0.10)
    465
    """
    return replications_for_half_width(cv, adjusted_relative_error(gamma), level)


def relative_precision(
    values: npt.ArrayLike, gamma: float, level: float = 0.95, n_min: int = 20
) -> Precision:
    """Sequential stopping rule: whether sampling may stop, with relative error below `gamma`.

    Ask after each batch of replications. `n_min` guards against a lucky start: with a handful
    of values a small spread is common. A mean of 0 never suffices, however many zeros were
    seen; a share of nothing is not a precision (`intervals.upper_bound_when_none` is the
    statement to make).

    Parameters
    ----------
    values : array_like of float, shape (R,)
        All replications so far.
    gamma : float
        Relative error allowed (0 to 1).
    level : float
        Nominal coverage (0 to 1).
    n_min : int
        Replications before which the answer is no; at least 2.

    Raises
    ------
    ValueError
        If the sample is empty or not finite, or an argument is out of range.

    Examples
    --------
    >>> relative_precision([9.0, 11.0] * 10, gamma=0.10).reached
    True
    >>> relative_precision([9.0, 11.0] * 9, gamma=0.10).reached
    False

    References
    ----------
    Law (2015), Simulation Modeling and Analysis, 5th ed., section 9.4.1; Law, Kelton and Koenig
    (1981), Commun. Stat. B10, 29-39.
    """
    sample = moments(values)
    least = checked_count(n_min, "n_min", 2)
    target = adjusted_relative_error(gamma) * abs(sample.mean)
    factor = student_quantile(sample.n, level)
    half_width = factor * sample.sd / math.sqrt(sample.n) if sample.n > 1 else math.inf
    enough = sample.n >= least and target > 0.0 and half_width <= target
    return Precision(sample.n, sample.mean, half_width, target, enough)


def _correlation(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], sd_a: float, sd_b: float
) -> float:
    """Pearson's correlation; NaN where it has no meaning."""
    if sd_a == 0.0 or sd_b == 0.0:
        return math.nan
    mean_a, mean_b = math.fsum(a) / a.size, math.fsum(b) / b.size
    products = ((x - mean_a) / sd_a * ((y - mean_b) / sd_b) for x, y in zip(a, b, strict=True))
    return max(-1.0, min(1.0, math.fsum(products) / (a.size - 1)))


def _variance_ratio(independent: float, paired: float) -> float:
    """Independent over paired variance, without dividing by 0."""
    if paired == 0.0:
        return math.inf if independent > 0.0 else 1.0
    return (independent / paired) ** 2
