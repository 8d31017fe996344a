"""Requests of one agency for the data of another: drawn up, sent, granted or refused, every step kept.

    draft -> sent -> granted (until a day, under conditions) -> expired
                  -> refused (with a reason)
    draft, sent and granted requests may be withdrawn by the agency that asks.

The owning agency's officers and administrators decide. A grant expires by time alone. What is handed over is a step.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, insert, or_, select, update

from tic.catalogue.officers import Officer
from tic.catalogue.tables import linkage_request, linkage_step
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound
from tic.core.i18n import BANGKOK

State = Literal["draft", "sent", "granted", "refused", "withdrawn", "expired"]
LEGAL_BASES: Final[dict[str, str]] = {
    "no_personal_data": "The data hold nothing about persons",
    "duty": "Duty or power under a law",
    "public_task": "Task in the public interest (PDPA section 24 (4))",
    "agreement": "Agreement between the agencies",
    "research": "Research or statistics (PDPA section 24 (1))",
    "consent": "Consent of the persons concerned",
}
"""Code -> name; the reference of a request says which law or agreement."""
LONGEST: Final = 2000
LONGEST_GRANT_YEARS: Final = 5
MOST_LISTED: Final = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. fields: of the dataset. first, last: days of the period, None: all there is."""

    purpose: str
    legal_basis: str
    legal_reference: str
    fields: tuple[str, ...]
    contact: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class LinkageRequest:
    """A request as it stands; moments in UTC. state: as stored, see `state_on` for the present one."""

    id: str
    dataset: str
    owner: str
    agency: str
    account_id: str | None
    state: State
    purpose: str
    legal_basis: str
    legal_reference: str
    fields: tuple[str, ...]
    first: date | None
    last: date | None
    contact: str
    conditions: str
    reason: str
    expires_on: date | None
    version: int
    created_at: datetime
    changed_at: datetime

    def state_on(self, day: date) -> State:
        """The state on a day of Asia/Bangkok: a grant ends with its last day."""
        is_over = self.state == "granted" and self.expires_on is not None and self.expires_on < day
        return "expired" if is_over else self.state


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a request. account_id: None once the person has deleted the account."""

    request_id: str
    at: datetime
    account_id: str | None
    step: str
    detail: dict[str, Any]


def draw_up(
    connection: Connection, officer: Officer, *, dataset: str, owner: str, wish: Wish, now: datetime
) -> LinkageRequest:
    """A new draft of the officer's agency. Raises NotAllowed without an agency, BadInput for one's own dataset."""
    if officer.agency is None:
        raise NotAllowed("Your account speaks for no agency. Let an administrator set it with `tic account agency`.")
    if officer.agency == owner:
        raise BadInput("This dataset is your own agency's. Ask for one of another agency.")
    _check_lengths(wish)
    row = {
        "id": f"q{secrets.token_hex(6)}",
        "dataset": dataset,
        "owner": owner,
        "agency": officer.agency,
        "account_id": officer.account_id,
        "state": "draft",
        **_values(wish),
        "conditions": "",
        "reason": "",
        "version": 1,
        "created_at": now,
        "changed_at": now,
    }
    connection.execute(insert(linkage_request).values(**row))
    _note(connection, str(row["id"]), officer, "draft", {}, now)
    return get_request(connection, officer, str(row["id"]))


def change(
    connection: Connection, officer: Officer, request: LinkageRequest, wish: Wish, now: datetime
) -> LinkageRequest:
    """Change a draft of one's own agency. Raises NotAllowed, BadInput, Conflict when somebody else changed it."""
    _require_side(officer, request.agency)
    _require_state(request, {"draft"}, now)
    _check_lengths(wish)
    return _move(connection, officer, request, "draft", _values(wish), now)


def send(connection: Connection, officer: Officer, request: LinkageRequest, now: datetime) -> LinkageRequest:
    """Send a draft to the owning agency. Raises BadInput naming what is missing, NotAllowed, Conflict."""
    _require_side(officer, request.agency)
    _require_state(request, {"draft"}, now)
    _check_complete(request)
    asked = {"fields": list(request.fields), "legal_basis": request.legal_basis, "purpose": request.purpose}
    return _move(connection, officer, request, "sent", {"state": "sent"}, now, asked)


def grant(
    connection: Connection,
    officer: Officer,
    request: LinkageRequest,
    *,
    conditions: str,
    expires_on: date,
    now: datetime,
) -> LinkageRequest:
    """Grant what was asked for until a day, under conditions. Raises NotAllowed, BadInput for the day, Conflict."""
    _require_side(officer, request.owner)
    _require_state(request, {"sent"}, now)
    today = now.astimezone(BANGKOK).date()
    if not today <= expires_on <= date(today.year + LONGEST_GRANT_YEARS, 12, 31):
        raise BadInput(
            "A grant ends today at the earliest and in {years} years at the latest.", years=LONGEST_GRANT_YEARS
        )
    text = _text(conditions)
    values = {"state": "granted", "conditions": text, "expires_on": expires_on}
    told = {"conditions": text, "expires_on": expires_on.isoformat()}
    return _move(connection, officer, request, "granted", values, now, told)


def refuse(
    connection: Connection, officer: Officer, request: LinkageRequest, *, reason: str, now: datetime
) -> LinkageRequest:
    """Refuse with a reason. Raises NotAllowed, BadInput without a reason, Conflict."""
    _require_side(officer, request.owner)
    _require_state(request, {"sent"}, now)
    text = _text(reason)
    if not text:
        raise BadInput("Write why the request is refused; the agency that asks reads it.")
    return _move(connection, officer, request, "refused", {"state": "refused", "reason": text}, now, {"reason": text})


def withdraw(connection: Connection, officer: Officer, request: LinkageRequest, now: datetime) -> LinkageRequest:
    """Take a request back, or give up what was granted. Raises NotAllowed, Conflict."""
    _require_side(officer, request.agency)
    _require_state(request, {"draft", "sent", "granted"}, now)
    return _move(connection, officer, request, "withdrawn", {"state": "withdrawn"}, now)


def note_delivery(
    connection: Connection, officer: Officer, request: LinkageRequest, *, rows: int, sha256: str, now: datetime
) -> None:
    """Keep that data were handed over, before they are. Raises NotAllowed, Conflict when the grant no longer holds."""
    _require_side(officer, request.agency)
    held = get_request(connection, officer, request.id)
    _require_state(held, {"granted"}, now)
    told = {"rows": rows, "sha256": sha256, "fields": list(held.fields)}
    _note(connection, request.id, officer, "delivered", told, now)


def get_request(connection: Connection, officer: Officer, request_id: str) -> LinkageRequest:
    """A request of one's own agency, or one that was sent to it. Raises NotFound for all others."""
    row = connection.execute(select(linkage_request).where(linkage_request.c.id == request_id)).one_or_none()
    found = None if row is None else _request(row)
    if found is None or not _may_see(officer, found):
        raise NotFound("There is no such request, or it is not for your agency.")
    return found


def requests_of(connection: Connection, officer: Officer) -> list[LinkageRequest]:
    """What the officer may see, the latest first; at most MOST_LISTED."""
    table = linkage_request
    chosen = select(table).order_by(table.c.changed_at.desc(), table.c.id).limit(MOST_LISTED)
    if not officer.is_administrator:
        chosen = chosen.where(or_(table.c.agency == (officer.agency or ""), table.c.owner == (officer.agency or "")))
    return [item for item in map(_request, connection.execute(chosen)) if _may_see(officer, item)]


def steps_of(connection: Connection, requests: Iterable[LinkageRequest]) -> list[Step]:
    """The steps of requests, oldest first."""
    table = linkage_step.c
    chosen = select(linkage_step).where(table.request_id.in_([item.id for item in requests])).order_by(table.id)
    return [Step(row.request_id, row.at, row.account_id, row.step, row.detail) for row in connection.execute(chosen)]


def _may_see(officer: Officer, request: LinkageRequest) -> bool:
    """A draft is its agency's own."""
    is_asking = officer.agency is not None and officer.agency == request.agency
    return is_asking or (request.state != "draft" and officer.speaks_for(request.owner))


def _require_side(officer: Officer, agency: str) -> None:
    if not officer.speaks_for(agency):
        raise NotAllowed("Only officers of {agency} may do this.", agency=agency)


def _require_state(request: LinkageRequest, allowed: set[State], now: datetime) -> None:
    state = request.state_on(now.astimezone(BANGKOK).date())
    if state not in allowed:
        raise Conflict("This request is {state}; this cannot be done with it now.", state=state)


def _move(
    connection: Connection,
    officer: Officer,
    request: LinkageRequest,
    step: str,
    values: Mapping[str, Any],
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> LinkageRequest:
    """Change a request only if nobody else has since it was read, and keep the step with it."""
    table = linkage_request
    mine = (table.c.id == request.id) & (table.c.version == request.version)
    changed = {**values, "version": request.version + 1, "changed_at": now}
    if connection.execute(update(table).where(mine).values(**changed)).rowcount != 1:
        raise Conflict("Somebody else has changed this request since you opened it. Look at it again.")
    _note(connection, request.id, officer, step, detail or {}, now)
    return get_request(connection, officer, request.id)


def _note(
    connection: Connection, request_id: str, officer: Officer, step: str, detail: Mapping[str, Any], now: datetime
) -> None:
    row = {"request_id": request_id, "at": now, "account_id": officer.account_id, "step": step, "detail": dict(detail)}
    connection.execute(insert(linkage_step).values(**row))


def _values(wish: Wish) -> dict[str, Any]:
    return {
        "purpose": _text(wish.purpose),
        "legal_basis": wish.legal_basis,
        "legal_reference": _text(wish.legal_reference),
        "fields": list(dict.fromkeys(wish.fields)),
        "first": wish.first,
        "last": wish.last,
        "contact": _text(wish.contact),
    }


def _text(text: str) -> str:
    plain = text.replace("\x00", "").strip()
    if len(plain) > LONGEST:
        raise BadInput("A text is longer than {most} characters. Shorten it.", most=LONGEST)
    return plain


def _check_lengths(wish: Wish) -> None:
    if wish.legal_basis and wish.legal_basis not in LEGAL_BASES:
        raise BadInput("{value} is not one of the answers. Choose one of the list.", value=wish.legal_basis)
    if wish.first and wish.last and wish.first > wish.last:
        raise BadInput("The period ends before it begins. Exchange the two days.")


def _check_complete(request: LinkageRequest) -> None:
    if len(request.purpose) < 10:
        raise BadInput("Say in a sentence what the data are for.")
    if not request.legal_basis:
        raise BadInput("Choose the legal basis of the request.")
    if not request.fields:
        raise BadInput("Choose the fields that are needed, and only these.")
    if not request.contact:
        raise BadInput("Say where your agency can be reached about this request.")


def _request(row: Row[Any]) -> LinkageRequest:
    values = {field.name: getattr(row, field.name) for field in fields(LinkageRequest)}
    return LinkageRequest(**{**values, "fields": tuple(row.fields)})
