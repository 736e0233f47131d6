"""How Numba translates the functions of the kernel: nothing that the kernel does not need.

The kernel is some three hundred small functions on plain numbers and pointers. Numba's usual way
through a function looks for much that none of them has (closures, `with` blocks, literals to be
propagated, parallel loops); a lean way saves a good part of the time of the first compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import from_dtype, njit, types
from numba.core import typed_passes, untyped_passes
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import PassManager
from numba.core.datamodel.models import RecordModel
from numba.extending import register_model

__all__ = ["OPTIONS", "RecordType", "compiled", "record_type"]

F = TypeVar("F", bound=Callable[..., Any])


class _Lean(CompilerBase):  # type: ignore[misc]
    """Numba's passes that the kernel needs, in their usual order."""

    def define_pipelines(self) -> list[Any]:
        """Return the one way through a function."""
        passes = PassManager("kernel")
        for each in (
            untyped_passes.TranslateByteCode,
            untyped_passes.FixupArgs,
            untyped_passes.IRProcessing,
            untyped_passes.ReconstructSSA,
            typed_passes.NopythonTypeInference,
            typed_passes.PreLowerStripPhis,
            typed_passes.IRLegalization,
            typed_passes.AnnotateTypes,
            typed_passes.NativeLowering,
            typed_passes.NoPythonBackend,
        ):
            passes.add_pass(each, each.__name__)
        passes.finalize()
        return [passes]


OPTIONS = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
    "pipeline_class": _Lean,
}
"""Options of every function: no exceptions, no wrappers for Python, no counted references."""


class RecordType(types.Record):  # type: ignore[misc]
    """A record whose name is short: Numba writes the names of types all the time."""

    def __init__(self, name: str, plain: Any) -> None:
        self._short = name
        fields = [(field, about._asdict()) for field, about in plain.fields.items()]
        super().__init__(fields, plain.size, plain.aligned)

    def __repr__(self) -> str:
        return self._short


register_model(RecordType)(RecordModel)


def record_type(name: str, dtype: np.dtype[Any]) -> RecordType:
    """Return Numba's type of the records of a table."""
    return RecordType(name, from_dtype(dtype))


def compiled(function: F) -> F:
    """Compile a function of the kernel when something compiled first calls it."""
    made: F = njit(**OPTIONS)(function)
    _one_specialisation(made)
    return made


def _one_specialisation(function: Any) -> None:
    """Have calls with constants use the one compiled version, instead of one for each constant."""
    resolve = function.get_call_template

    def unliteral(args: Any, kws: Any) -> Any:
        return resolve(tuple(types.unliteral(arg) for arg in args), kws)

    function.get_call_template = unliteral
