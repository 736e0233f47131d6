"""Numbers from the world: each with its value, range, unit, source and confidence.

Nothing else in the package writes down a number that somebody measured or reported. A number is a
row of `figures.csv`, looked up by its key; longer facts are tables of their own.

Out: `Figure` records by key, tables as tuples of rows, the Chinese working calendar and the
undisturbed exports by destination.
"""

from sim.data.baseline import Baseline, monthly_baseline
from sim.data.calendar import is_working_day, known_years, working_days, working_days_after
from sim.data.figures import Figure, figure, figure_keys, table

__all__ = [
    "Baseline",
    "Figure",
    "figure",
    "figure_keys",
    "is_working_day",
    "known_years",
    "monthly_baseline",
    "table",
    "working_days",
    "working_days_after",
]
