"""Errors say where, what was found, what is needed and how to mend it, all at once."""

from __future__ import annotations

import pytest

from sim import errors
from sim.errors import InputError, MagnetRunwayError, Problem, did_you_mean


def test_a_problem_reads_place_field_found_needed_hint_code() -> None:
    problem = Problem(
        "policy.r.approval_rate", "14", "need a share", "write 0.14", "f.yaml", 12, 18
    )

    assert str(problem) == (
        "12:18  policy.r.approval_rate: got 14, need a share (write 0.14) [E_VALUE]"
    )


def test_all_problems_of_all_files_are_told_in_order_of_their_lines() -> None:
    error = InputError(
        [
            Problem("b", "2", "need 3", file="f.yaml", line=9, column=1),
            Problem("a", "1", "need 2", file="f.yaml", line=2, column=1),
            Problem("c", "x", "need y", file="g.csv", line=1, column=1),
        ]
    )

    lines = str(error).splitlines()
    assert lines[0] == "f.yaml: 2 problems"
    assert [line.split()[0] for line in lines[1:3]] == ["2:1", "9:1"]
    assert lines[3] == "g.csv: 1 problem"


def test_a_sentence_is_a_problem_without_a_place() -> None:
    assert str(InputError("name a folder")) == "input: 1 problem\n  name a folder [E_VALUE]"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("InputError", 2), ("ScenarioError", 2), ("NetworkError", 2), ("DataError", 2),
        ("SimulationError", 1), ("ReplicationsFailed", 3), ("StorageError", 4), ("Refused", 5),
        ("DamagedResults", 6), ("CheckFailed", 7), ("FolderInUse", 75),
    ],
)  # fmt: skip
def test_every_error_has_the_exit_code_of_the_contract(name: str, code: int) -> None:
    assert getattr(errors, name).exit_code == code


def test_every_error_is_in_the_tree_of_the_docstring() -> None:
    tree = errors.__doc__ or ""

    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, MagnetRunwayError):
            assert name in tree


def test_no_suggestion_is_made_for_a_word_unlike_any_other() -> None:
    assert did_you_mean("zebra", ["officers"]) == ""
