from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario import design_from_text, load_design
from sim.scenario.resolved import resolved_text
from tests.scenario.samples import CORPUS, TINY, edited

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.yaml"))


def test_each_key_has_its_origin(tmp_path: Path) -> None:
    base, top = tmp_path / "base.yaml", tmp_path / "top.yaml"
    base.write_text(TINY)
    top.write_text("extends: base.yaml\nseed: 7\nalternatives: {a: {note: x}}\n")

    lines = resolved_text(load_design(top, ["replications=3"])).splitlines()

    origin = {line.split(":")[0].strip(): line.rpartition("# ")[2] for line in lines}
    assert origin["title"] == f"{base.as_posix()}:3"
    assert origin["seed"] == f"{top.as_posix()}:2"
    assert origin["note"] == f"{top.as_posix()}:3"
    assert origin["replications"] == "--set:1"


@pytest.mark.parametrize("file", [*SHIPPED, CORPUS / "base_ok.yaml"], ids=lambda file: file.stem)
def test_the_text_loads_as_the_same_scenario(file: Path) -> None:
    design = load_design(file)

    for name, scenario in design.alternatives.items():
        assert design_from_text(resolved_text(design, name)).alternatives["base"] == scenario


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), max_size=50),
    st.floats(0, 1),
)
def test_any_text_and_any_number_come_back_the_same(text: str, number: float) -> None:
    design = design_from_text(TINY, overrides=[f"policy.clock.approval_rate={number!r}"])
    quoted = "'" + text.replace("'", "''") + "'"
    noted = design_from_text(edited(("seed: 1\n", f"seed: 1\nnote: {quoted}\n")))

    for one in (design, noted):
        assert design_from_text(resolved_text(one)).alternatives == one.alternatives
    assert noted.alternatives["base"].note == text


@pytest.mark.parametrize("name", ["true", "12", "a: b", "- x", "#x", "NO", "'", '"', "1e5", "~x"])
def test_names_that_look_like_something_else_stay_names(name: str) -> None:
    quoted = "'" + name.replace("'", "''") + "'"
    design = design_from_text(edited(("by road:", f"{quoted}:")))

    assert name in design.alternatives["base"].lanes
    assert design_from_text(resolved_text(design)).alternatives == design.alternatives


def test_an_alternative_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'base'"):
        resolved_text(design_from_text(TINY), "bse")
