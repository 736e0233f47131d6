"""Conservation of mass at every event, for tests: `checked(tables)` is a run that must balance."""

from __future__ import annotations

from sim.app.verification.accounts import audited
from sim.engine import Trace
from sim.model import ModelTables


def checked(tables: ModelTables, replication: int = 0) -> Trace:
    """Run a replication with its accounts closed after every event."""
    audit = audited(tables, replication)

    assert audit.faults == ()
    assert audit.n_looks >= 2
    return audit.trace
