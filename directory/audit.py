"""The audit trail: who did what to what, and when. Rows are added and read, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from directory import tables


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. `subject` is `kind:id`; `account_id` is None for the system itself; `at` in UTC."""

    id: int
    at: datetime
    account_id: str | None
    action: str
    subject: str
    detail: dict[str, Any] | None


def log(
    connection: Connection,
    account_id: str | None,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    *,
    now: datetime | None = None,
) -> None:
    """Add one act, in the transaction of the act itself: both are kept, or neither. `detail` must fit JSON."""
    row = {"at": now or datetime.now(UTC), "account_id": account_id, "action": action, "subject": subject}
    connection.execute(insert(tables.audit).values(**row, detail=detail))


def entries(
    connection: Connection,
    *,
    subject: str | None = None,
    account_id: str | None = None,
    action: str | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """Acts, newest first; each filter that is given must hold."""
    table = tables.audit
    wanted = {"subject": subject, "account_id": account_id, "action": action}
    conditions = [table.c[name] == value for name, value in wanted.items() if value is not None]
    rows = connection.execute(select(table).where(*conditions).order_by(table.c.id.desc()).limit(limit))
    return [AuditEntry(row.id, row.at, row.account_id, row.action, row.subject, row.detail) for row in rows]
