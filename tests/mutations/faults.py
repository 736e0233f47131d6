"""Planted faults: slips that somebody could make, each with checks that must notice it.

A fault replaces one text in one file of `sim`. Checks are rows of the verification table ("V61")
or tests ("tests/engine/test_order.py", with "::name" for one of them).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAULTS", "Fault"]

DESK_TESTS = "tests/engine/reference/test_desk.py"
SITE_TESTS = "tests/engine/reference/test_site.py"
SUPPLY_TESTS = "tests/engine/reference/test_supply.py"


@dataclass(frozen=True)
class Fault:
    """One slip.

    Parameters
    ----------
    name : str
        What goes wrong.
    file : str
        Where, below `sim/`.
    old, new : str
        The text as it is (exactly once in the file), and with the slip.
    checks : tuple of str
        At least one of them must fail.
    """

    name: str
    file: str
    old: str
    new: str
    checks: tuple[str, ...]


FAULTS = (
    Fault(
        "goods in transit are cancelled at a regime change",
        "engine/reference/transit.py",
        "        if arrival < self.horizon_s:\n",
        "        now, breaks = self.clock.second, self.draws.tables.regimes.t_s.tolist()\n"
        "        if not any(now < t <= arrival for t in [*breaks, self.horizon_s]):\n",
        ("V61",),
    ),
    Fault(
        "approvals are read once, at day 0",
        "engine/reference/decisions.py",
        "regimes.approval_rate[t].tolist()",
        "regimes.approval_rate[0].tolist()",
        (f"{DESK_TESTS}::test_a_refused_file_is_filed_again_and_a_new_decision_falls",),
    ),
    Fault(
        "stocks are pooled over items",
        "engine/reference/supply.py",
        "self._stock = [stocks[n] for n in tables.lanes.input.tolist()]",
        "self._stock = [sites[s].inputs[0] for s in tables.lanes.customer.tolist()]",
        ("V62",),
    ),
    Fault(
        "a fast track costs nobody anything: its files need no officer",
        "engine/reference/desk.py",
        "while len(self.under_review) < self.officers:",
        "while sum(self.priority[f.file_class] > 99 for f in self.under_review.values())"
        " < self.officers:",
        (f"{DESK_TESTS}::test_a_fast_track_overtakes_those_who_wait_but_not_the_file_in_hand",),
    ),
    Fault(
        "halts that are open at the horizon are dropped",
        "outcomes/story.py",
        "        return [stop for stop in self.stops[site] if stop.end_s - stop.begin_s >= least]",
        "        return [\n            stop for stop in self.stops[site]\n"
        "            if stop.end_s - stop.begin_s >= least and not stop.open_at_horizon\n        ]",
        ("V03",),
    ),
    Fault(
        "a licence is still valid at `to`",
        "model/dates.py",
        "bisect_left(self.seconds, moment(self.start, record.to))",
        "bisect_left(self.seconds, moment(self.start, record.to) + 1)",
        (
            f"{DESK_TESTS}::test_goods_go_when_the_gate_ends",
            f"{DESK_TESTS}::test_a_general_licence_lets_waiting_goods_go_and_ends_before_its_last_second",
        ),
    ),
    Fault(
        "the end of a review is set at filing and never revised",
        "engine/review.py",
        "            if end < until:\n",
        "            if end < stretches[-1].until:\n",
        (f"{DESK_TESTS}::test_a_change_of_speed_acts_on_files_under_review",),
    ),
    Fault(
        "what is left over at an update of a stock is lost",
        "engine/reference/stocks.py",
        "due, self.remainder = flow(self.use_per_day, dt_s, self.remainder)",
        "due, self.remainder = flow(self.use_per_day, dt_s, 0)",
        ("tests/engine/reference/test_stocks.py::test_looking_in_between_changes_nothing",),
    ),
    Fault(
        "arrivals come after stock-outs of the same second",
        "engine/order.py",
        "    ARRIVAL = 5\n    OUTPUT_DONE = 6\n    STOCK_OUT = 7\n",
        "    STOCK_OUT = 5\n    OUTPUT_DONE = 6\n    ARRIVAL = 7\n",
        ("V68",),
    ),
    Fault(
        "every desk works on all files at once",
        "engine/reference/desk.py",
        'setting != "queue" or',
        'setting != "" or',
        (f"{DESK_TESTS}::test_three_files_before_two_officers",),
    ),
    Fault(
        "goods on order are ordered again",
        "engine/reference/ordering.py",
        "position = stock.stock + stock.on_order - stock.excess\n        if site",
        "position = stock.stock\n        if site",
        (f"{SUPPLY_TESTS}::test_goods_under_licence_are_on_order",),
    ),
    Fault(
        "the pipeline at the start is forgotten",
        "engine/initial.py",
        "slots = np.arange(-1, -min(longest // interval, _MOST_SLOTS) - 1, -1)",
        "slots = np.arange(-1, -1, -1)",
        ("V05",),
    ),
    Fault(
        "refused goods vanish",
        "engine/reference/supply.py",
        "self.sites[self.supplier[lane]].give_back_finished(quantity)",
        "self.sites[self.supplier[lane]].settle()",
        ("V62",),
    ),
    Fault(
        "draws depend on the order of calls",
        "engine/draws.py",
        "            return law.value or 0\n        if self._single[lane]:",
        "            return law.value or 0\n        slot = self._n = 1 + getattr(self, '_n', 0)\n"
        "        if self._single[lane]:",
        ("V66",),
    ),
    Fault(
        "an address holds the position of a lane, not its name",
        "engine/draws.py",
        "sources = [*tables.lanes.name, *tables.applicants.name]",
        "sources = [str(source) for source in range(len(tables.lanes.name) + "
        "len(tables.applicants.name))]",
        ("V66",),
    ),
    Fault(
        "a plant restarts on the first piece",
        "engine/reference/production.py",
        "return max(wanted, 1)",
        "return 1",
        (f"{SITE_TESTS}::test_a_restart_waits_for_the_restart_cover",),
    ),
    Fault(
        "rules do not look at the end use",
        "model/selecting.py",
        "all(kind[place] in values for",
        "all(place == 2 or kind[place] in values for",
        ("V37",),
    ),
    Fault(
        "working days are counted as days",
        "engine/review.py",
        "time = self._working_days if working else self._any_day",
        "time = self._any_day if working else self._any_day",
        ("V09",),
    ),
    Fault(
        "the last to come is the first to be served",
        "engine/reference/desk.py",
        "return best.popleft() if",
        "return best.pop() if",
        (f"{DESK_TESTS}::test_an_officer_who_leaves_finishes_the_file_in_hand",),
    ),
    Fault(
        "a file that a stop interrupts starts again from nothing",
        "engine/reference/desk.py",
        "            file.work = self.reviews.left(file.stretches, file.work, file.since_s, now)\n",
        "",
        (
            f"{DESK_TESTS}::test_a_class_stopped_under_review_goes_back_to_the_head_with_its_work_kept",
        ),
    ),
    Fault(
        "each attempt of a file draws the same outcome",
        "engine/draws.py",
        "return self.streams.one(stream, name, slot, part=attempt)",
        "return self.streams.one(stream, name, slot)",
        ("tests/engine/test_draws.py::test_an_outcome_is_the_uniform_of_its_address",),
    ),
    Fault(
        "a supplier sends what it does not have",
        "engine/reference/supply.py",
        "available = self.sites[supplier].finished.stock",
        "available = sum(wanted)",
        (f"{SUPPLY_TESTS}::test_a_short_supplier_rations_proportionally",),
    ),
    Fault(
        "looking at a stock uses it up",
        "engine/reference/stocks.py",
        "        due, _ = flow(self.use_per_day, dt_s, self.remainder)\n        return max(0, "
        "self.stock - due)",
        "        self.settle(dt_s)\n        return self.stock",
        ("V66",),
    ),
    Fault(
        "a change of plan waits for the next arrival",
        "engine/reference/site.py",
        "        self._watch(at_once=at_once)\n",
        "",
        (f"{SITE_TESTS}::test_demand_that_changes_on_the_way",),
    ),
)
