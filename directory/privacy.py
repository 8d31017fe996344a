"""What the Personal Data Protection Act (PDPA, B.E. 2562) gives a person: a copy of the data, and a way out."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from directory import tables
from directory.audit import entries, log
from tic.core.errors import Conflict, NotFound

_SECRETS = {"password_hash"}
_OWN = (tables.watch_notice, tables.watch, tables.feed_key, tables.saved_scenario)
"""What belongs to one person alone: it is given to them whole, and goes with them."""
_SHARED = (tables.event, tables.upload)
"""What a person has brought to everybody: it is given to them, too, and stays without a name."""


def export_personal_data(connection: Connection, account_id: str) -> dict[str, Any]:
    """Everything kept about a person, ready for JSON: times ISO 8601 in UTC, files Base64. Raises NotFound."""
    account, session, submission = tables.account, tables.session, tables.submission
    row = connection.execute(select(account).where(account.c.id == account_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such account.")
    sessions = connection.execute(
        select(session.c.created_at, session.c.expires_at).where(session.c.account_id == account_id)
    )
    submissions = connection.execute(
        select(submission).where(submission.c.account_id == account_id).order_by(submission.c.created_at)
    )
    acts = entries(connection, account_id=account_id, limit=1_000_000)
    own = {
        table.name: [
            _plain(dict(item._mapping))
            for item in connection.execute(select(table).where(table.c.account_id == account_id))
        ]
        for table in (*_OWN, *_SHARED)
    }
    return {
        **own,
        "account": _plain({key: value for key, value in row._mapping.items() if key not in _SECRETS}),
        "sessions": [_plain(dict(item._mapping)) for item in sessions],
        "submissions": [_plain(dict(item._mapping)) for item in submissions],
        "activity": [
            _plain({"at": act.at, "action": act.action, "subject": act.subject, "detail": act.detail}) for act in acts
        ],
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _told(value) for key, value in values.items()}


def _told(value: Any) -> Any:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def delete_account(connection: Connection, account_id: str, *, now: datetime | None = None) -> None:
    """Remove a person: name, address, password and sessions go, and the text of what was never decided.

    Drafts, watches, saved scenarios and tables not joined to the figures vanish; events and joined tables stay and no
    longer say whose they were; a pending submission stays as an empty withdrawn one, so that a reviewer
    who has it open is told. What was decided stays, under an account that no longer says who it was. Raises NotFound,
    and Conflict for the last administrator.
    """
    now = now or datetime.now(UTC)
    account, submission = tables.account, tables.submission
    administrators = _administrators(connection)
    if connection.scalar(select(account.c.id).where(account.c.id == account_id)) is None:
        raise NotFound("There is no such account.")
    if administrators == {account_id}:
        raise Conflict("The last administrator cannot be deleted. Make another administrator first.")
    own = submission.c.account_id == account_id
    for table in (tables.session, *_OWN):
        connection.execute(delete(table).where(table.c.account_id == account_id))
    upload = tables.upload.c
    connection.execute(delete(tables.upload).where(upload.account_id == account_id, upload.state != "joined"))
    for table in _SHARED:
        connection.execute(update(table).where(table.c.account_id == account_id).values(account_id=""))
    connection.execute(delete(submission).where(own, submission.c.state == "draft"))
    connection.execute(
        update(submission)
        .where(own, submission.c.state.in_(["pending", "withdrawn"]))
        .values(state="withdrawn", body={}, base=None, changed_at=now, version=submission.c.version + 1)
    )
    values = {
        "email": f"deleted-{account_id}",
        "display_name": "",
        "password_hash": None,
        "role": "operator",
        "consent_at": None,
        "disabled": True,
        "locked_until": None,
    }
    connection.execute(update(account).where(account.c.id == account_id).values(**values))
    log(connection, None, "delete account", f"account:{account_id}", now=now)


def _administrators(connection: Connection) -> set[str]:
    """Ids of those who can administer, held until the transaction ends: two of them must not leave at once."""
    account = tables.account
    condition = (account.c.role == "administrator") & account.c.disabled.is_(False)
    rows = connection.execute(select(account.c.id).where(condition).order_by(account.c.id).with_for_update())
    return {row.id for row in rows}
