"""Blocks of results that nothing refers to any more: what they are, and their removal.

A block is a file of a shard. It is referred to by the manifest (what was asked for last) or by
`run.json` (what is being run). Changed scenarios and newer programs leave the others behind.

In:  a results folder.
Out: the files that may go; only files with the names of blocks, in folders with the names of keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sim.errors import DamagedResults, StorageError
from sim.experiment.claim import KEY, RUN, is_results, read_claim, shard_file
from sim.experiment.folder import clear_temporary, inside, owned, read_json
from sim.experiment.manifest import MANIFEST, read_manifest

__all__ = ["collect", "results_below", "unreferenced"]


def results_below(place: Path) -> tuple[Path, ...]:
    """Return the results folders meant: the folder itself, or all in it."""
    if is_results(place):
        return (place,)
    if not place.is_dir():
        return ()
    inside = sorted(path for path in place.iterdir() if path.is_dir() and not path.is_symlink())
    return tuple(path for path in inside if is_results(path))


def unreferenced(folder: Path) -> tuple[Path, ...]:
    """Return the blocks that neither the manifest nor `run.json` refers to.

    Raises
    ------
    DamagedResults
        If what refers to blocks cannot be read: then nothing is known to be left over.
    """
    kept = _kept(folder)
    files = []
    for below in sorted(folder.iterdir()):
        if below.is_symlink() or not below.is_dir():
            continue
        blocks = [path for path in sorted(below.iterdir()) if shard_file(path)]
        loose = [path for path in blocks if f"{below.name}/{path.name}" not in kept]
        needed = len(loose) < len(blocks)
        files += [path for path in loose if not (needed and path.name == KEY)]
    return tuple(files)


def collect(folder: Path) -> tuple[int, int]:
    """Remove the blocks that nothing refers to, and what interrupted processes left half written.

    Returns
    -------
    tuple of (int, int)
        Files removed, and their bytes.

    Raises
    ------
    FolderInUse
        If another process writes the folder.
    DamagedResults
        If what refers to blocks cannot be read.
    StorageError
        If a file cannot be removed.
    """
    with owned(folder):
        clear_temporary(folder)
        files = unreferenced(folder)
        n_bytes = 0
        for path in files:
            try:
                n_bytes += path.lstat().st_size
                path.unlink()
            except OSError as error:
                raise StorageError(f"cannot remove {path}: {error.strerror}") from error
        _remove_empty({path.parent for path in files})
    return len(files), n_bytes


def _kept(folder: Path) -> set[str]:
    """Names that the manifest or `run.json` refers to."""
    kept: set[str] = set()
    if (folder / MANIFEST).exists():
        kept |= set(read_manifest(folder).files)
    if (folder / RUN).exists():
        read_json(inside(folder, RUN))
    claim = read_claim(folder)
    if claim is None:
        raise DamagedResults(f"{folder / RUN} is damaged: it is not known what is in use")
    for shard in claim.shards:
        kept |= {*shard.files, shard.receipt}
    return kept


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
