"""Phones in E.164, websites with a scheme, e-mail addresses; what cannot be read is left out and noted."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import phonenumbers
import polars as pl

from ingest.quarantine import NOTES, flag
from ingest.source import Source

_SEVERAL: Final = re.compile(r"\s*(?:[;,/]|\bor\b|หรือ)\s*")
_LAST_DIGITS: Final = re.compile(r"(?<=\d)\s*[-–~]\s*\d{1,2}$")
_AFTER: Final = re.compile(r"(?:ต่อ|กด|โทรสาร|แฟกซ์|\bext\b|\bfax\b|(?<=\d)\s*\()[^,;/]*", re.IGNORECASE)
"""An extension, a fax or a remark after the number."""
_ABROAD: Final = re.compile(r"^\s*(?:00|001|009)\s?(?=66\b)")
"""The prefixes of international calls that some write instead of the plus."""
_TRUNK: Final = re.compile(r"(\+?66)\s*[-.]?\s*\(0\)")
"""`+66 (0)2`: the nought is dialled inside the country only."""
_USUAL: Final = re.compile(r"(?:0|\+66[ -]?)(\d(?:[ -]?\d){7,8})")
"""Nothing but the digits of a number in Thailand, the first without a nought that would be dialled."""
_KINDS: Final = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan"),
    "voicemail",
)
_WEBSITE: Final = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@.]{2,}([/?#]\S*)?", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@,;]+@[^\s@,;.]+(\.[^\s@,;.]+)+")


def read_contacts(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`phone`, `website` and `email` in their one form; of several the first that can be read."""
    readers = {"phone": to_e164, "website": to_website, "email": to_email}
    for name, reader in readers.items():
        frame = read_distinct(frame, name, reader)
    return frame


def read_distinct(frame: pl.DataFrame, name: str, reader: Callable[[str], str | None]) -> pl.DataFrame:
    """A column read by `reader`, each distinct text once; where it gives None the note `<name>_unreadable` is added."""
    texts = frame[name].drop_nulls().unique()
    if texts.is_empty():
        return frame
    values = pl.Series([reader(text) for text in texts], dtype=pl.String)
    read = pl.col(name).replace_strict(texts, values, default=None, return_dtype=pl.String)
    unreadable = pl.col(name).is_not_null() & read.is_null()
    return frame.with_columns(flag(NOTES, {f"{name}_unreadable": unreadable}), read.alias(name))


def to_e164(text: str) -> str | None:
    """A phone number as `+6626235500`, or None. Call centres' four digits are no numbers outside their country.

    `0 2225 9420-1` stands for two numbers of which the first is taken; extensions, remarks and faxes are left out.
    """
    usual = _USUAL.fullmatch(text)
    if usual:
        digits = re.sub("[ -]", "", usual[1])
        if _valid_in_thailand().fullmatch(digits):
            return f"+66{digits}"
        if "-" not in text and not digits.startswith("0"):
            return None
    plain = _TRUNK.sub(r"\1 ", text)
    for part in _SEVERAL.split(_ABROAD.sub("+", _AFTER.sub("", plain))):
        for candidate in (part, _LAST_DIGITS.sub("", part)):
            try:
                number = phonenumbers.parse(candidate, "TH")
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


@lru_cache(maxsize=1)
def _valid_in_thailand() -> re.Pattern[str]:
    """Valid numbers by the library's own table: to read each number by the library takes fifty times as long."""
    table = phonenumbers.PhoneMetadata.metadata_for_region("TH")
    found = (getattr(table, kind) for kind in _KINDS)
    return re.compile("|".join(f"(?:{kind.national_number_pattern})" for kind in found if kind))


def to_website(text: str) -> str | None:
    """An address with a scheme and a lower-case host, or None."""
    first = text.split(";", maxsplit=1)[0].split(maxsplit=1)[0] if text.strip() else ""
    if "://" not in first:
        first = f"http://{first}"
    if not _WEBSITE.fullmatch(first):
        return None
    try:
        parts = urlsplit(first)
    except ValueError:
        return None
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


def to_email(text: str) -> str | None:
    """An e-mail address with a lower-case host, or None."""
    first = re.split(r"[;,\s]+", text.strip())[0].removeprefix("mailto:")
    if not _EMAIL.fullmatch(first):
        return None
    name, _, host = first.rpartition("@")
    return f"{name}@{host.lower()}"
