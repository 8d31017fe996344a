"""Signing in and out. The browser holds a random token; the database only its hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from directory import tables
from directory.passwords import hash_password, needs_rehash, verify_password
from directory.roles import Account, account_from_row
from tic.core.errors import NotAllowed

FAILURES_BEFORE_LOCK: Final = 5
LOCK_MINUTES: Final = 15


def normalise_email(email: str) -> str:
    """The form in which an address is stored and compared: trimmed, lower case, without NUL (no database has it)."""
    return email.replace("\x00", "").strip().lower()


def sign_in(connection: Connection, *, email: str, password: str, days: int, now: datetime | None = None) -> str:
    """Start a session of `days` days; returns its token, which is not kept anywhere here.

    After five failures in a row the account is locked for fifteen minutes. Whether the address is unknown, the
    password wrong or the account locked cannot be told from the answer, and each takes the time of a password check.
    Raises NotAllowed. A failure is committed at once, with all that the caller wrote before: the caller's rollback
    must not forget it.
    """
    now = now or datetime.now(UTC)
    table = tables.account
    statement = select(table).where(table.c.email == normalise_email(email)).with_for_update()
    row = connection.execute(statement).one_or_none()
    matches = verify_password(password, row.password_hash if row else None)
    is_locked = row is not None and row.locked_until is not None and row.locked_until > now
    if row is None or not matches or is_locked or row.disabled:
        if row is not None and not is_locked and not matches:
            _count_failure(connection, row.id, row.failed_sign_ins + 1, now)
        raise NotAllowed(
            "The e-mail address or the password is wrong, or there were too many attempts. "
            "Check both, or try again in {minutes} minutes.",
            minutes=LOCK_MINUTES,
        )
    renewed = hash_password(password) if needs_rehash(row.password_hash) else row.password_hash
    values = {"failed_sign_ins": 0, "locked_until": None, "password_hash": renewed}
    connection.execute(update(table).where(table.c.id == row.id).values(**values))
    return _start_session(connection, row.id, days, now)


def _count_failure(connection: Connection, account_id: str, failures: int, now: datetime) -> None:
    table = tables.account
    values: dict[str, object] = {"failed_sign_ins": failures}
    if failures >= FAILURES_BEFORE_LOCK:
        values = {"failed_sign_ins": 0, "locked_until": now + timedelta(minutes=LOCK_MINUTES)}
    connection.execute(update(table).where(table.c.id == account_id).values(**values))
    connection.commit()


def _start_session(connection: Connection, account_id: str, days: int, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    table = tables.session
    connection.execute(delete(table).where(table.c.expires_at <= now))
    row = {
        "token_hash": _hash(token),
        "account_id": account_id,
        "csrf_token": secrets.token_urlsafe(24),
        "created_at": now,
        "expires_at": now + timedelta(days=days),
    }
    connection.execute(insert(table).values(**row))
    return token


def _hash(token: str) -> str:
    # The token has 256 random bits: a plain hash cannot be turned back, a slow one would gain nothing.
    return hashlib.sha256(token.encode()).hexdigest()


def account_of(connection: Connection, token: str | None, *, now: datetime | None = None) -> Account | None:
    """Who a session token belongs to; None when it is unknown or expired, or the account is disabled."""
    if not token:
        return None
    account, session = tables.account, tables.session
    statement = (
        select(account)
        .join(session, session.c.account_id == account.c.id)
        .where(session.c.token_hash == _hash(token), session.c.expires_at > (now or datetime.now(UTC)))
        .where(account.c.disabled.is_(False))
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else account_from_row(row)


def csrf_token(connection: Connection, token: str, *, now: datetime | None = None) -> str | None:
    """The token that every form of this session carries; None for an unknown or expired session."""
    table = tables.session.c
    statement = select(table.csrf_token).where(table.token_hash == _hash(token))
    return connection.scalar(statement.where(table.expires_at > (now or datetime.now(UTC))))


def check_csrf(connection: Connection, token: str, given: str, *, now: datetime | None = None) -> None:
    """Raise NotAllowed when a form does not carry the token of its session, or that has expired."""
    expected = csrf_token(connection, token, now=now)
    if expected is None or not hmac.compare_digest(expected.encode(), given.encode()):
        raise NotAllowed("This form has expired or cookies are switched off. Allow cookies and send it again.")


def sign_out(connection: Connection, token: str) -> None:
    """End one session; an unknown token is no error."""
    connection.execute(delete(tables.session).where(tables.session.c.token_hash == _hash(token)))


def end_sessions(connection: Connection, account_id: str, *, keep: str | None = None) -> int:
    """End all sessions of an account except the one with the token `keep`; returns how many."""
    table = tables.session
    condition = table.c.account_id == account_id
    if keep is not None:
        condition &= table.c.token_hash != _hash(keep)
    return connection.execute(delete(table).where(condition)).rowcount
