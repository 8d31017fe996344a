"""What happens to a watched series."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.warehouse import scan_observations, scan_vintages, write_observations
from tic.core.errors import BadInput
from tic.desk.watching import Series, baseline, checked_kind, occasions, series_of

SOURCE = "mots_arrivals_monthly"


def write(folder: Path, *figures: float, as_of: date) -> Series:
    """The arrivals from January 2026 as stated on a day, and the series after that."""
    rows = [
        ("arrivals", "persons", "TH", "all", "M", date(2026, 1 + place, 1), figure, "final", SOURCE, as_of)
        for place, figure in enumerate(figures)
    ]
    write_observations(folder, SOURCE, pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row"), today=as_of)
    return series_of(scan_observations(folder), scan_vintages(folder), "arrivals", "TH", "all")


def test_months_that_come_after_the_watch_began_are_told_and_none_before(tmp_path: Path) -> None:
    seen = baseline(write(tmp_path, 10, 20, as_of=date(2026, 3, 5)))
    assert occasions("fresh", None, seen, write(tmp_path, 10, 20, as_of=date(2026, 3, 5))) == []
    (fresh,) = occasions("fresh", None, seen, write(tmp_path, 10, 20, 30, as_of=date(2026, 4, 5)))
    assert (fresh.key, fresh.facts) == ("fresh:2026-03-01", {"period": "2026-03-01", "value": 30.0})


def test_revisions_are_told_with_both_figures_and_those_before_the_watch_are_not(tmp_path: Path) -> None:
    write(tmp_path, 10, 20, as_of=date(2026, 3, 5))
    seen = baseline(write(tmp_path, 11, 20, as_of=date(2026, 4, 5)))
    (item,) = occasions("revision", None, seen, write(tmp_path, 11, 25, as_of=date(2026, 5, 5)))
    assert (item.facts["period"], item.facts["before"], item.facts["after"]) == ("2026-02-01", 20.0, 25.0)
    assert item.facts["known_on"] == "2026-05-05"


@pytest.mark.parametrize(("kind", "told"), [("above", ["2026-03-01", "2026-06-01"]), ("below", ["2026-05-01"])])
def test_a_threshold_is_told_when_it_is_passed_and_not_for_each_month_beyond_it(
    tmp_path: Path, kind: str, told: list[str]
) -> None:
    seen = baseline(write(tmp_path, 10, 10, as_of=date(2026, 3, 5)))
    series = write(tmp_path, 10, 10, 30, 31, 5, 40, as_of=date(2026, 7, 5))
    found = occasions(checked_kind(kind, 20.0), 20.0, seen, series)
    assert [item.facts["period"] for item in found] == told


def test_a_series_without_figures_begins_with_nothing_and_tells_its_first_month(tmp_path: Path) -> None:
    empty = series_of(scan_observations(tmp_path), scan_vintages(tmp_path), "arrivals", "TH", "all")
    (fresh,) = occasions("fresh", None, baseline(empty), write(tmp_path, 10, as_of=date(2026, 2, 5)))
    assert fresh.key == "fresh:2026-01-01"


def test_a_kind_is_known_and_has_its_threshold() -> None:
    with pytest.raises(BadInput, match="Choose what to watch for"):
        checked_kind("sideways", None)
    with pytest.raises(BadInput, match="Enter the threshold"):
        checked_kind("above", None)
