"""One shard: 25 runs of one alternative, and the Parquet files that hold their outcomes.

A file depends on nothing but the scenario, the versions and the replications in it: no times, no
paths, rows in one order, one thread. So two machines with the same lock write the same bytes.

In:  `Scenario`, the replications of a `Shard`.
Out: one file for each outcome table, and a receipt with their checksums.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.columns import OUTCOME_TABLES, Column, names
from sim.engine.choice import COMPILED, engine_named
from sim.errors import DamagedResults, InputError, SimulationError, StorageError
from sim.experiment.design import FORMAT, Shard, versions
from sim.experiment.folder import (
    finish_file,
    inside,
    make_folder,
    read_json,
    sha256_of,
    temporary,
    write_json,
)
from sim.experiment.worlds import Worlds
from sim.outcomes import summarise

if TYPE_CHECKING:
    import duckdb

    from sim.engine.policies import PolicyFactory

__all__ = ["SQL_TYPES", "Failure", "Receipt", "Runner", "read_receipt", "write_receipt"]

SQL_TYPES: Final = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
}
"""The type of each kind of column in Parquet files and in SQL."""

_NUMPY_TYPES: Final = {
    "text": np.dtype(object),
    "int": np.dtype(np.int64),
    "float": np.dtype(np.float64),
    "bool": np.dtype(np.bool_),
    "date": np.dtype("datetime64[D]"),
}

Rows = Mapping[str, Sequence[Any] | NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A replication that ended in an error, and what the error said."""

    alternative: str
    replication: int
    message: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a finished shard consists of.

    Parameters
    ----------
    alternative, key, first
        As in `Shard`.
    files : mapping of str to str
        SHA-256 by file name, relative to the results folder.
    n_rows : mapping of str to int
        Rows of each table.
    failed : tuple of Failure
        Replications that are missing.
    versions : mapping of str to str
        What wrote it.
    """

    alternative: str
    key: str
    first: int
    files: Mapping[str, str]
    n_rows: Mapping[str, int]
    failed: tuple[Failure, ...]
    versions: Mapping[str, str]

    @property
    def shard(self) -> Shard:
        """The shard it is the receipt of."""
        return Shard(self.alternative, self.key, self.first)


class Runner:
    """Runs shards into a folder, one after another.

    Parameters
    ----------
    folder : Path
        The results folder.
    worlds : Worlds
        Where tables come from.
    engine : str
        Which engine runs them.
    policy : callable, optional
        Makes the policy of every run, see `sim.engine.policies`.
    """

    def __init__(
        self,
        folder: Path,
        worlds: Worlds,
        engine: str = COMPILED,
        policy: PolicyFactory | None = None,
    ) -> None:
        self._folder = folder
        self._worlds = worlds
        self._simulate = engine_named(engine, policy) if policy else engine_named(engine)
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._versions = versions()

    def run(
        self,
        shard: Shard,
        skip: Mapping[int, str] | None = None,
        at: Callable[[int | None], None] = lambda _number: None,
    ) -> Receipt:
        """Run a shard and write its files and receipt.

        Parameters
        ----------
        shard : Shard
        skip : mapping of int to str, optional
            Replications not to be tried, with the reason to be reported.
        at : callable, optional
            Told the number of each replication before it runs, and None before files are written.

        Raises
        ------
        NetworkError, DataError
            If the scenario cannot be built.
        StorageError
            If a file cannot be written.
        """
        parts: list[Mapping[str, Rows]] = []
        failed = []
        for replication in shard.replications:
            if skip and replication in skip:
                failed.append(Failure(shard.alternative, replication, skip[replication]))
                continue
            at(replication)
            try:
                tables = self._worlds.tables(shard.alternative, replication)
                with _no_collection():
                    parts.append(summarise(self._simulate(tables, replication), shard.alternative))
            except InputError:
                raise
            except Exception as error:  # noqa: BLE001 - one run's fault must not cost the others
                message = f"{type(error).__name__}: {error}"
                failed.append(Failure(shard.alternative, replication, message))
        at(None)
        return self._written(shard, parts, tuple(failed))

    def _written(
        self, shard: Shard, parts: Sequence[Mapping[str, Rows]], failed: tuple[Failure, ...]
    ) -> Receipt:
        make_folder(self._folder / shard.key)
        files, n_rows, drafts = {}, {}, {}
        for table, columns in OUTCOME_TABLES.items():
            arrays = _joined(table, columns, [part[table] for part in parts])
            path = self._folder / shard.file(table)
            drafts[path] = temporary(path)
            self._write(columns, arrays, drafts[path])
            files[shard.file(table)] = sha256_of(drafts[path])
            n_rows[table] = len(arrays["alternative"])
        for path, draft in drafts.items():
            finish_file(draft, path)
        receipt = Receipt(
            shard.alternative, shard.key, shard.first, files, n_rows, failed, self._versions
        )
        write_receipt(self._folder, receipt)
        return receipt

    def _write(
        self, columns: tuple[Column, ...], arrays: Mapping[str, NDArray[Any]], path: Path
    ) -> None:
        """Write one Parquet file, rows in the order of all columns from the first to the last."""
        import duckdb
        import pandas as pd

        if self._connection is None:
            self._connection = duckdb.connect(":memory:", config={"threads": 1})
        chosen = ", ".join(f'"{one.name}"::{SQL_TYPES[one.dtype]} "{one.name}"' for one in columns)
        target = str(path).replace("'", "''")
        self._connection.register("rows", pd.DataFrame(arrays, copy=False))
        try:
            self._connection.execute(
                f"COPY (SELECT {chosen} FROM rows ORDER BY ALL) TO '{target}' "  # noqa: S608
                "(FORMAT parquet, COMPRESSION zstd)"
            )
        except duckdb.IOException as error:
            raise StorageError(f"cannot write {path}: {error}") from error
        finally:
            self._connection.unregister("rows")


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Write the receipt of a shard whose files are there: only now is it stored."""
    write_json(folder / receipt.shard.receipt, {"format": FORMAT, **asdict(receipt)})


def read_receipt(folder: Path, shard: Shard) -> Receipt:
    """Read the receipt of a shard.

    Raises
    ------
    DamagedResults
        If there is none, or it is the receipt of something else.
    """
    path = inside(folder, shard.receipt)
    text = read_json(path)
    try:
        if text.pop("format") != FORMAT:
            raise DamagedResults(f"{path}: written in another format; run the command again")
        failed = tuple(Failure(**one) for one in text.pop("failed"))
        receipt = Receipt(failed=failed, **text)
    except (TypeError, KeyError) as error:
        raise DamagedResults(f"{path}: not a receipt") from error
    if receipt.shard != shard or set(receipt.files) != set(shard.files):
        raise DamagedResults(f"{path}: the receipt of another shard")
    return receipt


def _joined(
    table: str, columns: tuple[Column, ...], parts: Collection[Rows]
) -> dict[str, NDArray[Any]]:
    """Put the rows of all runs behind one another, in the types of the data dictionary."""
    need = names(columns)
    for part in parts:
        lengths = {len(values) for values in part.values()}
        if tuple(part) != need or len(lengths) > 1:
            raise SimulationError(f"{table}: got columns {tuple(part)} of lengths {lengths}")
    return {one.name: _column(one, [part[one.name] for part in parts]) for one in columns}


def _column(column: Column, parts: Sequence[Sequence[Any] | NDArray[Any]]) -> NDArray[Any]:
    """Return one column; text through an object array, whose cells keep their own length."""
    kind = _NUMPY_TYPES[column.dtype]
    if not parts:
        return np.empty(0, dtype=kind)
    return np.concatenate([_typed(part, kind) for part in parts])


def _typed(values: Sequence[Any] | NDArray[Any], kind: np.dtype[Any]) -> NDArray[Any]:
    if kind.hasobject is False:
        return np.asarray(values, dtype=kind)
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


@contextmanager
def _no_collection() -> Iterator[None]:
    """Put off Python's garbage collection to the end of a run: it costs a fifth of the time.

    A run keeps nearly all that it makes until its trace is summarised, so looking for cycles
    meanwhile finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
