"""The kernel as machine code: from a private folder, or translated now and kept there.

What is kept is one object file, named for everything it depends on: the sources it was made from,
the versions of the translators, the processor. It is read by LLVM alone, so that a warm start never
imports Numba. Where no private folder can be had (a read-only installation without a home, a folder
that others may write to), the kernel is translated anew in each process. Two processes that
translate at once each write a file of their own and rename it: the last one wins, both are right.

    MAGNET_RUNWAY_CACHE=/some/folder    keeps it elsewhere
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path

__all__ = ["cache_folder", "kernel", "object_file"]

_SOURCES = (
    "engine/compiled/kernel/*.py", "engine/compiled/layout.py", "engine/order.py",
    "engine/rules.py", "engine/trace.py", "model/elementary.py", "model/regimes.py",
    "model/streams.py", "model/tables.py", "units.py",
)  # fmt: skip
_DIGEST = 32
_KEPT = 6
"""Files of other versions that are left, for worktrees and bounds checks beside each other."""
_LOCK = threading.Lock()


def kernel(name: str = "run") -> Callable[[int], int]:
    """Return the compiled run: it takes the address of a world and returns a status.

    Parameters
    ----------
    name : str
        run, or bare: the calendar alone, as a yardstick.

    The first call of a process loads it, or translates it where no cache has it (once per version,
    said on stderr). The GIL is not held while it runs.
    """
    with _LOCK:
        return _kernel(name)


@lru_cache(maxsize=2)
def _kernel(name: str) -> Callable[[int], int]:
    engine, address = _loaded(*_code(name))
    entry = ctypes.CFUNCTYPE(
        ctypes.c_int32, ctypes.POINTER(ctypes.c_int64), ctypes.POINTER(ctypes.c_void_p),
        ctypes.c_int64,
    )(address)  # fmt: skip

    def run(world: int, _keep: object = engine) -> int:
        status, fault = ctypes.c_int64(), ctypes.c_void_p()
        entry(ctypes.byref(status), ctypes.byref(fault), world)
        return status.value

    return run


def cache_folder() -> Path | None:
    """Return the private folder of the cache, made if need be; None if there is none to be had."""
    stated = os.environ.get("MAGNET_RUNWAY_CACHE")
    try:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(stated) if stated else Path(base) / "magnet-runway"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except (OSError, RuntimeError):
        return None
    others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    is_mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return folder if is_mine and not others_write else None


def object_file(folder: Path, name: str = "run") -> Path:
    """Return where the kernel made from these sources, by these tools, for this machine lies."""
    import llvmlite.binding as llvm

    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for pattern in _SOURCES:
        for source in sorted(root.glob(pattern)):
            digest.update(source.read_bytes())
    versions = [metadata.version(name) for name in ("numba", "llvmlite", "numpy")]
    machine = [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    checks = os.environ.get("NUMBA_BOUNDSCHECK", "")
    digest.update("\n".join([*versions, sys.version, *machine, checks]).encode())
    return folder / f"{name}-{digest.hexdigest()[:32]}.o"


def _code(name: str) -> tuple[bytes, str]:
    """Return object code and the name of its entry, from the cache if it is there."""
    folder = cache_folder()
    path = object_file(folder, name) if folder else None
    kept = _read(path) if path else None
    if kept is None:
        _say("compiling the engine, once for this version (about ten seconds) ...")
        from sim.engine.compiled.kernel.build import emit

        kept = emit(name)
        if path:
            _write(path, *kept)
            _prune(path)
    return kept


def _read(path: Path) -> tuple[bytes, str] | None:
    """Return what a whole and undamaged file holds; None for any other."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, rest = content[:_DIGEST], content[_DIGEST:]
    if hashlib.sha256(rest).digest() != digest:
        return None
    with suppress(OSError):
        os.utime(path)  # what was used last is kept longest
    symbol, _, code = rest.partition(b"\n")
    return code, symbol.decode()


def _write(path: Path, code: bytes, symbol: str) -> None:
    """Keep the object code; a folder that cannot be written to is left alone."""
    rest = symbol.encode() + b"\n" + code
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="kernel-")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(rest).digest() + rest)
        Path(name).replace(path)
    except OSError:
        return


def _prune(path: Path) -> None:
    """Remove all but the latest files of other versions; one that is in use has been read."""
    with suppress(OSError):
        others = path.parent.glob(f"{path.name.partition('-')[0]}-*.o")
        for old in sorted(others, key=lambda one: one.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)


def _loaded(code: bytes, symbol: str) -> tuple[object, int]:
    """Load object code into the process; return what holds it, and the address of its entry."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine, int(engine.get_function_address(symbol))


def _say(text: str) -> None:
    sys.stderr.write(f"magnet-runway: {text}\n")
    sys.stderr.flush()
