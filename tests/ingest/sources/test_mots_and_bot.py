from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingest.parsers import load_parser
from ingest.source import Source, get_source
from ingest.statistics import Figures, clean_statistics, common_year, thai_month
from tic.core.errors import SourceUnreadable

Read = Callable[..., Figures]
Key = tuple[str, str, str, date]


@pytest.fixture
def read(tmp_path: Path, small_source: Callable[..., Source]) -> Read:
    def figures(name: str, text: str, *, encoding: str = "utf-8") -> Figures:
        path = tmp_path / get_source(name).file
        path.write_bytes(text.encode(encoding))
        source = small_source(name)
        return clean_statistics(load_parser(source)(path, source), source)

    return figures


def by_key(found: Figures) -> dict[Key, float]:
    rows = found.observations.select("indicator", "area", "market", "period", "value").iter_rows()
    return {(indicator, area, market, period): value for indicator, area, market, period, value in rows}


def reasons(found: Figures) -> dict[str, tuple[str, ...]]:
    return {row.row_key: row.reasons for row in found.rejected}


def test_monthly_arrivals_name_their_article_and_say_whether_they_are_preliminary(read: Read) -> None:
    text = (
        "year,month,date,arrivals,source_title,source_published\n"
        "2013,1,2013-01-01,2318447,Arrivals to Thailand 2013,2017-12-04T00:00:00.000Z\n"
        "2026,5,2026-05-01,2346845,Arrivals to Thailand May  2026P,2026-06-01T05:42:14.058Z\n"
    )
    found = read("mots_arrivals_monthly", text, encoding="utf-8-sig").observations
    assert found.select("period", "value", "status", "as_of").rows() == [
        (date(2013, 1, 1), 2318447.0, "final", date(2017, 12, 4)),
        (date(2026, 5, 1), 2346845.0, "preliminary", date(2026, 6, 1)),
    ]


def test_bad_figures_are_rejected_one_by_one(read: Read) -> None:
    text = (
        "year,month,arrivals,source_title,source_published\n"
        "2013,1,,t,2017-12-04\n2013,2,-5,t,2017-12-04\n2013,3,soon,t,2017-12-04\n2013,13,7,t,2017-12-04\n"
        "2099,1,7,t,2017-12-04\n2013,4,7,t,2017-12-04\n2013,4,8,t,2017-12-04\n2013,5,รอประมวลผล,t,2017-12-04\n"
    )
    found = read("mots_arrivals_monthly", text)
    assert reasons(found) == {
        "2013-1": ("figure_missing",),
        "2013-2": ("figure_negative",),
        "2013-3": ("figure_unreadable",),
        "2013-13": ("period_missing",),
        "2099-1": ("period_in_future",),
        "2013-4": ("duplicate_key",),
        "2013-5": ("figure_missing",),
    }
    assert found.observations["value"].to_list() == [7.0]
    assert next(row.body["stated"] for row in found.rejected if row.row_key == "2013-5") == "รอประมวลผล"


def test_arrivals_by_region_skip_junk_and_keep_stray_rows_for_people(read: Read) -> None:
    text = (
        "SUM of Number,#REF!,,,\n"
        "continent,1/1/2015,1/10/2015,1/11/2015,Grand Total\n"
        'Africa,"11,381",9282,7,20670\n'
        "other,5,6,,11\n"
        "Grand Total,11386,9288,7,20681\n"
        ",,,29923185,\n"
    )
    found = read("mots_arrivals_by_region", text)
    assert by_key(found) == {
        ("arrivals", "TH", "africa", date(2015, 1, 1)): 11381.0,
        ("arrivals", "TH", "africa", date(2015, 10, 1)): 9282.0,
        ("arrivals", "TH", "africa", date(2015, 11, 1)): 7.0,
        ("arrivals", "TH", "other", date(2015, 1, 1)): 5.0,
        ("arrivals", "TH", "other", date(2015, 10, 1)): 6.0,
        ("arrivals", "TH", "all", date(2015, 1, 1)): 11386.0,
        ("arrivals", "TH", "all", date(2015, 10, 1)): 9288.0,
        ("arrivals", "TH", "all", date(2015, 11, 1)): 7.0,
    }
    assert reasons(found) == {"line 6": ("stray_row",)}


def test_provincial_months_turn_million_baht_into_baht(read: Read) -> None:
    text = (
        "province_eng,region_eng,month,year,occupancy_rate,no_tourist_occupied,no_tourist_all,no_tourist_thai,"
        "no_tourist_foreign,net_profit_all,net_profit_thai,net_profit_foreign\n"
        "Bueng Kan,east_northeast,1,2019,65.15,8551,21790,20972,818,34.51,32.64,1.87\n"
        "Atlantis,sea,1,2019,165.15,1,1,1,1,1,1,1\n"
    )
    found = read("mots_province_monthly", text)
    month = date(2019, 1, 1)
    figures = by_key(found)
    assert figures[("receipts_thb", "TH-38", "foreign", month)] == 1_870_000.0
    assert figures[("visitors", "TH-38", "thai", month)] == 20972.0
    assert len(figures) == 8
    assert reasons(found)["Atlantis 2019-1 occupancy_rate"] == ("percent_beyond_100", "area_unknown")


def test_provincial_years_take_year_and_status_from_the_column(read: Read) -> None:
    found = read(
        "mots_province_annual", "province_th|occ_2025p|visitors_2024|note\nกรุงเทพมหานคร|76.47|58,804,272|x\n"
    ).observations
    assert found.sort("period").select("indicator", "area", "frequency", "period", "value", "status").rows() == [
        ("visitors", "TH-10", "Y", date(2024, 1, 1), 58804272.0, "final"),
        ("occupancy_pct", "TH-10", "Y", date(2025, 1, 1), 76.47, "preliminary"),
    ]


BANK = """\
Bank of Thailand
EC_EI_028_S2 : Tourism Indicators
Last Updated : 30 Sep 2025 14:30
,,AUG 2024 r,APR 2022 ,
1,"1.  Number of foreign tourists visiting Thailand (in thousands) ",2963.15,293.35,
2,"2.  Accommodation occupancy rate (percent) ",,,
3,   Total,69.06,40.18,
4,   Central (including Bangkok),71.99,43.60,
26,"6.  Share of foreign tourists to total guests (percent) ",,,
28,   Central (including Bangkok),22.00,96.73,
32,"7.  Something new ",,,
33,   Total,1,2,
"""


def test_the_bank_states_months_newest_first_in_sections(read: Read) -> None:
    found = read("bot_tourism_indicators", BANK)
    figures = by_key(found)
    assert figures[("arrivals", "TH", "all", date(2024, 8, 1))] == 2_963_150.0
    assert figures[("occupancy_pct", "TH", "all", date(2022, 4, 1))] == 40.18
    assert figures[("occupancy_pct", "BOT:central", "all", date(2024, 8, 1))] == 71.99
    assert len(figures) == 8
    assert set(found.observations.filter(pl.col("period") == date(2024, 8, 1))["status"]) == {"revised"}
    assert set(found.observations["as_of"]) == {date(2025, 9, 30)}


def test_a_section_that_the_bank_adds_is_left_over(tmp_path: Path) -> None:
    path = tmp_path / "bot.csv"
    path.write_text(BANK, encoding="utf-8")
    source = get_source("bot_tourism_indicators")
    assert load_parser(source)(path, source).leftover == ("7.  Something new", "Total")


def test_the_banks_outlier_is_set_aside_with_the_reason(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "bot.csv"
    path.write_text(BANK, encoding="utf-8")
    source = get_source("bot_tourism_indicators")
    (outlier,) = clean_statistics(load_parser(source)(path, source), source).rejected
    assert outlier.reasons == ("figure_implausible",)
    assert (outlier.row_key, outlier.body["stated"]) == ("6. Central (including Bangkok) APR 2022", "96.73")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("mots_arrivals_monthly", "year,month\n2013,1\n", "lacks the column"),
        ("mots_arrivals_by_region", "region,1/1/2015\nAfrica,1\n", "begins with `continent`"),
        ("mots_province_annual", "จังหวัด|visitors_2024\nกรุงเทพมหานคร|1\n", "lacks the column"),
        ("bot_tourism_indicators", "Bank of Thailand\n,,2024\n", "heading row of months"),
        ("mots_province_workbook_2565", "PK\x03\x04half a workbook", "cannot be read as an Excel workbook"),
    ],
)
def test_another_file_under_the_name_is_told(name: str, text: str, told: str, read: Read) -> None:
    with pytest.raises(SourceUnreadable, match=told):
        read(name, text)


@pytest.mark.parametrize(
    ("title", "month"), [("ม.ค.2565(P)", 1), ("มค 65", 1), ("พ.ย.2565", 11), ("ธค.", 12), ("รวมปี", None)]
)
def test_thai_months_are_read_with_and_without_dots(title: str, month: int | None) -> None:
    assert thai_month(title) == month


def test_years_of_either_era_are_read() -> None:
    assert [common_year(year) for year in (2565, 65, 2022)] == [2022, 2022, 2022]
