"""What the engines read: arrays with named axes, built once per alternative.

Axes: S sites (suppliers before customers, then by name), N inputs (site, then item), L lanes
(supplier, then name), C classes of licence files, D desks, A streams of other applicants,
T dated regimes, G triggers. Index order is the rank that decides ties, so it never depends on the
file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sim.model.regimes import (
    ALWAYS,
    BILLION,
    MILLION,
    NEVER,
    ON_ORDER,
    UNSET,
    BoolArray,
    FloatArray,
    GeneralLicence,
    IntArray,
    RegimeTable,
    RuleDate,
    TriggerTable,
)
from sim.scenario.laws import Law, WorkLaw

__all__ = [
    "ALWAYS",
    "BILLION",
    "MILLION",
    "NEVER",
    "ON_ORDER",
    "UNSET",
    "ApplicantTable",
    "BoolArray",
    "CostTable",
    "DeskTable",
    "FloatArray",
    "GeneralLicence",
    "InputTable",
    "IntArray",
    "LaneTable",
    "ModelTables",
    "RegimeTable",
    "RuleDate",
    "SiteTable",
    "TriggerTable",
]


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
        Planned output before any demand factor [g, pieces or units a day], after any ramp.
    start_per_day : ndarray of int64, shape (S,)
        The same at second 0: 0 for a site that starts later, less while it ramps up.
    output_stock, output_cap : ndarray of int64, shape (S,)
        Finished stock at the start and the most that is kept [g or pieces].
    batch_quantity, batch_every_s, batch_first_s : ndarray of int64, shape (S,)
        For batch use: finished units, seconds, seconds.
    min_halt_s, restart_cover_s, restart_delay_s : ndarray of int64, shape (S,)
        Halt rules [s].

    A stockpile is a site of kind "stockpile": it makes what it buys, one for one and at once, up
    to its cap, and sends it on lanes that are fallbacks.
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
    start_per_day: IntArray
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
        Amount in `per` units of output [g or pieces].
    per : ndarray of int64, shape (N,)
        1, or 1,000 for a site whose output is a mass: its bill is for one kilogram.
    stock : ndarray of int64, shape (N,)
        Stock at the start if given as an amount, else UNSET.
    cover : tuple of Law or None, shape (N,)
        Stock at the start in time of planned use, where it is not given as an amount.
    added_cover_s : ndarray of int64, shape (N,)
        Cover added by measures [s].
    rule : tuple of str, shape (N,)
        order_up_to, s_q, constant or refill (a stockpile: what is missing from it).
    forecast_reviews : ndarray of int64, shape (N,)
        Reviews over which use is averaged; UNSET for a fixed level.
    review_every_s : ndarray of int64, shape (N,)
        Time between reviews [s]; ON_ORDER for continuous review.
    order_up_to, reorder_point, order_quantity : ndarray of int64, shape (N,)
        Levels [g or pieces], UNSET where they do not apply or are to be worked out. For the
        refill rule, order_quantity is the most that one order is for.
    substitute_ratio : ndarray of int64, shape (N,)
        Amount of the emergency substitute for one of this input, in millionths.
    """

    name: tuple[str, ...]
    site: IntArray
    item: tuple[str, ...]
    per_unit: IntArray
    per: IntArray
    stock: IntArray
    cover: tuple[Law | None, ...]
    added_cover_s: IntArray
    rule: tuple[str, ...]
    forecast_reviews: IntArray
    review_every_s: IntArray
    order_up_to: IntArray
    reorder_point: IntArray
    order_quantity: IntArray
    substitute_ratio: IntArray


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
        Share of the customer's orders at second 0, in billionths; 0 for a fallback. What holds
        when is `RegimeTable.lane_share`.
    priority : ndarray of int64, shape (L,)
    transit : tuple of Law, shape (L,)
    air_transit : tuple of Law or None, shape (L,)
        Transit of what goes by air; None where no measure sends anything by air.
    fallback : tuple of str, shape (L,)
        "", below_cover or late_by.
    fallback_s, up_to_s : ndarray of int64, shape (L,)
        The cover or patience of a fallback, and the cover it is ordered up to [s].
    application_min, application_wait_s : ndarray of int64, shape (L,)
        Least that is filed for [g or pieces]; longest that less waits [s].
    file_margin : ndarray of int64, shape (L,)
        Quantity of an early application, planned dispatch x this, in millionths.
    premium_share, air_usd_per_kg : ndarray of float64, shape (L,)
        What goods cost more, as a share of their value; what air costs more [USD/kg].
    open_shipments : tuple of tuple of (int, int), or None, shape (L,)
        (quantity, arrival second); None: undisturbed flow.
    stages, stage_class : tuple of tuple of int, shape (L,)
        Desks D that its applications can have to pass, in turn, and their class C at each; empty
        for a lane that no gate ever matches.
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
    air_transit: tuple[Law | None, ...]
    fallback: tuple[str, ...]
    fallback_s: IntArray
    up_to_s: IntArray
    application_min: IntArray
    application_wait_s: IntArray
    file_margin: IntArray
    premium_share: FloatArray
    air_usd_per_kg: FloatArray
    open_shipments: tuple[tuple[tuple[int, int], ...] | None, ...]
    stages: tuple[tuple[int, ...], ...]
    stage_class: tuple[tuple[int, ...], ...]

    def stage_of(self, lane: int, desk: int) -> int:
        """Return the place of a desk among the stages of a lane."""
        return self.stages[lane].index(desk)


@dataclass(frozen=True)
class DeskTable:
    """Licence desks, axis D.

    Parameters
    ----------
    name, decides, setting : tuple of str, shape (D,)
        Setting is queue, unlimited or bare_minimum.
    has_officers : ndarray of bool, shape (D,)
        False for a queue whose only limit is its quota.
    work : tuple of WorkLaw, shape (D,)
    pauses : tuple of tuple of (int, int), shape (D,)
        Seconds [from, to) in which nobody works, merged and in order.
    open_closed : tuple of (Law, Law) or None, shape (D,)
        Laws of open and closed periods.
    refile_after_s, refusal_known_after_s, issue_lag_s, licence_term_s : ndarray of int64, (D,)
    refile_probability : ndarray of float64, shape (D,)
    answer_time : tuple of Law, shape (D,)
        From a return, or a query at a desk that holds, to the answer.
    round_s, rest_per_round : ndarray of int64, shape (D,)
        Bare minimum: time between rounds [s]; what everybody else is granted in each [g].
    weight, target_s : ndarray of int64, shape (D, S)
        Bare minimum: political weight of a protected site, UNSET for one that is not; the runway
        it is kept at [s].
    monday_s : int
        Second of the first Monday 00:00 at or after the start: quotas begin anew there.
    """

    name: tuple[str, ...]
    decides: tuple[str, ...]
    setting: tuple[str, ...]
    has_officers: BoolArray
    work: tuple[WorkLaw, ...]
    pauses: tuple[tuple[tuple[int, int], ...], ...]
    open_closed: tuple[tuple[Law, Law] | None, ...]
    refile_after_s: IntArray
    refusal_known_after_s: IntArray
    issue_lag_s: IntArray
    licence_term_s: IntArray
    refile_probability: FloatArray
    answer_time: tuple[Law, ...]
    round_s: IntArray
    rest_per_round: IntArray
    weight: IntArray
    target_s: IntArray
    monday_s: int


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


@dataclass(frozen=True)
class CostTable:
    """What measures cost; each number from the scenario, else from the figures.

    Parameters
    ----------
    holding_share_per_year, overtime_share : float
        Yearly cost of a stock, and extra cost of a unit made in overtime, as shares of value.
    """

    holding_share_per_year: float
    overtime_share: float


@dataclass(frozen=True)
class ModelTables:
    """One alternative, ready to run; see the tables for axes and units.

    Parameters
    ----------
    regimes : RegimeTable
        With no trigger active.
    reactions : tuple of RegimeTable, shape (2^G - 1,)
        With the set of active triggers 1, 2, ... (bit g: trigger g).
    chances : tuple of (str, int)
        What was left to chance, in order of name: the second from which it is true, or NEVER.
    granted_at_filing : frozenset of (int, int)
        Lane and slot of applications that are granted when filed, whatever the desk would say: the
        question of the pivotal licence.
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
    reactions: tuple[RegimeTable, ...]
    triggers: TriggerTable
    general_licences: tuple[GeneralLicence, ...]
    costs: CostTable
    chances: tuple[tuple[str, int], ...]
    granted_at_filing: frozenset[tuple[int, int]]
    off_days: tuple[tuple[int, int], ...]

    def regimes_under(self, active: int) -> RegimeTable:
        """Return what is in force while a set of triggers is active (bit g: trigger g)."""
        return self.reactions[active - 1] if active else self.regimes
