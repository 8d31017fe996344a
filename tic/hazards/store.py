"""Alerts in the system of record: each message once, what ended it, and those that hold at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, and_, exists, func, insert, or_, select, update

from tic.core.geo import Point
from tic.hazards.alert import SEVERITIES, Alert, Link, Reference, endings
from tic.hazards.extent import Extent, areas_in, extent_from_wkb, extent_of, extent_to_wkb
from tic.hazards.tables import alert as alerts
from tic.hazards.tables import alert_area

MOST_ACTIVE: Final = 200
"""Alerts that are shown at once, the worst first: more than this nobody reads."""
_ALERT: Final = TypeAdapter(Alert)


class Saved(NamedTuple):
    """Messages that were new, and those that a new one has ended."""

    new: int
    ended: int


@dataclass(frozen=True)
class ActiveAlert:
    """An alert that holds or is announced, who it is from, and where it holds. areas: provinces and districts.

    alert: without its polygons, circles and signatures, for which `extent` stands.
    """

    alert: Alert
    source: str
    areas: tuple[str, ...]
    extent: Extent

    @property
    def id(self) -> str:
        """What tells it from all others."""
        return f"{self.source}:{self.alert.sender}:{self.alert.identifier}"

    def concerns(self, point: Point, province_code: str | None) -> bool:
        """Whether a place lies where it holds."""
        return self.extent.holds(point, province_code)


def alert_to_json(alert: Alert) -> str:
    """An alert as JSON, signatures in base64: what is kept of it."""
    return _ALERT.dump_json(alert).decode()


def alert_from_json(text: str) -> Alert:
    """The alert that `alert_to_json` wrote."""
    return _ALERT.validate_json(text)


def save_alerts(connection: Connection, source: str, messages: Iterable[tuple[Alert, str]], now: datetime) -> Saved:
    """Add the messages (with the SHA-256 of their bytes) that are not known yet, and note what they end.

    A message that came before is left as it is: its sender may not change it, only send another. Anybody can write
    another's name into a message, so none ends what another source has brought. `now`: aware.
    """
    by_key = {message.key: (message, digest) for message, digest in messages}
    known, links = _known(connection, source)
    fresh = [item for key, item in by_key.items() if key not in known]
    for message, digest in fresh:
        extent = extent_of(message)
        row = _row(message, source, digest, now)
        connection.execute(insert(alerts).values(**row, shape=extent_to_wkb(extent)))
        codes = areas_in(extent)
        if codes:
            key = {"source": source, "sender": message.sender, "identifier": message.identifier}
            connection.execute(insert(alert_area), [{**key, "area": code} for code in codes])
    links |= {message.key: message.link for message, _ in fresh if message.is_public}
    return Saved(len(fresh), _note_endings(connection, source, links) if fresh else 0)


def _row(message: Alert, source: str, digest: str, now: datetime) -> dict[str, object]:
    return {
        "sender": message.sender,
        "identifier": message.identifier,
        "source": source,
        "sent": message.sent,
        "kind": message.kind,
        "is_public": message.is_public,
        "severity_rank": SEVERITIES.index(message.severity),
        "expires": message.expires,
        "refs": [list(reference) for reference in message.references],
        "sha256": digest,
        "body": alert_to_json(message),
        "told": alert_to_json(_without_shapes(message)),
        "first_seen_at": now,
    }


def _without_shapes(message: Alert) -> Alert:
    """What is needed to show an alert: a message may hold a hundred times as much."""
    infos = tuple(
        replace(info, areas=tuple(replace(area, polygons=(), circles=(), geocodes=()) for area in info.areas))
        for info in message.infos
    )
    return replace(message, infos=infos, signatures=())


def _known(connection: Connection, source: str) -> tuple[set[Reference], dict[Reference, Link]]:
    """The messages of a source that are known, and the chains of those that are meant: a test ends nothing."""
    columns = (alerts.c.sender, alerts.c.identifier, alerts.c.kind, alerts.c.sent, alerts.c.refs, alerts.c.is_public)
    keys: set[Reference] = set()
    links: dict[Reference, Link] = {}
    for row in connection.execute(select(*columns).where(alerts.c.source == source)):
        key = Reference(row.sender, row.identifier)
        keys.add(key)
        if row.is_public:
            links[key] = Link(key, row.kind, row.sent, tuple(Reference(*pair) for pair in row.refs))
    return keys, links


def _note_endings(connection: Connection, source: str, links: dict[Reference, Link]) -> int:
    changed = 0
    own = alerts.c.source == source
    for key, moment in endings(links.values()).items():
        is_it = and_(own, alerts.c.sender == key.sender, alerts.c.identifier == key.identifier)
        later = or_(alerts.c.ended_at.is_(None), alerts.c.ended_at > moment)
        changed += connection.execute(update(alerts).where(is_it, later).values(ended_at=moment)).rowcount
    return changed


def active_alerts(connection: Connection, now: datetime, *, area: str | None = None) -> tuple[ActiveAlert, ...]:
    """The alerts that hold or are announced at `now` (aware), the worst first, then the latest; at most MOST_ACTIVE.

    Time alone ends them: no job has to run. area: only those that concern this province or district.
    """
    chosen = _holds_at(now)
    if area is not None:
        here = exists().where(
            alert_area.c.source == alerts.c.source,
            alert_area.c.sender == alerts.c.sender,
            alert_area.c.identifier == alerts.c.identifier,
            alert_area.c.area == area,
        )
        chosen = and_(chosen, here)
    order = (alerts.c.severity_rank, alerts.c.sent.desc(), alerts.c.identifier)
    columns = (alerts.c.source, alerts.c.sender, alerts.c.identifier, alerts.c.told, alerts.c.shape)
    rows = connection.execute(select(*columns).where(chosen).order_by(*order).limit(MOST_ACTIVE)).all()
    areas = _areas(connection, {row.identifier for row in rows})
    found = []
    for row in rows:
        message = alert_from_json(row.told)
        extent = extent_from_wkb(message, row.shape)
        found.append(ActiveAlert(message, row.source, areas.get((row.source, message.key), ()), extent))
    return tuple(found)


def _holds_at(now: datetime) -> ColumnElement[bool]:
    table = alerts.c
    return and_(
        table.is_public,
        table.kind.in_(("Alert", "Update")),
        table.sent <= now,
        or_(table.expires.is_(None), table.expires > now),
        or_(table.ended_at.is_(None), table.ended_at > now),
    )


def _areas(connection: Connection, identifiers: set[str]) -> dict[tuple[str, Reference], tuple[str, ...]]:
    """The areas of messages by source and key."""
    found: dict[tuple[str, Reference], list[str]] = {}
    rows = select(alert_area).where(alert_area.c.identifier.in_(identifiers)).order_by(alert_area.c.area)
    for row in connection.execute(rows):
        found.setdefault((row.source, Reference(row.sender, row.identifier)), []).append(row.area)
    return {key: tuple(codes) for key, codes in found.items()}


def alert_version(connection: Connection) -> str:
    """Changes with every message that comes."""
    count, newest = connection.execute(select(func.count(), func.max(alerts.c.first_seen_at))).one()
    return f"{count}-{newest}"


def concerning(active: Iterable[ActiveAlert], point: Point, province_code: str | None) -> tuple[ActiveAlert, ...]:
    """Those of the active alerts that concern a place."""
    return tuple(item for item in active if item.concerns(point, province_code))
