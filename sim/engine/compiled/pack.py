"""Tables of a model as records: what is the same in every replication, packed once.

In:  `ModelTables`.
Out: `Packed`: a template of every record table, to be copied before each run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.compiled import layout
from sim.engine.compiled.laws import LawBook
from sim.engine.compiled.pack_desks import pack_desks
from sim.engine.compiled.pack_regimes import pack_regimes
from sim.engine.compiled.records import Table, firsts, table_of
from sim.engine.initial import InitialState, initial_state, slots_of
from sim.model.delays import is_fixed, mean_duration
from sim.model.streams import Stream, Streams, entity_of
from sim.model.tables import ALWAYS, MILLION, ON_ORDER, UNSET, ModelTables
from sim.units import DAY_S

__all__ = ["Packed", "pack"]

_MOST_SLOTS = 100_000
_PATTERN = {"steady": layout.STEADY, "poisson": layout.POISSON, "batch": layout.BATCH}
_RULE = {"order_up_to": layout.ORDER_UP_TO, "s_q": layout.S_Q, "constant": layout.CONSTANT,
         "refill": layout.REFILL}  # fmt: skip
_ALLOCATION = {"proportional": layout.PROPORTIONAL, "uniform": layout.UNIFORM_RULE,
               "linear": layout.LINEAR, "priority": layout.BY_PRIORITY,
               "turn_and_earn": layout.TURN_AND_EARN}  # fmt: skip
_FALLBACK = {"below_cover": layout.BELOW_COVER, "late_by": layout.LATE_BY}


@dataclass(frozen=True)
class Packed:
    """Record tables at second 0, before anything is drawn.

    Parameters
    ----------
    tables : ModelTables
    records : dict of str to structured array
        One for each table of `layout.TABLES` but the buffers that a run fills.
    world : structured array, shape (1,)
        Scalars only.
    """

    tables: ModelTables
    records: dict[str, Table]
    world: Table


def pack(tables: ModelTables) -> Packed:
    """Pack one alternative.

    Parameters
    ----------
    tables : ModelTables
        From `sim.model.build_model`.

    Returns
    -------
    Packed
        Ready for any number of replications.
    """
    laws = LawBook()
    start = initial_state(tables, Streams(tables.seed, 0))
    records = _lanes(tables, start, laws)
    records |= _inputs(tables, start, laws, records["lanes"])
    records |= _sites(tables, start)
    records |= _arrivals(tables)
    records |= pack_desks(tables, laws, records["lanes"])
    records |= pack_regimes(tables, start)
    most_lanes = max([1, *records["sites"]["n_lanes"].tolist(), *records["inputs"]["n_feeds"]])
    records["scratch"] = np.zeros(2 * most_lanes, layout.TABLES["scratch"])
    records |= laws.tables()
    return Packed(tables, records, _world(tables, records))


def _world(tables: ModelTables, records: dict[str, Table]) -> Table:
    world = np.zeros(1, layout.WORLD)
    world["horizon"] = tables.horizon_s
    world["observe_every"] = tables.observe_every_s
    world["n_streams"] = len(tables.applicants.name)
    world["n_classes"] = tables.regimes.mean_review_s.shape[1]
    world["most_stages"] = max([1, *map(len, tables.lanes.stages)])
    world["seed_low"] = tables.seed & 0xFFFFFFFF
    world["seed_high"] = tables.seed >> 32
    world["n_off_days"] = len(tables.off_days)
    world["first_off_day"] = len(records["pauses"]) - len(tables.off_days)
    world["early"] = records["lanes"]["n_filings"].any() or records["lanes"]["early"].any()
    world["puts_off"] = tables.lanes.application_min.any()
    world["pause_at"] = layout.FAR
    for free in ("free_file", "free_goods", "free_shipment", "free_order", "free_licensed"):
        world[free] = layout.NOTHING
    return world


# ---------------------------------------------------------------- lanes


def _lanes(tables: ModelTables, start: InitialState, laws: LawBook) -> dict[str, Table]:
    """Return lanes, what is listed as under way on them, and their open orders by age."""
    lanes, n_lanes = tables.lanes, len(tables.lanes.name)
    table = np.zeros(n_lanes, layout.TABLES["lanes"])
    table["owed"] = start.owed
    table["interval"] = lanes.interval_s
    table["supplier"], table["customer"], table["input"] = (
        lanes.supplier, lanes.customer, lanes.input)  # fmt: skip
    table["general"] = table["left"] = table["put_off_since"] = table["air_slot"] = UNSET
    table["law"] = [laws.add(law) for law in lanes.transit]
    air = [air or law for air, law in zip(lanes.air_transit, lanes.transit, strict=True)]
    table["air_law"] = [laws.add(law) for law in air]
    table["mean_transit"] = [round(mean_duration(law)) for law in lanes.transit]
    table["entity"] = [entity_of(name) for name in lanes.name]
    for link in ("first_goods", "last_goods", "remembered", "first_licensed", "first_moving",
                 "book"):  # fmt: skip
        table[link] = layout.NOTHING
    table["priority"] = lanes.priority
    table["fallback"] = [bool(kind) for kind in lanes.fallback]
    table["application_min"] = lanes.application_min
    table["application_wait"] = lanes.application_wait_s
    table["followed"] = _followed(tables)
    _slots(tables, start, laws, table)
    listed = [shipment for shipments in lanes.open_shipments for shipment in shipments or ()]
    books = _books(tables)
    table["book"][books] = np.arange(len(books))
    nothing = layout.NOTHING
    return {
        "lanes": table,
        "listed": table_of("listed", listed),
        "books": table_of("books", [(nothing, nothing, 0) for _ in books]),
    }


def _followed(tables: ModelTables) -> list[bool]:
    """Say of which lanes somebody reckons with what is under way, shipment by shipment.

    A desk that grants in rounds looks at all of them; a fallback by cover at those beside it.
    """
    lanes = tables.lanes
    inputs: list[int] = lanes.input.tolist()
    short = {inputs[lane] for lane, kind in enumerate(lanes.fallback) if kind == "below_cover"}
    in_rounds = "bare_minimum" in tables.desks.setting
    return [in_rounds or n in short for n in inputs]


def _slots(tables: ModelTables, start: InitialState, laws: LawBook, table: Table) -> None:
    """Fill in what is under way at the start: listed shipments, or slots of undisturbed flow."""
    lanes = tables.lanes
    table["slot_quantity"] = start.slot_quantity
    n_listed = [len(listed or ()) for listed in lanes.open_shipments]
    table["n_listed"], table["first_listed"] = n_listed, firsts(n_listed)
    for lane, law in enumerate(lanes.transit):
        air = lanes.air_transit[lane]
        flies = air is not None and tables.regimes.air_below_s[0, lane] == ALWAYS
        start_law = air if air is not None and flies else law
        table["start_law"][lane] = laws.add(start_law)
        interval = slots_of(tables, lane)
        table["slots_every"][lane] = interval
        moves = lanes.open_shipments[lane] is None and start.slot_quantity[lane] != 0
        if moves and interval != ON_ORDER:
            table["most_slots"][lane] = min(laws.longest(start_law) // interval, _MOST_SLOTS)


def _books(tables: ModelTables) -> list[int]:
    """Return the lanes on which the age of orders matters: those beside a late_by fallback."""
    lanes = tables.lanes
    kinds = list(zip(lanes.input.tolist(), lanes.fallback, strict=True))
    by_lateness = {n for n, kind in kinds if kind == "late_by"}
    return [lane for lane, (n, kind) in enumerate(kinds) if n in by_lateness and not kind]


# ---------------------------------------------------------------- inputs


def _inputs(
    tables: ModelTables, start: InitialState, laws: LawBook, lanes: Table
) -> dict[str, Table]:
    """Return inputs, the lanes that feed them, and what they order by."""
    inputs, n_inputs = tables.inputs, len(tables.inputs.name)
    table = np.zeros(n_inputs, layout.TABLES["inputs"])
    table["per_unit"], table["per"], table["site"] = inputs.per_unit, inputs.per, inputs.site
    table["use_share"] = MILLION
    table["ratio"] = inputs.substitute_ratio
    table["reorder_at"] = table["substitute"] = UNSET
    table["reorder_point"], table["order_quantity"] = inputs.reorder_point, inputs.order_quantity
    table["rule"] = [_RULE[rule] for rule in inputs.rule]
    table["review_every"] = inputs.review_every_s
    table["entity"] = [entity_of(name) for name in inputs.name]
    table["usual_use"] = start.use
    for n, law in enumerate(inputs.cover):
        follows = inputs.order_up_to[n] == UNSET and inputs.rule[n] == "order_up_to"
        table["follows_stock"][n] = follows
        table["order_up_to"][n] = start.order_up_to[n] - (start.stock[n] if follows else 0)
        drawn = law is not None and not is_fixed(law)
        table["cover"][n] = laws.add(law) if law is not None and drawn else layout.NOTHING
        in_cover = _over(start.use[n], start.cover_s[n]) if drawn else 0
        table["stock"][n] = start.stock[n] - in_cover
    feeds: list[list[int]] = [[] for _ in range(n_inputs)]
    for lane, n in enumerate(lanes["input"].tolist()):
        feeds[n].append(lane)
    fallbacks = [_fallbacks_of(tables, lanes) for lanes in feeds]
    table["n_feeds"] = [len(lanes) for lanes in feeds]
    table["first_feed"] = firsts(table["n_feeds"].tolist())
    table["n_fallbacks"] = [len(lanes) for lanes in fallbacks]
    table["first_fallback"] = firsts(table["n_fallbacks"].tolist())
    table["late_fallbacks"] = [any(kind == layout.LATE_BY for _, kind, *_ in lanes)
                               for lanes in fallbacks]  # fmt: skip
    return {
        "inputs": table,
        "feeds": table_of("feeds", [(lane, 0, 0) for lanes in feeds for lane in lanes]),
        "fallbacks": table_of("fallbacks", [row for lanes in fallbacks for row in lanes]),
        **_forecasts(tables, table),
        **_hoards(tables, table),
    }


def _fallbacks_of(tables: ModelTables, feeding: list[int]) -> list[tuple[int, int, int, int]]:
    """Return (lane, kind, limit, up to) of the fallbacks of an input, by priority and name."""
    lanes = tables.lanes
    return [
        (lane, _FALLBACK[lanes.fallback[lane]], int(lanes.fallback_s[lane]),
         int(lanes.up_to_s[lane]))
        for lane in sorted(feeding, key=lambda x: (int(lanes.priority[x]), lanes.name[x]))
        if lanes.fallback[lane]
    ]  # fmt: skip


def _forecasts(tables: ModelTables, table: Table) -> dict[str, Table]:
    """Return the moving averages of use; before the start, demand was as planned."""
    inputs = tables.inputs
    rows: list[tuple[int, ...]] = []
    usual: list[int] = []
    table["forecast"] = layout.NOTHING
    for n, reviews in enumerate(inputs.forecast_reviews.tolist()):
        if reviews == UNSET:
            continue
        table["forecast"][n] = len(rows)
        interval = int(tables.sites.output_per_day[inputs.site[n]]) * int(inputs.review_every_s[n])
        total = reviews * interval
        share = int(tables.regimes.use_share[0, n])
        rows.append((len(usual), reviews, 0, total, share, 0, total))
        usual += [interval] * reviews
    return {
        "forecasts": table_of("forecasts", rows),
        "intervals": table_of("intervals", [(amount,) for amount in usual]),
    }


def _hoards(tables: ModelTables, table: Table) -> dict[str, Table]:
    """Return what is kept of inputs that are ever hoarded."""
    every = (tables.regimes, *tables.reactions)
    rows: list[tuple[int, ...]] = []
    first = 0
    table["hoard"] = layout.NOTHING
    for n in range(len(table)):
        if not any((regimes.hoarding_cap[:, n] != MILLION).any() for regimes in every):
            continue
        table["hoard"][n] = len(rows)
        most = max(1, *(int(regimes.hoarding_reviews[:, n].max()) for regimes in every))
        rows.append((MILLION, 1, 0, 0, 0, UNSET, first, most, 0, 0))
        first += most
    return {
        "hoards": table_of("hoards", rows),
        "seen": np.zeros(first, layout.TABLES["seen"]),
    }


def _over(per_day: int, seconds: int) -> int:
    """Return what is used in a time, to the nearest whole unit."""
    return (2 * per_day * seconds + DAY_S) // (2 * DAY_S)


# ---------------------------------------------------------------- sites


def _sites(tables: ModelTables, start: InitialState) -> dict[str, Table]:
    """Return sites, and their order reviews at intervals."""
    sites, inputs = tables.sites, tables.inputs
    axis = np.arange(len(sites.name))
    table = np.zeros(len(sites.name), layout.TABLES["sites"])
    for of, first, n in ((inputs.site, "first_input", "n_inputs"),
                         (tables.lanes.supplier, "first_lane", "n_lanes")):  # fmt: skip
        table[first] = np.searchsorted(of, axis)
        table[n] = np.searchsorted(of, axis, side="right") - table[first]
    table["stock"] = table["start_stock"] = start.finished
    table["cap"] = start.cap
    table["sells"] = [kind == "plant" for kind in sites.kind]
    table["lapses"] = [kind == "stockpile" for kind in sites.kind]
    table["pattern"] = [_PATTERN[pattern] for pattern in sites.pattern]
    for look in ("stock_out_look", "full_look", "made_good_look"):
        table[look] = layout.FAR
    table["output_at"] = UNSET
    table["allocation"] = [_ALLOCATION[rule] for rule in sites.allocation]
    table["review_rank"] = sites.review_rank
    table["restart_delay"], table["restart_cover"] = sites.restart_delay_s, sites.restart_cover_s
    table["backorders"] = [unmet == "backordered" for unmet in sites.unmet]
    poisson = np.array([pattern == "poisson" for pattern in sites.pattern], dtype=np.int64)
    table["batch"] = np.where(poisson, 1, sites.batch_quantity)
    table["usual_plan"] = sites.output_per_day
    table["every"], table["first"] = sites.batch_every_s, sites.batch_first_s
    table["arrivals"] = len(tables.applicants.name) + np.cumsum(poisson) - 1
    np.add.at(table["on_order_lanes"], tables.lanes.supplier, tables.lanes.interval_s == ON_ORDER)
    np.add.at(table["continuous"], inputs.site, inputs.review_every_s == ON_ORDER)
    table["stretch_share"] = table["overtime"] = MILLION
    every = (tables.regimes, *tables.reactions)
    for s in range(len(sites.name)):
        paced = any((r.stretch_below_s[:, s] > 0).any() or (r.overtime[:, s] > MILLION).any()
                    for r in every)  # fmt: skip
        table["paced"][s] = paced and sites.pattern[s] == "steady" and not table["lapses"][s]
        mine = inputs.site == s
        table["substitutes"][s] = any((r.substitute[:, mine] != UNSET).any() for r in every)
    return {"sites": table, "reviews": _reviews(tables)}


def _reviews(tables: ModelTables) -> Table:
    """Return the reviews of each site, one for each interval that its inputs are reviewed at."""
    rows = []
    for s in range(len(tables.sites.name)):
        every = set(tables.inputs.review_every_s[tables.inputs.site == s].tolist()) - {ON_ORDER}
        rows += [(s, interval, ordinal) for ordinal, interval in enumerate(sorted(every))]
    return table_of("reviews", rows)


# ---------------------------------------------------------------- arrivals


def _arrivals(tables: ModelTables) -> dict[str, Table]:
    """Return streams of other applicants, then Poisson demands, and their rates by date."""
    applicants, regimes = tables.applicants, tables.regimes
    n_streams = len(applicants.name)
    n_stages = sum(map(len, tables.lanes.stages))
    poisson = [s for s, pattern in enumerate(tables.sites.pattern) if pattern == "poisson"]
    table = np.zeros(n_streams + len(poisson), layout.TABLES["arrivals"])
    knots: list[tuple[float, float, float]] = []
    for a, name in enumerate(applicants.name):
        _rate(tables, table[a : a + 1], knots, Stream.APPLICANT_ARRIVAL, name, applicants.rate[a])
        table["source"][a] = len(tables.lanes.name) + a
        table["station"][a] = n_stages + a
        table["even"][a] = applicants.arrivals[a] == "even"
        table["backlog"][a] = applicants.backlog[a]
    for a, s in enumerate(poisson, start=n_streams):
        plan = map(float, regimes.plan_per_day[:, s].tolist())
        steps = tuple(zip(regimes.t_s.tolist(), plan, strict=True))
        _rate(tables, table[a : a + 1], knots, Stream.DEMAND, tables.sites.name[s], steps)
    table["gap_block"] = table["work_block"] = layout.NOTHING
    return {
        "arrivals": table,
        "knots": table_of("knots", knots),
        "gaps": np.zeros(len(table) * layout.BLOCK, layout.TABLES["gaps"]),
        "works": np.zeros(n_streams * layout.BLOCK, layout.TABLES["works"]),
    }


def _rate(
    tables: ModelTables,
    entry: Table,
    knots: list[tuple[float, float, float]],
    stream: Stream,
    name: str,
    steps: tuple[tuple[int, float], ...],
) -> None:
    """Describe a stream; `sim.engine.draws` integrates the rate in the same words."""
    at = np.array([*(second for second, _ in steps), tables.horizon_s], dtype=float)
    rates = np.array([per_day for _, per_day in steps]) / DAY_S
    integrated = np.concatenate([[0.0], np.cumsum(rates * np.diff(at))])
    entry["stream"], entry["entity"] = int(stream), entity_of(name)
    entry["first_knot"], entry["n_knots"] = len(knots), len(at)
    entry["total"] = integrated[-1]
    knots += zip(at.tolist(), [*rates.tolist(), 0.0], integrated.tolist(), strict=True)
