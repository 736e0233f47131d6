import pytest

from sim.errors import InputError, Refused
from sim.experiment.design import LARGEST_SITE_ROWS, SHARD_SIZE, plan_of, versions
from sim.scenario import Scenario
from tests.experiment.worlds import FREE, LICENCES, TEXT, design


def keys(text: str = TEXT, *overrides: str, seed: int | None = None) -> dict[str, str]:
    return {arm.name: arm.key for arm in plan_of(design(text, *overrides), 50, seed).arms}


def test_fifty_replications_of_two_alternatives_are_four_shards_of_25() -> None:
    plan = plan_of(design(), 50)

    assert [(shard.alternative, shard.first) for shard in plan.shards] == [
        (LICENCES, 0),
        (LICENCES, 25),
        (FREE, 0),
        (FREE, 25),
    ]
    assert plan.n_runs == 100


def test_replications_are_rounded_up_to_whole_shards() -> None:
    assert plan_of(design(), 26).n_runs == 2 * 2 * SHARD_SIZE
    assert plan_of(design(), 1).n_runs == 2 * SHARD_SIZE


def test_names_of_files_say_table_and_first_replication() -> None:
    shard = plan_of(design(), 50).shards[1]

    assert shard.file("halts") == f"{shard.key}/halts-0000025.parquet"
    assert shard.receipt == f"{shard.key}/receipt-0000025.json"
    assert list(shard.replications) == list(range(25, 50))


def test_changing_one_alternative_changes_one_key() -> None:
    changed = TEXT.replace("gates: null}", "gates: null, horizon: 90 d}")

    assert keys()[LICENCES] == keys(changed)[LICENCES]
    assert keys()[FREE] != keys(changed)[FREE]


def test_asking_for_more_replications_or_another_baseline_keeps_the_keys() -> None:
    asked = TEXT.replace("seed: 7", f'seed: 7\nreplications: 500\nbaseline: "{FREE}"')

    assert keys(asked) == keys()


def test_another_spelling_of_the_same_duration_keeps_the_keys() -> None:
    assert keys(TEXT.replace("horizon: 120 d", "horizon: 2880 h")) == keys()


def test_the_seed_is_part_of_the_key_wherever_it_comes_from() -> None:
    assert keys(seed=8) == keys(TEXT.replace("seed: 7", "seed: 8"))
    assert not set(keys(seed=8).values()) & set(keys().values())


def test_equal_alternatives_under_two_names_have_two_keys() -> None:
    twins = keys(TEXT.replace("gates: null}", "}"))

    assert len(set(twins.values())) == 2


def test_the_order_of_policy_rules_is_part_of_the_key() -> None:
    first = "policy:\n  slow: {from: 0 d, mean_review_time: 45 d}\n"
    second = "  fast: {from: 0 d, mean_review_time: 5 d}\n"
    one = TEXT.replace(first, first + second)
    other = TEXT.replace(first, "policy:\n" + second + first.removeprefix("policy:\n"))

    assert keys(one) != keys(other)


def test_the_stored_text_of_an_alternative_is_its_scenario_with_the_seed_of_the_plan() -> None:
    for arm in plan_of(design(), 25, seed=99).arms:
        assert Scenario.model_validate(arm.resolved) == arm.scenario
        assert arm.scenario.seed == 99


def test_a_plan_of_more_than_twenty_million_rows_of_sites_is_refused_with_its_size() -> None:
    plan = plan_of(design(), 1_000_000)

    assert plan.site_rows == 6_000_000
    plan.refuse_if_large(free_bytes=10**15)
    text = TEXT + "".join(f"  copy {number}: {{}}\n" for number in range(5))
    with pytest.raises(Refused, match=f"21,000,000 rows of sites, more than {LARGEST_SITE_ROWS:,}"):
        plan_of(design(text), 1_000_000).refuse_if_large(free_bytes=10**15)


def test_a_plan_larger_than_the_disk_is_refused_with_both_sizes() -> None:
    plan = plan_of(design(), 100_000)

    with pytest.raises(Refused, match=r"need about .* MB and the disk has 1 MB free"):
        plan.refuse_if_large(free_bytes=1_000_000)


@pytest.mark.parametrize("replications", [0, -1, 1_000_001])
def test_replications_out_of_range_are_an_input_error(replications: int) -> None:
    with pytest.raises(InputError, match="replications"):
        plan_of(design(), replications)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_an_input_error(seed: int) -> None:
    with pytest.raises(InputError, match="seed"):
        plan_of(design(), 25, seed)


def test_versions_name_the_model_python_and_the_libraries() -> None:
    found = versions()

    assert {"magnet-runway", "model", "python", "numpy", "simpy"} <= set(found)
    assert len(found["model"]) == 16
