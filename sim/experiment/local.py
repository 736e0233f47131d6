"""Worker processes on this machine: each has one known shard, so a death has a name.

A pool that hands out lists of tasks cannot say which one killed a worker, and loses or repeats the
others. Here the parent knows the shard and the replication of every worker at every moment. A
shard whose worker dies is tried once more; a replication that kills two workers is reported and
left out.

In:  shards to run.
Out: receipts, in the order of finishing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Final

from sim.engine.choice import engine_named
from sim.errors import InputError, SimulationError, StorageError
from sim.experiment.design import Arm, Shard
from sim.experiment.shard import Failure, Receipt, Runner
from sim.experiment.worlds import Worlds

if TYPE_CHECKING:
    from sim.engine.policies import PolicyFactory

__all__ = ["Batch", "run_here", "run_in_workers"]

DEATHS_ALLOWED: Final = 2
"""Workers that one replication may cost before it is left out."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be run.

    Parameters
    ----------
    folder : Path
        The results folder.
    arms : tuple of Arm
    shards : tuple of Shard
        Those that are not there yet.
    at : callable
        Told about each replication that begins, and (None) when a shard is being written.
    engine : str
        Which engine runs it.
    policy : callable, optional
        Makes the policy of every run, which a user has written; it runs in this process only.
    """

    folder: Path
    arms: tuple[Arm, ...]
    shards: tuple[Shard, ...]
    at: Callable[[Shard, int | None], None]
    engine: str
    policy: PolicyFactory | None = None


def run_here(batch: Batch) -> Iterator[Receipt]:
    """Run all shards in this process."""
    scenarios = {arm.name: arm.scenario for arm in batch.arms}
    worlds = Worlds(scenarios.__getitem__)
    runner = Runner(batch.folder, worlds, batch.engine, batch.policy)
    for shard in batch.shards:
        yield runner.run(shard, at=partial(batch.at, shard))


def run_in_workers(batch: Batch, n_workers: int) -> Iterator[Receipt]:
    """Run shards in worker processes.

    Stopping the iteration, by an error or Ctrl-C, ends all workers at once.

    Parameters
    ----------
    batch : Batch
    n_workers : int
        At least 1.

    Raises
    ------
    StorageError, SimulationError
        What a worker ran into; or if workers cannot be started.
    """
    engine_named(batch.engine)  # what has to be compiled is compiled here, once for all workers
    supervisor = _Supervisor(batch)
    try:
        for _ in range(min(n_workers, len(batch.shards))):
            supervisor.hire()
        yield from supervisor.receipts()
    finally:
        supervisor.dismiss()


@dataclass(eq=False)
class _Worker:
    """A worker, its shard, the replication it began last, and those it leaves out."""

    process: subprocess.Popen[str]
    tasks: IO[str]
    listener: threading.Thread | None = None
    shard: Shard | None = None
    replication: int | None = None
    skip: dict[int, str] = field(default_factory=dict)

    def close(self) -> int:
        """Wait for the end of the process, close its pipes and return how it ended."""
        with suppress(OSError):
            self.tasks.close()
        code = self.process.wait()
        if self.listener is not None:
            self.listener.join()
        return code


class _Supervisor:
    """Hands out one shard at a time and hears every worker through one queue."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._waiting: deque[tuple[Shard, dict[int, str]]] = deque((s, {}) for s in batch.shards)
        self._heard: SimpleQueue[tuple[_Worker, str]] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._deaths: Counter[tuple[Shard, int | None]] = Counter()
        self._setup = json.dumps(
            {
                "folder": str(batch.folder.resolve()),
                "alternatives": {arm.name: arm.resolved for arm in batch.arms},
                "engine": batch.engine,
            }
        )

    def hire(self) -> None:
        """Start a worker and give it a shard."""
        process = _start()
        tasks, answers = process.stdin, process.stdout
        if tasks is None or answers is None:
            raise SimulationError("a worker process came without pipes")
        worker = _Worker(process, tasks)
        self._workers.append(worker)
        worker.listener = threading.Thread(target=self._listen, args=(worker, answers), daemon=True)
        worker.listener.start()
        self._tell(worker, self._setup)
        self._assign(worker)

    def receipts(self) -> Iterator[Receipt]:
        """Yield receipts until every shard has one."""
        n_left = len(self._batch.shards)
        while n_left:
            worker, line = self._heard.get()
            if not line:
                yield from self._bury(worker)
                n_left = self._n_unfinished()
                continue
            message = json.loads(line)
            if "started" in message:
                worker.replication = message["started"]
                if worker.shard is not None:
                    self._batch.at(worker.shard, message["started"])
            elif "receipt" in message:
                yield _receipt(message["receipt"])
                self._assign(worker)
                n_left = self._n_unfinished()
            else:
                self._fail(*message["error"])

    def dismiss(self) -> None:
        """End all workers, whatever they are doing, and wait until they are gone."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.close()
        self._workers.clear()

    def _n_unfinished(self) -> int:
        return len(self._waiting) + sum(worker.shard is not None for worker in self._workers)

    def _listen(self, worker: _Worker, answers: IO[str]) -> None:
        """Pass on what a worker says (in a thread of its own); an empty line is its end."""
        with answers:
            for line in answers:
                self._heard.put((worker, line))
        self._heard.put((worker, ""))

    def _tell(self, worker: _Worker, line: str) -> None:
        try:
            worker.tasks.write(line + "\n")
            worker.tasks.flush()
        except OSError:
            return  # it has died; its end is heard through the queue

    def _assign(self, worker: _Worker) -> None:
        """Give a worker its next shard, or let it go."""
        worker.replication = None
        if not self._waiting:
            worker.shard = None
            with suppress(OSError):
                worker.tasks.close()
            return
        worker.shard, worker.skip = self._waiting.popleft()
        task = {
            "alternative": worker.shard.alternative,
            "key": worker.shard.key,
            "first": worker.shard.first,
            "skip": worker.skip,
        }
        self._tell(worker, json.dumps(task))

    def _bury(self, worker: _Worker) -> Iterator[Receipt]:
        """Put the shard of a dead worker back in the queue, without what kills workers."""
        code = worker.close()
        self._workers.remove(worker)
        shard = worker.shard
        if shard is None:
            return
        culprit = (shard, worker.replication)
        self._deaths[culprit] += 1
        if self._deaths[culprit] >= DEATHS_ALLOWED:
            if worker.replication is None:
                raise StorageError(
                    f"worker processes end while they start or write ({_ending(code)}); "
                    "with one worker everything runs in this process"
                )
            worker.skip[worker.replication] = f"the worker process was lost ({_ending(code)})"
        self._waiting.appendleft((shard, worker.skip))
        self.hire()
        yield from ()

    def _fail(self, kind: str, text: str) -> None:
        """Raise what a worker ran into."""
        if kind in {"NetworkError", "DataError"}:
            from sim.model import build_model

            for arm in self._batch.arms:
                build_model(arm.scenario)
            raise InputError(text)  # only with what one of the replications has drawn
        raise StorageError(text) if kind == "StorageError" else SimulationError(text)


def _start() -> subprocess.Popen[str]:
    """Start a worker that finds the same packages, and no others, in the same places."""
    import sim

    home = str(Path(sim.__file__).resolve().parent.parent)
    path = os.pathsep.join([home, *(place for place in sys.path if place)])
    command = [sys.executable, "-P", "-m", "sim.experiment.worker"]
    try:
        return subprocess.Popen(  # noqa: S603 - our own module under this very Python
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
    except OSError as error:
        raise StorageError(f"cannot start a worker process: {error}") from error


def _receipt(message: Mapping[str, Any]) -> Receipt:
    failed: Iterable[Mapping[str, Any]] = message["failed"]
    return Receipt(**{**message, "failed": tuple(Failure(**one) for one in failed)})


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
