"""What is in force when: regimes, the triggers that change them, general licences.

One `RegimeTable` holds all columns that move with the calendar, and there is one for each set of
active triggers. Axes as in `sim.model.tables`, which also hands these names on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ALWAYS",
    "BILLION",
    "MILLION",
    "NEVER",
    "ON_ORDER",
    "UNSET",
    "BoolArray",
    "FloatArray",
    "GeneralLicence",
    "IntArray",
    "RegimeTable",
    "RuleDate",
    "TriggerTable",
]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ON_ORDER: Final = 0
"""Dispatch interval of a lane that dispatches whenever something is ordered."""
UNSET: Final = -1
"""A level that the scenario leaves to be worked out."""
NEVER: Final = -1
"""Mean review time in a regime in which nothing is decided."""
ALWAYS: Final = 1 << 62
"""A cover or a time that nothing reaches: the condition always holds, the effect never ends."""
MILLION: Final = 1_000_000
"""Factors are whole numbers of millionths."""
BILLION: Final = 1_000_000_000
"""Shares of lanes are whole numbers of billionths."""


@dataclass(frozen=True, order=True)
class RuleDate:
    """A dated change to show in the trace: what begins or ends, and when."""

    second: int
    name: str
    begins: bool


@dataclass(frozen=True)
class RegimeTable:
    """What is in force when: piecewise constant in time, axis T; regime t holds [t_s[t], t_s[t+1]).

    There is one such table for each set of active triggers; they share t_s and dates.

    Parameters
    ----------
    t_s : ndarray of int64, shape (T,)
        First second of each regime; t_s[0] = 0.
    mean_review_s : ndarray of int64, shape (T, C)
        Mean review time [s], or NEVER.
    working_days : ndarray of bool, shape (T, C)
        Whether that time runs on Chinese working days only.
    approval_rate, final_refusal_share, return_share, query_share : ndarray of float64, (T, C)
        Shares of decisions; `approval_rate` is of those that do not return the file.
    file_priority : ndarray of int64, shape (T, C)
    stages_needed : ndarray of int64, shape (T, L)
        Bit k: a gate that asks for stage k of the lane is in force; 0: no licence is needed.
    general_licence : ndarray of int64, shape (T, L)
        General licence that covers the pair, an index of `ModelTables.general_licences`, or UNSET.
        It stands for every stage of desks that decide licences; holds remain.
    officers : ndarray of int64, shape (T, D)
    quota_files, quota_amount : ndarray of int64, shape (T, D)
        Most decisions and most amount granted a week; UNSET for no limit.
    lane_share : ndarray of int64, shape (T, L)
        Share of the customer's orders, in billionths: of the lanes that are open, to their sum.
    lane_open : ndarray of bool, shape (T, L)
        Whether it can be ordered on at all; for a fallback, whether its trigger is active, too.
    plan_per_day : ndarray of int64, shape (T, S)
        Planned output [g, pieces or units a day].
    order_factor : ndarray of int64, shape (T, N)
        Factor on orders, in millionths.
    extra_cover_s : ndarray of int64, shape (T, N)
        Cover that dated measures add to the order-up-to level [s].
    level_share : ndarray of int64, shape (T, N)
        Use that the order-up-to level is for, as a factor on full planned use, in millionths: it
        rises ahead of a planned start, ramp or substitution. The level itself is worked out by
        `sim.engine.initial.order_up_to_in`, with lane_share and extra_cover_s.
    use_share : ndarray of int64, shape (T, N)
        Use of the input, as a factor on `per_unit`, in millionths: substitution moves it.
    substitute : ndarray of int64, shape (T, N)
        Input N that serves while this one is out (emergency), or UNSET.
    hoarding_cap, hoarding_reviews : ndarray of int64, shape (T, N)
        Greatest factor on orders, in millionths (a million: no hoarding); reviews looked back on.
    stretch_below_s, stretch_share : ndarray of int64, shape (T, S)
        Cover below which a site slows down [s] (0: never), and its output then, in millionths.
    overtime : ndarray of int64, shape (T, S)
        Output in overtime, in millionths of the plan (a million: none).
    air_below_s, file_early_s : ndarray of int64, shape (T, L)
        Cover of the customer below which goods go by air [s]: 0 never, ALWAYS whatever it is;
        how long before a dispatch its application is filed [s], 0 for at the dispatch.
    dates : tuple of RuleDate
        Rules, gates, demand scalers and pauses that begin or end, in order.
    """

    t_s: IntArray
    mean_review_s: IntArray
    working_days: BoolArray
    approval_rate: FloatArray
    final_refusal_share: FloatArray
    return_share: FloatArray
    query_share: FloatArray
    file_priority: IntArray
    stages_needed: IntArray
    general_licence: IntArray
    officers: IntArray
    quota_files: IntArray
    quota_amount: IntArray
    lane_share: IntArray
    lane_open: BoolArray
    plan_per_day: IntArray
    order_factor: IntArray
    extra_cover_s: IntArray
    level_share: IntArray
    use_share: IntArray
    substitute: IntArray
    hoarding_cap: IntArray
    hoarding_reviews: IntArray
    stretch_below_s: IntArray
    stretch_share: IntArray
    overtime: IntArray
    air_below_s: IntArray
    file_early_s: IntArray
    dates: tuple[RuleDate, ...]


@dataclass(frozen=True)
class GeneralLicence:
    """A general licence: every pair it covers has an account of its own.

    Parameters
    ----------
    name : str
        Of the policy rule.
    quantity : int
        Most that a pair ships under it [g or pieces]; UNSET for no limit.
    """

    name: str
    quantity: int


@dataclass(frozen=True)
class TriggerTable:
    """Reactions to what happens in a run, axis G.

    Parameters
    ----------
    name, when : tuple of str, shape (G,)
        When is halted_share, backlog or policy.
    sites : tuple of tuple of int, shape (G,)
        halted_share: the sites S that are counted.
    desk : ndarray of int64, shape (G,)
        backlog: the desk D; else UNSET.
    other_applicants : ndarray of bool, shape (G,)
    above, until : ndarray of int64, shape (G,)
        Counts of sites or files: fires on rising above `above`, re-arms at `until` or less. What a
        policy switches counts 1 while it is on, and both are 0.
    after_s, lasts_s : ndarray of int64, shape (G,)
        From the crossing to the effect; its length, UNSET for until it re-arms.
    from_s, to_s : ndarray of int64, shape (G,)
        Watches in [from, to); `to` ALWAYS for without end.
    """

    name: tuple[str, ...]
    when: tuple[str, ...]
    sites: tuple[tuple[int, ...], ...]
    desk: IntArray
    other_applicants: BoolArray
    above: IntArray
    until: IntArray
    after_s: IntArray
    lasts_s: IntArray
    from_s: IntArray
    to_s: IntArray

    @property
    def switched(self) -> tuple[int, ...]:
        """Triggers G that a policy switches, in order."""
        return tuple(g for g, when in enumerate(self.when) if when == "policy")
