"""Planted faults in what a supply chain does about it; see `tests.mutations.faults`."""

from __future__ import annotations

from tests.mutations.faults import Fault

__all__ = ["SUPPLY_FAULTS"]

TESTS = "tests/engine/reference"
FALLBACK = f"{TESTS}/test_fallback.py"
FEEDS = f"{TESTS}/test_site_feeds.py"
HOARDING = f"{TESTS}/test_hoarding.py"
LEVELS = f"{TESTS}/test_ordering_levels.py"
ORDERS = f"{TESTS}/test_orders.py"
PACE = f"{TESTS}/test_pace.py"
STOCKPILE = f"{TESTS}/test_stockpile.py"
SUBSTITUTION = f"{TESTS}/test_substitution.py"
SUPPLY = f"{TESTS}/test_supply.py"
TRANSIT = f"{TESTS}/test_transit.py"

SUPPLY_FAULTS = (
    Fault(
        "fallbacks are always open",
        "engine/reference/fallback.py",
        "if now.table.lane_open[now.t, lane]]",
        "if now.table is not None]",
        (
            f"{FALLBACK}::test_a_fallback_is_ordered_on_while_it_is_open",
            f"{STOCKPILE}::test_a_stockpile_on_a_trigger_is_open_while_the_trigger_is_active",
        ),
    ),
    Fault(
        "a lane that was closed catches up on its share",
        "engine/reference/orders.py",
        "self._split[n] = used, shares, [0] * len(used)",
        "self._split[n] = used, shares, [9] + [0] * (len(used) - 1)",
        (f"{ORDERS}::test_the_split_starts_afresh_when_shares_change",),
    ),
    Fault(
        "late orders are ordered again at every review",
        "engine/reference/fallback.py",
        "if asked and not order.made_good:",
        "if asked:",
        (f"{FALLBACK}::test_what_is_late_is_ordered_again_once",),
    ),
    Fault(
        "what moves is no cover",
        "engine/reference/fallback.py",
        "here = self.stock.stock + sum(",
        "here = self.stock.stock + 0 * sum(",
        (f"{FALLBACK}::test_short_cover_is_filled_up_elsewhere",),
    ),
    Fault(
        "goods at sea are cover, however far away",
        "engine/reference/fallback.py",
        "if arrival <= until",
        "if arrival",
        (f"{STOCKPILE}::test_goods_at_sea_are_cover_if_they_come_as_soon_as_the_stockpile_s",),
    ),
    Fault(
        "a stockpile owes what it has not got",
        "engine/reference/stockpile.py",
        "lapses = True",
        "lapses = False",
        (f"{STOCKPILE}::test_a_plant_draws_on_its_stockpile_until_it_is_empty",),
    ),
    Fault(
        "a stockpile orders its size whatever is in it",
        "engine/reference/ordering.py",
        "site.finished.cap - site.finished.stock - position",
        "site.finished.cap - position",
        (f"{STOCKPILE}::test_a_refill_never_asks_for_more_than_is_missing_and_not_yet_on_order",),
    ),
    Fault(
        "excess orders count as needed",
        "engine/reference/hoarding.py",
        "self.stock.excess += inflated - quantity",
        "self.stock.excess += 0",
        (
            f"{HOARDING}::test_orders_grow_as_the_fill_falls_and_the_excess_is_cancelled_when_it_is_back",
        ),
    ),
    Fault(
        "hoarding knows no bounds",
        "engine/reference/hoarding.py",
        "inflated = min(inflated, scaled(quantity, ordered, delivered))",
        "inflated = scaled(quantity, ordered, delivered)",
        (
            f"{HOARDING}::test_orders_grow_as_the_fill_falls_and_the_excess_is_cancelled_when_it_is_back",
        ),
    ),
    Fault(
        "a moving average counts what was made, not what was demanded",
        "engine/reference/production.py",
        "self._demanded + self.plan_per_day * (self.clock.second - self._plan_since)",
        "self.finished.made * 86_400",
        (f"{LEVELS}::test_a_moving_average_counts_demand_that_is_not_met",),
    ),
    Fault(
        "a stretched site uses inputs at its plan",
        "engine/reference/production.py",
        "stock.use_per_day = stock.per_day(output_per_day)",
        "stock.use_per_day = stock.per_day(plan_per_day)",
        (f"{PACE}::test_a_stretched_plant_lasts_longer",),
    ),
    Fault(
        "overtime ends at a review",
        "engine/reference/pace.py",
        "self._made_good.at(self.clock.second + max(1, -(-self._lost // gain)))",
        "pass",
        (f"{PACE}::test_overtime_ends_in_the_second_in_which_the_plan_is_made_good",),
    ),
    Fault(
        "a full store is made good in overtime",
        "engine/reference/pace.py",
        "if self.state is State.HALTED:\n            self._lost +=",
        "if self.state is not State.RUNNING:\n            self._lost +=",
        (f"{PACE}::test_a_full_store_is_not_a_loss_to_be_made_good",),
    ),
    Fault(
        "a substitute serves free of charge",
        "engine/reference/substitution.py",
        "            other.use_per_day += scaled(",
        "            other.use_per_day += 0 * scaled(",
        (f"{SUBSTITUTION}::test_a_spare_input_is_used_in_an_emergency_only",),
    ),
    Fault(
        "the rest of a second is lost when a substitute takes over",
        "engine/reference/substitution.py",
        "other.remainder += scaled(",
        "other.remainder += 0 * scaled(",
        (
            f"{SUBSTITUTION}::test_what_is_due_in_the_second_of_the_change_is_taken_from_the_substitute",
        ),
    ),
    Fault(
        "bills of magnets are for a gram",
        "engine/reference/stocks.py",
        "return scaled(output_per_day * self.per_unit, self.use_share, self.per * MILLION)",
        "return scaled(output_per_day * self.per_unit, self.use_share, MILLION)",
        (f"{FEEDS}::test_a_magnet_maker_uses_its_feed_by_the_kilogram",),
    ),
    Fault(
        "the freight is chosen when the licence is there",
        "engine/reference/transit.py",
        "if self.by_air and (lane, slot) in self.by_air:",
        "if False:",
        (f"{TRANSIT}::test_the_freight_is_chosen_at_the_filing_and_kept",),
    ),
    Fault(
        "added cover stays when the measure ends",
        "engine/reference/levels.py",
        "return level + self._extra[stock.index]",
        "self._most = max(getattr(self, '_most', 0), self._extra[stock.index])\n"
        "        return level + self._most",
        (f"{LEVELS}::test_cover_added_between_two_dates_is_ordered_once_and_then_used_up",),
    ),
    Fault(
        "turn and earn goes by what is asked for",
        "engine/rules.py",
        "return _as_weighted(available, wanted, earned)",
        "return _as_weighted(available, wanted, wanted)",
        (
            f"{SUPPLY}::test_turn_and_earn_goes_by_what_a_customer_has_had_and_not_by_what_it_asks_for",
        ),
    ),
    Fault(
        "linear allocation keeps those who want less than all lack",
        "engine/rules.py",
        "served = [i for i in members if wanted[i] * len(members) >= short]",
        "served = list(members)",
        ("tests/engine/test_rules.py",),
    ),
)
