"""Which engine runs changes the key under which results are stored, and nothing in the tables."""

import json
from pathlib import Path

import pytest

from sim.columns import OUTCOME_TABLES
from sim.engine.choice import COMPILED, SIMPY, Compiled, engine_named, in_the_way
from sim.errors import InputError
from sim.experiment import run_design
from sim.experiment.design import plan_of
from sim.model import build_model
from tests.experiment.worlds import LICENCES, design


def tables_of(folder: Path) -> dict[str, list[bytes]]:
    """Return the files of every table, whatever the folder that their key names."""
    return {
        table: sorted(path.read_bytes() for path in folder.rglob(f"{table}-*.parquet"))
        for table in OUTCOME_TABLES
    }


def test_tables_are_the_same_bytes_whichever_engine_runs(tmp_path: Path) -> None:
    for engine in (COMPILED, SIMPY):
        run_design(design(), 25, 1, tmp_path / engine, engine=engine)

    assert tables_of(tmp_path / COMPILED) == tables_of(tmp_path / SIMPY)


def test_workers_run_the_engine_that_is_asked_for(tmp_path: Path) -> None:
    run_design(design(), 25, 2, tmp_path / "two", engine=SIMPY)
    run_design(design(), 25, 1, tmp_path / "one", engine=SIMPY)

    assert tables_of(tmp_path / "two") == tables_of(tmp_path / "one")
    assert json.loads((tmp_path / "two/manifest.json").read_text())["engine"] == SIMPY


def test_each_engine_has_keys_of_its_own() -> None:
    keys = {arm.key for arm in plan_of(design(), 25, engine=COMPILED).arms}

    assert not keys & {arm.key for arm in plan_of(design(), 25, engine=SIMPY).arms}


def test_the_compiled_engine_keeps_its_records_of_the_tables_it_ran_of_late() -> None:
    tables, engine = build_model(design().alternatives[LICENCES]), Compiled()

    first, second = engine(tables, 0), engine(tables, 0)

    assert first.listed == second.listed
    assert engine._bench(tables) is engine._bench(tables)


def test_an_engine_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="got 'fortran', need one of compiled, simpy"):
        engine_named("fortran")


def test_nothing_is_in_the_way_of_the_compiled_engine_as_a_rule() -> None:
    assert in_the_way(build_model(design().alternatives[LICENCES])) == []
