"""`--engine`: the same tables from either, a fallback that says so, a refusal that says why."""

from pathlib import Path

import pytest

from sim.app.checking import engine_for
from sim.errors import InputError
from sim.experiment.manifest import read_manifest
from tests.app.commands import Command
from tests.experiment.worlds import TEXT

HUGE = TEXT.replace("output_per_day: 20,", "output_per_day: 90000000000,")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "two_plants.yaml"
    path.write_text(TEXT)
    return path


def test_either_engine_prints_the_same_table(command: Command, file: Path, tmp_path: Path) -> None:
    by_default = command("run", file, "-n", 25, "-j", 1, "--results", tmp_path / "one")
    by_simpy = command("run", file, "-n", 25, "-j", 1, "--results", tmp_path / "two",
                       "--engine", "simpy")  # fmt: skip

    assert by_default.out == by_simpy.out != ""
    assert "with 1 worker, engine compiled" in by_default.err
    assert "with 1 worker, engine simpy" in by_simpy.err
    assert read_manifest(tmp_path / "one/two_plants").engine == "compiled"
    assert read_manifest(tmp_path / "two/two_plants").engine == "simpy"


def test_why_says_that_the_engine_is_another(command: Command, file: Path, tmp_path: Path) -> None:
    asked = ("run", file, "-n", 25, "-j", 1, "--results", tmp_path)
    command(*asked, "--engine", "simpy")

    ended = command(*asked, "--why", "--dry-run")

    assert "engine" in ended.out


def test_what_the_compiled_engine_cannot_run_is_run_on_simpy_and_said(
    command: Command, file: Path, tmp_path: Path
) -> None:
    file.write_text(HUGE)

    ended = command("run", file, "--dry-run", "--results", tmp_path / "results")

    assert ended.code == 0
    assert "two_plants: runs on SimPy, because the compiled engine cannot run a site" in ended.out
    assert "engine simpy" in ended.out


def test_the_compiled_engine_is_refused_where_it_cannot_run(
    command: Command, file: Path, tmp_path: Path
) -> None:
    file.write_text(HUGE)

    ended = command("run", file, "--engine", "compiled", "--results", tmp_path / "results")

    assert ended.code == 2
    assert "the compiled engine cannot run a site that uses 90,000,000,000,001 a day" in ended.err
    assert "ask for --engine simpy" in ended.err


@pytest.mark.parametrize(
    ("asked", "in_way", "engine"),
    [("", (), "compiled"), ("", ("x",), "simpy"), ("simpy", (), "simpy"),
     ("compiled", (), "compiled")],
)  # fmt: skip
def test_the_engine_is_the_one_asked_for_or_the_faster_that_can(
    asked: str, in_way: tuple[str, ...], engine: str
) -> None:
    assert engine_for(asked, in_way) == engine


def test_an_engine_that_is_none_is_bad_input() -> None:
    with pytest.raises(InputError, match="got 'rust', need one of compiled, simpy"):
        engine_for("rust", ())
