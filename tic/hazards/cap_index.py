"""The index of a sender of alerts, as RSS 2.0 or Atom: which messages there are, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree.ElementTree import Element

from tic.core.errors import SourceUnreadable
from tic.hazards.cap import parse_xml

_CAP_TYPE: Final = "application/cap+xml"


@dataclass(frozen=True, slots=True)
class IndexItem:
    """A message that an index names. published: UTC, None when it is not stated; the alert's own `sent` counts."""

    identifier: str
    title: str
    address: str
    published: datetime | None


def read_index(content: bytes, *, clock_is_utc: bool = False) -> list[IndexItem]:
    """The messages of an index, in its order; those without an address of the web are left out.

    clock_is_utc: for a sender that writes the time in UTC and labels it +0700, as the Thai Meteorological Department
    does with its items. Raises SourceUnreadable for what is no index or tries to do harm.
    """
    root = parse_xml(content)
    entries = root.findall("./channel/item")
    if entries:
        items = [_rss_item(entry, clock_is_utc=clock_is_utc) for entry in entries]
    elif root.tag.endswith("}feed") or root.find("./channel") is not None:
        items = [_atom_item(entry) for entry in root.iterfind("{*}entry")]
    else:
        raise SourceUnreadable("This is no index of hazard messages, neither RSS nor Atom.")
    return [item for item in items if item.address.startswith(("http://", "https://"))]


def _rss_item(entry: Element, *, clock_is_utc: bool) -> IndexItem:
    address = (entry.findtext("link") or "").strip()
    return IndexItem(
        (entry.findtext("guid") or address).strip(),
        (entry.findtext("title") or "").strip(),
        address,
        _rss_time((entry.findtext("pubDate") or "").strip(), clock_is_utc=clock_is_utc),
    )


def _rss_time(text: str, *, clock_is_utc: bool) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    if clock_is_utc or found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    return found.astimezone(UTC)


def _atom_item(entry: Element) -> IndexItem:
    links = entry.findall("{*}link")
    cap = next((link for link in links if link.get("type") == _CAP_TYPE), links[0] if links else None)
    return IndexItem(
        (entry.findtext("{*}id") or "").strip(),
        (entry.findtext("{*}title") or "").strip(),
        (cap.get("href") or "").strip() if cap is not None else "",
        _atom_time((entry.findtext("{*}updated") or "").strip()),
    )


def _atom_time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
