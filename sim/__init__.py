"""Magnet Runway: how long plants can run when magnet export licences are slow or refused.

    study = sim.run("scenarios/policies_2025.yaml", replications=50)
    study.halts()          every halt, one row each
    study.compare()        paired differences against the baseline
    study.plot_runway()    inventory runway by date

Names are resolved when they are first used: importing `sim` loads no library.
"""

__version__ = "0.2.0"

__all__ = ["Study", "__version__", "run"]

_HOMES = {"run": "sim.app.study", "Study": "sim.app.study"}


def __getattr__(name):  # type: ignore[no-untyped-def]  # readable by old Pythons, see __main__
    """Import a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError("module 'sim' has no attribute " + repr(name))
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__():  # type: ignore[no-untyped-def]
    """List the public names."""
    return sorted(__all__)
