"""A licence queue and one plant for a year, written as people write it: SimPy, and a heap.

One shipment of 20 g a day; two officers review each for a Weibull time of 1.8 days on average; the
goods then travel for 30 days, and the plant uses 20 g a day out of a stock of 45 days.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from collections.abc import Generator
from typing import Any, Final

import simpy

from sim.scenario import Design, Scenario, design_from_text

__all__ = ["heap_year", "queue_design", "queue_year", "simpy_year"]

DAYS: Final = 365
_SHAPE: Final = 3.1
_MEAN_DAYS: Final = 1.8
_TRANSIT_DAYS: Final = 30.0
_A_DAY: Final = 20
_STOCK: Final = 900

_TEXT: Final = """
schema_version: 1
name: licence_queue_year
title: A licence queue and one plant
start: 2025-04-04
horizon: 365 d
seed: 1
observe_every: 365 d
items: {magnet: {kind: magnet, controlled: true}, car: {kind: product}}
sites:
  maker: {kind: magnet_maker, country: CN, makes: magnet, output_per_day: 40 g, output_stock: 1 kg}
  plant: {kind: plant, country: DE, makes: car, output_per_day: 20,
          ordering: {rule: order_up_to, review_every: 1 d},
          bill: {magnet: {per_unit: 1 g, cover: 45 d}}}
lanes:
  lane: {supplier: maker, customer: plant, transit: 30 d, dispatch_every: 1 d}
gates: {rule: {desk: ministry, leaves: [CN], from: 0 d}}
desks: {ministry: {setting: queue, officers: 2, work: {law: weibull, shape: 3.1}}}
policy: {slow: {from: 0 d, mean_review_time: 1.8 d}}
"""


def queue_design() -> Design:
    """Return the same year as a design of one alternative."""
    return design_from_text(_TEXT)


def queue_year() -> Scenario:
    """Return the same year as a scenario."""
    return next(iter(queue_design().alternatives.values()))


def simpy_year(seed: int) -> int:
    """Run the year in plain SimPy; return the stock at its end."""
    luck, env = random.Random(seed), simpy.Environment()  # noqa: S311 - luck, not secrets
    officers, stock = simpy.Resource(env, 2), simpy.Container(env, init=_STOCK)
    scale = _MEAN_DAYS / math.gamma(1.0 + 1.0 / _SHAPE)

    def shipment() -> Generator[Any, Any, None]:
        with officers.request() as turn:
            yield turn
            yield env.timeout(luck.weibullvariate(scale, _SHAPE))
        yield env.timeout(_TRANSIT_DAYS)
        yield stock.put(_A_DAY)

    def exporter() -> Generator[Any, Any, None]:
        while True:
            env.process(shipment())
            yield env.timeout(1)

    def plant() -> Generator[Any, Any, None]:
        while True:
            yield stock.get(_A_DAY)
            yield env.timeout(1)

    env.process(exporter())
    env.process(plant())
    env.run(until=DAYS)
    return int(stock.level)


def heap_year(seed: int) -> int:
    """Run the year on a heap of (day, number, what); return the stock at its end."""
    luck = random.Random(seed)  # noqa: S311 - luck, not secrets
    stock, free, number = _STOCK, 2, 2
    scale = _MEAN_DAYS / math.gamma(1.0 + 1.0 / _SHAPE)
    heap: list[tuple[float, int, int]] = [(0.0, 0, 0), (0.0, 1, 1)]
    waiting: deque[float] = deque()
    lacks = False
    while heap:
        now, _, what = heapq.heappop(heap)
        if now >= DAYS:
            break
        number += 1
        if what == 0:  # a shipment is ready, a day after the last
            waiting.append(now)
            heapq.heappush(heap, (now + 1.0, number, 0))
        elif what == 1:  # the plant uses a day's need, or waits for it
            lacks = stock < _A_DAY
            if not lacks:
                stock -= _A_DAY
                heapq.heappush(heap, (now + 1.0, number, 1))
        elif what == 2:  # a review ends
            free += 1
            heapq.heappush(heap, (now + _TRANSIT_DAYS, number, 3))
        else:  # goods arrive
            stock += _A_DAY
            if lacks:
                heapq.heappush(heap, (now, number, 1))
        while free and waiting:
            waiting.popleft()
            free -= 1
            number += 1
            heapq.heappush(heap, (now + luck.weibullvariate(scale, _SHAPE), number, 2))
    return stock
