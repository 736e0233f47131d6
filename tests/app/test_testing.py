"""`test` hands over to pytest and says how it ended."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from sim.app import testing
from sim.errors import CheckFailed, Refused


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what would be run; -k finds no test, -x ends in a failure."""
    told: list[Any] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        told.append(command)
        return SimpleNamespace(returncode=5 if "-k" in command else 1 if "-x" in command else 0)

    monkeypatch.setattr(subprocess, "run", run)
    return told


def test_without_arguments_two_processes_run_everything(commands: list[Any]) -> None:
    testing.run_tests(())

    assert commands[0][1:] == ["-m", "pytest", "-n", "2", "-q"]


def test_arguments_go_to_pytest_as_they_are(commands: list[Any]) -> None:
    testing.run_tests(("tests/stats", "-q"))

    assert commands[0][3:] == ["tests/stats", "-q"]


def test_a_failed_test_and_no_test_at_all_are_failed_checks(commands: list[Any]) -> None:
    with pytest.raises(CheckFailed, match="a test failed"):
        testing.run_tests(("-x",))
    with pytest.raises(CheckFailed, match="no test was run"):
        testing.run_tests(("-k", "nothing"))

    assert len(commands) == 2


def test_without_pytest_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing.importlib.util, "find_spec", lambda _: None)

    with pytest.raises(Refused, match="pip install"):
        testing.run_tests(())
