"""Progress: nothing when quiet, a line every ten seconds without a terminal."""

from __future__ import annotations

import pytest

from sim.app import progress as module
from sim.app.progress import progress


def test_quiet_shows_nothing() -> None:
    with progress("tiny", quiet=True) as show:
        assert show is None


def test_without_a_terminal_a_line_comes_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 4.0, 11.0, 15.0, 22.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(seconds))

    with progress("tiny", quiet=False) as show:
        assert show is not None
        for done in (25, 50, 75, 100):
            show(done, 100)

    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == ("", ["tiny: 50 of 100 runs", "tiny: 100 of 100 runs"])
