"""Halts and causes as tables: a row for each halt, and one for each input that blocked it."""

from __future__ import annotations

from sim.outcomes import summarise
from tests.models import licensed, run
from tests.outcomes.test_attribution import two_inputs

Rows = list[dict[str, object]]


def rows_of(table: dict[str, list[object]]) -> Rows:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def test_a_halt_is_numbered_at_its_site_and_names_desk_and_filing_of_the_application() -> None:
    pending = licensed(policy={"r": {"mean_review_time": "9 d"}})
    (row,) = rows_of(summarise(run(pending), "base")["halts"])

    assert (row["halt"], row["cause"], row["cause_detail"]) == (1, "licence pending", "")
    assert (row["cause_desk"], row["cause_filed_days"]) == ("d", 0.0)


def test_each_blocking_input_has_a_row_and_its_part_of_the_halt() -> None:
    """Both run out on day 5; m comes on day 7; w on day 8, and enough of it on day 9."""
    tables = summarise(run(two_inputs(restart_cover="2 d")), "base")
    (halt,) = rows_of(tables["halts"])
    m, w = rows_of(tables["causes"])

    assert [row["item"] for row in (m, w)] == ["m", "w"]
    assert [row["first_cause_days"] for row in (m, w)] == [2.0, 2.0]
    assert [row["shapley_s"] for row in (m, w)] == [86_400, 3 * 86_400]
    assert halt["duration_days"] == 4.0
    assert (halt["blocking_item"], halt["cause"]) == (m["item"], m["cause"])


def test_a_cause_has_its_application_with_stage_attempt_and_decision() -> None:
    again = licensed(
        desks={"d": {"refile_after": "1 d"}},
        policy={"r": {"approval_rate": 0.0, "mean_review_time": "60 h"}},
    )
    row = rows_of(summarise(run(again), "base")["causes"])[0]

    assert (row["cause"], row["detail"]) == ("licence pending", "filed again after a refusal")
    assert (row["desk"], row["stage"], row["attempt"]) == ("d", 0.0, 1.0)
    assert (row["filed_days"], row["decided_days"], row["tiers"]) == (3.5, 6.0, 1)
