"""One made-up comparison, its pictures and its page, shared by the tests of the report."""

from pathlib import Path

import pytest

from sim.report import Drawn, draw
from sim.report.page import Shown, pictures_of
from sim.scenario import Scenario
from tests.report import made_up


@pytest.fixture(scope="session")
def findings() -> made_up.FakeFindings:
    return made_up.make_findings()


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return Scenario.model_validate(made_up.scenario_data())


@pytest.fixture(scope="session")
def design(scenario: Scenario) -> made_up.FakeDesign:
    alternatives = dict.fromkeys(made_up.ALTERNATIVES, scenario)
    return made_up.FakeDesign("policies_2025", alternatives, "as it happened")


@pytest.fixture(scope="session")
def results() -> made_up.FakeResults:
    return made_up.FakeResults(made_up.frame("halts", made_up.halt_rows()))


@pytest.fixture(scope="session")
def pictures(findings, results, design) -> dict[str, Shown]:
    return {shown.name: shown for shown in pictures_of(findings, results, design)}


@pytest.fixture(scope="session")
def drawn(findings, results, design, tmp_path_factory) -> Drawn:
    return draw(findings, results, design, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def page(drawn: Drawn) -> str:
    return Path(drawn.page).read_text(encoding="utf-8")
