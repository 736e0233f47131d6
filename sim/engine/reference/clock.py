"""SimPy's environment on a clock of whole seconds, with the order of a second made explicit.

SimPy breaks ties by (priority, order of scheduling). Here every event is scheduled with the key of
`sim.engine.order` as its priority, so that phase and name decide and the order of scheduling never
does. Processes start (SimPy's own urgent events) before anything else at second 0, and the run
stops before anything at the horizon.
"""

from __future__ import annotations

from collections.abc import Callable

import simpy
from simpy.events import Event

__all__ = ["Clock", "Instant", "Look"]

_FAR = 2**62


class Instant(Event):
    """An event that happens at a given second, in its place among the events of that second."""

    callbacks: list[Callable[[Event], None]]

    def __init__(self, clock: Clock, second: int, key: int) -> None:
        # As in SimPy's Timeout, Event.__init__ is written out: it is half the cost of an event.
        self.env = clock
        self.callbacks = []
        self._ok = True
        self._value = None
        clock.schedule(self, key, second - clock.second)  # type: ignore[arg-type]


class Clock(simpy.Environment):
    """A SimPy environment whose time is whole seconds since midnight of the start date."""

    def __init__(self) -> None:
        super().__init__(initial_time=0)
        self.n_events = 0

    @property
    def second(self) -> int:
        """The second it is now."""
        return self._now  # type: ignore[return-value]

    def at(self, second: int, key: int) -> Instant:
        """Return an event at `second` (not before now), to be yielded by a process."""
        self.n_events += 1
        return Instant(self, second, key)

    def call(self, second: int, key: int, action: Callable[[Event], None]) -> None:
        """Have `action(event)` called at `second`, for things that happen once."""
        self.n_events += 1
        Instant(self, second, key).callbacks.append(action)


class Look:
    """A look at something that is due: at the earliest second asked for, and once.

    Parameters
    ----------
    clock : Clock
    key : int
        Place of the look within its second.
    action : callable
        What the look does; it asks for the next look itself.
    """

    def __init__(self, clock: Clock, key: int, action: Callable[[], None]) -> None:
        self.clock = clock
        self.key = key
        self.action = action
        self._second = _FAR

    def at(self, second: int) -> None:
        """Look at `second`; an earlier look that is already set will do as well."""
        if second < self._second:
            self._second = second
            self.clock.call(second, self.key, self._happen)

    def _happen(self, _event: Event) -> None:
        if self.clock.second == self._second:
            self._second = _FAR
            self.action()
