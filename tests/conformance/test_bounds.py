"""With every index checked, worlds of all kinds still run the same: nothing leaves its table."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.engine.compiled.library import object_file

ROOT = Path(__file__).parents[2]
WORLDS = "tests/conformance/test_generated.py::test_generated_worlds_run_the_same_on_both_engines"
KINDS = ("networks", "supply", "licences", "mixed")


def test_worlds_run_the_same_with_bounds_checks_on() -> None:
    names = [*(f"{WORLDS}[{kind}-1]" for kind in KINDS), "tests/conformance/test_policies.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *names],
        cwd=ROOT, env=os.environ | {"NUMBA_BOUNDSCHECK": "1"}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_checked_kernel_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unchecked = object_file(tmp_path)
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")

    assert object_file(tmp_path) != unchecked
