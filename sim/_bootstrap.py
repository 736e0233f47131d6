"""Set-up on a fresh machine, from a source checkout, with Python and pip alone.

A bare Debian refuses `pip install` (PEP 668) and has no `ensurepip`; what works on every system is
`python3 -m venv --without-pip` and `pip --python`. This does just that, into `.venv` beside the
package, and only when an import that the command needs is missing. An environment that has the
packages is used as it is, and one that this file did not make is never changed.

In:  the command's words, `requirements.lock`.
Out: nothing when all is there; else the same command, started again by `.venv`'s Python.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO, NoReturn

__all__ = ["ensure_packages"]

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
SWITCH_OFF = "MAGNET_RUNWAY_NO_BOOTSTRAP"
SPACE_MB = 870  # measured on Debian 12 with Python 3.11
SPARE_MB = 250  # for the downloads while they are unpacked
BY_HAND = (
    "install the packages of requirements.lock into the environment of your choice "
    "(python3 -m pip --python PATH/bin/python install --require-hashes -r requirements.lock)."
)

# What to import, where pyproject.toml says what to install.
RUNTIME = ["click", "duckdb", "jinja2", "matplotlib", "networkx", "numba", "numpy", "pandas"]
RUNTIME += ["pydantic", "rich", "ruamel.yaml", "scipy", "simpy"]
TEST = ["hypothesis", "ipykernel", "nbclient", "nbformat", "pytest", "pytest_cov", "xdist"]


def ensure_packages(words: list[str], root: Path = ROOT) -> None:
    """Return at once if every import that the command needs is there; else set up, start again.

    Does nothing outside a source checkout, where `requirements.lock` is not beside the package.
    """
    if not (root / "requirements.lock").is_file():
        return
    names = needed(words)
    absent = missing(names)
    if not absent:
        return
    if os.environ.get(SWITCH_OFF, "0") not in ("", "0"):
        stop(2, f"missing: {', '.join(absent)}. {SWITCH_OFF} is set: unset it, or {BY_HAND}")
    try:
        python = environment(root, names)
    except KeyboardInterrupt:
        stop(130, "set-up interrupted; the same command starts it again.")
    except OSError as error:
        stop(1, f"set-up failed: {error}. Mend that and run the same command again.")
    start_again(python, words)


def needed(words: list[str]) -> list[str]:
    """Top-level imports that the command line `words` cannot do without."""
    command = next((word for word in words if not word.startswith("-")), "")
    return RUNTIME + TEST if command == "test" else RUNTIME


def missing(names: list[str]) -> list[str]:
    """Those of `names` that this Python cannot import; nothing heavy is loaded to find out."""

    def found(name: str) -> bool:
        try:
            return find_spec(name) is not None
        except ImportError:
            return False

    return [name for name in names if not found(name)]


def fingerprint(root: Path) -> str:
    """What a finished set-up was made from: the lock's SHA-256 and the Python version."""
    lock = (root / "requirements.lock").read_bytes().replace(b"\r\n", b"\n")
    return f"{hashlib.sha256(lock).hexdigest()} {sys.version_info[0]}.{sys.version_info[1]}"


def environment(root: Path, names: list[str]) -> Path:
    """The Python of `root/.venv`, set up first if it is not there or not finished."""
    folder = root / ".venv"
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    stamp = folder / "magnet-runway-set-up"
    inside = Path(sys.prefix).resolve() == folder.resolve()
    if folder.exists() and any(folder.iterdir()) and not stamp.exists():
        if not inside and python.exists() and has_all(python, names):
            return python
        stop(2, f"{folder} is not of this set-up's making and lacks packages: {BY_HAND}")
    folder.mkdir(exist_ok=True)
    with stamp.open("a+", encoding="utf-8") as record:
        hold(record)
        record.seek(0)
        if record.read().strip() != f"ready {fingerprint(root)}" or not python.exists():
            install(root, folder, python, record)
        elif inside:
            stop(1, f"{folder} is not complete any more: delete it and run the same command again.")
    return python


def has_all(python: Path, names: list[str]) -> bool:
    """Whether the interpreter `python` finds every import in `names`."""
    code = "import sys; from sim import _bootstrap as b; sys.exit(bool(b.missing(sys.argv[1:])))"
    return subprocess.run([python, "-c", code, *names], cwd=ROOT, check=False).returncode == 0


def has_pip(python: str) -> bool:
    """Whether the interpreter `python` has pip."""
    command = [python, "-c", "import pip"]
    return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0


def hold(record: IO[str]) -> None:
    """Wait until no other set-up is at work in this folder.

    The lock ends with the process that holds it or, since pip inherits it, with that one's pip.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another set-up is at work in this folder; waiting for it.")
        fcntl.flock(record, fcntl.LOCK_EX)


def install(root: Path, folder: Path, python: Path, record: IO[str]) -> None:
    """Empty `folder`, make the environment in it, fill it from the lock, then stamp it as ready."""
    # Inside a half-made .venv there is no pip; the Python that made it has one.
    base = getattr(sys, "_base_executable", None) or sys.executable
    maker = base if Path(sys.prefix).resolve() == folder.resolve() else sys.executable
    if not has_pip(maker):
        stop(1, f"{maker} has no pip (Debian, Ubuntu: apt install python3-pip). Add it, run again.")
    if shutil.disk_usage(root).free < (SPACE_MB + SPARE_MB) * 1_000_000:
        stop(1, f"{root} needs {SPACE_MB + SPARE_MB} MB of free space. Make room, run again.")
    say(f"first start: installing the locked packages into {folder} (about {SPACE_MB} MB).")
    say("nothing outside that folder is changed; it takes one to three minutes.")
    rewrite(record, "unfinished")
    for old in folder.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        elif old.name != Path(record.name).name:
            old.unlink()
    if run([maker, "-m", "venv", "--without-pip", str(folder)], record):
        stop(1, f"{maker} -m venv failed (Debian, Ubuntu: apt install python3-venv). Run again.")
    scratch = folder / "tmp"
    scratch.mkdir()
    pip = [maker, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-input"]
    pip += ["--no-cache-dir", "--disable-pip-version-check", "--only-binary", ":all:"]
    pip += ["--require-hashes", "-r", str(root / "requirements.lock")]
    if run(pip, record, scratch):
        stop(1, "pip could not install the packages (its reason is above). Run again when mended.")
    shutil.rmtree(scratch)
    rewrite(record, f"ready {fingerprint(root)}")
    say("set-up done.")


def run(command: list[str], record: IO[str], scratch: Path | None = None) -> int:
    """Exit code of `command`, its words on stderr, with a sign of life every ten seconds."""
    ignored = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX")
    settings = {key: value for key, value in os.environ.items() if key not in ignored}
    settings["PIP_USER"] = "0"
    if scratch:
        settings |= {"TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    begun = time.monotonic()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=2,
        env=settings,
        start_new_session=True,  # so that Ctrl-C reaches this process only, which then ends pip
        pass_fds=() if WINDOWS else (record.fileno(),),
    ) as child:
        try:
            while True:
                try:
                    return child.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    say(f"still at work, {time.monotonic() - begun:.0f} s")
        except KeyboardInterrupt:
            child.terminate() if WINDOWS else os.killpg(child.pid, signal.SIGKILL)
            raise


def rewrite(record: IO[str], text: str) -> None:
    """Replace what the stamp says."""
    record.seek(0)
    record.truncate()
    record.write(text + "\n")
    record.flush()


def start_again(python: Path, words: list[str]) -> NoReturn:
    """Run the same command with `python`, in place of this process where the system can."""
    command = [str(python), "-m", "sim", *words]
    if WINDOWS:  # exec on Windows returns to the shell before the command has ended
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)


def say(text: str) -> None:
    """One line on stderr: stdout is for results."""
    print(f"magnet-runway: {text}", file=sys.stderr, flush=True)


def stop(code: int, text: str) -> NoReturn:
    """One line of what to do, then the end."""
    say(text)
    sys.exit(code)
