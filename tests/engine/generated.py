"""Small random worlds with every mechanism mixed, for properties that must hold in all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario import Scenario

DAYS = 60
COUNTRIES = ["CN", "DE", "US", "JP"]


def dated(draw: st.DrawFn, latest: int = DAYS - 10) -> dict[str, str]:
    """Return a day from which, and perhaps one up to which, something holds."""
    begins = draw(st.integers(0, latest))
    ends = draw(st.none() | st.integers(begins + 1, DAYS + 5))
    return {"from": f"{begins} d"} | ({} if ends is None else {"to": f"{ends} d"})


def transit(draw: st.DrawFn) -> str:
    laws = ["0 d", "1 d", "9 d", "30 h", "gamma 8 d, 0.5", "uniform 0 d, 4 d", "exponential 5 d",
            "lognormal 9 d, 0.4", "geometric 3 d", "empirical 0 d, 2 d, 20 d"]  # fmt: skip
    return draw(st.sampled_from(laws))


def ordering(draw: st.DrawFn) -> dict[str, Any]:
    review = {"review_every": draw(st.sampled_from(["1 d", "3 d", "7 d"]))}
    rule = draw(st.sampled_from(["order_up_to", "order_up_to", "constant", "s_q"]))
    if rule == "s_q":
        levels = {"reorder_point": draw(st.integers(0, 200)), "order_quantity": 150}
        continuous = draw(st.booleans())
        return {"rule": rule} | levels | ({"continuous": True} if continuous else review)
    return {"rule": rule} | review


def maker(draw: st.DrawFn, item: str, country: str) -> dict[str, Any]:
    return {
        "kind": "magnet_maker",
        "country": country,
        "makes": item,
        "output_per_day": draw(st.integers(20, 400)),
        "output_stock": draw(st.integers(0, 900)),
        "output_cap": draw(st.integers(1, 900)),
        "allocation": draw(st.sampled_from(["proportional", "priority"])),
    }


def buyer(draw: st.DrawFn, kind: str, makes: str, inputs: list[str]) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=3, unique=True))
    uses = [{"pattern": "steady"}]
    if kind == "plant":
        unmet = draw(st.sampled_from(["lost", "backordered"]))
        uses.append({"pattern": "poisson", "unmet": unmet})
        uses.append({"pattern": "batch", "quantity": 15, "every": "36 h", "unmet": unmet})
    site: dict[str, Any] = {
        "kind": kind,
        "country": draw(st.sampled_from(COUNTRIES)),
        "makes": makes,
        "output_per_day": draw(st.integers(1, 20)),
        "use": draw(st.sampled_from(uses)),
        "ordering": ordering(draw),
        "bill": {
            item: {"per_unit": draw(st.integers(1, 5)), "stock": draw(st.integers(0, 400))}
            for item in chosen
        },
        "halts": {
            "min_halt": "0 d",
            "restart_cover": draw(st.sampled_from(["0 d", "2 d", "30 d"])),
            "restart_delay": draw(st.sampled_from(["0 d", "1 d"])),
        },
    }
    if kind == "component_maker":
        site |= {"output_stock": draw(st.integers(0, 90)), "output_cap": draw(st.integers(1, 90))}
    if site["use"]["pattern"] == "steady" and site["ordering"]["rule"] == "order_up_to":
        site["bill"] = {
            item: line
            | {"stock": None, "cover": draw(st.sampled_from(["9 d", "uniform 1 d, 9 d"]))}
            for item, line in site["bill"].items()
        }
    return site


def lanes(draw: st.DrawFn, sites: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Join every buyer to every maker of what it needs; shares fall unevenly."""
    result: dict[str, dict[str, Any]] = {}
    for customer, site in sites.items():
        for item in site.get("bill", {}):
            suppliers = [name for name, other in sites.items() if other["makes"] == item]
            shares = [1.0] if len(suppliers) == 1 else [0.3, 0.7]
            for supplier, share in zip(suppliers, shares, strict=True):
                every = draw(st.sampled_from(["1 d", "2 d", "7 d", "12 h", "on order"]))
                result[f"{supplier} to {customer}"] = {
                    "supplier": supplier,
                    "customer": customer,
                    "transit": transit(draw),
                    "dispatch_every": every,
                    "share": share,
                    "priority": draw(st.integers(0, 2)),
                    "end_use": draw(st.sampled_from(["civil", "defence"])),
                    "open_shipments": draw(st.none() | st.just([])),
                }
    return result


def rule(draw: st.DrawFn) -> dict[str, Any]:
    fields: dict[str, st.SearchStrategy[Any]] = {
        "mean_review_time": st.sampled_from(["0 d", "5 d", "90 min", "4 working days", "never"]),
        "approval_rate": st.sampled_from([0.0, 0.5, 0.9]),
        "final_refusal_share": st.sampled_from([0.3, 1.0]),
        "priority": st.integers(0, 200),
        "general_licence": st.booleans(),
    }
    stated = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3, unique=True))
    about = draw(
        st.sampled_from([{}, {"destination": ["DE"]}, {"end_use": ["defence"]}, {"item": ["m"]}])
    )
    return dated(draw) | about | {field: draw(fields[field]) for field in stated}


def desk(draw: st.DrawFn) -> dict[str, Any]:
    pause = draw(st.integers(0, DAYS))
    officers = [{"from": f"{day} d", "count": draw(st.integers(0, 3))} for day in (0, 20, 40)]
    closing = {"open": "exponential 9 d", "closed": "uniform 1 d, 4 d"}
    return {
        "setting": draw(st.sampled_from(["queue", "queue", "unlimited"])),
        "officers": officers,
        "work": draw(
            st.sampled_from([{"law": "fixed"}, {"law": "exponential"}, {"law": "gamma", "cv": 0.7}])
        ),
        "pauses": draw(st.sampled_from([[], [{"from": f"{pause} d", "to": f"{pause + 4} d"}]])),
        "open_closed": draw(st.sampled_from([None, closing])),
        "refile_after": draw(st.sampled_from(["0 d", "2 d"])),
        "refile_probability": draw(st.sampled_from([0.0, 0.5, 0.9])),
        "refusal_known_after": draw(st.sampled_from(["0 d", "3 d"])),
        "issue_lag": draw(st.sampled_from(["0 d", "1 d"])),
    }


def applicants(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "desk": "d",
        "destination": draw(st.sampled_from(["DE", "US"])),
        "arrivals": draw(st.sampled_from(["poisson", "even"])),
        "rate": [{"from": "0 d", "per_day": draw(st.sampled_from([0.2, 0.5, 1.0]))}],
        "backlog": draw(st.integers(0, 3)),
    }


def bought_from(sites: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Leave out makers that nobody buys from."""
    needed = {item for site in sites.values() for item in site.get("bill", {})}
    return {n: s for n, s in sites.items() if s["kind"] == "plant" or s["makes"] in needed}


@st.composite
def worlds(draw: st.DrawFn) -> Scenario:
    """Two magnets, at most two makers of each, component makers, plants, gates and a desk."""
    return Scenario.model_validate(tree(draw))


def tree(draw: st.DrawFn) -> dict[str, Any]:
    """Return the mapping that such a world is read from."""
    sites = {"M": maker(draw, "m", "CN"), "F": maker(draw, "f", "CN")}
    if draw(st.booleans()):
        sites["N"] = maker(draw, "m", "JP")
    made = ["m", "f"]
    for name in draw(st.sampled_from([[], ["c"], ["c", "e"]])):
        sites[f"maker of {name}"] = buyer(draw, "component_maker", name, ["m", "f"])
        made.append(name)
    for name in draw(st.sampled_from([["P"], ["P", "Q"], ["P", "Q", "R"]])):
        sites[name] = buyer(draw, "plant", "car", made)
    sites = bought_from(bought_from(sites))
    gate = {"desk": "d", "leaves": ["CN"], "controlled_only": draw(st.booleans())}
    return {
        "schema_version": 1,
        "name": "generated",
        "title": "Generated",
        "start": "2025-04-04",
        "horizon": f"{DAYS} d",
        "seed": draw(st.integers(0, 9)),
        "observe_every": "5 d",
        "items": {
            "m": {"kind": "magnet", "controlled": True},
            "f": {"kind": "magnet"},
            "c": {"kind": "component"},
            "e": {"kind": "component"},
            "car": {"kind": "product"},
        },
        "sites": sites,
        "lanes": lanes(draw, sites),
        "gates": {"g": gate | dated(draw, 5)},
        "desks": {"d": desk(draw)},
        "policy": {
            "base": {"from": "0 d", "mean_review_time": "3 d", "approval_rate": 0.8},
            **{f"r{i}": rule(draw) for i in range(draw(st.integers(0, 3)))},
        },
        "other_applicants": {"others": applicants(draw)},
        "demand": {"boom": {"site": ["P"], "factor": draw(st.sampled_from([0.0, 0.5, 2.0])),
                            **dated(draw)}},
        "measures": {
            "more": {"site": ["P"], "add_cover": draw(st.sampled_from(["0 d", "5 d"]))},
            "front": {"kind": ["plant"], "order_factor": 1.5, "from": "3 d", "to": "20 d"},
        },
    }  # fmt: skip
