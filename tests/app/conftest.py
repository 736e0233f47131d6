import sys

import pytest

from sim.app import cli
from tests.app.commands import Command, Ended


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command line in this process."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["magnet-runway", *map(str, arguments)])
        code = cli.main()
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return run
