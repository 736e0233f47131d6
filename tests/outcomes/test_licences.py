"""Applications and shipments as rows, each with its dates."""

from __future__ import annotations

import math

from sim.outcomes import summarise
from sim.units import DAY_S
from tests.models import desk_model, licensed, one_file, run


def first_licence(**changes: object) -> dict[str, object]:
    rows = summarise(run(licensed(**changes)), "base")["licences"]
    return {name: values[0] for name, values in rows.items()}


def test_a_granted_licence_has_its_wait_and_its_validity() -> None:
    row = first_licence(desks={"d": {"issue_lag": "1 d", "licence_term": "20 d"}})

    assert (row["filed_days"], row["decided_days"], row["wait_days"]) == (0.0, 3.0, 3.0)
    assert (row["outcome"], row["valid_from_days"], row["valid_to_days"]) == ("granted", 4.0, 24.0)


def test_a_pending_file_waits_to_the_horizon_and_has_no_decision() -> None:
    row = first_licence(policy={"r": {"mean_review_time": "never"}})

    assert (row["outcome"], row["wait_days"]) == ("pending", 10.0)
    assert math.isnan(float(str(row["decided_days"])))


def test_a_refusal_is_told_apart_from_a_refusal_for_good() -> None:
    refused = first_licence(policy={"r": {"approval_rate": 0.0}})
    for_good = first_licence(policy={"r": {"final_refusal_share": 1.0}})

    assert (refused["outcome"], for_good["outcome"]) == ("refused", "refused_for_good")


def test_other_applicants_are_marked_and_carry_nothing() -> None:
    trace = run(desk_model({"others": {"rate": one_file(0)}}))
    row = {name: values[0] for name, values in summarise(trace, "base")["licences"].items()}

    assert (row["applicant"], row["modelled"], row["quantity_kg"]) == ("others", False, 0.0)


def test_a_shipment_row_gives_dispatch_and_arrival() -> None:
    rows = summarise(run(licensed()), "base")["shipments"]

    assert (rows["dispatched_days"][0], rows["arrived_days"][0]) == (3.0, 5.0)
    assert rows["crossed_border_from_china"][0] is True


def test_shipments_add_up_to_what_left_the_exporter() -> None:
    trace = run(licensed())
    rows = summarise(trace, "base")["shipments"]
    totals = trace.totals

    left = int(totals.start_finished[0] + totals.made[0] - totals.finished[0] - totals.waiting[0])
    assert sum(float(str(q)) for q in rows["quantity"]) == left


def test_a_shipment_that_arrives_after_the_horizon_keeps_its_date() -> None:
    rows = summarise(run(licensed(lanes={"l": {"transit": "30 d"}})), "base")["shipments"]

    assert rows["arrived_days"][0] == (3 * DAY_S + 30 * DAY_S) / DAY_S


def two_stages() -> list[dict[str, object]]:
    """Rows of the first consignment: an embassy for 2 days, then the ministry for 3."""
    scenario = licensed(
        desks={"embassy": {"setting": "unlimited", "work": {"law": "fixed"}}},
        gates={"g": {"before": ["embassy"]}},
        policy={"embassy": {"desk": ["embassy"], "mean_review_time": "2 d"}},
    )
    rows = summarise(run(scenario), "base")["licences"]
    every = [dict(zip(rows, row, strict=True)) for row in zip(*rows.values(), strict=True)]
    return [row for row in every if row["slot"] == 0]


def test_each_stage_has_a_row_with_its_own_wait_and_the_wait_from_the_first_filing() -> None:
    embassy, ministry = two_stages()

    assert (embassy["desk"], embassy["stage"], embassy["wait_days"]) == ("embassy", 0, 2.0)
    assert (ministry["desk"], ministry["stage"], ministry["wait_days"]) == ("d", 1, 3.0)
    assert [row["first_filed_days"] for row in (embassy, ministry)] == [0.0, 0.0]
    assert [row["total_wait_days"] for row in (embassy, ministry)] == [2.0, 5.0]


def test_pieces_have_an_amount_and_no_weight() -> None:
    pieces = licensed(
        items={"m": {"kind": "component"}, "raw": {"kind": "magnet"}},
        sites={"A": {"kind": "component_maker", "output_per_day": 100, "output_stock": 1000,
                     "bill": {"raw": {"per_unit": "1 g", "stock": "9 kg"}}},
               "R": {"kind": "magnet_maker", "country": "CN", "makes": "raw",
                     "output_per_day": "1 kg"},
               "P": {"bill": {"m": {"per_unit": 1, "stock": 50}}}},
        lanes={"raw": {"supplier": "R", "customer": "A", "transit": "1 d"}},
    )  # fmt: skip
    rows = summarise(run(pieces), "base")["licences"]

    assert rows["quantity"][0] == 50.0
    assert math.isnan(float(str(rows["quantity_kg"][0])))


def test_the_mode_of_a_shipment_is_the_lanes_unless_it_was_sent_by_air() -> None:
    flown = licensed(measures={"fly": {"air": {"transit": "1 d"}}})

    assert set(summarise(run(licensed()), "base")["shipments"]["mode"]) == {"sea"}
    assert set(summarise(run(flown), "base")["shipments"]["mode"]) == {"air"}
