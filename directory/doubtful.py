"""Doubtful pairs for reviewers: what waits for an answer, answering, and taking an answer back.

A page only writes the verdict; the resolver obeys it at its next run, within seconds where a server publishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, exists, func, select

from directory import tables
from directory.judgements import MATCHER, Verdict, add_judgement, undo_judgement
from directory.roles import Account, require
from tic.core.errors import Conflict

_READ_FOR_PEOPLE: Final = 10
"""Verdicts read for each one that is shown: those that an approval gave are not answers to a question."""


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """Two records, the smaller key first. score: chance (0 to 1); evidence: see `questions.evidence_of`."""

    left_key: str
    right_key: str
    score: float
    evidence: dict[str, float]


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """An answer: who gave which verdict when (UTC), at what score."""

    left_key: str
    right_key: str
    verdict: Verdict
    score: float | None
    decided_by: str
    decided_at: datetime


def _open() -> Select[Any]:
    """Pairs of records that are still stated, which no person has judged."""
    pair, record, judgement = tables.doubtful_pair, tables.record, tables.judgement
    left, right = record.alias("left_record"), record.alias("right_record")
    judged = exists().where(
        judgement.c.left_key == pair.c.left_key,
        judgement.c.right_key == pair.c.right_key,
        judgement.c.decided_by != MATCHER,
    )
    return (
        select(pair)
        .join(left, (left.c.key == pair.c.left_key) & left.c.gone_at.is_(None))
        .join(right, (right.c.key == pair.c.right_key) & right.c.gone_at.is_(None))
        .where(~judged)
    )


def count_open(connection: Connection) -> int:
    """How many pairs wait for an answer."""
    return connection.scalar(select(func.count()).select_from(_open().subquery())) or 0


def open_pairs(connection: Connection, limit: int = 50) -> list[DoubtfulPair]:
    """Pairs that wait for an answer, the most doubtful and best known first, at most `limit`."""
    pair = tables.doubtful_pair.c
    rows = connection.execute(_open().order_by(pair.priority.desc(), pair.left_key, pair.right_key).limit(limit))
    return [DoubtfulPair(row.left_key, row.right_key, row.score, row.evidence) for row in rows]


def judge(connection: Connection, reviewer: Account, pair: DoubtfulPair, verdict: Verdict, *, now: datetime) -> None:
    """Keep a reviewer's verdict on a pair with the score and the evidence that were shown.

    Raises NotAllowed, and Conflict when somebody has judged the pair meanwhile.
    """
    require(reviewer, "reviewer")
    table = tables.judgement
    judged = connection.scalar(
        select(table.c.verdict).where(
            table.c.left_key == pair.left_key, table.c.right_key == pair.right_key, table.c.decided_by != MATCHER
        )
    )
    if judged is not None:
        raise Conflict("Somebody has judged this pair meanwhile. Take that judgement back first.")
    add_judgement(
        connection,
        pair.left_key,
        pair.right_key,
        verdict,
        decided_by=reviewer.id,
        now=now,
        score=pair.score,
        evidence=dict(pair.evidence),
    )


def take_back(connection: Connection, reviewer: Account, left_key: str, right_key: str, *, now: datetime) -> None:
    """Take the verdict on a pair back. Raises NotAllowed, and Conflict when there is none."""
    require(reviewer, "reviewer")
    undo_judgement(connection, left_key, right_key, undone_by=reviewer.id, now=now)


def judged_lately(connection: Connection, limit: int = 10) -> list[JudgedPair]:
    """The answers that people gave last, newest first; the ties that an approval makes are none."""
    table = tables.judgement
    rows = connection.execute(
        select(table)
        .where(table.c.decided_by != MATCHER)
        .order_by(table.c.decided_at.desc(), table.c.left_key, table.c.right_key)
        .limit(limit * _READ_FOR_PEOPLE)
    )
    answers = [
        JudgedPair(row.left_key, row.right_key, row.verdict, row.score, row.decided_by, row.decided_at)
        for row in rows
        if "submission" not in (row.evidence or {})
    ]
    return answers[:limit]


def waits_for_resolver(connection: Connection, left_key: str, right_key: str) -> bool:
    """Whether the resolver has still to take in what was judged."""
    record = tables.record.c
    return bool(
        connection.scalar(
            select(func.count()).where(record.key.in_([left_key, right_key]), record.dirty, record.gone_at.is_(None))
        )
    )


def homes(connection: Connection, keys: list[str]) -> dict[str, str]:
    """The listing of each record that is in one."""
    record = tables.record.c
    statement = select(record.key, record.listing_id).where(record.key.in_(keys), record.listing_id.is_not(None))
    return {key: listing_id for key, listing_id in connection.execute(statement)}  # noqa: C416  (Row is no pair to mypy)
