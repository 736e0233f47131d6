"""Where the scenario files are that come with the package.

In a source checkout they lie beside the package (`scenarios/`), in an installed wheel inside it
(`sim/_scenarios/`).
"""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError

__all__ = ["shipped_scenarios"]


def shipped_scenarios() -> Path:
    """Return the folder of the shipped scenario files.

    Raises
    ------
    InputError
        If the package was installed without them.

    Examples
    --------
    >>> (shipped_scenarios() / "verification").is_dir()
    True
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise InputError(f"need the shipped scenario files: no folder 'scenarios' beside {package}")
