"""Generated networks of any number of plants, alike but for their size."""

from __future__ import annotations

from typing import Any

from sim.scenario import Scenario

__all__ = ["network"]

_COUNTRIES = ("DE", "FR", "IT", "US", "JP", "KR", "IN", "MX")
_PLANTS_OF_A_MAKER = 20


def network(n_plants: int) -> Scenario:
    """Return a licensed world of so many plants, each with two magnets from two makers for a year.

    Officers grow with the number of plants, so that files wait as long in every size.
    """
    makers: dict[str, dict[str, Any]] = {}
    plants: dict[str, dict[str, Any]] = {}
    lanes: dict[str, dict[str, Any]] = {}
    n_groups = -(-n_plants // _PLANTS_OF_A_MAKER)
    for group in range(n_groups):
        for item in ("heavy", "light"):
            makers[f"{item} maker {group}"] = {
                "kind": "magnet_maker", "country": "CN", "makes": item,
                "output_per_day": "600 kg",
            }  # fmt: skip
    for plant in range(n_plants):
        name, group = f"plant {plant}", plant // _PLANTS_OF_A_MAKER
        plants[name] = {
            "kind": "plant", "country": _COUNTRIES[plant % len(_COUNTRIES)], "sector": "auto",
            "makes": "car", "output_per_day": 20 + plant % 7,
            "bill": {item: {"per_unit": "1 kg", "cover": "uniform 20 d, 60 d"}
                     for item in ("heavy", "light")},
        }  # fmt: skip
        for item in ("heavy", "light"):
            lanes[f"{item} to {plant}"] = {
                "supplier": f"{item} maker {group}", "customer": name,
                "transit": "gamma 35 d, 0.2", "dispatch_every": "7 d",
            }  # fmt: skip
    tree = {
        "schema_version": 1, "name": f"network_{n_plants}", "title": "Generated",
        "start": "2025-04-04", "horizon": "365 d", "seed": 1, "observe_every": "7 d",
        "items": {"heavy": {"kind": "magnet", "controlled": True}, "light": {"kind": "magnet"},
                  "car": {"kind": "product"}},
        "sites": makers | plants,
        "lanes": lanes,
        "gates": {"rule": {"desk": "ministry", "leaves": ["CN"], "from": "30 d"}},
        "desks": {"ministry": {"setting": "queue", "officers": max(1, n_plants // 2)}},
        "policy": {"slow": {"from": "30 d", "mean_review_time": "3 d", "approval_rate": 0.9}},
    }  # fmt: skip
    return Scenario.model_validate(tree)
