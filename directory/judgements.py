"""Judgements: whether two records are the same place, who decided it, and on what evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, get_args

import polars as pl
from sqlalchemy import Connection, delete, select, update

from directory import tables
from directory.audit import log
from directory.records import mark_dirty
from directory.sql import insert_rows
from tic.core.errors import BadInput, Conflict

Verdict = Literal["same", "different", "unsure"]
MATCHER: Final = "matcher"
"""`decided_by` of a verdict that no person gave."""
JUDGEMENT_SCHEMA: Final[dict[str, Any]] = {
    "left_key": pl.String,
    "right_key": pl.String,
    "verdict": pl.String,
    "score": pl.Float64,
    "decided_by": pl.String,
}


def add_judgement(
    connection: Connection,
    left_key: str,
    right_key: str,
    verdict: Verdict,
    *,
    decided_by: str,
    now: datetime,
    score: float | None = None,
    evidence: dict[str, Any] | None = None,
) -> bool:
    """Keep the verdict on a pair of records, in either order. Returns whether it was taken.

    The matcher never overrules a person. A person's verdict goes to the audit trail whole, with the one it replaces.
    score: probability of being the same, 0 to 1. Raises BadInput for a pair of one record or an unknown verdict.
    """
    if left_key == right_key:
        raise BadInput("A judgement needs two different records, {key} was given twice.", key=left_key)
    if verdict not in get_args(Verdict):
        raise BadInput("{verdict} is no verdict. Use same, different or unsure.", verdict=verdict)
    left_key, right_key = sorted((left_key, right_key))
    table = tables.judgement
    pair = (table.c.left_key == left_key) & (table.c.right_key == right_key)
    before = connection.execute(select(table.c.verdict, table.c.decided_by).where(pair).with_for_update()).one_or_none()
    values = {
        "verdict": verdict,
        "score": score,
        "decided_by": decided_by,
        "decided_at": now,
        "evidence": evidence,
    }
    if before is None:
        insert_rows(connection, table, [{"left_key": left_key, "right_key": right_key, **values}])
    # Conditions are looked at again when somebody else held the row: a person who was faster is not overruled.
    replaceable = pair & (table.c.decided_by == MATCHER) if decided_by == MATCHER else pair
    if connection.execute(update(table).where(replaceable).values(**values)).rowcount == 0:
        return False
    if decided_by != MATCHER:
        mark_dirty(connection, (left_key, right_key))
        told = {"verdict": verdict, "score": score, "evidence": evidence}
        detail = {**told, "before": dict(before._mapping) if before else None}
        log(connection, decided_by, "judge", f"pair:{left_key}|{right_key}", detail, now=now)
    return True


def undo_judgement(connection: Connection, left_key: str, right_key: str, *, undone_by: str, now: datetime) -> None:
    """Take a person's verdict on a pair back: the pair is open again, and the resolver looks at both records.

    What was judged, by whom, when and on what evidence stays in the audit trail. Raises Conflict when there is none.
    """
    left_key, right_key = sorted((left_key, right_key))
    table = tables.judgement
    pair = (table.c.left_key == left_key) & (table.c.right_key == right_key) & (table.c.decided_by != MATCHER)
    row = connection.execute(select(table).where(pair).with_for_update()).one_or_none()
    if row is None or connection.execute(delete(table).where(pair)).rowcount == 0:
        raise Conflict("There is no judgement on this pair to take back. Reload the page.")
    mark_dirty(connection, (left_key, right_key))
    detail = {
        "verdict": row.verdict,
        "score": row.score,
        "evidence": row.evidence,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at.isoformat(),
    }
    log(connection, undone_by, "undo judgement", f"pair:{left_key}|{right_key}", detail, now=now)


def load_judgements(connection: Connection) -> pl.DataFrame:
    """All judgements: left_key, right_key, verdict, score, decided_by; ordered by the keys."""
    table = tables.judgement.c
    rows = connection.execute(
        select(table.left_key, table.right_key, table.verdict, table.score, table.decided_by)
    ).all()
    frame = pl.DataFrame([tuple(row) for row in rows], schema=JUDGEMENT_SCHEMA, orient="row")
    return frame.sort("left_key", "right_key")
