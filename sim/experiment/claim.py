"""Whose a results folder is, and why a key is what it is.

`run.json` is written before the first shard: what is being run here, under which keys. A folder
that holds other files and neither `run.json` nor a manifest is somebody else's, and left alone.
Beside the shards of a key lies `key.json`, what the key is the hash of, so that a changed key can
be explained.

In:  a results folder, the `Plan` that is to be run there.
Out: both files; what is not ours in the folder; why shards have to be run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sim.columns import OUTCOME_TABLES
from sim.errors import DamagedResults, Refused
from sim.experiment.design import FORMAT, SHARD_SIZE, Arm, Plan, Shard, key_of, versions
from sim.experiment.folder import inside, make_folder, read_json, write_json
from sim.experiment.manifest import MANIFEST
from sim.experiment.shard import Receipt, read_receipt

__all__ = [
    "Claim", "claim", "foreign_files", "is_results", "read_claim", "refuse_foreign",
    "shard_file", "stored", "why",
]  # fmt: skip

RUN: Final = "run.json"
KEY: Final = "key.json"
REPORT: Final = "report"
_MOST_DIFFERENCES: Final = 5
_KEY_NAME = re.compile(r"[0-9a-f]{16}")
_SHARD_FILE = re.compile(
    rf"(?:(?:{'|'.join(OUTCOME_TABLES)})-\d{{7}}\.parquet|receipt-\d{{7}}\.json|{re.escape(KEY)})"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a folder says is being run in it.

    Parameters
    ----------
    design : str
    n_replications : int
    arms : mapping of str to (str, int)
        Key and seed by alternative.
    """

    design: str
    n_replications: int
    arms: Mapping[str, tuple[str, int]]

    @property
    def shards(self) -> tuple[Shard, ...]:
        """All of its shards."""
        firsts = range(0, self.n_replications, SHARD_SIZE)
        return tuple(Shard(name, key, n) for name, (key, _) in self.arms.items() for n in firsts)


def is_results(folder: Path) -> bool:
    """Tell whether a folder holds results, finished or not."""
    return any((folder / name).is_file() for name in (RUN, MANIFEST))


def shard_file(path: Path) -> bool:
    """Tell whether a path has the name of a file of a shard, in the folder of a key."""
    return bool(_KEY_NAME.fullmatch(path.parent.name) and _SHARD_FILE.fullmatch(path.name))


def foreign_files(folder: Path) -> tuple[str, ...]:
    """Return names in a results folder that nothing here has written; hidden files do not count."""
    return tuple(sorted(path.relative_to(folder).as_posix() for path in _foreign(folder)))


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds something and is not one of results.

    Raises
    ------
    Refused
        Naming what is there.
    """
    if is_results(folder):
        return
    names = sorted(path.name for path in _visible(folder))
    if names:
        shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        raise Refused(
            f"{folder} holds files that are not results ({shown}): choose another folder with "
            "--results"
        )


def read_claim(folder: Path) -> Claim | None:
    """Return what `run.json` says, or without one the manifest; None if neither can be read.

    Raises
    ------
    DamagedResults
        If `run.json` is a symbolic link.
    """
    for name in (RUN, MANIFEST):
        if not (folder / name).exists():
            continue
        path = inside(folder, name)
        try:
            text = read_json(path)
            arms = {one["name"]: (one["key"], one["seed"]) for one in text["alternatives"]}
            return Claim(text["design"], text["replications"], arms)
        except (DamagedResults, KeyError, TypeError):
            continue
    return None


def claim(folder: Path, plan: Plan) -> None:
    """Write down what is to be run, unless that is what the folder says already.

    Raises
    ------
    Refused
        If the folder holds another design, or the same with another seed.
    """
    held = read_claim(folder)
    if held is not None:
        _refuse_other_run(folder, held, plan)
    for arm in plan.arms:
        make_folder(folder / arm.key)
        _write_once(folder / arm.key / KEY, dict(arm.parts))
    arms = [{"name": arm.name, "key": arm.key, "seed": arm.scenario.seed} for arm in plan.arms]
    text = {
        "format": FORMAT,
        "design": plan.design,
        "replications": plan.n_replications,
        "alternatives": arms,
    }
    _write_once(folder / RUN, text)


def stored(folder: Path, shards: Sequence[Shard]) -> dict[Shard, Receipt]:
    """Return receipts that are there, complete and by these versions; files are not looked at."""
    found, now = {}, versions()
    for shard in shards:
        try:
            receipt = read_receipt(folder, shard)
        except DamagedResults:
            continue
        if not receipt.failed and dict(receipt.versions) == now:
            found[shard] = receipt
    return found


def why(folder: Path, plan: Plan) -> Iterator[str]:
    """Say of each alternative what is stored, and which part of its key is new."""
    held = read_claim(folder) if is_results(folder) else None
    for arm in plan.arms:
        mine = [shard for shard in plan.shards if shard.key == arm.key]
        n_stored = len(stored(folder, mine))
        before = None if held is None else held.arms.get(arm.name)
        line = f"{arm.name} ({arm.key}): {n_stored} of {len(mine)} shards are stored"
        if n_stored < len(mine):
            line += f"; {_reason(folder, arm, before, mine)}"
        yield line


def _reason(folder: Path, arm: Arm, before: tuple[str, int] | None, shards: Sequence[Shard]) -> str:
    """Say why shards of an alternative are not there."""
    if before is None:
        return "it was not run here before"
    if before[0] != arm.key:
        return f"the key was {before[0]}: {_changes(folder, before[0], arm)}"
    now = versions()
    for shard in shards:
        try:
            then = read_receipt(folder, shard).versions
        except DamagedResults:
            continue
        changed = [f"{name} {then.get(name)} -> {now[name]}" for name in now
                   if then.get(name) != now[name]]  # fmt: skip
        if changed:
            return f"stored ones are by other versions: {', '.join(changed)}"
    return "the key is the same, the others were not run yet or are damaged"


def _changes(folder: Path, key: str, arm: Arm) -> str:
    """Name the parts of a key that differ from those of an earlier one."""
    try:
        parts = read_json(inside(folder, f"{key}/{KEY}"))
    except DamagedResults:
        parts = {}
    if key_of(parts) != key:
        return "what it was made of is not known any more"
    said = []
    for name, what in (("seed", "seed"), ("model", "sources of the program"), ("engine", "engine"),
                       ("format", "format")):  # fmt: skip
        if parts.get(name) != arm.parts[name]:
            said.append(f"{what} ({parts.get(name)} -> {arm.parts[name]})")
    differences = _differences(parts["scenario"], arm.parts["scenario"])
    paths = [path for path in islice(differences, 2 + _MOST_DIFFERENCES) if path != "seed"]
    if paths:
        more = ", ..." if len(paths) > _MOST_DIFFERENCES else ""
        said.append(f"scenario ({', '.join(paths[:_MOST_DIFFERENCES])}{more})")
    return f"changed: {', '.join(said)}"


def _differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Yield the paths at which two plain structures differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            below = f"{path}.{key}" if path else str(key)
            if key not in old or key not in new:
                yield below
            else:
                yield from _differences(old[key], new[key], below)
        if old == new and list(old) != list(new):
            yield f"{path} (order)"
    elif old != new:
        yield path


def _refuse_other_run(folder: Path, held: Claim, plan: Plan) -> None:
    """Refuse to go on in the folder of another design or seed."""
    seeds = {arm.name: arm.scenario.seed for arm in plan.arms}
    changed = "" if held.design == plan.design else f"design {held.design} -> {plan.design}"
    for name, (_, seed) in held.arms.items():
        if not changed and seeds.get(name, seed) != seed:
            changed = f"seed {seed} -> {seeds[name]}"
    if changed:
        raise Refused(
            f"{folder} holds another run ({changed}): choose another folder with --results, or "
            "remove this one"
        )


def _write_once(path: Path, text: dict[str, Any]) -> None:
    """Write a file unless it says the same already; a link is replaced, not followed."""
    if path.is_file() and not path.is_symlink():
        try:
            if read_json(path) == text:
                return
        except DamagedResults:
            pass
    write_json(path, text)


def _visible(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if not path.name.startswith("."))


def _foreign(folder: Path) -> Iterator[Path]:
    for path in _visible(folder):
        if path.name in {RUN, MANIFEST, REPORT}:
            continue
        if path.is_dir() and not path.is_symlink() and _KEY_NAME.fullmatch(path.name):
            yield from (file for file in _visible(path) if not shard_file(file))
        else:
            yield path
