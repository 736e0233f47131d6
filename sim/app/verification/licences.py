"""Rows of the area licences."""

from sim.app.verification.table import RowCheck

CHECKS: dict[str, RowCheck] = {}
