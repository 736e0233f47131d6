"""How the kernel reaches its records: `site_at(world, 3)` is a pointer, nothing is counted.

A record of NumPy's structured arrays is a plain pointer for Numba, its fields are loads and stores.
The world holds the address of every table; the functions below give element i of one of them. With
NUMBA_BOUNDSCHECK=1 in the environment at compile time each of them checks its index.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

from sim.engine.compiled import layout
from sim.engine.compiled.kernel.translation import compiled, record_type

__all__ = ["Record", "at", "bits_of", "compiled", "float64", "int64", "number_of",
           "product_at_most", "uint64", "world_at"]  # fmt: skip

int64: Any = np.int64
float64: Any = np.float64
uint64: Any = np.uint64
"""Conversions that Numba knows."""

Record = Any
"""A pointer to a record; its fields are those of the table in `layout`."""

_WORD = ir.IntType(64)
_BYTE_POINTER = ir.IntType(8).as_pointer()
WORLD = record_type("world", layout.WORLD)


def _address(builder: Any, world: Any, offset: int) -> Any:
    """Load the word at an offset in the world."""
    start = builder.gep(builder.bitcast(world, _BYTE_POINTER), [ir.Constant(_WORD, offset)])
    return builder.load(builder.bitcast(start, _WORD.as_pointer()))


def _element(table: str, dtype: np.dtype[Any]) -> Callable[[Record, int], Any]:
    """Return the function (world, index) -> pointer to that record of a table."""
    kind = record_type(table, dtype)
    offset = layout.offset_of(table)

    @intrinsic  # type: ignore[untyped-decorator]
    def unchecked(_context: Any, _world: Any, _index: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            world, index = args
            start = _address(builder, world, offset)
            at = builder.add(start, builder.mul(index, ir.Constant(_WORD, dtype.itemsize)))
            return builder.inttoptr(at, context.get_value_type(kind))

        return kind(WORLD, types.int64), generate

    return _checked(unchecked, table)


def _checked(unchecked: Any, table: str) -> Any:
    """Put a check of the index before an accessor, if bounds checks are asked for."""
    if not config.BOUNDSCHECK:
        return unchecked
    length_at = layout.offset_of("n_" + table)

    @intrinsic  # type: ignore[untyped-decorator]
    def length(_context: Any, _world: Any) -> Any:
        def generate(_target: Any, builder: Any, _signature: Any, args: Any) -> Any:
            return _address(builder, args[0], length_at)

        return types.int64(WORLD), generate

    @compiled
    def checked(world: Record, index: int) -> Record:
        if index < 0 or index >= length(world):
            world.status = layout.OUT_OF_BOUNDS
            world.fault = length_at
            return unchecked(world, 0)
        return unchecked(world, index)

    return checked


@intrinsic  # type: ignore[untyped-decorator]
def world_at(_context: Any, _address: Any) -> Any:
    """Return the world at an address."""

    def generate(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], context.get_value_type(WORLD))

    return WORLD(types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def bits_of(_context: Any, _number: Any) -> Any:
    """Return the bits of a float64 as an int64."""

    def generate(_target: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], _WORD)

    return types.int64(types.float64), generate


@intrinsic  # type: ignore[untyped-decorator]
def number_of(_context: Any, _bits: Any) -> Any:
    """Return the float64 of the given bits."""

    def generate(_target: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), generate


@intrinsic  # type: ignore[untyped-decorator]
def product_at_most(_context: Any, _a: Any, _b: Any, _c: Any, _d: Any) -> Any:
    """Say whether a x b <= c x d, in 128 bits."""

    def generate(_target: Any, builder: Any, _signature: Any, args: Any) -> Any:
        a, b, c, d = (builder.sext(arg, ir.IntType(128)) for arg in args)
        return builder.icmp_signed("<=", builder.mul(a, b), builder.mul(c, d))

    return types.boolean(types.int64, types.int64, types.int64, types.int64), generate


at = {table: _element(table, dtype) for table, dtype in layout.TABLES.items()}
