"""Laws of durations and of work, as a scenario writes them: a mapping, or one line of text.

Whatever may be uncertain (a cover, a transit, an open period) takes a law; a plain duration is the
fixed law. The quantiles of each stand in `sim.model.delays`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim.scenario.field_faults import TypeError_
from sim.scenario.fields import Duration, Number, Record

__all__ = ["DurationLaw", "Law", "WorkLaw", "law_from_text"]


class Law(Record):
    """A law of a duration (days of cover, transit, open and closed periods).

    | law | fields |
    |---|---|
    | fixed | value |
    | uniform | low, high |
    | triangular | low, mode, high |
    | exponential, geometric | mean |
    | gamma, lognormal | mean, cv |
    | weibull | mean, shape |
    | empirical | values (equally likely) |
    """

    law: Literal["fixed", "uniform", "triangular", "exponential", "geometric", "gamma",
                 "weibull", "lognormal", "empirical"] = Field(
        description="Kind of law")  # fmt: skip
    value: Duration | None = Field(default=None, description="The duration (fixed)")
    low: Duration | None = Field(default=None, description="Least")
    mode: Duration | None = Field(default=None, description="Likeliest")
    high: Duration | None = Field(default=None, description="Greatest")
    mean: Duration | None = Field(default=None, description="Mean")
    cv: Annotated[Number, Field(gt=0, le=10)] | None = Field(
        default=None, description="Standard deviation over mean"
    )
    shape: Annotated[Number, Field(ge=0.2, le=50)] | None = Field(
        default=None, description="Shape (weibull)"
    )
    values: tuple[Duration, ...] | None = Field(
        default=None, min_length=1, strict=False, description="Equally likely durations"
    )

    def model_post_init(self, _context: object) -> None:
        """Refuse missing, superfluous or contradictory fields."""
        _check_law(self)


class WorkLaw(Record):
    """Law of the work a file needs; its mean is 1, so only its shape is given.

    `fixed` (every file the same), `exponential`, `weibull` (shape), `gamma` and `lognormal` (cv).
    """

    law: Literal["fixed", "exponential", "gamma", "weibull", "lognormal"] = Field(
        default="weibull", description="Kind of law; the mean is always 1"
    )
    cv: Annotated[Number, Field(gt=0, le=10)] | None = Field(
        default=None, description="Standard deviation over mean (gamma, lognormal)"
    )
    shape: Annotated[Number, Field(ge=0.2, le=50)] | None = Field(
        default=None, description="Shape (weibull)"
    )

    def model_post_init(self, _context: object) -> None:
        """Refuse missing, superfluous or contradictory fields."""
        _check_fields(self, self.law, {k: v - {"mean"} for k, v in _LAW_FIELDS.items()} | {
            "fixed": frozenset()})  # fmt: skip


_LAW_ORDER: dict[str, tuple[str, ...]] = {
    "fixed": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "exponential": ("mean",),
    "geometric": ("mean",),
    "gamma": ("mean", "cv"),
    "lognormal": ("mean", "cv"),
    "weibull": ("mean", "shape"),
    "empirical": ("values",),
}
_LAW_FIELDS = {law: frozenset(fields) for law, fields in _LAW_ORDER.items()}
_LAW_WORDS = ("value", "low", "mode", "high", "mean", "cv", "shape", "values")
LawText = Annotated[
    str, WithJsonSchema({"type": "string", "examples": ["35 d", "gamma 30 d, 0.4"]})
]


def _check_fields(record: Record, law: str, fields: dict[str, frozenset[str]]) -> None:
    given = {name for name in record.model_fields_set if name != "law"}
    needed = fields[law]
    if given != needed:
        words = " and ".join(name for name in _LAW_WORDS if name in needed)
        raise ValueError(f"the {law} law needs {words or 'no further field'}, and nothing else")


def _check_law(law: Law) -> None:
    _check_fields(law, law.law, _LAW_FIELDS)
    if law.low is not None and law.high is not None:
        mode = law.low if law.mode is None else law.mode
        if not law.low <= mode <= law.high or law.low == law.high:
            raise ValueError("need low < high, and mode between them")


def law_from_text(text: str) -> dict[str, object]:
    """Read a law in one line: its name, then its values in the order of the table above.

    The same text serves in YAML, in a cell of a CSV file and on the command line.

    Examples
    --------
    >>> law_from_text("triangular 14 d, 30 d, 56 d")
    {'law': 'triangular', 'low': '14 d', 'mode': '30 d', 'high': '56 d'}
    >>> law_from_text("gamma 30 d, 0.4"), law_from_text("30 d")
    ({'law': 'gamma', 'mean': '30 d', 'cv': 0.4}, {'law': 'fixed', 'value': '30 d'})
    """
    name, _, rest = text.partition(" ")
    if name not in _LAW_ORDER:
        return {"law": "fixed", "value": text}
    values = [part.strip() for part in re.split("[,;]", rest)]
    if name == "empirical":
        return {"law": name, "values": values}
    fields = _LAW_ORDER[name]
    if len(values) != len(fields):
        words = ", ".join(fields)
        raise TypeError_(
            f"need '{name}' and its {words}, separated by commas", "inside { } put it in quotes"
        )
    numbers = {"cv", "shape"}
    return {"law": name} | {
        field: _plain_number(value) if field in numbers else value
        for field, value in zip(fields, values, strict=True)
    }


def _plain_number(text: str) -> float | str:
    return float(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else text


def _read_law(value: object) -> object:
    """Let `35 d` stand for the fixed law, and one line for any other."""
    if isinstance(value, int | float):
        raise TypeError_("need a duration with its unit, such as '28 d', or a law of durations")
    return law_from_text(value) if isinstance(value, str) else value


DurationLaw = Annotated[Law, BeforeValidator(_read_law, json_schema_input_type=Law | LawText)]
"""A duration law, as a mapping or in one line; a plain duration is the fixed law."""
