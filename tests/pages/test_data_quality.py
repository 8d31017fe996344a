"""The page on data quality: all agencies, a scorecard, the rows that fail, and the files to take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import delete

from pages import _resources
from pages._quality import courses_of, thinned
from reading_pages import Open, press, texts
from small_directory import HOSTILE, NOW, SmallDirectory
from tic.catalogue.assess import FAILING, Assessment, Result
from tic.catalogue.store import KeptAssessment, keep, write_failing
from tic.catalogue.tables import quality_result, quality_run
from tic.core.database import writing

ROWS = [("place_contact", f"tat:{number:02d}", f"Shop {number}", "–") for number in range(59)]


@pytest.fixture
def assessed(small: SmallDirectory) -> Iterator[SmallDirectory]:
    """Two assessments of TAT's places, the second one better, and one of the monthly arrivals."""
    rejected = ("point_readable", "P1", "วัดร้าง", "point_zero, point_abroad")
    rows = [*ROWS, ("place_contact", "tat:railay", HOSTILE, "–"), rejected]
    failing = pl.DataFrame(rows, schema=FAILING, orient="row")
    tat = [
        Assessment("tat", (Result("place_contact", passed, 100), Result("id_once", 9, 9)), failing)
        for passed in (20, 40)
    ]
    arrivals = Assessment("mots_arrivals_monthly", (Result("id_once", 5, 5),), failing.clear())
    for item in (*tat, arrivals):
        write_failing(small.settings.warehouse, item)
    with writing(small.services.database) as connection:
        for day, item in enumerate((*tat, arrivals)):
            keep(connection, item, None, NOW + timedelta(days=day))
    for cached in (
        _resources.assessments,
        _resources.assessment_history,
        _resources.assessment_courses,
        _resources.failing_page,
    ):
        cached.clear()
    yield small
    with writing(small.services.database) as connection:
        connection.execute(delete(quality_result))
        connection.execute(delete(quality_run))


def test_all_agencies_are_shown_the_best_first_with_their_mean(open_page: Open, assessed: SmallDirectory) -> None:
    shown = texts(open_page("data_quality.py"))
    assert shown.index("Ministry of Tourism and Sports: 100.0 of 100") < shown.index(
        "Tourism Authority of Thailand: 60.0 of 100"
    )
    assert 'href="/quality?source=tat"' in shown
    assert "OpenStreetMap" not in shown


def test_a_dataset_tells_its_scores_its_course_and_what_to_mend_first(
    open_page: Open, assessed: SmallDirectory
) -> None:
    page = open_page("data_quality.py", source="tat")
    shown = texts(page)
    assert page.title[0].value == "TAT attractions"
    assert "Has a phone, e-mail or website" in shown
    assert "Ask the operator for at least one way of contact." in shown
    assert "60 / 100" in shown
    assert "+40.0" in shown
    assert 'href="/quality?source=tat&amp;rule=place_contact"' in shown
    assert len(page.get("vega_lite_chart")) == 1


def test_the_first_assessment_has_no_course_and_a_perfect_one_nothing_to_mend(
    open_page: Open, assessed: SmallDirectory
) -> None:
    page = open_page("data_quality.py", source="mots_arrivals_monthly")
    assert page.success[0].value == "Every row passes every rule."
    assert "the trend begins with the next one" in texts(page)


def test_the_failing_rows_come_page_by_page_and_lead_to_their_places(open_page: Open, assessed: SmallDirectory) -> None:
    page = open_page("data_quality.py", source="tat", rule="place_contact")
    assert "Rows that fail: 60" in texts(page)
    assert page.dataframe[0].value.shape[0] == 50
    assert "Page 1 of 2" in texts(page)
    press(page, "after")
    assert page.query_params["page"] == "2"
    last = page.dataframe[0].value.iloc[-1]
    assert (last["row"], last["place"]) == ("tat:railay", "/listing?id=railay")


def test_why_a_row_was_rejected_is_told_in_the_reader_s_words(open_page: Open, assessed: SmallDirectory) -> None:
    told = {}
    for language in ("en", "th"):
        page = open_page("data_quality.py", source="tat", rule="point_readable", lang=language)
        told[language] = page.dataframe[0].value.iloc[0]["detail"]
    assert told == {"en": "point zero, point abroad", "th": "พิกัดเป็นศูนย์, พิกัดอยู่นอกประเทศไทย"}


@pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "99999999999999999999"])
def test_a_page_that_is_not_there_is_no_failure(open_page: Open, assessed: SmallDirectory, number: str) -> None:
    page = open_page("data_quality.py", source="tat", rule="place_contact", page=number)
    assert "Rows that fail: 60" in texts(page)


def test_the_files_can_be_taken_along(open_page: Open, assessed: SmallDirectory) -> None:
    page = open_page("data_quality.py", source="tat")
    labels = [button.proto.label for button in page.get("download_button")]
    assert labels == ["Chart as PNG", "Chart as SVG", "Scorecard as Excel", "Scorecard as HTML"]


def test_the_page_in_thai(open_page: Open, assessed: SmallDirectory) -> None:
    page = open_page("data_quality.py", source="tat", lang="th")
    shown = texts(page)
    assert page.title[0].value == "สถานที่ท่องเที่ยว ททท\\."
    assert "มีโทรศัพท์ อีเมล หรือเว็บไซต์" in shown
    assert "ควรแก้อะไรก่อน" in shown
    assert "พ.ศ." not in shown
    assert "2569" in shown


def test_an_unknown_dataset_leads_to_all_agencies(open_page: Open, assessed: SmallDirectory) -> None:
    page = open_page("data_quality.py", source=HOSTILE)
    assert page.title[0].value == "Data quality"
    assert page.warning[0].value.startswith("There is no assessment of")


def test_rows_that_were_removed_meanwhile_are_told(open_page: Open, assessed: SmallDirectory) -> None:
    for path in (assessed.settings.warehouse / "quality").glob("tat-*.parquet"):
        path.unlink()
    page = open_page("data_quality.py", source="tat", rule="place_contact")
    assert "are not there" in page.error[0].value


def test_before_the_first_run_the_page_says_what_to_do(open_page: Open, small: SmallDirectory) -> None:
    page = open_page("data_quality.py")
    assert page.info[0].value.startswith("Nothing has been assessed yet.")


def kept(day: int, hour: int = 3) -> KeptAssessment:
    """An assessment of a day; its result tells the hour."""
    at = datetime(2024, 1, 1, hour, tzinfo=UTC) + timedelta(days=day)
    return KeptAssessment(day, "tat", at, "f", (Result("id_once", hour, 10),))


def test_a_course_has_the_last_assessment_of_each_day_and_no_more_points_than_can_be_told_apart() -> None:
    assert [item.results[0].passed for item in thinned([kept(0), kept(0, 9), kept(1, 5)])] == [9, 5]
    two_years = thinned([kept(day) for day in range(730)])
    assert len(two_years) <= 120
    assert two_years[-1] == kept(729)
    assert courses_of([kept(day) for day in range(3)]) == {"tat": [30.0, 30.0, 30.0]}
    assert thinned([]) == []
