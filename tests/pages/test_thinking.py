"""The pages to think with: what travels with figures, views as known on a day, events, the release calendar."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from directory.repository import set_state
from pages import _resources
from reading_pages import Open, press, texts
from small_directory import SmallDirectory, forecast_tables, monthly_arrivals, province_visitors
from tic.analytics.forecast_archive import keep
from tic.analytics.warehouse import write_observations
from tic.catalogue.datasets import DATASETS, DatasetFacts, facts_to_json
from tic.core.database import writing
from tic.desk.events import shipped_events
from tic.desk.uploads import Described, discard, hand_in, move, uploads
from tic.reports.pictures import Frame, svg


def labelled(page: AppTest, label: str) -> Button:
    """The button with this label."""
    (found,) = [item for item in page.button if item.label == label]
    return found


@pytest.fixture
def revised(small: SmallDirectory) -> Iterator[None]:
    """January 2026 is changed by the publisher on 10 July; the figures are as before afterwards."""
    folder = small.settings.warehouse
    shutil.copytree(folder, folder.with_name("before"))
    frame = monthly_arrivals()
    january = pl.col("period") == date(2026, 1, 1)
    later = frame.with_columns(
        value=pl.when(january).then(1_210_000.0).otherwise("value"), as_of=pl.lit(date(2026, 7, 10))
    )
    write_observations(folder, "mots_arrivals_monthly", later)
    _resources.st.cache_data.clear()
    yield
    shutil.rmtree(folder)
    folder.with_name("before").rename(folder)
    _resources.st.cache_data.clear()


def test_a_revision_is_told_beside_the_chart_and_the_newest_figures_have_it(open_page: Open, revised: None) -> None:
    page = open_page("arrivals_overview.py")
    assert page.metric[1].value == "5,610,000"
    assert "January 2026: 1,100,000 until 10 Jul 2026, 1,210,000 since (+10.0 %)" in texts(page).replace("\\", "")


def test_revisions_are_told_of_each_series_of_a_chart(open_page: Open, revised: None, small: SmallDirectory) -> None:
    folder = small.settings.warehouse
    for factor, day in ((1.0, date(2026, 6, 10)), (1.5, date(2026, 7, 10))):
        value, as_of = pl.col("value") * factor, pl.lit(day)
        european = monthly_arrivals().with_columns(value, market=pl.lit("europe"), as_of=as_of)
        regional = european.with_columns(source=pl.lit("mots_arrivals_by_region"))
        write_observations(folder, "mots_arrivals_by_region", regional)
        foreign = province_visitors().with_columns(market=pl.lit("foreign"))
        thai = province_visitors().with_columns(value, market=pl.lit("thai"), as_of=as_of)
        write_observations(folder, "mots_province_monthly", pl.concat([foreign, thai]))
    shown = texts(open_page("market_figures.py")).replace("\\", "")
    assert "January 2026: 1,100,000 until 10 Jul 2026, 1,650,000 since (+50.0 %)" in shown
    assert "◯" not in texts(open_page("market_figures.py", known="2026-07-09"))
    shown = texts(open_page("province_profile.py", area="TH-50")).replace("\\", "")
    assert "September 2024: 800,000 until 10 Jul 2026, 1,200,000 since (+50.0 %)" in shown


def test_a_view_as_known_on_a_day_has_the_figures_of_that_day(open_page: Open, revised: None) -> None:
    page = open_page("arrivals_overview.py", known="2026-07-09")
    assert page.metric[1].value == "5,500,000"
    shown = texts(page)
    assert "As known on 9 Jul 2026: later figures and revisions are left out." in shown
    assert "1,210,000" not in shown
    page = labelled(page, "Show the newest figures").click().run()
    assert "known" not in page.query_params
    assert page.metric[1].value == "5,610,000"


def test_a_day_before_the_first_statement_says_from_when_there_are_any(open_page: Open) -> None:
    shown = texts(open_page("arrivals_overview.py", known="2020-01-01"))
    assert "No statement is kept from before 1 Nov 2024." in shown
    assert "There are no figures yet." in shown


def test_what_is_no_day_is_told_and_the_newest_figures_are_shown(open_page: Open) -> None:
    page = open_page("arrivals_overview.py", known="yesterday", lang="th")
    assert "yesterday ไม่ใช่วันที่ที่แสดงได้" in texts(page)
    assert page.metric[1].value == "5,500,000"


def test_a_page_that_has_no_past_does_not_pretend_to_know_it(open_page: Open) -> None:
    assert "known" not in open_page("release_dates.py", known="2026-05-01").query_params


@pytest.fixture
def regions(small: SmallDirectory) -> Iterator[None]:
    """All arrivals are Europe's; nothing is known of regions afterwards."""
    regional = monthly_arrivals().with_columns(market=pl.lit("europe"), source=pl.lit("mots_arrivals_by_region"))
    folder = small.settings.warehouse
    write_observations(folder, "mots_arrivals_by_region", regional)
    yield
    for place in ("observations/feed", "vintages"):
        (folder / place / "mots_arrivals_by_region.parquet").unlink()


@pytest.fixture
def kept(small: SmallDirectory) -> Iterator[None]:
    """The archive has a forecast of 20 June that is half of the one in force; it is empty again afterwards."""
    folder = small.settings.warehouse
    told = forecast_tables()["forecasts"].drop("data_version", "fitted_at")
    halved = told.with_columns(pl.col("yhat", "^(lo|hi)_.*$") / 2)
    keep(folder, halved, group="arrivals", data_version="older", at=datetime(2026, 6, 20, 3, tzinfo=UTC))
    _resources.st.cache_data.clear()
    yield
    shutil.rmtree(folder / "forecast_archive")
    _resources.st.cache_data.clear()


def test_the_forecast_as_known_on_a_day_is_the_one_that_was_kept_then(open_page: Open, kept: None) -> None:
    shown = texts(open_page("arrivals_forecast.py", known="2026-06-21"))
    assert "For **June 2026**: 600,000 arrivals" in shown
    assert "fitted 20 Jun 2026; version older." in shown
    assert "How the models did" not in shown
    assert "For **June 2026**: 1,200,000 arrivals" in texts(open_page("arrivals_forecast.py"))


def test_before_the_first_kept_forecast_the_pages_say_so(open_page: Open, kept: None) -> None:
    sentence = "No forecast of this series was kept by 19 Jun 2026. The first forecasts were kept on 20 Jun 2026."
    for script in ("arrivals_forecast.py", "scenarios.py"):
        page = open_page(script, known="2026-06-19")
        assert sentence in texts(page)
        assert not page.exception
    assert "ยังไม่มีการเก็บพยากรณ์" in texts(open_page("scenarios.py", known="2026-06-19", lang="th"))
    assert len(open_page("arrivals_overview.py", known="2026-06-19").metric) == 2


def test_a_scenario_as_known_on_a_day_begins_with_the_forecast_kept_then(
    open_page: Open, kept: None, regions: None
) -> None:
    totals = [
        {item.label: item.value for item in open_page("scenarios.py", **address).metric}["Arrivals, forecast"]
        for address in ({}, {"known": "2026-06-21"})
    ]
    assert totals == ["3,600,000", "1,800,000"]


def test_the_overview_marks_events_in_words(open_page: Open) -> None:
    shown = texts(open_page("arrivals_overview.py"))
    assert "Temporary visa exemption for China and Kazakhstan" in shown
    assert "25 Sept 2023 – 29 Feb 2024" in shown


def test_a_picture_of_a_chart_has_its_title_filters_sources_licence_and_version(open_page: Open) -> None:
    from pages._charts import monthly_lines

    frame = Frame("Arrivals", ("Filters: area=TH", "Source: Monthly arrivals", "Licence: CC0", "Version: abc"))
    lines = pl.DataFrame({"period": [date(2026, 1, 1)], "value": [1.0], "series": ["a"]})
    picture = svg(monthly_lines(lines, y_title="persons", language="en"), frame)
    assert all(f">{text}<" in picture for text in (frame.title, *frame.lines))


def test_events_are_listed_and_only_analysts_may_change_them(open_page: Open, small: SmallDirectory) -> None:
    page = open_page("event_notes.py", kind="method")
    assert "Thailand Digital Arrival Card takes the place of the paper card TM6" in texts(page)
    assert [button.label for button in page.button] == []
    _account, token = small.sign_in("operator")
    assert [button.label for button in open_page("event_notes.py", token=token).button] == []


def test_an_analyst_adds_an_event_corrects_it_and_removes_it(open_page: Open, small: SmallDirectory) -> None:
    _account, token = small.sign_in("analyst")
    page = open_page("event_notes.py", token=token)
    page.text_input[0].set_value("น้ำท่วมเชียงราย")
    page.text_input[1].set_value("Flood of Chiang Rai")
    labelled(page, "Save").click().run()
    assert "Enter the title in Thai and in English, and who said so." in texts(page).replace("\\", "")
    page.text_input[2].set_value("DDPM, https://www.disaster.go.th")
    labelled(page, "Save").click().run()
    assert "Flood of Chiang Rai" in texts(page)
    shipped = {f"edit-{item.id}" for item in shipped_events()}
    (edit,) = [item.key for item in page.button if item.label == "Edit" and item.key not in shipped]
    assert edit is not None
    page = press(page, edit)
    assert page.text_input[1].value == "Flood of Chiang Rai"
    page = press(page, "remove-event")
    assert "Flood of Chiang Rai" not in texts(page)


def test_the_release_calendar_without_facts_says_what_to_run(open_page: Open) -> None:
    assert "There are no figures yet." in texts(open_page("release_dates.py"))


@pytest.fixture
def scheduled(small: SmallDirectory) -> Iterator[None]:
    """The two sources of figures are monthly."""
    facts = [
        DatasetFacts(name, "statistics", *[name] * 4, "https://x.test", "CC0", "x", "monthly", "TH", "x.csv")
        for name in ("mots_arrivals_monthly", "mots_province_monthly")
    ]
    with writing(small.services.database) as connection:
        set_state(connection, DATASETS, facts_to_json(facts))
    _resources.st.cache_data.clear()
    yield
    with writing(small.services.database) as connection:
        set_state(connection, DATASETS, "[]")
    _resources.st.cache_data.clear()


def test_the_release_calendar_and_the_overview_say_what_is_overdue(open_page: Open, scheduled: None) -> None:
    table = open_page("release_dates.py").dataframe[0].value
    rows = table.set_index("title")
    assert rows.loc["Visitors by province", "state"] == "stopped"
    assert str(rows.loc["Monthly arrivals", "due_on"])[:10] == "2026-07-05"
    # As known on that day nothing of the arrivals was late.
    shown = texts(open_page("arrivals_overview.py", known="2026-07-01"))
    assert "Figures that are overdue (1): Visitors by province" in shown


def test_an_analyst_keeps_opens_and_deletes_a_scenario(open_page: Open, small: SmallDirectory, regions: None) -> None:
    _account, token = small.sign_in("analyst")
    body = "percent_-50_2026-06_2026-08_flat__Flood"
    page = open_page("scenarios.py", token=token, s=body)
    assert page.metric[1].value == "1,800,000"
    page.text_input[0].set_value("Flood in the south")
    labelled(page, "Keep").click().run()
    assert "My scenarios (1)" in [item.label for item in page.expander]
    opened = open_page("scenarios.py", token=token)
    assert opened.metric[1].value == "3,600,000"
    opened = labelled(opened, "View").click().run()
    assert opened.query_params["s"] == [body] or opened.query_params["s"] == body
    assert opened.metric[1].value == "1,800,000"
    opened = labelled(opened, "Delete").click().run()
    assert "My scenarios (0)" in [item.label for item in opened.expander]


def test_a_scenario_begins_with_the_course_of_an_event(open_page: Open, regions: None) -> None:
    page = open_page("scenarios.py", event="visa-93-2024")
    assert page.text_input[0].value == "Visa exemption of 60 days for 93 countries and territories"
    assert [str(item.value) for item in page.selectbox[1:4]] == ["percent", "2026-07-01", "2026-07-01"]
    assert page.selectbox[4].value == "ramp"


def test_an_analyst_watches_a_series_and_ends_the_watch(open_page: Open, small: SmallDirectory) -> None:
    assert "Sign in to go on." in texts(open_page("watched_series.py"))
    _account, token = small.sign_in("analyst")
    page = open_page("watched_series.py", token=token, indicator="visitors", area="TH-83")
    assert "You watch nothing yet." in texts(page)
    assert page.code[0].value.startswith("https://") or "/feed/" in page.code[0].value
    page.selectbox[3].select("above")
    page = labelled(page, "Watch").click().run()
    assert "Enter the threshold that is to be passed." in texts(page).replace("\\", "")
    page.number_input[0].set_value(1_000_000.0)
    page = labelled(page, "Watch").click().run()
    assert "**Visitors, Phuket** · a month above a threshold 1,000,000" in texts(page).replace("\\", "")
    before = page.code[0].value
    page = labelled(page, "Another address").click().run()
    assert page.code[0].value != before
    page = labelled(page, "End").click().run()
    assert "You watch nothing yet." in texts(page)


def test_a_table_that_was_handed_in_is_shown_with_what_a_job_found(open_page: Open, small: SmallDirectory) -> None:
    account, token = small.sign_in("analyst")
    texts_of = dict.fromkeys(("title_th", "title_en", "publisher_th", "publisher_en", "licence", "homepage"), "x")
    columns = {"value": "คน", "year": "ปี", "month": "", "area": "TH-83"}
    told = Described(name="guests", as_of=date(2024, 6, 1), indicator="guests", market="all", **texts_of, **columns)
    now = datetime.now(UTC)
    with writing(small.services.database) as connection:
        number = hand_in(connection, account.id, told, "guests.csv", b"x", now)
        result = {
            "accepted": 1,
            "rejected": 1,
            "changes": {"new": 1, "changed": 0, "gone": 0},
            "first": [{"area": "TH-83", "value": 12.0}],
            "reasons": [{"row": "row 3", "stated": "-4", "reasons": ["figure_negative"]}],
        }
        move(connection, number, "waiting", "seen", now, result=result)
    page = open_page("hand_in_table.py", token=token)
    assert "**1** figures can be read, **1** rows cannot. In the warehouse 1 would be new" in texts(page)
    assert page.dataframe[1].value.iloc[0].to_dict() == {"Row": "row 3", "As stated": "-4", "Why": "figure negative"}
    page = labelled(page, "Let it join").click().run()
    with writing(small.services.database) as connection:
        (item,) = uploads(connection, account_id=account.id)
        assert item.state == "wanted"
        discard(connection, account.id, number)
    assert "You have handed in no table yet." in texts(open_page("hand_in_table.py", token=token))
