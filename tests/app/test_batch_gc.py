"""`gc`: says what may go, asks, and removes it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sim.experiment import run_design
from tests.app.commands import Command
from tests.experiment.worlds import TEXT, design

SHORT = TEXT.replace("gates: null}", "gates: null, horizon: 90 d}")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Two results folders, one with blocks of an alternative that has changed since."""
    for text, name in ((TEXT, "two_plants"), (SHORT, "two_plants"), (TEXT, "other")):
        run_design(design(text), 25, 1, tmp_path / name)
    return tmp_path


def n_files(place: Path) -> int:
    return len([path for path in place.rglob("*") if path.is_file() and path.name != ".lock"])


def test_a_dry_run_removes_nothing(command: Command, results: Path) -> None:
    before = n_files(results)

    ended = command("gc", "--results", results, "--dry-run")
    assert ended.code == 0
    assert "files would be removed" in ended.out
    assert str(results / "two_plants") in ended.out
    assert str(results / "other") not in ended.out
    assert n_files(results) == before


def test_with_yes_they_are_removed_and_a_second_time_there_is_nothing(
    command: Command, results: Path
) -> None:
    before = n_files(results)

    ended = command("gc", "--results", results, "--yes")
    assert ended.code == 0
    assert f"{before - n_files(results)} files removed" in ended.out
    assert n_files(results) < before
    assert "every block is in use" in command("gc", "--results", results, "--yes").out
    for name in ("two_plants", "other"):
        assert command("verify", results / name).code == 0


def test_where_nobody_can_be_asked_nothing_is_removed(
    command: Command, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = n_files(results)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)

    ended = command("gc", "--results", results)
    assert ended.code == 5
    assert "add --yes" in ended.err
    assert n_files(results) == before


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 5)])
def test_on_a_terminal_it_asks_first(
    command: Command, results: Path, monkeypatch: pytest.MonkeyPatch, answer: bool, code: int
) -> None:
    before, asked = n_files(results), []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sim.app.collecting.click.confirm", confirm)

    assert command("gc", "--results", results).code == code
    assert len(asked) == 1
    assert (n_files(results) < before) == answer


def test_without_results_it_ends_with_2(command: Command, tmp_path: Path) -> None:
    assert command("gc", "--results", tmp_path).code == 2
