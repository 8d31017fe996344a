"""The process that answers one query of tic.analytics.sql: from standard input to Arrow on standard output.

Exit code 2 with one line on standard error when the query fails; any other when the system ends the process.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

import polars as pl

from tic.analytics.warehouse import read_forecasts, scan_observations, scan_vintages
from tic.core.areas import provinces
from tic.core.errors import NotFound, TicError

_MOST_MEMORY_BYTES = 4 * 1024**3
_MOST_CPU_S = 60


def main() -> int:
    """Answer the query."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_S, _MOST_CPU_S))
    # Nothing that the query could do may write a file, whatever the library learns to do.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.load(sys.stdin)
    try:
        rows = answer(Path(asked["folder"]), asked["sql"], asked["rows"])
    except (pl.exceptions.PolarsError, TicError) as error:
        # Without the library's plan of the query, and without where this machine keeps its files.
        told = str(error).partition("Resolved plan")[0].replace(f"{Path(asked['folder'])}{os.sep}", "")
        sys.stderr.write(" ".join(told.split()))
        return 2
    sys.stdout.buffer.write(_plain(rows).write_ipc(None).getvalue())
    return 0


def answer(folder: Path, sql: str, most_rows: int) -> pl.DataFrame:
    """The first rows of a checked query over the warehouse in `folder`. Raises PolarsError, TicError."""
    with pl.SQLContext(_tables(folder), eager=False) as context:
        # By parts: a filter or a sum over more figures than fit into memory.
        return context.execute(sql).head(most_rows).collect(engine="streaming")


def _tables(folder: Path) -> dict[str, pl.LazyFrame]:
    tables = {"observations": scan_observations(folder), "vintages": scan_vintages(folder), "areas": _areas()}
    # Before anything has been fitted a query for forecasts is told that there is no such table.
    with suppress(NotFound):
        tables["forecasts"] = read_forecasts(folder, "forecasts").lazy()
    return tables


def _areas() -> pl.LazyFrame:
    """Provinces: code, name_th, name_en, region."""
    return pl.LazyFrame(
        [
            {"code": code, "name_th": item.name_th, "name_en": item.name_en, "region": item.region}
            for code, item in provinces().items()
        ]
    )


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    """Without columns that no table can show, as text instead."""
    nested = [name for name, kind in rows.schema.items() if kind.is_nested() or kind == pl.Object]
    return rows.with_columns(pl.col(name).map_elements(str, return_dtype=pl.String) for name in nested)


if __name__ == "__main__":
    sys.exit(main())
