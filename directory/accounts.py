"""Accounts of people: making them, their passwords and roles. Signing in is in sessions.py, a way out in privacy.py."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from directory import tables
from directory.audit import log
from directory.passwords import check_password, hash_password, random_password, verify_password
from directory.privacy import delete_account, export_personal_data
from directory.roles import ROLES, Account, Role, account_from_row, require
from directory.sessions import (
    account_of,
    check_csrf,
    csrf_token,
    end_sessions,
    normalise_email,
    sign_in,
    sign_out,
)
from directory.sql import serialise_writers
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound

__all__ = [
    "ROLES",
    "Account",
    "FirstAccount",
    "Role",
    "account_of",
    "add_account",
    "change_password",
    "check_csrf",
    "create_first_accounts",
    "csrf_token",
    "delete_account",
    "display_names",
    "export_personal_data",
    "find_account",
    "get_account",
    "list_accounts",
    "register",
    "require",
    "reset_password",
    "set_disabled",
    "set_role",
    "sign_in",
    "sign_out",
]
_MAX_EMAIL_LENGTH = 254
_MAX_NAME_LENGTH = 120
_PART = r"[^@\s\x00-\x1f\x7f<>\"',;:()\[\]\\"
_EMAIL = re.compile(rf"{_PART}]+@{_PART}.]+(\.{_PART}.]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """An account made for a new installation. The password is known only to who reads this."""

    email: str
    role: Role
    password: str


def check_email(email: str) -> str:
    """The address in its stored form. Raises BadInput when it is none."""
    address = normalise_email(email)
    if len(address) > _MAX_EMAIL_LENGTH or not _EMAIL.fullmatch(address):
        raise BadInput("This is not an e-mail address. Write it like name@example.com.")
    return address


def register(
    connection: Connection,
    *,
    email: str,
    password: str,
    display_name: str,
    language: str = "th",
    now: datetime | None = None,
) -> Account:
    """Make an operator's account for a person who has agreed to the privacy notice (the moment is kept).

    Raises BadInput naming what to correct, Conflict when the address cannot be used again.
    """
    address = check_email(email)
    name = _plain_name(display_name)
    if not name:
        raise BadInput("Enter your name or that of your business.")
    if len(name) > _MAX_NAME_LENGTH:
        raise BadInput("Use at most {most} characters for the name.", most=_MAX_NAME_LENGTH)
    check_password(password, email=address)
    now = now or datetime.now(UTC)
    chosen = "en" if language == "en" else "th"
    values = {"role": "operator", "display_name": name, "language": chosen, "consent_at": now}
    account_id = _add(connection, address, password, now, **values)
    log(connection, account_id, "register", f"account:{account_id}", now=now)
    return get_account(connection, account_id)


def _plain_name(name: str) -> str:
    return " ".join(_CONTROL.sub(" ", name).split())


def _add(connection: Connection, email: str, password: str, now: datetime, **values: Any) -> str:
    account_id = "a" + secrets.token_hex(8)
    row = {"id": account_id, "email": email, "password_hash": hash_password(password), "created_at": now, **values}
    try:
        with connection.begin_nested():
            connection.execute(insert(tables.account).values(**row))
    except IntegrityError as error:
        raise Conflict("This e-mail address cannot be registered. If it is yours, sign in instead.") from error
    return account_id


def add_account(
    connection: Connection, email: str, role: str, display_name: str = "", *, now: datetime | None = None
) -> str:
    """Make an account of any role for somebody else; returns its random password.

    Raises BadInput for an unknown role or a bad address, Conflict when the address is taken.
    """
    address, chosen, password = check_email(email), _role(role), random_password()
    now = now or datetime.now(UTC)
    name = _plain_name(display_name)[:_MAX_NAME_LENGTH] or address.partition("@")[0]
    account_id = _add(connection, address, password, now, role=chosen, display_name=name, language="th")
    log(connection, None, "add account", f"account:{account_id}", {"role": chosen}, now=now)
    return password


def _role(role: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    raise BadInput("{role} is no role. Use one of: {roles}.", role=role, roles=", ".join(ROLES))


def create_first_accounts(connection: Connection, *, now: datetime | None = None) -> list[FirstAccount]:
    """One account of each role with a random password, when there is no account at all; otherwise an empty list."""
    if _has_accounts(connection):
        return []
    # Of two processes that set up one database at once, the second waits here and then finds the first's accounts.
    serialise_writers(connection, tables.account)
    if _has_accounts(connection):
        return []
    return [
        FirstAccount(f"{role}@localhost", role, add_account(connection, f"{role}@localhost", role, now=now))
        for role in ROLES
    ]


def _has_accounts(connection: Connection) -> bool:
    return connection.execute(select(tables.account.c.id).limit(1)).first() is not None


def get_account(connection: Connection, account_id: str) -> Account:
    """The account with this id. Raises NotFound."""
    row = connection.execute(select(tables.account).where(tables.account.c.id == account_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such account.")
    return account_from_row(row)


def find_account(connection: Connection, email: str) -> Account:
    """The account with this e-mail address. Raises NotFound."""
    row = connection.execute(
        select(tables.account).where(tables.account.c.email == normalise_email(email))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no account with the e-mail address {email}.", email=email)
    return account_from_row(row)


def display_names(connection: Connection, account_ids: Collection[str]) -> dict[str, str]:
    """Names of accounts by id, those of deleted ones left out."""
    table = tables.account.c
    chosen = select(table.id, table.display_name).where(
        table.id.in_(list(account_ids)), table.password_hash.is_not(None)
    )
    return {row.id: row.display_name for row in connection.execute(chosen)}


def list_accounts(connection: Connection, limit: int = 1000) -> list[Account]:
    """Accounts that were not deleted, by e-mail address."""
    table = tables.account
    statement = select(table).where(table.c.password_hash.is_not(None)).order_by(table.c.email).limit(limit)
    return [account_from_row(row) for row in connection.execute(statement)]


def change_password(
    connection: Connection, account: Account, *, current: str, new: str, keep_token: str | None = None
) -> None:
    """Set a new password and end the account's other sessions (all but `keep_token`).

    Raises NotAllowed when `current` is wrong, BadInput when `new` is too weak.
    """
    table = tables.account
    known = connection.scalar(select(table.c.password_hash).where(table.c.id == account.id))
    if not verify_password(current, known):
        raise NotAllowed("The present password is wrong.")
    check_password(new, email=account.email)
    connection.execute(update(table).where(table.c.id == account.id).values(password_hash=hash_password(new)))
    end_sessions(connection, account.id, keep=keep_token)
    log(connection, account.id, "change password", f"account:{account.id}")


def reset_password(connection: Connection, email: str) -> str:
    """Give an account a random password, unlock it and end all its sessions; returns the password. Raises NotFound."""
    table, account_id, password = tables.account, find_account(connection, email).id, random_password()
    values = {"password_hash": hash_password(password), "failed_sign_ins": 0, "locked_until": None}
    connection.execute(update(table).where(table.c.id == account_id).values(**values))
    end_sessions(connection, account_id)
    log(connection, None, "reset password", f"account:{account_id}")
    return password


def set_role(connection: Connection, by: Account, account_id: str, role: str) -> None:
    """Change a role. Raises NotAllowed unless `by` is an administrator other than the account, BadInput, NotFound.

    Of two administrators who take the role from each other at once, the second is refused: one always remains.
    """
    chosen, target = _role(role), _managed(connection, by, account_id)
    connection.execute(update(tables.account).where(tables.account.c.id == target.id).values(role=chosen))
    log(connection, by.id, "set role", f"account:{target.id}", {"before": target.role, "after": chosen})


def set_disabled(connection: Connection, by: Account, account_id: str, disabled: bool) -> None:
    """Shut an account out, or let it in again. Raises NotAllowed as `set_role`, NotFound."""
    target = _managed(connection, by, account_id)
    connection.execute(update(tables.account).where(tables.account.c.id == target.id).values(disabled=disabled))
    if disabled:
        end_sessions(connection, target.id)
    log(connection, by.id, "disable" if disabled else "enable", f"account:{target.id}")


def _managed(connection: Connection, by: Account, account_id: str) -> Account:
    require(by, "administrator")
    if by.id == account_id:
        raise NotAllowed("Another administrator must change your own account.")
    table = tables.account
    both = select(table).where(table.c.id.in_([by.id, account_id])).order_by(table.c.id).with_for_update()
    rows = {row.id: row for row in connection.execute(both)}
    # As they are now: `by` was read when the page was opened.
    require(account_from_row(rows[by.id]) if by.id in rows else None, "administrator")
    target = rows.get(account_id)
    if target is None or target.password_hash is None:
        raise NotFound("There is no such account.")
    return account_from_row(target)
