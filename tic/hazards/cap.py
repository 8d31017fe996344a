"""Reading CAP 1.2 (and 1.1) messages and the RSS or Atom index that names them: pure functions of bytes.

Senders have habits of their own, which are understood and noted as quirks: a byte order mark, an expiry before the
effect, times without a zone, areas named by a list of provinces with blanks between.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar, get_args
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tic.core.areas import find_province, provinces
from tic.core.errors import SourceUnreadable
from tic.core.geo import Point, is_on_earth
from tic.core.i18n import BANGKOK
from tic.hazards.alert import (
    SEVERITIES,
    Alert,
    AlertArea,
    AlertInfo,
    Circle,
    MessageType,
    Reference,
    Severity,
    Status,
)

_T = TypeVar("_T", bound=str)
_LARGEST: Final = 16 * 1024 * 1024
_SIGNATURE: Final = re.compile(rb"<(?:(\w+):)?Signature\b.*?</(?:\1:)?Signature\s*>", re.DOTALL)
_TAG: Final = re.compile(r"<\s*(br|/p|/li)\s*/?\s*>", re.IGNORECASE)
_OTHER_TAG: Final = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_ISO_3166: Final = re.compile(r"TH-\d{2}")


def read_alert(content: bytes) -> Alert:
    """The alert in a message. Raises SourceUnreadable for what is no CAP message, is too large, or tries to do harm."""
    root = parse_xml(content)
    if _local(root) != "alert":
        raise _no_alert(f"its root is {_local(root)}")
    quirks: list[str] = ["byte_order_mark"] if content.startswith(b"\xef\xbb\xbf") else []
    sent = _moment(_text(root, "sent"), quirks)
    identifier, sender = _text(root, "identifier"), _text(root, "sender")
    if sent is None or not identifier or not sender:
        raise _no_alert("identifier, sender or sent is missing")
    return Alert(
        identifier=identifier,
        sender=sender,
        sent=sent,
        status=_one_of(_text(root, "status"), get_args(Status), "status"),
        kind=_one_of(_text(root, "msgType"), get_args(MessageType), "msgType"),
        scope=_text(root, "scope") or "Public",
        references=_references(_text(root, "references")),
        infos=tuple(_info(item, sent, quirks) for item in root.iterfind("{*}info")),
        note=_text(root, "note"),
        signatures=tuple(found.group() for found in _SIGNATURE.finditer(content)),
        quirks=tuple(dict.fromkeys(quirks)),
    )


def is_index(content: bytes) -> bool:
    """Whether this is an RSS or Atom index and no message. Raises SourceUnreadable for what is no sound XML."""
    return _local(parse_xml(content)) in {"rss", "feed", "RDF"}


def parse_xml(content: bytes) -> Element:
    """The root of an XML document without entities or a DTD. Raises SourceUnreadable."""
    if len(content) > _LARGEST:
        raise _no_alert("it is too large")
    try:
        root: Element = fromstring(content.lstrip(b"\xef\xbb\xbf \r\n\t"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _no_alert(f"{type(error).__name__}: {error}"[:120]) from error
    return root


def _no_alert(reason: str) -> SourceUnreadable:
    return SourceUnreadable("This is no hazard message in the form of CAP ({reason}).", reason=reason)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: Element, name: str) -> str | None:
    """The text of a child, without markup of web pages; None when it is absent or empty."""
    text = element.findtext(f"{{*}}{name}") or ""
    plain = html.unescape(_OTHER_TAG.sub("", _TAG.sub("\n", text))).strip()
    return plain or None


def _texts(element: Element, name: str) -> tuple[str, ...]:
    return tuple(item.text.strip() for item in element.iterfind(f"{{*}}{name}") if item.text and item.text.strip())


def _one_of(value: str | None, known: Sequence[_T], name: str) -> _T:
    found = next((item for item in known if item == value), None)
    if found is None:
        raise _no_alert(f"{name} is {value}")
    return found


def _moment(text: str | None, quirks: list[str]) -> datetime | None:
    """A time in UTC; one without a zone is Bangkok's, which is noted."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        quirks.append("time_unreadable")
        return None
    if found.tzinfo is None:
        quirks.append("time_without_zone")
        found = found.replace(tzinfo=BANGKOK)
    return found.astimezone(UTC)


def _references(text: str | None) -> tuple[Reference, ...]:
    """`sender,identifier,sent` with blanks between."""
    parts = (item.split(",") for item in (text or "").split())
    return tuple(Reference(part[0], part[1]) for part in parts if len(part) >= 2)


def _info(element: Element, sent: datetime, quirks: list[str]) -> AlertInfo:
    stated = [_moment(_text(element, name), quirks) for name in ("onset", "effective")]
    starts = next((moment for moment in stated if moment), sent)
    expires = _moment(_text(element, "expires"), quirks)
    if expires is not None and expires <= starts:
        quirks.append("expires_before_effect")
        starts = min(sent, expires)
    severity: Severity = next((item for item in SEVERITIES if item == _text(element, "severity")), "Unknown")
    return AlertInfo(
        language=_text(element, "language") or "en-US",
        categories=_texts(element, "category"),
        event=_text(element, "event") or "",
        urgency=_text(element, "urgency") or "Unknown",
        severity=severity,
        certainty=_text(element, "certainty") or "Unknown",
        starts=starts,
        expires=expires,
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_web(_text(element, "web")),
        sender_name=_text(element, "senderName"),
        areas=tuple(_area(item, quirks) for item in element.iterfind("{*}area")),
    )


def _web(text: str | None) -> str | None:
    return text if text and text.startswith(("http://", "https://")) else None


def _area(element: Element, quirks: list[str]) -> AlertArea:
    description = _text(element, "areaDesc") or ""
    geocodes = tuple(
        (_text(item, "valueName") or "", _text(item, "value") or "") for item in element.iterfind("{*}geocode")
    )
    polygons = tuple(ring for text in _texts(element, "polygon") if (ring := _ring(text, quirks)))
    circles = tuple(circle for text in _texts(element, "circle") if (circle := _circle(text, quirks)))
    coded = [code for _, code in geocodes if _ISO_3166.fullmatch(code) and code in provinces()]
    return AlertArea(description, polygons, circles, geocodes, _provinces(coded, description))


def _provinces(coded: Sequence[str], description: str) -> tuple[str, ...]:
    """The provinces of the codes, and those that a list of names with blanks or commas between spells out."""
    words = [word for word in re.split(r"[\s,;]+", description) if word]
    named = [find_province(word) for word in words] + [find_province(description)]
    return tuple(dict.fromkeys([*coded, *(code for code in named if code)]))


def _ring(text: str, quirks: list[str]) -> tuple[Point, ...]:
    """A closed ring of `lat,lon` pairs; empty, and noted, when it is none."""
    points = [_point(pair) for pair in text.split()]
    ring = tuple(point for point in points if point is not None)
    if len(ring) < len(points) or len(ring) < 4 or ring[0] != ring[-1]:
        quirks.append("polygon_unreadable")
        return ()
    return ring


def _circle(text: str, quirks: list[str]) -> Circle | None:
    centre, _, radius = text.partition(" ")
    point = _point(centre)
    try:
        radius_km = float(radius)
    except ValueError:
        radius_km = -1.0
    if point is None or radius_km < 0:
        quirks.append("circle_unreadable")
        return None
    return Circle(point, radius_km)


def _point(pair: str) -> Point | None:
    lat, _, lon = pair.partition(",")
    try:
        point = Point(float(lat), float(lon))
    except ValueError:
        return None
    return point if is_on_earth(*point) else None
