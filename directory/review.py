"""Deciding submissions, with the difference in view and every decision in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, select, text

from directory import tables
from directory.audit import AuditEntry, entries, log
from directory.drafts import Submission, change_submission, get_submission
from directory.forms import (
    FORM_FIELDS,
    OPERATOR_SOURCE,
    form_values,
    listing_form,
    value_fields,
    values_to_record,
)
from directory.judgements import add_judgement
from directory.listing import Listing
from directory.listings import get_listing, get_redirect
from directory.records import load_records, retire_records, upsert_records
from directory.roles import Account, require
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound

_MAX_REASON_LENGTH: Final = 2000
_OPERATOR_PREFIX: Final = f"{OPERATOR_SOURCE}:"
_ADVISORY_LOCK: Final = 0x7469_6302
"""Any number that nothing else in the database locks."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of the form before and after, as text; empty where there is no value."""

    field: str
    before: str
    after: str


def current_listing(connection: Connection, submission: Submission) -> Listing | None:
    """The listing an edit is for as it is now, also when it has been merged into another; None for a new place.

    An approval that the resolver has not taken in yet counts as taken in, so that the next one builds on it.
    Raises NotFound when the listing is there no more.
    """
    if submission.listing_id is None:
        return None
    listing = get_listing(connection, submission.listing_id)
    if listing is None:
        redirect = get_redirect(connection, submission.listing_id)
        listing = get_listing(connection, redirect.new_id) if redirect and redirect.new_id else None
    if listing is None:
        raise NotFound("The place that this edit is for is no longer in the directory. Reject the edit and say why.")
    return _with_unresolved(connection, listing)


def _with_unresolved(connection: Connection, listing: Listing) -> Listing:
    key = _operator_key(listing)
    if _unresolved(connection, key) != "stated":
        return listing
    stated = load_records(connection, keys=[key]).row(0, named=True)
    values = {name: tuple(stated[name] or ()) if name == "aliases" else stated[name] for name in value_fields()}
    # What the operator left empty may come from other sources, unless it was the operator's own value before.
    told = {name: value for name, value in values.items() if value or listing.provenance.get(name) == key}
    return listing.model_copy(update=told)


def difference(submission: Submission, current: Listing | None) -> list[Difference]:
    """What approving would change: the fields the operator changed, against the listing as it is now."""
    before = listing_form(current) if current else {}
    base = submission.base or {}
    return [
        Difference(name, before.get(name, ""), after)
        for name in FORM_FIELDS
        if not _same(name, after := submission.body.get(name, ""), before.get(name, ""))
        and not (submission.base is not None and _same(name, after, base.get(name, "")))
    ]


def changed_meanwhile(submission: Submission, current: Listing | None) -> list[Difference]:
    """How the listing has changed since the edit began: base and present text of each such field."""
    if submission.base is None or current is None:
        return []
    present = listing_form(current)
    return [
        Difference(name, submission.base.get(name, ""), present[name])
        for name in FORM_FIELDS
        if not _same(name, submission.base.get(name, ""), present[name])
    ]


def _same(name: str, one: str, other: str) -> bool:
    """Whether two texts of a field mean the same value; text that cannot be read is compared as it stands."""
    return bool(_meaning(name, one) == _meaning(name, other))


def _meaning(name: str, text: str) -> Any:
    # The other fields get values that are always right, so that only this one can fail.
    probe = {"name_th": "ก", "category": "other", "coordinates": "13.75, 100.5"}
    try:
        values = form_values({**probe, name: text})
    except BadInput:
        return " ".join(text.split())
    return (values["lat"], values["lon"]) if name == "coordinates" else values[name]


def _unresolved(connection: Connection, key: str) -> Literal["stated", "gone"] | None:
    """What the resolver has still to take in about a record: what it states, or that it is gone; None: nothing."""
    record = tables.record.c
    row = connection.execute(select(record.gone_at).where(record.key == key, record.dirty)).one_or_none()
    if row is None:
        return None
    return "stated" if row.gone_at is None else "gone"


def _take_turns(connection: Connection) -> None:
    """One decision at a time: each must see what the one before it wrote. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


def _decidable(connection: Connection, reviewer: Account, submission_id: str) -> Submission:
    require(reviewer, "reviewer")
    submission = get_submission(connection, submission_id)
    if submission.account_id == reviewer.id:
        raise NotAllowed("Another reviewer must decide your own submission.")
    if submission.state != "pending":
        raise Conflict("This submission is {state}, there is nothing to decide.", state=submission.state)
    return submission


def approve(
    connection: Connection,
    reviewer: Account,
    submission_id: str,
    *,
    now: datetime,
    version: int | None = None,
    overwrite: bool = False,
) -> tuple[str, ...]:
    """Make a pending submission a Record; returns the record keys that the resolver has to look at.

    Fields the operator did not touch keep the listing's present value. A field that both the operator and another
    source changed since the edit began raises Conflict, unless `overwrite` says the reviewer has seen it. `version`
    is that of the submission the reviewer saw. Raises NotAllowed, NotFound, FormInvalid, Conflict.
    """
    _take_turns(connection)
    submission = _decidable(connection, reviewer, submission_id)
    current = current_listing(connection, submission)
    if not overwrite:
        _refuse_contested(submission, current)
    key = f"{_OPERATOR_PREFIX}{submission.id}" if current is None else _operator_key(current)
    if current is not None and _unresolved(connection, key) == "gone":
        # The listing still shows what was taken back; merged now, it would become this operator's statement.
        raise Conflict("An earlier decision about this place is still being taken in. Try again in a moment.")
    values = form_values(_merged(submission, current))
    record = values_to_record(values, source_id=key.removeprefix(_OPERATOR_PREFIX), updated_at=now)
    before = load_records(connection, keys=[key])
    change_submission(
        connection,
        submission,
        version=version,
        state="approved",
        changed_at=now,
        decided_at=now,
        decided_by=reviewer.id,
        reason=None,
    )
    changes = upsert_records(connection, record, source=OPERATOR_SOURCE, now=now, complete=False)
    if current is not None and (anchor := _anchor(current, key)):
        evidence = {"submission": submission.id}
        add_judgement(connection, key, anchor, "same", decided_by=reviewer.id, now=now, evidence=evidence)
    detail = {"key": key, "before": before.drop("listing_id", "updated_at").to_dicts(), "overwrite": overwrite}
    log(connection, reviewer.id, "approve", f"submission:{submission.id}", detail, now=now)
    return changes.changed_keys


def _refuse_contested(submission: Submission, current: Listing | None) -> None:
    proposed = {row.field for row in difference(submission, current)}
    contested = [row.field for row in changed_meanwhile(submission, current) if row.field in proposed]
    if contested:
        raise Conflict(
            "The place has changed since this edit began, in the same fields: {fields}. "
            "Compare both and approve again, or reject.",
            fields=", ".join(contested),
        )


def _merged(submission: Submission, current: Listing | None) -> dict[str, str]:
    """The form with the listing's present text where the operator left a field as it was."""
    if submission.base is None or current is None:
        return submission.body
    present = listing_form(current)
    return {
        name: present[name]
        if _same(name, submission.body.get(name, ""), submission.base.get(name, ""))
        else submission.body.get(name, "")
        for name in FORM_FIELDS
    }


def _operator_key(listing: Listing) -> str:
    """Key of the operator's record of a listing: the one it has, otherwise the one that an approval begins."""
    own = [key for key in listing.record_keys if key.startswith(_OPERATOR_PREFIX)]
    return min(own, default=f"{_OPERATOR_PREFIX}{listing.id}")


def _anchor(current: Listing, key: str) -> str | None:
    """A record that the listing already has, to tie a new operator's record to it."""
    if key in current.record_keys:
        return None
    return min(current.record_keys, default=None)


def reject(
    connection: Connection,
    reviewer: Account,
    submission_id: str,
    *,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Submission:
    """Send a pending submission back with the reason, which its operator reads.

    Raises BadInput without a reason, NotAllowed, NotFound, Conflict.
    """
    submission = _decidable(connection, reviewer, submission_id)
    told = _checked_reason(reason)
    rejected = change_submission(
        connection,
        submission,
        version=version,
        state="rejected",
        changed_at=now,
        decided_at=now,
        decided_by=reviewer.id,
        reason=told,
    )
    log(connection, reviewer.id, "reject", f"submission:{submission.id}", {"reason": told}, now=now)
    return rejected


def _checked_reason(reason: str) -> str:
    told = reason.strip()
    if not told:
        raise BadInput("Say why the submission is rejected, so that it can be corrected.")
    if len(told) > _MAX_REASON_LENGTH:
        raise BadInput("This is {count} characters long; use at most {most}.", count=len(told), most=_MAX_REASON_LENGTH)
    return told


def undo_approval(
    connection: Connection, reviewer: Account, submission_id: str, *, reason: str, now: datetime
) -> tuple[str, ...]:
    """Take an approval back: the operator's record is as it was before it, or gone; the submission is rejected.

    Returns the record keys that the resolver has to look at. Raises BadInput without a reason, NotAllowed, NotFound,
    and Conflict when the submission is not approved or a later approval built on it.
    """
    _take_turns(connection)
    require(reviewer, "reviewer")
    submission = get_submission(connection, submission_id)
    if submission.account_id == reviewer.id:
        raise NotAllowed("Another reviewer must decide your own submission.")
    told = _checked_reason(reason)
    if submission.state != "approved":
        raise Conflict("This submission is {state}, there is nothing to take back.", state=submission.state)
    approval = entries(connection, subject=f"submission:{submission.id}", action="approve", limit=1)[0]
    detail = approval.detail or {}
    key, before = str(detail["key"]), detail["before"]
    if _was_built_on(connection, approval, key):
        raise Conflict("A later edit of the same place was approved. Take that one back first.")
    if before:
        restored = values_to_record(before[0], source_id=key.removeprefix(_OPERATOR_PREFIX), updated_at=now)
        upsert_records(connection, restored, source=OPERATOR_SOURCE, now=now, complete=False)
    else:
        retire_records(connection, [key], now=now)
    change_submission(
        connection,
        submission,
        state="rejected",
        reason=told,
        changed_at=now,
        decided_at=now,
        decided_by=reviewer.id,
    )
    log(connection, reviewer.id, "undo approval", f"submission:{submission.id}", {"key": key, "reason": told}, now=now)
    return (key,)


def _was_built_on(connection: Connection, approval: AuditEntry, key: str) -> bool:
    """Whether another submission was approved into the same record after this one, and still is."""
    audit, submission = tables.audit.c, tables.submission.c
    later = (
        select(audit.id)
        .join(tables.submission, audit.subject == "submission:" + submission.id)
        .where(audit.action == "approve", audit.id > approval.id, audit.subject != approval.subject)
        .where(audit.detail["key"].as_string() == key, submission.state == "approved")
    )
    return connection.execute(later.limit(1)).first() is not None
