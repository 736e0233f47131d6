"""Rows of the area supply_chain."""

from sim.app.verification.table import RowCheck

CHECKS: dict[str, RowCheck] = {}
