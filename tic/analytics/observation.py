"""Observation: one figure of official statistics, tidy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

OBSERVATION_SCHEMA: Final[dict[str, Any]] = {
    "indicator": pl.String,
    "unit": pl.String,
    "area": pl.String,
    "market": pl.String,
    "frequency": pl.String,
    "period": pl.Date,
    "value": pl.Float64,
    "status": pl.String,
    "source": pl.String,
    "as_of": pl.Date,
}
"""Columns of a frame of Observations; one row per indicator, area, market, frequency, period and source.

indicator, unit: a row of INDICATORS. area: `TH`, a region of tic.core.areas, `TH-xx`, or `BOT:<region>` where the
publisher's regions differ. market: `all`, `thai`, `foreign`, a group of countries of residence such as `europe`, or a
country (ISO 3166-1 alpha-2). frequency: D, M, Q or Y; period: its first day. status: final, preliminary, revised, or
forecast (by the publisher, for a day to come). source: the publisher's feed (`mots_arrivals_monthly`, ...). as_of:
when the publisher stated the figure.
"""

KEY: Final = ("indicator", "area", "market", "frequency", "period", "source")


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure measures, after UN IRTS 2008 where it defines it."""

    code: str
    unit: str
    name_th: str
    name_en: str
    definition: str
    additive: bool

    def name(self, language: str) -> str:
        """The name in `th` or `en`."""
        return self.name_th if language == "th" else self.name_en


INDICATORS: Final = {
    item.code: item
    for item in (
        Indicator(
            "arrivals",
            "persons",
            "นักท่องเที่ยวต่างชาติที่เดินทางเข้า",
            "International arrivals",
            "Arrivals of international visitors at the border, by country or region (IRTS 2008, 2.4, 2.9).",
            True,
        ),
        Indicator(
            "visitors",
            "persons",
            "ผู้เยี่ยมเยือน",
            "Visitors",
            "Trips of visitors to the province, overnight and same-day, not distinct persons (IRTS 2008, 2.9).",
            True,
        ),
        Indicator(
            "guests",
            "persons",
            "ผู้เข้าพัก",
            "Guests in accommodation",
            "Guests checked into accommodation establishments of the province.",
            True,
        ),
        Indicator(
            "receipts_thb",
            "THB",
            "รายได้จากการท่องเที่ยว",
            "Tourism receipts",
            "Expenditure of visitors in the province, in baht (IRTS 2008, 4.2); published in million baht.",
            True,
        ),
        Indicator(
            "occupancy_pct",
            "percent",
            "อัตราการเข้าพัก",
            "Occupancy rate",
            "Rooms occupied as a share of rooms available, percent.",
            False,
        ),
        Indicator(
            "room_rate_thb",
            "THB per night",
            "ราคาห้องพักเฉลี่ย",
            "Average room rate",
            "Average price of a room night, in baht, as surveyed by the Bank of Thailand.",
            False,
        ),
        Indicator(
            "advance_booking_pct",
            "percent",
            "อัตราการจองล่วงหน้า",
            "Advance booking rate",
            "Rooms booked in advance as a share of rooms available, percent, as surveyed by the Bank of Thailand.",
            False,
        ),
        Indicator(
            "meeting_revenue_pct",
            "percent",
            "สัดส่วนรายได้จากการประชุมสัมมนา",
            "Revenue share of meetings",
            "Meeting and seminar packages as a share of hotel revenue, percent, as surveyed by the Bank of Thailand.",
            False,
        ),
        Indicator(
            "foreign_guests_pct",
            "percent",
            "สัดส่วนผู้เข้าพักชาวต่างชาติ",
            "Share of foreign guests",
            "Foreign guests as a share of all hotel guests, percent, as surveyed by the Bank of Thailand.",
            False,
        ),
        Indicator(
            "overnight_visitors",
            "persons",
            "นักท่องเที่ยวที่พักค้างคืน",
            "Overnight visitors",
            "Trips of visitors who stay at least one night in the province (tourists, IRTS 2008, 2.13).",
            True,
        ),
        Indicator(
            "same_day_visitors",
            "persons",
            "นักทัศนาจร",
            "Same-day visitors",
            "Trips of visitors who do not stay a night in the province (excursionists, IRTS 2008, 2.13).",
            True,
        ),
        Indicator(
            "stay_days",
            "days",
            "ระยะเวลาพำนักเฉลี่ย",
            "Average length of stay",
            "Average days that an overnight visitor stays in the province, as its office publishes it.",
            False,
        ),
        Indicator(
            "spend_thb",
            "THB per person",
            "ค่าใช้จ่ายเฉลี่ยต่อคน",
            "Average spend",
            "Average expenditure of a visitor in the province, in baht, as its office publishes it.",
            False,
        ),
        Indicator(
            "spend_day_thb",
            "THB per person and day",
            "ค่าใช้จ่ายเฉลี่ยต่อคนต่อวัน",
            "Average spend per day",
            "Average expenditure of an international visitor per day in Thailand, in baht (IRTS 2008, 4.2).",
            False,
        ),
        Indicator(
            "arrivals_nationality",
            "persons",
            "นักท่องเที่ยวต่างชาติตามสัญชาติ",
            "International arrivals by nationality",
            "Arrivals of international visitors at the border, by nationality and not by country of residence.",
            True,
        ),
        Indicator(
            "registered_hotels",
            "establishments",
            "ที่พักที่จดทะเบียน",
            "Registered accommodation",
            "Hotels and other accommodation registered in the province at the end of the year.",
            False,
        ),
        Indicator(
            "airport_passengers",
            "persons",
            "ผู้โดยสารสนามบิน",
            "Airport passengers",
            "Passengers of the airport: arriving, departing and in transit, domestic and international.",
            True,
        ),
        Indicator(
            "search_interest",
            "index",
            "ความสนใจค้นหา",
            "Search interest",
            "How often travel to the area is searched for on the web, an index of its publisher, 100 at its highest.",
            False,
        ),
        Indicator(
            "temperature_max_c",
            "°C",
            "อุณหภูมิสูงสุด",
            "Highest temperature",
            "Highest temperature of the day at any station of the province, degrees Celsius.",
            False,
        ),
        Indicator(
            "temperature_min_c",
            "°C",
            "อุณหภูมิต่ำสุด",
            "Lowest temperature",
            "Lowest temperature of the day at any station of the province, degrees Celsius.",
            False,
        ),
        Indicator(
            "rain_mm",
            "mm",
            "ปริมาณฝน",
            "Rainfall",
            "Most rain of 24 hours, to 7 in the morning, at any station of the province, millimetres.",
            False,
        ),
        Indicator(
            "rain_area_pct",
            "percent",
            "ร้อยละของพื้นที่ที่ฝนตก",
            "Share of the area with rain",
            "Share of the province in which rain is forecast for the day, percent.",
            False,
        ),
    )
}
"""All indicators by code. `additive` ones may be summed over areas, markets and periods; the others may not."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Where figures come from, shown with each of them."""

    source: str
    name_th: str
    name_en: str
    url: str
    licence: str
