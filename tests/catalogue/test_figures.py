"""Rules on statistics: gaps, provinces, sums, other sources, jumps, and what is overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tic.catalogue.assess import assess
from tic.catalogue.evidence import Evidence
from tic.catalogue.figures import FIGURE_CHECKS
from tic.core.areas import provinces

Make = Callable[..., Evidence]


def failing(code: str, evidence: Evidence) -> tuple[int, dict[str, str]]:
    """How many were looked at; row -> detail of those that fail."""
    found = FIGURE_CHECKS[code](evidence)
    rows = found.filter(~found["passed"])
    return found.height, dict(zip(rows["row"], rows["detail"], strict=True))


def test_a_month_that_is_missing_within_a_series_is_named(statistics: Make) -> None:
    evidence = statistics([{"period": date(2024, month, 1), "value": 1.0} for month in (1, 2, 4)])
    assert failing("figure_no_gap", evidence) == (4, {"visitors TH-10 all 2024-03": "–"})


def test_years_are_no_gaps_of_months(statistics: Make) -> None:
    evidence = statistics([{"period": date(year, 1, 1), "value": 1.0, "frequency": "Y"} for year in (2023, 2024)])
    assert failing("figure_no_gap", evidence) == (2, {})


def test_countries_and_groups_within_groups_are_not_counted_twice(statistics: Make) -> None:
    stated = {
        "all": 10.0,
        "europe": 4.0,
        "east_europe": 1.0,
        "DE": 2.0,
        "europe_other": 1.0,
        "east_asia": 6.0,
        "asean": 3.0,
    }
    rows = [{"period": date(2024, 1, 1), "value": value, "market": market} for market, value in stated.items()]
    assert failing("parts_make_total", statistics(rows)) == (1, {})
    assert failing("parts_make_total", statistics(rows[:-2]))[1] != {}


def test_figures_of_days_have_gaps_but_no_day_is_due(statistics: Make) -> None:
    days = [{"period": date(2026, 5, day), "value": 1.0, "frequency": "D", "area": "TH-10"} for day in (1, 2, 4)]
    assert failing("figure_no_gap", statistics(days)) == (4, {"visitors TH-10 all 2026-05": "–"})
    assert assess(statistics(days)).results


def test_a_province_that_is_missing_is_named(statistics: Make) -> None:
    there = [code for code in provinces() if code != "TH-50"]
    evidence = statistics([{"period": date(2024, 1, 1), "value": 1.0, "area": code} for code in there])
    assert failing("figure_all_provinces", evidence) == (77, {"visitors TH-50 all 2024-01": "–"})


def test_a_table_of_the_nation_is_not_asked_for_provinces(statistics: Make) -> None:
    evidence = statistics([{"period": date(2024, 1, 1), "value": 1.0, "area": "TH"}])
    assert failing("figure_all_provinces", evidence) == (0, {})


def test_thai_and_foreign_visitors_make_the_total_but_for_rounding(statistics: Make) -> None:
    def month(number: int, thai: float, foreign: float, total: float) -> list[dict[str, object]]:
        period = date(2024, number, 1)
        stated = {"thai": thai, "foreign": foreign, "all": total}
        return [{"period": period, "market": market, "value": value} for market, value in stated.items()]

    evidence = statistics([*month(1, 60.0, 40.0, 101.0), *month(2, 60.0, 40.0, 110.0)])
    assert failing("parts_make_total", evidence) == (2, {"visitors TH-10 all 2024-02": "100 ≠ 110"})


def test_a_total_with_only_one_kind_of_visitor_is_not_summed(statistics: Make) -> None:
    rows = [{"period": date(2024, 1, 1), "market": market, "value": 5.0} for market in ("thai", "all")]
    assert failing("parts_make_total", statistics(rows)) == (0, {})


def test_rates_are_never_summed(statistics: Make) -> None:
    rows = [
        {"period": date(2024, 1, 1), "market": market, "value": 50.0, "unit": "percent", "indicator": "occupancy_pct"}
        for market in ("thai", "foreign", "all")
    ]
    assert failing("parts_make_total", statistics(rows)) == (0, {})


def test_all_provinces_make_the_nation(statistics: Make) -> None:
    rows = [{"period": date(2024, 1, 1), "area": code, "value": 10.0} for code in provinces()]
    good = statistics([*rows, {"period": date(2024, 1, 1), "area": "TH", "value": 770.0}])
    bad = statistics([*rows, {"period": date(2024, 1, 1), "area": "TH", "value": 900.0}])
    assert failing("provinces_make_nation", good) == (1, {})
    assert failing("provinces_make_nation", bad) == (1, {"visitors TH all 2024-01": "770 ≠ 900"})


def test_a_figure_that_another_source_contradicts_is_shown_beside_it(statistics: Make) -> None:
    rows = [{"period": date(2021, month, 1), "value": 1000.0} for month in (1, 2)]
    others = [{"period": date(2021, 1, 1), "value": 1009.0}, {"period": date(2021, 2, 1), "value": 1100.0}]
    assert failing("figure_agrees", statistics(rows, others)) == (2, {"visitors TH-10 all 2021-02": "1000; bot: 1100"})


def test_percentages_agree_within_one_point(statistics: Make) -> None:
    rate = {"unit": "percent", "indicator": "occupancy_pct", "period": date(2024, 1, 1)}
    assert failing("figure_agrees", statistics([{**rate, "value": 2.0}], [{**rate, "value": 2.9}])) == (1, {})


def test_a_jump_of_one_month_stands_out_and_a_fall_that_lasts_does_not(statistics: Make) -> None:
    def series(values: list[float]) -> Evidence:
        months = [date(2022 + number // 12, number % 12 + 1, 1) for number in range(len(values))]
        return statistics([{"period": month, "value": value} for month, value in zip(months, values, strict=True)])

    calm = [100.0 + 5 * (number % 3) for number in range(30)]
    jump = [*calm[:12], 9600.0, *calm[13:]]
    fall = [*calm[:12], *(value / 1000 for value in calm[12:])]
    assert failing("figure_no_outlier", series(calm)) == (28, {})
    assert failing("figure_no_outlier", series(jump)) == (28, {"visitors TH-10 all 2023-01": "110 → 9600 → 105"})
    assert failing("figure_no_outlier", series(fall)) == (28, {})
    assert failing("figure_no_outlier", series(jump[:20])) == (0, {})


def test_months_that_are_due_and_not_there_are_named_with_the_newest_one(statistics: Make) -> None:
    rows = [{"period": date(2025, month, 1), "value": 1.0} for month in range(3, 13)]
    looked_at, overdue = failing("figure_on_time", statistics([*rows, {"period": date(2026, 1, 1), "value": 1.0}]))
    assert (looked_at, overdue) == (12, {"visitors 2026-02": "2026-01"})


def test_what_is_published_once_is_never_late(statistics: Make) -> None:
    evidence = statistics([{"period": date(2022, 1, 1), "value": 1.0}], schedule="never")
    assert failing("figure_on_time", evidence) == (0, {})


def test_a_preliminary_figure_is_expected_to_be_settled_after_two_years(statistics: Make) -> None:
    rows = [{"period": date(year, 1, 1), "value": 1.0, "status": "preliminary"} for year in (2023, 2026)]
    assert failing("figure_settled", statistics(rows)) == (1, {"visitors TH-10 all 2023-01": "preliminary"})


def test_rejected_figures_count_against_their_source(statistics: Make) -> None:
    evidence = statistics(
        [{"period": date(2024, month, 1), "value": 1.0} for month in (1, 2, 3)],
        quarantined=[("line 10", ["stray_row"], "line 10")],
    )
    assert failing("figure_readable", evidence) == (4, {"line 10": "stray_row"})
