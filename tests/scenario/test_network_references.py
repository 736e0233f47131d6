"""What each kind of site makes and buys; lanes that come, go, and wait for need."""

import pytest

from sim.scenario import design_from_text
from tests.scenario.samples import TINY, edited, load, only_fault, place

REFINERY = "  refinery: {kind: separator, country: MY, makes: dysprosium, output_per_day: 9 kg}\n"
FEED = edited(
    ("items:\n", "items:\n  dysprosium: {kind: rare_earth}\n"),
    ("output_per_day: 200 kg}", "output_per_day: 200 kg, bill: {dysprosium: 15 g}, cover: 30 d}"),
    ("  works:\n", REFINERY + "  works:\n"),
    ("lanes:\n", "lanes:\n  feed: {supplier: refinery, customer: maker, transit: 9 d}\n"),
)
AIR = "  by air: {supplier: maker, customer: works, transit: 4 d, fallback: {below_cover: 9 d}}\n"


def test_a_magnet_maker_may_buy_rare_earths() -> None:
    design_from_text(FEED)


@pytest.mark.parametrize(
    ("edit", "path", "code"),
    [
        (("{dysprosium: 15 g}", "{dysprosium: 15}"), "sites.maker.bill.dysprosium", "E_TYPE"),
        (("{dysprosium: 15 g}", "{dysprosium: 15 g, motor: 1}"), "sites.maker.bill", "E_RANGE"),
        (("9 kg}", "9 kg, bill: {motor: 1}, cover: 9 d}"), "sites.refinery.bill", "E_RANGE"),
        (("9 kg}", "9}"), "sites.refinery.output_per_day", "E_TYPE"),
    ],
)
def test_each_kind_of_site_buys_what_it_can(edit: tuple[str, str], path: str, code: str) -> None:
    problem = only_fault(edit, text=FEED)

    assert (problem.path, problem.code) == (path, code)


def test_a_separator_makes_rare_earths() -> None:
    problem = only_fault(("{kind: magnet_maker,", "{kind: separator,"))

    assert (place(problem), problem.path) == ((12, 48, "E_RANGE"), "sites.maker.makes")


def test_a_fallback_is_beside_the_shares() -> None:
    design_from_text(edited(("  by road", AIR + "  by road")))
    stated = AIR.replace("transit: 4 d", "transit: 4 d, share: 0")
    design_from_text(edited(("  by road", stated + "  by road")))

    problem = only_fault(("  by road", stated.replace("share: 0", "share: 0.5") + "  by road"))

    assert (problem.path, problem.got) == ("lanes.by air.share", "0.5")
    assert (problem.code, problem.hint) == ("E_RANGE", "leave share out")


def test_where_a_lane_opens_or_closes_shares_are_relative() -> None:
    other = "  other: {supplier: maker, customer: works, transit: 4 d, share: 0.5}\n"
    both = edited(("  by road", other + "  by road"))

    assert only_fault(text=both).got == "a sum of 1.5"
    for dates in ("from: 90 d", "to: 90 d"):
        design_from_text(edited(("share: 0.5", f"share: 0.5, {dates}"), text=both))


def test_the_least_that_is_applied_for_is_in_the_unit_of_the_item() -> None:
    problem = only_fault(("28 d", "28 d, application_min: 50"))

    assert (problem.path, problem.code) == ("lanes.by sea.application_min", "E_TYPE")
    load(("28 d", "28 d, application_min: 50 kg"))


def test_an_unknown_input_is_named_with_the_closest_that_is_there() -> None:
    problem = only_fault(("{magnet: 1 kg}", "{magnet: 1 kg, moter: 1}"), text=TINY)

    assert (problem.got, problem.hint) == ("'moter'", "did you mean 'motor'?")
