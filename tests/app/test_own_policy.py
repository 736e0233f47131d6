"""`sim.run(policy=...)`: where a policy acts, what becomes of its results, what is refused."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from pathlib import Path

import pytest

import sim
from sim.engine.policies import View
from sim.errors import InputError, PolicyError
from tests.app.commands import Command

SCENARIOS = Path(__file__).parents[2] / "scenarios"
OWN = SCENARIOS / "your_own_policy.yaml"
TINY = SCENARIOS / "tiny.yaml"


class Always:
    """Talks from the first day on."""

    every = 30

    def step(self, view: View) -> Mapping[str, bool]:
        return {"talks": True}


class Fails(Always):
    """An error in the user's code, in the second month."""

    def step(self, view: View) -> Mapping[str, bool]:
        return {"talks": bool(1 / (60 - view.day))}


def plants_halted(study: sim.Study) -> dict[str, int]:
    runs = study.table("runs")
    counts: dict[str, int] = runs.groupby("alternative")["n_plants_halted"].sum().to_dict()
    return counts


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_policy_acts_where_triggers_wait_for_it(engine: str, tmp_path: Path) -> None:
    study = sim.run(OWN, 2, policy=Always, engine=engine, results=tmp_path)

    assert plants_halted(study) == {"nobody_acts": 2, "when_plants_stand": 2, "your_own": 0}
    assert study.compare()["alternative"].isin(["when_plants_stand", "your_own"]).all()


def test_its_results_are_not_stored_and_go_with_the_study(tmp_path: Path) -> None:
    study = sim.run(OWN, 1, alternatives=["your_own"], policy=Always, results=tmp_path)
    folder = study.results.folder

    assert list(tmp_path.iterdir()) == []
    assert folder.is_dir()
    with pytest.raises(InputError, match="name a folder"):
        study.report()
    del study
    gc.collect()
    assert not folder.parent.exists()


def test_a_policy_that_fails_leaves_no_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(PolicyError) as caught:
        sim.run(OWN, 1, policy=Fails)

    assert "policy Fails, day 60 (2025-06-03) of replication 0: ZeroDivisionError" in str(
        caught.value
    )
    assert list(tmp_path.iterdir()) == []


def test_a_policy_needs_a_trigger_that_waits_for_it() -> None:
    with pytest.raises(PolicyError, match="no trigger of tiny says `when: policy`"):
        sim.run(TINY, 1, policy=Always)


def test_a_policy_does_not_run_on_a_cluster() -> None:
    with pytest.raises(PolicyError, match="leave out cluster"):
        sim.run(OWN, 1, policy=Always, cluster="local")


def test_without_a_policy_its_triggers_are_named() -> None:
    with pytest.raises(PolicyError, match=r"your_own_policy: .* switches 'talks' .*policy=\.\.\."):
        sim.run(OWN, 1)


def test_the_command_line_says_so_too(command: Command) -> None:
    ended = command("run", str(OWN), "--replications", "1")

    assert ended.code == 2
    assert "switches 'talks'" in ended.err


def test_of_several_files_the_one_that_needs_a_policy_is_left_out(
    command: Command, tmp_path: Path
) -> None:
    ended = command("run", str(TINY), str(OWN), "--dry-run", "--results", str(tmp_path))

    assert ended.code == 0
    assert f"{OWN}: note: left out, as it needs a policy written in Python" in ended.err
    assert "tiny: 3 alternatives" in ended.out
