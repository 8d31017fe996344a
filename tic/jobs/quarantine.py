"""`tic ingest quarantine`: the rejected rows as a table to correct in a spreadsheet, and what was corrected in it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from directory import repository
from directory.repository import QuarantinedRow
from ingest.fixes import Fix, add_fixes
from ingest.places import STATED_SCHEMA
from ingest.quarantine import PROBLEMS, REASONS
from ingest.source import get_source
from ingest.statistics import FIGURE_SCHEMA
from ingest.tabular import ROW_NUMBER, read_rows
from tic.core.database import reading, writing
from tic.core.errors import BadInput
from tic.core.files import write_bytes
from tic.core.spreadsheets import guarded, unguarded
from tic.jobs.context import Context

_HEAD: Final = ("source", "row", "reasons", "meaning")
_MOST: Final = 1_000_000
_LISTS: Final = frozenset({"aliases", "tags", "kinds"})
_FIXED: Final = frozenset(
    {PROBLEMS, ROW_NUMBER, "source", "origin", "updated_at", "value", "as_of", "period", "factor"}
)
"""What cannot be corrected as text."""
_FIELDS: Final = frozenset(STATED_SCHEMA) | frozenset(FIGURE_SCHEMA)


def export_quarantine(context: Context, source: str | None, path: Path) -> int:
    """Write the rejected rows of a source (default: all) as CSV for a spreadsheet; returns how many.

    A text that a spreadsheet would take for a formula has an apostrophe before it. Raises NotFound for an unknown
    source, StorageFailed when the file cannot be written.
    """
    if source is not None:
        get_source(source)
    with reading(context.database) as connection:
        rows = repository.list_quarantine(connection, source, _MOST)
    names = [name for name in (*STATED_SCHEMA, *FIGURE_SCHEMA) if any(name in row.body for row in rows)]
    columns = list(dict.fromkeys(name for name in names if name not in {PROBLEMS, "source"}))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_HEAD, *columns])
    for row in rows:
        meaning = " ".join(REASONS.get(reason, "") for reason in row.reasons)
        cells = [guarded(_cell(row.body.get(name))) for name in columns]
        writer.writerow([row.source, guarded(row.row_key), ", ".join(row.reasons), meaning, *cells])
    write_bytes(path, text.getvalue().encode("utf-8-sig"))
    return len(rows)


def read_fixes(context: Context, path: Path) -> dict[str, int]:
    """Keep what a person has changed in an exported file; returns how many rows by source.

    Raises BadInput for a file that is no such table, names a row that is not in the quarantine, or changes nothing;
    SourceUnreadable for one that cannot be read. Nothing is kept then.
    """
    found: dict[str, list[Fix]] = defaultdict(list)
    table = _table(path)
    known = _quarantined(context, {cells["source"].strip() for cells in table})
    for line, cells in enumerate(table, start=2):
        source, key = cells["source"].strip(), unguarded(cells["row"].strip())
        if (source, key) not in known:
            raise BadInput(
                "Line {line} names the row {row} of {source}, which is not in the quarantine.",
                line=line,
                row=key,
                source=source,
            )
        row = known[source, key]
        change = _change(row, cells)
        if change:
            found[row.source].append(Fix(row.row_key, row.body, change))
    if not found:
        raise BadInput(
            "{file} changes no row of the quarantine. Correct the cells that are wrong, then give it again.",
            file=path.name,
        )
    with writing(context.database) as connection:
        for source, fixes in found.items():
            add_fixes(connection, source, fixes)
    return {source: len(fixes) for source, fixes in sorted(found.items())}


def _table(path: Path) -> list[dict[str, str]]:
    rows = read_rows(path)
    heading = [name.strip() for name in rows[0]]
    unknown = sorted({*heading} - {*_HEAD} - _FIELDS - {""})
    if not {"source", "row"} <= {*heading} or unknown:
        raise BadInput(
            "{file} is no table of the quarantine: it needs the columns source and row, and fields such as name_th. "
            "Write one with --export.",
            file=path.name,
        )
    return [dict(zip(heading, row, strict=False)) for row in rows[1:] if any(cell.strip() for cell in row)]


def _quarantined(context: Context, sources: Iterable[str]) -> dict[tuple[str, str], QuarantinedRow]:
    """The rejected rows of sources by source and row. Raises NotFound for an unknown source."""
    names = sorted(get_source(name).name for name in sources)
    with reading(context.database) as connection:
        rows = [row for name in names for row in repository.list_quarantine(connection, name, _MOST)]
    return {(row.source, row.row_key): row for row in rows}


def _change(row: QuarantinedRow, cells: Mapping[str, str]) -> dict[str, Any]:
    """The fields whose cell says something else than the row."""
    change: dict[str, Any] = {}
    for name in _FIELDS - _FIXED:
        if name in cells and unguarded(cells[name].strip()) != _cell(row.body.get(name)).strip():
            text = unguarded(cells[name].strip())
            change[name] = ([part.strip() for part in text.split(";")] if name in _LISTS else text) if text else None
    return change


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return "" if value is None else str(value)


def sources_in_quarantine(context: Context) -> list[str]:
    """The sources that have rejected rows."""
    with reading(context.database) as connection:
        rows = repository.list_quarantine(connection, None, _MOST)
    return sorted({row.source for row in rows})
