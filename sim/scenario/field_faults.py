"""What a field can have against a value; each kind has a stable code.

pydantic turns every `ValueError` of a field into a fault of its own and keeps the original, so
the loader reads the code and the hint off these.
"""

from __future__ import annotations

__all__ = [
    "DateError_",
    "FieldFault",
    "FiniteError_",
    "NameError_",
    "RangeError_",
    "ReferenceError_",
    "TypeError_",
]


class FieldFault(ValueError):
    """A value that a field refuses, with what is needed; the loader reports it under `code`."""

    code = "E_VALUE"

    def __init__(self, need: str, hint: str = "") -> None:
        super().__init__(need)
        self.hint = hint


class TypeError_(FieldFault):  # noqa: N801 - pydantic reports ValueErrors only
    """A value of the wrong kind."""

    code = "E_TYPE"


class RangeError_(FieldFault):  # noqa: N801 - pydantic reports ValueErrors only
    """A value of the right kind that is too small or too large."""

    code = "E_RANGE"


class FiniteError_(FieldFault):  # noqa: N801 - pydantic reports ValueErrors only
    """A number that is infinite or none at all."""

    code = "E_NOT_FINITE"


class NameError_(FieldFault):  # noqa: N801 - pydantic reports ValueErrors only
    """A name that cannot be used as one."""

    code = "E_NAME"


class DateError_(FieldFault):  # noqa: N801 - pydantic reports ValueErrors only
    """A text that is no day of the calendar."""

    code = "E_DATE"


class ReferenceError_(FieldFault):  # noqa: N801 - pydantic reports ValueErrors only
    """The name of something that does not exist."""

    code = "E_REF"
