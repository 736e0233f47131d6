"""Every row of the verification table, run; and the table itself, held to what it must be."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from sim.app.verification import CHECKS, Finding, run_rows
from sim.app.verification.estimates import controlled_mean, mean_of, within_four_errors
from sim.data.figures import table
from sim.errors import InputError

LINES = {line["id"]: line for line in table("verification")}
AREAS = {"stock and halts", "queues", "metamorphic"}
BESIDES = {
    "V07", "V08a", "V08b", "V09", "V10", "V20", "V24", "V25", "V28", "V30", "V31", "V32", "V34",
    "V36", "V37", "V38", "V39", "V46", "V47", "V48", "V49", "V50", "V57", "V72", "V74",
}  # fmt: skip
PUBLIC = {f"P0{n}" for n in range(1, 9)}

WRONG = [
    ("V03", "halts [from, to) in days", "[15,40)"),
    ("V04", "first halt, batches", 3.0),
    ("V05", "halt begins", 20.0),
    ("V05", "lost", 55.0),
    ("V06a", "first halt", 45.0),
    ("V06b", "first halt", 45.0),
    ("V06c", "first halt", 45.0),
    ("V07", "first halt with 1500 kg", 75.0),
    ("V07", "first halt with 1800 kg", 90.0),
    ("V08a", "mean time to a grant", 45.0),
    ("V08b", "mean time to a grant", 45.0),
    ("V09", "goods leave", "2025-05-22 00:00"),
    ("V09", "goods leave", "2025-06-09 00:00"),
    ("V10", "goods leave", "2025-10-06 00:00"),
    ("V11", "mean wait", 0.45),
    ("V14", "mean wait", 0.4),
    ("V16", "mean wait, others", 0.4),
    ("V19", "mean of the first filing", 10.0),
    ("V20", "mean time to a decision", 90.0),
    ("V24", "fill rate", 0.9170),
    ("V25", "best stock, normal demand", 746.214),
    ("V25", "best stock, Poisson demand", 19.0),
    ("V28", "lost per closure", 15.0),
    ("V28", "share of closures that halt", 0.606531),
    ("V30", "mean first halt", 60.0),
    ("V30", "mean first halt", 110.0),
    ("V31", "assembler halts", 45.0),
    ("V31", "assembler halts", 48.0),
    ("V32", "linear", "22, 57, 71"),
    ("V34", "variance of orders over demand", 1.0),
    ("V35", "first halt, two halves, Poisson", 100.0),
    ("V36", "first halt", 112.5),
    ("V38", "shipments sent", 91.0),
    ("V39", "value share 0.00100", "free"),
    ("V42", "first halt after the control date", 65.0),
    ("V43", "no supply: variance of it", 1e-6),
    ("V46", "first halt, drawn as needed", 45.0),
    ("V47", "restricted mean to 365 d", 155.1225),
    ("V48", "share in remission after week 6", 0.850),
    ("V57", "first cause of A", 50.0),
    ("V57", "Shapley of A", 30.0),
    ("V72", "share approved on day 61", 0.25),
    ("V74", "95% bound after 100 runs", 0.0),
]

NOT_IN_THE_TABLE = {
    ("V20", "files open after 400 d"): "all files are decided",
    ("V22", "share of time with 3 or fewer, fixed transit"): "Poisson law with mean 7",
    ("V22", "share of time with 3 or fewer, exponential transit"): "Poisson law with mean 7",
    ("V25", "cost at 20"): "expected cost under the Poisson law",
    ("V43", "no supply: variance of it"): "stated in words",
    ("V49", "largest distance from the plain share"): "stated in words",
    ("V49", "area under the curve"): "the mean of the runs themselves",
    ("V15", "relative error of Little's law"): "stated as a bound",
}


@cache
def findings(row: str) -> tuple[Finding, ...]:
    """Run a row once for all tests of this file."""
    return tuple(run_rows([row]))


def found_as(row: str, quantity: str) -> Finding:
    """Return the finding of a quantity."""
    return next(finding for finding in findings(row) if finding.quantity == quantity)


@pytest.mark.parametrize("row", CHECKS)
def test_a_row_of_the_table_is_found_again(row: str) -> None:
    outside = [finding for finding in findings(row) if not finding.passed]

    assert findings(row)
    assert {finding.row for finding in findings(row)} == {row}
    assert outside == []


def test_every_row_that_can_be_run_is_held() -> None:
    of_the_areas = {row for row, line in LINES.items() if line["area"] in AREAS}

    assert (of_the_areas | BESIDES | PUBLIC) <= set(CHECKS)


@pytest.mark.parametrize(("row", "quantity", "wrong"), WRONG)
def test_the_typical_wrong_answer_would_fail(row: str, quantity: str, wrong: float | str) -> None:
    finding = found_as(row, quantity)

    assert not replace(finding, found=wrong).passed


@pytest.mark.parametrize(
    "row", [row for row in CHECKS if row in LINES and LINES[row]["area"] != "metamorphic"]
)
def test_what_is_expected_is_what_the_table_states(row: str) -> None:
    line = LINES[row]
    numbers = re.findall(r"\d+\.?\d*", " ".join((line["exact_answer"], line["setting"],
                                                 line["check"], line["note"])))  # fmt: skip
    rounded = [(float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])) for text in numbers]

    for finding in findings(row):
        if isinstance(finding.expected, float) and (row, finding.quantity) not in NOT_IN_THE_TABLE:
            stated = [n for n, half in rounded if abs(n - finding.expected) <= 1.001 * half]
            assert stated, finding


def test_exact_rows_allow_nothing() -> None:
    exact = ["V01", "V03", "V04", "V05", "V09", "V18", "V31", "V36", "V37", "V38", "V41", "V42",
             "V43", "V72"]  # fmt: skip

    assert {f.tolerance for row in exact for f in findings(row)} == {0.0}


def test_a_finding_outside_its_tolerance_fails() -> None:
    finding = Finding("V01", "first halt", 45.0, 45.4, 0.5, "d", "by hand")

    assert finding.passed
    assert not replace(finding, found=45.6).passed
    assert not replace(finding, found=44.4).passed
    assert not replace(finding, found=float("nan")).passed
    assert not replace(finding, found=float("inf")).passed
    assert not replace(finding, tolerance=0.0).passed
    assert not replace(finding, found="45").passed


def test_texts_and_truths_must_be_equal() -> None:
    finding = Finding("V43", "never sooner", True, True, 0.0, "", "by hand")

    assert finding.passed
    assert not replace(finding, found=False).passed
    assert not replace(finding, found=1.0).passed


def test_an_unknown_row_is_refused_with_the_closest_one() -> None:
    with pytest.raises(InputError, match="did you mean 'V06a'"):
        run_rows(["V06aa"])


def test_controls_take_out_their_part_of_the_luck() -> None:
    luck = [-1.5, -0.5, 0.5, 1.5]
    values = [4.0 + 2.0 * x + 0.01 * sign for x, sign in zip(luck, (1, -1, -1, 1), strict=True)]

    plain, sharpened = mean_of(values), controlled_mean(values, [[x] for x in luck])

    assert sharpened.mean == pytest.approx(4.0)
    assert sharpened.error < plain.error / 100


def test_four_standard_errors_and_the_grain_are_allowed() -> None:
    finding = within_four_errors("V06a", "first halt", 60.0, mean_of([59.0, 61.0]), "d", "two", 0.5)

    assert finding.tolerance == pytest.approx(4.5)
    assert finding.note == "two; n 2, standard error 1, plus 0.5 for the size of one consignment"
