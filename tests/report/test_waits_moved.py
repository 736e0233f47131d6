from sim.report.waits_moved import waits_moved
from tests.report.made_up import make_findings


def moved(changes: dict[str, tuple[float, float, float]]) -> list[str]:
    """The sentences if each destination's files wait longer by (value, low, high) days."""
    findings = make_findings()
    waits = findings.waits[findings.waits["alternative"] == findings.baseline].head(len(changes))
    rows = waits.assign(destination=list(changes))
    for k, name in enumerate(("longer_wait_days", "longer_wait_days_low", "longer_wait_days_high")):
        rows[name] = [values[k] for values in changes.values()]
    return list(waits_moved(make_findings(waits=rows)))


def test_who_waits_less_and_who_waits_more_is_named_with_the_days() -> None:
    (sentence,) = moved({"DE": (-12.0, -14.0, -10.0), "JP": (4.0, 3.0, 5.0)})

    assert "Germany (-12.0 d)" in sentence
    assert sentence.index("Germany") < sentence.index("Japan (+4.0 d)")


def test_a_change_that_may_be_chance_moves_nothing() -> None:
    assert moved({"DE": (-12.0, -14.0, -10.0), "JP": (4.0, -1.0, 9.0)}) == []


def test_a_gain_that_nobody_pays_for_is_not_called_a_move() -> None:
    assert moved({"DE": (-12.0, -14.0, -10.0), "JP": (-4.0, -5.0, -3.0)}) == []
