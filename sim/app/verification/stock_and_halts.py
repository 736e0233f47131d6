"""Rows of the area stock_and_halts."""

from sim.app.verification.table import RowCheck

CHECKS: dict[str, RowCheck] = {}
