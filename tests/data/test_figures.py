"""Every number from the world can be looked up, and says where it is from."""

import re
from dataclasses import FrozenInstanceError

import pytest

from sim.data import figure, figure_keys, table
from sim.data.figures import CONFIDENCES
from sim.errors import DataError

UNITS_WITHOUT_SUFFIX = {"number", "persons"}


@pytest.mark.parametrize("key", figure_keys())
def test_every_figure_says_what_it_is_and_where_it_is_from(key: str) -> None:
    found = figure(key)

    assert found.source.strip()
    assert found.what.strip()
    assert found.unit.strip()
    assert found.confidence in CONFIDENCES


@pytest.mark.parametrize("key", figure_keys())
def test_every_value_lies_in_its_range(key: str) -> None:
    found = figure(key)

    assert found.low <= found.value <= found.high


@pytest.mark.parametrize("key", figure_keys())
def test_every_key_is_plain_and_ends_in_its_unit(key: str) -> None:
    unit = figure(key).unit
    suffix = unit.lower().replace(" ", "_")

    assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
    assert unit in UNITS_WITHOUT_SUFFIX or key.endswith((f"_{suffix}", "_probability"))


@pytest.mark.parametrize("key", figure_keys())
def test_a_share_lies_between_0_and_1(key: str) -> None:
    found = figure(key)

    assert found.unit != "share" or (found.low >= 0 and found.high <= 1)


@pytest.mark.parametrize("key", figure_keys())
def test_an_assumed_figure_gives_its_reason_and_no_other_does(key: str) -> None:
    found = figure(key)

    assert found.source.startswith("assumed: ") == (found.confidence == "assumed")
    assert len(found.source.removeprefix("assumed: ")) > 10


def test_no_key_stands_twice() -> None:
    keys = [row["key"] for row in table("figures")]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("review_time_statutory_working_days", 45),
        ("officers_authorised", 3),
        ("bureau_staff_before", 30),
        ("bureau_staff_after", 60),
        ("licence_validity_months", 6),
        ("general_licence_validity_months", 12),
        ("transit_sea_china_germany_days", 30),
        ("cover_auto_korea_stocked_weeks", 52),
        ("exports_china_2024_tonnes", 58152),
    ],
)
def test_reported_figures_are_carried_over(key: str, value: float) -> None:
    assert figure(key).value == value


def test_a_range_is_kept_with_its_value() -> None:
    found = figure("transit_sea_china_germany_days")

    assert (found.low, found.high, found.has_range) == (28, 35, True)


def test_a_figure_without_a_range_has_its_value_at_both_ends() -> None:
    found = figure("officers_authorised")

    assert (found.low, found.high, found.has_range) == (3, 3, False)


def test_a_figure_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        figure("officers_authorised").value = 4.0  # type: ignore[misc]


def test_a_misspelt_key_is_answered_with_the_right_one() -> None:
    with pytest.raises(DataError, match="did you mean 'officers_authorised'"):
        figure("oficers_authorised")


def test_a_misspelt_table_is_answered_with_the_right_one() -> None:
    with pytest.raises(DataError, match="did you mean 'exports'"):
        table("exprots")


@pytest.mark.parametrize("name", ["", "../figures", "figures.csv", "/etc/passwd"])
def test_a_table_is_asked_for_by_name_and_never_by_path(name: str) -> None:
    with pytest.raises(DataError):
        table(name)


def test_changing_a_row_changes_nothing_for_the_next_reader() -> None:
    table("halts")[0]["country"] = "nowhere"

    assert table("halts")[0]["country"] == "US"


TABLES_WITH_SOURCES = (
    "figures",
    "exports",
    "licence_statistics",
    "policy_events",
    "halts",
    "capacity_outside_china",
    "chinese_calendar",
)


@pytest.mark.parametrize("name", TABLES_WITH_SOURCES)
def test_every_row_of_every_table_has_its_own_source(name: str) -> None:
    for row in table(name):
        assert row["source"].strip()
        assert not row["source"].startswith("same")


@pytest.mark.parametrize("name", [*TABLES_WITH_SOURCES, "verification", "glossary"])
def test_every_row_of_every_table_has_every_column(name: str) -> None:
    for row in table(name):
        assert all(isinstance(cell, str) for cell in row.values())


@pytest.mark.parametrize(
    ("month", "destination", "tonnes"),
    [
        ("2024-11", "EU27", 1610),
        ("2025-01", "World", 6357),
        ("2025-02", "World", 3585),
        ("2025-03", "World", 5324),
        ("2025-04", "World", 2627),
        ("2025-05", "World", 1238),
        ("2025-06", "World", 3188),
        ("2025-07", "World", 5577),
        ("2025-05", "United States", 46.4),
        ("2025-05", "India", 150),
        ("2025-07", "Germany", 1116),
    ],
)
def test_exports_are_carried_over(month: str, destination: str, tonnes: float) -> None:
    rows = {(row["month"], row["destination"]): float(row["tonnes"]) for row in table("exports")}

    assert rows[month, destination] == tonnes


def test_no_export_row_is_later_than_july_2025() -> None:
    assert max(row["month"] for row in table("exports")) == "2025-07"


def test_the_calendar_of_policy_events_is_in_order_and_named() -> None:
    rows = table("policy_events")

    assert [row["from_date"] for row in rows] == sorted(row["from_date"] for row in rows)
    assert len({row["key"] for row in rows}) == len(rows) == 34
    assert rows[0]["from_date"] == "2025-04-04"


def test_the_controls_and_their_suspension_keep_their_dates() -> None:
    dates = {row["key"]: row["from_date"] for row in table("policy_events")}

    assert dates["announcement_18"] == "2025-04-04"
    assert dates["london_framework"] == "2025-06-10"
    assert dates["first_general_licences"] == "2025-12-02"
    assert dates["suspensions_end"] == "2026-11-10"


def test_every_row_of_the_verification_table_is_here() -> None:
    rows = {row["id"]: row for row in table("verification")}

    assert len(rows) == 63
    assert rows["V09"]["exact_answer"] == "2025-06-12"


def test_every_word_of_the_glossary_is_explained_once() -> None:
    rows = table("glossary")

    assert len({row["term"] for row in rows}) == len(rows)
    assert all(row["meaning"].endswith(".") for row in rows)
