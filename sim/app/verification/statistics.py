"""Rows of the area statistics."""

from sim.app.verification.table import RowCheck

CHECKS: dict[str, RowCheck] = {}
