"""Ways to damage a results folder, and to make the damage look sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.experiment.folder import sha256_of
from tests.experiment.worlds import rewrite_manifest

__all__ = ["a_file", "flip_a_bit", "forge"]


def a_file(folder: Path, table: str = "halts", first: int = 0) -> Path:
    """Return the file of a table of the first alternative."""
    key = json.loads((folder / "manifest.json").read_text())["alternatives"][0]["key"]
    return folder / key / f"{table}-{first:07d}.parquet"


def forge(folder: Path, path: Path) -> None:
    """Make receipt and manifest agree with a file that was changed."""
    name = path.relative_to(folder).as_posix()
    receipt = path.with_name(f"receipt-{path.stem.split('-')[1]}.json")
    text = json.loads(receipt.read_text())
    text["files"][name] = sha256_of(path)
    receipt.write_text(json.dumps(text))

    def listed(manifest: dict[str, Any]) -> None:
        manifest["files"][name] = sha256_of(path)
        manifest["files"][receipt.relative_to(folder).as_posix()] = sha256_of(receipt)

    rewrite_manifest(folder, listed)


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
