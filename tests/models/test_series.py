"""Panels as models may see them: regular, checked, bridged over COVID-19."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from models.series import (
    COVID_19,
    Intervention,
    PanelError,
    bounded,
    bridge,
    from_log,
    log_offset,
    period_of,
    regular_panel,
    to_log,
    touches,
)
from tic.core.i18n import tell

Make = Callable[..., pl.DataFrame]


def prepared(make_series: Make, figures: list[float | None], **options: object) -> pl.DataFrame:
    return regular_panel(make_series(figures, **options), season=int(str(options.get("season", 12))))


def test_a_gap_is_filled_on_a_straight_line_and_marked(make_series: Make) -> None:
    panel = prepared(make_series, [10, None, None, 16])
    assert panel["y"].to_list() == [10, 12, 14, 16]
    assert panel["treatment"].to_list() == [None, "gap", "gap", None]


def test_a_month_that_has_no_row_is_a_gap_too(make_series: Make) -> None:
    panel = regular_panel(make_series([10, 11, 12]).filter(pl.col("y") != 11), season=12)
    assert panel["ds"].to_list() == [date(2014, 1, 1), date(2014, 2, 1), date(2014, 3, 1)]
    assert panel["treatment"].to_list() == [None, "gap", None]


def test_empty_periods_at_both_ends_are_left_out(make_series: Make) -> None:
    panel = prepared(make_series, [None, 10, 11, None])
    assert panel.select("ds", "y").rows() == [(date(2014, 2, 1), 10), (date(2014, 3, 1), 11)]


def test_rows_may_come_in_any_order(make_series: Make) -> None:
    panel = pl.concat([make_series([1, 2, 3], name="b"), make_series([4, 5], name="a")])
    shuffled = panel.sample(fraction=1, shuffle=True, seed=3)
    assert regular_panel(shuffled, season=12).equals(regular_panel(panel, season=12))


JANUARY = date(2014, 1, 1)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([("a", JANUARY, 1.0), ("a", JANUARY, 2.0)], "Series a has two figures for 2014-01-01."),
        ([("a", JANUARY, -1.0)], "The figure of series a for 2014-01-01 is negative."),
        ([("a", JANUARY, float("nan"))], "The figure of series a for 2014-01-01 is not a number."),
        ([("a", JANUARY, float("inf"))], "is not a number"),
        ([("a", date(2014, 1, 31), 1.0)], "2014-01-31 of series a is not the first day of its period"),
        ([("a", JANUARY, 1.0), ("b", JANUARY, None)], "Series b has no figure at all."),
        ([(None, JANUARY, 1.0)], "has no unique_id or no ds"),
        ([("a", None, 1.0)], "has no unique_id or no ds"),
        ([], "holds no figures"),
    ],
)
def test_a_panel_that_cannot_be_used_is_refused_in_one_sentence(rows: list[tuple[object, ...]], complaint: str) -> None:
    panel = pl.DataFrame(rows, schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row")
    with pytest.raises(PanelError, match=complaint) as refused:
        regular_panel(panel, season=12)
    assert tell(refused.value, "th") != str(refused.value)


def test_a_date_between_two_quarters_is_refused(make_series: Make) -> None:
    off = pl.concat([make_series([1, 2], season=4), make_series([3], start=date(2014, 8, 1))])
    with pytest.raises(PanelError, match="2014-08-01, which is no whole number of steps of 3mo") as refused:
        regular_panel(off, season=4)
    assert tell(refused.value, "th") != str(refused.value)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda panel: panel.drop("y"), "lacks the column"),
        (lambda panel: panel.with_columns(y=pl.lit("many")), "must hold dates and numbers"),
    ],
)
def test_wrong_columns_are_named(make_series: Make, change: Callable[[pl.DataFrame], object], complaint: str) -> None:
    with pytest.raises(PanelError, match=complaint) as refused:
        regular_panel(change(make_series([1, 2])), season=12)  # type: ignore[arg-type]
    assert tell(refused.value, "th") != str(refused.value)


def test_a_season_of_a_week_is_refused() -> None:
    with pytest.raises(PanelError, match="A season of 7 is not supported") as refused:
        period_of(7)
    assert tell(refused.value, "th") != str(refused.value)


def with_covid(figures: list[float], start: date = date(2014, 1, 1)) -> list[float | None]:
    """The figures with near nothing from February 2020 to June 2022."""
    first = (2020 - start.year) * 12 + 1
    return [3.0 if first <= place < first + 29 else figure for place, figure in enumerate(figures)]


def test_the_months_of_covid_are_february_2020_to_june_2022(make_series: Make) -> None:
    months = make_series([1.0] * 120).filter(touches(COVID_19, season=12))["ds"]
    assert (months.min(), months.max(), months.len()) == (date(2020, 2, 1), date(2022, 6, 1), 29)
    quarters = make_series([1.0] * 40, season=4).filter(touches(COVID_19, season=4))["ds"]
    assert (quarters.min(), quarters.max()) == (date(2020, 1, 1), date(2022, 4, 1))


def test_the_bridge_has_level_and_shape_of_the_years_around_it(
    make_series: Make, seasonal: Callable[..., list[float]]
) -> None:
    figures = seasonal(132)
    told = bridge(prepared(make_series, with_covid(figures)), season=12)
    assert told["y"].to_list() == pytest.approx(figures)
    assert told.filter(pl.col("treatment") == "COVID-19").height == 29
    assert told.filter(pl.col("treatment").is_null())["y"].max() == max(figures)


def test_the_bridge_leads_from_the_level_before_to_the_level_after(
    make_series: Make, seasonal: Callable[..., list[float]]
) -> None:
    figures = [figure / 2 if place >= 102 else figure for place, figure in enumerate(seasonal(132))]
    told = bridge(prepared(make_series, with_covid(figures)), season=12)
    shape = pl.Series(seasonal(132))
    levels = (told["y"] / shape)[73:102]
    assert levels.is_sorted(descending=True)
    assert levels[0] < 1.0
    assert levels[-1] > 0.5
    assert levels.log().diff().drop_nulls().std() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("figures", "start"),
    [
        ([100.0] * 8 + [1.0] * 29 + [100.0] * 12, date(2019, 6, 1)),  # no full season before
        ([100.0] * 73 + [1.0] * 29 + [100.0] * 2, date(2014, 1, 1)),  # two months after
        ([100.0] * 73 + [1.0] * 20, date(2014, 1, 1)),  # ends in the middle
        ([100.0] * 73 + [1.0] * 29 + [0.0] * 12, date(2014, 1, 1)),  # nobody came back
        ([0.0] * 73 + [1.0] * 29 + [5.0] * 12, date(2014, 1, 1)),  # nobody had come before
        ([100.0] * 24, date(2014, 1, 1)),  # ended years before
    ],
)
def test_a_series_that_cannot_be_bridged_is_left_as_it_is(make_series: Make, figures: list[float], start: date) -> None:
    panel = prepared(make_series, list(figures), start=start)
    assert bridge(panel, season=12).equals(panel)


def test_quarters_and_years_are_bridged_too(make_series: Make) -> None:
    quarters = [100.0, 80.0, 90.0, 120.0] * 10
    hit = [1.0 if 24 <= place < 34 else figure for place, figure in enumerate(quarters)]
    told = bridge(prepared(make_series, list(hit), season=4), season=4)
    assert told["y"].to_list() == pytest.approx(quarters)
    years = bridge(prepared(make_series, [100.0] * 6 + [1.0, 1.0, 1.0] + [100.0] * 2, season=1), season=1)
    assert years["y"].to_list() == pytest.approx([100.0] * 11)


def test_only_series_that_an_intervention_touched_change(
    make_series: Make, seasonal: Callable[..., list[float]]
) -> None:
    panel = regular_panel(
        pl.concat(
            [
                make_series(with_covid(seasonal(132)), name="hit"),
                make_series(seasonal(60), name="spared"),
            ]
        ),
        season=12,
    )
    told = bridge(panel, season=12)
    assert told.filter(pl.col("unique_id") == "spared").equals(panel.filter(pl.col("unique_id") == "spared"))
    assert told.select(panel.columns).height == panel.height
    assert told.filter(pl.col("treatment").is_not_null())["unique_id"].unique().to_list() == ["hit"]


def test_another_intervention_goes_by_its_own_name(make_series: Make) -> None:
    flood = Intervention("floods", date(2016, 10, 1), date(2016, 12, 1))
    told = bridge(prepared(make_series, [100.0] * 33 + [9.0] * 3 + [100.0] * 12), flood, season=12)
    assert told.filter(pl.col("treatment") == "floods")["y"].to_list() == pytest.approx([100.0] * 3)


def test_logs_are_undone_and_overflow_stays_finite() -> None:
    frame = pl.DataFrame({"y": [0.0, 1.0, 3e6], "offset": [0.5] * 3})
    logs = frame.with_columns(y=to_log())
    assert logs.select(from_log("y"))["y"].to_list() == pytest.approx([0.0, 1.0, 3e6])
    wild = pl.DataFrame({"y": [5000.0, -3.0], "offset": [1.0] * 2}).select(from_log("y"))["y"]
    assert wild.is_finite().all()
    assert wild[1] == 0


def test_what_is_added_before_logs_follows_the_unit(make_series: Make) -> None:
    figures = {"a": [100.0, 300.0], "b": [0.1, 0.3], "c": [0.0, 0.0]}
    panel = pl.concat(make_series(series, name=name) for name, series in figures.items())
    told = log_offset(panel)
    assert told["offset"].to_list() == pytest.approx([2.0, 0.002, 1.0])


def test_a_forecast_stays_within_three_times_what_was_ever_seen() -> None:
    frame = pl.DataFrame({"told": [-5.0, 50.0, 1e12], "highest": [100.0] * 3})
    assert frame.select(bounded("told", "highest")).to_series().to_list() == [0, 50, 301]
