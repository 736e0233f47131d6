"""Why a site stands: each input it lacks, traced upstream to something terminal.

When a halt begins, the oldest undelivered order of a missing input says why. Its goods wait for a
licence or a customs test, or are on their way; or they were never sent, and then the question moves
up a tier if the supplier stood meanwhile, else to the supplier's stock and rate. What nobody had
ordered is missing because nobody ordered it, or because more was used than planned.

The cause is that of the second in which the halt began. A stock-out comes before the reviews and
dispatches of its own second, so those are left out.

In:  `Story`, a stop.
Out: a `Cause` for each blocking input.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sim.model.delays import mean_duration
from sim.model.tables import ON_ORDER
from sim.outcomes.attribution import back_s
from sim.outcomes.files import (
    CUSTOMS_HOLD,
    LICENCE_EXPIRED,
    LICENCE_PENDING,
    LICENCE_REFUSED,
    standing_of,
)
from sim.outcomes.orders import Orders, Undelivered
from sim.outcomes.pace import STRETCHED, mode_at
from sim.outcomes.story import FileRecord, Goods, Stop, Story
from sim.units import DAY_S

__all__ = ["CAUSES", "Cause", "Link", "Tracer", "cause_of"]

IN_TRANSIT: Final = "in transit"
RATIONED: Final = "rationed"
CAPACITY: Final = "capacity"
NEVER_ORDERED: Final = "never ordered"
DEMAND: Final = "demand"

CAUSES: Final = (
    LICENCE_PENDING,
    LICENCE_REFUSED,
    LICENCE_EXPIRED,
    CUSTOMS_HOLD,
    IN_TRANSIT,
    RATIONED,
    CAPACITY,
    NEVER_ORDERED,
    DEMAND,
)

AFTER_LICENCE: Final = "after a licence wait"
AFTER_HALT: Final = "after its supplier stood"
AFTER_SHORTAGE: Final = "after its supplier was short"
BEFORE_DISPATCH: Final = "before its dispatch day"
AFTER_LOSS: Final = "the order before it was lost"


@dataclass(frozen=True, slots=True)
class Link:
    """One tier of a chain of causes: what a site lacked, and the oldest order of it.

    Parameters
    ----------
    site, input : int
        Site S that lacked input N.
    second : int
        Second of the question.
    lane, supplier : int
        Lane L of the oldest undelivered order, and its supplier S.
    ordered_s : int or None
        When it was ordered (negative: before the start); None if nothing was on order.
    goods : Goods or None
        Its goods, if they had left the supplier's stock.
    quantity : int
        Amount of them, or else of what was owed.
    """

    site: int
    input: int
    second: int
    lane: int
    supplier: int
    ordered_s: int | None
    goods: Goods | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an input was missing.

    Parameters
    ----------
    kind : str
        One of `CAUSES`.
    detail : str
        More about it; may be empty.
    links : tuple of Link
        From the site that asks up to the tier at which the kind is true.
    file : FileRecord or None
        The application that mattered: the pending one, or the one that the goods had waited for.
    before : Cause or None
        What had held up goods that are on their way now, if their supplier stood or was short.
    """

    kind: str
    detail: str
    links: tuple[Link, ...]
    file: FileRecord | None = None
    before: Cause | None = None

    @property
    def lane(self) -> int:
        """Lane L whose goods were missing where the chain ends."""
        return self.links[-1].lane

    @property
    def site(self) -> int:
        """Supplier S at which the chain ends."""
        return self.links[-1].supplier

    @property
    def filed_s(self) -> int | None:
        """Filing of the application that mattered."""
        return None if self.file is None else self.file.filed_s


def cause_of(story: Story, stop: Stop) -> Cause:
    """Return the cause of a stop: that of its blocking input that is first by name."""
    return next(iter(Tracer(story).causes(stop).values()))


class Tracer:
    """Traces stops of one run to their causes.

    Parameters
    ----------
    story : Story
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        self.orders = Orders(story)
        self.lanes_from: dict[int, list[int]] = {}
        for lane, supplier in enumerate(story.tables.lanes.supplier.tolist()):
            self.lanes_from.setdefault(supplier, []).append(lane)

    def causes(self, stop: Stop) -> dict[int, Cause]:
        """Return the cause of each blocking input N of a stop, in order of the item's name."""
        item = self.story.tables.inputs.item
        return {
            n: self.why_missing(n, stop.begin_s)
            for n in sorted(stop.blocking, key=item.__getitem__)
        }

    def why_missing(self, n: int, second: int) -> Cause:
        """Trace an input that is missing at a second."""
        tables = self.story.tables
        lanes = self.story.lanes_into[n]
        found = [one for one in (self.orders.oldest(lane, second) for lane in lanes) if one]
        site = int(tables.inputs.site[n])
        if not found:
            return self._nothing_on_order(site, n, second, lanes)
        oldest = min(found, key=_age)
        link = Link(
            site, n, second, oldest.lane, int(tables.lanes.supplier[oldest.lane]),
            oldest.ordered_s, oldest.goods, oldest.quantity,
        )  # fmt: skip
        if oldest.goods is None:
            return self._why_not_sent(link)
        sent_s = oldest.goods.dispatched_s
        if sent_s is None or sent_s > second:
            return self._at_a_desk(link, oldest.goods)
        return self._on_its_way(link, oldest.goods, sent_s)

    def _at_a_desk(self, link: Link, goods: Goods) -> Cause:
        """Goods have left stock and not the exporter: what their applications say."""
        files = self.story.files_of.get((link.lane, goods.slot), [])
        standing = standing_of(self.story.tables, files, link.second)
        if standing.kind == LICENCE_PENDING and _lost_last(self.story, link) is not None:
            return Cause(LICENCE_REFUSED, AFTER_LOSS, (link,), standing.file)
        return Cause(standing.kind, standing.detail, (link,), standing.file)

    def _on_its_way(self, link: Link, goods: Goods, sent_s: int) -> Cause:
        """Goods are moving; say so, and what had made them late."""
        waited_s = sent_s - goods.left_stock_s
        if waited_s >= DAY_S:
            files = self.story.files_of.get((link.lane, goods.slot), [])
            return Cause(IN_TRANSIT, AFTER_LICENCE, (link,), files[-1] if files else None)
        stop = self._held_up_by(link, goods.left_stock_s)
        if stop is not None:
            return Cause(IN_TRANSIT, AFTER_HALT, (link,), before=self._of_stop(stop, stop.begin_s))
        if goods.left_stock_s - _first_chance_s(self.story, link) >= DAY_S:
            unsent = replace(link, goods=None, second=goods.left_stock_s)
            return Cause(IN_TRANSIT, AFTER_SHORTAGE, (link,), before=self._of_shortage(unsent))
        late = link.second - sent_s > mean_duration(self.story.tables.lanes.transit[link.lane])
        if not late and _used_more_than_planned(self.story, link):
            return Cause(DEMAND, "", (link,))
        return Cause(IN_TRANSIT, "late" if late else "", (link,))

    def _why_not_sent(self, link: Link) -> Cause:
        """Goods are owed: ask the supplier."""
        stands = _stands(self.story, link)
        stop = stands or self._held_up_by(link, link.second)
        if stop is not None:
            above = self._of_stop(stop, link.second if stands else stop.begin_s)
            return replace(above, links=(link, *above.links))
        lost = _lost_last(self.story, link)
        if lost is not None:
            return Cause(LICENCE_REFUSED, AFTER_LOSS, (link,), lost)
        regimes, row = self.story.regimes.at(link.second)
        least = int(self.story.tables.lanes.application_min[link.lane])
        if regimes.stages_needed[row, link.lane] and link.quantity < least:
            return Cause(LICENCE_PENDING, "not filed yet: waits for more", (link,))
        if _first_chance_s(self.story, link) >= link.second:
            if _used_more_than_planned(self.story, link):
                return Cause(DEMAND, "", (link,))
            return Cause(IN_TRANSIT, BEFORE_DISPATCH, (link,))
        return self._of_shortage(link)

    def _nothing_on_order(self, site: int, n: int, second: int, lanes: list[int]) -> Cause:
        supplier = self.story.tables.lanes.supplier
        refused = [lane for lane in lanes if _lost(self.story, lane, second)]
        lane = refused[0] if refused else lanes[0]
        link = Link(site, n, second, lane, int(supplier[lane]), None, None, 0)
        if refused:
            return Cause(LICENCE_REFUSED, "not ordered again", (link,))
        if _used_more_than_planned(self.story, link):
            return Cause(DEMAND, "", (link,))
        return Cause(NEVER_ORDERED, "", (link,))

    def _held_up_by(self, link: Link, until_s: int) -> Stop | None:
        """Return the halt of the supplier that kept an order from leaving before `until_s`, if any.

        It is the longest since the order's first chance to leave; else, where the order waited for
        a day or more, the last one before, if the lane has been behind ever since.
        """
        since_s = _first_chance_s(self.story, link)
        least_s = max(1, int(self.story.tables.sites.min_halt_s[link.supplier]))
        halts = [
            (min(stop.end_s, until_s) - max(stop.begin_s, since_s), -stop.begin_s, stop)
            for stop in self.story.stops[link.supplier]
            if stop.blocking
        ]
        held = [halt for halt in halts if halt[0] >= least_s]
        if held:
            return max(held, key=lambda halt: halt[:2])[2]
        waited = until_s - since_s >= DAY_S
        before = [s for s in self.story.halts(link.supplier) if s.blocking and s.end_s <= until_s]
        if waited and before and self._behind(link.lane, before[-1], until_s):
            return before[-1]
        return None

    def _behind(self, lane: int, stop: Stop, until_s: int) -> bool:
        """Say whether a lane owed something after all it sent between a halt and `until_s`."""
        sent = (goods.left_stock_s for goods in self.story.goods[lane].values())
        return all(self.orders.owed(lane, at + 1) for at in sent if stop.end_s <= at < until_s)

    def _of_stop(self, stop: Stop, second: int) -> Cause:
        """Trace the input that a supplier has lacked longest (all alike: the first by name)."""
        item = self.story.tables.inputs.item
        missing = [n for n in stop.blocking if back_s(self.story, n, stop) > second]
        return self.why_missing(min(missing or stop.blocking, key=item.__getitem__), second)

    def _of_shortage(self, link: Link) -> Cause:
        """An order had a chance to leave and did not: the supplier was short."""
        if self._others_were_served(link):
            return Cause(RATIONED, "", (link,))
        return Cause(CAPACITY, _rate_of(self.story, link), (link,))

    def _others_were_served(self, link: Link) -> bool:
        since_s = _first_chance_s(self.story, link)
        return any(
            since_s <= goods.left_stock_s < link.second
            for lane in self.lanes_from[link.supplier]
            if lane != link.lane
            for goods in self.story.goods[lane].values()
            if not goods.opening
        )


def _first_chance_s(story: Story, link: Link) -> int:
    """Return the first second at which an order could have left."""
    ordered_s = max(0, link.ordered_s or 0)
    interval_s = int(story.tables.lanes.interval_s[link.lane])
    return ordered_s if interval_s == ON_ORDER else -(-ordered_s // interval_s) * interval_s


def _stands(story: Story, link: Link) -> Stop | None:
    """Return the stop in which the supplier is at the second of the question."""
    stops = story.stops[link.supplier]
    now = (stop for stop in stops if stop.begin_s <= link.second < stop.end_s and stop.blocking)
    return next(now, None)


def _lost(story: Story, lane: int, second: int) -> bool:
    """Say whether the buyer had learned that an order was lost."""
    return any(
        goods.cancelled_s is not None and goods.cancelled_s <= second
        for goods in story.goods[lane].values()
    )


def _lost_last(story: Story, link: Link) -> FileRecord | None:
    """Return the last application for the lane's last order to be settled, if that was lost.

    None if it was dispatched, or nothing has been settled yet.
    """
    settled = [
        (at, lost, goods.slot)
        for goods in story.goods[link.lane].values()
        if not goods.opening
        for at, lost in ((goods.cancelled_s, True), (goods.dispatched_s, False))
        if at is not None and at <= link.second
    ]
    if not settled:
        return None
    _, lost, slot = max(settled)
    return story.files_of[link.lane, slot][-1] if lost else None


def _rate_of(story: Story, link: Link) -> str:
    """Say why a supplier makes less than its full rate; empty if it does not."""
    sites = story.tables.sites
    if sites.kind[link.supplier] == "stockpile":
        return "the stockpile is empty"
    regimes, row = story.regimes.at(link.second)
    plan = int(regimes.plan_per_day[row, link.supplier])
    if plan == 0:
        return "does not produce"
    if mode_at(story, link.supplier, link.second) == STRETCHED:
        return "runs slowly to last longer"
    return "below its full rate" if plan < int(sites.output_per_day[link.supplier]) else ""


def _used_more_than_planned(story: Story, link: Link) -> bool:
    """Say whether demand since the order was above the plan before any demand factor."""
    sites = story.tables.sites
    begin_s = max(0, link.ordered_s or 0)
    usual = int(sites.output_per_day[link.site]) * (link.second - begin_s) / DAY_S
    if sites.pattern[link.site] == "steady":
        asked = story.plans[link.site].between(begin_s, link.second)
    else:
        asked = sum(
            met + unmet
            for second, met, unmet in story.demanded[link.site]
            if begin_s <= second <= link.second
        )
    return asked > usual * (1 + 1e-9)


def _age(one: Undelivered) -> tuple[int, int, int]:
    left_s = one.goods.left_stock_s if one.goods is not None else 1 << 62
    return one.ordered_s, left_s, one.lane
