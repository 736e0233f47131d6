import os
from pathlib import Path

import pytest

from sim.errors import Problem, ScenarioError
from sim.scenario import load_design
from sim.units import DAY_S
from tests.scenario.samples import TINY, write_network


def write(folder: Path, **files: str) -> Path:
    """Write scenario files and return the folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load_design(path)
    return caught.value.problems


def test_what_the_file_says_wins_over_what_it_extends(tmp_path: Path) -> None:
    write(tmp_path, base=TINY, top="extends: base.yaml\nseed: 7\nname: top\n")

    scenario = load_design(tmp_path / "top.yaml").alternatives["base"]

    assert (scenario.seed, scenario.name, len(scenario.sites)) == (7, "top", 3)


def test_of_several_extended_files_the_later_wins_and_the_file_itself_last(tmp_path: Path) -> None:
    write(
        tmp_path,
        base=TINY,
        a="seed: 2\nreplications: 2\nquestion: a\n",
        b="replications: 3\nquestion: b\n",
        top="extends: [base.yaml, a.yaml, b.yaml]\nquestion: top\n",
    )

    scenario = load_design(tmp_path / "top.yaml").alternatives["base"]

    assert (scenario.seed, scenario.replications, scenario.question) == (2, 3, "top")


def test_the_whole_order_of_priority(tmp_path: Path) -> None:
    fields = ["note", "question", "title", "seed", "replications"]
    write(
        tmp_path,
        base=TINY + "note: base\nquestion: base\nreplications: 2\n",
        top="extends: base.yaml\nquestion: top\ntitle: top\nseed: 3\nreplications: 3\n"
        "alternatives: {a: {title: a, seed: 4, replications: 4}}\n",
    )

    design = load_design(tmp_path / "top.yaml", ["seed=5", "alternatives.a.replications=6"])

    scenario = design.alternatives["a"]
    assert [getattr(scenario, field) for field in fields] == ["base", "top", "a", 5, 6]


def test_a_file_reached_by_two_ways_counts_once_below_both(tmp_path: Path) -> None:
    write(
        tmp_path,
        base=TINY,
        a="extends: base.yaml\nseed: 2\n",
        b="extends: base.yaml\nreplications: 3\n",
        top="extends: [a.yaml, b.yaml]\n",
    )

    scenario = load_design(tmp_path / "top.yaml").alternatives["base"]

    assert (scenario.seed, scenario.replications) == (2, 3)


def test_null_removes_what_an_extended_file_says(tmp_path: Path) -> None:
    write(tmp_path, base=TINY, top="extends: base.yaml\ngates: {licence: ~}\n")

    assert load_design(tmp_path / "top.yaml").alternatives["base"].gates == {}


def test_removing_what_no_extended_file_says_is_refused(tmp_path: Path) -> None:
    write(tmp_path, base=TINY, top="extends: base.yaml\ngates: {licenc: ~}\n")

    (problem,) = refused(tmp_path / "top.yaml")

    assert (problem.line, problem.column, problem.code) == (2, 17, "E_TYPE")
    assert problem.hint == "did you mean 'licence'?"


def test_alternatives_of_extended_files_are_merged_and_can_be_removed(tmp_path: Path) -> None:
    write(
        tmp_path,
        base=TINY + "alternatives:\n  as ruled: {}\n  old: {}\n"
        "  open: {gates: {licence: ~}, seed: 5}\n",
        top="extends: base.yaml\nalternatives:\n  old: ~\n  open: {seed: 6}\n  new: {seed: 7}\n",
    )

    design = load_design(tmp_path / "top.yaml")

    assert list(design.alternatives) == ["as ruled", "open", "new"]
    assert [scenario.seed for scenario in design.alternatives.values()] == [1, 6, 7]
    assert design.alternatives["open"].gates == {}


def test_a_fault_is_placed_in_the_file_where_the_value_was_written(tmp_path: Path) -> None:
    write(
        tmp_path,
        base=TINY.replace("200 kg", "-200 kg"),
        top="extends: base.yaml\npolicy:\n  clock: {aproval_rate: 0.5}\n",
    )

    problems = refused(tmp_path / "top.yaml")

    found = [(Path(p.file).name, p.line, p.column, p.code) for p in problems]
    assert sorted(found) == [
        ("base.yaml", 12, 75, "E_RANGE"),
        ("top.yaml", 3, 11, "E_UNKNOWN_KEY"),
    ]


def test_a_missing_key_is_placed_at_its_record(tmp_path: Path) -> None:
    write(tmp_path, base=TINY, top="extends: base.yaml\nlanes:\n  by air: {customer: works}\n")

    problems = [p for p in refused(tmp_path / "top.yaml") if p.code == "E_MISSING"]

    found = [(Path(p.file).name, p.line, p.column, p.path) for p in problems]
    assert found == [
        ("top.yaml", 3, 3, "lanes.by air.supplier"),
        ("top.yaml", 3, 3, "lanes.by air.transit"),
    ]


def test_circles_are_refused_and_named_link_by_link(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="seed: 1\nextends: b.yaml\n",
        b="extends: c.yaml\n",
        c="extends: [b.yaml]\n",
    )

    problems = refused(tmp_path / "a.yaml")

    circle = next(problem for problem in problems if problem.code == "E_EXTENDS_CYCLE")
    assert (Path(circle.file).name, circle.line, circle.column) == ("c.yaml", 1, 11)
    assert "b.yaml -> " in circle.need
    assert circle.need.endswith("b.yaml")


def test_a_file_cannot_extend_itself(tmp_path: Path) -> None:
    write(tmp_path, a=TINY + "extends: ./a.yaml\n")

    assert [problem.code for problem in refused(tmp_path / "a.yaml")] == ["E_EXTENDS_CYCLE"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("../outside.yaml", "E_PATH_OUTSIDE"),
        ("sub/../../outside.yaml", "E_PATH_OUTSIDE"),
        ("/etc/passwd", "E_PATH_OUTSIDE"),
        ("~/base.yaml", "E_PATH_OUTSIDE"),
        ("link.yaml", "E_PATH_OUTSIDE"),
        ("linked/outside.yaml", "E_PATH_OUTSIDE"),
        ("'base.yaml:stream.yaml'", "E_PATH_OUTSIDE"),
        ("..\\outside.yaml", "E_PATH_OUTSIDE"),
        ("''", "E_PATH_OUTSIDE"),
        ("https://example.org/base.yaml", "E_PATH_URL"),
        ("file:///etc/passwd", "E_PATH_URL"),
        ("base.txt", "E_EXTENSION"),
        ("base.yaml.gz", "E_EXTENSION"),
        ("'-'", "E_EXTENSION"),
        ("none.yaml", "E_NOT_FOUND"),
        ("folder.yaml", "E_NOT_A_FILE"),
        ("pipe.yaml", "E_NOT_A_FILE"),
        ("[base.yaml, 3]", "E_TYPE"),
        ("{a: base.yaml}", "E_TYPE"),
        ("~", "E_TYPE"),
    ],
)
def test_paths_that_are_refused(tmp_path: Path, target: str, code: str) -> None:
    folder = tmp_path / "in"
    (folder / "folder.yaml").mkdir(parents=True)
    (folder / "sub").mkdir()
    write(tmp_path, outside=TINY)
    write(folder, base=TINY, top=f"seed: 7\nextends: {target}\n")
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.yaml")

    problem = next(p for p in refused(folder / "top.yaml") if p.code != "E_MISSING")

    assert (Path(problem.file).name, problem.line, problem.code) == ("top.yaml", 2, code)


def test_a_link_inside_the_tree_may_be_followed(tmp_path: Path) -> None:
    write(tmp_path, base=TINY, top="extends: link.yaml\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "base.yaml")

    assert load_design(tmp_path / "top.yaml").name == "tiny"


def test_below_a_folder_called_scenarios_the_whole_folder_is_the_tree(tmp_path: Path) -> None:
    (tmp_path / "scenarios" / "sub").mkdir(parents=True)
    write(tmp_path / "scenarios", base=TINY)
    write(tmp_path / "scenarios" / "sub", top="extends: ../base.yaml\n")

    assert load_design(tmp_path / "scenarios" / "sub" / "top.yaml").name == "tiny"


def test_paths_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path, top="extends: sub/middle.yaml\n")
    write(tmp_path / "sub", middle="extends: base.yaml\nseed: 2\n", base=TINY)

    assert load_design(tmp_path / "top.yaml").alternatives["base"].seed == 2


def test_a_network_is_relative_to_the_file_that_names_it_and_lies_below_everything(
    tmp_path: Path,
) -> None:
    write_network(tmp_path / "sub" / "net")
    head = TINY.partition("items:")[0] + "network: net\nsites: {Dresden: {cover: 50 d}}\n"
    write(tmp_path, top="extends: sub/base.yaml\nsites: {Dresden: {output_per_day: 90}}\n")
    write(tmp_path / "sub", base=head)

    dresden = load_design(tmp_path / "top.yaml").alternatives["base"].sites["Dresden"]

    assert dresden.cover is not None
    assert (dresden.cover.value, dresden.output_per_day) == (50 * DAY_S, 90)


def test_the_network_that_is_stated_last_replaces_the_others(tmp_path: Path) -> None:
    write_network(tmp_path / "one")
    write_network(tmp_path / "two")
    sites = (tmp_path / "two" / "sites.csv").read_text().replace("Zwickau", "Leipzig")
    lanes = (tmp_path / "two" / "lanes.csv").read_text().replace("Zwickau", "Leipzig")
    bom = (tmp_path / "two" / "bom.csv").read_text().replace("Zwickau", "Leipzig")
    write_network(tmp_path / "two", sites=sites, lanes=lanes, bom=bom)
    head = TINY.partition("items:")[0]
    write(
        tmp_path,
        base=head + "network: one\n",
        top="extends: base.yaml\nalternatives: {same: {}, other: {network: two}}\n",
    )

    design = load_design(tmp_path / "top.yaml")

    assert list(design.alternatives["same"].sites) == ["Baotou", "Dresden", "Zwickau"]
    assert list(design.alternatives["other"].sites) == ["Baotou", "Dresden", "Leipzig"]


def test_a_tower_of_files_is_refused_soon(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path, **{f"f{number}": f"extends: [f{number + 1}.yaml, f{number + 2}.yaml]\n"})
    write(tmp_path, f30="seed: 1\n", f31="seed: 1\n")

    assert "E_SIZE" in {problem.code for problem in refused(tmp_path / "f0.yaml")}
