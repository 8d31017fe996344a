"""Overview, forecast, provinces and sources: every figure with source, unit and as-of date."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pages import _resources
from pages._charts import fan
from pages._nowcast import leading_sources, mark_nowcasts, with_nowcasts
from reading_pages import Open, texts
from small_directory import SmallDirectory

NOTE = "Source: Ministry of Tourism and Sports \\(Monthly arrivals\\) · Unit: persons · As of 5 Jun 2026"


def test_the_overview_tells_the_month_and_the_year_to_date_against_both_years(open_page: Open) -> None:
    page = open_page("arrivals_overview.py")
    month, so_far, ahead = page.metric
    assert (ahead.label, ahead.value) == ("Forecast for June 2026", "1,200,000")
    assert "1,100,000 to 1,300,000 with 80 % probability" in texts(page)
    assert (month.value, month.delta) == ("1,100,000", "+10.0 % on last year")
    assert (so_far.value, so_far.delta) == ("5,500,000", "+10.0 % on last year")
    assert page.subheader[0].value == "May 2026"
    assert texts(page).count("+10.0 % against 2019") == 2


def test_every_figure_of_the_overview_has_source_unit_and_date(open_page: Open) -> None:
    page = open_page("arrivals_overview.py")
    notes = [caption.value for caption in page.caption if caption.value.startswith("Source:")]
    assert len(notes) == 5
    assert all(note.startswith(NOTE) for note in notes)
    assert notes[0].endswith("preliminary figures")


def test_the_overview_in_thai_counts_in_the_buddhist_era(open_page: Open) -> None:
    page = open_page("arrivals_overview.py", lang="th")
    assert page.subheader[0].value == "พฤษภาคม 2569"
    assert "ที่มา: กระทรวงการท่องเที่ยวและกีฬา" in texts(page)
    assert "+10.0 % เทียบกับปี 2562" in texts(page)


def test_the_figures_can_be_taken_along(open_page: Open) -> None:
    page = open_page("arrivals_overview.py")
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels[:2] == ["Briefing (PDF)", "Briefing (HTML)"]
    assert labels[-3:] == ["Download CSV", "Download Excel", "Download Parquet"]
    assert labels.count("Chart as PNG") == labels.count("Chart as SVG") == 2
    (table,) = page.dataframe
    assert table.value.iloc[0].to_dict()["value"] == 1_100_000.0
    assert list(table.value["month"])[:2] == ["May 2026", "April 2026"]


def test_the_forecast_tells_the_next_month_with_its_interval(open_page: Open) -> None:
    page = open_page("arrivals_forecast.py")
    shown = texts(page)
    assert "For **June 2026**: 1,200,000 arrivals, between 1,100,000 and 1,300,000 with 80 % probability." in shown
    assert "Figures up to May 2026 were used; fitted 1 May 2026; version abc-2." in shown
    assert NOTE in shown


def test_the_models_are_compared_with_the_seasonal_naive_one(open_page: Open) -> None:
    page = open_page("arrivals_forecast.py")
    assert "The combination's error is 25 % smaller than that of the seasonal naive model." in texts(page)
    scores = page.dataframe[2].value
    assert list(scores["model"]) == ["Combination", "Seasonal naive"]
    assert list(scores["mase"]) == [0.6, 0.8]


def test_the_forecast_page_tells_quarters_past_errors_accuracy_and_calendar(open_page: Open) -> None:
    page = open_page("arrivals_forecast.py")
    tables = [frame.value for frame in page.dataframe]
    months, quarters, backtest, past, calendar = tables
    assert list(months["month"]) == ["June 2026", "July 2026", "August 2026"]
    assert (quarters["period"][0], quarters["yhat"][0], quarters["months_known"][0]) == ("Q2 2026", 3_400_000, 2)
    assert list(backtest["n_windows"]) == [12, 12]
    # 1.2 M told of 1.0, 1.1 and 1.5 M: errors of 2, 1 and 3 scales; 1.1 to 1.3 M covered one of three.
    assert (past["band"][0], past["months"][0], past["mase"][0]) == ("1–3", 3, pytest.approx(2))
    assert past["covered_80"][0] == pytest.approx(1 / 3)
    assert dict(zip(calendar["month"], calendar["days"], strict=True))["June 2026"] == 30
    assert "Half of the past errors were above -9.1 %, half below. Above zero the forecast was too low." in texts(page)


def test_the_forecast_page_in_thai(open_page: Open) -> None:
    page = open_page("arrivals_forecast.py", lang="th")
    assert page.title[0].value == "พยากรณ์จำนวนนักท่องเที่ยว"
    assert "**มิถุนายน 2569**: 1,200,000 คน (เดินทางเข้า) อยู่ระหว่าง 1,100,000 ถึง 1,300,000" in texts(page)


def test_forecasts_are_held_against_the_truth(open_page: Open) -> None:
    page = open_page("forecast_accuracy.py")
    scores = page.dataframe[0].value
    assert (scores["month"][0], scores["months"][0], scores["mase"][0]) == ("February 2026", 3, pytest.approx(2))
    assert page.selectbox(key="url-model").value == "ensemble"
    assert "Each run adds its forecasts and changes none." in texts(page)
    (finding,) = page.dataframe[1].value.to_dict("records")
    assert finding["series"] == "International arrivals: Thailand"
    assert finding["what"] == "900,000; expected 1,200,000, between 1,000,000 and 1,400,000"
    assert finding["parts"] == "Thailand, Europe 75%"
    assert "1 of 1 newest figures lie outside their 95 % intervals" in texts(page)


def test_an_archive_that_was_changed_says_so(open_page: Open, small: SmallDirectory) -> None:
    root = small.settings.warehouse / "forecast_archive"
    root.mkdir()
    (root / "ledger.jsonl").write_text("{}\n")
    _resources.forecast_archive.clear()
    try:
        page = open_page("forecast_accuracy.py", lang="th")
        assert [error.value for error in page.error] == ["คลังค่าพยากรณ์ 1 ส่วนไม่ตรงกับตอนที่สร้าง จึงไม่นับรวม: ledger"]
    finally:
        shutil.rmtree(root)
        _resources.forecast_archive.clear()


def test_the_choice_of_a_model_stands_in_the_address(open_page: Open) -> None:
    page = open_page("arrivals_forecast.py", model="seasonal_naive")
    assert page.selectbox(key="url-model").value == "seasonal_naive"
    assert "Model: Seasonal naive." in texts(page)
    page.selectbox(key="url-model").select("ensemble").run()
    assert page.query_params == {"model": "ensemble"}


def test_provinces_are_ranked_with_the_year_before(open_page: Open) -> None:
    page = open_page("province_figures.py")
    table = page.dataframe[0].value
    assert list(table["province"]) == ["Bangkok", "Phuket", "Chiang Mai"]
    assert list(table["change_pct"]) == pytest.approx([25.0, -10.0, 0.0])
    assert page.selectbox(key="url-period").value == "2024-09-01"
    assert "Visitors by province" in texts(page)
    assert "As of 1 Nov 2024" in texts(page)


def test_a_period_of_provinces_can_be_shared_and_a_choice_without_figures_says_so(open_page: Open) -> None:
    page = open_page("province_figures.py", period="2023-09-01")
    assert page.selectbox(key="url-period").value == "2023-09-01"
    assert list(page.dataframe[0].value["value"]) == [1_600_000.0, 1_000_000.0, 800_000.0]
    empty = open_page("province_figures.py", indicator="occupancy_pct")
    assert "There are no figures for this choice." in empty.info[0].value


def test_the_sources_are_listed_with_terms_and_last_runs(open_page: Open) -> None:
    page = open_page("data_sources.py")
    table = page.dataframe[0].value
    assert "TAT attractions" in list(table["Source"])
    assert set(table["Last run"]) == {"not yet read"}
    assert "Ministry of Tourism and Sports · MOTS · Open Government Data" in texts(page)


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("arrivals_overview.py", "There are no figures yet."),
        ("arrivals_forecast.py", "There are no forecasts yet."),
        ("province_figures.py", "There are no figures for this choice."),
    ],
)
def test_a_fresh_installation_says_what_to_run(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, sentence: str
) -> None:
    from tic.core.settings import get_settings

    monkeypatch.setenv("TIC_WAREHOUSE_URL", str(tmp_path / "empty"))
    get_settings.cache_clear()
    page = open_page(script)
    said = [element.value for element in (*page.info, *page.error)]
    assert len(said) == 1
    assert said[0].replace("\\", "").startswith(sentence)


def test_seasonality_tells_the_usual_year_and_how_uneven_each_was(open_page: Open) -> None:
    page = open_page("seasonality.py")
    years = page.dataframe[0].value
    assert list(years["gini"]) == pytest.approx([0.0] * len(years), abs=1e-9)
    assert "2020, 2021, 2022 are left out" in texts(page)
    assert NOTE in texts(page)
    assert page.get("download_button")[-1].proto.label == "Download Parquet"


def test_the_area_and_the_kind_of_visitor_of_a_season_stand_in_the_address(open_page: Open) -> None:
    page = open_page("seasonality.py", indicator="visitors", area="TH-50", cells="share", lang="th")
    assert page.selectbox(key="url-area").value == "TH-50"
    assert page.selectbox(key="url-cells").value == "share"
    assert "ปีปกติต้องมีข้อมูลครบสิบสองเดือน" in texts(page)


def test_markets_without_figures_say_how_to_get_them(open_page: Open) -> None:
    page = open_page("market_figures.py")
    assert "There are no figures yet." in texts(page)


def test_the_explorer_shows_the_chosen_series_with_their_sources(open_page: Open) -> None:
    page = open_page("explorer.py", indicator="visitors", areas="TH-83,TH-50")
    table = page.dataframe[0].value
    assert {name.split(" · ")[0] for name in table["series"]} == {"Phuket", "Chiang Mai"}
    assert [button.proto.label for button in page.get("download_button")] == [
        "Chart as PNG",
        "Chart as SVG",
        "Download CSV",
        "Download Excel",
        "Download Parquet",
    ]


def test_the_explorer_answers_one_query_and_says_what_is_wrong_with_others(open_page: Open) -> None:
    page = open_page("explorer.py", sql="SELECT count(*) AS n FROM observations WHERE indicator = 'arrivals'")
    assert page.dataframe[1].value["n"][0] > 12
    page = open_page("explorer.py", sql="DROP TABLE observations", lang="th")
    assert "โปรดเขียน SELECT หนึ่งคำสั่ง" in texts(page)
    assert len(page.dataframe) == 1


def test_a_province_without_some_figures_says_so_and_shows_its_places(open_page: Open) -> None:
    page = open_page("province_profile.py", area="TH-50")
    values = {metric.label: metric.value for metric in page.metric}
    assert values["Spend per visitor, baht"] == "–"
    assert "Places of the directory" in [item.value for item in page.subheader]


@pytest.fixture
def nowcast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The forecasts, June being a nowcast that a leading indicator moved."""
    stored = _resources.forecast_rows

    def rows(run: str, name: str, unique_id: str) -> pl.DataFrame:
        table = stored(run, name, unique_id)
        if name != "forecasts":
            return table
        june = table.filter((pl.col("model") == "ensemble") & (pl.col("ds") == date(2026, 6, 1)))
        led = june.with_columns(
            model=pl.lit("nowcast"),
            leader=pl.lit("visitors/TH-83/foreign@mots_province_monthly"),
            known_to=pl.lit(date(2026, 6, 1)),
            elasticity=pl.lit(0.8),
        )
        return pl.concat([table, led], how="diagonal")

    monkeypatch.setattr(_resources, "forecast_rows", rows)


@pytest.mark.usefixtures("nowcast")
def test_the_nowcast_tells_what_it_is_made_from_and_up_to_when_that_is_known(open_page: Open) -> None:
    page = open_page("arrivals_forecast.py")
    shown = texts(page)
    assert "Nowcast for **June 2026**: 1,200,000 arrivals, between 1,100,000 and 1,300,000" in shown
    assert "known to May 2026, and from the leading indicator Visitors, Phuket, Foreign (" in shown
    assert "known to June 2026." in shown
    assert "For **July 2026**" in shown
    months = page.dataframe[0].value
    assert list(months["nowcast"]) == [True, False, False]
    assert "nowcast" not in page.selectbox(key="url-model").options


@pytest.mark.usefixtures("nowcast")
def test_the_nowcast_in_thai_and_not_beside_single_models(open_page: Open) -> None:
    page = open_page("arrivals_forecast.py", lang="th")
    assert "ประมาณการของ**มิถุนายน 2569**: 1,200,000 คน" in texts(page)
    assert "ที่ทราบถึงมิถุนายน 2569" in texts(page)
    single = open_page("arrivals_forecast.py", model="seasonal_naive")
    assert "Nowcast for" not in texts(single)
    assert not any(single.dataframe[0].value["nowcast"])


def test_nowcasts_are_marked_in_the_chart_and_told_in_the_download() -> None:
    months = [date(2026, 6, 1), date(2026, 7, 1)]
    rows = pl.DataFrame({"ds": months, "yhat": [5.0, 6.0], "leader": [None, None]})
    now = pl.DataFrame({"ds": months[:1], "yhat": [5.0], "leader": ["a"], "known_to": months[:1], "elasticity": [0.5]})
    first, second = with_nowcasts(rows, now).rows()
    assert first == (months[0], 5.0, True, "a", months[0], 0.5)
    assert second == (months[1], 6.0, False, None, None, None)
    chart = fan(pl.DataFrame({"period": [date(2026, 5, 1)], "value": [4.0]}), rows, y_title="persons", language="en")
    marked = mark_nowcasts(chart, now, y_title="persons").to_dict()
    assert (marked["layer"][-1]["mark"]["shape"], len(marked["layer"])) == ("diamond", len(chart.layer) + 1)
    (points,) = (data for data in marked["datasets"].values() if "kind" in data[0])
    assert [point["value"] for point in points] == [5.0]
    assert mark_nowcasts(chart, now.clear(), y_title="persons") is chart


def test_the_sources_of_leading_indicators_go_along() -> None:
    assert leading_sources(pl.DataFrame({"leader": [None, "arrivals/TH/all@mots_arrivals_monthly"]})) == [
        "mots_arrivals_monthly"
    ]
    assert leading_sources(pl.DataFrame()) == []
