"""Rows of the area peers."""

from sim.app.verification.table import RowCheck

CHECKS: dict[str, RowCheck] = {}
