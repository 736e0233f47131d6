"""What a batch is going to do, in words, before it does it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.app.files import of_every_file
from sim.app.options import Options
from sim.app.study import Prepared, prepare
from sim.errors import InputError, MagnetRunwayError, PolicyError, Problem

if TYPE_CHECKING:
    from sim.experiment.design import Plan

__all__ = ["plan_text", "prepare_all", "refuse_if_large", "why_text"]


def prepare_all(files: Sequence[Path], options: Options) -> tuple[Prepared, ...]:
    """Read and build every file; faults of all of them are reported together.

    Of several files those are left out that need a policy written in Python.

    Raises
    ------
    InputError
        With every fault, or if two files would be stored under one name.
    PolicyError
        If every file needs a policy.
    Refused
        If a sweep makes too many alternatives.
    """
    waiting: list[PolicyError] = []

    def ready(file: Path) -> Prepared | None:
        try:
            return prepare(file, options)
        except PolicyError as error:
            waiting.append(error)
            return None

    prepared = tuple(one for one in of_every_file(files, ready) if one is not None)
    if waiting and not prepared:
        raise waiting[0]
    by_folder: dict[Path, Prepared] = {}
    for one in prepared:
        other = by_folder.setdefault(one.folder, one)
        if other is not one:
            need = f"need another name: {other.design.path} is called this, too"
            place = str(one.design.path)
            raise InputError([Problem("name", f"'{one.design.name}'", need, file=place)])
    return prepared


def refuse_if_large(prepared: Iterable[Prepared]) -> None:
    """Refuse plans that together are larger than the disk, or one that is too long.

    Raises
    ------
    Refused
        With the estimate.
    """
    needed = 0
    for one in prepared:
        if not one.options.allow_large:
            plan = one.plan()
            plan.refuse_if_large(shutil.disk_usage(_existing(one.folder)).free - needed)
            needed += plan.estimated_bytes


def plan_text(prepared: Sequence[Prepared], plans: Sequence[Plan]) -> str:
    """Return a line for each design: how many runs, how many of them are stored, and where."""
    from sim.experiment.claim import stored
    from sim.experiment.design import SHARD_SIZE

    lines, n_left = [], 0
    for one, plan in zip(prepared, plans, strict=True):
        shards = plan.shards
        n_stored = len(stored(one.folder, shards)) if one.folder.is_dir() else 0
        n_left += len(shards) - n_stored
        lines.append(
            f"{plan.design}: {_count(len(plan.arms), 'alternative')} of "
            f"{_count(plan.n_replications, 'replication')}, in {_count(len(shards), 'shard')} of "
            f"{SHARD_SIZE} runs: {n_stored} stored, {len(shards) - n_stored} to run; about "
            f"{max(1, round(plan.estimated_bytes / 1e6)):,} MB in {one.folder}"
        )
    options = prepared[0].options
    if n_left == 0:
        where = "nothing is run"
    elif options.cluster is not None:
        where = f"{_count(n_left * SHARD_SIZE, 'run')} on the cluster {options.cluster.address}"
    else:
        n_workers = min(options.workers or os.cpu_count() or 1, n_left)
        where = f"{_count(n_left * SHARD_SIZE, 'run')} with {_count(n_workers, 'worker')}"
    if n_left:
        where += f", engine {' and '.join(sorted({one.engine for one in prepared}))}"
    lines += [
        f"note: {one.design.name}: runs on SimPy, because the compiled engine cannot run "
        + ", ".join(one.in_way)
        for one in prepared
        if one.in_way and not one.options.engine
    ]
    return "\n".join([*lines, f"plan: {where}"])


def why_text(prepared: Iterable[Prepared], plans: Iterable[Plan]) -> str:
    """Return a line for each alternative: what is stored, and which part of its key is new."""
    from sim.experiment.claim import why

    lines = []
    for one, plan in zip(prepared, plans, strict=True):
        try:
            lines += [f"{plan.design}: {line}" for line in why(one.folder, plan)]
        except MagnetRunwayError as error:
            lines.append(f"{plan.design}: {error}")
    return "\n".join(lines)


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    place = folder.absolute()
    while not place.is_dir():
        place = place.parent
    return place


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
