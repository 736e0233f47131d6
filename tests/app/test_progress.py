"""Progress: nothing when quiet, a line every ten seconds without a terminal, rate and time left."""

from __future__ import annotations

import io
import sys

import pytest

from sim.app import progress as module
from sim.app.progress import Speed, in_parts, progress


def test_quiet_shows_nothing() -> None:
    with progress("tiny", quiet=True) as show:
        assert show is None


def test_without_a_terminal_a_line_comes_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 1.0, 11.0, 15.0, 21.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(seconds))

    with progress("tiny", quiet=False) as show:
        assert show is not None
        for done in (0, 50, 75, 100):
            show(done, 100)

    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == (
        "",
        [
            "tiny: 50 of 100 runs (5 runs/s, 10 s left)",
            "tiny: 100 of 100 runs (5 runs/s)",
        ],
    )


def test_a_rate_needs_a_run_and_some_time() -> None:
    speed = Speed()

    assert speed.words(10.0, 200, 400) == ""
    assert speed.words(10.0, 225, 400) == ""
    assert speed.words(12.0, 200, 400) == ""
    assert speed.words(20.0, 300, 400) == "10 runs/s, 10 s left"


def test_several_batches_count_as_one_without_what_was_stored() -> None:
    shown: list[tuple[int, int]] = []
    first, second = in_parts(lambda done, total: shown.append((done, total)), [100, 50])

    assert first is not None
    assert second is not None
    for done in (75, 100):
        first(done, 100)
    for done in (0, 25, 50):
        second(done, 50)
    assert shown == [(0, 75), (25, 75), (25, 75), (50, 75), (75, 75)]


def test_a_bar_on_a_terminal_shows_a_name_with_brackets_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")

    with progress("ruled [queue]", quiet=False) as show:
        assert show is not None
        show(0, 50)
        show(25, 50)

    assert "ruled [queue]" in terminal.getvalue()
