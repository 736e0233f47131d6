import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest

from sim.columns import COMPARISON_TABLES, names
from sim.compare import compare
from sim.compare.as_json import MEASURES, as_json
from sim.errors import InputError
from sim.experiment import run_design
from tests.compare.outcomes import made
from tests.experiment.worlds import FREE, LICENCES, design

HALTS = {
    "base": {"Leipzig": [20, 40], "Toledo": [None, None]},
    "free": {"Leipzig": [None, None], "Toledo": [None, None]},
}


def test_findings_hold_every_table_with_the_columns_of_the_data_dictionary() -> None:
    findings = compare(made(HALTS))

    for name, columns in COMPARISON_TABLES.items():
        assert tuple(getattr(findings, name).columns) == names(columns)


def test_findings_say_what_was_compared() -> None:
    findings = compare(made(HALTS), n=1)

    assert (findings.design, findings.baseline, findings.n_runs) == ("made", "base", 1)
    assert (findings.start, findings.horizon_days, findings.level) == (date(2025, 4, 4), 100, 0.95)
    with pytest.raises(dataclasses.FrozenInstanceError):
        findings.n_runs = 2  # type: ignore[misc]


def test_an_unknown_baseline_is_named_with_a_hint() -> None:
    with pytest.raises(InputError, match="did you mean 'free'"):
        compare(made(HALTS), baseline="fre")


def test_the_json_has_the_promised_shape() -> None:
    found = as_json(compare(made(HALTS)), "my_design")

    assert (found["design"], found["runs"]) == ("my_design", 2)
    assert [one["alternative"] for one in found["alternatives"]] == ["base", "free"]
    leipzig = found["alternatives"][0]["sites"][0]
    assert set(leipzig) == {"name", "kind", "sector", "country"} | {
        f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")
    }
    assert (leipzig["kind"], leipzig["sector"], leipzig["country"]) == ("plant", "auto", "DE")
    assert (leipzig["halted_share"], leipzig["restricted_mean_days"]) == (1.0, 30.0)
    assert [one["name"] for one in found["alternatives"][0]["sectors"]] == ["auto", "defence"]
    assert [one["name"] for one in found["alternatives"][0]["countries"]] == ["DE", "US"]


def test_a_median_that_is_not_reached_is_null_in_strict_json() -> None:
    found = as_json(compare(made(HALTS)))

    toledo = found["alternatives"][0]["sites"][1]
    assert toledo["first_halt_days_median"] is None
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_results_of_a_real_batch_are_compared_the_same_way(tmp_path: Path) -> None:
    results = run_design(design(), 25, 1, tmp_path)
    findings = compare(results)

    summary = findings.summary.set_index(["alternative", "level", "name"])
    assert summary.loc[(LICENCES, "site", "Leipzig"), "halted_share"] == 1.0
    assert summary.loc[(FREE, "site", "Leipzig"), "halted_share"] == 0.0
    paired = findings.paired.set_index(["level", "name"])
    assert (paired["alternative"] == FREE).all()
    assert paired.loc[("sector", "auto"), "later_halt_days_low"] > 0
    assert findings.runway_fans["runway_days_p50"].notna().all()
    assert json.dumps(as_json(findings), allow_nan=False)
