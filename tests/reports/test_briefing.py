"""What a briefing says about an area."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tic.core.errors import BadInput, NotFound
from tic.core.i18n import tell
from tic.reports.briefing import build_briefing
from tic.reports.document import Briefing, Section
from tic.reports.subject import Evidence

TODAY = date(2026, 11, 25)


def section(briefing: Briefing, title: str) -> Section:
    (found,) = [item for item in briefing.sections if item.title == title]
    return found


def test_the_country_has_the_newest_month_the_year_to_date_and_what_they_are_compared_with(evidence: Evidence) -> None:
    briefing = build_briefing(evidence, "TH", "en", TODAY)
    month, so_far = section(briefing, "The newest figures").figures
    assert (month.label, month.value) == ("International arrivals, May 2026", "1,100,000")
    assert (so_far.label, so_far.value) == ("International arrivals, the year up to May 2026", "5,500,000")
    assert month.changes == ("+10.0 % on last year", "+10.0 % against 2019")
    assert month.note.startswith("Source: Ministry of Tourism and Sports (Monthly arrivals) · Unit: persons")
    assert month.note.endswith("As of 5 Jun 2026 · preliminary figures")


def test_the_markets_that_moved_the_country_are_told_with_their_points(evidence: Evidence) -> None:
    moved = section(build_briefing(evidence, "TH", "en", TODAY), "What moved, and by how much")
    assert moved.sentences == (
        "In the twelve months to December 2023 the total was 3,900, +50.0 % on the year before; Europe added +50.0 "
        "percentage points of it.",
    )
    assert moved.table is not None
    assert moved.table.rows == (
        ("Europe", "2,600", "66.7", "+100.0", "+50.0"),
        ("Africa", "1,300", "33.3", "+0.0", "+0.0"),
    )


def test_a_market_is_told_with_its_share(evidence: Evidence) -> None:
    briefing = build_briefing(evidence, "europe", "en", TODAY)
    assert briefing.title == "Tourism briefing: Europe"
    assert section(briefing, "What moved, and by how much").sentences[1] == "Its share of all arrivals was 66.7 %."
    assert "There is no forecast for this area yet." in briefing.notes


def test_a_province_is_told_with_its_balance_and_the_pressure_on_it(evidence: Evidence) -> None:
    briefing = build_briefing(evidence, "TH-83", "en", TODAY)
    year = section(briefing, "The newest twelve months").table
    assert year is not None
    values = dict(year.rows)
    assert values["Foreign visitors, %"] == "66.7"
    assert values["Newest month, % of the busiest of 2019"] == "75"
    assert section(briefing, "Season").sentences[0] == (
        "In a usual year December is the busiest month, 185 % of the average month, and January the quietest with 92 %."
    )


def test_the_forecast_has_its_intervals_and_its_version(evidence: Evidence) -> None:
    told = section(build_briefing(evidence, "TH", "en", TODAY), "Forecast")
    assert told.sentences == ("For June 2026: 1,200,000, between 1,100,000 and 1,300,000 with 80 % probability.",)
    assert told.table is not None
    assert told.table.rows[0] == ("June 2026", "1,200,000", "1,100,000", "1,300,000", "1,000,000", "1,400,000")
    assert told.note == "Combination of models; figures up to May 2026 were used; version abc-2."


def test_sources_are_named_with_their_licences_and_dates(evidence: Evidence) -> None:
    briefing = build_briefing(evidence, "TH-83", "en", TODAY)
    (source,) = briefing.sources
    assert (source.title, source.licence, source.as_of) == (
        "Visitors by province",
        "Open Government Data",
        "1 Feb 2024",
    )
    assert briefing.data_version == "abc123"


def test_a_thai_briefing_has_thai_words_and_the_buddhist_era(evidence: Evidence) -> None:
    briefing = build_briefing(evidence, "TH-83", "th", TODAY)
    assert briefing.title == "รายงานสรุปการท่องเที่ยว: ภูเก็ต"
    assert section(briefing, "ตัวเลขล่าสุด").figures[0].label == "ผู้เยี่ยมเยือน, ธันวาคม 2566"


def test_without_forecasts_or_figures_the_briefing_says_so(evidence: Evidence) -> None:
    without = build_briefing(replace(evidence, forecasts=None), "TH", "en", TODAY)
    assert "There is no forecast for this area yet." in without.notes
    with pytest.raises(NotFound, match="no figures of TH-50"):
        build_briefing(evidence, "TH-50", "en", TODAY)
    with pytest.raises(BadInput, match="There is no briefing for atlantis") as failed:
        build_briefing(evidence, "atlantis", "en", TODAY)
    assert "ไม่มีรายงานสำหรับ atlantis" in tell(failed.value, "th")
