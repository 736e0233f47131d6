"""Every planted fault must be noticed, and without a fault nothing may be."""

import compileall
import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutations.engine_faults import ENGINE_FAULTS
from tests.mutations.faults import FAULTS, Fault
from tests.mutations.licence_faults import LICENCE_FAULTS
from tests.mutations.supply_faults import SUPPLY_FAULTS

ROOT = Path(__file__).parents[2]
NEEDED = ("sim", "scenarios", "tests/conformance", "tests/engine", "tests/models.py",
          "tests/conservation.py")  # fmt: skip
FOUND = 7
PLANTED = (*FAULTS, *LICENCE_FAULTS, *SUPPLY_FAULTS, *ENGINE_FAULTS)
RUN_ROWS = f"""
import sys
from sim.app.verification import run_rows
if __name__ == "__main__":
    wrong = [finding for finding in run_rows(sys.argv[1:]) if not finding.passed]
    print(*wrong, sep="\\n")
    sys.exit({FOUND} if wrong else 0)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and of the tests that the checks name.

    It is compiled once. Python takes a compiled file by what its source holds, not by its date,
    because files change within a second.
    """
    folder = tmp_path_factory.mktemp("faults")
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    shutil.copy(ROOT / "pyproject.toml", folder)
    by_content = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(folder, quiet=1, invalidation_mode=by_content)
    return folder


@pytest.fixture
def planted(copy: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The copy with one fault in it; sound again afterwards."""
    fault: Fault = request.param
    file = copy / "sim" / fault.file
    sound = file.read_text(encoding="utf-8")
    assert sound.count(fault.old) == 1, f"{fault.file}: the text to replace is not there once"
    faulty = sound.replace(fault.old, fault.new)
    compile(faulty, fault.file, "exec")
    file.write_text(faulty, encoding="utf-8")
    yield copy
    file.write_text(sound, encoding="utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy; nothing of a faulty file is kept."""
    environment = os.environ | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(folder),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # half of the time would go into plugins
        "MAGNET_RUNWAY_CACHE": str(folder / "kernels"),
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip


def notices(folder: Path, checks: tuple[str, ...]) -> tuple[bool, str]:
    """Whether a check fails (not: cannot run), and what was printed."""
    rows = [check for check in checks if not check.startswith("tests/")]
    tests = [check for check in checks if check.startswith("tests/")]
    output, failed = "", False
    if rows:
        done = run(folder, "-c", RUN_ROWS, *rows)
        assert done.returncode in {0, FOUND}, done.stdout + done.stderr
        output, failed = done.stdout, done.returncode == FOUND
    if tests and not failed:
        done = run(folder, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests)
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        output, failed = output + done.stdout, done.returncode == 1
    return failed, output


@pytest.mark.parametrize("planted", PLANTED, indirect=True, ids=lambda fault: fault.name)
def test_the_fault_is_noticed(planted: Path, request: pytest.FixtureRequest) -> None:
    fault = request.node.callspec.params["planted"]

    noticed, output = notices(planted, fault.checks)

    assert noticed, output


def test_without_a_fault_no_check_fails(copy: Path) -> None:
    checks = tuple(dict.fromkeys(check for fault in PLANTED for check in fault.checks))

    noticed, output = notices(copy, checks)

    assert not noticed, output
