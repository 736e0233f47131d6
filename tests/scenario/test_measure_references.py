"""Measures and stockpiles are about inputs that somebody buys."""

import pytest

from sim.scenario import design_from_text
from tests.scenario.samples import TINY, edited, faults_of, only_fault

OTHER = "  other: {kind: magnet_maker, country: JP, makes: light, output_per_day: 1 t}\n"
LIGHT = edited(
    ("items:\n", "items:\n  light: {kind: magnet}\n"),
    ("  works:\n", OTHER + "  works:\n"),
    ("{magnet: 1 kg}", "{magnet: 1 kg, light: 1 kg}"),
    ("lanes:\n", "lanes:\n  light: {supplier: other, customer: works, transit: 9 d}\n"),
)
PILE = "item: magnet, held_in: DE, quantity: 1 t, below_cover: 9 d, up_to_cover: 20 d"
REFILL = "refill: {supplier: maker, transit: 28 d, per_review: 50 kg}"


def substitute(fields: str, selector: str = "") -> str:
    return LIGHT + f"measures:\n  redesign: {{{selector}substitute: {{{fields}}}}}\n"


def stockpile(fields: str) -> str:
    return TINY + f"stockpiles:\n  pile: {{{fields}}}\n"


def test_a_substitute_is_bought_beside_what_it_takes_the_place_of() -> None:
    design_from_text(substitute("item: magnet, by: light"))
    design_from_text(substitute("item: magnet, by: light", "site: [works], "))


@pytest.mark.parametrize(
    ("fields", "selector", "path", "code"),
    [
        ("item: magnt, by: light", "", "item", "E_REF"),
        ("item: magnet, by: lite", "", "by", "E_REF"),
        ("item: magnet, by: magnet", "", "by", "E_VALUE"),
        ("item: magnet, by: motor", "", "by", "E_REF"),
        ("item: magnet, by: light", "site: [plant], ", "by", "E_REF"),
    ],
)
def test_a_substitute_that_nobody_can_use_is_refused(
    fields: str, selector: str, path: str, code: str
) -> None:
    problem = only_fault(text=substitute(fields, selector))

    assert (problem.path, problem.code) == (f"measures.redesign.substitute.{path}", code)


def test_a_stockpile_keeps_what_one_of_its_sites_buys() -> None:
    design_from_text(stockpile(PILE))
    design_from_text(stockpile(f"{PILE}, site: [works], {REFILL}"))

    problem = only_fault(text=stockpile(f"{PILE}, site: [plant]"))

    assert (problem.path, problem.code) == ("stockpiles.pile.item", "E_REF")


@pytest.mark.parametrize(
    ("fields", "path", "code"),
    [
        (PILE.replace("magnet", "magnt"), "item", "E_REF"),
        (PILE.replace("1 t", "1000"), "quantity", "E_TYPE"),
        (f"{PILE}, sector: [cars]", "sector.0", "E_REF"),
        (f"{PILE}, {REFILL.replace('maker', 'makr')}", "refill.supplier", "E_REF"),
        (f"{PILE}, {REFILL.replace('maker', 'works')}", "refill.supplier", "E_REF"),
        (f"{PILE}, {REFILL.replace('50 kg', '50')}", "refill.per_review", "E_TYPE"),
    ],
)
def test_a_stockpile_that_cannot_work_is_refused(fields: str, path: str, code: str) -> None:
    problem = only_fault(text=stockpile(fields))

    assert (problem.line, problem.path, problem.code) == (38, f"stockpiles.pile.{path}", code)


def test_a_stockpile_is_called_as_no_site_is() -> None:
    problem = only_fault(text=stockpile(PILE).replace("  pile:", "  works:"))

    assert (problem.path, problem.code, problem.hint) == ("stockpiles.works", "E_DUP", "rename it")


def test_faults_of_measures_and_stockpiles_come_all_at_once() -> None:
    text = substitute("item: magnt, by: lite") + f"stockpiles:\n  pile: {{{PILE}, on: fear}}\n"

    assert [problem.path for problem in faults_of(text)] == [
        "stockpiles.pile.on",
        "measures.redesign.substitute.item",
        "measures.redesign.substitute.by",
    ]
