import json
from pathlib import Path

import pandas as pd
import pytest

from sim.errors import InputError
from sim.experiment import load
from sim.experiment.export import export_csv, safe_text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|cmd", "%0", "\n=1"]
)
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Leipzig", "a=b", "", "1", "no one's gate", "rare-earth"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_numbers_stay_numbers_and_read_back_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame({"lost_units": [-0.1, 1 / 3, float("nan")], "replication": [1, 2, -3]})

    export_csv(frame, tmp_path / "numbers.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "numbers.csv"), frame)


def test_names_of_sites_and_columns_are_made_safe(tmp_path: Path) -> None:
    frame = pd.DataFrame({"site": pd.Categorical(["=A1", "B"]), "=cmd": ["+x", None]})

    export_csv(frame, tmp_path / "names.csv")
    assert (tmp_path / "names.csv").read_text() == "site,'=cmd\n'=A1,'+x\nB,\n"


def test_a_table_is_described_with_the_words_of_the_data_dictionary(
    finished: Path, tmp_path: Path
) -> None:
    export_csv(load(finished).table("halts"), tmp_path / "halts.csv", "halts")

    package = json.loads((tmp_path / "datapackage.json").read_text())
    fields = {one["name"]: one for one in package["resources"][0]["schema"]["fields"]}
    assert fields["duration_days"] == {
        "name": "duration_days",
        "type": "number",
        "description": "Length up to the restart or the horizon",
        "unit": "d",
    }
    assert fields["start_date"]["type"] == "date"
    assert "unit" not in fields["site"]


def test_a_second_file_joins_the_description_and_a_repeated_one_replaces_its_own(
    tmp_path: Path,
) -> None:
    frame = pd.DataFrame({"site": ["A"]})
    for name in ("b.csv", "a.csv", "b.csv"):
        export_csv(frame, tmp_path / name)

    package = json.loads((tmp_path / "datapackage.json").read_text())
    assert [one["path"] for one in package["resources"]] == ["a.csv", "b.csv"]


def test_a_link_in_the_place_of_the_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    (tmp_path / "summary.csv").symlink_to(victim)

    export_csv(pd.DataFrame({"site": ["A"]}), tmp_path / "summary.csv")
    assert victim.read_text() == "mine"
    assert (tmp_path / "summary.csv").read_text() == "site\nA\n"


def test_another_ending_and_an_unknown_table_are_input_errors(tmp_path: Path) -> None:
    frame = pd.DataFrame({"site": ["A"]})

    with pytest.raises(InputError, match=r"ends in \.csv"):
        export_csv(frame, tmp_path / "halts.xlsx")
    with pytest.raises(InputError, match="no table 'nothing'"):
        export_csv(frame, tmp_path / "halts.csv", "nothing")
