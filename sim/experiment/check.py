"""Whether shards on disk are what their receipts, and their own names, say.

Three questions, in this order, so that nothing damaged is ever parsed: are the files plain files
inside the folder, do their bytes match the receipt, and do they hold the columns and replications
that their names promise.

In:  a results folder and the shards that should be in it.
Out: receipts of the sound ones, and what is wrong with each of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.columns import OUTCOME_TABLES
from sim.errors import DamagedResults
from sim.experiment.design import Shard
from sim.experiment.folder import inside, sha256_of
from sim.experiment.shard import SQL_TYPES, Receipt, read_receipt

if TYPE_CHECKING:
    import duckdb

__all__ = ["Examination", "examine", "file_list"]

_AT_A_TIME: Final = 500
"""Files in one statement."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found.

    Parameters
    ----------
    receipts : mapping of Shard to Receipt
        Of the shards that are whole.
    faults : mapping of Shard to str
        What is wrong with the others, with the file's name.
    """

    receipts: Mapping[Shard, Receipt]
    faults: Mapping[Shard, str]


def examine(folder: Path, shards: Iterable[Shard]) -> Examination:
    """Check shards against their receipts and their names.

    Parameters
    ----------
    folder : Path
        The results folder.
    shards : iterable of Shard

    Raises
    ------
    StorageError
        If a file that is there cannot be read.
    """
    receipts: dict[Shard, Receipt] = {}
    faults: dict[Shard, str] = {}
    for shard in shards:
        try:
            receipts[shard] = _whole(folder, shard)
        except DamagedResults as error:
            faults[shard] = str(error)
    for table in OUTCOME_TABLES:
        sound = [shard for shard in receipts if shard not in faults]
        for start in range(0, len(sound), _AT_A_TIME):
            faults |= _wrong_content(folder, table, sound[start : start + _AT_A_TIME], receipts)
    return Examination({s: r for s, r in receipts.items() if s not in faults}, faults)


def file_list(paths: Iterable[Path]) -> str:
    """Return file names as a list in SQL.

    Examples
    --------
    >>> file_list([Path("a.parquet"), Path("it's.parquet")])
    "['a.parquet', 'it''s.parquet']"
    """
    quoted = (str(path).replace("'", "''") for path in paths)
    return "[" + ", ".join(f"'{path}'" for path in quoted) + "]"


def _whole(folder: Path, shard: Shard) -> Receipt:
    """Return the receipt of a shard whose files are there, byte for byte."""
    receipt = read_receipt(folder, shard)
    for name, sha256 in receipt.files.items():
        path = inside(folder, name)
        if sha256_of(path) != sha256:
            raise DamagedResults(f"{path} is damaged: its SHA-256 is not the one in its receipt")
    return receipt


def _wrong_content(
    folder: Path, table: str, shards: Sequence[Shard], receipts: Mapping[Shard, Receipt]
) -> dict[Shard, str]:
    """Find files whose columns or replications are not those of their table and shard."""
    import duckdb

    need = [(column.name, SQL_TYPES[column.dtype]) for column in OUTCOME_TABLES[table]]
    wrong: dict[Shard, str] = {}
    with duckdb.connect(":memory:") as connection:
        for shard in shards:
            path = folder / shard.file(table)
            if _columns(connection, path) != need:
                wrong[shard] = f"{path} has other columns than the table {table} of this version"
        rest = [shard for shard in shards if shard not in wrong]
        extents = _extents(connection, [folder / shard.file(table) for shard in rest])
    for shard in rest:
        path = folder / shard.file(table)
        fault = _disagreement(shard, receipts[shard].n_rows.get(table), extents.get(str(path)))
        if fault:
            wrong[shard] = f"{path} {fault}"
    return wrong


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    """Return names and types of the columns of a file; none if it is not Parquet."""
    import duckdb

    try:
        connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)])
    except duckdb.Error:
        return []
    return [(str(row[0]), str(row[1])) for row in connection.fetchall()]


def _extents(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]
) -> dict[str, tuple[int, int, int, str, str]]:
    """Return rows, first and last replication, first and last alternative of files with rows."""
    if not paths:
        return {}
    connection.execute(
        "SELECT filename, count(*), min(replication), max(replication), min(alternative), "  # noqa: S608
        f"max(alternative) FROM read_parquet({file_list(paths)}, filename = true) GROUP BY ALL"
    )
    return {row[0]: row[1:] for row in connection.fetchall()}


def _disagreement(
    shard: Shard, n_rows: int | None, extent: tuple[int, int, int, str, str] | None
) -> str:
    """Say how the content of a file contradicts its name or its receipt; empty if it does not."""
    if extent is None:
        return "" if n_rows == 0 else "is empty, its receipt says otherwise"
    found, low, high, *alternatives = extent
    if found != n_rows:
        return f"has {found} rows, its receipt says otherwise"
    if low not in shard.replications or high not in shard.replications:
        return f"holds replications {low} to {high}, its name says {shard.first} and on"
    if set(alternatives) != {shard.alternative}:
        return f"holds another alternative than '{shard.alternative}'"
    return ""
