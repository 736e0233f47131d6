"""Whose a results folder is, and why shards have to be run again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.errors import DamagedResults, Refused
from sim.experiment import run_design
from sim.experiment.claim import (
    claim,
    foreign_files,
    is_results,
    read_claim,
    refuse_foreign,
    stored,
    why,
)
from sim.experiment.design import key_of, plan_of
from tests.experiment.worlds import FREE, LICENCES, TEXT, design


def reasons(folder: Path, text: str = TEXT, n: int = 40) -> list[str]:
    return list(why(folder, plan_of(design(text), n)))


def test_a_claim_is_written_before_the_first_shard(tmp_path: Path) -> None:
    def look(_done: int, _total: int) -> None:
        found = read_claim(tmp_path)
        assert found is not None
        assert (found.design, found.n_replications) == ("two_plants", 25)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_design(design(), 25, 1, tmp_path, progress=look)
    assert is_results(tmp_path)


def test_the_key_of_a_folder_is_the_hash_of_the_text_in_it(folder: Path) -> None:
    parts = [json.loads(path.read_text()) for path in folder.glob("*/key.json")]

    assert sorted(key_of(one) for one in parts) == sorted(
        path.name for path in folder.iterdir() if path.is_dir()
    )
    assert {one["alternative"] for one in parts} == {LICENCES, FREE}


def test_an_empty_folder_is_free_and_one_with_files_is_not(tmp_path: Path) -> None:
    refuse_foreign(tmp_path)
    refuse_foreign(tmp_path / "not there")
    (tmp_path / ".DS_Store").touch()
    refuse_foreign(tmp_path)
    (tmp_path / "mine.txt").touch()

    with pytest.raises(Refused, match=r"holds files that are not results \(mine\.txt\)"):
        refuse_foreign(tmp_path)


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (TEXT.replace("seed: 7", "seed: 8"), "seed 7 -> 8"),
        (TEXT.replace("name: two_plants", "name: other"), "design two_plants -> other"),
    ],
)
def test_another_seed_or_design_is_refused(folder: Path, text: str, changed: str) -> None:
    with pytest.raises(Refused, match=changed):
        claim(folder, plan_of(design(text), 40))


def test_a_changed_scenario_is_not_another_run(folder: Path) -> None:
    claim(folder, plan_of(design(TEXT.replace("horizon: 120 d", "horizon: 90 d")), 40))


def test_names_of_ours_are_not_foreign_and_others_are_told(folder: Path) -> None:
    (folder / "report").mkdir()
    (folder / "report" / "report.html").touch()
    assert foreign_files(folder) == ()

    (folder / "notes").mkdir()
    key = next(path for path in folder.iterdir() if len(path.name) == 16)
    (key / "more.parquet").touch()
    assert foreign_files(folder) == (f"{key.name}/more.parquet", "notes")


def test_a_link_in_place_of_the_claim_is_not_followed(folder: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("{}")
    (folder / "run.json").unlink()
    (folder / "run.json").symlink_to(victim)

    with pytest.raises(DamagedResults, match="E_PATH_OUTSIDE"):
        read_claim(folder)
    assert victim.read_text() == "{}"


def test_a_damaged_claim_gives_way_to_the_manifest_and_is_mended(folder: Path) -> None:
    (folder / "run.json").write_text("{")

    found = read_claim(folder)
    assert found is not None
    assert set(found.arms) == {LICENCES, FREE}
    claim(folder, plan_of(design(), 40))
    assert json.loads((folder / "run.json").read_text())["replications"] == 40


# ---------------------------------------------------------------- why


def test_what_is_stored_needs_no_reason(folder: Path) -> None:
    assert [line.split(": ")[1] for line in reasons(folder)] == ["2 of 2 shards are stored"] * 2


def test_a_scenario_that_was_never_run_says_so(tmp_path: Path) -> None:
    assert reasons(tmp_path)[0].endswith("0 of 2 shards are stored; it was not run here before")


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ("officers: 2", "officers: 3", "desks.ministry.officers"),
        ("horizon: 120 d", "horizon: 90 d", "horizon"),
        ("from: 0 d, mean_review_time: 45 d", "from: 1 d, mean_review_time: 44 d",
         "policy.slow.from, policy.slow.mean_review_time.seconds"),
        ("policy:", "policy:\n  fast: {mean_review_time: 1 d}", "policy.fast"),
    ],
)  # fmt: skip
def test_a_changed_scenario_is_named_by_the_paths_that_changed(
    folder: Path, old: str, new: str, paths: str
) -> None:
    assert reasons(folder, TEXT.replace(old, new))[0].endswith(f"changed: scenario ({paths})")


def test_two_rules_in_another_order_are_a_change(tmp_path: Path) -> None:
    rules = ["  fast: {mean_review_time: 5 d}\n", "  slow: {mean_review_time: 45 d}\n"]
    head, tail = TEXT.split("policy:\n")
    rest = tail.split("\n", 1)[1]
    one, other = (f"{head}policy:\n{''.join(order)}{rest}" for order in (rules, rules[::-1]))
    run_design(design(one), 25, 1, tmp_path)

    assert reasons(tmp_path, other, 25)[0].endswith("changed: scenario (policy (order))")


def test_a_change_of_the_program_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.experiment.design.model_version", lambda: "0" * 16)

    (first, _) = reasons(folder)
    assert "changed: sources of the program (" in first
    assert first.endswith(f" -> {'0' * 16})")


def test_more_replications_are_not_a_change(folder: Path) -> None:
    (first, _) = reasons(folder, n=60)

    assert "2 of 3 shards are stored; the key is the same" in first


def test_shards_by_other_versions_are_named(folder: Path) -> None:
    for receipt in folder.rglob("receipt-*.json"):
        receipt.write_text(receipt.read_text().replace('"numpy": "', '"numpy": "0.'))

    (first, _) = reasons(folder)
    assert "0 of 2 shards are stored; stored ones are by other versions: numpy 0." in first


def test_a_key_whose_text_is_gone_is_a_change_without_a_name(folder: Path) -> None:
    for path in folder.glob("*/key.json"):
        path.write_text("{}")

    (first, _) = reasons(folder, TEXT.replace("officers: 2", "officers: 3"))
    assert first.endswith("what it was made of is not known any more")


def test_receipts_with_failures_do_not_count_as_stored(folder: Path) -> None:
    shards = plan_of(design(), 40).shards
    receipt = folder / shards[0].receipt
    text = json.loads(receipt.read_text())
    text["failed"] = [{"alternative": LICENCES, "replication": 3, "message": "x"}]
    receipt.write_text(json.dumps(text))

    assert set(stored(folder, shards)) == set(shards[1:])
