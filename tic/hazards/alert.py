"""Alert: a hazard message after OASIS CAP 1.2, and what supersedes what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple

from tic.core.geo import Point

MessageType = Literal["Alert", "Update", "Cancel", "Ack", "Error"]
Status = Literal["Actual", "Exercise", "System", "Test", "Draft"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
SEVERITIES: Final[tuple[Severity, ...]] = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
"""From the worst on."""


class Reference(NamedTuple):
    """An earlier message of the same sender."""

    sender: str
    identifier: str


class Circle(NamedTuple):
    """A round area: its middle and its radius in kilometres."""

    centre: Point
    radius_km: float


@dataclass(frozen=True, slots=True)
class AlertArea:
    """Where an alert holds.

    description: as stated. polygons: closed rings of points (latitude and longitude, WGS 84). geocodes: (kind, code)
    pairs as stated. provinces: codes such as TH-10, from the geocodes and from the names in the description.
    """

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[tuple[str, str], ...] = ()
    provinces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertInfo:
    """What an alert says in one language. starts and expires in UTC; expires None: until it is cancelled.

    starts: when the hazard is expected (onset), else when the message takes effect, else when it was sent; when it
    was sent, too, where the sender has it expire before it would take effect.
    """

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: Severity
    certainty: str
    starts: datetime
    expires: datetime | None
    headline: str | None
    description: str | None
    instruction: str | None
    web: str | None
    sender_name: str | None
    areas: tuple[AlertArea, ...]

    def holds_at(self, moment: datetime) -> bool:
        """Whether the hazard is expected at a moment (aware)."""
        return self.starts <= moment and (self.expires is None or moment < self.expires)


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. sent: UTC. signatures: XML signatures exactly as they came, not verified here.

    quirks: what the sender did against the standard and was understood all the same.
    """

    identifier: str
    sender: str
    sent: datetime
    status: Status
    kind: MessageType
    scope: str
    references: tuple[Reference, ...]
    infos: tuple[AlertInfo, ...]
    note: str | None = None
    signatures: tuple[bytes, ...] = field(default=(), repr=False)
    quirks: tuple[str, ...] = ()

    @property
    def key(self) -> Reference:
        """How other messages name this one."""
        return Reference(self.sender, self.identifier)

    @property
    def severity(self) -> Severity:
        """The worst severity that any part of it states."""
        return min((info.severity for info in self.infos), key=SEVERITIES.index, default="Unknown")

    def info(self, language: str) -> AlertInfo | None:
        """What it says in `th` or `en`, else in any language; None when it says nothing."""
        first = (info for info in self.infos if info.language.lower().startswith(language))
        return next(first, next(iter(self.infos), None))


def in_force(alerts: Iterable[Alert], now: datetime) -> list[Alert]:
    """The real alerts that hold or are announced at `now` (aware): neither expired, nor updated or cancelled since.

    An Update, a Cancel or an Error ends every message it refers to, and those that these refer to, of the same sender
    only. Worst first, then the latest.
    """
    known: dict[Reference, Alert] = {}
    for alert in sorted(alerts, key=lambda item: item.sent):
        if alert.status == "Actual" and alert.scope == "Public" and alert.sent <= now:
            known[alert.key] = alert
    ended = {
        key for alert in known.values() if alert.kind in {"Update", "Cancel", "Error"} for key in _before(alert, known)
    }
    current = [
        alert
        for key, alert in known.items()
        if alert.kind in {"Alert", "Update"} and key not in ended and _is_to_come(alert, now)
    ]
    return sorted(current, key=lambda item: (SEVERITIES.index(item.severity), -item.sent.timestamp(), item.identifier))


def _before(alert: Alert, known: dict[Reference, Alert]) -> set[Reference]:
    """Every message that an alert refers to, itself or through others; never the alert itself."""
    found: set[Reference] = set()
    waiting = list(alert.references)
    while waiting:
        key = waiting.pop()
        if key.sender != alert.sender or key in found or key == alert.key:
            continue
        found.add(key)
        earlier = known.get(key)
        waiting += earlier.references if earlier else ()
    return found


def _is_to_come(alert: Alert, now: datetime) -> bool:
    return any(info.expires is None or now < info.expires for info in alert.infos)
