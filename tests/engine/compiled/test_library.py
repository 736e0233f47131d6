"""The kernel is compiled once and kept in a private folder; without one it runs all the same."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.engine.compiled import library
from sim.engine.compiled.kernel import build

ROOT = Path(__file__).parents[3]
COMPILE = "from sim.engine.compiled.library import kernel; print(kernel('bare') is not None)"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Keep kernels in a folder of its own, and note what is compiled instead of doing it."""
    done: list[str] = []

    def emit(name: str) -> tuple[bytes, str]:
        done.append(name)
        return b"machine code", "entry"

    monkeypatch.setattr(build, "emit", emit)
    monkeypatch.setenv("MAGNET_RUNWAY_CACHE", str(tmp_path / "kernels"))
    return done


def test_a_kernel_is_compiled_once_and_read_afterwards(
    compiled: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = library._code("run"), library._code("run")

    assert first == second == (b"machine code", "entry")
    assert compiled == ["run"]
    assert capsys.readouterr().err.count("compiling the engine, once for this version") == 1


def test_a_damaged_file_is_compiled_again(compiled: list[str], tmp_path: Path) -> None:
    library._code("run")
    (file,) = (tmp_path / "kernels").glob("run-*.o")
    file.write_bytes(file.read_bytes()[:-1] + b"!")

    assert library._code("run") == (b"machine code", "entry")
    assert compiled == ["run", "run"]


@pytest.mark.usefixtures("compiled")
def test_files_of_other_versions_are_removed_but_for_the_latest(tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    folder.mkdir(mode=0o700)
    for number in range(9):
        (folder / f"run-{number}.o").write_bytes(b"old")
        os.utime(folder / f"run-{number}.o", (number, number))
    library._code("run")

    kept = {path.name for path in folder.glob("run-*.o")}

    assert {"run-4.o", "run-8.o"} <= kept
    assert len(kept) == library._KEPT


def test_without_a_folder_of_our_own_nothing_is_kept(
    compiled: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("MAGNET_RUNWAY_CACHE", str(tmp_path / "file" / "kernels"))

    assert library._code("run") == library._code("run")
    assert compiled == ["run", "run"]


def test_the_name_of_the_file_depends_on_every_module_that_the_kernel_reads() -> None:
    package = ROOT / "sim"
    hashed = {path for pattern in library._SOURCES for path in package.glob(pattern)}
    kernel = package / "engine/compiled/kernel"

    read = {
        node.module
        for path in kernel.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("sim.")
    }

    for module in read - {"sim.engine", "sim.model", "sim.engine.compiled"}:
        place = ROOT / module.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py") in hashed, module


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_a_folder_that_others_may_write_to_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAGNET_RUNWAY_CACHE", str(tmp_path))
    tmp_path.chmod(0o777)

    assert library.cache_folder() is None


def test_two_processes_that_compile_at_once_both_get_a_kernel(tmp_path: Path) -> None:
    environment = os.environ | {"MAGNET_RUNWAY_CACHE": str(tmp_path / "kernels")}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", COMPILE], cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert [out for out, _ in told] == ["True\n"] * 2
    assert len(list((tmp_path / "kernels").iterdir())) == 1
