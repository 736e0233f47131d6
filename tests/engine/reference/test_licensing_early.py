"""Early filing: the application is made before the slot, the goods are set aside in it."""

from typing import Any

from sim.engine import Kind
from sim.engine.reference.early_filing import filing_times
from sim.model import build_model
from sim.scenario import Scenario
from sim.units import DAY_S
from tests.conservation import checked
from tests.engine.reference.test_licensing_stages import DECISIONS, EMBASSY
from tests.models import licensed, merged, told

SEEN = (*DECISIONS, Kind.SET_ASIDE)


def early(how_long: str = "4 d", margin: float = 1.0, **changes: Any) -> Scenario:
    """Fifty grams every five days, filed for before; reviews take three days."""
    base: dict[str, Any] = {
        "horizon": "6 d",
        "sites": {"P": {"ordering": {"rule": "constant"}}},
        "measures": {"ahead": {"file_early": how_long, "file_margin": margin}},
    }
    return licensed(**merged(base, changes))


def test_goods_leave_in_their_slot_under_a_licence_that_was_applied_for_before() -> None:
    assert told(early(horizon="5.5 d"), *SEEN) == [
        "0 FILED l #0 x50 try 0",  # no earlier than the start
        "0 SET_ASIDE l #0 x50 =950 try 0",
        "1 FILED l #1 x50 try 0",  # slot 1 is day 5
        "3 DECIDED l #0 x50 granted try 0",
        "3 DISPATCHED l #0 x50 =1000 @5",
        "4 DECIDED l #1 x50 granted try 0",
        "5 SET_ASIDE l #1 x50 =950 try 0",
        "5 DISPATCHED l #1 x50 =950 @7",
    ]


def test_the_margin_is_applied_for_and_what_is_owed_is_sent() -> None:
    assert told(early(margin=1.25, horizon="3.5 d"), Kind.FILED, Kind.SET_ASIDE,
                Kind.DISPATCHED) == [
        "0 FILED l #0 x63 try 0",  # 62.5, rounded half up
        "0 SET_ASIDE l #0 x50 =950 try 0",
        "1 FILED l #1 x63 try 0",
        "3 DISPATCHED l #0 x50 =1000 @5",
    ]  # fmt: skip


def test_no_more_is_sent_than_was_applied_for_and_the_rest_stays_owed() -> None:
    base_stock = {"P": {"ordering": {"rule": "order_up_to", "order_up_to": "120 g"}}}
    plant = early(sites=base_stock)

    # 70 g are ordered on day 0 and 50 g more on day 5; each slot was applied for with 50 g.
    assert told(plant, Kind.ORDERED, Kind.SET_ASIDE) == [
        "0 ORDERED l x70 =70",
        "0 SET_ASIDE l #0 x50 =950 try 0",
        "5 ORDERED l x50 =70",
        "5 SET_ASIDE l #1 x50 =950 try 0",
    ]
    checked(build_model(plant))


def test_the_quantity_follows_the_plan_of_the_day() -> None:
    half = {"cut": {"site": ["P"], "from": "0.5 d", "factor": 0.5}}

    assert told(early(demand=half, horizon="2 d"), Kind.FILED) == [
        "0 FILED l #0 x50 try 0",
        "1 FILED l #1 x25 try 0",
    ]


def test_an_application_lapses_if_nothing_is_owed_in_its_slot() -> None:
    nothing = {"P": {"ordering": {"rule": "order_up_to", "order_up_to": "40 g"}}}

    assert told(early(sites=nothing, horizon="2 d"), *SEEN) == [
        "0 FILED l #0 x50 try 0",
        "0 WITHDRAWN l #0 x50 try 0",
        "1 FILED l #1 x50 try 0",
    ]


def test_a_licence_that_is_not_used_in_its_slot_lapses_too() -> None:
    enough = {"P": {"ordering": {"rule": "order_up_to", "order_up_to": "40 g"},
                    "bill": {"m": {"stock": "90 g"}}}}  # fmt: skip
    plant = early(sites=enough, horizon="5.5 d")

    assert [line for line in told(plant, *SEEN) if "#1" in line] == [
        "1 FILED l #1 x50 try 0",
        "4 DECIDED l #1 x50 granted try 0",
        "5 WITHDRAWN l #1 x50 try 0",
    ]


def test_a_licence_that_expires_before_its_slot_is_applied_for_again() -> None:
    plant = early(how_long="5 d", desks={"d": {"licence_term": "1 d"}}, horizon="8 d")

    assert [line for line in told(plant, *SEEN) if "#1" in line] == [
        "0 FILED l #1 x50 try 0",
        "3 DECIDED l #1 x50 granted try 0",
        "4 EXPIRED l #1 x50 try 0",
        "4 FILED l #1 x50 try 1",
        "5 SET_ASIDE l #1 x50 =950 try 1",
        "7 DECIDED l #1 x50 granted try 1",
        "7 DISPATCHED l #1 x50 =1000 @9",
    ]


def test_a_licence_that_expires_in_the_second_of_its_slot_is_not_valid_in_it() -> None:
    plant = early(how_long="5 d", desks={"d": {"licence_term": "2 d"}}, horizon="5.5 d")

    # Valid [3, 5).
    assert [line for line in told(plant, *SEEN) if "#1" in line][1:] == [
        "3 DECIDED l #1 x50 granted try 0",
        "5 EXPIRED l #1 x50 try 0",
        "5 FILED l #1 x50 try 1",
        "5 SET_ASIDE l #1 x50 =950 try 1",
    ]


def test_an_application_that_is_refused_for_good_is_made_again_when_the_goods_are_there() -> None:
    denial = {"denied": {"from": "0 d", "to": "4.5 d", "final_refusal_share": 1.0}}
    plant = early(policy=denial, horizon="9 d")

    assert [line for line in told(plant, *SEEN, Kind.CANCELLED) if "#1" in line] == [
        "1 FILED l #1 x50 try 0",
        "4 DECIDED l #1 x50 refused_for_good try 0",
        "5 FILED l #1 x50 try 1",
        "8 DECIDED l #1 x50 granted try 1",
        "8 DISPATCHED l #1 x50 =1000 @10",
    ]
    checked(build_model(plant))


def test_applications_are_withdrawn_when_the_gate_ends() -> None:
    assert told(early(gates={"g": {"to": "2 d"}}), *SEEN)[3:] == [
        "2 WITHDRAWN l #0 x50 try 0",
        "2 DISPATCHED l #0 x50 =1000 @4",
        "2 WITHDRAWN l #1 x50 try 0",
        "5 DISPATCHED l #1 x50 =950 @7",
    ]


def test_nothing_is_filed_ahead_of_a_gate_or_under_a_general_licence() -> None:
    later = early(gates={"g": {"from": "3 d"}}, horizon="5.5 d")
    general = early(policy={"pair": {"from": "0 d", "to": "3 d", "general_licence": True}},
                    horizon="5.5 d")  # fmt: skip

    for plant in (later, general):
        assert told(plant, *SEEN) == [
            "0 DISPATCHED l #0 x50 =950 @2",
            "5 FILED l #1 x50 try 0",
        ]


def test_early_applications_go_through_the_stages_but_not_to_customs() -> None:
    customs = {"decides": "hold", "setting": "unlimited", "work": {"law": "fixed"}}
    stages = {
        "gates": EMBASSY["gates"] | {"test": {"desk": "customs", "leaves": ["CN"]}},
        "desks": EMBASSY["desks"] | {"customs": customs},
        "policy": {**EMBASSY["policy"],
                   "tested": {"desk": ["customs"], "mean_review_time": "2 d"}},
    }  # fmt: skip
    plant = early(how_long="5 d", horizon="8 d", **stages)

    assert [line for line in told(plant, *SEEN) if "#1" in line] == [
        "0 FILED l #1 x50 try 0",
        "1 DECIDED l #1 x50 granted try 0",
        "1 FILED l #1 x50 stage 1 try 0",
        "4 DECIDED l #1 x50 granted stage 1 try 0",
        "5 SET_ASIDE l #1 x50 =950 stage 1 try 0",
        "5 FILED l #1 x50 stage 2 try 0",
        "7 DECIDED l #1 x50 granted stage 2 try 0",
        "7 DISPATCHED l #1 x50 =1000 @9",
    ]
    assert checked(build_model(plant)).totals.held.tolist() == [0]


def test_what_is_too_little_for_an_application_is_not_filed_for_early_either() -> None:
    # 50 g a slot wait for 80: two slots together make 100.
    bundled = early(horizon="6 d", lanes={"l": {"application_min": "80 g"}})

    assert told(bundled, *SEEN) == ["5 FILED l #1 x100 try 0"]


def test_slots_that_are_near_when_a_measure_begins_are_filed_for_then() -> None:
    begins = {"ahead": {"from": "3 d", "to": "20 d"}}
    tables = build_model(early("12 d", horizon="40 d", measures=begins))

    # Slots are 5 days apart: those of days 5, 10 and 15 at once; the last by day 20 is day 30's.
    assert filing_times(tables, 0) == [
        (3 * DAY_S, 1), (3 * DAY_S, 2), (3 * DAY_S, 3),
        (8 * DAY_S, 4), (13 * DAY_S, 5), (18 * DAY_S, 6),
    ]  # fmt: skip


def test_a_longer_measure_takes_over_without_filing_twice() -> None:
    later = {"later": {"file_early": "9 d", "file_margin": 1.0, "from": "4 d"}}
    tables = build_model(early("2 d", horizon="12 d", measures=later))

    assert filing_times(tables, 0) == [
        (0, 0), (3 * DAY_S, 1), (4 * DAY_S, 2), (6 * DAY_S, 3), (11 * DAY_S, 4),
    ]  # fmt: skip
