"""Sitemaps (sitemaps.org 0.9): XML, packed XML or plain lines of addresses."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tic.core.charset import decode
from tic.core.errors import SourceUnreadable

_LARGEST: Final = 50 * 1024 * 1024
"""Bytes that the protocol allows a sitemap to have, unpacked."""


@dataclass(frozen=True)
class Sitemap:
    """Addresses of pages, and of further sitemaps."""

    pages: tuple[str, ...]
    sitemaps: tuple[str, ...] = ()


def read_sitemap(content: bytes, address: str) -> Sitemap:
    """The addresses in a sitemap. Raises SourceUnreadable for what is none, is too large, or tries to do harm."""
    content = _unpacked(content, address)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return _read_xml(content, address)
    text = decode(content) or ""
    lines = tuple(line.strip() for line in text.splitlines() if line.strip().startswith(("http://", "https://")))
    if not lines:
        raise _no_sitemap(address)
    return Sitemap(lines)


def _unpacked(content: bytes, address: str) -> bytes:
    if content.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(_LARGEST + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _no_sitemap(address) from error
    if len(content) > _LARGEST:
        raise _no_sitemap(address)
    return content


def _read_xml(content: bytes, address: str) -> Sitemap:
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise _no_sitemap(address) from error
    kind = root.tag.rpartition("}")[2]
    found = tuple((item.text or "").strip() for item in root.iterfind("{*}*/{*}loc"))
    if kind not in {"urlset", "sitemapindex"}:
        raise _no_sitemap(address)
    return Sitemap((), found) if kind == "sitemapindex" else Sitemap(found)


def _no_sitemap(address: str) -> SourceUnreadable:
    return SourceUnreadable(
        "{address} is no sitemap. Look up the right address in the site's robots.txt.", address=address
    )
