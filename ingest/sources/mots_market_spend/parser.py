"""The ministry's workbook of arrivals, length of stay, spending and receipts by country of residence, a column a year.

A continent and a country stand in the first row of their block only; the rows below are its other measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from ingest.markets import GROUPS, market_of
from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.statistics import MILLION, figure_frame
from ingest.workbooks import Row, read_lines
from tic.analytics.observation import INDICATORS
from tic.core.errors import SourceUnreadable

MEASURES: Final = {
    ("Number of Arrivals", "Persons"): ("arrivals", 1.0),
    ("Length of Stay", "Days"): ("stay_days", 1.0),
    ("Per Capita Spending", "Baht/Day"): ("spend_day_thb", 1.0),
    ("Tourism Receipts", "Mil. Baht"): ("receipts_thb", MILLION),
}
"""Item and unit -> indicator and factor; what is in US dollars is the same in another currency."""
_DOLLARS: Final = "US$"
_YEAR: Final = re.compile(r"(19|20)\d{2}")


def parse(path: Path, source: Source) -> Parsed:
    """Four figures a market and year. Raises SourceUnreadable for a sheet without the heading."""
    lines = read_lines(path)
    at = next((index for index, line in enumerate(lines) if line[:4] == ("Continent", "Country", "Item", "Unit")), None)
    if at is None:
        raise SourceUnreadable(
            "{file} has no heading Continent, Country, Item, Unit. Check that it is the workbook by country of "
            "residence.",
            file=path.name,
        )
    years = {column: int(cell) for column, cell in enumerate(lines[at]) if cell and _YEAR.fullmatch(cell)}
    return Parsed(figure_frame(list(_rows(lines[at + 1 :], years, source, at + 2))))


def _rows(lines: list[Row], years: dict[int, int], source: Source, first: int) -> Iterator[dict[str, Any]]:
    group = country = item = None
    for number, line in enumerate(lines, start=first):
        if line[3] is None:
            continue
        if line[1]:
            country = market_of(line[1], group)
            group = country if country in GROUPS else group
        item = line[2] or item
        measure = MEASURES.get((item or "", line[3]))
        if measure is None:
            if _DOLLARS not in line[3]:
                yield {"source": source.name, "origin": f"line {number}: {item} {line[3]}", PROBLEMS: ["stray_row"]}
            continue
        for column, year in years.items():
            yield _figure(source, country, measure, year, line[column], number)


def _figure(
    source: Source, market: str | None, measure: tuple[str, float], year: int, stated: str | None, line: int
) -> dict[str, Any]:
    indicator, factor = measure
    return {
        "indicator": indicator,
        "unit": INDICATORS[indicator].unit,
        "area": "TH",
        "market": market,
        "frequency": "Y",
        "period": date(year, 1, 1),
        "stated": stated,
        "factor": factor,
        "status": "final",
        "source": source.name,
        "as_of": source.as_of,
        "origin": f"line {line} {market} {indicator} {year}",
        PROBLEMS: None if market else ["market_unknown"],
    }
