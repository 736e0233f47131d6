"""`gc`: remove blocks of results that nothing refers to any more."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sim.errors import InputError, Refused

__all__ = ["collect_garbage"]


def collect_garbage(place: Path, *, yes: bool, dry_run: bool) -> None:
    """Say what may go in a results folder, or in all of those in a folder, ask, and remove it.

    Raises
    ------
    InputError
        If there are no results.
    Refused
        If nobody can be asked, or the answer is no.
    FolderInUse
        If another process writes one of them.
    """
    from sim.experiment.garbage import collect, results_below, unreferenced

    folders = results_below(place)
    if not folders:
        raise InputError(f"{place}: no results here; name a folder with --results")
    files = {folder: unreferenced(folder) for folder in folders}
    n_files = sum(map(len, files.values()))
    for folder, blocks in files.items():
        if blocks:
            n_bytes = sum(path.lstat().st_size for path in blocks)
            keys = ", ".join(sorted({path.parent.name for path in blocks}))
            click.echo(f"{folder}: {len(blocks)} files, {n_bytes / 1e6:,.2f} MB, of {keys}")
    if not n_files:
        click.echo(f"{place}: every block is in use.")
        return
    if dry_run:
        click.echo(f"{n_files} files would be removed.")
        return
    if not yes:
        _ask(n_files)
    removed = [collect(folder) for folder in files if files[folder]]
    n_removed, n_bytes = (sum(column) for column in zip(*removed, strict=True))
    click.echo(f"{n_removed} files removed, {n_bytes / 1e6:,.2f} MB.")


def _ask(n_files: int) -> None:
    """Ask on the terminal."""
    if not sys.stdin.isatty():
        raise Refused("nobody can be asked: add --yes to remove them, or --dry-run to look only")
    if not click.confirm(f"Remove these {n_files} files?", err=True):
        raise Refused("nothing was removed")
