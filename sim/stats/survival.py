"""How long until it happens, when some runs end before it does (Kaplan-Meier).

A run without a halt by the horizon is not a run with a halt at the horizon: it is *censored*.
Dropping it, or averaging only the runs that halted, makes a bad policy look good. Here the
censored runs stay in the denominator until the moment they were last watched.

In:  `times`, float (R,) or (R, S), and `observed`, bool of the same shape: True where the event
     was seen at that time, False where watching ended then. The unit of `times` is the caller's
     (days in this project) and that of everything returned.
Out: `SurvivalCurve`, a step function; its value, median and area.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.stats._checks import BoolArray, FloatArray

IntArray = npt.NDArray[np.int64]

# A product of shares that is one half on paper may end a few units in the last place above it.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """Share still running after each time at which an event was seen; 1 before the first.

    Attributes
    ----------
    times : ndarray of float64, shape (E,)
        Distinct times with at least one event, ascending.
    at_risk : ndarray of int64, shape (E,)
        Still running and still watched just before each time.
    events : ndarray of int64, shape (E,)
        Events at each time.
    survival : ndarray of float64, shape (E,)
        Share running from each time on (right-continuous) [0 to 1].
    watched_until : float
        Last time at which anything was under observation. Beyond it the curve is known only if
        it has come down to 0.
    """

    times: FloatArray
    at_risk: IntArray
    events: IntArray
    survival: FloatArray
    watched_until: float

    @property
    def median(self) -> float:
        """Smallest time at which at most half are still running; `math.inf` if not reached."""
        return self.time_at(0.5)

    def time_at(self, share: float) -> float:
        """Smallest time at which at most `share` are still running.

        Parameters
        ----------
        share : float
            Share still running [0 to 1).

        Returns
        -------
        float
            A time with an event; `math.inf` if the curve stays above `share`.

        Raises
        ------
        ValueError
            If `share` is outside [0, 1).

        Examples
        --------
        >>> curve = kaplan_meier([1.0, 2.0, 3.0, 4.0], [True, True, True, False])
        >>> curve.time_at(0.75), curve.median, curve.time_at(0.1)
        (1.0, 2.0, inf)
        """
        if not 0.0 <= share < 1.0:
            raise ValueError(f"share: got {share}, need a number from 0 to below 1")
        reached = np.flatnonzero(self.survival <= share + _ROUNDING)
        return float(self.times[reached[0]]) if reached.size else math.inf


def kaplan_meier(times: npt.ArrayLike, observed: npt.ArrayLike) -> SurvivalCurve:
    """Kaplan-Meier (product-limit) curve of the pooled times.

    What is censored at t counts as at risk at t: it was still running when the events of t
    happened. A grid (R, S) is pooled; for an interval, resample its rows
    (`intervals.bootstrap_over_replications`), because sites within a replication move together.

    Between two censored times the product telescopes to a ratio of two counts, and is computed
    so. With one common horizon the curve is therefore the plain empirical share, to the last bit.

    Parameters
    ----------
    times : array_like of float, shape (R,) or (R, S)
        Time of the event or of the end of watching, finite and not negative.
    observed : array_like of bool, same shape
        True where the event was seen.

    Raises
    ------
    ValueError
        If the shapes differ, the sample is empty, a time is NaN, infinite or negative, or
        `observed` is not boolean.

    Examples
    --------
    One halt on day 2 and one on day 5, one run watched until day 2 only, one until day 9:

    >>> curve = kaplan_meier([2.0, 2.0, 5.0, 9.0], [True, False, True, False])
    >>> curve.at_risk, curve.survival
    (array([4, 2]), array([0.75 , 0.375]))

    References
    ----------
    Kaplan and Meier (1958), J. Am. Stat. Assoc. 53, 457-481.
    """
    flat, seen = _pooled(times, observed)
    distinct, position = np.unique(flat, return_inverse=True)
    leaving = np.bincount(position, minlength=distinct.size).astype(np.int64)
    events = np.bincount(position[seen], minlength=distinct.size).astype(np.int64)
    at_risk = flat.size - np.cumsum(leaving) + leaving
    survival = _product_limit(at_risk, events, leaving > events)
    with_event = events > 0
    return SurvivalCurve(
        times=distinct[with_event],
        at_risk=at_risk[with_event],
        events=events[with_event],
        survival=survival[with_event],
        watched_until=float(distinct[-1]),
    )


def survival_at(curve: SurvivalCurve, t: npt.ArrayLike) -> FloatArray:
    """Share still running at each time `t`, an event at `t` itself included.

    Parameters
    ----------
    curve : SurvivalCurve
    t : array_like of float, any shape
        Times, in the unit of the curve.

    Returns
    -------
    ndarray of float64, shape of `t`
        Share [0 to 1]; of shape () for a single time.

    Raises
    ------
    ValueError
        If a time is NaN, or later than the last that was watched while something still ran.

    Examples
    --------
    >>> curve = kaplan_meier([2.0, 2.0, 5.0, 9.0], [True, False, True, False])
    >>> survival_at(curve, [0.0, 2.0, 4.9, 5.0, 9.0])
    array([1.   , 0.75 , 0.75 , 0.375, 0.375])
    """
    asked: FloatArray = np.asarray(t, dtype=np.float64)
    if bool(np.isnan(asked).any()):
        raise ValueError("t: got NaN, need times")
    if asked.size:
        _refuse_unwatched(curve, float(asked.max()), "t")
    steps = np.concatenate(([1.0], curve.survival))
    found: FloatArray = steps[np.searchsorted(curve.times, asked, side="right")]
    return np.asarray(found, dtype=np.float64)


def restricted_mean(times: npt.ArrayLike, observed: npt.ArrayLike, tau: float) -> float:
    """Mean time to the event within the first `tau`: the area under the curve from 0 to `tau`.

    The unrestricted mean is not in the data when runs are censored; this one is. With one common
    horizon at or after `tau` it is the mean of `min(T, tau)` over all pooled times.

    Parameters
    ----------
    times, observed : array_like
        As in `kaplan_meier`.
    tau : float
        End of the window, above 0, in the unit of `times`.

    Returns
    -------
    float
        Time [0 to tau].

    Raises
    ------
    ValueError
        As in `kaplan_meier`; if `tau` is not a finite number above 0, or is later than the last
        time that was watched while something still ran.

    Examples
    --------
    >>> restricted_mean([10.0, 30.0, 30.0], [True, False, False], tau=30.0)
    23.333333333333332

    References
    ----------
    Irwin (1949), J. Hygiene 47, 188-189; Royston and Parmar (2013), BMC Med. Res. Methodol. 13:152.
    """
    if not (tau > 0.0 and math.isfinite(tau)):
        raise ValueError(f"tau: got {tau}, need a finite number above 0")
    curve = kaplan_meier(times, observed)
    _refuse_unwatched(curve, tau, "tau")
    inside = curve.times < tau
    edges = np.concatenate(([0.0], curve.times[inside], [tau]))
    heights = np.concatenate(([1.0], curve.survival[inside]))
    return math.fsum(heights * np.diff(edges))


def _pooled(times: npt.ArrayLike, observed: npt.ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Both as flat arrays of equal length, or the reason why not."""
    grid = np.asarray(times, dtype=np.float64)
    seen = np.asarray(observed)
    if grid.size == 0 or grid.shape != seen.shape:
        raise ValueError(
            f"times and observed: got shapes {grid.shape} and {seen.shape}, "
            "need the same shape, not empty"
        )
    if seen.dtype != np.bool_:
        raise ValueError(f"observed: got {seen.dtype}, need bool (True where the event was seen)")
    if not bool(np.isfinite(grid).all()) or bool((grid < 0.0).any()):
        raise ValueError(
            "times: got NaN, infinity or a negative time, need finite times of at least 0 "
            "(write 'not reached' as the horizon with observed False)"
        )
    return grid.ravel(), seen.ravel().astype(np.bool_)


def _product_limit(at_risk: IntArray, events: IntArray, has_censored: BoolArray) -> FloatArray:
    """Survival after each distinct time; a new ratio starts after each censored time."""
    stretch = np.concatenate(([0], np.cumsum(has_censored[:-1])))
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    within = (at_risk - events) / at_risk[first][stretch]
    last = np.concatenate((first[1:] - 1, [at_risk.size - 1]))
    before = np.concatenate(([1.0], np.cumprod(within[last])[:-1]))
    survival: FloatArray = before[stretch] * within
    return survival


def _refuse_unwatched(curve: SurvivalCurve, latest: float, name: str) -> None:
    """Refuse a time beyond the last one watched, unless nothing was left running."""
    all_gone = bool(curve.survival.size) and curve.survival[-1] == 0.0
    if latest > curve.watched_until and not all_gone:
        raise ValueError(
            f"{name}: got {latest}, but nothing was watched after {curve.watched_until} "
            "and not all had stopped by then"
        )
