"""Planted faults in what a licence regime does; see `tests.mutations.faults`."""

from __future__ import annotations

from tests.mutations.faults import Fault

__all__ = ["LICENCE_FAULTS"]

TESTS = "tests/engine/reference"
STAGES = f"{TESTS}/test_licensing_stages.py"
EXPIRY = f"{TESTS}/test_licensing_expiry.py"
HOLDS = f"{TESTS}/test_licensing_holds.py"
GENERAL = f"{TESTS}/test_licensing_general.py"
EARLY = f"{TESTS}/test_licensing_early.py"
BATCHING = f"{TESTS}/test_licensing_batching.py"
RETURNS = f"{TESTS}/test_desk_returns.py"
QUOTA = f"{TESTS}/test_desk_quota.py"
ROUNDS = f"{TESTS}/test_desk_rounds.py"
TRIGGERS = f"{TESTS}/test_triggers.py"

LICENCE_FAULTS = (
    Fault(
        "the last stage is enough",
        "engine/reference/needs.py",
        "return (mask & -mask).bit_length() - 1 if mask",
        "return mask.bit_length() - 1 if mask",
        (f"{STAGES}::test_the_office_takes_up_what_the_embassy_has_attested",),
    ),
    Fault(
        "licences never expire",
        "engine/reference/licences.py",
        "if goods.here and not desk.holds:",
        "if goods.here and desk.holds:",
        (f"{EXPIRY}::test_a_licence_is_not_valid_in_its_last_second",),
    ),
    Fault(
        "a term runs from the decision, not from the issue",
        "engine/reference/licences.py",
        "term_s = self.term_s[desk.index]\n",
        "term_s = self.term_s[desk.index] - self.issue_lag_s[desk.index]\n",
        (f"{EXPIRY}::test_the_term_runs_from_the_second_in_which_the_licence_is_issued",),
    ),
    Fault(
        "a change of rules sends goods whose licence expires in that second",
        "engine/reference/consignments.py",
        "if phase <= Phase.LICENCE_EXPIRY and",
        "if phase < Phase.REGIME_CHANGE and",
        (f"{EXPIRY}::test_a_gate_that_ends_as_the_licence_before_it_expires_keeps_the_goods",),
    ),
    Fault(
        "a general licence is never used up",
        "engine/reference/needs.py",
        "self.left[goods.lane] = left - goods.quantity",
        "self.left[goods.lane] = left",
        (f"{GENERAL}::test_what_does_not_fit_any_more_needs_an_application_and_the_rest_lapses",),
    ),
    Fault(
        "a general licence spares goods the test at customs",
        "engine/reference/needs.py",
        'if tables.desks.decides[desk] != "hold")',
        'if tables.desks.decides[desk] != "")',
        (f"{HOLDS}::test_a_general_licence_does_not_spare_the_test",),
    ),
    Fault(
        "everybody is queried",
        "engine/reference/decisions.py",
        "        if share <= 0:\n            return False\n        return share >= 1 or "
        "self.draws.outcome(Stream.QUERY, lane, stage, slot, 0) < share",
        "        return True",
        (f"{HOLDS}::test_queries_are_drawn_by_the_address_of_the_consignment",),
    ),
    Fault(
        "goods at customs are booked as waiting for a licence",
        "engine/reference/consignments.py",
        "        self.supply.held[goods.lane] += amount\n"
        "        self.supply.waiting[goods.lane] -= amount\n",
        "",
        (f"{HOLDS}::test_goods_are_held_after_their_licence_and_booked_as_held",),
    ),
    Fault(
        "returned files count as refused ones",
        "engine/reference/decisions.py",
        "return Outcome.RETURNED if u >= 1.0 - returned else Outcome.REFUSED",
        "return Outcome.REFUSED",
        (f"{RETURNS}::test_a_returned_file_comes_back_with_its_answer_and_new_work",),
    ),
    Fault(
        "a share returned is taken from the refusals only",
        "engine/reference/decisions.py",
        "if u < rate * (1.0 - returned):",
        "if u < rate:",
        (f"{RETURNS}::test_the_upper_end_of_the_uniform_is_returned_and_the_lower_end_granted",),
    ),
    Fault(
        "quota that was not used is kept for the next week",
        "engine/reference/quota.py",
        "self._week, self._files_used, self._amount_used = week, 0, 0",
        "self._week, self._files_used, self._amount_used = (\n"
        "                week, self._files_used - max(0, self.files), 0)",
        (f"{QUOTA}::test_quota_of_a_week_that_is_not_used_lapses",),
    ),
    Fault(
        "a week begins on the day of the start",
        "engine/reference/quota.py",
        "self._monday_s = tables.desks.monday_s",
        "self._monday_s = 0",
        (f"{QUOTA}::test_a_week_begins_on_monday_whatever_the_day_of_the_start",),
    ),
    Fault(
        "a round forgets what it has granted",
        "engine/reference/rounds.py",
        "        runways.lengthen(file.source, file.quantity)\n",
        "",
        (f"{ROUNDS}::test_what_has_been_granted_counts_as_moving_from_then_on",),
    ),
    Fault(
        "a runway is stock and pipeline over use",
        "engine/reference/runway.py",
        "        if ends < arrival:\n            return ends - second\n",
        "",
        (
            f"{ROUNDS}::test_files_are_granted_while_the_runway_is_below_the_target",
            f"{ROUNDS}::test_goods_that_are_moving_count_with_their_arrival",
        ),
    ),
    Fault(
        "political weight counts for nothing",
        "engine/reference/rounds.py",
        "key=lambda file: (self.weight[self._serves(file)], at_start[file.source]),",
        "key=lambda file: at_start[file.source],",
        (f"{ROUNDS}::test_weight_comes_first_and_then_the_shorter_runway",),
    ),
    Fault(
        "more is sent than was applied for",
        "engine/reference/early_filing.py",
        "return owed if goods is None else min(owed, goods.asked)",
        "return owed",
        (f"{EARLY}::test_no_more_is_sent_than_was_applied_for_and_the_rest_stays_owed",),
    ),
    Fault(
        "an application lives on after its slot",
        "engine/reference/early_filing.py",
        "            self.consignments.lapse(goods)\n",
        "            pass\n",
        (f"{EARLY}::test_a_licence_that_is_not_used_in_its_slot_lapses_too",),
    ),
    Fault(
        "less than the least waits for ever",
        "engine/reference/batching.py",
        "if due or now >= self.since.setdefault(lane, now) + self.wait_s[lane]:",
        "if due or self.since.setdefault(lane, now) < 0:",
        (f"{BATCHING}::test_less_is_filed_for_when_it_has_waited_long_enough",),
    ),
    Fault(
        "a reaction acts in the very second",
        "engine/reference/triggers.py",
        "self.lag_s = max(1, int(triggers.after_s[index]))",
        "self.lag_s = int(triggers.after_s[index])",
        (f"{TRIGGERS}::test_a_halt_fires_and_the_rule_acts_a_second_later",),
    ),
    Fault(
        "a trigger is armed again below its upper threshold",
        "engine/reference/triggers.py",
        "elif not watch.armed and quantity <= watch.until:",
        "elif not watch.armed and quantity <= watch.above:",
        (f"{TRIGGERS}::test_it_is_armed_again_only_when_the_quantity_is_down_to_until",),
    ),
    Fault(
        "a reaction does not reach files under review",
        "engine/reference/desk.py",
        "if not stops and same_between(now, file.end_s + 1, file.stretches, stretches):",
        "if not stops:",
        (f"{TRIGGERS}::test_reviews_keep_the_work_done_when_the_speed_changes_and_changes_back",),
    ),
)
