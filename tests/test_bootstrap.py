"""Set-up on a fresh machine: when it acts, what it leaves alone, what it says."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim import __main__ as entry
from sim import _bootstrap as bootstrap

LOCK = "simpy==4.1.2 --hash=sha256:00\n"
STAMP = "magnet-runway-set-up"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a checkout, on a machine with pip and room, and packages amiss."""
    (tmp_path / "requirements.lock").write_text(LOCK)
    monkeypatch.delenv(bootstrap.SWITCH_OFF, raising=False)
    monkeypatch.setattr(bootstrap, "missing", list)
    monkeypatch.setattr(bootstrap, "has_pip", lambda python: True)
    return tmp_path


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that the set-up gives, noted instead of run; each of them succeeds."""
    given: list[str] = []

    def note(command: list[str], record: object, scratch: Path | None = None) -> int:
        given.append(" ".join(command))
        if "venv" in command:
            make_python(Path(command[-1]).parent)
        return 0

    monkeypatch.setattr(bootstrap, "run", note)
    monkeypatch.setattr(bootstrap, "start_again", lambda python, words: given.append("again"))
    return given


def python_of(checkout: Path) -> Path:
    return checkout / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_python(checkout: Path) -> None:
    python_of(checkout).parent.mkdir(parents=True)
    python_of(checkout).touch()


def stamp_of(checkout: Path) -> str:
    return (checkout / ".venv" / STAMP).read_text().strip()


def test_an_installed_package_never_sets_itself_up(
    tmp_path: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "missing", list)

    bootstrap.ensure_packages(["demo"], root=tmp_path)

    assert commands == []
    assert list(tmp_path.iterdir()) == []


def test_an_environment_that_has_the_packages_is_used_as_it_is(
    checkout: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "missing", lambda names: [])

    bootstrap.ensure_packages(["demo"], root=checkout)

    assert commands == []
    assert not (checkout / ".venv").exists()


def test_a_fresh_checkout_gets_an_environment_and_starts_again(
    checkout: Path, commands: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    bootstrap.ensure_packages(["demo"], root=checkout)

    make, fill, again = commands
    said = capfd.readouterr()
    assert make.endswith(f"-m venv --without-pip {checkout / '.venv'}")
    assert "--require-hashes" in fill
    assert fill.endswith(str(checkout / "requirements.lock"))
    assert again == "again"
    assert stamp_of(checkout) == f"ready {bootstrap.fingerprint(checkout)}"
    assert said.out == ""
    assert f"{bootstrap.SPACE_MB} MB" in said.err
    assert str(checkout / ".venv") in said.err


def test_a_finished_set_up_is_not_repeated(checkout: Path, commands: list[str]) -> None:
    bootstrap.ensure_packages(["demo"], root=checkout)
    commands.clear()

    bootstrap.ensure_packages(["demo"], root=checkout)

    assert commands == ["again"]


def test_a_new_lock_means_a_new_set_up(checkout: Path, commands: list[str]) -> None:
    bootstrap.ensure_packages(["demo"], root=checkout)
    commands.clear()
    (checkout / "requirements.lock").write_text(LOCK + LOCK)

    bootstrap.ensure_packages(["demo"], root=checkout)

    assert len(commands) == 3


def test_an_environment_that_lost_its_python_is_set_up_again(
    checkout: Path, commands: list[str]
) -> None:
    bootstrap.ensure_packages(["demo"], root=checkout)
    commands.clear()
    python_of(checkout).unlink()

    bootstrap.ensure_packages(["demo"], root=checkout)

    assert len(commands) == 3


def test_a_set_up_that_was_cut_short_is_redone_from_an_empty_folder(
    checkout: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(bootstrap, "run", lambda command, record, scratch=None: 1)
        with pytest.raises(SystemExit, match="1"):
            bootstrap.ensure_packages(["demo"], root=checkout)
    assert stamp_of(checkout) == "unfinished"
    half_done = checkout / ".venv" / "lib" / "half_unpacked"
    half_done.mkdir(parents=True)

    bootstrap.ensure_packages(["demo"], root=checkout)

    assert not half_done.exists()
    assert stamp_of(checkout).startswith("ready ")


def test_ctrl_c_ends_with_130_and_one_line(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(root: Path, names: list[str]) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "environment", interrupted)

    with pytest.raises(SystemExit, match="130"):
        bootstrap.ensure_packages(["demo"], root=checkout)

    assert len(capfd.readouterr().err.splitlines()) == 1


def test_it_can_be_switched_off(
    checkout: Path,
    commands: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(bootstrap.SWITCH_OFF, "1")

    with pytest.raises(SystemExit, match="2"):
        bootstrap.ensure_packages(["demo"], root=checkout)

    (line,) = capfd.readouterr().err.splitlines()
    assert "--require-hashes -r requirements.lock" in line
    assert commands == []


def test_an_environment_made_by_others_is_used_if_it_is_complete(
    checkout: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_python(checkout)
    monkeypatch.setattr(bootstrap, "has_all", lambda python, names: True)

    bootstrap.ensure_packages(["demo"], root=checkout)

    assert commands == ["again"]
    assert not (checkout / ".venv" / STAMP).exists()


def test_an_environment_made_by_others_is_never_changed(
    checkout: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = checkout / ".venv" / "pyvenv.cfg"
    theirs.parent.mkdir()
    theirs.write_text("home = /usr/bin\n")

    with pytest.raises(SystemExit, match="2"):
        bootstrap.ensure_packages(["demo"], root=checkout)

    assert commands == []
    assert [path.name for path in theirs.parent.iterdir()] == ["pyvenv.cfg"]


def test_without_pip_or_room_it_says_so_and_leaves_no_half_made_environment(
    checkout: Path,
    commands: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bootstrap, "SPACE_MB", 10**12)
    with pytest.raises(SystemExit, match="1"):
        bootstrap.ensure_packages(["demo"], root=checkout)
    monkeypatch.setattr(bootstrap, "has_pip", lambda python: False)
    with pytest.raises(SystemExit, match="1"):
        bootstrap.ensure_packages(["demo"], root=checkout)

    room_line, pip_line = capfd.readouterr().err.splitlines()
    assert "has no pip" in pip_line
    assert "free space" in room_line
    assert commands == []


def test_only_the_test_command_needs_the_test_packages() -> None:
    assert "pytest" not in bootstrap.needed(["demo"])
    assert "pytest" not in bootstrap.needed([])
    assert "pytest" in bootstrap.needed(["test"])
    assert "pytest" in bootstrap.needed(["--quiet", "test", "-k", "desk"])


def test_missing_names_what_cannot_be_imported_and_nothing_else() -> None:
    assert bootstrap.missing(["numpy", "no_such_package", "no_such.part", "ruamel.yaml"]) == [
        "no_such_package",
        "no_such.part",
    ]


def test_the_fingerprint_follows_the_lock_but_not_its_line_ends(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_bytes(b"one\n")
    unix = bootstrap.fingerprint(tmp_path)
    lock.write_bytes(b"one\r\n")
    windows = bootstrap.fingerprint(tmp_path)
    lock.write_bytes(b"two\n")

    assert unix == windows
    assert unix != bootstrap.fingerprint(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="process groups are Unix's")
def test_a_command_that_fails_hands_back_its_code_and_keeps_stdout_clean(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / STAMP).open("w") as record:
        code = bootstrap.run([sys.executable, "-c", "print('words'); exit(5)"], record)

    captured = capfd.readouterr()
    assert code == 5
    assert captured.out == ""
    assert captured.err == "words\n"


def test_the_bootstrap_uses_the_standard_library_only() -> None:
    code = "import sys; sys.path = [p for p in sys.path if 'site-packages' not in p]\n"
    code += "import sim._bootstrap; print('numpy' in sys.modules)"

    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=bootstrap.ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout == "False\n"


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_an_old_python_can_read_the_files_that_tell_it_so(name: str) -> None:
    source = (bootstrap.ROOT / "sim" / name).read_text(encoding="utf-8")

    tree = ast.parse(source, feature_version=(3, 6))

    futures = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "annotations" not in [
        alias.name for node in futures if node.module == "__future__" for alias in node.names
    ], "Python 3.6 does not know this import"


def test_an_old_python_is_told_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    assert entry.main() == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert "needs Python 3.11 or newer; this is 3.9" in line
