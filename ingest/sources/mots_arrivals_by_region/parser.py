"""Monthly arrivals by region of residence of the Ministry of Tourism and Sports: months across, regions down."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.statistics import figure_frame
from ingest.tabular import read_rows
from tic.core.errors import SourceUnreadable

MARKETS: Final = {
    "Africa": "africa",
    "America": "americas",
    "Asia and the Pacific": "asia_pacific",
    "Europe": "europe",
    "Middle East": "middle_east",
    "other": "other",
    "Grand Total": "all",
}
_MONTH: Final = re.compile(r"1/(1[0-2]|[1-9])/(\d{4})")
_TOTAL: Final = "Grand Total"


def parse(path: Path, source: Source) -> Parsed:
    """One figure a month and region. Dates read 1/<month>/<year>; a row without a known region is stray."""
    table = read_rows(path, encoding=source.encoding)
    at = next((index for index, row in enumerate(table) if row and row[0].strip() == "continent"), None)
    if at is None:
        raise SourceUnreadable(
            "{file} has no heading row that begins with `continent`. Check that it is the table by region.",
            file=path.name,
        )
    headings = [cell.strip() for cell in table[at]]
    months = {column: found for column, cell in enumerate(headings) if (found := _MONTH.fullmatch(cell))}
    rows: list[dict[str, Any]] = []
    for line, row in enumerate(table[at + 1 :], start=at + 2):
        label = row[0].strip() if row else ""
        if label in MARKETS:
            for column, month in months.items():
                cell = row[column].strip() if column < len(row) else ""
                # The group `other` was given up in 2022: an empty cell states nothing.
                if cell:
                    rows.append(_row(source, MARKETS[label], date(int(month[2]), int(month[1]), 1), cell))
        elif any(cell.strip() for cell in row):
            content = ",".join(cell for cell in row if cell.strip())
            rows.append({"source": source.name, "origin": f"line {line}", "stated": content, PROBLEMS: ["stray_row"]})
    known = {0, *months}
    return Parsed(
        figure_frame(rows),
        tuple(cell for column, cell in enumerate(headings) if column not in known and cell not in {"", _TOTAL}),
    )


def _row(source: Source, market: str, period: date, cell: str) -> dict[str, Any]:
    return {
        "indicator": "arrivals",
        "unit": "persons",
        "area": "TH",
        "market": market,
        "frequency": "M",
        "period": period,
        "stated": cell,
        "status": "final",
        "source": source.name,
        "as_of": source.as_of,
        "origin": f"{market} {period:%Y-%m}",
    }
