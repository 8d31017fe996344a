"""An operator's side of a submission: drafts that never lose text, handing in, taking back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, insert, select, update

from directory import tables
from directory.audit import log
from directory.forms import form_values, listing_form
from directory.listings import get_listing, get_redirect
from directory.roles import Account, require
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound

State = Literal["draft", "pending", "approved", "rejected", "withdrawn"]
_EDITABLE: Final[tuple[State, ...]] = ("draft", "rejected", "withdrawn")
_MAX_BODY_CHARACTERS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Submission:
    """A proposed place. `body`: the form as typed; `base`: the form of the listing when the edit began.

    `listing_id` is None for a new place; `reason` says why it was rejected. Times in UTC.
    """

    id: str
    account_id: str
    listing_id: str | None
    state: State
    body: dict[str, str]
    base: dict[str, str] | None
    version: int
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


def _from_row(row: Row[Any]) -> Submission:
    return Submission(**row._mapping)


def get_submission(connection: Connection, submission_id: str) -> Submission:
    """The submission with this id. Raises NotFound."""
    table = tables.submission
    row = connection.execute(select(table).where(table.c.id == submission_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such submission.")
    return _from_row(row)


def save_draft(
    connection: Connection,
    account: Account,
    *,
    listing_id: str | None,
    body: Mapping[str, str],
    draft_id: str | None = None,
    version: int | None = None,
    now: datetime | None = None,
) -> Submission:
    """Keep a form as typed, right or wrong; what is wrong is said by `submit`.

    Without `draft_id` a new draft begins, of an edit when `listing_id` is given. A rejected or withdrawn submission
    becomes a draft again. `version`: the one the form was opened with; an older one than stored raises Conflict, so
    that two windows do not overwrite each other. Raises NotAllowed, NotFound, BadInput for a form beyond all size.
    """
    require(account, "operator")
    now = now or datetime.now(UTC)
    text = {str(key): str(value) for key, value in body.items()}
    if sum(len(key) + len(value) for key, value in text.items()) > _MAX_BODY_CHARACTERS:
        raise BadInput("The form holds more than {most} characters. Shorten it.", most=_MAX_BODY_CHARACTERS)
    if draft_id is None:
        return _begin(connection, account, listing_id, text, now)
    draft = _own(connection, account, draft_id)
    if draft.state not in _EDITABLE:
        raise Conflict("This submission is {state} and cannot be changed now.", state=draft.state)
    return change_submission(connection, draft, version=version, state="draft", body=text, changed_at=now)


def _begin(
    connection: Connection, account: Account, listing_id: str | None, body: dict[str, str], now: datetime
) -> Submission:
    base = None
    if listing_id is not None:
        redirect = get_redirect(connection, listing_id)
        listing = get_listing(connection, (redirect.new_id or listing_id) if redirect else listing_id)
        if listing is None:
            raise NotFound("There is no place with the id {id}. Search for it by name instead.", id=listing_id[:40])
        listing_id, base = listing.id, listing_form(listing)
    row = {
        "id": "s" + secrets.token_hex(8),
        "account_id": account.id,
        "listing_id": listing_id,
        "state": "draft",
        "body": body,
        "base": base,
        "version": 1,
        "created_at": now,
        "changed_at": now,
    }
    connection.execute(insert(tables.submission).values(**row))
    return get_submission(connection, str(row["id"]))


def change_submission(
    connection: Connection, submission: Submission, *, version: int | None = None, **values: Any
) -> Submission:
    """Write columns of a submission, unless somebody was faster. Raises Conflict."""
    table = tables.submission
    expected = submission.version if version is None else version
    statement = (
        update(table)
        .where(table.c.id == submission.id, table.c.version == expected, table.c.state == submission.state)
        .values(**values, version=expected + 1)
    )
    if connection.execute(statement).rowcount != 1:
        raise Conflict("Somebody has changed this submission in the meantime. Reload it and look again.")
    return get_submission(connection, submission.id)


def _own(connection: Connection, account: Account, submission_id: str) -> Submission:
    submission = get_submission(connection, submission_id)
    if submission.account_id != account.id:
        raise NotAllowed("This submission belongs to another account.")
    return submission


def submit(
    connection: Connection,
    account: Account,
    submission_id: str,
    *,
    version: int | None = None,
    now: datetime | None = None,
) -> Submission:
    """Hand a draft in for review. Raises FormInvalid with every field to correct, Conflict, NotAllowed, NotFound."""
    require(account, "operator")
    draft = _own(connection, account, submission_id)
    if draft.state not in _EDITABLE:
        raise Conflict("This submission is {state} and cannot be changed now.", state=draft.state)
    form_values(draft.body)
    now = now or datetime.now(UTC)
    sent = change_submission(
        connection,
        draft,
        version=version,
        state="pending",
        changed_at=now,
        submitted_at=now,
        decided_at=None,
        decided_by=None,
        reason=None,
    )
    log(connection, account.id, "submit", f"submission:{sent.id}", {"version": sent.version}, now=now)
    return sent


def withdraw(
    connection: Connection,
    account: Account,
    submission_id: str,
    *,
    version: int | None = None,
    now: datetime | None = None,
) -> Submission:
    """Take back a draft or pending submission; it can be edited and submitted again.

    Raises Conflict when it is decided, NotAllowed, NotFound.
    """
    own = _own(connection, account, submission_id)
    if own.state not in {"draft", "pending"}:
        raise Conflict("This submission is {state} and cannot be changed now.", state=own.state)
    now = now or datetime.now(UTC)
    taken = change_submission(connection, own, version=version, state="withdrawn", changed_at=now)
    log(connection, account.id, "withdraw", f"submission:{own.id}", now=now)
    return taken


def list_submissions(connection: Connection, account: Account, limit: int = 200) -> list[Submission]:
    """A person's own submissions, the last changed first."""
    table = tables.submission
    statement = select(table).where(table.c.account_id == account.id)
    rows = connection.execute(statement.order_by(table.c.changed_at.desc(), table.c.id).limit(limit))
    return [_from_row(row) for row in rows]


def list_pending(connection: Connection, limit: int = 200) -> list[Submission]:
    """What waits for a decision, the longest waiting first."""
    table = tables.submission
    statement = select(table).where(table.c.state == "pending")
    rows = connection.execute(statement.order_by(table.c.submitted_at, table.c.id).limit(limit))
    return [_from_row(row) for row in rows]
