"""Tables for spreadsheet programs: no text in them is run as a formula (CWE-1236).

A text that Excel, LibreOffice or Google Sheets would take for one gets an apostrophe before it, which they do not show.
"""

from __future__ import annotations

from typing import Final

import polars as pl

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Also full-width signs, which Excel reads as the others in some languages."""


def guarded(text: str) -> str:
    """A text as it may stand in a cell."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def guarded_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame whose texts and headings may stand in cells."""
    text = pl.col(pl.String)
    is_formula = text.str.slice(0, 1).is_in(FORMULA_STARTS)
    safe = frame.with_columns(pl.when(is_formula).then(pl.lit("'") + text).otherwise(text).name.keep())
    return safe.rename({name: guarded(name) for name in safe.columns})
