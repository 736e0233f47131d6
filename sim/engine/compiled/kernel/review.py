"""When a review ends: `sim.engine.review` on records."""

from __future__ import annotations

from sim.engine.compiled import layout
from sim.engine.compiled.kernel.arithmetic import seconds_to_review, work_done
from sim.engine.compiled.kernel.memory import Record, at, compiled
from sim.model.tables import NEVER

__all__ = ["review_end", "same_between", "work_left", "works_at"]

span_at = at["spans"]
stretch_at = at["stretches"]
class_at = at["class_stretches"]


@compiled
def span_before(world: Record, first: int, n: int, second: int) -> int:
    """Return the last of n spans that begins at or before a second; first - 1 if none does."""
    low, high = first - 1, first + n
    while high - low > 1:
        middle = (low + high) // 2
        if span_at(world, middle).begins <= second:
            low = middle
        else:
            high = middle
    return low


@compiled
def works_at(world: Record, desk: Record, second: int) -> bool:
    """Say whether a desk works in a second (pauses and closures only)."""
    if desk.n_spans == 0:
        return True
    i = span_before(world, desk.first_span, desk.n_spans, second)
    return i < desk.first_span or second >= span_at(world, i).ends


@compiled
def worked_before(world: Record, first: int, n: int, second: int) -> int:
    """Return the working seconds before a second."""
    i = span_before(world, first, n, second)
    if i < first:
        return second
    span = span_at(world, i)
    return second - span.idle_before - (min(second, span.ends) - span.begins)


@compiled
def work_after(world: Record, first: int, n: int, begins: int, seconds: int) -> int:
    """Return the first second by which so many seconds of work have passed since `begins`."""
    i = span_before(world, first, n, begins)
    if i >= first and begins < span_at(world, i).ends:
        begins = span_at(world, i).ends
    i += 1
    while i < first + n and begins + seconds > span_at(world, i).begins:
        span = span_at(world, i)
        seconds -= span.begins - begins
        begins = span.ends
        i += 1
    return begins + seconds


@compiled
def review_end(
    world: Record, desk: Record, mask: int, file_class: int, work: int, begins: int, wait: bool
) -> int:
    """Return the second in which a review that begins now ends, or NOTHING."""
    last = layout.NOTHING
    stretches = class_at(world, mask * world.n_classes + file_class)
    for i in range(stretches.first, stretches.first + stretches.n):
        stretch = stretch_at(world, i)
        if stretch.until <= begins:
            continue
        if stretch.mean == NEVER:
            if not wait:
                return layout.NOTHING
            if last != layout.NOTHING:
                work = 1
            last = layout.NOTHING
            continue
        if last != layout.NOTHING:
            return last
        first, n = desk.first_span, desk.n_spans
        if stretch.working:
            first, n = desk.first_off, desk.n_off
        since = max(stretch.since, begins)
        end = work_after(world, first, n, since, seconds_to_review(work, stretch.mean))
        if end < stretch.until:
            return end
        if end == stretch.until:
            last = end
        elif stretch.mean:
            worked = worked_before(world, first, n, stretch.until)
            work -= work_done(worked - worked_before(world, first, n, since), stretch.mean)
    return last


@compiled
def work_left(
    world: Record, desk: Record, mask: int, file_class: int, work: int, begins: int, now: int
) -> int:
    """Return the work still to be done of a review that began with `work`."""
    stretches = class_at(world, mask * world.n_classes + file_class)
    for i in range(stretches.first, stretches.first + stretches.n):
        stretch = stretch_at(world, i)
        if stretch.until <= begins:
            continue
        since = max(stretch.since, begins)
        if since >= now:
            break
        if stretch.mean > 0:
            first, n = desk.first_span, desk.n_spans
            if stretch.working:
                first, n = desk.first_off, desk.n_off
            worked = worked_before(world, first, n, min(stretch.until, now))
            work -= work_done(worked - worked_before(world, first, n, since), stretch.mean)
    return max(work, 1)


@compiled
def same_between(world: Record, file_class: int, mask: int, begins: int, ends: int) -> bool:
    """Say whether a class has the same speeds over [begins, ends) as under another mask."""
    if mask == world.mask:
        return True
    one = class_at(world, mask * world.n_classes + file_class)
    other = class_at(world, world.mask * world.n_classes + file_class)
    i, j = one.first, other.first
    last, other_last = one.first + one.n, other.first + other.n
    while i < last and stretch_at(world, i).until <= begins:
        i += 1
    while j < other_last and stretch_at(world, j).until <= begins:
        j += 1
    while i < last and j < other_last:
        a, b = stretch_at(world, i), stretch_at(world, j)
        if a.since >= ends or b.since >= ends:
            break
        if a.mean != b.mean or a.working != b.working:
            return False
        if max(a.since, begins) != max(b.since, begins) or min(a.until, ends) != min(b.until, ends):
            return False
        i += 1
        j += 1
    a_ends = i >= last or stretch_at(world, i).since >= ends
    b_ends = j >= other_last or stretch_at(world, j).since >= ends
    return a_ends and b_ends
