"""`why` reads like an incident report: what ran out, which application, which rule, what if."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.app import cli, why_json
from sim.app.why import Report, explain, report
from sim.app.why_text import as_text
from sim.errors import InputError
from sim.scenario import design_from_text, load_design
from sim.units import DAY_S
from tests.models import BASE, LICENSED, merged

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"


@pytest.fixture(scope="module")
def found() -> Report:
    return report(load_design(TINY), "as_ruled", 0, "car plant")


@pytest.fixture(scope="module")
def told(found: Report) -> str:
    return " ".join(as_text(found).split())


@pytest.fixture(scope="module")
def facts(found: Report) -> dict[str, Any]:
    listed: dict[str, Any] = json.loads(json.dumps(why_json.as_json(found), allow_nan=False))
    return listed


def refused(design_file: Path = TINY, **options: Any) -> str:
    given = {"alternative": None, "replication": 0, "number": 1, "overrides": (), "as_json": False}
    plant = options.pop("plant", "car plant")
    with pytest.raises(InputError) as error:
        explain(plant, design_file, **(given | options))
    return str(error.value)


def test_it_says_when_production_stopped_and_began_again(told: str) -> None:
    assert (
        "Production at car plant stopped on 8 June 2025 (day 65) and began again on "
        "20 July 2025 (day 107), 42 days later." in told
    )


def test_it_follows_the_missing_part_through_the_tiers(told: str) -> None:
    assert "Its motor ran out on 8 June 2025 (day 65)." in told
    assert "motor maker stood since 22 May 2025 (day 48) for lack of magnet." in told
    assert "waited for a licence since 4 April 2025 (day 0), with ministry." in told


def test_it_tells_the_application_from_filing_to_arrival(told: str) -> None:
    stations = [
        "4 April 2025 (day 0): filed with ministry",
        "12 June 2025 (day 69): granted by ministry after 69 days",
        "12 June 2025 (day 69): the goods leave",
        "10 July 2025 (day 97): they arrive",
    ]

    places = [told.index(station) for station in stations]
    assert places == sorted(places)


def test_it_names_the_gate_and_the_rule_in_force(told: str) -> None:
    assert "gate 'export licence', from 4 April 2025 (day 0)" in told
    assert "rule 'statutory clock', from 4 April 2025 (day 0): mean review time 45 working" in told


def test_it_says_how_full_the_desk_was(told: str, facts: dict[str, Any]) -> None:
    assert (
        "at desk 'ministry': at most 20 files under review at a time; 10 undecided, none of them "
        "filed before it" in told
    )
    assert facts["missing"][0]["queue"] == {
        "desk": "ministry", "officers": 20, "undecided": 10, "filed_before": 0,
    }  # fmt: skip


def test_it_names_the_pivotal_licences_and_what_each_would_have_moved(told: str) -> None:
    assert "slot 0, 700 kg of magnet for motor maker, filed with ministry on 4 April 2025" in told
    assert "the halt begins 7 days later, on 15 June 2025 (day 72)" in told
    assert "The other 5 do not move the start of the halt by a day." in told


def test_it_says_so_if_the_order_that_the_cause_names_moves_nothing(found: Report) -> None:
    named = found.incident.missing[0].files[0]
    others = tuple(t for t in found.trials if t.granted[0] != (named.source, named.slot))
    sentence = "The oldest order that had not come, which the cause names, is not among them."

    assert sentence in as_text(replace(found, trials=others))
    assert sentence not in as_text(found)


def test_no_line_is_wider_than_a_page(found: Report) -> None:
    assert max(map(len, as_text(found).splitlines())) <= 100


def test_the_facts_as_json_are_those_of_the_text(facts: dict[str, Any]) -> None:
    assert (facts["plant"], facts["alternative"], facts["replication"]) == (
        "car plant", "as_ruled", 0,
    )  # fmt: skip
    assert facts["halt"]["begins"] == {"day": 65.0, "date": "2025-06-08"}
    assert facts["halt"]["ends"] == {"day": 107.0, "date": "2025-07-20"}
    (missing,) = facts["missing"]
    assert (missing["item"], missing["shapley_days"]) == ("motor", 42.0)
    assert missing["cause"]["cause"] == "licence pending"
    assert [link["site"] for link in missing["cause"]["chain"]] == ["car plant", "motor maker"]
    assert missing["applications"][0]["decided"] == {"day": 69.0, "date": "2025-06-12"}
    assert [entry["name"] for entry in missing["in_force"]] == ["export licence", "statutory clock"]


def test_pivotal_licences_are_listed_in_the_json_with_their_effect(facts: dict[str, Any]) -> None:
    trials = facts["licences"]["granted_one_by_one"]

    assert facts["licences"]["on_the_chain"] == len(trials) == 10
    assert [trial["later_days"] for trial in trials] == [7.0] * 5 + [0.0] * 5
    assert [trial["pivotal"] for trial in trials] == [True] * 5 + [False] * 5


def test_all_together_are_tried_where_no_single_licence_matters() -> None:
    """Ten consignments of half a day's use each wait for a desk that decides nothing."""
    changes = {
        "horizon": "30 d",
        "lanes": {"l": {"dispatch_every": "12 h", "transit": "0 d"}},
        "policy": {"r": {"mean_review_time": "never"}},
    }
    tree = merged(merged(merged(BASE, LICENSED), {"halts": {"restart_cover": "0 d"}}), changes)
    halt = report(design_from_text(json.dumps(tree)), "base", 0, "P")

    assert not any(trial.pivotal for trial in halt.trials)
    assert halt.together is not None
    assert halt.together.later_s == 5 * DAY_S
    assert "No single application, granted at filing, moves the halt by a day" in as_text(halt)


def test_a_plant_that_does_not_exist_is_named_with_a_hint() -> None:
    assert "did you mean 'car plant'?" in refused(plant="car plnt")
    assert "need one of: motor maker, car plant" in refused(plant="zebra")


def test_a_maker_that_buys_nothing_cannot_lack_anything() -> None:
    assert "it buys nothing" in refused(plant="magnet maker")


def test_where_there_is_no_halt_it_says_where_one_could_look() -> None:
    text = refused(alternative="no_controls")

    assert "'car plant' does not halt under 'no_controls'" in text
    assert "of replications 0 to 9 it halts in none" in text
    assert "no plant halts" in text


def test_a_halt_number_that_is_too_high_says_how_many_there_are() -> None:
    assert "'car plant' has 1 halt in this replication" in refused(number=2)


def test_an_unknown_alternative_is_refused_with_those_that_there_are() -> None:
    assert "as_ruled, no_controls, slow_walk" in refused(alternative="as_rulled")


def test_the_command_prints_the_report_and_takes_the_baseline_by_default(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["magnet-runway", "why", "car plant", str(TINY), "--json"])

    assert cli.main() == 0
    assert json.loads(capsys.readouterr().out)["alternative"] == "as_ruled"


def test_without_a_file_it_looks_at_the_shipped_policies(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["magnet-runway", "why", "Germn auto plants"])

    assert cli.main() == 2
    assert "did you mean 'German auto plants'?" in capsys.readouterr().err
