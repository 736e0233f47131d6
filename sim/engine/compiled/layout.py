"""The records of the compiled engine: what stands where, in whole numbers of eight bytes.

One structured array for each noun. Numbers that never change and the state of a thing stand side
by side, so that what an event touches lies in a few lines of the processor's cache. All fields are
int64 but those in `_FLOATS`; the unit of a field is that of the column of `ModelTables` or of the
attribute of the SimPy engine that it is named after. The world is the one record that knows where
every table lies.

A link is the index of another record, NOTHING at the end of a list.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

__all__ = ["BUFFERS", "CONSTANT_TABLES", "NOTHING", "TABLES", "WORLD", "offset_of"]

NOTHING: Final = -1
UNKNOWN: Final = -2
"""A list that has not been looked up yet."""
FAR: Final = 1 << 62
"""No second of any run."""
ORDINALS: Final = 0xFFFFFFFF
"""Ordinals are taken modulo 2^32: slots before the start are negative."""
LARGEST: Final = 1 << 42
"""Largest stock whose flow by the second, and by the millionth, still fits in 64 bits."""
BLOCK: Final = 8
"""Draws of a stream that are worked out together."""
MOST_ATTEMPTS: Final = 1 << 16

RUNNING, FULL, HALTED = range(3)
"""What a site is doing."""
STEADY, POISSON, BATCH = range(3)
"""How a site uses its inputs."""
AT_PLAN, STRETCHED, IN_OVERTIME = range(3)
"""How fast a site runs."""
ORDER_UP_TO, S_Q, CONSTANT, REFILL = range(4)
"""How an input is ordered."""
PROPORTIONAL, UNIFORM_RULE, LINEAR, BY_PRIORITY, TURN_AND_EARN = range(5)
"""How a supplier that is short gives to its lanes."""
BELOW_COVER, LATE_BY = range(2)
"""When a fallback is ordered on."""
FREE, AT_DESK, IN_REVIEW = range(3)
"""Whether a place among the files is in use, and whether an officer has the file."""

(FINE, PAUSED, OUT_OF_BOUNDS, TOO_LARGE, TOO_MANY_ATTEMPTS, MORE_ROWS, MORE_EVENTS, MORE_FILES,
 MORE_GOODS, MORE_SHIPMENTS, MORE_ORDERS, MORE_DUE, MORE_LICENSED,
 MORE_SPANS) = range(14)  # fmt: skip
"""How a run ended; from MORE_ROWS on, the same run wants to be replayed with a larger table."""

(FIXED, UNIFORM, TRIANGULAR, EXPONENTIAL, GEOMETRIC, GAMMA, WEIBULL, LOGNORMAL,
 EMPIRICAL) = range(9)  # fmt: skip
"""Laws of durations and work."""

_FLOATS = {
    "approval_rate", "final_refusal_share", "return_share", "query_share", "refile_probability",
    "value", "a", "b", "c", "d", "e", "scale", "knot", "rate_per_s", "integrated", "total", "base",
    "sum",
}  # fmt: skip


def _record(fields: str) -> np.dtype[Any]:
    return np.dtype([(f, np.float64 if f in _FLOATS else np.int64) for f in fields.split()])


TABLES: Final[dict[str, np.dtype[Any]]] = {
    # ------------------------------------------------------------ the network
    "sites": _record(
        "state since first_input n_inputs plan rate stock cap remainder made sells pattern "
        "stock_out_look full_look first_lane n_lanes on_order_lanes continuous output_at called "
        "allocation review_rank demanded plan_since restarting restart_delay restart_cover "
        "n_blocked substitutes lapses owed_units backorders batch usual_plan arrivals number every "
        "first paced pace stretch_below stretch_share overtime lost made_good_look start_stock"
    ),
    "inputs": _record(
        "stock use_per_day remainder used on_order site planned per_unit per use_share "
        "unit_remainder order_up_to excess reorder_at reorder_point rule review_every "
        "order_remainder order_quantity first_feed n_feeds blocked lacking substitute ratio "
        "replaced forecast hoard first_fallback n_fallbacks late_fallbacks level usual_use cover "
        "cover_s entity follows_stock start_stock start_level round_stock first_due"
    ),
    "lanes": _record(
        "owed interval supplier customer input mask general left licences n_stages first_station "
        "waiting held moving sent received lost law air_law air_below air_slot entity part "
        "first_goods last_goods priority slot_quantity slots_every most_slots start_law "
        "first_listed n_listed start_moving fallback book application_min application_wait "
        "put_off_since changed early filing first_filing n_filings remembered first_licensed "
        "first_moving followed mean_transit"
    ),
    # Lanes that feed an input, by name, and their shares of its orders.
    "feeds": _record("lane share given"),
    # Fallback lanes of an input, by priority and name.
    "fallbacks": _record("lane kind limit up_to"),
    # The reviews of a site at one interval.
    "reviews": _record("site every ordinal"),
    # Shipments that a scenario lists as under way at the start.
    "listed": _record("quantity arrival"),
    # Moving averages of use, and the intervals that they go back.
    "forecasts": _record("first n next usual share demanded seen"),
    "intervals": _record("demanded"),
    # Hoarded inputs, and what was ordered and received by their last reviews.
    "hoards": _record(
        "cap n_reviews on_order ordered fill_delivered fill_ordered first most next n"
    ),
    "seen": _record("ordered received"),
    # Open orders by age, on lanes on which it matters.
    "books": _record("first last settled"),
    # ------------------------------------------------------------ licences
    # A file source at a desk: where its files go, the address of their draws, their place by name.
    "stations": _record("desk file_class queue entity name_rank"),
    "desks": _record(
        "officers unlimited monday phase holds under_review first_review n_joined n_queued "
        "first_queue n_queues refile_after known_after issue_lag term work answer "
        "refile_probability first_span n_spans first_off n_off resumed has_quota quota_files "
        "quota_amount line_first line_last week files_used amount_used quota_look in_rounds "
        "round_every rest first_pool entity open_law closed_law first_pause n_pauses"
    ),
    "queues": _record("file_class first last"),
    "general_licences": _record("quantity"),
    # (lane, slot) of applications that are granted when filed.
    "granted": _record("lane slot"),
    # When slots are applied for early.
    "filings": _record("second slot"),
    # Bare minimum, by desk and lane: weight and target of the protected site that it serves.
    "serves": _record("weight target"),
    # Static pauses of desks, then the days on which nobody works in China.
    "pauses": _record("begins ends"),
    # ------------------------------------------------------------ what is in force
    "regimes": _record("second first_date n_dates"),
    "dates": _record("subject begins"),
    "regime_classes": _record(
        "mean priority approval_rate final_refusal_share return_share query_share"
    ),
    "regime_lanes": _record("mask general share open air_below asked"),
    "regime_sites": _record("plan stretch_below stretch_share overtime"),
    "regime_inputs": _record(
        "order_factor level_moves level_use level_rest extra use_share substitute hoarding_cap "
        "hoarding_reviews use"
    ),
    "regime_desks": _record("officers quota_files quota_amount no_work"),
    # Seconds [since, until) in which a class of files is reviewed at one speed, by set of triggers.
    "stretches": _record("mean working since until"),
    "class_stretches": _record("first n"),
    "watches": _record(
        "desk others above until lag lasts from_s to_s counted armed fired begins ends looks_at "
        "switched"
    ),
    "watch_sites": _record("watched"),
    # ------------------------------------------------------------ draws
    # Arrivals at a rate by date: other applicants' files, then demands.
    "arrivals": _record(
        "source station stream entity even backlog number due first_knot n_knots piece block_left "
        "total base sum gap_block work_block"
    ),
    "knots": _record("knot rate_per_s integrated"),
    # What has been drawn ahead for a stream, a block of numbers at a time.
    "gaps": _record("value"),
    "works": _record("word"),
    "laws": _record("kind first n grid a b c d e scale"),
    "numbers": _record("value"),
    "words": _record("word"),
    # ------------------------------------------------------------ what a run makes
    # Two words that sort events, and what they are about.
    "events": _record("first second about"),
    "rows": _record("second kind subject index quantity level until"),
    "files": _record(
        "source slot quantity attempt stage station goods goods_uid work place filed since end "
        "mask state withdrawn holders counted valid_to earlier later weight runway"
    ),
    "goods": _record(
        "lane slot quantity asked stage passed file general held here by_air counted uid previous "
        "next"
    ),
    # The stages of goods: number of the next filing, and the file that is the licence.
    "goods_stages": _record("attempts licence"),
    "shipments": _record("slot quantity arrival previous next"),
    "orders": _record("second quantity made_good previous next"),
    "due": _record("second quantity next"),
    "licensed": _record("desk slot quantity next"),
    # Seconds [begins, ends) in which nobody works, and the idle seconds before.
    "spans": _record("begins ends idle_before"),
    "scratch": _record("wanted weight part remainder place lane"),
}

BUFFERS: Final = {
    "rows": MORE_ROWS, "events": MORE_EVENTS, "files": MORE_FILES, "goods": MORE_GOODS,
    "shipments": MORE_SHIPMENTS, "orders": MORE_ORDERS, "due": MORE_DUE, "licensed": MORE_LICENSED,
    "spans": MORE_SPANS,
}  # fmt: skip
"""Tables that a run fills, and the status that asks for a larger one."""

CONSTANT_TABLES: Final = frozenset({
    "fallbacks", "reviews", "listed", "stations", "general_licences", "granted", "filings",
    "serves", "pauses", "regimes", "dates", "regime_classes", "regime_lanes", "regime_sites",
    "regime_inputs", "regime_desks", "stretches", "class_stretches", "watch_sites", "knots", "laws",
    "numbers", "words",
})  # fmt: skip
"""Tables that no run changes."""

WORLD: Final = _record(
    "now status fault t mask row horizon observe_every record replication seed_low seed_high "
    "events_used events_done events_late n_scheduled rows_used files_used free_file goods_used "
    "free_goods n_opened shipments_used free_shipment orders_used free_order due_used "
    "licensed_used free_licensed spans_used n_streams n_classes n_masks most_stages "
    "first_off_day n_off_days early puts_off n_replaced active resumed pause_at "
    + " ".join(TABLES)
    + " "
    + " ".join("n_" + table for table in TABLES)
)
"""Scalars of a run, then the address of every table and the number of its records."""


def offset_of(field: str) -> int:
    """Return where a field of the world stands [bytes from its start]."""
    return int(WORLD.fields[field][1])  # type: ignore[index]
