"""`test`: the test suite, from a source checkout."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from sim.errors import CheckFailed, Refused

__all__ = ["run_tests"]


def run_tests(arguments: tuple[str, ...]) -> None:
    """Run pytest on the checkout, on two processes unless told otherwise.

    Raises
    ------
    Refused
        If there is no checkout with tests, or pytest is missing.
    CheckFailed
        If a test fails.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / "tests").is_dir():
        raise Refused("test needs a source checkout: the installed package carries no tests")
    if importlib.util.find_spec("pytest") is None:
        raise Refused("test needs pytest: pip install 'magnet-runway[test]'")
    given = list(arguments) or ["-n", "2", "-q"]
    command = [sys.executable, "-m", "pytest", *given]
    done = subprocess.run(command, cwd=root, check=False)  # noqa: S603 - our own tests
    if done.returncode == 5:
        raise CheckFailed("no test was run: check the arguments")
    if done.returncode:
        raise CheckFailed("a test failed: its name and reason stand above")
