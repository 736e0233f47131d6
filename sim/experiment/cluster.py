"""Shards as tasks of a Dask cluster; their files come back to the store of this machine.

A task carries all that it needs and returns the bytes of its files, so workers need the same
program and nothing else: no shared folder. They are asked for their versions before anything
starts. What a lost worker had in hand, the scheduler gives to another one.

A Dask scheduler runs whatever it is sent, without a login. So a cluster of our own listens on this
machine only, and one elsewhere must be reached by TLS unless the network is trusted on purpose.

In:  shards to run, the address of a scheduler.
Out: receipts, in the order of finishing.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

from sim.errors import InputError, MagnetRunwayError, Refused, SimulationError, StorageError
from sim.experiment.design import Shard, versions
from sim.experiment.folder import finish_file, temporary
from sim.experiment.local import Batch
from sim.experiment.shard import Failure, Receipt, Runner, write_receipt
from sim.experiment.worlds import Worlds
from sim.scenario import Scenario

__all__ = ["LOCAL", "Cluster", "run_on_cluster", "run_task"]

LOCAL: Final = "local"
_CONNECT_S: Final = 20
_WORKERS_S: Final = 60
_LOOK_S: Final = 20
_NO_WORKER_S: Final = 300
"""How long a batch waits for workers when the last one is gone."""
_IN_HAND: Final = 2
"""Tasks handed out for each thread of a worker: one runs, one waits."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where shards are run.

    Parameters
    ----------
    address : str
        `local` for worker processes of this machine, or `tcp://host:port` or `tls://host:port` of
        a Dask scheduler.
    trust_network : bool
        Whether `tcp://` may lead to another machine.
    """

    address: str
    trust_network: bool = False

    def refuse_if_open(self) -> None:
        """Refuse an address that others can listen in on, or that is none.

        Raises
        ------
        InputError
            If it is not an address.
        Refused
            If it is unencrypted and leads to another machine.
        """
        if self.address == LOCAL:
            return
        parts = urlsplit(self.address)
        try:
            known = parts.scheme in {"tcp", "tls"} and parts.hostname and parts.port
        except ValueError:
            known = False
        if not known:
            raise InputError(
                f"--cluster: got '{self.address}', need local, tcp://host:port or tls://host:port"
            )
        if parts.scheme == "tcp" and not self.trust_network and not _is_here(parts.hostname or ""):
            raise Refused(
                f"{self.address} is another machine, reached without encryption or login: use "
                "tls://, a tunnel to 127.0.0.1, or --trust-network in a network of your own"
            )


def run_on_cluster(batch: Batch, cluster: Cluster, n_workers: int) -> Iterator[Receipt]:
    """Run shards on a cluster.

    Stopping the iteration, by an error or Ctrl-C, takes back the tasks that are not done.

    Parameters
    ----------
    batch : Batch
    cluster : Cluster
    n_workers : int
        Worker processes of a local cluster.

    Raises
    ------
    InputError
        If Dask is not installed, or the address is none.
    Refused
        If workers are of other versions, there are none, or the network is open.
    StorageError
        If the scheduler cannot be reached, or every worker is gone.
    SimulationError
        If one shard after another worker ends.
    """
    cluster.refuse_if_open()
    if not batch.shards:
        return
    with _connected(cluster, min(n_workers, len(batch.shards))) as client:
        _refuse_other_workers(client)
        yield from _receipts(client, batch)


def run_task(scenario: str, alternative: str, key: str, first: int, engine: str) -> dict[str, Any]:
    """Run one shard on a worker, and return its receipt and the bytes of its files.

    Parameters
    ----------
    scenario : str
        Resolved scenario as JSON.
    alternative, key : str
    first : int
        As in `Shard`.
    engine : str
    """
    shard = Shard(alternative, key, first)
    with TemporaryDirectory(prefix="magnet-runway-") as place:
        worlds = _worlds(scenario, threading.get_ident())
        receipt = Runner(Path(place), worlds, engine).run(shard)
        files = {name: (Path(place) / name).read_bytes() for name in shard.files}
    return {"receipt": asdict(receipt), "files": files}


@lru_cache(maxsize=16)
def _worlds(scenario: str, _thread: int) -> Worlds:
    """Return the tables of a scenario, kept from one task to the next of the same thread."""
    world = Scenario.model_validate(json.loads(scenario))
    return Worlds(lambda _alternative: world)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _dask() -> Any:
    """Return `dask.distributed`, whose types say less than its documentation."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise InputError(
            "--cluster needs Dask: pip install 'magnet-runway[cluster]', here and on every worker"
        ) from error


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Start processes that leave Ctrl-C, which a terminal sends to all, to this one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _connected(cluster: Cluster, n_workers: int) -> Iterator[Any]:
    """Connect to a scheduler; for `local`, start one with its workers, and end them afterwards."""
    dask, own = _dask(), None
    try:
        if cluster.address == LOCAL:
            with _deaf_to_ctrl_c():
                own = dask.LocalCluster(
                    n_workers=n_workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    worker_dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
        client = dask.Client(
            own if own is not None else cluster.address, timeout=_CONNECT_S, set_as_default=False
        )
    except (OSError, RuntimeError, ValueError) as error:
        if own is not None:
            own.close()
        raise StorageError(f"cannot reach the cluster at {cluster.address}: {error}") from error
    try:
        yield client
    finally:
        client.close()
        if own is not None:
            own.close()


def _refuse_other_workers(client: Any) -> None:
    """Refuse workers on which results would not be the same bytes.

    Raises
    ------
    Refused
        If there is no worker, or one has another version of the program or of a library.
    """
    address = client.scheduler_info()["address"]
    try:
        client.wait_for_workers(1, timeout=_WORKERS_S)
    except TimeoutError as error:
        raise Refused(
            "the cluster has no workers: start some with the same program, such as "
            f"`dask worker {address} --nthreads 1`"
        ) from error
    here, faults = versions(), []
    for worker, found in sorted(client.run(versions, on_error="return").items()):
        if isinstance(found, BaseException):
            faults.append(f"{worker} cannot say what it has ({type(found).__name__}: {found})")
            continue
        other = [f"{name} {found.get(name)} instead of {here[name]}" for name in here
                 if found.get(name) != here[name]]  # fmt: skip
        if other:
            faults.append(f"{worker} has {', '.join(other)}")
    if faults:
        raise Refused(
            "\n  ".join(["workers of the cluster differ; install the same there:", *faults])
        )


def _receipts(client: Any, batch: Batch) -> Iterator[Receipt]:
    """Keep a window of tasks on the cluster, store what comes back, and yield its receipt."""
    wait = _dask().wait
    texts = {arm.name: json.dumps(arm.resolved) for arm in batch.arms}
    waiting = iter(batch.shards)
    running: dict[Any, Shard] = {}
    seen = time.monotonic()
    try:
        while True:
            window = _IN_HAND * _n_threads(client)
            for shard in islice(waiting, max(0, window - len(running))):
                running[_submit(client, texts[shard.alternative], shard, batch.engine)] = shard
            if not running:
                return
            try:
                with client.as_current():
                    done = wait(list(running), _LOOK_S, "FIRST_COMPLETED").done
            except TimeoutError:
                done = set()
            if _n_threads(client):
                seen = time.monotonic()
            elif time.monotonic() - seen > _NO_WORKER_S:
                raise StorageError("the cluster has no workers left: the same command goes on")
            for future in sorted(done, key=lambda one: str(one.key)):
                yield _stored(batch.folder, running.pop(future), future)
    finally:
        client.cancel(list(running))


def _n_threads(client: Any) -> int:
    return sum(client.nthreads().values())


def _submit(client: Any, scenario: str, shard: Shard, engine: str) -> Any:
    name = f"magnet-runway-{shard.key}-{shard.first:07d}-{os.urandom(4).hex()}"
    return client.submit(
        run_task, scenario, shard.alternative, shard.key, shard.first, engine, key=name, pure=False
    )


def _stored(folder: Path, shard: Shard, future: Any) -> Receipt:
    """Write the files of a finished task, the receipt last."""
    receipt, files = _answer(shard, future)
    for name in shard.files:
        content = files.get(name, b"")
        if hashlib.sha256(content).hexdigest() != receipt.files.get(name):
            raise StorageError(f"{name} did not come back from the cluster as it was written")
        draft = temporary(folder / name)
        try:
            draft.write_bytes(content)
        except OSError as error:
            raise StorageError(f"cannot write {draft}: {error.strerror}") from error
        finish_file(draft, folder / name)
    write_receipt(folder, receipt)
    return receipt


def _answer(shard: Shard, future: Any) -> tuple[Receipt, Mapping[str, bytes]]:
    """Return what a task gave back, or say what became of it."""
    killed_worker = _dask().KilledWorker
    last = shard.replications[-1]
    what = f"'{shard.alternative}', replications {shard.first} to {last}"
    try:
        answer = future.result()
    except MagnetRunwayError:
        raise
    except killed_worker as error:
        raise SimulationError(
            f"{what}: every worker that took it was lost; without --cluster, the replication that "
            "ends workers is found and left out"
        ) from error
    except Exception as error:
        raise StorageError(
            f"{what}: lost on the cluster ({type(error).__name__}: {error}); the same command "
            "goes on"
        ) from error
    told = answer["receipt"]
    receipt = Receipt(**{**told, "failed": tuple(Failure(**one) for one in told["failed"])})
    if receipt.shard != shard:
        raise StorageError(f"{what}: the cluster sent another shard")
    return receipt, answer["files"]
