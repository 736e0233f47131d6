"""Rows of the area queues."""

from sim.app.verification.table import RowCheck

CHECKS: dict[str, RowCheck] = {}
