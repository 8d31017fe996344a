"""SQL over the warehouse for analysts: one query, in a process of its own, limited in time, memory and rows.

The statement is taken apart and written anew before it is run, so that what is run is what has been checked: a query
over the tables of TABLES, no file, no other statement.
"""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from tic.core.errors import BadInput

TABLES: Final = ("observations", "vintages", "forecasts", "areas")
MOST_ROWS: Final = 10_000
TIMEOUT_S: Final = 10.0
_LONGEST: Final = 10_000
_DIALECT: Final = "postgres"
_SHOWN: Final = 300


def checked(sql: str) -> str:
    """The statement in a normal form. Raises BadInput when it is not one query over the tables."""
    if len(sql) > _LONGEST:
        raise BadInput("The query is longer than {most} characters. Shorten it.", most=_LONGEST)
    try:
        statements = [item for item in sqlglot.parse(sql, read=_DIALECT) if item is not None]
    except (SqlglotError, RecursionError) as error:
        reason = " ".join(str(error).split())[:_SHOWN]
        raise BadInput("The query cannot be read: {reason}", reason=reason) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise BadInput("Write one SELECT. Statements that change anything, or several at once, are not run.")
    query = statements[0]
    own = {item.alias_or_name for item in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.args.get("db") or table.name not in {*TABLES, *own}:
            told = table.name or table.sql(dialect=_DIALECT)
            raise BadInput(
                "There is no table {name}. The tables are: {known}.", name=told[:60], known=", ".join(TABLES)
            )
    for function in query.find_all(exp.Func):
        name = function.name if isinstance(function, exp.Anonymous) else function.sql_name()
        if name.lower().startswith(("read_", "scan_")):
            raise BadInput("{name} reads files, which a query may not. Use the tables.", name=name[:60])
    return query.sql(dialect=_DIALECT)


def run_sql(
    folder: Path, sql: str, *, most_rows: int = MOST_ROWS, timeout_s: float = TIMEOUT_S
) -> tuple[pl.DataFrame, bool]:
    """The rows of a query over the warehouse in `folder`, and whether there are more than `most_rows`.

    Raises BadInput for what is no query over the tables, for one that fails, and for one that takes too long or too
    much memory.
    """
    asked = json.dumps({"folder": str(folder), "sql": checked(sql), "rows": most_rows + 1})
    command = [sys.executable, "-m", "tic.analytics.sql_worker"]
    try:
        done = subprocess.run(command, input=asked.encode(), capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise BadInput(
            "The query took longer than {seconds} seconds and was ended. Filter or group it more.",
            seconds=f"{timeout_s:g}",
        ) from error
    if done.returncode == 2:
        raise BadInput("The query cannot be answered: {reason}", reason=done.stderr.decode(errors="replace")[:_SHOWN])
    if done.returncode != 0:
        raise BadInput("The query needs more memory than it may have. Filter or group it more.")
    rows = pl.read_ipc(BytesIO(done.stdout))
    return rows.head(most_rows), rows.height > most_rows
