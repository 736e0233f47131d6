"""`plot runway` draws, and says in numbers how many days there are."""

from __future__ import annotations

from pathlib import Path

from tests.app.commands import Command

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_the_days_of_a_plant_are_those_until_it_halts(command: Command, tmp_path: Path) -> None:
    asked = ("--by", "site", "-n", 1, "-j", 1, "-q", "--results", tmp_path)
    ended = command("plot", "runway", SCENARIOS / "tiny.yaml", *asked)

    (line,) = [line for line in ended.out.splitlines() if line.startswith("car plant")]
    # The halt is on 8 June, day 65; the first look after it, two weeks apart, on the 13th.
    assert line.split() == [
        "car", "plant", "65", "65", "to", "65", "0", "2025-06-13", "100", "%", "2025-06-08",
    ]  # fmt: skip
    assert (tmp_path / "tiny" / "report" / "runway.png").is_file()
    assert str(tmp_path / "tiny" / "report" / "runway.svg") in ended.out


def test_the_shortest_comes_first_and_names_choose(command: Command, tmp_path: Path) -> None:
    names = ("US auto plants (lean cover)", "Korean auto plants (a year of stock)")
    chosen = [part for name in names[::-1] for part in ("--name", name)]
    out = tmp_path / "pictures"
    ended = command(
        "plot", "runway", SCENARIOS / "april_2025.yaml", "--by", "site", *chosen, "-n", 1, "-j", 1,
        "-q", "--set", "horizon=90 d", "--results", tmp_path, "--out", out,
    )  # fmt: skip

    shown = [line for line in ended.out.splitlines() if "auto plants" in line]
    assert [line.startswith(name) for line, name in zip(shown, names, strict=True)] == [True] * 2
    assert "not reached" in shown[1]
    assert (out / "runway.png").is_file()
