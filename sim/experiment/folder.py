"""A results folder on disk: paths that stay inside it, files that appear whole, one owner.

Nothing outside the folder is ever opened because of something that a file in it says, and no
symbolic link is followed.

In:  a folder, relative names.
Out: paths that are safe to read, checksums, files written under a temporary name and renamed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.errors import DamagedResults, FolderInUse, Refused, StorageError

__all__ = [
    "canonical",
    "clear_temporary",
    "finish_file",
    "inside",
    "make_folder",
    "owned",
    "read_json",
    "same_bytes",
    "sha256_of",
    "temporary",
    "write_json",
]

LOCK = ".lock"
_TEMPORARY = ".part-"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)?")
_BLOCK = 1 << 20


def inside(folder: Path, name: str) -> Path:
    """Return the path of a results file, if it is a plain file inside the folder.

    Parameters
    ----------
    folder : Path
        A results folder.
    name : str
        Relative, with `/`, at most one folder deep, as in a manifest.

    Raises
    ------
    DamagedResults
        If the name leads elsewhere or through a symbolic link (nothing is opened), or if there is
        no such file.

    Examples
    --------
    >>> inside(Path("results/tiny"), "../../evil.parquet")
    Traceback (most recent call last):
    ...
    sim.errors.DamagedResults: '../../evil.parquet' is not a name inside results/tiny; nothing was \
read [E_PATH_OUTSIDE]
    """
    if not _NAME.fullmatch(name) or ".." in name:
        raise DamagedResults(
            f"'{name[:120]}' is not a name inside {folder}; nothing was read [E_PATH_OUTSIDE]"
        )
    path = folder / name
    for step in (path.parent, path):
        if step != folder and step.is_symlink():
            raise DamagedResults(f"{step} is a symbolic link; it was not followed [E_PATH_OUTSIDE]")
    if not path.is_file():
        raise DamagedResults(f"{path} is missing; the same `run` command makes it again [E_GONE]")
    return path


def make_folder(folder: Path) -> None:
    """Make a folder (and those above it) unless it is there.

    Raises
    ------
    Refused
        If something else, or a symbolic link, has its place.
    StorageError
        If it cannot be made.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refused(f"{folder} is not a folder of its own: move it away, or choose another")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make {folder}: {error.strerror}") from error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal.

    Raises
    ------
    StorageError
        If it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    return digest.hexdigest()


def canonical(value: Any) -> bytes:
    """Return JSON in its one spelling here: keys in the order given, no spaces.

    Order is kept because it may matter: of two rules with one date the later one wins.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def read_json(path: Path) -> dict[str, Any]:
    """Return the mapping in a JSON file.

    Raises
    ------
    DamagedResults
        If the file is not JSON, or not a mapping.
    StorageError
        If it cannot be read.
    """
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DamagedResults(f"{path} is not the JSON that was written there") from error
    if not isinstance(value, dict):
        raise DamagedResults(f"{path} does not hold a JSON mapping")
    return value


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a mapping as JSON, whole or not at all."""
    draft = temporary(path)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StorageError(f"cannot write {draft}: {error.strerror}") from error
    finish_file(draft, path)


def same_bytes(path: Path, sha256: str) -> bool:
    """Tell whether a plain file is there and has this checksum; a link counts as not there."""
    return path.is_file() and not path.is_symlink() and sha256_of(path) == sha256


def temporary(path: Path) -> Path:
    """Return the name under which this process writes a file before it is whole."""
    return path.with_name(f"{_TEMPORARY}{os.getpid()}-{path.name}")


def finish_file(draft: Path, path: Path) -> None:
    """Bring a written file to the disk and give it its name, in one step.

    Raises
    ------
    StorageError
        If the disk refuses.
    """
    try:
        with draft.open("rb+") as stream:
            os.fsync(stream.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error


def clear_temporary(folder: Path) -> None:
    """Remove what an interrupted process left half written in a folder and those just below."""
    if not folder.is_dir():
        return
    places = [folder, *(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())]
    for place in places:
        for path in place.glob(f"{_TEMPORARY}*"):
            with contextlib.suppress(OSError):
                path.unlink()


def _sync_folder(folder: Path) -> None:
    """Bring the new name itself to the disk, where the system can do that."""
    if os.name != "posix":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextlib.contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Hold a folder so that no second process writes into it at the same time.

    The system drops the lock when its owner ends, however it ends; the file itself stays, empty.

    Raises
    ------
    FolderInUse
        If another process holds it; its number, machine and starting time are named.
    StorageError
        If the lock file cannot be opened.
    """
    path = folder / LOCK
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        number = os.open(path, flags, 0o644)
    except OSError as error:
        raise StorageError(f"cannot open {path}: {error.strerror}") from error
    with os.fdopen(number, "r+", encoding="utf-8") as stream:
        if not _try_lock(number):
            owner = stream.read(200).strip() or "another process"
            raise FolderInUse(f"{folder} is in use by {owner}: wait for it, or stop it")
        stream.truncate(0)
        stream.write(_owner())
        stream.flush()
        try:
            yield
        finally:
            stream.seek(0)
            stream.truncate(0)


def _owner() -> str:
    import platform

    started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"process {os.getpid()} on {platform.node()} since {started}"


def _try_lock(number: int) -> bool:
    """Take the lock of an open file without waiting; tell whether that worked."""
    if sys.platform == "win32":
        import msvcrt

        try:
            os.lseek(number, 1 << 30, os.SEEK_SET)  # a byte beyond the text, which stays readable
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(number, 0, os.SEEK_SET)
        return True
    import fcntl

    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
