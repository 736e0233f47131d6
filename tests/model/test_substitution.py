"""One input in the place of another: use that moves, and help in an emergency."""

from typing import Any

import numpy as np
import pytest

from sim.errors import NetworkError
from sim.model import build_model
from sim.model.tables import MILLION, UNSET, ModelTables
from sim.units import DAY_S
from tests.models import merged, model

GRADES: dict[str, Any] = {
    "horizon": "300 d",
    "items": {"h": {"kind": "magnet"}},
    "sites": {
        "H": {"kind": "magnet_maker", "country": "JP", "makes": "h", "output_per_day": "1 kg"},
        "P": {"bill": {"h": {"per_unit": "2 g", "stock": "20 g"}}},
    },
    "lanes": {"h": {"supplier": "H", "customer": "P", "transit": "12 d", "dispatch_every": "5 d"}},
}
SPARE: dict[str, Any] = {"sites": {"P": {"bill": {"h": {"spare": True}}}}}


def built(substitute: dict[str, Any], *, spare: bool = True, **measure: Any) -> ModelTables:
    change = {"substitute": {"item": "m", "by": "h"} | substitute} | measure
    grades = merged(GRADES, SPARE if spare else {})
    return build_model(model(**grades, measures={"x": change}))


def steps(tables: ModelTables, name: str, item: str) -> dict[float, int]:
    """Values of a column for an input of P, from the days on which they change."""
    values = getattr(tables.regimes, name)[:, tables.inputs.name.index(f"P / {item}")]
    kept = np.flatnonzero(np.diff(values, prepend=-2))
    days = (tables.regimes.t_s[kept] / DAY_S).tolist()
    return dict(zip(days, values[kept].tolist(), strict=True))


def test_without_a_measure_a_spare_input_is_not_used() -> None:
    tables = build_model(model(**merged(GRADES, SPARE)))

    assert steps(tables, "use_share", "m") == {0: MILLION}
    assert steps(tables, "use_share", "h") == {0: 0}


def test_use_moves_a_lead_time_after_the_first_day() -> None:
    tables = built({"lead_time": "50 d"}, **{"from": "100 d", "to": "200 d"})

    # Of m a unit takes 1 g, of h it would take 2 g.
    assert steps(tables, "use_share", "m") == {0: MILLION, 150: 0, 200: MILLION}
    assert steps(tables, "use_share", "h") == {0: 0, 150: MILLION // 2, 200: 0}


def test_a_share_moves_at_a_ratio_beside_what_is_used_anyway() -> None:
    tables = built({"share": 0.25, "ratio": 1.2}, spare=False)

    # A quarter gram of m becomes 0.3 g of h, 15 % of its 2 g.
    assert steps(tables, "use_share", "m") == {0: 750_000}
    assert steps(tables, "use_share", "h") == {0: 1_150_000}


def test_levels_of_the_new_input_rise_ahead_of_its_use_and_those_of_the_old_fall_with_it() -> None:
    tables = built({"lead_time": "100 d"}, **{"from": "100 d"})

    # Stock 20 g is a day of 20 g; review 5 d, dispatch 5 d, transit 12 d: the level is for
    # 1 + 5 + 5 + 12 days.
    assert steps(tables, "level_share", "h") == {0: 0, 200 - 23: MILLION // 2}
    assert steps(tables, "level_share", "m") == {0: MILLION, 200: 0}


def test_nothing_is_ordered_before_the_redesign_is_decided() -> None:
    tables = built({"lead_time": "10 d"}, **{"from": "100 d"})

    assert steps(tables, "level_share", "h") == {0: 0, 100: MILLION // 2}
    assert steps(tables, "use_share", "h") == {0: 0, 110: MILLION // 2}


def test_orders_of_the_old_input_rise_again_ahead_of_its_return() -> None:
    tables = built({"share": 0.5}, **{"from": "100 d", "to": "200 d"})

    # Stock 50 g is 5 days of 10 g; review 5 d, dispatch 5 d, transit 2 d.
    assert steps(tables, "level_share", "m") == {0: MILLION, 100: 500_000, 200 - 17: MILLION}


def test_a_move_of_more_than_the_whole_use_is_refused() -> None:
    half = {"substitute": {"item": "m", "by": "h", "share": 0.6}}

    with pytest.raises(NetworkError, match=r"1\.2 of its use moved at the same time"):
        build_model(model(**GRADES, measures={"x": half, "y": half}))


def test_only_sites_that_buy_both_are_reached() -> None:
    plain = {"Q": {"kind": "plant", "country": "DE", "makes": "car", "output_per_day": 1,
                   "bill": {"m": {"per_unit": "1 g", "stock": "9 g"}}}}  # fmt: skip
    lanes = {"q": {"supplier": "A", "customer": "Q", "transit": "1 d"}}
    grades = merged(GRADES, {"sites": plain, "lanes": lanes})
    measure = {"substitute": {"item": "m", "by": "h", "share": 0.5}}
    tables = build_model(model(**grades, measures={"x": measure}))

    assert dict(zip(tables.inputs.name, tables.regimes.use_share[0].tolist(), strict=True)) == {
        "P / h": 1_250_000, "P / m": 500_000, "Q / m": MILLION,
    }  # fmt: skip


def test_a_move_on_a_trigger_holds_while_it_is_active() -> None:
    measure = {"substitute": {"item": "m", "by": "h"}, "on": "t"}
    triggers = {"t": {"when": "halted_share", "above": 0.1}}
    tables = build_model(model(**merged(GRADES, SPARE), triggers=triggers, measures={"x": measure}))

    assert tables.regimes.use_share.tolist() == [[0, MILLION]]
    assert tables.reactions[0].use_share.tolist() == [[MILLION // 2, 0]]
    assert tables.reactions[0].level_share.tolist() == [[MILLION // 2, 0]]


def test_in_an_emergency_the_use_stays_and_the_substitute_is_named() -> None:
    change = {"emergency": True, "ratio": 1.5, "lead_time": "20 d"}
    tables = built(change, **{"from": "30 d", "to": "90 d"})
    h = tables.inputs.name.index("P / h")

    assert steps(tables, "substitute", "m") == {0: UNSET, 50: h, 90: UNSET}
    assert steps(tables, "use_share", "m") == {0: MILLION}
    assert tables.inputs.substitute_ratio.tolist() == [MILLION, 1_500_000]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"item": "m", "by": "h", "ratio": 2, "emergency": True}, "different ratios"),
        ({"item": "h", "by": "m", "emergency": True}, "which has a substitute itself"),
    ],
)
def test_emergencies_that_contradict_one_another_are_refused(
    other: dict[str, Any], why: str
) -> None:
    first = {"item": "m", "by": "h", "emergency": True}
    measures = {"x": {"substitute": first}, "y": {"substitute": other}}

    with pytest.raises(NetworkError, match=why):
        build_model(model(**GRADES, measures=measures))
