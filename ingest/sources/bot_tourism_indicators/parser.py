"""Tourism indicators of the Bank of Thailand (EC_EI_028_S2): months across, newest first; sections down."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from ingest.parsers import Parsed
from ingest.source import Source
from ingest.statistics import figure_frame
from ingest.tabular import read_rows
from tic.core.errors import SourceUnreadable

SECTIONS: Final = {
    "1": ("arrivals", "persons", 1000.0),
    "2": ("occupancy_pct", "percent", 1.0),
    "3": ("advance_booking_pct", "percent", 1.0),
    "4": ("room_rate_thb", "THB per night", 1.0),
    "5": ("meeting_revenue_pct", "percent", 1.0),
    "6": ("foreign_guests_pct", "percent", 1.0),
}
"""Section number -> indicator, unit, factor."""

AREAS: Final = {
    "Total": "TH",
    "Central (including Bangkok)": "BOT:central",
    "South": "BOT:south",
    "North": "BOT:north",
    "Northeast": "BOT:northeast",
}
STATUS: Final = {"r": "revised", "p": "preliminary"}
_MONTH: Final = re.compile(r"^([A-Z]{3}) (\d{4}) ?([rp]?)$")
_SECTION: Final = re.compile(r"^(\d+)\.\s")
_UPDATED: Final = re.compile(r"Last Updated\s*:\s*(\d{1,2} [A-Z][a-z]{2} \d{4})")
_PREAMBLE_ROWS: Final = 10


def parse(path: Path, source: Source) -> Parsed:
    """Six indicators by region and month; a heading marked r says that the month was revised."""
    table = read_rows(path, encoding=source.encoding)
    heading = next((row for row in table if len(row) > 2 and _MONTH.match(row[2].strip())), None)
    if heading is None:
        raise SourceUnreadable(
            "{file} has no heading row of months such as `AUG 2024`. Check that it is table EC_EI_028_S2.",
            file=path.name,
        )
    updated = _UPDATED.search("\n".join(",".join(row) for row in table[:_PREAMBLE_ROWS]))
    as_of = _day(updated[1], "%d %b %Y") if updated else source.as_of
    months = {column: month for column, cell in enumerate(heading) if (month := _MONTH.match(cell.strip()))}
    rows: list[dict[str, Any]] = []
    leftover: list[str] = []
    section = ""
    for row in table[table.index(heading) + 1 :]:
        label = row[1].strip() if len(row) > 1 else ""
        title = _SECTION.match(label)
        section = title[1] if title else section
        area = AREAS.get(label, "TH" if title else None)
        if section not in SECTIONS or area is None:
            leftover += [label] if label else []
            continue
        for column, month in months.items():
            cell = row[column].strip() if column < len(row) else ""
            # The heading of a section with regions has no figures of its own, and a month may lack a section.
            if cell:
                rows.append(
                    _row(source, section, area, month, cell)
                    | {"as_of": as_of, "origin": f"{section}. {label} {month[0]}"}
                )
    return Parsed(figure_frame(rows), tuple(leftover))


def _row(source: Source, section: str, area: str, month: re.Match[str], cell: str) -> dict[str, Any]:
    indicator, unit, factor = SECTIONS[section]
    return {
        "indicator": indicator,
        "unit": unit,
        "area": area,
        "market": "all",
        "frequency": "M",
        "period": _day(f"{month[1]} {month[2]}", "%b %Y"),
        "stated": cell,
        "factor": factor,
        "status": STATUS.get(month[3], "final"),
        "source": source.name,
    }


def _day(text: str, pattern: str) -> date:
    return datetime.strptime(text, pattern).date()  # noqa: DTZ007  (a day has no zone)
