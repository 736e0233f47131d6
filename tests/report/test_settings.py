"""Pictures with a line for each alternative show one setting of the licence desks."""

from __future__ import annotations

from sim.report.settings import in_one_setting
from tests.report import made_up

SETTINGS = {
    "as it happened": "ruled [queue]",
    "no controls": "ruled [unlimited]",
    "total stop": "stop [queue]",
    "slow walk without truce": "stop [unlimited]",
}
ROW = {"alternative": "ruled", "level": "sector", "name": "auto"}


def varied(findings: made_up.FakeFindings) -> made_up.FakeFindings:
    table = made_up.frame("structural", [ROW])
    return made_up.renamed(made_up.make_findings(structural=table), SETTINGS)


def test_alternatives_of_the_baselines_setting_stay_and_so_do_those_without_any(
    findings: made_up.FakeFindings,
) -> None:
    one = in_one_setting(varied(findings))

    assert {"ruled [queue]", "stop [queue]", "fast track for Europe"} <= set(one.alternatives)
    assert not {"ruled [unlimited]", "stop [unlimited]"} & set(one.alternatives)
    assert set(one.summary["alternative"]) == set(one.alternatives)
    assert set(one.halt_curves["alternative"]) == set(one.alternatives)


def test_the_table_of_settings_stays_whole(findings: made_up.FakeFindings) -> None:
    assert len(in_one_setting(varied(findings)).structural) == 1


def test_without_settings_nothing_is_left_out(findings: made_up.FakeFindings) -> None:
    assert in_one_setting(findings) is findings
