"""Results read back: every table as a data frame, or any question in SQL.

A folder is checked before anything in it is read: manifest, receipts, checksums, columns and
replication numbers must all agree. Replications that failed in one alternative are left out of all
of them, so that alternatives are always compared on the same histories.

In:  a results folder.
Out: `Results`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.columns import OUTCOME_TABLES
from sim.errors import DamagedResults, InputError, did_you_mean
from sim.experiment.check import examine, file_list
from sim.experiment.design import Shard
from sim.experiment.manifest import Manifest, ManifestArm, read_manifest
from sim.experiment.shard import Receipt
from sim.scenario import Scenario

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["Results", "load"]


@dataclass(frozen=True)
class Results:
    """A results folder that was found to be sound.

    Parameters
    ----------
    folder : Path
        Where it is.
    manifest : Manifest
        What it holds.
    """

    folder: Path
    manifest: Manifest

    @property
    def design(self) -> str:
        """Name of the design."""
        return self.manifest.design

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the alternatives, in the order of the design."""
        return tuple(arm.name for arm in self.manifest.arms)

    @property
    def baseline(self) -> str:
        """The alternative that others are compared with."""
        return self.manifest.baseline

    @property
    def start(self) -> date:
        """Day 0 of the baseline."""
        return self.scenario(self.baseline).start

    @property
    def failed(self) -> tuple[tuple[str, int, str], ...]:
        """Failed runs: alternative, replication, what the error said."""
        return tuple(
            (arm.name, number, message)
            for arm in self.manifest.arms
            for number, message in arm.failed.items()
        )

    @property
    def n_runs(self) -> int:
        """Replications of each alternative that the tables hold."""
        return len(self.replications())

    def replications(self, n: int | None = None) -> tuple[int, ...]:
        """Return the first `n` replications, without those that failed in any alternative.

        Raises
        ------
        InputError
            If `n` is not between 1 and the number that was asked for.
        """
        asked = self.manifest.n_replications
        first = asked if n is None else n
        if not 1 <= first <= asked:
            raise InputError(f"n: got {n}, need 1 to {asked}, the replications in {self.folder}")
        gone = {number for _, number, _ in self.failed}
        return tuple(number for number in range(first) if number not in gone)

    def scenario(self, alternative: str) -> Scenario:
        """Return the resolved scenario of an alternative.

        Raises
        ------
        InputError
            If there is no such alternative.
        """
        for arm in self.manifest.arms:
            if arm.name == alternative:
                return Scenario.model_validate(arm.scenario)
        hint = did_you_mean(alternative, self.alternatives)
        raise InputError(f"no alternative '{alternative}' in {self.folder} {hint}".rstrip())

    def table(
        self, name: str, n: int | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return an outcome table.

        Parameters
        ----------
        name : str
            One of `sim.columns.OUTCOME_TABLES`.
        n : int, optional
            Only the first `n` replications; all that were asked for by default.
        columns : sequence of str, optional
            Only these.

        Returns
        -------
        DataFrame
            Columns as in `sim.columns`; text as categories (alternatives in the order of the
            design, other text by name), empty floats as NaN, dates as datetime64. Rows are in
            the order of alternative, replication, and then of the other columns.

        Raises
        ------
        InputError
            If there is no such table or column, or `n` is out of range.
        """
        if name not in OUTCOME_TABLES:
            hint = did_you_mean(name, OUTCOME_TABLES)
            raise InputError(f"no table '{name}': need {', '.join(OUTCOME_TABLES)} {hint}".rstrip())
        every = {column.name: column for column in OUTCOME_TABLES[name]}
        wanted = list(every) if columns is None else list(columns)
        unknown = [column for column in wanted if column not in every]
        if unknown:
            raise InputError(f"{name} has no column '{unknown[0]}': need {', '.join(every)}")
        with self._open([name], self.replications(n), n_threads=os.cpu_count() or 1) as connection:
            chosen = []
            for column in wanted:
                kind = ""
                if every[column].dtype == "text":
                    kind = f"::ENUM({self._words(connection, name, column)})"
                chosen.append(f'"{column}"{kind} AS "{column}"')
            return connection.execute(f"SELECT {', '.join(chosen)} FROM {name}").df()  # noqa: S608

    def query(self, sql: str, n: int | None = None) -> pd.DataFrame:
        """Answer a question in SQL (DuckDB's), over the outcome tables as views.

        Only these tables can be read, and nothing can be written: files, addresses, extensions
        and settings are out of reach of the text.

        Raises
        ------
        InputError
            If the text is not one SELECT, or DuckDB refuses it; its own words are passed on.
        """
        import duckdb

        # One thread: sums of floats then have one order, and so one last digit.
        with self._open(OUTCOME_TABLES, self.replications(n), n_threads=1) as connection:
            try:
                statements = connection.extract_statements(sql)
                if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
                    raise InputError("need exactly one SELECT; results are never changed")
                return connection.execute(statements[0]).df()
            except duckdb.CatalogException as error:
                there_are = ", ".join(OUTCOME_TABLES)
                raise InputError(
                    f"the query cannot be answered: {str(error).splitlines()[0]} The tables are "
                    f"{there_are}; `describe TABLE` names the columns of one."
                ) from error
            except duckdb.Error as error:
                raise InputError(f"the query cannot be answered: {error}") from error

    def _open(
        self, tables: Iterable[str], replications: Sequence[int], n_threads: int
    ) -> duckdb.DuckDBPyConnection:
        """Connect to views of the tables, with everything else locked."""
        import duckdb

        connection = duckdb.connect(":memory:", config={"threads": n_threads})
        shards = self.manifest.shards
        wanted = set(replications)
        all_paths: list[Path] = []
        for table in tables:
            paths = [self.folder.resolve() / shard.file(table) for shard in shards]
            all_paths += paths
            source = f"SELECT * FROM read_parquet({file_list(paths)})"  # noqa: S608
            stored = {number for shard in shards for number in shard.replications}
            left_out = sorted(stored - wanted)
            if left_out:
                last = max(wanted, default=-1)
                holes = ", ".join(str(number) for number in left_out if number < last)
                source += f" WHERE replication <= {last}"
                source += f" AND replication NOT IN ({holes})" if holes else ""
            connection.execute(f"CREATE VIEW {table} AS {source}")
        for setting in (
            f"allowed_paths = {file_list(all_paths)}",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "python_enable_replacements = false",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
        return connection

    def _words(self, connection: duckdb.DuckDBPyConnection, table: str, column: str) -> str:
        """Return the distinct texts of a column as SQL literals, in the order of the categories."""
        if column == "alternative":
            words: Sequence[str] = self.alternatives
        else:
            connection.execute(
                f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL ORDER BY 1'  # noqa: S608
            )
            words = [row[0] for row in connection.fetchall()] or [""]
        quoted = (word.replace("'", "''") for word in words)
        return ", ".join(f"'{word}'" for word in quoted)


def load(folder: str | Path) -> Results:
    """Open a results folder and check everything in it.

    Parameters
    ----------
    folder : str or Path
        A folder that `run_design` has filled.

    Raises
    ------
    Refused
        If it is not a results folder, or not a finished one.
    DamagedResults
        If anything in it is not what was written there, or comes from another version than the
        rest; every such file is named.
    StorageError
        If it cannot be read.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    listed = {name for shard in manifest.shards for name in (*shard.files, shard.receipt)}
    if listed != set(manifest.files):
        raise DamagedResults(f"{place}: the manifest lists other files than its alternatives have")
    found = examine(place, manifest.shards)
    faults = list(found.faults.values())
    for receipt in found.receipts.values():
        faults += _contradictions(place, manifest, receipt)
    if faults:
        raise DamagedResults("\n".join(faults))
    return Results(place, manifest)


def _contradictions(folder: Path, manifest: Manifest, receipt: Receipt) -> list[str]:
    """Say where a sound shard is not the one that the manifest means."""
    shard = receipt.shard
    faults = [
        f"{folder / name} is damaged, or the manifest is: its SHA-256 is not the one listed"
        for name, sha256 in receipt.files.items()
        if manifest.files[name] != sha256
    ]
    if dict(receipt.versions) != dict(manifest.versions):
        faults.append(f"{folder / shard.receipt}: written by other versions than the manifest says")
    said = {failure.replication: failure.message for failure in receipt.failed}
    if said != _failures(manifest.arms, shard):
        faults.append(f"{folder / shard.receipt}: other failures than the manifest says")
    return faults


def _failures(arms: Iterable[ManifestArm], shard: Shard) -> dict[int, str]:
    failed = {arm.name: arm.failed for arm in arms}[shard.alternative]
    return {number: text for number, text in failed.items() if number in shard.replications}
