"""From a design to a results folder: plan, run what is not there yet, and write down what was run.

In:  `Design`, a number of replications.
Out: `Results`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.engine.choice import COMPILED
from sim.errors import InputError, ReplicationsFailed, StorageError
from sim.experiment.check import examine
from sim.experiment.claim import claim, refuse_foreign
from sim.experiment.cluster import Cluster, run_on_cluster
from sim.experiment.design import SHARD_SIZE, Plan, Shard, plan_of, versions
from sim.experiment.folder import clear_temporary, make_folder, owned
from sim.experiment.local import Batch, run_here, run_in_workers
from sim.experiment.manifest import write_manifest
from sim.experiment.shard import Failure, Receipt
from sim.experiment.store import Results, load
from sim.scenario import Design

if TYPE_CHECKING:
    from sim.engine.policies import PolicyFactory

__all__ = ["Progress", "run_design"]

Progress = Callable[[int, int], None]
"""Told how many runs are done, and how many there are."""


def run_design(
    design: Design,
    replications: int,
    workers: int | None,
    folder: str | Path,
    seed: int | None = None,
    progress: Progress | None = None,
    *,
    allow_large: bool = False,
    cluster: Cluster | None = None,
    engine: str = COMPILED,
    policy: PolicyFactory | None = None,
) -> Results:
    """Run every alternative of a design and store the outcomes; what is there is not run again.

    The same command goes on where it was stopped, and ends with the same bytes.

    Parameters
    ----------
    design : Design
    replications : int
        Of each alternative; rounded up to whole shards of 25, of which tables use the first ones.
    workers : int or None
        Processes; 1 runs in this process, None takes one for each processor.
    folder : str or Path
        The results folder of this design, such as `results/april_2025`.
    seed : int, optional
        Instead of the scenario's.
    progress : callable, optional
        Called with (runs done, runs in all).
    allow_large : bool
        Run a plan that is larger than the disk or than 20 million rows of sites.
    cluster : Cluster, optional
        Where shards are run instead of here.
    engine : str
        compiled or simpy; outcomes are the same, but each is stored under a key of its own.
    policy : callable, optional
        Makes a policy for every run. No key knows it: the folder must be one's own.

    Raises
    ------
    InputError
        If a number is out of range or the scenario cannot be built.
    Refused
        If the folder holds something else, the plan is too large, or the cluster is not fit.
    FolderInUse, StorageError
        If another process writes the same folder, or it cannot be written.
    ReplicationsFailed
        If some replications ended in errors; everything else is stored and can be loaded.
    """
    plan, place = plan_of(design, replications, seed, engine), Path(folder)
    n_workers = _n_workers(workers)
    _prepare(place, plan, allow_large=allow_large)
    with owned(place):
        begun = time.monotonic()
        claim(place, plan)
        receipts = _receipts(plan, place, n_workers, progress, cluster, policy)
        write_manifest(place, plan, receipts, _made(begun, n_workers, cluster))
    _raise_failures(plan, receipts, place)
    return load(place)


def _prepare(folder: Path, plan: Plan, *, allow_large: bool) -> None:
    """Make the results folder; refuse another one, or a plan that is too large."""
    refuse_foreign(folder)
    make_folder(folder)
    if not allow_large:
        plan.refuse_if_large(shutil.disk_usage(folder).free)


def _n_workers(asked: int | None) -> int:
    n_workers = (os.cpu_count() or 1) if asked is None else asked
    if n_workers < 1:
        raise InputError(f"workers: got {asked}, need at least 1")
    return n_workers


def _made(begun: float, n_workers: int, cluster: Cluster | None) -> dict[str, Any]:
    """Say when, where and for how long a batch ran: what differs between executions."""
    return {
        "finished": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "wall_seconds": round(time.monotonic() - begun, 3),
        "workers": n_workers,
        "cluster": "" if cluster is None else cluster.address,
    }


def _receipts(
    plan: Plan,
    folder: Path,
    n_workers: int,
    progress: Progress | None,
    cluster: Cluster | None,
    policy: PolicyFactory | None,
) -> Mapping[Shard, Receipt]:
    """Run the shards that are not there, and return the receipts of all."""
    clear_temporary(folder)
    have = _usable(folder, plan.shards)
    todo = tuple(shard for shard in plan.shards if shard not in have)
    count = _Count(progress, plan.n_runs, len(have) * SHARD_SIZE)
    batch = Batch(folder, plan.arms, todo, count.at, plan.engine, policy)
    try:
        with closing(_run(batch, n_workers, cluster)) as receipts:
            for receipt in receipts:
                _refuse_other_versions(receipt)
                have[receipt.shard] = receipt
                count.finished(receipt.shard)
    except BaseException:
        _leave_whole_shards(folder, [shard for shard in todo if shard not in have])
        raise
    return have


def _run(batch: Batch, n_workers: int, cluster: Cluster | None) -> Generator[Receipt]:
    if batch.policy is not None or (cluster is None and min(n_workers, len(batch.shards)) < 2):
        yield from run_here(batch)
    elif cluster is not None:
        yield from run_on_cluster(batch, cluster, n_workers)
    else:
        yield from run_in_workers(batch, n_workers)


def _usable(folder: Path, shards: Iterable[Shard]) -> dict[Shard, Receipt]:
    """Return receipts of shards that are whole, complete and by the same versions."""
    now = versions()
    return {
        shard: receipt
        for shard, receipt in examine(folder, shards).receipts.items()
        if not receipt.failed and dict(receipt.versions) == now
    }


def _refuse_other_versions(receipt: Receipt) -> None:
    """Refuse a shard by a worker that found other sources than this process did."""
    if dict(receipt.versions) != versions():
        raise StorageError(
            "the program was changed while it ran, and a worker started with other sources: "
            "the same command runs what is affected again"
        )


def _leave_whole_shards(folder: Path, unfinished: Iterable[Shard]) -> None:
    """Remove what an interrupted batch has half written."""
    clear_temporary(folder)
    for shard in unfinished:
        if not (folder / shard.receipt).exists():
            for name in shard.files:
                with suppress(OSError):
                    (folder / name).unlink(missing_ok=True)


def _raise_failures(plan: Plan, receipts: Mapping[Shard, Receipt], folder: Path) -> None:
    failed: list[Failure] = [f for shard in plan.shards for f in receipts[shard].failed]
    if not failed:
        return
    noun = "replication" if len(failed) == 1 else "replications"
    lines = [f"{len(failed)} {noun} of {plan.n_runs} failed; the others are in {folder}"]
    lines += [f"  {it.alternative}, replication {it.replication}: {it.message}" for it in failed]
    raise ReplicationsFailed("\n".join(lines))


class _Count:
    """How many runs are done, from what workers say they begin."""

    def __init__(self, progress: Progress | None, n_total: int, n_done: int) -> None:
        self._progress = progress
        self._total = n_total
        self._done = n_done
        self._running: dict[Shard, int] = {}
        self._tell()

    def at(self, shard: Shard, replication: int | None) -> None:
        """Note that a replication begins, or that a shard is being written."""
        inside = SHARD_SIZE - 1 if replication is None else replication - shard.first
        self._running[shard] = inside
        self._tell()

    def finished(self, shard: Shard) -> None:
        """Note that a shard is stored."""
        self._running.pop(shard, None)
        self._done += SHARD_SIZE
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done + sum(self._running.values()), self._total)
