"""Watches of analysts, what they have been told, and the secret address of each one's feed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from directory.tables import account, feed_key, watch, watch_notice
from tic.core.errors import BadInput, NotFound
from tic.desk.watching import Kind, Occasion, checked_kind

MOST_WATCHES: Final = 200
_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Watch:
    """What an account wants to be told of. threshold: of `above` and `below`; seen: the baseline it began with."""

    id: str
    account_id: str
    kind: Kind
    indicator: str
    area: str
    market: str
    threshold: float | None
    seen: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What an account is told, once. facts: of the watch and of the occasion; at in UTC."""

    id: int
    account_id: str
    facts: dict[str, Any]
    at: datetime


def watches(connection: Connection, account_id: str | None = None) -> list[Watch]:
    """The watches of an account, or of all accounts that may still be told; in the order they were made."""
    chosen = select(watch).join(account, account.c.id == watch.c.account_id).where(account.c.disabled.is_(False))
    if account_id is not None:
        chosen = chosen.where(watch.c.account_id == account_id)
    return [
        Watch(row.id, row.account_id, row.kind, row.indicator, row.area, row.market, row.threshold, row.seen)
        for row in connection.execute(chosen.order_by(watch.c.created_at, watch.c.id))
    ]


def add_watch(
    connection: Connection,
    account_id: str,
    kind: str,
    series: tuple[str, str, str],
    *,
    threshold: float | None,
    seen: str,
    now: datetime,
) -> Watch:
    """Begin to watch a series (indicator, area, market); nothing of `seen` is told. Raises BadInput."""
    chosen = checked_kind(kind, threshold)
    mine = watches(connection, account_id)
    if len(mine) >= MOST_WATCHES:
        raise BadInput("At most {most} watches can be kept. Delete some first.", most=MOST_WATCHES)
    limit = threshold if chosen in {"above", "below"} else None
    if any(
        (item.kind, item.indicator, item.area, item.market, item.threshold) == (chosen, *series, limit) for item in mine
    ):
        raise BadInput("You watch this already.")
    made = Watch("w" + secrets.token_hex(8), account_id, chosen, *series, limit, seen)
    names = ("id", "account_id", "kind", "indicator", "area", "market", "threshold", "seen")
    values = {name: getattr(made, name) for name in names}
    connection.execute(insert(watch).values(**values, created_at=now))
    return made


def delete_watch(connection: Connection, account_id: str, watch_id: str) -> None:
    """End a watch; what it has told stays. Raises NotFound unless it is the account's own."""
    own = (watch.c.id == watch_id) & (watch.c.account_id == account_id)
    if not connection.execute(delete(watch).where(own)).rowcount:
        raise NotFound("There is no such watch among yours; it may have been deleted.")


def add_notices(connection: Connection, item: Watch, found: Iterable[Occasion], now: datetime) -> int:
    """Tell the account what a watch has found and not told before; returns how many notices that made."""
    table = watch_notice.c
    told = set(connection.execute(select(table.occasion).where(table.watch_id == item.id)).scalars())
    shared = {"kind": item.kind, "indicator": item.indicator, "area": item.area, "market": item.market}
    rows = [
        {
            "watch_id": item.id,
            "account_id": item.account_id,
            "occasion": occasion.key,
            "facts": {**occasion.facts, **shared},
            "at": now,
        }
        for occasion in found
        if occasion.key not in told
    ]
    if rows:
        connection.execute(insert(watch_notice), rows)
    return len(rows)


def notices(connection: Connection, account_id: str) -> list[Notice]:
    """The newest notices of an account, the newest first."""
    table = watch_notice.c
    chosen = select(watch_notice).where(table.account_id == account_id).order_by(table.id.desc()).limit(_SHOWN)
    return _read(connection.execute(chosen))


def unmailed(connection: Connection, since: datetime) -> list[Notice]:
    """The notices made since a moment which no mail has carried, of accounts that may be told; by account and age."""
    table = watch_notice.c
    chosen = (
        select(watch_notice)
        .join(account, account.c.id == table.account_id)
        .where(table.mailed_at.is_(None), table.at >= since, account.c.disabled.is_(False))
        .order_by(table.account_id, table.id)
    )
    return _read(connection.execute(chosen))


def set_mailed(connection: Connection, found: Sequence[Notice], at: datetime | None) -> None:
    """Say that a mail carries these notices, or that it could not be sent after all (None)."""
    chosen = watch_notice.c.id.in_([item.id for item in found])
    connection.execute(update(watch_notice).where(chosen).values(mailed_at=at))


def _read(rows: Iterable[Any]) -> list[Notice]:
    return [Notice(row.id, row.account_id, row.facts, row.at) for row in rows]


def key_of_feed(connection: Connection, account_id: str) -> str | None:
    """The secret part of the address of an account's feed; None before the first was made."""
    return connection.scalar(select(feed_key.c.key).where(feed_key.c.account_id == account_id))


def renew_key(connection: Connection, account_id: str) -> str:
    """Make the secret part of the address of an account's feed; the one before leads nowhere from now on."""
    made = secrets.token_urlsafe(24)
    connection.execute(delete(feed_key).where(feed_key.c.account_id == account_id))
    connection.execute(insert(feed_key).values(account_id=account_id, key=made))
    return made


def account_of_feed(connection: Connection, key: str) -> str:
    """The id of the account whose feed has this key. Raises NotFound, also when the account is shut out."""
    chosen = (
        select(feed_key.c.account_id)
        .join(account, account.c.id == feed_key.c.account_id)
        .where(feed_key.c.key == key, account.c.disabled.is_(False))
    )
    found = connection.scalar(chosen)
    if found is None:
        raise NotFound("There is no such feed. Copy its address anew from the page of watches.")
    return str(found)
