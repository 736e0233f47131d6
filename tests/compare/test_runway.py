import math

from sim.columns import RUNWAY_FANS, names
from sim.compare.runway import runway_fans
from tests.compare.outcomes import Made, made, row_of

DAYS = {"Leipzig": [None] * 10, "Munich": [None] * 10, "Linz": [None] * 10}


def observed(days_by_site: dict[str, list[float]], day: float = 7.0) -> Made:
    rows = [
        {
            "alternative": "base",
            "replication": run,
            "site": site,
            "day": day,
            "chain_runway_days": days,
        }
        for site, values in days_by_site.items()
        for run, days in enumerate(values)
    ]
    return made({"base": DAYS}, runway=rows)


def test_the_fan_of_a_plant_is_over_its_replications() -> None:
    row = row_of(runway_fans(observed({"Leipzig": list(range(1, 11))})), name="Leipzig")

    assert [row[f"runway_days_{p}"] for p in ("p10", "p50", "p90")] == [1.0, 5.0, 9.0]


def test_the_fan_of_a_sector_is_over_plants_and_replications_but_not_component_makers() -> None:
    source = observed({"Leipzig": [10.0] * 10, "Munich": [30.0] * 10, "Linz": [0.0] * 10})
    row = row_of(runway_fans(source), level="sector", name="auto")

    assert [row[f"runway_days_{p}"] for p in ("p10", "p50", "p90")] == [10.0, 10.0, 30.0]


def test_a_plant_that_never_runs_out_is_longer_than_any_other() -> None:
    row = row_of(runway_fans(observed({"Leipzig": [5.0] * 5 + [math.inf] * 5})), name="Leipzig")

    assert (row["runway_days_p50"], row["runway_days_p90"]) == (5.0, math.inf)


def test_there_is_one_row_for_each_day_of_observation() -> None:
    frame = runway_fans(observed({"Leipzig": [1.0] * 10}, day=14.0))

    assert set(frame["day"]) == {14.0}
    assert list(zip(frame["level"], frame["name"], strict=True)) == [
        ("site", "Leipzig"),
        ("sector", "auto"),
    ]
    assert tuple(frame.columns) == names(RUNWAY_FANS)


def test_without_observations_the_table_is_empty() -> None:
    assert len(runway_fans(observed({}))) == 0
