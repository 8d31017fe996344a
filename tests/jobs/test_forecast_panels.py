"""What is forecast: which series of the warehouse, with which parts, and what is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from models.reconcile import sum_up
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.core.errors import BadInput
from tic.jobs.forecast_panels import Group, chosen_groups, forecast_groups, is_percent, is_rate, level_of

STARTER = Path(__file__).resolve().parents[2] / "ingest" / "starter" / "statistics.parquet"


@pytest.fixture(scope="module")
def thailand() -> dict[str, Group]:
    """The groups of the figures that ship with the product."""
    return {group.name: group for group in forecast_groups(pl.scan_parquet(STARTER))}


def figures(
    series: str,
    months: int,
    *,
    start: date = date(2022, 1, 1),
    value: float = 5.0,
    source: str = "mots_province_monthly",
) -> pl.DataFrame:
    """One series `indicator/area/market` of equal figures."""
    indicator, area, market = series.split("/")
    rows = [
        (
            indicator,
            "persons",
            area,
            market,
            "M",
            date(start.year + i // 12, i % 12 + 1, 1),
            value,
            "final",
            source,
            start,
        )
        for i in range(months)
    ]
    return pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")


def panel_of(*frames: pl.DataFrame) -> pl.DataFrame:
    found = forecast_groups(pl.concat(frames).lazy())
    return pl.concat([group.panel for group in found]) if found else pl.DataFrame(schema={"unique_id": pl.String})


def lengths(panel: pl.DataFrame) -> dict[str, int]:
    return dict(panel.group_by("unique_id").len().sort("unique_id").iter_rows())


def test_all_provinces_regions_and_the_country_are_forecast_for_thai_and_foreign_visitors(
    thailand: dict[str, Group],
) -> None:
    provincial = thailand["provinces"]
    # Visitors and receipts: (77 + 5 + 1) areas for Thai, foreign and all; guests: all only; occupancy: 77 provinces.
    assert provincial.series == 2 * 83 * 3 + 83 + 77
    assert sorted(parts["unique_id"].n_unique() for parts in provincial.hierarchies) == [83, 249, 249]
    assert provincial.panel.group_by("unique_id").agg(pl.col("ds").max())["ds"].unique().to_list() == [date(2024, 9, 1)]


def test_the_wholes_of_the_panel_are_the_sums_of_their_parts(thailand: dict[str, Group]) -> None:
    for group in (thailand["arrivals"], thailand["provinces"]):
        for parts in group.hierarchies:
            both = sum_up(group.panel, parts).join(group.panel, on=["unique_id", "ds"])
            assert both.height == group.panel.join(parts.select("unique_id").unique(), on="unique_id").height
            assert (both["y"] - both["y_right"]).abs().max() == pytest.approx(0, abs=1e-3)


def test_regions_of_residence_that_end_earlier_have_a_sum_of_their_own(thailand: dict[str, Group]) -> None:
    counted = lengths(thailand["arrivals"].panel)
    assert counted["arrivals/TH/all"] == 161
    assert counted["arrivals/TH/regions"] == counted["arrivals/TH/europe"] == 108
    assert "arrivals/TH/other" not in counted


def test_every_other_monthly_series_is_forecast_alone(thailand: dict[str, Group]) -> None:
    others = thailand["others"]
    assert others.series == 25
    assert others.hierarchies == ()
    assert "room_rate_thb/TH/all" in set(others.panel["unique_id"])


def test_series_that_are_short_ended_early_or_fell_below_zero_are_left_out() -> None:
    good = figures("guests/TH-83/all", 30)
    short = figures("guests/TH-10/all", 23)
    early = figures("occupancy_pct/TH-10/all", 29, start=date(2019, 1, 1))
    negative = figures("occupancy_pct/TH-83/all", 30, value=-1)
    assert set(lengths(panel_of(good, short, early, negative))) == {
        "guests/TH-83/all",
        "guests/south/all",
        "guests/TH/all",
    }
    assert panel_of(short).is_empty()


def test_a_province_that_stopped_is_forecast_alone_and_a_late_one_holds_the_whole_back() -> None:
    stopped = figures("guests/TH-10/all", 26)
    late, newest = figures("guests/TH-50/all", 46), figures("guests/TH-83/all", 48)
    counted = lengths(panel_of(stopped, late, newest))
    assert counted["guests/TH/all"] == counted["guests/TH-83/all"] == 46
    assert counted["guests/TH-10/all"] == 26
    assert "guests/central/all" not in counted


def test_of_two_publishers_of_one_series_the_newer_counts_and_they_are_never_mixed() -> None:
    old = figures("airport_passengers/TH-83/all", 40, source="a", value=1)
    new = figures("airport_passengers/TH-83/all", 30, source="b", value=2, start=date(2023, 1, 1))
    panel = panel_of(old, new)
    assert lengths(panel) == {"airport_passengers/TH-83/all": 30}
    assert set(panel["y"]) == {2}


def test_a_later_statement_of_the_ministry_corrects_an_earlier_one() -> None:
    first = figures("guests/TH-83/all", 30)
    book = figures("guests/TH-83/all", 1, value=9, source="mots_province_workbook_2565")
    panel = panel_of(first, book.with_columns(as_of=pl.date(2023, 1, 1)))
    assert panel.filter(pl.col("unique_id") == "guests/TH-83/all")["y"].to_list()[:2] == [9, 5]


def test_the_version_changes_with_the_figures_and_the_models_only(thailand: dict[str, Group]) -> None:
    group = thailand["arrivals"]
    changed = Group("arrivals", group.panel.with_columns(y=pl.col("y") + 1), group.hierarchies)
    assert group.version("1") == Group("arrivals", group.panel, group.hierarchies).version("1")
    assert len({group.version("1"), group.version("2"), changed.version("1")}) == 3


def test_a_series_tells_its_level_and_how_it_is_measured() -> None:
    names = pl.Series(["visitors/TH/all", "visitors/TH/thai", "guests/south/all", "occupancy_pct/TH-83/all"])
    told = pl.DataFrame({"unique_id": names}).select(
        level=level_of(pl.col("unique_id")), percent=is_percent(pl.col("unique_id")), rate=is_rate(pl.col("unique_id"))
    )
    assert told["level"].to_list() == ["country", "country/market", "region", "province"]
    assert told["percent"].to_list() == told["rate"].to_list() == [False, False, False, True]


def test_a_group_that_is_none_is_named() -> None:
    assert chosen_groups(["others", "arrivals"]) == ("arrivals", "others")
    with pytest.raises(BadInput, match="no group"):
        chosen_groups(["towns"])
