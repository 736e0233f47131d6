"""Better is never worse: where that is a theorem, and where it is not.

Shipments that leave by slots of their own, each with its own file and its own draws, form a line in
which everything is a maximum or a sum of what was before: what comes earlier at one end cannot come
later at the other. That needs orders that do not look back (`constant`), or goods that do not
overtake one another, one class of files before officers who take the first, and plants that restart
on the first piece.

Where one of these is missing, better can be worse. The second half of this file shows how, one
small world for each: none of it is an error of the model.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.engine import Kind, Trace
from sim.units import DAY_S, parse_mass
from tests.models import licensed, merged, model, one_file, run

MIXED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # shrinking a world takes minutes
    suppress_health_check=[HealthCheck.too_slow],
)
HORIZON = 60


def halts(trace: Trace, plant: str) -> list[tuple[float, float]]:
    """First and last day of every halt; one that is open ends at the horizon."""
    site = trace.tables.sites.name.index(plant)
    begins, ends = (
        [row[0] for row in trace.by_kind[kind] if row[2] == site]
        for kind in (Kind.HALTED, Kind.RESTARTED)
    )
    ends += [trace.tables.horizon_s] * (len(begins) - len(ends))
    return [(begin / DAY_S, end / DAY_S) for begin, end in zip(begins, ends, strict=True)]


def halted_days(trace: Trace, plant: str) -> float:
    return sum(end - begin for begin, end in halts(trace, plant))


def seconds_of(trace: Trace, kind: Kind) -> dict[tuple[str, int], int]:
    """When each consignment came to something last, by lane and slot."""
    sources = [*trace.tables.lanes.name, *trace.tables.applicants.name]
    return {(sources[row[2]], row[3]): row[0] for row in trace.by_kind[kind]}


def assert_no_later(better: Trace, worse: Trace, kind: Kind) -> None:
    now, then = seconds_of(better, kind), seconds_of(worse, kind)
    assert then.keys() <= now.keys()
    assert all(now[one] <= second for one, second in then.items())


def assert_no_worse(better: Trace, worse: Trace, plant: str) -> None:
    """The first halt is no earlier, and never has the plant stood still for longer.

    Output is a whole number of grams: each end of a halt may be a second late.
    """
    horizon = better.tables.horizon_s / DAY_S
    now, then = halts(better, plant), halts(worse, plant)
    assert min(now, default=(horizon, 0))[0] >= min(then, default=(horizon, 0))[0]
    slack = (len(now) + len(then)) / DAY_S
    for day in np.linspace(0, horizon, 25):
        lost = [sum(max(0, min(end, day) - begin) for begin, end in one) for one in (now, then)]
        assert lost[0] <= lost[1] + slack


# ---------------------------------------------------------------- theorems

LAWS = ["0 d", "4 d", "exponential 5 d", "gamma 8 d, 0.5", "uniform 0 d, 9 d"]
WORK = [{"law": "fixed"}, {"law": "exponential"}, {"law": "weibull", "shape": 3.1}]
PLANT: dict[str, Any] = {"kind": "plant", "country": "US", "makes": "car", "output_per_day": 7}


def grams(draw: st.DrawFn, least: int, most: int) -> str:
    return f"{draw(st.integers(least, most))} g"


@st.composite
def lines(draw: st.DrawFn, rule: str, *, fixed: bool = False) -> dict[str, Any]:
    """Two plants that buy from a maker who is never short; a review takes 6 days, later 3 to 12.

    With `fixed`, no shipment overtakes another.
    """
    ordering: dict[str, Any] = {"rule": rule}
    if rule == "order_up_to":
        ordering["order_up_to"] = grams(draw, 50, 400)
    plants = {
        name: merged(PLANT, {
            "ordering": ordering,
            "bill": {"m": {"per_unit": grams(draw, 1, 3), "stock": grams(draw, 0, 200)}},
        })
        for name in ("P", "Q")
    }  # fmt: skip
    lanes = {
        f"to {name}": {
            "supplier": "A", "customer": name, "open_shipments": [],
            "dispatch_every": draw(st.sampled_from(["1 d", "3 d", "5 d", "44 h"])),
            "transit": draw(st.sampled_from(LAWS[:2] if fixed else LAWS)),
        }
        for name in plants
    }  # fmt: skip
    return {
        "horizon": f"{HORIZON} d",
        "seed": draw(st.integers(0, 99)),
        "sites": {"A": {"output_per_day": "1 kg", "output_stock": "99 kg"}, **plants},
        "lanes": {"l": None, **lanes},
        "desks": {"d": {"work": WORK[0] if fixed else draw(st.sampled_from(WORK)),
                        "issue_lag": draw(st.sampled_from(["0 d", "1 d"]))}},
        "policy": {"r": {"mean_review_time": "6 d"},
                   "later": {"from": f"{draw(st.integers(1, 50))} d", "mean_review_time":
                             draw(st.sampled_from(["3 d", "12 d", "never"]))}},
        "other_applicants": {"others": {
            "desk": "d", "destination": "DE", "backlog": draw(st.integers(0, 3)),
            "rate": [{"from": "0 d", "per_day": draw(st.sampled_from([0.0, 0.2]))}]}},
    }  # fmt: skip


FASTER = st.sampled_from([
    {"r": {"mean_review_time": "3 d"}},
    {"r": {"mean_review_time": "143 h"}},
    {"later": {"mean_review_time": "1 d"}},
    {"r": {"mean_review_time": "0 d"}, "later": {"mean_review_time": "2 d"}},
])  # fmt: skip


@MIXED
@given(lines("constant"), FASTER, st.sampled_from([0.4, 0.8, 1.0]), st.sampled_from([0.0, 0.3]))
def test_a_faster_review_never_hurts_where_every_file_is_on_its_own(
    world: dict[str, Any], faster: dict[str, Any], granted: float, returned: float
) -> None:
    rule = {"approval_rate": granted, "return_share": returned}
    world = merged(world, {"policy": {"r": rule}})

    slow, fast = run(licensed(**world)), run(licensed(**merged(world, {"policy": faster})))

    assert_no_later(fast, slow, Kind.ARRIVED)
    for plant in ("P", "Q"):
        assert_no_worse(fast, slow, plant)


@MIXED
@given(lines("constant"), FASTER, st.integers(1, 3))
def test_a_faster_review_of_everybody_never_hurts_before_officers_who_take_the_first(
    world: dict[str, Any], faster: dict[str, Any], officers: int
) -> None:
    world = merged(world, {"desks": {"d": {"setting": "queue", "officers": officers}}})

    slow, fast = run(licensed(**world)), run(licensed(**merged(world, {"policy": faster})))

    assert_no_later(fast, slow, Kind.DECIDED)
    assert_no_later(fast, slow, Kind.ARRIVED)
    for plant in ("P", "Q"):
        assert_no_worse(fast, slow, plant)


@MIXED
@given(lines("constant"), st.integers(1, 3), st.integers(1, 3))
def test_more_officers_never_hurt_where_all_files_are_of_one_class(
    world: dict[str, Any], officers: int, more: int
) -> None:
    few, many = (
        run(licensed(**merged(world, {"desks": {"d": {"setting": "queue", "officers": n}}})))
        for n in (officers, officers + more)
    )

    assert_no_later(many, few, Kind.DECIDED)
    assert_no_later(many, few, Kind.ARRIVED)
    for plant in ("P", "Q"):
        assert_no_worse(many, few, plant)


@MIXED
@given(lines("order_up_to", fixed=True), FASTER)
def test_a_faster_review_never_hurts_a_base_stock_whose_goods_do_not_overtake(
    world: dict[str, Any], faster: dict[str, Any]
) -> None:
    slow, fast = run(licensed(**world)), run(licensed(**merged(world, {"policy": faster})))

    for plant in ("P", "Q"):
        assert_no_worse(fast, slow, plant)


@MIXED
@given(lines("constant") | lines("order_up_to", fixed=True), st.integers(1, 150))
def test_more_stock_at_the_start_never_hurts_where_orders_do_not_skip_a_review(
    world: dict[str, Any], more: int
) -> None:
    stock = parse_mass(world["sites"]["P"]["bill"]["m"]["stock"]) + more
    fuller = merged(world, {"sites": {"P": {"bill": {"m": {"stock": f"{stock} g"}}}}})

    less, enough = run(licensed(**world)), run(licensed(**fuller))

    assert_no_worse(enough, less, "P")


@MIXED
@given(lines("constant"), st.integers(1, 40), st.integers(1, 40))
def test_a_shorter_stop_never_hurts(world: dict[str, Any], days: int, more: int) -> None:
    short, long = (
        run(licensed(**merged(world, {
            "desks": {"d": {"setting": "queue", "officers": 2}},
            "policy": {"later": None, "stop": {
                "from": "5 d", "to": f"{5 + n} d", "mean_review_time": "never"}},
        })))
        for n in (days, days + more)
    )  # fmt: skip

    assert_no_later(short, long, Kind.ARRIVED)
    for plant in ("P", "Q"):
        assert_no_worse(short, long, plant)


# ---------------------------------------------------------------- where better is worse

ONE_OFFICER = {"desks": {"d": {"setting": "queue", "officers": 1, "work": {"law": "fixed"}}}}
AT_ONCE = {"transit": "0 d", "dispatch_every": "30 d"}


def files(desk_time: str, day: int) -> dict[str, Any]:
    """One file of other applicants, on a day."""
    return {"desk": "d", "destination": "DE", "sector": desk_time, "arrivals": "even",
            "rate": one_file(day)}  # fmt: skip


def test_a_fast_track_for_one_plant_halts_the_other() -> None:
    """Officers are not multiplied: who overtakes makes somebody wait.

    One officer, 3 days a file. A stranger's file is reviewed until day 3; P and Q wait, each with
    stock for 7 days. P comes first by name: decided on days 6 and 9. With a track for Q: 9 and 6.
    """
    both = {"ordering": {"order_up_to": "200 g"}, "bill": {"m": {"stock": "70 g"}}}
    world = merged(ONE_OFFICER, {
        "sites": {"P": both, "Q": merged(merged(PLANT, {"output_per_day": 10}), merged(
            both, {"bill": {"m": {"per_unit": "1 g"}}}))},
        "lanes": {"l": AT_ONCE, "q": AT_ONCE | {
            "supplier": "A", "customer": "Q", "open_shipments": []}},
        "other_applicants": {"stranger": files("other", 0)},
    })  # fmt: skip
    track = {"policy": {"track": {"from": "0 d", "destination": ["US"], "priority": 1}}}

    without, with_track = run(licensed(**world)), run(licensed(**merged(world, track)))

    assert halts(without, "P") == []
    assert halts(without, "Q") == [(7, 9)]
    assert halts(with_track, "P") == [(7, 9)]
    assert halts(with_track, "Q") == []


def test_a_second_officer_can_make_the_first_in_line_wait() -> None:
    """Reviews are not interrupted: who has time takes up long files just before a short one comes.

    Files of the plant's class take 10 days and go first; the others take 100. One officer is busy
    with strangers of the plant's class until day 20, and takes the plant's file of day 16 then.
    Two officers are through with them on days 10 and 15, take up the long files of days 11 and
    12, and the plant's file waits until day 111. Stock lasts 25 days.
    """
    world = {
        "horizon": "45 d",
        "sites": {"P": {"sector": "auto", "ordering": {"order_up_to": "250 g"},
                        "bill": {"m": {"stock": "250 g"}}}},
        "lanes": {"l": {"transit": "0 d", "dispatch_every": "16 d"}},
        "policy": {"r": {"mean_review_time": "100 d"},
                   "first": {"from": "0 d", "sector": ["auto"], "mean_review_time": "10 d",
                             "priority": 1}},
        "other_applicants": {
            "short 0": files("auto", 0), "short 5": files("auto", 5),
            "long 11": files("other", 11), "long 12": files("other", 12)},
    }  # fmt: skip
    two = {"desks": {"d": {"officers": 2}}}

    one_officer, two_officers = (
        run(licensed(**merged(one, world))) for one in (ONE_OFFICER, merged(ONE_OFFICER, two))
    )

    assert halts(one_officer, "P") == [(25, 30)]
    assert halts(two_officers, "P") == [(25, 45)]


def test_smaller_lots_can_halt_a_plant() -> None:
    """A file takes as long for 20 g as for 60 g: small lots are more files before one officer.

    10 g a day are needed. 60 g every 6 days are one file of 3 days in 6. 20 g every 2 days are 3
    days' work every 2: what arrives is 20 g every 3 days, and the stock of 100 g ends on day 26.
    """
    world = merged(ONE_OFFICER, {
        "horizon": "60 d",
        "sites": {"P": {"ordering": {"rule": "constant"}, "bill": {"m": {"stock": "100 g"}}}},
        "lanes": {"l": {"transit": "0 d", "dispatch_every": "6 d"}},
    })  # fmt: skip
    smaller = {"lanes": {"l": {"dispatch_every": "2 d"}}}

    lots, small_lots = run(licensed(**world)), run(licensed(**merged(world, smaller)))

    assert halts(lots, "P") == []
    assert halts(small_lots, "P") == [(day, day + 1) for day in range(26, 60, 3)]


def test_whoever_had_more_stock_earns_less_under_turn_and_earn() -> None:
    """A share by past orders is kept for ever: a full store at the start costs a third of it.

    Two plants use 30 g a day, one maker makes 30 g in all and keeps 300 g. With 360 g each, both
    order 300 g every ten days and get 150 g: P stops on day 27, and then for 5 days of every 10.
    With 660 g, P does not order on day 0: Q has earned 600 g when P has earned 300 g, and gets
    200 g of every 300 g from then on. P stops later, and then for 6 2/3 days of every 10.
    """
    site = {"output_per_day": 30, "ordering": {"order_up_to": "660 g"},
            "bill": {"m": {"per_unit": "1 g", "stock": "360 g"}}}  # fmt: skip
    lane = {"transit": "0 d", "dispatch_every": "10 d", "open_shipments": []}
    world = {
        "horizon": "100 d",
        "sites": {
            "A": {"output_per_day": "30 g", "output_stock": "300 g", "output_cap": "300 g",
                  "allocation": "turn_and_earn"},
            "P": site,
            "Q": PLANT | site,
        },
        "lanes": {"l": lane, "q": lane | {"supplier": "A", "customer": "Q"}},
    }  # fmt: skip
    fuller = {"sites": {"P": {"bill": {"m": {"stock": "660 g"}}}}}

    even, full = run(model(**world)), run(model(**merged(world, fuller)))

    assert [round(begin, 3) for begin, _ in halts(even, "P")] == [27, *range(35, 100, 10)]
    assert round(halts(full, "P")[0][0], 3) == 28.667
    assert round(halted_days(even, "P"), 3) == 38
    assert round(halted_days(full, "P"), 3) == 48


def test_more_stock_at_the_start_can_miss_an_order() -> None:
    """(s, Q) looks every 4 days: 8 g more, and the order comes a review later.

    10 g a day; 100 g are ordered at 50 g or less, and arrive 5 days later. From 90 g there are 50
    on day 4: ordered, and there on day 9, with the last gram. From 98 g there are 58 on day 4;
    ordered on day 8, there on day 13, and the stock ends on day 9.8.
    """
    s_q = {"rule": "s_q", "reorder_point": "50 g", "order_quantity": "100 g", "review_every": "4 d"}
    world = {
        "horizon": "14 d",
        "sites": {"P": {"ordering": s_q, "bill": {"m": {"stock": "90 g"}}}},
        "lanes": {"l": {"transit": "5 d", "dispatch_every": "on order"}},
    }
    fuller = {"sites": {"P": {"bill": {"m": {"stock": "98 g"}}}}}

    less, more = run(model(**world)), run(model(**merged(world, fuller)))

    assert halts(less, "P") == []
    assert halts(more, "P") == [(9.8, 13)]


def test_an_earlier_arrival_can_put_an_order_on_the_slow_ship() -> None:
    """Base stock orders what has been used: what is used sooner is ordered on an earlier ship.

    10 g a day, 50 g in stock, 50 g on the way, level 200 g: 100 g leave on day 0. A ship takes 25
    days; from day 15 on goods fly in one. With the 50 g on day 12, 50 g have been used by day 10
    and 50 g more by day 20: those fly, and arrive on day 21. With the 50 g on day 5, all of it has
    been used by day 10 and goes by ship, to arrive on day 35; the plant stands until day 25.
    """
    world = {
        "horizon": "40 d",
        "sites": {"P": {"ordering": {"order_up_to": "200 g"}, "bill": {"m": {"stock": "50 g"}}}},
        "lanes": {"l": {"transit": "25 d", "dispatch_every": "10 d"}},
        "measures": {"fly": {"from": "15 d", "air": {"transit": "1 d"}}},
    }
    shipment = {
        day: {"lanes": {"l": {"open_shipments": [{"quantity": "50 g", "arrives": f"{day} d"}]}}}
        for day in (5, 12)
    }

    late, early = (run(model(**merged(world, shipment[day]))) for day in (12, 5))

    assert halts(late, "P") == [(5, 12), (17, 21)]
    assert halts(early, "P") == [(10, 25)]


def test_an_earlier_arrival_can_be_too_little_to_restart_on() -> None:
    """A plant that waits for two days' cover makes good use of two shipments that come together.

    10 g a day, 10 g in stock, 15 g and 15 g on the way, restart at 20 g. On days 2 and 3 they make
    30 g, which last to the end. With the first on day 0.5 the plant stops on day 2.5, and the
    second alone does not reach 20 g.
    """
    world = {
        "horizon": "6 d",
        "halts": {"restart_cover": "2 d"},
        "sites": {"P": {"ordering": {"order_up_to": "40 g"}, "bill": {"m": {"stock": "10 g"}}}},
        "lanes": {"l": AT_ONCE | {"open_shipments": [
            {"quantity": "15 g", "arrives": "2 d"}, {"quantity": "15 g", "arrives": "3 d"}]}},
    }  # fmt: skip
    shipments = [{"quantity": "15 g", "arrives": when} for when in ("12 h", "3 d")]
    earlier = {"lanes": {"l": {"open_shipments": shipments}}}

    late, early = run(model(**world)), run(model(**merged(world, earlier)))

    assert halts(late, "P") == [(1, 3)]
    assert halts(early, "P") == [(2.5, 6)]


def test_a_faster_decision_can_meet_the_stricter_rule() -> None:
    """What counts is the rule in force on the day of the decision: the slow file outlives the ban.

    Everything is refused for good until day 10. Reviewed for 3 days, the file is refused and the
    order is lost; reviewed for 12, it is granted. Stock lasts 13 days.
    """
    world = {
        "horizon": "20 d",
        "sites": {"P": {"ordering": {"order_up_to": "200 g"}, "bill": {"m": {"stock": "130 g"}}}},
        "lanes": {"l": AT_ONCE},
        "desks": {"d": {"refile_probability": 0}},
        "policy": {"r": {"mean_review_time": "12 d"},
                   "ban": {"from": "0 d", "to": "10 d", "approval_rate": 0.0}},
    }  # fmt: skip
    faster = {"policy": {"r": {"mean_review_time": "3 d"}}}

    slow, fast = run(licensed(**world)), run(licensed(**merged(world, faster)))

    assert halts(slow, "P") == []
    assert halts(fast, "P") == [(13, 20)]
