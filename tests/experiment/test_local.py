import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from sim.columns import OUTCOME_TABLES
from sim.engine import Trace
from sim.engine.base import Engine
from sim.errors import InputError, NetworkError, ReplicationsFailed, StorageError
from sim.experiment import load, local, run_design, shard
from sim.model.tables import ModelTables
from tests.experiment.worlds import LICENCES, TEXT, design, digests

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")


def fail_at(monkeypatch: pytest.MonkeyPatch, bad: int, error: BaseException) -> None:
    """Let replication `bad` of the alternative with gates end in an error."""
    real = shard.engine_named

    def engine_named(name: str) -> Engine:
        def simulate(tables: ModelTables, replication: int) -> Trace:
            if replication == bad and tables.regimes.stages_needed.any():
                raise error
            return real(name)(tables, replication)

        return simulate

    monkeypatch.setattr(shard, "engine_named", engine_named)


def start_workers_that(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Start workers whose `simulate` first does something else, with `replication` at hand."""
    script = textwrap.dedent(
        """
        import os, signal
        from pathlib import Path
        from sim.experiment import shard, worker
        real = shard.engine_named
        def engine_named(name):
            def simulate(tables, replication):
                {what}
                return real(name)(tables, replication)
            return simulate
        shard.engine_named = engine_named
        worker.main()
        """
    ).format(what=what)
    real = subprocess.Popen

    def popen(command: list[str], **options: object) -> object:
        return real([*command[:2], "-c", script], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(local.subprocess, "Popen", popen)


def test_a_replication_that_fails_is_named_and_the_others_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fail_at(monkeypatch, 3, ValueError("no such day"))

    with pytest.raises(
        ReplicationsFailed,
        match=r"1 replication of 50 .*\n  licences, replication 3: .*no such day",
    ):
        run_design(design(), 25, 1, tmp_path)
    results = load(tmp_path)
    assert results.failed == ((LICENCES, 3, "ValueError: no such day"),)
    assert results.n_runs == 24
    assert sorted(set(results.table("runs")["replication"])) == [0, 1, 2, *range(4, 25)]


def test_a_failed_shard_is_tried_again_and_then_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, finished: Path
) -> None:
    with monkeypatch.context() as patch:
        fail_at(patch, 3, MemoryError())
        with pytest.raises(ReplicationsFailed):
            run_design(design(), 40, 1, tmp_path)

    results = run_design(design(), 40, 1, tmp_path)
    assert results.failed == ()
    assert digests(tmp_path) == digests(finished)


def test_a_scenario_that_cannot_be_built_says_so_once(tmp_path: Path) -> None:
    loop = TEXT.replace("makes: car", "makes: car, bill: {car: 1}", 1).replace(
        "bill: {magnet: {per_unit: 1 kg, cover: {law: uniform, low: 14 d, high: 40 d}}}}\n  Toledo",
        "}\n  Toledo",
    )

    with pytest.raises((NetworkError, InputError)):
        run_design(design(loop), 25, 1, tmp_path)


def test_progress_ends_at_the_number_of_runs_and_never_goes_back(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    run_design(design(), 30, 1, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 100)
    assert seen[-1] == (100, 100)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_ctrl_c_leaves_whole_shards_only_and_the_same_command_goes_on(
    tmp_path: Path, finished: Path
) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_design(design(), 40, 1, tmp_path, progress=stop)
    left = digests(tmp_path)
    run_design(design(), 40, 1, tmp_path)

    assert len([name for name in left if name.endswith(".parquet")]) == len(OUTCOME_TABLES)
    assert not [name for name in left if ".part-" in name or "manifest" in name]
    assert digests(tmp_path) == digests(finished)


def test_ctrl_c_ends_workers_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    start_workers_that(monkeypatch, "__import__('time').sleep(60) if replication > 2 else None")

    def stop(done: int, _total: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_design(design(), 50, 2, tmp_path, progress=stop)

    assert time.monotonic() - begun < 30
    assert not list(tmp_path.rglob("*.parquet"))


@POSIX
def test_a_worker_that_dies_once_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, finished: Path
) -> None:
    marker = tmp_path / "died"
    start_workers_that(
        monkeypatch,
        f"replication == 7 and not Path({str(marker)!r}).exists() and "
        f"(Path({str(marker)!r}).touch(), os.kill(os.getpid(), signal.SIGKILL))",
    )

    results = run_design(design(), 40, 2, tmp_path / "results")
    assert marker.exists()
    assert results.failed == ()
    assert digests(tmp_path / "results") == digests(finished)


@POSIX
def test_a_replication_that_kills_every_worker_is_named_and_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    start_workers_that(monkeypatch, "replication == 31 and os.kill(os.getpid(), signal.SIGKILL)")
    alone = design(TEXT.split("alternatives:")[0])

    with pytest.raises(ReplicationsFailed, match=r"replication 31: the worker .* lost \(signal 9"):
        run_design(alone, 40, 2, tmp_path)
    results = load(tmp_path)
    assert [(name, number) for name, number, _ in results.failed] == [("base", 31)]
    assert results.n_runs == 39


def test_workers_that_end_before_they_begin_stop_the_batch_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(
        local.subprocess,
        "Popen",
        lambda _command, **options: real([sys.executable, "-c", "exit(9)"], **options),
    )

    with pytest.raises(StorageError, match=r"while they start or write \(exit code 9"):
        run_design(design(), 50, 2, tmp_path)


@POSIX
def test_a_killed_batch_resumes_to_the_same_bytes(tmp_path: Path, finished: Path) -> None:
    folder = tmp_path / "results"
    script = (
        "import sys\n"
        "from sim.experiment import run_design\n"
        "from tests.experiment.worlds import design\n"
        f"run_design(design(), 40, 2, {str(folder)!r}, "
        "progress=lambda done, total: print(done, flush=True))\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        for line in parent.stdout:
            if int(line) >= 25:
                break
        parent.send_signal(signal.SIGKILL)

    assert not (folder / "manifest.json").exists()
    run_design(design(), 40, 1, folder)
    assert digests(folder) == digests(finished)
