"""The answer in words, on tables small enough to read."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.compare.overall import overall
from sim.report.sentences import answer
from tests.report.made_up import FakeFindings, frame, make_findings


def of(alternative: str, **numbers: Any) -> dict[str, Any]:
    """One row for ten auto plants; intervals are two wide unless they are given."""
    row: dict[str, Any] = {"alternative": alternative, "level": "sector", "name": "auto",
                           "kind": "plant", "n_sites": 10, "n_runs": 50}  # fmt: skip
    for name, value in numbers.items():
        if name in {"level", "name", "n_sites", "baseline"}:
            row[name] = value
        else:
            low, middle, high = value if isinstance(value, tuple) else (value - 1, value, value + 1)
            row |= {name: middle, f"{name}_low": low, f"{name}_high": high}
    return row


def fares(alternative: str, halted: Any, median: Any = np.nan, downtime: Any = 0.0,
          **where: Any) -> dict[str, Any]:  # fmt: skip
    return of(alternative, halted_share=halted, first_halt_days_median=median,
              restricted_mean_days=100.0, downtime_days_mean=downtime, lost_units_mean=0.0,
              **where)  # fmt: skip


def differs(alternative: str, less: Any, later: Any = 0.0, **where: Any) -> dict[str, Any]:
    return of(alternative, baseline="as it was", later_halt_days=later, less_downtime_days=less,
              less_lost_units=0.0, **where)  # fmt: skip


def waits(alternative: str, wait: float, pending: float = 0.0) -> dict[str, Any]:
    ends = dict.fromkeys(("wait_days_mean_low", "wait_days_mean_high", "wait_days_p90"), wait)
    return ends | {"alternative": alternative, "destination": "US", "filed_mean": 100.0,
                   "granted_share": 1 - pending, "pending_share": pending,
                   "wait_days_mean": wait}  # fmt: skip


BASE = fares("as it was", (0.5, 0.6, 0.7), (60.0, 69.9, 77.0), (30.0, 38.4, 42.0))


def small(rows: list[dict[str, Any]], paired: list[dict[str, Any]] | None = None,
          desk: list[dict[str, Any]] | None = None, **changes: Any) -> FakeFindings:  # fmt: skip
    names = tuple(dict.fromkeys(row["alternative"] for row in rows))
    return make_findings(
        summary=frame("summary", rows), paired=frame("paired", paired or []),
        waits=frame("waits", desk or []), baseline="as it was", alternatives=names, **changes,
    )  # fmt: skip


def test_the_lead_says_how_many_halt_and_for_how_long() -> None:
    lead = answer(small([BASE])).lead

    assert lead == (
        "In 50 runs of “as it was”, 60 % of the plants halt at least once before 15 November 2026 "
        "(95 % interval 50 to 70 %); a plant stands for 38 days on average (95 % interval 30 to "
        "42 days)."
    )


def test_a_median_is_a_calendar_date_with_its_interval() -> None:
    chips = fares("as it was", 0.2, name="chip_equipment")

    found = answer(small([BASE, chips]))

    assert (
        "Half of the auto plants have halted by 12 June 2025 (95 % interval 3 to 20 June 2025)"
        in (found.lead)
    )
    assert found.points[0] == (
        "By sector, half of the plants have halted by (95 % intervals in brackets): auto 12 June "
        "2025 (3 to 20 June 2025). Fewer than half halt before 15 November 2026: chip equipment "
        "(20 %)."
    )


def test_an_end_that_is_not_reached_is_said_to_be_so() -> None:
    open_end = fares("as it was", 0.52, (60.0, 300.0, np.nan))
    point = answer(small([open_end])).points[0]

    assert "29 January 2026 (from 3 June 2025; its late end is not reached)" in point


def test_no_halt_is_a_bound_and_never_zero() -> None:
    none = fares("no controls", (0.0, 0.0, 0.058))

    found = answer(small([BASE, none], [differs("no controls", 38.4)]))
    quiet = answer(small([fares("as it was", (0.0, 0.0, 0.058))]))

    assert found.changes[-1] == (
        "No halt is seen under “no controls” in 50 runs: for a plant the chance is below 5.8 %."
    )
    assert quiet.lead == (
        "In 50 runs of “as it was” no plant halts before 15 November 2026; for a plant the chance "
        "of a halt is below 5.8 %."
    )


def test_a_change_names_its_size_its_interval_and_the_desk() -> None:
    found = answer(
        small(
            [BASE, fares("fast track", 0.4)],
            [differs("fast track", (5.0, 9.0, 12.0), (20.0, 25.0, 30.0))],
            [waits("as it was", 50.0), waits("fast track", 36.0)],
        )
    )

    assert len(found.changes) == 1
    assert found.changes[0] == (
        "“fast track”: 9 days less downtime for a plant (95 % interval 5 to 12 days), and first "
        "halts come 25 days later; the mean wait for a decision is 36 days instead of 50 days."
    )


def test_a_wait_that_points_the_other_way_is_no_reason() -> None:
    found = answer(
        small(
            [BASE, fares("more cover", 0.4)], [differs("more cover", 9.0)],
            [waits("as it was", 50.0), waits("more cover", 55.0)],
        )
    )  # fmt: skip

    assert "wait" not in found.changes[0]


def test_where_many_stay_undecided_their_share_is_said_and_not_the_wait() -> None:
    """The mean wait of decided files falls when hardly any is decided."""
    found = answer(
        small(
            [BASE, fares("stop", 0.9)], [differs("stop", -200.0)],
            [waits("as it was", 50.0, 0.02), waits("stop", 15.0, 0.87)],
        )
    )  # fmt: skip

    assert "87 % of the applications are undecided at the end instead of 2.0 %" in found.changes[0]
    assert "mean wait" not in found.changes[0]


def test_what_cannot_be_told_apart_is_not_given_a_sign() -> None:
    found = answer(small([BASE, fares("other", 0.6)], [differs("other", (-2.0, 0.5, 3.0))]))

    assert found.changes == (
        "In 50 runs the downtime under “other” cannot be told apart from that under “as it was”.",
    )


def test_who_gains_and_who_loses_are_both_named() -> None:
    rows = [
        differs("fast track", 1.0),
        differs("fast track", (8.0, 9.0, 10.0), level="country", name="DE"),
        differs("fast track", (-5.0, -4.0, -3.0), level="country", name="US"),
    ]
    found = answer(small([BASE, fares("fast track", 0.6)], rows))

    assert (
        "“fast track” moves the shortage: 9 days less downtime for a plant in Germany, 4 days more "
        "for one in the United States."
    ) in found.changes


def test_causes_are_weighed_by_halted_days_of_plants_under_the_baseline() -> None:
    rows = [("as it was", "plant", "licence pending", 30.0),
            ("as it was", "plant", "in transit", 10.0),
            ("as it was", "component_maker", "in transit", 500.0),
            ("other", "plant", "never ordered", 500.0)]  # fmt: skip
    halts = pd.DataFrame(rows, columns=["alternative", "kind", "cause", "duration_days"])

    for text in (halts, halts.astype({"cause": "category", "alternative": "category"})):
        assert answer(small([BASE]), text).points[-1] == (
            "Where the oldest missing goods were when the halts began, by share of the halted "
            "days: licence pending (75 %) and in transit (25 %)."
        )


def test_one_run_has_no_interval_and_still_compares() -> None:
    """Whatever interval a table gives for one history, it is the whole range."""
    rows = [BASE, fares("as ruled", 0.0, downtime=0.0)]
    paired = differs("as ruled", (np.nan, 38.4, np.nan), (np.nan, 60.0, np.nan))

    found = answer(small(rows, [paired], n_runs=1))

    assert found.lead.startswith("In one run of “as it was”, 60 % of the plants halt")
    assert "interval" not in found.lead + " ".join((*found.points, *found.changes))
    assert found.changes == (
        "“as ruled”: 38 days less downtime for a plant, and first halts come 60 days later.",
        "No halt is seen under “as ruled” in one run.",
    )
    assert any("It is one run" in caveat for caveat in found.caveats)


def test_the_caveats_say_what_may_not_be_claimed(findings, results) -> None:
    caveats = " ".join(answer(findings, results.table("halts")).caveats)

    for word in (
        "policy calendar",
        "not a forecast",
        "archetypes",
        "Monte Carlo error only",
        "desk",
    ):
        assert word in caveats


def test_sentences_are_whole_and_hold_no_missing_number(findings, results) -> None:
    found = answer(findings, results.table("halts"))

    for sentence in (found.lead, *found.points, *found.changes, *found.caveats):
        assert sentence.endswith(".")
        assert not re.search(r"\b(nan|inf|None)\b", sentence)
        assert "  " not in sentence


def test_all_plants_are_the_sectors_weighted_by_their_plants() -> None:
    rows = [fares("as it was", (0.4, 0.5, 0.6)), fares("as it was", (0.0, 0.1, 0.3), name="other",
                                                       n_sites=30)]  # fmt: skip

    found = overall(frame("summary", rows), "as it was", "halted_share")

    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.375)


def test_a_label_is_the_name_and_two_names_never_share_one() -> None:
    both = replace(small([BASE, fares("a_b", 0.1), fares("a b", 0.1), fares("cover_plus_30", 0.1)]))

    text = " ".join(answer(replace(both, paired=frame("paired", [
        differs("a_b", 5.0), differs("a b", 6.0), differs("cover_plus_30", 7.0)
    ]))).changes)  # fmt: skip

    assert {"“a_b”", "“a b”", "“cover plus 30”"} <= set(re.findall("“[^”]*”", text))


def test_a_sector_with_most_of_the_halted_days_is_named_beside_the_mean_without_it() -> None:
    from sim.report.sentences import _mostly_in

    class Made:
        baseline = "base"
        summary = pd.DataFrame(
            [
                {"alternative": "base", "level": "sector", "name": name, "kind": "plant",
                 "n_sites": n, "downtime_days_mean": days}
                for name, n, days in (("defence", 1, 400.0), ("auto", 4, 10.0))
            ]
        )  # fmt: skip

    said = _mostly_in(Made())  # type: ignore[arg-type]

    assert "defence" in said
    assert "without them a plant stands for 10 days" in said
