import shutil
from pathlib import Path

import pytest

from sim.experiment import run_design
from tests.experiment.worlds import design


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two alternatives of 40 replications, run once in this process; not to be changed."""
    folder = tmp_path_factory.mktemp("finished") / "results"
    run_design(design(), 40, 1, folder)
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of those results that a test may damage."""
    return Path(shutil.copytree(finished, tmp_path / "results"))
