"""From the kernel's functions to one piece of machine code.

Numba translates function by function and would link, optimise and emit each of them again for every
caller. Here its libraries are only gathered; the whole is linked, optimised and emitted once, which
is several times faster and gives an object that runs without Numba: it calls nothing but itself.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import llvmlite.binding as llvm
from numba import njit, types
from numba.core.codegen import JITCodeLibrary
from numba.core.registry import cpu_target

from sim.engine.compiled.kernel.bare import bare_loop
from sim.engine.compiled.kernel.loop import run
from sim.engine.compiled.kernel.memory import world_at
from sim.engine.compiled.kernel.translation import OPTIONS

__all__ = ["emit"]

_LATER = re.compile(r'@"\.numba\.unresolved\$([^"]+)" = external global ptr')


def run_entry(address: int) -> int:
    """Run the world at an address: what is called from outside."""
    return run(world_at(address))


def bare_entry(address: int) -> int:
    """Run the calendar of the world at an address alone."""
    return bare_loop(world_at(address))


_ENTRIES = {"run": run_entry, "bare": bare_entry}


class _Gathered(JITCodeLibrary):  # type: ignore[misc]
    """A library that is not linked by itself."""

    def finalize(self) -> None:
        """Keep the module for the whole."""
        if self not in self._codegen.gathered:
            self._codegen.gathered.append(self)
        self._finalized = True

    def _optimize_functions(self, module: Any) -> None:
        """Leave all optimising to the whole."""
        module.data_layout = self._codegen._data_layout

    def get_pointer_to_function(self, _name: str) -> int:
        """Return no pointer: functions call each other inside the whole."""
        self.finalize()
        return 0


@contextmanager
def _gathering(codegen: Any) -> Iterator[list[_Gathered]]:
    """Have Numba's libraries gathered while the kernel is translated."""
    before = codegen._library_class, codegen.set_env
    codegen.gathered = []
    codegen._library_class, codegen.set_env = _Gathered, lambda _name, _env: None
    try:
        yield codegen.gathered
    finally:
        codegen._library_class, codegen.set_env = before
        del codegen.gathered


@contextmanager
def _without_collection() -> Iterator[None]:
    """Spare Python its search for garbage among the many small things that stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def emit(name: str) -> tuple[bytes, str]:
    """Return the kernel as object code for this machine, and the name of its entry.

    Parameters
    ----------
    name : str
        run, or bare: the calendar alone.

    The entry has the signature `int32 f(int64 *result, void **fault, int64 address)`.
    """
    codegen = cpu_target.target_context.codegen()
    with _gathering(codegen) as libraries, _without_collection():
        entry = njit(types.int64(types.int64), **OPTIONS)(_ENTRIES[name])
        symbol = str(entry.overloads[(types.int64,)].fndesc.llvm_func_name)
        linked = llvm.parse_assembly("")
        for library in libraries:
            linked.link_in(library._final_module)
    # What calls itself in a circle is called through a pointer that is filled in when it is known.
    known = _LATER.sub(r'@".numba.unresolved$\1" = internal constant ptr @"\1"', str(linked))
    whole = llvm.parse_assembly(known)
    for function in whole.functions:
        if not function.is_declaration and function.name != symbol:
            function.linkage = "internal"
    whole.verify()
    machine = codegen._tm
    _optimise(whole, machine)
    return machine.emit_object(whole), symbol


def _optimise(module: Any, machine: Any) -> None:
    """Optimise the kernel as a whole; what is called in one place is part of its caller then."""
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = True
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
