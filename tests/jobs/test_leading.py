"""Which series may lead which: a list that ships with the product, and an installation's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from models.availability import known_at
from tic.analytics.warehouse import write_observations
from tic.core.errors import BadInput, NotFound
from tic.core.settings import Settings
from tic.jobs.leading import known_leaders, leading_indicators

ROOT = Path(__file__).resolve().parents[2]
OWN = """
- {series: search_interest/TH/all, source: own_search, available_after_days: 2, leads: [arrivals/TH/all]}
- {series: arrivals/TH/all, source: mots_arrivals_monthly, available_after_days: 45, leads: [guests/*/all]}
"""


def test_arrivals_lead_foreign_visitors_a_month_after_their_own() -> None:
    first = leading_indicators()[0]
    assert (first.series, first.source, first.available_after_days) == ("arrivals/TH/all", "mots_arrivals_monthly", 30)
    assert "visitors/*/foreign" in first.leads


def test_an_installation_adds_its_own_and_puts_them_in_the_place_of_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.yml"
    path.write_text(OWN)
    found = {item.series: item for item in leading_indicators(path)}
    assert found["search_interest/TH/all"].available_after_days == 2
    assert found["arrivals/TH/all"].leads == ("guests/*/all",)
    assert len(found) == len(leading_indicators()) + 1


def test_a_list_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    path = tmp_path / "own.yml"
    path.write_text("- {series: arrivals, source: own_search, available_after_days: 2, leads: [guests/*/all]}")
    with pytest.raises(BadInput, match=r"own\.yml is no list of leading indicators: 0\.series"):
        leading_indicators(path)
    path.write_text("- {series: [")
    with pytest.raises(BadInput, match="is no list of leading indicators"):
        leading_indicators(path)
    with pytest.raises(NotFound, match=r"no file .*none\.yml"):
        leading_indicators(tmp_path / "none.yml")


def test_leaders_are_told_for_the_series_that_their_patterns_name_with_the_days_of_their_figures(
    settings: Settings,
) -> None:

    starter = pl.read_parquet(ROOT / "ingest" / "starter" / "statistics.parquet")
    arrivals = starter.filter(pl.col("source") == "mots_arrivals_monthly")
    write_observations(settings.warehouse, "mots_arrivals_monthly", arrivals)
    series = ["arrivals/TH/all", "arrivals/TH/europe", "guests/TH-83/all", "visitors/TH-83/thai"]
    leaders = known_leaders(settings.warehouse, leading_indicators(), series)
    named = {leader.group: leader.followers for leader in leaders}
    assert named == {"arrivals/TH/*": {"arrivals/TH/europe"}, "guests/*/all": {"guests/TH-83/all"}}
    assert {leader.name for leader in leaders} == {"arrivals/TH/all@mots_arrivals_monthly"}
    figures = leaders[0].figures
    # The release of 1 June 2026 told January to May; January had come out in March.
    assert known_at(figures, date(2026, 3, 1))["ds"].max() == date(2025, 12, 1)
    assert known_at(figures, date(2026, 3, 2))["ds"].max() == date(2026, 1, 1)
    assert known_at(figures, date(2026, 5, 31))["ds"].max() == date(2026, 4, 1)
    assert known_at(figures, date(2026, 6, 1))["ds"].max() == date(2026, 5, 1)
