"""Figures as they stood on a day: a month that arrives twice with different values keeps both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.vintages import revisions
from tic.analytics.warehouse import observation_files, scan_observations, scan_vintages, write_observations
from tic.core.errors import StorageFailed

SOURCE = "mots_arrivals_monthly"
TODAY = date(2026, 8, 15)


def stated(*figures: float, as_of: date | None, status: str = "final") -> pl.DataFrame:
    """National monthly arrivals from January 2026, all stated on one day."""
    rows = [
        ("arrivals", "persons", "TH", "all", "M", date(2026, 1 + place, 1), figure, status, SOURCE, as_of)
        for place, figure in enumerate(figures)
    ]
    return pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")


def known(folder: Path, day: date) -> list[float]:
    return scan_observations(folder, known_on=day).sort("period").collect()["value"].to_list()


def changes(folder: Path) -> pl.DataFrame:
    return revisions(scan_vintages(folder), "arrivals", area="TH", market="all", source=SOURCE)


def test_a_month_that_arrives_twice_keeps_both_figures_with_the_day_each_became_known(tmp_path: Path) -> None:
    write_observations(tmp_path, SOURCE, stated(10, 20, as_of=date(2026, 3, 5)), today=TODAY)
    write_observations(tmp_path, SOURCE, stated(11, 20, 30, as_of=date(2026, 4, 5)), today=TODAY)
    assert known(tmp_path, date(2026, 3, 4)) == []
    assert known(tmp_path, date(2026, 3, 5)) == [10, 20]
    assert known(tmp_path, date(2026, 4, 4)) == [10, 20]
    assert known(tmp_path, date(2026, 4, 5)) == [11, 20, 30]
    assert changes(tmp_path).rows() == [(date(2026, 1, 1), date(2026, 4, 5), 10.0, 11.0, pytest.approx(10.0))]


def test_the_same_file_read_again_or_of_a_later_day_revises_nothing(tmp_path: Path) -> None:
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 3, 5)), today=TODAY)
    (kept,) = (tmp_path / "vintages").glob("*.parquet")
    before = kept.read_bytes()
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 3, 5)), today=date(2026, 9, 1))
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 4, 5)), today=date(2026, 9, 1))
    assert kept.read_bytes() == before
    assert known(tmp_path, date(2026, 3, 5)) == [10]
    assert changes(tmp_path).is_empty()


def test_a_change_without_a_later_day_of_its_publisher_counts_from_the_day_it_was_read(tmp_path: Path) -> None:
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 3, 5)), today=date(2026, 3, 6))
    write_observations(tmp_path, SOURCE, stated(12, as_of=date(2026, 3, 5)), today=TODAY)
    assert known(tmp_path, date(2026, 8, 14)) == [10]
    assert known(tmp_path, TODAY) == [12]


def test_a_figure_that_is_taken_back_and_comes_again_is_missing_in_between(tmp_path: Path) -> None:
    for day, figures in ((date(2026, 3, 5), (10, 20)), (date(2026, 4, 5), (10,)), (date(2026, 5, 5), (10, 20))):
        write_observations(tmp_path, SOURCE, stated(*figures, as_of=day), today=day)
    days = (date(2026, 4, 4), date(2026, 4, 5), date(2026, 5, 5))
    assert [known(tmp_path, day) for day in days] == [[10, 20], [10], [10, 20]]


def test_a_preliminary_figure_that_becomes_final_unchanged_is_no_revision(tmp_path: Path) -> None:
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 3, 5), status="preliminary"), today=TODAY)
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 4, 5)), today=TODAY)
    assert changes(tmp_path).is_empty()
    assert scan_observations(tmp_path, known_on=date(2026, 3, 5)).collect()["status"].to_list() == ["preliminary"]


def test_what_was_stored_before_vintages_were_kept_counts_from_its_own_day(tmp_path: Path) -> None:
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 3, 5)), today=TODAY)
    for path in (tmp_path / "vintages").glob("*.parquet"):
        path.unlink()
    assert known(tmp_path, date(2026, 3, 4)) == []
    assert known(tmp_path, date(2026, 3, 5)) == [10]
    write_observations(tmp_path, SOURCE, stated(15, as_of=date(2026, 4, 5)), today=TODAY)
    assert known(tmp_path, date(2026, 3, 5)) == [10]
    assert known(tmp_path, date(2026, 4, 5)) == [15]


def test_a_feed_that_differs_from_the_starter_set_revises_it(tmp_path: Path) -> None:
    write_observations(tmp_path, "starter_statistics", stated(10, as_of=date(2026, 3, 5)), today=TODAY)
    write_observations(tmp_path, SOURCE, stated(12, as_of=date(2026, 4, 5)), today=TODAY)
    write_observations(tmp_path, "starter_statistics", stated(99, as_of=date(2026, 9, 5)), today=TODAY)
    assert known(tmp_path, date(2026, 3, 5)) == [10]
    assert known(tmp_path, date(2026, 10, 1)) == [12]


def test_a_process_that_is_killed_between_the_two_files_does_the_same_again(tmp_path: Path) -> None:
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 3, 5)), today=TODAY)
    (path,) = observation_files(tmp_path)
    before = path.read_bytes()
    write_observations(tmp_path, SOURCE, stated(12, as_of=date(2026, 4, 5)), today=TODAY)
    path.write_bytes(before)
    write_observations(tmp_path, SOURCE, stated(12, as_of=date(2026, 4, 5)), today=TODAY)
    assert changes(tmp_path).height == 1
    assert known(tmp_path, date(2026, 4, 5)) == [12]


def test_broken_vintages_are_named_and_not_begun_anew(tmp_path: Path) -> None:
    write_observations(tmp_path, SOURCE, stated(10, as_of=date(2026, 3, 5)), today=TODAY)
    (path,) = (tmp_path / "vintages").glob("*.parquet")
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(StorageFailed, match="is broken"):
        scan_observations(tmp_path, known_on=TODAY)
    with pytest.raises(StorageFailed, match="is broken"):
        write_observations(tmp_path, SOURCE, stated(12, as_of=date(2026, 4, 5)), today=TODAY)
    assert scan_observations(tmp_path).collect()["value"].to_list() == [10]
