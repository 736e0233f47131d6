"""The data dictionary: every column of every table that leaves a stage.

A table is a tuple of `Column`s; its rows are records or arrays with exactly these names in this
order. `sim query` shows the same words, and CSV exports carry them in `datapackage.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["COMPARISON_TABLES", "OUTCOME_TABLES", "Column", "names"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
        As in the table; its suffix is its unit.
    dtype : str
        `text`, `int`, `float`, `bool` or `date`.
    unit : str
        d, s, g, kg, share, USD, count, or - for none.
    meaning : str
        One sentence.
    """

    name: str
    dtype: str
    unit: str
    meaning: str


def names(table: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the column names of a table, in order."""
    return tuple(column.name for column in table)


_RUN = (
    Column("alternative", "text", "-", "Named alternative of the scenario"),
    Column("replication", "int", "-", "Index of the random history, the same for all alternatives"),
)
_SITE = (
    Column("site", "text", "-", "Name of the site"),
    Column("kind", "text", "-", "magnet_maker, component_maker or plant"),
    Column("sector", "text", "-", "Sector of the site; empty for a maker that serves several"),
    Column("country", "text", "-", "Country code; EU: rest of the union, XW: rest of world"),
)  # fmt: skip

RUNS: Final = (
    *_RUN,
    Column("seed", "int", "-", "Seed of the draws"),
    Column("horizon_days", "float", "d", "Length of the run"),
    Column("n_events", "int", "count", "Events the engine worked through"),
    Column("n_halts", "int", "count", "Halts of all sites, also those open at the horizon"),
    Column("n_plants_halted", "int", "count", "Plants with at least one halt"),
    Column("chances", "text", "-", "What was left to chance: each with its date, yes, or no"),
    Column("reactions", "text", "-", "When triggers were active, each with its dates"),
)  # fmt: skip

HALTS: Final = (
    *_RUN,
    *_SITE,
    Column("halt", "int", "-", "Number of the halt at its site, from 1"),
    Column("start_days", "float", "d", "Start of the halt, days since the scenario's start"),
    Column("start_date", "date", "-", "Calendar date of the start"),
    Column("end_days", "float", "d", "Restart; the horizon if the halt is still open then"),
    Column("duration_days", "float", "d", "Length up to the restart or the horizon"),
    Column("open_at_horizon", "bool", "-", "No restart before the horizon"),
    Column("blocking_item", "text", "-", "Input that ran out (the first by name if several)"),
    Column("cause", "text", "-",
           "Where the oldest undelivered order of that input was when the halt began: licence "
           "pending, licence refused, licence expired, customs hold, in transit, rationed, "
           "capacity, never ordered, demand"),
    Column("cause_detail", "text", "-", "More about it, such as: after a licence wait"),
    Column("cause_site", "text", "-", "Supplier at which the goods were held up, traced upstream"),
    Column("cause_lane", "text", "-", "Lane whose goods were missing there"),
    Column("cause_desk", "text", "-", "Desk of the application that mattered; empty if none"),
    Column("cause_filed_days", "float", "d",
           "Filing of that application, the last one before the halt; empty if none"),
    Column("lost_units", "float", "count", "Planned output not made during the halt"),
)  # fmt: skip

CAUSES: Final = (
    *_RUN,
    Column("site", "text", "-", "Name of the site that halted"),
    Column("halt", "int", "-", "Number of the halt at its site, from 1"),
    Column("start_days", "float", "d", "Start of the halt, days since the scenario's start"),
    Column("item", "text", "-", "Blocking input: a row for each"),
    Column("cause", "text", "-", "As in the table halts, for this input, when the halt began"),
    Column("detail", "text", "-", "More about it, such as: filed again after a refusal"),
    Column("cause_site", "text", "-", "Supplier at which the chain of causes ends"),
    Column("cause_lane", "text", "-", "Lane whose goods were missing there"),
    Column("tiers", "int", "count", "Tiers from the site to that supplier"),
    Column("desk", "text", "-", "Desk of the application that mattered; empty if none"),
    Column("stage", "float", "-", "Stage of that desk on the lane, from 0; empty if none"),
    Column("attempt", "float", "-", "0 for its first filing at that desk; empty if none"),
    Column("filed_days", "float", "d", "Its filing; empty if none"),
    Column("decided_days", "float", "d", "Its decision, whenever; empty if none"),
    Column("first_cause_s", "int", "s",
           "Seconds of the halt in which this input had been missing longest; the rows of a halt "
           "add up to it"),
    Column("first_cause_days", "float", "d", "The same in days"),
    Column("shapley_s", "int", "s",
           "Its part of the halt if each second counts in equal parts for the inputs then missing; "
           "the rows of a halt add up to it"),
    Column("shapley_days", "float", "d", "The same in days"),
)  # fmt: skip

RUNWAY: Final = (
    *_RUN,
    Column("site", "text", "-", "Name of the site"),
    Column("day", "float", "d", "Time of observation, days since the scenario's start"),
    Column("runway_days", "float", "d",
           "Least time until stock plus arrivals already moving falls below planned use, over all "
           "inputs; a path minimum"),
    Column("chain_runway_days", "float", "d",
           "The same through all tiers, at most 365: suppliers go on as long as magnets last that "
           "are in stock, moving, or need no licence"),
    Column("cover_days", "float", "d", "Stock over planned use, the least over all inputs"),
    Column("item", "text", "-", "Input with the least runway"),
)  # fmt: skip

LICENCES: Final = (
    *_RUN,
    Column("desk", "text", "-", "Authority that decides"),
    Column("decides", "text", "-", "licence, or hold for a customs test of licence-free goods"),
    Column("applicant", "text", "-", "Lane, or stream of other applicants"),
    Column("modelled", "bool", "-", "True for goods of this network, false for other applicants"),
    Column("destination", "text", "-", "Country of the end user"),
    Column("sector", "text", "-", "Sector of the end user"),
    Column("end_use", "text", "-", "civil or defence"),
    Column("item", "text", "-", "Item applied for; empty for other applicants"),
    Column("slot", "int", "-", "Dispatch slot of the goods, or number in the stream"),
    Column("stage", "int", "-", "Stage of the desk on the lane: 0 for the first, ..."),
    Column("attempt", "int", "-",
           "0 for the first filing at that stage, 1 after one refusal, return or expiry, ..."),
    Column("quantity", "float", "g or pieces", "Amount on the application"),
    Column("quantity_kg", "float", "kg", "The same where goods are weighed; empty for pieces"),
    Column("filed_days", "float", "d", "Filing, days since the scenario's start"),
    Column("decided_days", "float", "d", "Decision or withdrawal; empty while pending"),
    Column("outcome", "text", "-",
           "granted, refused, refused_for_good, returned, withdrawn or pending"),
    Column("wait_days", "float", "d", "From filing to decision, or to the horizon while pending"),
    Column("first_filed_days", "float", "d", "First filing for the same goods, at any stage"),
    Column("total_wait_days", "float", "d", "The wait counted from then, through every stage"),
    Column("valid_from_days", "float", "d", "First moment it is valid; empty if not granted"),
    Column("valid_to_days", "float", "d", "First moment it is no longer valid; empty if none"),
    Column("expired_days", "float", "d", "When it ran out before its goods had left; else empty"),
)  # fmt: skip

SHIPMENTS: Final = (
    *_RUN,
    Column("lane", "text", "-", "Name of the lane"),
    Column("supplier", "text", "-", "Sender"),
    Column("customer", "text", "-", "Receiver"),
    Column("item", "text", "-", "Item carried"),
    Column("destination", "text", "-", "Country of the end user"),
    Column("mode", "text", "-", "sea, air, road or rail; air also where a measure chose it"),
    Column("slot", "int", "-", "Dispatch slot; negative: under way at the start"),
    Column("quantity", "float", "g or pieces", "Amount; grams for magnets"),
    Column("dispatched_days", "float", "d", "Dispatch; before 0 for goods under way at the start"),
    Column("arrived_days", "float", "d", "Arrival, also if it falls after the horizon"),
    Column("under_way_at_start", "bool", "-", "Left before the scenario's start"),
    Column("crossed_border_from_china", "bool", "-", "Left China for another country"),
)  # fmt: skip

SERVICE: Final = (
    *_RUN,
    *_SITE,
    Column("first_halt_days", "float", "d", "min(start of the first halt, horizon)"),
    Column("halted", "bool", "-", "Whether a first halt was observed before the horizon"),
    Column("n_halts", "int", "count", "Halts, including one still open at the horizon"),
    Column("downtime_days", "float", "d", "Total length of halts within the horizon"),
    Column("planned_units", "float", "count", "Planned output over the horizon"),
    Column("made_units", "float", "count", "Output over the horizon"),
    Column("lost_units", "float", "count",
           "Output not made when planned or asked for, for lack of an input: gross"),
    Column("lost_units_net", "float", "count", "Of that, what was not made by the horizon either"),
    Column("lost_value_usd", "float", "USD", "Gross loss times the item's value; empty if none"),
    Column("lost_value_net_usd", "float", "USD", "Net loss times the item's value; empty if none"),
    Column("fill_share", "float", "share", "Share of demanded output met at once"),
    Column("ready_share", "float", "share", "Share of time not stopped for lack of an input"),
)  # fmt: skip

COSTS: Final = (
    *_RUN,
    Column("site", "text", "-", "Site that bears the cost; the buyer for premium and air"),
    Column("category", "text", "-", "holding, premium, air, overtime or stockpile"),
    Column("item", "text", "-", "Item held, bought, flown or made"),
    Column("amount_usd", "float", "USD",
           "Over the run; stocks are sampled at the observations; empty if a price is missing"),
    Column("missing", "text", "-", "What the scenario does not give: value_usd, weight of a piece"),
)  # fmt: skip

OUTCOME_TABLES: Final[dict[str, tuple[Column, ...]]] = {
    "runs": RUNS,
    "halts": HALTS,
    "causes": CAUSES,
    "runway": RUNWAY,
    "licences": LICENCES,
    "shipments": SHIPMENTS,
    "service": SERVICE,
    "costs": COSTS,
}


def _with_interval(name: str, dtype: str, unit: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, dtype, unit, meaning),
        Column(f"{name}_low", dtype, unit, "Lower end of its 95 % interval"),
        Column(f"{name}_high", dtype, unit, "Upper end of its 95 % interval"),
    )


_GROUP = (
    Column("alternative", "text", "-", "Named alternative of the scenario"),
    Column("level", "text", "-", "site, sector or country"),
    Column("name", "text", "-", "Name of the site, sector or country"),
    Column("kind", "text", "-", "Kind of a site; plant for sectors and countries"),
    Column("n_sites", "int", "count", "Sites pooled in the row"),
    Column("n_runs", "int", "count", "Replications"),
)

SUMMARY: Final = (
    *_GROUP,
    *_with_interval("halted_share", "float", "share",
                    "Share of sites that halt before the horizon; Wilson interval for a site, "
                    "bootstrap over replications for a group"),
    *_with_interval("first_halt_days_median", "float", "d",
                    "Day by which half have halted (Kaplan-Meier); empty: not reached"),
    *_with_interval("restricted_mean_days", "float", "d",
                    "Mean of min(first halt, horizon) over sites and replications"),
    *_with_interval("downtime_days_mean", "float", "d", "Mean halted days per site"),
    *_with_interval("lost_units_mean", "float", "count",
                    "Mean lost output: of the site, or of all sites of the group together"),
)  # fmt: skip

PAIRED: Final = (
    *_GROUP,
    Column("baseline", "text", "-", "Alternative it is compared with"),
    *_with_interval("later_halt_days", "float", "d",
                    "Paired mean of min(T, tau) minus the baseline's; positive: halts come later"),
    *_with_interval("less_downtime_days", "float", "d",
                    "Paired mean of the baseline's downtime minus this one's, per site"),
    *_with_interval("less_lost_units", "float", "count",
                    "Paired mean of the baseline's lost output minus this one's"),
    Column("p_halt_difference", "float", "share", "Halted share minus the baseline's"),
)  # fmt: skip

HALT_CURVES: Final = (
    Column("alternative", "text", "-", "Named alternative of the scenario"),
    Column("level", "text", "-", "sector, country or all"),
    Column("name", "text", "-", "Name of the sector or country, or all plants"),
    Column("day", "float", "d", "Days since the scenario's start"),
    *_with_interval("running_share", "float", "share",
                    "Share of plants that have not halted by that day (Kaplan-Meier)"),
)  # fmt: skip

WAITS: Final = (
    Column("alternative", "text", "-", "Named alternative of the scenario"),
    Column("destination", "text", "-", "Country of the end user"),
    Column("filed_mean", "float", "count", "Applications filed per run"),
    Column("granted_share", "float", "share", "Granted by the horizon over filed"),
    Column("pending_share", "float", "share", "Undecided at the horizon over filed"),
    *_with_interval("wait_days_mean", "float", "d",
                    "Mean wait of decided applications, to the decision"),
    Column("wait_days_p90", "float", "d", "90 % quantile of the wait, pending counted as longer"),
    *_with_interval("longer_wait_days", "float", "d",
                    "Mean time on the desk, pending counted to the horizon, minus the baseline's; "
                    "paired over replications; positive: files wait longer"),
)  # fmt: skip

BACKLOG: Final = (
    Column("alternative", "text", "-", "Named alternative of the scenario"),
    Column("destination", "text", "-", "Country of the end user; all: every file on the desk"),
    Column("day", "float", "d", "Days since the scenario's start"),
    *_with_interval("pending_files", "float", "count", "Files not yet decided; 10 and 90 % ends"),
    Column("approved_so_far_share", "float", "share",
           "Approved to date over filed to date, as the press counts it; a censored figure"),
)  # fmt: skip

RUNWAY_FANS: Final = (
    Column("alternative", "text", "-", "Named alternative of the scenario"),
    Column("level", "text", "-", "site or sector"),
    Column("name", "text", "-", "Name of the site or sector"),
    Column("day", "float", "d", "Days since the scenario's start"),
    Column(
        "runway_days_p10", "float", "d", "Chain runway: 10 % quantile over plants and replications"
    ),
    Column("runway_days_p50", "float", "d", "Median"),
    Column("runway_days_p90", "float", "d", "90 % quantile"),
)


COST_TOTALS: Final = (
    Column("alternative", "text", "-", "Named alternative of the scenario"),
    Column("category", "text", "-", "holding, premium, air, overtime, stockpile, or all of them"),
    Column("n_runs", "int", "count", "Replications"),
    Column("baseline", "text", "-", "Alternative it is compared with"),
    *_with_interval("cost_usd_mean", "float", "USD",
                    "Mean cost over the run, all sites together; empty if no price is given"),
    *_with_interval("more_cost_usd", "float", "USD", "Paired mean of that minus the baseline's"),
    Column("missing", "text", "-", "Items that are left out because a price is not given"),
)  # fmt: skip


def _by_setting(name: str, unit: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_queue", "float", unit, f"{meaning}, licence desks as queues"),
        Column(f"{name}_unlimited", "float", unit, "The same, every file worked on at once"),
        Column(f"{name}_bare_minimum", "float", unit, "The same, the bare minimum granted"),
        Column(f"{name}_lowest", "float", unit, "Lowest over the settings that were run"),
        Column(f"{name}_highest", "float", unit, "Highest over the settings that were run"),
        Column(f"{name}_monte_carlo", "float", unit,
               "Half width of the 95 % Monte Carlo interval, the widest over settings"),
    )  # fmt: skip


STRUCTURAL: Final = (
    Column("alternative", "text", "-", "Named alternative, without the setting of its desks"),
    *_GROUP[1:],
    *_by_setting("halted_share", "share", "Share of sites that halt before the horizon"),
    *_by_setting("restricted_mean_days", "d", "Mean of min(first halt, horizon)"),
    *_by_setting("downtime_days_mean", "d", "Mean halted days per site"),
)

COMPARISON_TABLES: Final[dict[str, tuple[Column, ...]]] = {
    "summary": SUMMARY,
    "paired": PAIRED,
    "structural": STRUCTURAL,
    "halt_curves": HALT_CURVES,
    "waits": WAITS,
    "backlog": BACKLOG,
    "runway_fans": RUNWAY_FANS,
    "cost_totals": COST_TOTALS,
}
