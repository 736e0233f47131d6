"""Rows of the area "statistics and metrics": how results are measured, on runs and on known data.

In:  scenario files for verification; published samples.
Out: findings.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.app.verification.estimates import Estimate, exactly, mean_of, within_four_errors
from sim.app.verification.runs import first_halts, tables_of
from sim.app.verification.table import Finding, RowCheck
from sim.outcomes.attribution import blame
from sim.stats.intervals import upper_bound_when_none
from sim.stats.paired import paired_difference, replications_for_half_width
from sim.stats.survival import kaplan_meier, restricted_mean, survival_at

__all__ = ["CHECKS"]

FloatArray = NDArray[np.float64]

_WATCHED_DAYS: Final = 365.0
_SIX_DIGITS: Final = 5e-7

_REMISSION_WEEKS: Final = (
    6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35,
)  # fmt: skip
"""Freireich et al. (1963), Blood 21, 699-716: weeks to relapse under 6-mercaptopurine."""
_RELAPSED: Final = (
    True, True, True, False, True, False, True, False, False, True, True, False, False, False,
    True, True, False, False, False, False, False,
)  # fmt: skip


def _watched(n_runs: int) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Run plants with an exponential cover for a year: time watched, and whether they halted."""
    halts = first_halts(tables_of("time_to_halt"), n_runs)
    return np.minimum(halts, _WATCHED_DAYS), np.isfinite(halts)


def censored_times() -> tuple[Finding, ...]:
    """V47: the restricted mean, not the mean over the runs that halted."""
    times, halted = _watched(4000)
    note = "cover exponential with mean 400 d, nothing delivered, watched for 365 d"
    spread = mean_of(times)
    found = Estimate(restricted_mean(times, halted, _WATCHED_DAYS), spread.error, spread.n)
    return (
        within_four_errors("V47", "restricted mean to 365 d", 239.39233, found, "d", note),
        within_four_errors("V47", "share halted by 365 d", 0.598481, mean_of(halted), "", note),
    )


def freireich() -> tuple[Finding, ...]:
    """V48: Kaplan-Meier on a published sample."""
    curve = kaplan_meier(np.array(_REMISSION_WEEKS, dtype=float), np.array(_RELAPSED))
    note = "21 patients, 9 relapses (Freireich et al., 1963)"
    expected = {
        6: 0.857143, 7: 0.806723, 10: 0.752941, 13: 0.690196, 16: 0.627451, 22: 0.537815,
        23: 0.448179,
    }  # fmt: skip
    steps = [
        Finding("V48", f"share in remission after week {week}", share,
                float(survival_at(curve, [float(week)])[0]), _SIX_DIGITS, "", note)
        for week, share in expected.items()
    ]  # fmt: skip
    times = ", ".join(f"{week:g}" for week in curve.times)
    return (
        Finding("V48", "weeks with a relapse", "6, 7, 10, 13, 16, 22, 23", times, 0.0, "", note),
        *steps,
        Finding("V48", "median", 23.0, curve.median, 0.0, "weeks", note),
    )


def common_horizon() -> tuple[Finding, ...]:
    """V49: with one horizon the curve is the plain share still running."""
    times, halted = _watched(500)
    curve = kaplan_meier(times, halted)
    plain = np.array([(times > t).mean() for t in curve.times])
    area = restricted_mean(times, halted, _WATCHED_DAYS)
    apart = float(np.abs(curve.survival - plain).max())
    note = f"500 runs watched for 365 d, {int(halted.sum())} of them halted"
    return (
        Finding("V49", "largest distance from the plain share", 0.0, apart, 0.0, "", note),
        Finding("V49", "area under the curve", float(times.mean()), area, 1e-9, "d", note),
    )


def paired_luck() -> tuple[Finding, ...]:
    """V50: what pairing is worth."""
    shared, own = _orthonormal()
    first = 10.0 * shared
    second = 10.0 * (0.9 * shared + math.sqrt(1.0 - 0.9**2) * own)
    found = paired_difference(first, second)
    note = "40 pairs, built to have standard deviation 10 and correlation 0.9 exactly"
    paired = replications_for_half_width(found.sd, 1.0)
    unpaired = replications_for_half_width(found.sd_independent, 1.0)
    return (
        Finding("V50", "variance of the paired difference", 20.0, found.sd**2, 1e-9, "", note),
        Finding("V50", "independent", 200.0, found.sd_independent**2, 1e-9, "", note),
        Finding("V50", "runs for a half-width of 1, paired", 77.0, float(paired), 0.0, "", note),
        Finding("V50", "independent runs for it", 769.0, float(unpaired), 0.0, "", note),
    )


def _orthonormal() -> tuple[FloatArray, FloatArray]:
    """Return two samples of mean 0 and standard deviation 1 without correlation, shape (40,)."""
    k = np.arange(40)
    scale = math.sqrt(2.0 * 39.0 / 40.0)
    return scale * np.sin(2.0 * np.pi * k / 40.0), scale * np.cos(2.0 * np.pi * k / 40.0)


def none_seen() -> tuple[Finding, ...]:
    """V74: no halt in n runs is a bound, not 0."""
    return tuple(
        Finding("V74", f"95% bound after {n} runs", bound, upper_bound_when_none(n),
                _SIX_DIGITS, "", "no halt seen")
        for n, bound in ((100, 0.029513), (1000, 0.002991))
    )  # fmt: skip


def overlapping_causes() -> tuple[Finding, ...]:
    """V57: two inputs missing at overlapping times share the downtime, and no more than that."""
    shares = blame({"A": (10, 40), "B": (30, 60)}, 10, 60, "B")
    note = "A out [10, 40), B out [30, 60)"
    first = sum(share.first_cause_s for share in shares.values())
    even = sum(share.shapley_s for share in shares.values())
    found = [
        exactly("V57", f"{kind} of {name}", expected, value, "", note)
        for name, numbers in (("A", (30, 25)), ("B", (20, 25)))
        for kind, expected, value in zip(
            ("first cause", "Shapley"), numbers,
            (shares[name].first_cause_s, shares[name].shapley_s), strict=True,
        )
    ]  # fmt: skip
    sums = (("first causes", first), ("Shapley shares", even))
    return (*found, *(exactly("V57", f"sum of {name}", 50, n, "", note) for name, n in sums))


CHECKS: Final[dict[str, RowCheck]] = {
    "V47": censored_times,
    "V48": freireich,
    "V49": common_horizon,
    "V50": paired_luck,
    "V57": overlapping_causes,
    "V74": none_seen,
}
