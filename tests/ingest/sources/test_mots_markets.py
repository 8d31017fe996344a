"""The ministry's workbooks by country: blocks of a country's measures, groups that sum to the whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingest.markets import GROUPS
from ingest.parsers import load_parser
from ingest.source import get_source
from ingest.statistics import Figures, clean_statistics
from tic.core.errors import SourceUnreadable
from workbooks import Rows, write_workbook

SPEND = [
    ["Number of Tourists ...: 2019 - 2020"],
    ["Continent", "Country", "Item", "Unit", "2019", "2020"],
    ["Total", "Total", "Number of Arrivals", "Persons", "39916251", "6725193"],
    ["", "", "Length of Stay", "Days", "9.26", "12.54"],
    ["", "", "Per Capita Spending", "Baht/Day", "5172.29", "3738.38"],
    ["", "", "", "US$/Day", "166.58", "119.44"],
    ["", "", "Tourism Receipts", "Mil. Baht", "1911807.95", "355367.43"],
    ["", "", "", "Mil. US$", "61571.91", "11353.59"],
    ["Europe", "Europe", "Number of Arrivals", "Persons", "6721797", ""],
    ["", "\xa0\xa0\xa0\xa0Others", "Number of Arrivals", "Persons", "1", "2"],
    ["", "Atlantis", "Number of Arrivals", "Persons", "3", "4"],
    ["Note: 1. In 2020 ..."],
]
NATIONALITY = [
    ["จำนวนนักท่องเที่ยว เดือนมกราคม - ธันวาคม 2565P"],
    ["Country of", "Number", "", "%Change*"],
    ["Nationality", "2022P", "2021P", "2022/21"],
    ["East  Asia", "5900461", "73428", "7935.7"],
    ["Brunei", "5856", "26", "22423.07"],
    ["Grand  Total", "11153026", "427869", "2506.6"],
    ["หมายเหตุ 1) P หมายถึง ข้อมูลเบื้องต้น"],
]
Clean = Callable[[str, Rows], Figures]


@pytest.fixture
def clean(tmp_path: Path) -> Clean:
    def read(name: str, rows: Rows) -> Figures:
        source = get_source(name)
        path = tmp_path / source.file.replace("*", "2022")
        write_workbook(path, {"Data": rows})
        return clean_statistics(load_parser(source)(path, source), source)

    return read


def test_each_block_gives_the_measures_of_a_market_in_baht_and_days(clean: Clean) -> None:
    figures = clean("mots_market_spend", SPEND)
    whole = figures.observations.filter((pl.col("market") == "all") & (pl.col("period") == date(2019, 1, 1)))
    assert dict(whole.select("indicator", "value").iter_rows()) == {
        "arrivals": 39916251.0,
        "stay_days": 9.26,
        "spend_day_thb": 5172.29,
        "receipts_thb": 1_911_807_950_000.0,
    }
    others = figures.observations.filter(pl.col("market") == "europe_other")
    assert others["value"].to_list() == [1.0, 2.0]
    assert [row.reasons for row in figures.rejected] == [
        ("figure_missing",),
        ("market_unknown",),
        ("market_unknown",),
    ]


def test_a_year_of_arrivals_by_nationality_is_that_of_its_own_workbook_only(clean: Clean) -> None:
    figures = clean("mots_arrivals_by_nationality", NATIONALITY)
    assert figures.observations.select("market", "period", "value", "status").rows() == [
        ("east_asia", date(2022, 1, 1), 5900461.0, "preliminary"),
        ("BN", date(2022, 1, 1), 5856.0, "preliminary"),
        ("all", date(2022, 1, 1), 11153026.0, "preliminary"),
    ]
    assert figures.rejected == []


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [
        ("mots_market_spend", NATIONALITY, "has no heading Continent, Country, Item, Unit"),
        ("mots_arrivals_by_nationality", SPEND, "does not say that it is of a whole year"),
        (
            "mots_arrivals_by_nationality",
            [["จำนวนนักท่องเที่ยว เดือนมกราคม - มิถุนายน 2565P"], *NATIONALITY[1:]],
            "does not say that it is of a whole year",
        ),
        (
            "mots_arrivals_by_nationality",
            [NATIONALITY[0], ["Nationality", "2019", "2018"], ["Brunei", "1", "2"]],
            "has no column of the year 2022",
        ),
    ],
)
def test_another_workbook_and_one_of_part_of_a_year_are_refused(name: str, rows: Rows, told: str, clean: Clean) -> None:
    with pytest.raises(SourceUnreadable, match=told):
        clean(name, rows)


@pytest.mark.parametrize(
    ("name", "indicator"), [("mots_market_spend", "arrivals"), ("mots_arrivals_by_nationality", "arrivals_nationality")]
)
def test_the_groups_of_the_ministry_s_own_workbooks_sum_to_their_totals(
    name: str, indicator: str, shared_data: Path
) -> None:
    source = get_source(name)
    for path in sorted((shared_data / "statistics").glob(source.file)):
        figures = clean_statistics(load_parser(source)(path, source), source)
        found = figures.observations.filter(pl.col("indicator") == indicator)
        sums = found.filter(pl.col("market").is_in(list(GROUPS))).group_by("period").agg(pl.col("value").sum())
        totals = found.filter(pl.col("market") == "all").select("period", "value")
        assert sums.sort("period").equals(totals.sort("period"))
        assert figures.rejected == []
