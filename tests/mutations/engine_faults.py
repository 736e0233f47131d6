"""Planted faults that only show where the two engines are compared, in one engine or the other."""

from __future__ import annotations

from tests.mutations.faults import Fault

__all__ = ["ENGINE_FAULTS"]

WORLDS = "tests/conformance/test_generated.py::test_generated_worlds_run_the_same_on_both_engines"
POLICIES = "tests/conformance/test_policies.py"

ENGINE_FAULTS = (
    Fault(
        "compiled: a halt keeps what was left over of the use before",
        "engine/compiled/kernel/site.py",
        "            stock.remainder = 0\n            write(world, phases.STOCKED_OUT",
        "            write(world, phases.STOCKED_OUT",
        (f"{WORLDS}[networks-0]",),
    ),
    Fault(
        "compiled: a licence is valid a second too long",
        "engine/compiled/kernel/licensing.py",
        "later(world, desk.term, phases.P_LICENCE_EXPIRY, f, phases.E_EXPIRE)",
        "later(world, desk.term + 1, phases.P_LICENCE_EXPIRY, f, phases.E_EXPIRE)",
        (f"{WORLDS}[licences-0]",),
    ),
    Fault(
        "compiled: what will have arrived by then is left out of a fallback's cover",
        "engine/compiled/kernel/ordering.py",
        "shipment.arrival <= world.now + takes",
        "shipment.arrival <= world.now",
        (f"{WORLDS}[mixed-0]", f"{WORLDS}[mixed-1]"),
    ),
    Fault(
        "compiled: a file's draws are addressed by its lane, whatever the desk",
        "engine/compiled/pack_desks.py",
        'entity_of(f"{name} / {tables.desks.name[desk]}")',
        "entity_of(name)",
        (f"{WORLDS}[mixed-0]",),
    ),
    Fault(
        "SimPy: a review that is stopped loses the work done",
        "engine/reference/desk.py",
        "            file.work = self.reviews.left(file.stretches, file.work, file.since_s, now)\n",
        "",
        (f"{WORLDS}[mixed-0]",),
    ),
    Fault(
        "SimPy: a hoarded excess is remembered after it has been delivered",
        "engine/reference/hoarding.py",
        "self.stock.excess = min(self.stock.excess, outstanding)",
        "self.stock.excess = max(0, self.stock.excess)",
        (f"{WORLDS}[supply-0]", f"{WORLDS}[mixed-0]"),
    ),
    Fault(
        "compiled: what a policy had switched is forgotten when a run begins anew",
        "engine/compiled/stepping.py",
        "        for index, on in switches.items():\n",
        "        for index, on in switches.items() if number == len(self._pieces) - 1 else ():\n",
        (f"{POLICIES}::test_a_run_that_begins_anew_for_want_of_room_asks_no_policy_twice",),
    ),
    Fault(
        "compiled: a policy sees a stock as it was when it was last settled",
        "engine/compiled/stepping.py",
        'passed = self.second - int(site["since"])',
        "passed = 0",
        (f"{POLICIES}::test_generated_worlds_with_a_policy_run_the_same_on_both_engines",),
    ),
    Fault(
        "SimPy: a policy steps before triggers look",
        "engine/reference/stepping.py",
        "key(Phase.DATED_MEASURE, len(run.tables.triggers.name))",
        "key(Phase.DISPATCH, 0)",
        (f"{POLICIES}::test_generated_worlds_with_a_policy_run_the_same_on_both_engines",),
    ),
)
