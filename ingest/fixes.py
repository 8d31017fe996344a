"""Rows that a person has put right: kept, and applied to the publisher's row as long as it stays as it was.

A fix goes through the same cleaning as any other row, in this run and in every later one. When the publisher changes
the row, the fix no longer fits and is told; what the publisher then says is judged anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

from directory import repository
from ingest.quarantine import NOTES, PROBLEMS, flag
from ingest.tabular import ROW_NUMBER
from ingest.unchanged import HASH

FIXED: Final = "fixed_by_hand"
"""The note that an accepted row carries."""
_STATE: Final = "fixes:"
_NOT_STATED: Final = frozenset({PROBLEMS, NOTES, ROW_NUMBER, HASH, "at", "factor"})
"""Columns that say nothing about what the publisher stated: the quarantine does not show them."""
_REPEAT: Final = re.compile(r"#\d+$")


@dataclass(frozen=True)
class Fix:
    """row_key: of the quarantine; was: the row as stated, field -> value; change: field -> value, None to empty it."""

    row_key: str
    was: Mapping[str, Any]
    change: Mapping[str, Any]


def load_fixes(connection: Connection, source: str) -> tuple[Fix, ...]:
    """The fixes of a source, by row."""
    text = repository.get_state(connection, _STATE + source)
    return tuple(Fix(**values) for values in json.loads(text)) if text else ()


def add_fixes(connection: Connection, source: str, fixes: Sequence[Fix]) -> None:
    """Keep fixes of a source; one of a row that already has one takes its place."""
    known = {(fix.row_key, _text(fix.was)): fix for fix in (*load_fixes(connection, source), *fixes)}
    rows = [asdict(fix) for fix in sorted(known.values(), key=lambda fix: fix.row_key)]
    repository.set_state(connection, _STATE + source, json.dumps(rows, ensure_ascii=False))


def version_of(fixes: Sequence[Fix]) -> str:
    """A short hash of what the fixes would change; empty without any."""
    if not fixes:
        return ""
    return hashlib.sha256(_text([asdict(fix) for fix in fixes]).encode()).hexdigest()[:8]


def apply_fixes(frame: pl.DataFrame, fixes: Sequence[Fix], key: pl.Expr) -> tuple[pl.DataFrame, list[str]]:
    """The frame with its fixed rows, cleared of the reasons that the parser gave, and the fixes that fit no row.

    key: how the quarantine names a row.
    """
    if not fixes:
        return frame, []
    named = frame.select(key.alias("key")).with_row_index("row")
    stale = []
    for fix in fixes:
        rows = named.filter(pl.col("key") == _REPEAT.sub("", fix.row_key))["row"].to_list()
        fitting = next((row for row in rows if _is_as_it_was(frame.row(row, named=True), fix.was)), None)
        if fitting is None:
            stale.append(fix.row_key)
        else:
            frame = _changed(frame, fitting, fix.change)
    return frame, stale


def _is_as_it_was(row: Mapping[str, Any], was: Mapping[str, Any]) -> bool:
    stated = {name: value for name, value in row.items() if value is not None and name not in _NOT_STATED}
    return _text(stated) == _text(json.loads(_text(was)))


def _changed(frame: pl.DataFrame, row: int, change: Mapping[str, Any]) -> pl.DataFrame:
    here = pl.int_range(pl.len()) == row
    values = [
        pl.when(here).then(pl.lit(value, dtype=frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in change.items()
        if name in frame.columns
    ]
    cleared = pl.when(here).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(pl.col(PROBLEMS)).alias(PROBLEMS)
    noted = [flag(NOTES, {FIXED: here})] if NOTES in frame.columns else []
    return frame.with_columns(*values, cleared, *noted)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
