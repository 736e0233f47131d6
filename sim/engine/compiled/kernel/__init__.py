"""The event loop of the compiled engine, in the words of the SimPy engine, a module for each noun.

Only `sim.engine.compiled.library` imports it, when there is something to compile: everything here
is Numba's. Functions take the world and pointers to records, return integers, and never raise: what
goes wrong is a number in `world.status`. What a function has to do, and why, is said where the
SimPy engine does it; the functions here have the names that they have there.
"""
