"""A real scheduler and real workers on this machine: the same bytes, whatever becomes of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.engine.choice import COMPILED
from sim.errors import InputError, Refused, SimulationError, StorageError
from sim.experiment import cluster as module
from sim.experiment import run_design
from sim.experiment.check import examine
from sim.experiment.cluster import LOCAL, Cluster
from sim.experiment.design import Shard, plan_of
from sim.experiment.shard import read_receipt
from tests.experiment.worlds import LICENCES, TEXT, design, digests

distributed = pytest.importorskip("distributed", reason="needs magnet-runway[cluster]")
psutil = pytest.importorskip("psutil", reason="comes with distributed")

ROOT = Path(__file__).parents[2]
LONG = TEXT.replace("horizon: 120 d", "horizon: 365 d")
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")
OTHER_VERSION = "import sim; sim.__version__ = '0.0.1'"


class Dask:
    """A scheduler of its own and workers that a test can end."""

    def __init__(self, place: Path) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self._place = place
        self._file = place / "scheduler.json"
        self._start("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file",
                    str(self._file))  # fmt: skip
        self._wait(self._file.exists)

    @property
    def address(self) -> str:
        return str(json.loads(self._file.read_text())["address"])

    def worker(self, first: str = "pass") -> subprocess.Popen[bytes]:
        return self._start(
            "dask_worker", "--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--local-directory", str(self._place), first=first,
        )  # fmt: skip

    def workers(self, n: int) -> list[subprocess.Popen[bytes]]:
        started = [self.worker() for _ in range(n)]
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(n, timeout=60)
        return started

    def end(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def _start(self, program: str, *arguments: str, first: str = "pass") -> subprocess.Popen[bytes]:
        script = f"{first}; from distributed.cli.{program} import main; main()"
        process = subprocess.Popen(
            [sys.executable, "-c", script, *arguments, "--host", "127.0.0.1"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        self.processes.append(process)
        return process

    def _wait(self, until: object) -> None:
        begun = time.monotonic()
        while not until():  # type: ignore[operator]
            assert time.monotonic() - begun < 60
            time.sleep(0.05)


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    started = Dask(tmp_path)
    yield started
    started.end()


@POSIX
def test_a_worker_killed_in_the_middle_costs_nothing_and_the_bytes_are_the_same(
    dask: Dask, tmp_path: Path
) -> None:
    workers = dask.workers(3)
    killed: list[int] = []

    def kill_one(done: int, _total: int) -> None:
        if done and not killed:
            workers[0].send_signal(signal.SIGKILL)
            killed.append(workers[0].wait())

    clustered = run_design(
        design(LONG), 150, None, tmp_path / "cluster", progress=kill_one,
        cluster=Cluster(dask.address),
    )  # fmt: skip
    here = run_design(design(LONG), 150, 1, tmp_path / "here")
    assert killed == [-signal.SIGKILL]
    assert clustered.failed == ()
    assert digests(clustered.folder) == digests(here.folder)


def test_progress_counts_the_shards_that_came_back(dask: Dask, tmp_path: Path) -> None:
    dask.workers(1)
    seen: list[tuple[int, int]] = []
    run_design(
        design(), 50, None, tmp_path / "results", cluster=Cluster(dask.address),
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip

    assert seen == [(0, 100), (25, 100), (50, 100), (75, 100), (100, 100)]


def test_an_interrupted_batch_goes_on_with_what_is_stored(dask: Dask, tmp_path: Path) -> None:
    dask.workers(1)
    folder, cluster = tmp_path / "results", Cluster(dask.address)

    def stop(done: int, _total: int) -> None:
        if done == 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_design(design(), 50, None, folder, progress=stop, cluster=cluster)
    left = {path.name for path in folder.rglob("*.parquet")}
    run_design(design(), 50, None, folder, cluster=cluster)
    here = run_design(design(), 50, 1, tmp_path / "here")
    assert left
    assert all(name.endswith("-0000000.parquet") for name in left)
    assert digests(folder) == digests(here.folder)


def test_a_worker_of_another_version_is_refused_by_name_before_anything_starts(
    dask: Dask, tmp_path: Path
) -> None:
    dask.workers(1)
    dask.worker(first=OTHER_VERSION)
    with distributed.Client(dask.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)

    with pytest.raises(Refused, match=r"tcp://127.* has magnet-runway 0\.0\.1 instead of"):
        run_design(design(), 50, None, tmp_path / "results", cluster=Cluster(dask.address))
    assert not list((tmp_path / "results").rglob("*.parquet"))


def test_a_cluster_without_workers_is_refused_with_how_to_start_some(
    dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WORKERS_S", 0.2)

    with pytest.raises(Refused, match=f"`dask worker {dask.address} --nthreads 1`"):
        run_design(design(), 25, None, tmp_path / "results", cluster=Cluster(dask.address))


def test_a_local_cluster_writes_the_same_bytes_listens_here_only_and_leaves_nobody(
    tmp_path: Path,
) -> None:
    heard: set[str] = set()

    def listen(_done: int, _total: int) -> None:
        me = psutil.Process()
        for process in (me, *me.children(recursive=True)):
            for socket in process.net_connections("tcp"):
                if socket.status == psutil.CONN_LISTEN:
                    heard.add(socket.laddr.ip)

    before = {child.pid for child in psutil.Process().children(recursive=True)}
    local = run_design(design(), 50, 2, tmp_path / "local", progress=listen, cluster=Cluster(LOCAL))
    here = run_design(design(), 50, 1, tmp_path / "here")
    after = {child.pid for child in psutil.Process().children(recursive=True)}
    assert digests(local.folder) == digests(here.folder)
    assert heard == {"127.0.0.1"}
    # The process that Python keeps for its own accounts of shared memory may stay.
    assert len(after - before) <= 1


@POSIX
def test_ctrl_c_on_a_terminal_ends_a_local_cluster_quietly_and_leaves_whole_shards(
    tmp_path: Path,
) -> None:
    results = tmp_path / "results"
    (tmp_path / "two_plants.yaml").write_text(LONG)
    command = [sys.executable, "-m", "sim", "run", str(tmp_path / "two_plants.yaml"), "-n", "200",
               "--cluster", "local", "-j", "2", "--results", str(results)]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    begun = time.monotonic()
    while not list(results.rglob("receipt-*.json")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() - begun < 120
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert "the same command goes on" in err
    assert "Traceback" not in err
    whole = {(path.parent, path.stem[-7:]) for path in results.rglob("receipt-*.json")}
    assert {(path.parent, path.stem[-7:]) for path in results.rglob("*.parquet")} == whole


def test_a_scheduler_that_is_not_there_is_a_storage_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CONNECT_S", 0.2)

    with pytest.raises(StorageError, match=r"cannot reach the cluster at tcp://127\.0\.0\.1:9"):
        run_design(design(), 25, None, tmp_path, cluster=Cluster("tcp://127.0.0.1:9"))


@pytest.mark.parametrize("address", ["tcp://10.1.2.3:8786", "tcp://cluster.example:8786"])
def test_an_open_network_needs_to_be_trusted_on_purpose(address: str) -> None:
    with pytest.raises(Refused, match="without encryption or login"):
        Cluster(address).refuse_if_open()

    Cluster(address, trust_network=True).refuse_if_open()
    Cluster(address.replace("tcp", "tls")).refuse_if_open()


@pytest.mark.parametrize(
    "address", [LOCAL, "tcp://127.0.0.1:8786", "tcp://localhost:8786", "tcp://[::1]:8786"]
)
def test_this_machine_is_always_trusted(address: str) -> None:
    Cluster(address).refuse_if_open()


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1:8786", "http://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://a:b"]
)
def test_what_is_no_address_is_an_input_error(address: str) -> None:
    with pytest.raises(InputError, match="need local, tcp://host:port or tls://host:port"):
        Cluster(address).refuse_if_open()


def test_without_dask_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(InputError, match=r"pip install 'magnet-runway\[cluster\]'"):
        run_design(design(), 25, None, tmp_path, cluster=Cluster(LOCAL))


class Future:
    """A task that ended in a certain way."""

    key = "task"

    def __init__(self, outcome: object) -> None:
        self._outcome = outcome

    def result(self) -> object:
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


SHARD = Shard(LICENCES, "0" * 16, 25)


def test_a_shard_that_ends_every_worker_is_named() -> None:
    killed = distributed.KilledWorker("task", None, 3)

    with pytest.raises(SimulationError, match="'licences', replications 25 to 49: every worker"):
        module._answer(SHARD, Future(killed))


def test_a_lost_connection_is_a_storage_error_that_says_to_go_on() -> None:
    with pytest.raises(StorageError, match=r"lost on the cluster \(OSError.*same command"):
        module._answer(SHARD, Future(OSError("gone")))


@pytest.fixture(scope="module")
def answer() -> dict[str, object]:
    """What a worker returns for the shard."""
    (arm, _) = plan_of(design(), 50).arms
    return module.run_task(
        json.dumps(arm.resolved), SHARD.alternative, SHARD.key, SHARD.first, COMPILED
    )


def test_what_a_worker_returns_is_stored_under_the_name_of_its_shard(
    answer: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / SHARD.key).mkdir()

    receipt = module._stored(tmp_path, SHARD, Future(answer))
    assert read_receipt(tmp_path, SHARD) == receipt
    assert examine(tmp_path, [SHARD]).faults == {}


def test_a_file_that_changed_on_the_way_is_not_stored(
    answer: dict[str, object], tmp_path: Path
) -> None:
    files = dict(answer["files"])  # type: ignore[call-overload]
    files[SHARD.file("halts")] += b"?"
    (tmp_path / SHARD.key).mkdir()

    with pytest.raises(StorageError, match=r"halts-0000025\.parquet did not come back"):
        module._stored(tmp_path, SHARD, Future(answer | {"files": files}))
    assert not (tmp_path / SHARD.receipt).exists()


def test_another_shard_than_the_one_asked_for_is_not_stored(
    answer: dict[str, object], tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="the cluster sent another shard"):
        module._stored(tmp_path, Shard(LICENCES, SHARD.key, 0), Future(answer))
