"""What holds for the project as a whole: locks, sizes, docstrings, light imports."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sim import _bootstrap as bootstrap

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "sim").rglob("*.py"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
MOST_LINES_OF_A_FILE = 450
MOST_LINES_OF_A_FUNCTION = 60
MOST_METHODS_OF_A_CLASS = 12
HEAVY = {"duckdb", "matplotlib", "networkx", "numba", "numpy", "pandas", "pydantic", "simpy"}

in_every_module = pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: str(path.relative_to(ROOT))
)


def project() -> dict[str, list[str]]:
    """Names that pyproject.toml asks for, normalised: under `run`, and under each extra."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"run": table["dependencies"], **table["optional-dependencies"]}
    return {
        extra: [normal(name) for name in wanted if not name.startswith("magnet-runway[")]
        for extra, wanted in asked.items()
    }


def normal(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[._-]+", "-", name[0]).lower()


def locked(lock: str) -> dict[str, str]:
    """Version by name in a requirements lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("lock", "extras"), [(LOCKS[0], ["run", "test"]), (LOCKS[1], ["run", "test", "dev"])]
)
def test_the_lock_holds_all_that_the_project_asks_for(lock: str, extras: list[str]) -> None:
    wanted = {name for extra in extras for name in project()[extra]}

    assert wanted <= set(locked(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[a-z0-9-]+==)", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]

    assert len(entries) > 20
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_all_locks_name_the_same_versions() -> None:
    table = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    contributors = {package["name"]: package.get("version") for package in table["package"]}

    for lock in LOCKS:
        assert locked(lock).items() <= contributors.items()


def test_the_contributors_lock_asks_for_what_the_project_asks_for() -> None:
    table = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    own = next(package for package in table["package"] if package["name"] == "magnet-runway")
    asked = {entry["name"] for entry in own["metadata"]["requires-dist"]} - {"magnet-runway"}

    assert asked == {name for names in project().values() for name in names}


def test_the_locks_name_public_addresses_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text()))

    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    for name in [*LOCKS, "pyproject.toml", ".ci/run"]:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert re.findall(r"https?://|file:/|index-url|find-links|trusted-host", text) == [], name


def test_the_bootstrap_looks_for_what_the_project_asks_for() -> None:
    imported_as = {
        "pytest-cov": "pytest_cov",
        "pytest-xdist": "xdist",
        "ruamel-yaml": "ruamel.yaml",
    }

    def imports(extra: str) -> list[str]:
        return sorted(imported_as.get(name, name) for name in project()[extra])

    assert sorted(bootstrap.RUNTIME) == imports("run")
    assert sorted(bootstrap.TEST) == imports("test")


def test_importing_sim_loads_no_heavy_library() -> None:
    code = "import sim, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"

    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert HEAVY & set(answer.stdout.split()) == set()


@in_every_module
def test_a_module_says_what_it_is_and_stays_short(module: Path) -> None:
    source = module.read_text(encoding="utf-8")

    assert ast.get_docstring(ast.parse(source)), "no docstring"
    assert len(source.splitlines()) <= MOST_LINES_OF_A_FILE


@in_every_module
def test_functions_and_classes_stay_small(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    classes = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]

    long = [
        f"{node.name}: {lines} lines"
        for node in functions
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    wide = [
        f"{node.name}: {methods} methods"
        for node in classes
        if (methods := sum(isinstance(part, ast.FunctionDef) for part in node.body))
        > MOST_METHODS_OF_A_CLASS
    ]

    assert long + wide == []


@pytest.mark.parametrize("name", ["CHANGELOG.md", "CITATION.cff"])
def test_the_version_is_the_same_everywhere(name: str) -> None:
    import sim

    text = (ROOT / name).read_text(encoding="utf-8")

    assert f"version: {sim.__version__}" in text or f"[{sim.__version__}]" in text


def test_every_version_says_which_numbers_changed() -> None:
    versions = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.M)

    assert len(versions) > 1
    assert [text.split("\n")[0] for text in versions[1:] if "### Numbers changed" not in text] == []
