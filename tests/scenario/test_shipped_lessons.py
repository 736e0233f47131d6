"""Each scenario of the library shows what it says one learns from it."""

from functools import cache, partial
from pathlib import Path

import pytest

from sim.engine import Kind, Trace, simulate
from sim.engine.policies import View
from sim.model import build_model
from sim.scenario import Design, load_design
from sim.units import DAY_S

FOLDER = Path(__file__).parents[2] / "scenarios"
EUROPE = {"DE", "EU"}


@cache
def design(name: str) -> Design:
    return load_design(FOLDER / f"{name}.yaml")


@cache
def run(name: str, alternative: str, replication: int = 0) -> Trace:
    tables = build_model(design(name).alternatives[alternative], replication)
    return simulate(tables, replication)


@cache
def down_days(name: str, alternative: str, replication: int = 0) -> dict[str, float]:
    """Return how long each site stood, in days."""
    trace = run(name, alternative, replication)
    stood = dict.fromkeys(trace.tables.sites.name, 0.0)
    for kind, sign in ((Kind.HALTED, -1), (Kind.RESTARTED, 1)):
        for second, _, site, *_ in trace.by_kind[kind]:
            stood[trace.tables.sites.name[site]] += sign * second / DAY_S
    horizon = trace.tables.horizon_s / DAY_S
    return {name: days if days >= 0 else days + horizon for name, days in stood.items()}


def plants(name: str, alternative: str, sector: str = "", country: str = "") -> set[str]:
    sites = run(name, alternative).tables.sites
    return {
        site
        for site, kind, of, where in zip(
            sites.name, sites.kind, sites.sector, sites.country, strict=True
        )
        if kind == "plant" and sector in ("", of) and country in ("", where)
    }


def stood(name: str, alternative: str, replication: int = 0) -> set[str]:
    """Return the plants that stood at all."""
    down = down_days(name, alternative, replication)
    return {plant for plant in plants(name, alternative) if down[plant] > 0}


def total(name: str, alternative: str, sites: set[str], n_runs: int = 1) -> float:
    """Return the days that these sites stood, together, over some runs."""
    return sum(down_days(name, alternative, r)[site] for r in range(n_runs) for site in sites)


def made(name: str, alternative: str, sites: set[str]) -> int:
    trace = run(name, alternative)
    return sum(
        int(trace.totals.made[s]) for s, site in enumerate(trace.tables.sites.name) if site in sites
    )


def waits(name: str, alternative: str, *, european: bool) -> float:
    """Return the mean wait of civil files of the network, to Europe or to others, in days."""
    trace = run(name, alternative)
    lanes = trace.tables.lanes
    office = trace.tables.desks.name.index("mofcom")
    ends: dict[tuple[int, int], float] = {}
    begins: dict[tuple[int, int], float] = {}
    for kind, noted in ((Kind.FILED, begins), (Kind.DECIDED, ends)):
        for second, _, source, slot, *_ in trace.by_kind[kind]:
            key = (source, slot)
            if source >= len(lanes.name) or office not in lanes.stages[source]:
                continue
            if kind is Kind.DECIDED or key not in noted:
                noted[key] = second / DAY_S
    asked = [
        ends.get(key, trace.tables.horizon_s / DAY_S) - begin
        for key, begin in begins.items()
        if (lanes.destination[key[0]] in EUROPE) == european
        and lanes.end_use[key[0]] != "defence"
        and lanes.destination[key[0]] != "IN"
    ]
    return sum(asked) / len(asked)


def test_the_october_rule_reaches_a_part_at_the_threshold_and_spares_one_below() -> None:
    reached = stood("october_2025_rule", "in_force")

    assert not stood("october_2025_rule", "suspended")
    assert {"US car plants", "US washing machine plants", "US missile plants"} <= reached
    assert not {"US tool plants", "US car plants (Malaysian feed)", "Japanese car plants"} & reached


def test_a_part_trimmed_below_the_threshold_goes_free() -> None:
    assert "US washing machine plants" not in stood("october_2025_rule", "in_force_pump_trimmed")
    assert not stood("october_2025_rule", "in_force_from_25_percent")


@pytest.mark.parametrize("replication", range(4))
def test_a_snap_back_is_felt_in_the_histories_in_which_it_comes(replication: int) -> None:
    tables = run("snapback_2026", "even_chance", replication).tables
    comes = dict(tables.chances)["snap back"] >= 0
    certain = down_days("snapback_2026", "snap_back" if comes else "renewed", replication)

    assert bool(stood("snapback_2026", "even_chance", replication)) is comes
    assert down_days("snapback_2026", "even_chance", replication) == certain


def test_a_snap_back_comes_in_some_histories_and_not_in_others() -> None:
    drawn = {bool(stood("snapback_2026", "even_chance", r)) for r in range(8)}

    assert drawn == {True, False}


def test_stock_built_before_the_snap_back_shortens_the_stops() -> None:
    every = plants("snapback_2026", "even_chance")
    prepared = total("snapback_2026", "even_chance_prepared", every, 8)

    assert prepared < total("snapback_2026", "even_chance_wait_and_see", every, 8)
    assert prepared < total("snapback_2026", "even_chance", every, 8)


def test_a_truce_that_lapses_is_felt_in_the_united_states_alone() -> None:
    renewed = down_days("truce_90_days", "renewed")
    lapses = down_days("truce_90_days", "lapses")
    longer = {site for site in renewed if lapses[site] > renewed[site]}
    american = plants("truce_90_days", "lapses", country="US")

    assert longer & plants("truce_90_days", "lapses") <= american
    assert plants("truce_90_days", "lapses", "auto", "US") <= longer


def test_others_wait_longer_for_the_fast_track_of_europe_in_a_queue() -> None:
    before, after = (f"{name} [queue]" for name in ("no_fast_track", "fast_track"))

    assert waits("fast_track_europe", after, european=True) < waits(
        "fast_track_europe", before, european=True
    )
    assert waits("fast_track_europe", after, european=False) > waits(
        "fast_track_europe", before, european=False
    )


def test_nobody_pays_for_the_fast_track_of_an_office_without_limit() -> None:
    before, after = (f"{name} [unlimited]" for name in ("no_fast_track", "fast_track"))

    assert waits("fast_track_europe", after, european=False) == pytest.approx(
        waits("fast_track_europe", before, european=False), abs=1e-9
    )


def test_more_officers_help_europe_and_others() -> None:
    for european in (True, False):
        assert waits("fast_track_europe", "more_officers", european=european) < waits(
            "fast_track_europe", "no_fast_track [queue]", european=european
        )


def test_undertakings_halt_whom_they_exclude_and_lengthen_the_stops_of_india() -> None:
    india = {"Indian car plants"}
    down = down_days("india_undertakings", "undertakings")

    assert min(down["US car plants"], down["Indian missile plants"]) > 200
    assert total("india_undertakings", "undertakings", india) > total(
        "india_undertakings", "as_for_germany", india
    )
    assert total("india_undertakings", "filed_early", india) < total(
        "india_undertakings", "undertakings", india
    )


@pytest.mark.parametrize("replication", range(3))
def test_a_refusal_of_defence_halts_every_defence_plant_and_no_other(replication: int) -> None:
    defence = plants("defence_denied", "defence_denied", "defence")

    assert stood("defence_denied", "defence_denied", replication) == defence
    assert not stood("defence_denied", "all_served", replication)


def test_defence_served_first_at_home_goes_on() -> None:
    assert "US defence plants" in stood("defence_denied", "buy_elsewhere")
    assert "US defence plants" not in stood("defence_denied", "buy_elsewhere_rated")


def test_a_ban_on_military_users_adds_nothing_and_a_halt_of_reviews_does() -> None:
    japan = plants("japan_2026", "no_halt", country="JP")

    assert down_days("japan_2026", "military_only") == down_days("japan_2026", "no_halt")
    assert total("japan_2026", "as_reported", japan) > total("japan_2026", "no_halt", japan)
    assert total("japan_2026", "as_reported_with_state_stockpile", japan) < total(
        "japan_2026", "as_reported", japan
    )


def test_a_total_stop_halts_every_plant_that_needs_controlled_magnets() -> None:
    spared = {name for name in plants("total_stop", "stop") if name.endswith("(licence-free)")}

    assert stood("total_stop", "stop") >= plants("total_stop", "stop") - spared


def test_slowing_down_loses_output_and_overtime_makes_it_good() -> None:
    cars = plants("total_stop", "stop", "auto")
    as_it_is = made("total_stop", "stop_120_days", cars)

    assert made("total_stop", "stop_120_days_slowed_down", cars) < as_it_is
    assert made("total_stop", "stop_120_days_overtime", cars) > as_it_is


def test_general_licences_help_more_the_more_may_have_them() -> None:
    civil = plants("general_licences", "none") - plants("general_licences", "none", "defence")
    days = [
        total("general_licences", name, civil, 2)
        for name in ("none", "large_producers_six_months", "large_producers", "all_producers")
    ]

    assert days == sorted(days, reverse=True)


def test_stocks_spare_european_car_plants_and_a_signal_comes_late() -> None:
    europe = plants("stockpiles", "no_stock", "auto", "DE") | plants(
        "stockpiles", "no_stock", "auto", "EU"
    )
    days = {
        name: total("stockpiles", name, europe, 12)
        for name in ("no_stock", "firms_30_days", "state_30_days", "state_30_days_on_signal")
    }

    assert max(days["firms_30_days"], days["state_30_days"]) < days["state_30_days_on_signal"]
    assert days["state_30_days_on_signal"] < days["no_stock"]


def test_a_year_of_magnets_keeps_american_defence_running() -> None:
    assert "US defence plants" in stood("stockpiles", "no_stock")
    assert "US defence plants" not in stood("stockpiles", "defence_a_year")


def test_new_makers_keep_american_car_plants_running_in_a_second_stop() -> None:
    cars = plants("other_sources", "as_announced", "auto", "US")
    days = {
        name: total("other_sources", name, cars)
        for name in ("no_new_makers", "as_announced", "fixed_shares", "a_year_late")
    }

    assert days["as_announced"] < days["fixed_shares"] < days["no_new_makers"]
    assert days["as_announced"] < days["a_year_late"] <= days["no_new_makers"]


def test_a_maker_that_starts_in_the_stop_needs_heavy_rare_earths_from_elsewhere() -> None:
    german = {"German auto plants"}

    assert total("other_sources", "as_announced", german) < total(
        "other_sources", "fed_from_china", german
    )


def test_a_grade_in_the_drawer_helps_where_customs_lets_it_pass() -> None:
    cars = plants("redesign_light_magnets", "as_it_happened", "auto")
    american = plants("redesign_light_magnets", "as_it_happened", "auto", "US")
    change = {
        where: total("redesign_light_magnets", "in_the_drawer", where_sites, 3)
        - total("redesign_light_magnets", "as_it_happened", where_sites, 3)
        for where, where_sites in (("US", american), ("others", cars - american))
    }

    assert change["others"] < 0 < change["US"]


def test_a_redesign_of_two_years_changes_nothing() -> None:
    assert down_days("redesign_light_magnets", "traction_motors") == down_days(
        "redesign_light_magnets", "as_it_happened"
    )


def test_talks_shorten_what_retaliation_does_not() -> None:
    american = plants("tit_for_tat", "stop_only", country="US")
    days = {
        name: total("tit_for_tat", name, american)
        for name in ("stop_only", "retaliation", "talks", "tit_for_tat")
    }

    assert days["talks"] < days["tit_for_tat"] < min(days["stop_only"], days["retaliation"])
    assert run("tit_for_tat", "talks").by_kind[Kind.REACTION]


def test_hoarding_pays_only_if_others_do_not_and_supply_is_shared_by_what_is_asked() -> None:
    buyers = plants("hoarding", "nobody_hoards")
    first, others = {"first buyer"}, buyers - {"first buyer"}

    def both(name: str) -> tuple[float, float]:
        return total("hoarding", name, first, 4), total("hoarding", name, others, 4)

    calm, hoards, earned = map(
        both, ("nobody_hoards", "first_hoards", "first_hoards_turn_and_earn")
    )
    assert hoards[0] < calm[0]
    assert hoards[1] > calm[1]
    assert earned == pytest.approx(calm, rel=0.05)
    assert both("all_hoard") == pytest.approx(calm, rel=0.05)


class LetsFilesPileUp:
    """Talks from so many files on, until the files are decided and cover is back."""

    every = 7

    def __init__(self, files: int) -> None:
        self.files = files
        self.talks = False

    def step(self, view: View) -> dict[str, bool]:
        waiting = view.pending("ministry")
        if waiting >= self.files:
            self.talks = True
        elif waiting < 2 and view.cover("motor maker", "magnet") >= 20:
            self.talks = False
        return {"talks": self.talks}


def days_stood_and_talked(alternative: str, files: int | None = None) -> tuple[float, float]:
    """Return how long the car plant stood, and how long there were talks, over ten histories."""
    scenario = design("your_own_policy").alternatives[alternative]
    policy = None if files is None else partial(LetsFilesPileUp, files)
    stood_s = talked_s = 0
    for replication in range(10):
        trace = simulate(build_model(scenario, replication), replication, policy)
        sites, horizon_s = trace.tables.sites.name, trace.tables.horizon_s
        for second, kind, site, *_ in (*trace.by_kind[Kind.HALTED], *trace.by_kind[Kind.RESTARTED]):
            if sites[site] == "car plant":
                stood_s += (horizon_s - second) * (1 if kind == Kind.HALTED else -1)
        for second, _, _, begins, *_ in trace.by_kind[Kind.REACTION]:
            talked_s += (horizon_s - second) * (1 if begins else -1)
    return stood_s / DAY_S / 10, talked_s / DAY_S / 10


def test_a_policy_that_counts_files_acts_before_a_plant_stands() -> None:
    nobody, _ = days_stood_and_talked("nobody_acts")
    too_late, _ = days_stood_and_talked("when_plants_stand")
    soon, long_talks = days_stood_and_talked("your_own", files=2)
    late, short_talks = days_stood_and_talked("your_own", files=6)

    assert 0.8 * nobody < too_late < 0.95 * nobody
    assert soon < 0.02 * nobody
    assert soon < late < too_late
    assert short_talks < 0.6 * long_talks
