"""The ministry's workbooks of arrivals by nationality: one a year, groups and the countries below them.

A workbook also repeats the year before, which is left to that year's own. One that accumulates only part of a year is
refused: as figures of a year its numbers would be wrong.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

from ingest.markets import GROUPS, market_of
from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.statistics import common_year, figure_frame
from ingest.workbooks import Row, read_lines
from tic.core.errors import SourceUnreadable

_WHOLE_YEAR: Final = re.compile(r"มกราคม\s*(?:-|–|ถึง)\s*ธันวาคม\s*(25\d\d)\s*(P?)")


def parse(path: Path, source: Source) -> Parsed:
    """One figure a market. Raises SourceUnreadable for a workbook that is none, or not of a whole year."""
    lines = read_lines(path)
    title = next((str(line[0]) for line in lines if line[0]), "")
    found = _WHOLE_YEAR.search(title)
    if found is None:
        raise SourceUnreadable(
            "{file} does not say that it is of a whole year, January to December (it says: {title}).",
            file=path.name,
            title=title[:80],
        )
    year, status = common_year(int(found[1])), "preliminary" if found[2] else "final"
    at = next((number for number, line in enumerate(lines) if str(line[0]).strip() == "Nationality"), None)
    column = None if at is None else _column(lines[at], year)
    if at is None or column is None:
        raise SourceUnreadable("{file} has no column of the year {year}.", file=path.name, year=year)
    return Parsed(figure_frame(_rows(lines[at + 1 :], column, year, status, source)))


def _column(heading: Row, year: int) -> int | None:
    return next((column for column, cell in enumerate(heading) if cell and cell.startswith(str(year))), None)


def _rows(lines: list[Row], column: int, year: int, status: str, source: Source) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    group: str | None = None
    for line in lines:
        name = line[0]
        if not name or line[column] is None:
            continue
        market = market_of(name, group)
        group = market if market in GROUPS else group
        rows.append(
            {
                "indicator": "arrivals_nationality",
                "unit": "persons",
                "area": "TH",
                "market": market,
                "frequency": "Y",
                "period": date(year, 1, 1),
                "stated": line[column],
                "status": status,
                "source": source.name,
                "origin": f"{year} {group} {name.strip()}",
                PROBLEMS: None if market else ["market_unknown"],
            }
        )
    return rows
