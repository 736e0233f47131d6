"""What the engines read: arrays with named axes, built once per alternative.

Axes: S sites (suppliers before customers, then by name), N inputs (site, then item), L lanes
(supplier, then name), C classes of licence files, D desks, A streams of other applicants,
T dated regimes. Index order is the rank that decides ties, so it never depends on the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.laws import Law, WorkLaw

__all__ = [
    "NEVER",
    "ON_ORDER",
    "UNSET",
    "ApplicantTable",
    "DeskTable",
    "InputTable",
    "LaneTable",
    "ModelTables",
    "RegimeTable",
    "RuleDate",
    "SiteTable",
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


@dataclass(frozen=True)
class SiteTable:
    """Sites, axis S.

    Parameters
    ----------
    name, kind, country, sector, makes, pattern, unmet, allocation : tuple of str, shape (S,)
        As in the scenario; a site without a sector has "".
    tier, review_rank : ndarray of int64, shape (S,)
        Tier from the magnet makers; position in an order review (customers first).
    output_per_day : ndarray of int64, shape (S,)
        Planned output before any demand factor [g, pieces or units a day].
    output_stock, output_cap : ndarray of int64, shape (S,)
        Finished stock at the start and the most that is kept [g or pieces].
    batch_quantity, batch_every_s, batch_first_s : ndarray of int64, shape (S,)
        For batch use: finished units, seconds, seconds.
    min_halt_s, restart_cover_s, restart_delay_s : ndarray of int64, shape (S,)
        Halt rules [s].
    """

    name: tuple[str, ...]
    kind: tuple[str, ...]
    country: tuple[str, ...]
    sector: tuple[str, ...]
    makes: tuple[str, ...]
    pattern: tuple[str, ...]
    unmet: tuple[str, ...]
    allocation: tuple[str, ...]
    tier: IntArray
    review_rank: IntArray
    output_per_day: IntArray
    output_stock: IntArray
    output_cap: IntArray
    batch_quantity: IntArray
    batch_every_s: IntArray
    batch_first_s: IntArray
    min_halt_s: IntArray
    restart_cover_s: IntArray
    restart_delay_s: IntArray


@dataclass(frozen=True)
class InputTable:
    """Inputs of sites (lines of bills), axis N.

    Parameters
    ----------
    name : tuple of str, shape (N,)
        "site / item": the address of its draws.
    site : ndarray of int64, shape (N,)
    item : tuple of str, shape (N,)
    per_unit : ndarray of int64, shape (N,)
        Amount in one piece of output [g or pieces].
    stock : ndarray of int64, shape (N,)
        Stock at the start if given as an amount, else UNSET.
    cover : tuple of Law or None, shape (N,)
        Stock at the start in time of planned use, where it is not given as an amount.
    added_cover_s : ndarray of int64, shape (N,)
        Cover added by measures [s].
    rule : tuple of str, shape (N,)
        order_up_to, s_q or constant.
    review_every_s : ndarray of int64, shape (N,)
        Time between reviews [s]; ON_ORDER for continuous review.
    order_up_to, reorder_point, order_quantity : ndarray of int64, shape (N,)
        Levels [g or pieces], UNSET where they do not apply or are to be worked out.
    """

    name: tuple[str, ...]
    site: IntArray
    item: tuple[str, ...]
    per_unit: IntArray
    stock: IntArray
    cover: tuple[Law | None, ...]
    added_cover_s: IntArray
    rule: tuple[str, ...]
    review_every_s: IntArray
    order_up_to: IntArray
    reorder_point: IntArray
    order_quantity: IntArray


@dataclass(frozen=True)
class LaneTable:
    """Lanes, axis L.

    Parameters
    ----------
    name, item, mode, destination, sector, end_use : tuple of str, shape (L,)
    supplier, customer, input : ndarray of int64, shape (L,)
        Sites S, and the customer's input N that the lane feeds.
    interval_s : ndarray of int64, shape (L,)
        Time between dispatches [s], or ON_ORDER.
    share : ndarray of int64, shape (L,)
        Share of the customer's orders, in billionths.
    priority : ndarray of int64, shape (L,)
    transit : tuple of Law, shape (L,)
    open_shipments : tuple of tuple of (int, int), or None, shape (L,)
        (quantity, arrival second); None: undisturbed flow.
    desk, file_class : ndarray of int64, shape (L,)
        Desk D and class C of its applications; UNSET for a lane that no gate ever matches.
    """

    name: tuple[str, ...]
    item: tuple[str, ...]
    mode: tuple[str, ...]
    destination: tuple[str, ...]
    sector: tuple[str, ...]
    end_use: tuple[str, ...]
    supplier: IntArray
    customer: IntArray
    input: IntArray
    interval_s: IntArray
    share: IntArray
    priority: IntArray
    transit: tuple[Law, ...]
    open_shipments: tuple[tuple[tuple[int, int], ...] | None, ...]
    desk: IntArray
    file_class: IntArray


@dataclass(frozen=True)
class DeskTable:
    """Licence desks, axis D.

    Parameters
    ----------
    name, decides, setting : tuple of str, shape (D,)
    work : tuple of WorkLaw, shape (D,)
    pauses : tuple of tuple of (int, int), shape (D,)
        Seconds [from, to) in which nobody works, merged and in order.
    open_closed : tuple of (Law, Law) or None, shape (D,)
        Laws of open and closed periods.
    refile_after_s, refusal_known_after_s, issue_lag_s, licence_term_s : ndarray of int64, (D,)
    refile_probability : ndarray of float64, shape (D,)
    """

    name: tuple[str, ...]
    decides: tuple[str, ...]
    setting: tuple[str, ...]
    work: tuple[WorkLaw, ...]
    pauses: tuple[tuple[tuple[int, int], ...], ...]
    open_closed: tuple[tuple[Law, Law] | None, ...]
    refile_after_s: IntArray
    refusal_known_after_s: IntArray
    issue_lag_s: IntArray
    licence_term_s: IntArray
    refile_probability: FloatArray


@dataclass(frozen=True)
class ApplicantTable:
    """Streams of other applicants' files, axis A.

    Parameters
    ----------
    name, arrivals, destination, sector, end_use : tuple of str, shape (A,)
    desk, file_class, backlog : ndarray of int64, shape (A,)
    rate : tuple of tuple of (int, float), shape (A,)
        (second, files a day from then on), in order, the first at second 0.
    """

    name: tuple[str, ...]
    arrivals: tuple[str, ...]
    destination: tuple[str, ...]
    sector: tuple[str, ...]
    end_use: tuple[str, ...]
    desk: IntArray
    file_class: IntArray
    backlog: IntArray
    rate: tuple[tuple[tuple[int, float], ...], ...]


@dataclass(frozen=True, order=True)
class RuleDate:
    """A dated change to show in the trace: what begins or ends, and when."""

    second: int
    name: str
    begins: bool


@dataclass(frozen=True)
class RegimeTable:
    """What is in force when: piecewise constant in time, axis T; regime t holds [t_s[t], t_s[t+1]).

    Parameters
    ----------
    t_s : ndarray of int64, shape (T,)
        First second of each regime; t_s[0] = 0.
    mean_review_s : ndarray of int64, shape (T, C)
        Mean review time [s], or NEVER.
    working_days : ndarray of bool, shape (T, C)
        Whether that time runs on Chinese working days only.
    approval_rate, final_refusal_share : ndarray of float64, shape (T, C)
    file_priority : ndarray of int64, shape (T, C)
    needs_licence : ndarray of bool, shape (T, L)
        A gate is in force and no general licence covers the lane.
    officers : ndarray of int64, shape (T, D)
    plan_per_day : ndarray of int64, shape (T, S)
        Planned output [g, pieces or units a day].
    order_factor : ndarray of int64, shape (T, S)
        Factor on orders, in millionths.
    dates : tuple of RuleDate
        Rules, gates, demand scalers and pauses that begin or end, in order.
    """

    t_s: IntArray
    mean_review_s: IntArray
    working_days: BoolArray
    approval_rate: FloatArray
    final_refusal_share: FloatArray
    file_priority: IntArray
    needs_licence: BoolArray
    officers: IntArray
    plan_per_day: IntArray
    order_factor: IntArray
    dates: tuple[RuleDate, ...]


@dataclass(frozen=True)
class ModelTables:
    """One alternative, ready to run; see the tables for axes and units.

    Parameters
    ----------
    off_days : tuple of (int, int)
        Seconds [from, to) of non-working days in China, merged; empty if no rule counts them.
    """

    scenario: str
    start: date
    horizon_s: int
    seed: int
    observe_every_s: int
    items: tuple[str, ...]
    item_kind: tuple[str, ...]
    item_value_usd: tuple[float | None, ...]
    sites: SiteTable
    inputs: InputTable
    lanes: LaneTable
    desks: DeskTable
    applicants: ApplicantTable
    regimes: RegimeTable
    off_days: tuple[tuple[int, int], ...]
