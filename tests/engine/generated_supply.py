"""Small random worlds in which firms do something about it: every measure of the supply side."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario import Scenario
from tests.engine.generated import dated, tree

RULES = ["proportional", "uniform", "linear", "priority", "turn_and_earn"]


def fallback(draw: st.DrawFn) -> dict[str, Any]:
    below = {"below_cover": draw(st.sampled_from(["2 d", "9 d"])), "up_to_cover": "12 d"}
    return draw(st.sampled_from([below, {"late_by": "3 d"}, {"late_by": "12 d"}]))


def actions(draw: st.DrawFn) -> list[dict[str, Any]]:
    share = draw(st.sampled_from([0.3, 1.0]))
    substitute = {"item": "m", "by": "f", "share": share, "ratio": 1.5}
    return [
        {"add_cover": "6 d", **dated(draw)},
        {"order_factor": 2.0, "from": "3 d", "to": "20 d"},
        {"air": {"transit": draw(st.sampled_from(["1 d", "uniform 0 d, 2 d"]))}, **dated(draw)},
        {"air": {"transit": "1 d", "below_cover": "8 d"}},
        {"stretch": {"below": "6 d", "share": 0.4}},
        {"stretch": {"below": "15 d", "share": 0.7}, **dated(draw)},
        {"overtime": 1.5},
        {"hoarding": {"cap": 4.0, "reviews": 2}, **dated(draw)},
        {"hoarding": {"cap": 2.5, "reviews": 4}},
        {"substitute": substitute | {"lead_time": "4 d"}, **dated(draw)},
        {"substitute": substitute | {"emergency": True, "share": 1.0}, **dated(draw)},
    ]


def stockpile(draw: st.DrawFn, makers: list[str]) -> dict[str, Any]:
    pile: dict[str, Any] = {
        "item": "m",
        "held_in": draw(st.sampled_from(["DE", "CN"])),
        "quantity": draw(st.integers(20, 400)),
        "start_share": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "below_cover": "5 d",
        "up_to_cover": "10 d",
        "transit": draw(st.sampled_from(["0 d", "2 d", "uniform 1 d, 4 d"])),
        "allocation": draw(st.sampled_from(RULES)),
    }
    if draw(st.booleans()):
        pile["on"] = "alarm"
    if draw(st.booleans()):
        pile["refill"] = {
            "supplier": draw(st.sampled_from(makers)),
            "transit": "1 d",
            "per_review": 50,
            "review_every": "4 d",
        }
    return pile


@st.composite
def supply_worlds(draw: st.DrawFn) -> Scenario:
    """The worlds of `worlds`, with up to three measures, fallbacks, openings and a stockpile."""
    return Scenario.model_validate(supply_tree(draw))


def supply_tree(draw: st.DrawFn) -> dict[str, Any]:
    """Return the mapping that such a world is read from."""
    world = tree(draw)
    lanes: dict[str, dict[str, Any]] = world["lanes"]
    for name, site in world["sites"].items():
        site["allocation"] = draw(st.sampled_from(RULES))
        ordering = site.get("ordering", {})
        if ordering.get("rule") == "order_up_to" and draw(st.booleans()):
            ordering["forecast"] = "moving_average 3"
        if site["kind"] == "magnet_maker" and draw(st.booleans()):
            site |= {"starts": "9 d", "ramp": draw(st.sampled_from(["0 d", "40 d"]))}
            site["qualification"] = "3 d"
        bought = [lane for lane in lanes.values() if lane["customer"] == name]
        if any(lane["supplier"] == "N" for lane in bought) and draw(st.booleans()):
            for lane in bought:
                if lane["supplier"] == "N":
                    lane |= {"fallback": fallback(draw), "share": 1.0}
    for lane in lanes.values():
        if draw(st.booleans()):
            lane |= dated(draw)
    chosen = draw(st.lists(st.sampled_from(actions(draw)), max_size=3))
    world["measures"] |= {f"x{i}": action for i, action in enumerate(chosen)}
    makers = [name for name, site in world["sites"].items() if site["makes"] == "m"]
    if makers and draw(st.booleans()):
        world["stockpiles"] = {"S": stockpile(draw, makers)}
    world["triggers"] = {
        "alarm": {"when": "halted_share", "kind": ["plant"], "above": 0.0, "lasts": "9 d"}
    }
    return world
