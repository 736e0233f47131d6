"""The manifest of a results folder: what was run, by what, and the checksum of every file.

It is written last, so a folder without one is a batch that has not ended. What differs from one
execution to the next (times, workers) stands in one place, `made`, and nowhere else.

In:  `Plan`, receipts.
Out: `manifest.json`, and `Manifest` read back from it.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.errors import DamagedResults, Refused
from sim.experiment.design import FORMAT, SHARD_SIZE, Plan, Shard
from sim.experiment.folder import canonical, inside, read_json, sha256_of, write_json
from sim.experiment.shard import Receipt

__all__ = ["MANIFEST", "Manifest", "ManifestArm", "commit", "read_manifest", "write_manifest"]

MANIFEST: Final = "manifest.json"
_VOLATILE: Final = ("made", "digest")


@dataclass(frozen=True, slots=True)
class ManifestArm:
    """One alternative as it was run.

    Parameters
    ----------
    name, key : str
    seed : int
    scenario : mapping
        Resolved, in the spelling of scenario files.
    overrides : tuple of mapping
        Values that the alternative or the command line laid over the file: path, value, origin.
    failed : mapping of int to str
        Failed replications, and what the error said.
    """

    name: str
    key: str
    seed: int
    scenario: Mapping[str, Any]
    overrides: tuple[Mapping[str, Any], ...]
    failed: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a results folder holds.

    Parameters
    ----------
    design, baseline : str
    n_replications : int
        As asked for; whole shards are stored.
    arms : tuple of ManifestArm
        In the order of the design.
    versions : mapping of str to str
    engine : str
    files : mapping of str to str
        SHA-256 by file name, receipts included.
    made : mapping
        When, on what system, from which commit, with how many workers, in how many seconds.
    """

    design: str
    baseline: str
    n_replications: int
    arms: tuple[ManifestArm, ...]
    versions: Mapping[str, str]
    engine: str
    files: Mapping[str, str]
    made: Mapping[str, Any]

    @property
    def shards(self) -> tuple[Shard, ...]:
        """All shards, alternative by alternative."""
        firsts = range(0, self.n_replications, SHARD_SIZE)
        return tuple(Shard(arm.name, arm.key, first) for arm in self.arms for first in firsts)


def write_manifest(
    folder: Path, plan: Plan, receipts: Mapping[Shard, Receipt], made: Mapping[str, Any]
) -> None:
    """Write the manifest, unless the one that is there says the same.

    Parameters
    ----------
    folder : Path
    plan : Plan
    receipts : mapping of Shard to Receipt
        One for each shard of the plan.
    made : mapping
        What differs between executions.
    """
    files: dict[str, str] = {}
    for shard in plan.shards:
        files |= receipts[shard].files
        files[shard.receipt] = sha256_of(folder / shard.receipt)
    arms = []
    for arm in plan.arms:
        failed = {
            str(failure.replication): failure.message
            for shard in plan.shards
            if shard.alternative == arm.name
            for failure in receipts[shard].failed
        }
        arms.append(
            {
                "name": arm.name,
                "key": arm.key,
                "seed": arm.scenario.seed,
                "scenario": arm.resolved,
                "overrides": list(arm.overrides),
                "failed": failed,
            }
        )
    text: dict[str, Any] = {
        "format": FORMAT,
        "design": plan.design,
        "baseline": plan.baseline,
        "replications": plan.n_replications,
        "shard_size": SHARD_SIZE,
        "engine": plan.engine,
        "versions": dict(receipts[plan.shards[0]].versions),
        "alternatives": arms,
        "files": files,
    }
    text["digest"] = _digest(text)
    if (folder / MANIFEST).exists() and _says_the_same(folder, text["digest"]):
        return
    where = {"system": platform.system(), "machine": platform.machine(), "commit": commit()}
    write_json(folder / MANIFEST, {**text, "made": {**made, **where}})


def commit() -> str:
    """Return the commit of the checkout that the program runs from; empty outside of one.

    Read from Git's files, so that no other program is needed or started.
    """
    git = Path(__file__).resolve().parents[2] / ".git"
    try:
        if git.is_file():  # a worktree: the file says where its folder is
            git = (git.parent / git.read_text().removeprefix("gitdir:").strip()).resolve()
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        for place in (git, git.parent.parent):
            if (place / name).is_file():
                return (place / name).read_text().strip()
        packed = (git / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a results folder.

    Raises
    ------
    Refused
        If the folder has none, or one of another format.
    DamagedResults
        If it is not what was written.
    StorageError
        If it cannot be read.
    """
    if not (folder / MANIFEST).exists():
        raise Refused(
            f"{folder} has no {MANIFEST}: not a results folder, or its `run` has not ended "
            "(the same command goes on)"
        )
    path = inside(folder, MANIFEST)
    text = read_json(path)
    if text.get("format") != FORMAT:
        raise Refused(f"{path} has format {text.get('format')!r}, this version reads {FORMAT}")
    if text.get("digest") != _digest(text):
        raise DamagedResults(f"{path} is damaged: it is not what was written there")
    try:
        manifest = Manifest(
            design=text["design"],
            baseline=text["baseline"],
            n_replications=text["replications"],
            arms=tuple(_arm(one) for one in text["alternatives"]),
            versions=text["versions"],
            engine=text["engine"],
            files=text["files"],
            made=text["made"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedResults(f"{path} is damaged: not a manifest") from error
    for name in manifest.files:
        inside(folder, name)
    return manifest


def _arm(text: Mapping[str, Any]) -> ManifestArm:
    failed = {int(number): message for number, message in text["failed"].items()}
    return ManifestArm(
        text["name"], text["key"], text["seed"], text["scenario"], tuple(text["overrides"]), failed
    )


def _digest(text: Mapping[str, Any]) -> str:
    """Return the SHA-256 of everything in a manifest but the volatile."""
    kept = {key: value for key, value in text.items() if key not in _VOLATILE}
    return hashlib.sha256(canonical(kept)).hexdigest()


def _says_the_same(folder: Path, digest: str) -> bool:
    path = folder / MANIFEST
    if path.is_symlink():
        return False
    try:
        text = read_json(path)
    except DamagedResults:
        return False
    return text.get("digest") == digest == _digest(text)
