"""The small values of a scenario file: durations, moments, masses, shares and names.

Each type reads one spelling, refuses every other with a sentence that says what is needed, and
tells the JSON Schema the same, so that an editor and the loader agree.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from sim.scenario.countries import COUNTRY_CODES
from sim.scenario.field_faults import (
    DateError_,
    FiniteError_,
    NameError_,
    RangeError_,
    ReferenceError_,
    TypeError_,
)
from sim.units import DAY_S, parse_date, parse_duration, parse_mass, parse_working_days

__all__ = [
    "LONGEST",
    "CountryCode",
    "Day",
    "Duration",
    "Factor",
    "FileName",
    "Interval",
    "Moment",
    "Name",
    "Number",
    "Quantity",
    "Record",
    "ReviewTime",
    "ReviewTimeField",
    "Share",
]

MAX_NAME = 80
_NOT_IN_FILES = frozenset('/\\:*?"<>|')
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))]
)
_DURATION_SCHEMA = {
    "type": "string",
    "pattern": r"^\d+(\.\d+)? ?(s|min|h|d|w|seconds?|minutes?|hours?|days?|weeks?)$",
    "examples": ["45 d", "6 w", "8 h"],
}


class Record(BaseModel):
    """Base of every record in a scenario: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)


LONGEST = 200 * 366 * DAY_S
"""Longest duration that a scenario may state [s]."""
_NEED_DURATION = "need a duration with its unit, such as '45 d', '6 w' or '8 h'"
_NEED_DATE = "need a date written YYYY-MM-DD, a day of the calendar between 1970 and 2200"
_NEED_MOMENT = "need a date (YYYY-MM-DD) or a time since the start, such as '60 d'"


def _read_duration(value: object) -> int:
    return _seconds(value, _NEED_DURATION)


def _seconds(value: object, need: str) -> int:
    """Read a duration, or say what is needed and whether only its size is wrong."""
    if not isinstance(value, str) or not value.isascii() or "\n" in value:
        raise TypeError_(need)
    try:
        seconds = parse_duration(value.removeprefix("-"))
    except ValueError:
        raise TypeError_(need) from None
    if value.startswith("-"):
        raise RangeError_("need a duration of 0 or more")
    if seconds > LONGEST:
        raise RangeError_("need a duration of at most 200 years")
    return seconds


Duration = Annotated[
    int,
    BeforeValidator(_read_duration),
    Field(ge=0, le=LONGEST),
    WithJsonSchema(_DURATION_SCHEMA),
]
"""A length of time, in whole seconds inside; written with its unit."""


def _read_day(value: object) -> date:
    if not isinstance(value, str) or not value.isascii() or "\n" in value:
        raise DateError_(_NEED_DATE)
    try:
        return parse_date(value)
    except ValueError:
        raise DateError_(_NEED_DATE) from None


Day = Annotated[
    date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A calendar date, midnight in Beijing."""


def _read_moment(value: object) -> date | int:
    """Read a date, or a duration counted from the scenario's start."""
    if isinstance(value, str) and re.match(r"\d+[-/.]\d+[-/.]", value):
        return _read_day(value)
    return _seconds(value, _NEED_MOMENT)


Moment = Annotated[
    date | int,
    BeforeValidator(_read_moment),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "format": "date"}, _DURATION_SCHEMA],
         "description": "A date, or a time since the start of the scenario"}
    ),
]  # fmt: skip
"""A point in time: a calendar date, or a duration (seconds, int) since the scenario's start."""


def _read_interval(value: object) -> int | str:
    if value == "on order":
        return "on order"
    seconds = _seconds(value, "need a duration with its unit, such as '7 d', or 'on order'")
    if seconds == 0:
        raise RangeError_("need an interval above 0, or 'on order'")
    return seconds


Interval = Annotated[
    int | Literal["on order"],
    BeforeValidator(_read_interval),
    WithJsonSchema({"anyOf": [_DURATION_SCHEMA, {"const": "on order"}]}),
]
"""Time between dispatches, in whole seconds inside, or `on order`."""


def _read_quantity(value: object) -> int:
    """Read a whole number of pieces or units, or a mass with its unit (grams inside)."""
    need = "need a mass such as '30 kg', or a whole number of pieces"
    if isinstance(value, float) and not math.isfinite(value):
        raise FiniteError_("need a number that is finite")
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError_(need)
    if isinstance(value, int):
        return value
    if not value.isascii() or "\n" in value:
        raise TypeError_(need)
    try:
        grams = parse_mass(value.removeprefix("-"))
    except ValueError:
        raise TypeError_(need) from None
    return -grams if value.startswith("-") else grams


Quantity = Annotated[
    int,
    BeforeValidator(_read_quantity),
    Field(ge=0, le=10**15),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": r"^\d+(\.\d+)? ?(g|kg|t)$"},
            ]
        }
    ),
]
"""An amount of an item: whole pieces or units, or a mass with its unit; grams inside."""


def _read_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError_("need a plain number (no text, no percent sign)")
    if not math.isfinite(value):
        raise FiniteError_("need a number that is finite")
    return float(value) + 0.0


Number = Annotated[
    float,
    BeforeValidator(_read_number),
    Field(allow_inf_nan=False),
    WithJsonSchema({"type": "number"}),
]


def _read_share(value: object) -> float:
    number = _read_number(value)
    if 1 < number <= 100:
        raise RangeError_("need a share between 0 and 1", f"write {number:g} % as {number / 100:g}")
    if not 0 <= number <= 1 and math.isfinite(number):
        raise RangeError_("need a share between 0 and 1")
    return number


Share = Annotated[
    float,
    BeforeValidator(_read_share),
    Field(ge=0, le=1, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
"""A share between 0 and 1."""

Factor = Annotated[
    float,
    BeforeValidator(_read_number),
    Field(ge=0, le=100, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
]


def _read_name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError_("need a name (text)")
    if not value or value != value.strip():
        raise NameError_("need a name without blanks around it")
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in value):
        raise NameError_("need a name on one line, without control characters")
    return value


def _read_file_name(value: object) -> str:
    """Read a name that folders and files are called by, on any system."""
    name = _read_name(value)
    if any(char in _NOT_IN_FILES for char in name) or name[0] in ".-" or name[-1] == ".":
        raise NameError_(
            'need a name that can name a folder: no / \\ : * ? " < > |, '
            "no dot or hyphen in front, no dot at the end"
        )
    if name.partition(".")[0].upper() in _DEVICES:
        raise NameError_("need another name: Windows keeps this one for a device")
    return name


Name = Annotated[
    str,
    BeforeValidator(_read_name),
    Field(max_length=MAX_NAME),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_NAME}),
]

FileName = Annotated[
    str,
    BeforeValidator(_read_file_name),
    Field(max_length=MAX_NAME),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_NAME,
                    "pattern": r"^[^/\\:*?\"<>|.-][^/\\:*?\"<>|]*$"}),
]  # fmt: skip
"""A name that results are stored under."""


def _read_country(value: object) -> str:
    need = "need a country as its two capital letters (ISO 3166), EU or XW"
    if not isinstance(value, str):
        raise TypeError_(need)
    if value not in COUNTRY_CODES:
        upper = value.strip().upper()
        raise ReferenceError_(need, f"write {upper}" if upper in COUNTRY_CODES else "")
    return value


CountryCode = Annotated[
    str,
    BeforeValidator(_read_country),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"}),
]
"""ISO 3166 code; also EU (the rest of the union) and XW (the rest of the world) in our networks."""


@dataclass(frozen=True, slots=True)
class ReviewTime:
    """Mean time an officer needs for a file.

    `seconds` is 24-hour time if `working` is false, else 24 h for each Chinese working day;
    0 means decided on filing; `never` means that nothing is decided.
    """

    seconds: int
    working: bool = False
    never: bool = False


def _read_review_time(value: object) -> ReviewTime:
    need = "need a duration ('45 d'), working days ('45 working days') or 'never'"
    if not isinstance(value, str):
        raise TypeError_(need)
    if value == "never":
        return ReviewTime(0, never=True)
    if "working" not in value:
        review = ReviewTime(_seconds(value, need))
    else:
        try:
            review = ReviewTime(parse_working_days(value) * DAY_S, working=True)
        except ValueError:
            raise TypeError_(need) from None
    if review.seconds > 1_000 * DAY_S:
        raise RangeError_("need at most 1000 d; write 'never' for a stop")
    return review


ReviewTimeField = Annotated[
    ReviewTime,
    BeforeValidator(_read_review_time),
    WithJsonSchema({"type": "string", "examples": ["45 d", "45 working days", "never"]}),
]
