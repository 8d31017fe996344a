"""Bytes to text as publishers send it: UTF-8 with or without a mark, UTF-16, TIS-620 / CP874, or what they declare."""

from __future__ import annotations

import codecs
import re
from typing import Final

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_THAI_NAMES: Final = frozenset({"tis-620", "tis620", "iso-8859-11", "windows-874", "cp874", "x-windows-874"})
_WESTERN: Final = frozenset({"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii"})
_THAI_MARK: Final = re.compile(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_THAI_MARK_IN_PLACE: Final = re.compile(r"(?<=[\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])" + _THAI_MARK.pattern)
_WEB_PAGE: Final = re.compile(r"\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MISPLACED_SHARE: Final = 0.02


def decode(raw: bytes, declared: str | None = None) -> str | None:
    """The text, or None for bytes that are none of the known encodings.

    A byte order mark counts more than `declared`; what is declared counts where the bytes fit it. Western encodings,
    which any bytes fit and many servers declare without a thought, count only where it is neither UTF-8 nor Thai.
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    if marked:
        return _try(raw, marked)
    if b"\0" in raw:
        # UTF-16 without a mark: every other byte of Latin digits and commas is zero.
        little = raw[1::2].count(0) >= raw[::2].count(0)
        return _try(raw, "utf-16-le" if little else "utf-16-be") if _is_utf16(raw) else None
    name = _python_name(declared) if declared else None
    if name and name not in _WESTERN and (text := _try(raw, name)) is not None:
        return text
    text = _try(raw, "utf-8")
    if text is not None:
        return text
    thai = _try(raw, "cp874")
    if thai is not None and _reads_as_thai(thai) and (name is None or _THAI_MARK.search(thai)):
        return thai
    return _try(raw, name) if name else None


def is_web_page(text: str) -> bool:
    """Whether a text begins as an HTML page does."""
    return _WEB_PAGE.match(text) is not None


def _python_name(declared: str) -> str:
    """TIS-620 as Python knows it has no ellipsis or quotes; CP874 has, and is what servers mean by it."""
    name = declared.strip().strip("\"'").lower()
    return "cp874" if name in _THAI_NAMES else name


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_utf16(raw: bytes) -> bool:
    zeros = max(raw[1::2].count(0), raw[::2].count(0))
    return len(raw) % 2 == 0 and zeros > len(raw) / 10 and min(raw[1::2].count(0), raw[::2].count(0)) == 0


def _reads_as_thai(text: str) -> bool:
    """Whether vowel signs and tone marks stand on consonants: Western European bytes read as Thai do not do that."""
    marks = len(_THAI_MARK.findall(text))
    in_place = len(_THAI_MARK_IN_PLACE.findall(text))
    return marks - in_place <= marks * _MISPLACED_SHARE
