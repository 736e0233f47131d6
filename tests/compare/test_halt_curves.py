import numpy as np
import pytest

from sim.columns import HALT_CURVES, names
from sim.compare.halt_curves import halt_curves
from tests.compare.outcomes import made

HALTS = {"base": {"Leipzig": [20.5, 40, None, None], "Toledo": [None, None, 60, None]}}


def curve(frame, name: str) -> dict[float, float]:
    rows = frame[frame["name"] == name]
    return dict(zip(rows["day"], rows["running_share"], strict=True))


def test_the_share_running_falls_on_the_day_of_each_halt() -> None:
    running = curve(halt_curves(made(HALTS)), "auto")

    assert (running[0.0], running[20.0], running[21.0]) == (1.0, 1.0, 0.75)
    assert (running[39.0], running[40.0], running[100.0]) == (0.75, 0.5, 0.5)


def test_curves_are_drawn_for_sectors_countries_and_all_plants() -> None:
    frame = halt_curves(made(HALTS))

    assert list(dict.fromkeys(zip(frame["level"], frame["name"], strict=True))) == [
        ("sector", "auto"),
        ("sector", "defence"),
        ("country", "DE"),
        ("country", "US"),
        ("all", "all plants"),
    ]
    assert curve(frame, "all plants")[100.0] == 1 - 3 / 8
    assert tuple(frame.columns) == names(HALT_CURVES)


def test_the_band_holds_the_curve_and_starts_at_certainty() -> None:
    frame = halt_curves(made(HALTS))

    rows = frame[frame["name"] == "auto"]
    assert (rows["running_share_low"] <= rows["running_share"]).all()
    assert (rows["running_share_high"] >= rows["running_share"]).all()
    assert (rows["running_share_low"].iloc[0], rows["running_share_high"].iloc[0]) == (1.0, 1.0)


def test_a_group_that_never_halts_may_still_halt() -> None:
    frame = halt_curves(made({"base": {"Leipzig": [None] * 20}}))

    rows = frame[frame["name"] == "auto"]
    assert set(rows["running_share"]) == {1.0}
    assert np.allclose(rows["running_share_low"], 0.05 ** (1 / 20))


@pytest.mark.parametrize(("horizon", "step", "n_days"), [(100.0, 1, 101), (500.0, 2, 251)])
def test_the_grid_is_daily_for_a_year_and_ends_at_the_horizon(
    horizon: float, step: float, n_days: int
) -> None:
    frame = halt_curves(made({"base": {"Leipzig": [None]}}, horizon={"base": horizon}))

    days = frame[frame["name"] == "auto"]["day"].to_numpy()
    assert days.size == n_days
    assert (days[1] - days[0], days[-1]) == (step, horizon)
