"""Alert: a hazard message after OASIS CAP 1.2, and what supersedes what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Literal, NamedTuple

from pydantic import ConfigDict

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


@dataclass(frozen=True, slots=True)
class Link:
    """A message in its chain: who it is, what it does, when (UTC), and which earlier ones it names."""

    key: Reference
    kind: MessageType
    sent: datetime
    references: tuple[Reference, ...]


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


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. sent: UTC. signatures: XML signatures exactly as they came, not verified here.

    quirks: what the sender did against the standard and was understood all the same.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

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
    def is_public(self) -> bool:
        """Whether it is meant: neither a test nor an exercise, and for everybody."""
        return self.status == "Actual" and self.scope == "Public"

    @property
    def link(self) -> Link:
        """What decides which messages it ends."""
        return Link(self.key, self.kind, self.sent, self.references)

    @property
    def expires(self) -> datetime | None:
        """When the last of its parts expires, None when one of them has no end; without parts when it was sent."""
        ends = [info.expires for info in self.infos]
        return None if None in ends else max((end for end in ends if end), default=self.sent)

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


def endings(links: Iterable[Link]) -> dict[Reference, datetime]:
    """When each message was first ended by a later one, directly or through others; what was not ended is left out."""
    known = {link.key: link for link in links}
    ended: dict[Reference, datetime] = {}
    for link in known.values():
        if link.kind in {"Update", "Cancel", "Error"}:
            for key in _before(link, known):
                ended[key] = min(link.sent, ended.get(key, link.sent))
    return ended


def _before(link: Link, known: Mapping[Reference, Link]) -> set[Reference]:
    """Every message that one refers to, itself or through others; never the message itself."""
    found: set[Reference] = set()
    waiting = list(link.references)
    while waiting:
        key = waiting.pop()
        if key.sender != link.key.sender or key in found or key == link.key:
            continue
        found.add(key)
        earlier = known.get(key)
        waiting += earlier.references if earlier else ()
    return found
