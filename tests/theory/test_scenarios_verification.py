"""The scenario files behind the verification table."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.model import build_model
from sim.scenario import load_design
from sim.scenario.shipped import shipped_scenarios

FILES = sorted((shipped_scenarios() / "verification").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_verification_scenario_loads_without_a_warning(path: Path) -> None:
    design = load_design(path)

    assert design.name == path.stem
    assert design.warnings == ()
    assert all(build_model(scenario) for scenario in design.alternatives.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_verification_scenario_says_what_it_is_and_is_completed_by_editors(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    assert lines[0] == "# yaml-language-server: $schema=../scenario.schema.json"
    assert lines[2].startswith("# ")


def test_the_checks_use_every_file() -> None:
    package = Path(build_model.__code__.co_filename).parents[1] / "app" / "verification"
    code = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))

    unused = [path.stem for path in FILES if f'"{path.stem}' not in code]

    assert unused == []
